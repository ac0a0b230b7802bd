from itertools import chain

import torch

from namewright.alphabet import Alphabet
from training.sequences import IGNORED, Batches, seed_of, sequences

AB = Alphabet(("a", "b"))


def test_names_are_shown_with_the_boundary_before_and_the_end_to_be_predicted() -> None:
    shown = sequences(["ab", "b"], AB)
    assert shown.tokens.tolist() == [[0, 1, 2], [0, 2, 0]]
    assert shown.targets.tolist() == [[1, 2, 0], [2, 0, IGNORED]]
    assert shown.lengths.tolist() == [3, 2]


def test_rows_are_cut_to_the_longest_of_them() -> None:
    shown = sequences(["abba", "b", "ab"], AB).take(torch.tensor([1, 2]))
    assert shown.tokens.tolist() == [[0, 2, 0], [0, 1, 2]]


def test_chunks_have_every_row_once() -> None:
    shown = sequences(["abba", "b", "ab", "a", "bb"], AB)
    rows = [rows.tolist() for rows, _ in shown.chunks(2)]
    assert sorted(chain(*rows)) == [0, 1, 2, 3, 4]
    assert [len(each) for each in rows] == [2, 2, 1]


def test_an_epoch_has_every_name_once_and_another_order_than_the_next() -> None:
    lengths = torch.randint(2, 12, (1000,), generator=torch.Generator().manual_seed(1))
    batches = Batches(lengths, 64, seed=3)
    epochs = [
        [batches.rows(epoch * 16 + step).tolist() for step in range(1, 17)] for epoch in (0, 1)
    ]
    for epoch in epochs:
        assert sorted(chain(*epoch)) == list(range(1000))
    assert epochs[0] != epochs[1]


def test_a_batch_depends_on_its_step_alone() -> None:
    lengths = torch.arange(100) % 7 + 2
    forwards, once = Batches(lengths, 8, seed=3), Batches(lengths, 8, seed=3)
    for step in range(1, 31):
        latest = forwards.rows(step)
    assert once.rows(30).tolist() == latest.tolist()
    assert Batches(lengths, 8, seed=4).rows(30).tolist() != latest.tolist()


def test_names_of_a_batch_are_about_as_long() -> None:
    lengths = torch.randint(2, 12, (4096,), generator=torch.Generator().manual_seed(1))
    batches = Batches(lengths, 64, seed=0)
    spans = [
        int(lengths[batches.rows(step)].max() - lengths[batches.rows(step)].min())
        for step in range(1, 65)
    ]
    assert sum(spans) / len(spans) < 2.5


def test_seeds_of_different_addresses_differ_and_fit_torch() -> None:
    seeds = {seed_of(a, b) for a in range(30) for b in range(30)}
    assert len(seeds) == 900
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert seed_of(2**63 - 1, 5) >= 0
