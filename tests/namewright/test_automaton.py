import numpy as np
import pytest

from namewright import Model
from namewright.automaton import Automaton
from namewright.transitions import Transitions
from tests import tiny


def test_walk_follows_the_characters() -> None:
    automaton = tiny.automaton()
    assert automaton.walk([]) == automaton.start
    assert automaton.walk([1, 2]) == 2


def test_its_arrays_cannot_be_written() -> None:
    automaton = tiny.automaton()
    with pytest.raises(ValueError, match="read-only"):
        automaton.log_probs[0, 0] = 0.0


def knowing(*bits: int) -> Transitions:
    """Those of three states, of one row, which has these bits."""
    return Transitions(np.zeros(3, np.int32), np.array([[0, 0, *bits]], np.uint32))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"start": 3}, "start"),
        ({"start": -1}, "start"),
        ({"log_probs": np.log(tiny.PROBABILITIES)[:, :2]}, "log_probs"),
        ({"log_probs": np.log(tiny.PROBABILITIES).astype(np.float16)}, "float64"),
        ({"log_probs": np.asfortranarray(np.log(tiny.PROBABILITIES))}, "C-contiguous"),
        ({"log_probs": np.full((3, 3), np.nan)}, "at least"),
        ({"log_probs": np.full((3, 3), -np.inf)}, "at least"),
        ({"log_probs": np.log(tiny.PROBABILITIES) + 1}, "sum to 1"),
        ({"transitions": tiny.last_character(4)}, "4 states that have transitions"),
        ({"transitions": knowing(0b1001)}, "3 tokens"),
        ({"transitions": knowing(0b111, 0)}, "3 tokens"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change: dict[str, object], fault: str) -> None:
    fields = {
        "alphabet": tiny.ALPHABET,
        "start": 0,
        "log_probs": np.log(tiny.PROBABILITIES),
        "transitions": tiny.last_character(),
    }
    with pytest.raises(ValueError, match=fault):
        Automaton(**(fields | change))  # type: ignore[arg-type]


def test_the_prediction_of_a_state_is_its_row_of_all_predictions(
    shipped: dict[str, Model],
) -> None:
    for model in (shipped["lstm"], shipped["bigram"], shipped["mlp"]):
        automaton = model.automaton
        for state in (automaton.start, automaton.states - 1):
            prediction = automaton.prediction(state)
            assert prediction == automaton.predictions()[state].tolist()
            assert prediction[1] == automaton.log_prob(state, 1)
