import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright import reference
from namewright.errors import ExhaustedError
from namewright.parameters import Sampling
from tests import tiny

words = st.integers(0, 2**64 - 1)
rows = st.lists(st.floats(-50, 50), min_size=2, max_size=60).map(
    lambda logits: (np.array(logits) - np.logaddexp.reduce(logits)).tolist()
)
temperatures = st.one_of(st.just(0.0), st.floats(1e-300, 5.0))
top_ps = st.floats(0.0, 1.0, exclude_min=True)


@pytest.mark.parametrize(
    ("counter", "key", "block"),
    [  # the known answers that come with the Random123 library
        (
            [0, 0, 0, 0],
            [0, 0],
            [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B],
        ),
        (
            [2**64 - 1] * 4,
            [2**64 - 1] * 2,
            [0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0],
        ),
    ],
)
def test_philox_gives_the_published_answers(
    counter: list[int], key: list[int], block: list[int]
) -> None:
    assert list(reference.philox(counter, key)) == block


@given(st.tuples(words, words, words, words), st.tuples(words, words))
def test_philox_equals_numpys(counter: tuple[int, ...], key: tuple[int, ...]) -> None:
    as_integer = sum(word << (64 * i) for i, word in enumerate(counter))
    before = (as_integer - 1) % 2**256  # numpy counts up before it draws
    theirs = np.random.Philox(counter=before, key=key[0] + (key[1] << 64))
    assert list(reference.philox(counter, key)) == theirs.random_raw(4).tolist()


def test_draws_are_the_words_of_four_blocks_low_half_first() -> None:
    found = list(reference.draws(seed=7, index=5, attempt=3))
    words = [w for block in range(4) for w in reference.philox((block, 3, 5, 0), (7, 0))]
    assert found == [half for word in words for half in (word & 0xFFFFFFFF, word >> 32)]


def test_temperature_divides_log_probabilities() -> None:
    row = np.log([0.1, 0.6, 0.3])
    expected = np.array([0.1, 0.6, 0.3]) ** 2
    shaped = reference.probabilities(row.tolist(), 0.5, 0, 1.0)
    np.testing.assert_allclose(shaped, expected / expected.sum())


def test_temperature_0_is_the_likeliest_and_ties_go_to_the_lower_token() -> None:
    assert reference.probabilities([-3.0, -1.0, -1.0, -2.0], 0.0, 0, 1.0) == [0, 1, 0, 0]


def test_top_k_ties_go_to_the_lower_token() -> None:
    assert reference.probabilities([-2.0, -1.0, -1.0, -1.0], 1.0, 2, 1.0) == [0, 0.5, 0.5, 0]


def test_top_p_keeps_the_smallest_set_that_reaches_the_mass() -> None:
    row = np.log([0.1, 0.5, 0.25, 0.15]).tolist()
    for top_p, kept in [(0.01, 1), (0.49, 1), (0.51, 2), (0.74, 2), (0.76, 3), (0.95, 4)]:
        shaped = reference.probabilities(row, 1.0, 0, top_p)
        assert sum(p > 0 for p in shaped) == kept
        assert sum(shaped) == pytest.approx(1)


def test_top_p_measures_mass_before_top_k_renormalises() -> None:
    row = np.log([0.1, 0.5, 0.25, 0.15]).tolist()
    assert sum(p > 0 for p in reference.probabilities(row, 1.0, 3, 0.8)) == 3


@given(rows, temperatures, st.integers(0, 70), top_ps)
def test_a_shaped_row_is_a_distribution_over_the_likeliest(
    row: list[float], temperature: float, top_k: int, top_p: float
) -> None:
    shaped = reference.probabilities(row, temperature, top_k, top_p)
    assert math.fsum(shaped) == pytest.approx(1)
    kept = [token for token, p in enumerate(shaped) if p > 0]
    assert 1 <= len(kept) <= (top_k or len(row))
    cut = [token for token in range(len(row)) if token not in kept]
    if temperature and max(row) - min(row) < 600 * temperature:
        assert all((-row[k], k) < (-row[c], c) for k in kept for c in cut)


@given(rows, temperatures, st.integers(0, 70), top_ps)
def test_thresholds_rise_to_2_to_the_32(
    row: list[float], temperature: float, top_k: int, top_p: float
) -> None:
    shaped = reference.probabilities(row, temperature, top_k, top_p)
    found = reference.thresholds(shaped)
    assert found == sorted(found)
    assert found[-1] == 2**32
    last = max(token for token, p in enumerate(shaped) if p > 0)
    assert reference.pick(found, 2**32 - 1) <= last
    assert shaped[reference.pick(found, 0)] > 0


def test_a_draw_picks_the_first_token_whose_threshold_exceeds_it() -> None:
    row = [10, 10, 2**32]
    assert [reference.pick(row, draw) for draw in (0, 9, 10, 2**32 - 1)] == [0, 0, 2, 2]


def test_a_name_by_hand() -> None:
    """Section by section, with nothing shared but the draws."""
    expected = []
    for index in range(200):
        for attempt in range(100):
            state, name = 0, ""
            for draw in reference.draws(9, index, attempt):
                cumulative = np.cumsum(tiny.PROBABILITIES[state])
                token = int((np.round(cumulative * 2**32) <= draw).sum())
                if token == 0:
                    break
                name += "ab"[token - 1]
                state = token
            if token == 0 and name:
                expected.append(name)
                break
    found = reference.sample(tiny.automaton(), Sampling(200, 9))
    assert found == expected


def test_a_candidate_that_fails_is_drawn_again_at_the_next_attempt() -> None:
    free = reference.sample(tiny.automaton(), Sampling(300, 1))
    filtered = reference.sample(tiny.automaton(), Sampling(300, 1, min_length=2))
    for before, after in zip(free, filtered, strict=True):
        assert after == before if len(before) >= 2 else len(after) >= 2


def test_work_is_bounded_by_attempts_a_name() -> None:
    with pytest.raises(ExhaustedError) as caught:
        reference.sample(tiny.automaton(), Sampling(5, 1, 7), accept=lambda _: False)
    assert caught.value.attempts == reference.ATTEMPTS
    assert caught.value.index == 7
