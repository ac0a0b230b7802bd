"""Where characters lead, against each row written out; and the kernel against the specification."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from namewright.transitions import FALLBACK, FIRST, KNOWN, Transitions, columns
from tests import tiny


def written_out(transitions: Transitions, tokens: int) -> NDArray[np.int32]:
    """[states, tokens]: the next states; a row's are its fallback's, except of what it knows."""
    table = np.zeros((len(transitions.rows), tokens), dtype=np.int32)
    for row, numbers in enumerate(transitions.rows.tolist()):
        if row:
            table[row] = table[numbers[FALLBACK]]
        known = [t for t in range(tokens) if numbers[KNOWN + t // 32] >> t % 32 & 1]
        table[row, known] = np.arange(numbers[FIRST], numbers[FIRST] + len(known))
    return table[transitions.row]


@given(st.integers(1, 256), st.integers(1, 300), st.integers(0, 2**32))
def test_a_row_leads_where_it_says_and_else_where_its_fallback_does(
    tokens: int, states: int, seed: int
) -> None:
    transitions = tiny.transitions(np.random.default_rng(seed), tokens, states)
    expected = written_out(transitions, tokens)
    every = np.indices(expected.shape)
    np.testing.assert_array_equal(transitions.follow_all(*every), expected)
    for state in (0, states - 1):
        assert [transitions.follow(state, t) for t in range(tokens)] == expected[state].tolist()


def test_complete_rows_need_no_fallback() -> None:
    row, first = np.array([0, 1, 1] + [0] * 77, dtype=np.int32), np.array([0, 40])
    transitions = Transitions.complete(row, first, 40)
    assert transitions.rows[:, KNOWN:].tolist() == [[2**32 - 1, 2**8 - 1]] * 2
    assert [transitions.follow(state, 39) for state in (0, 1, 2, 3)] == [39, 79, 79, 39]


def test_a_token_that_no_row_knows_leads_to_state_0() -> None:
    rows = np.array([[0, 0, 0b001], [1, 0, 0b010]], dtype=np.uint32)
    transitions = Transitions(np.array([0, 1], dtype=np.int32), rows)
    assert [transitions.follow(1, token) for token in range(3)] == [0, 1, 0]
    assert transitions.follow_all(np.array(1), np.arange(3)).tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"row": [0, 2]}, "outside the 2 rows"),
        ({"row": [0, -1]}, "outside the 2 rows"),
        ({"row": []}, "outside"),
        ({"row": [[0, 1]]}, "1 dimension"),
        ({"row": np.zeros(2, np.int64)}, "int32"),
        ({"rows": np.zeros((2, 3), np.int64)}, "uint32"),
        ({"rows": np.zeros((2, 2), np.uint32)}, "columns"),
        ({"rows": np.asfortranarray(np.zeros((2, 3), np.uint32))}, "C-contiguous"),
        ({"rows": [[0, 0, 1], [0, 1, 1]]}, "before it"),
        ({"rows": [[0, 0, 1], [0, 9, 1]]}, "before it"),
        ({"rows": [[2, 0, 1], [0, 0, 1]]}, "outside the 2 states"),
        ({"rows": [[1, 0, 3], [0, 0, 1]]}, "outside the 2 states"),
        ({"rows": [[0, 0, 1], [2**32 - 1, 0, 1]]}, "outside the 2 states"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object], fault: str) -> None:
    fields: dict[str, object] = {"row": [0, 1], "rows": [[0, 0, 3], [1, 0, 1]]}
    held = fields | change
    row, rows = held["row"], held["rows"]
    if isinstance(row, list):
        row = np.array(row, dtype=np.int32)
    if isinstance(rows, list):
        rows = np.array(rows, dtype=np.uint32)
    with pytest.raises(ValueError, match=fault):
        Transitions(row, rows)  # type: ignore[arg-type]


def test_its_arrays_cannot_be_written() -> None:
    transitions = tiny.automaton().transitions
    for array in (transitions.row, transitions.rows):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_bits_of_tokens_take_as_many_columns_as_they_need() -> None:
    assert [columns(tokens) for tokens in (1, 32, 33, 256)] == [1, 1, 2, 8]
