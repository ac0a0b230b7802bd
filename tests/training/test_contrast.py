"""One model without what another finds likelier, against that law written out."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from namewright.automaton import Automaton
from namewright.checkpoint import Checkpoint
from namewright.kernel import walk
from namewright.parameters import Sampling
from tests import tiny
from tests.training.commands import run
from training import load_any
from training.contrast import ContrastOptions, conditioned, contrast, judge
from training.data import make_dataset

OPTIONS = ContrastOptions(names=300_000)


def two() -> tuple[Automaton, Automaton]:
    """The tiny model, and one that has a and b the other way around."""
    own = tiny.automaton()
    order = [0, 2, 1]
    log_probs = np.ascontiguousarray(own.log_probs[order][:, order])
    return own, Automaton(own.alphabet, 0, log_probs, own.transitions)


def compiled(automaton: Automaton, digest: str) -> Checkpoint:
    """It as a compiled checkpoint: a state for each last character, and one for none."""
    tensors = {
        "contexts.parent": np.zeros(4, dtype=np.int32),
        "contexts.character": np.array([0, 0, 1, 2], dtype=np.uint8),
        "predictions": np.vstack([automaton.log_probs[:1], automaton.log_probs]),
    }
    return replace(
        tiny.checkpoint(),
        architecture="automaton",
        hyperparameters={"states": 4, "bits": 64},
        metrics=dict.fromkeys(("train", "validation", "test"), 1.0)
        | {"teacher": {"train": 1.0, "validation": 1.0, "test": 1.0}},
        tensors=tensors,
        digest=digest,
        data={**tiny.checkpoint().data, "sha256": digest},
    )


def test_a_state_predicts_by_how_many_of_the_names_from_it_are_kept() -> None:
    """Bayes' rule, the share counted in names that are drawn anew, one by one."""
    own, other = two()
    came, kept = judge(own, other, OPTIONS, lambda done: None)
    names = walk(own).sample(Sampling(n=OPTIONS.names, seed=0, safe=False))
    likelier = walk(own).log_likelihoods(names) > walk(other).log_likelihoods(names)
    after_a = [kept for name, kept in zip(names, likelier, strict=True) for c in name if c == "a"]
    assert came[1].sum() == len(after_a)
    assert kept[1].sum() == sum(after_a)
    ends_in_a = [kept for name, kept in zip(names, likelier, strict=True) if name[-1] == "a"]
    assert (came[1, 0], kept[1, 0]) == (len(ends_in_a), sum(ends_in_a))
    found = conditioned(own, came, kept, prior=1e-9)[1:]
    expected = np.exp(own.log_probs[1:]) * kept[1:] / came[1:]
    np.testing.assert_allclose(found, expected / expected.sum(axis=1, keepdims=True))


def test_a_share_of_few_names_is_drawn_to_that_of_all() -> None:
    own, _ = two()
    came, kept = np.zeros((3, 3), dtype=np.int64), np.zeros((3, 3), dtype=np.int64)
    came[0], kept[0] = [10, 1000, 1000], [10, 1000, 0]
    found = conditioned(own, came, kept, prior=2)
    np.testing.assert_allclose(found[1:], np.exp(own.log_probs[1:]))  # where no name came
    assert found[0, 2] < 0.002
    assert found[0, 1] / found[0, 0] == pytest.approx(6, rel=0.15)


def test_more_of_its_names_are_its_own(tmp_path: Path) -> None:
    own, other = two()
    pair = [compiled(own, "0" * 64), compiled(other, "1" * 64)]
    names = walk(own).sample(Sampling(n=2000, seed=3, safe=False))
    dataset = make_dataset([f"{name}\t1" for name in dict.fromkeys(names)], "hash")
    before = np.mean(walk(own).log_likelihoods(names) > walk(other).log_likelihoods(names))
    done: list[float] = []
    made, share = contrast(*pair, dataset, OPTIONS, done.append)
    assert share == pytest.approx(before, abs=0.05)
    assert done[-1] == 1
    assert made.hyperparameters["contrast"] == {"digest": "1" * 64, **OPTIONS._asdict()}
    again, _ = contrast(*pair, dataset, OPTIONS)
    np.testing.assert_array_equal(made.tensors["predictions"], again.tensors["predictions"])


def test_what_cannot_be_compared_is_refused() -> None:
    own, other = (compiled(each, str(i) * 64) for i, each in enumerate(two()))
    dataset = make_dataset(["".join(each) for each in product("ab", repeat=8)], "hash")
    with pytest.raises(ValueError, match="the other: is not compiled"):
        contrast(own, tiny.checkpoint(), dataset)
    strange = replace(other, alphabet=type(other.alphabet)(("x", "y")))
    with pytest.raises(ValueError, match="one alone has a b x y"):
        contrast(own, strange, dataset)
    with pytest.raises(ValueError, match="learned from the list of the model"):
        contrast(own, replace(other, data=own.data), dataset)
    with pytest.raises(ValueError, match="none would be left"):
        contrast(own, replace(own, data=other.data), dataset, OPTIONS)


@pytest.mark.slow
def test_the_command_tells_the_shipped_lists_apart(tmp_path: Path) -> None:
    """From the n-grams of the lists, compiled: what is drawn is nearly always its own list's."""
    plain, made = tmp_path / "plain", tmp_path / "made"
    plain.mkdir()
    made.mkdir()
    lists = {"girls": "boys", "boys": "girls"}
    for name in lists:
        data, teacher = f"data/{name}.txt", tmp_path / f"{name}.safetensors"
        run("train", "ngram", "--data", data, "--order", "4", "-o", teacher)
        limits = ["--states", "5000", "--names", "200000"]
        done = run("compile", teacher, "--data", data, *limits, "-o", plain / teacher.name)
        assert done.returncode == 0, done.stderr
    for name, other in lists.items():
        pair = [plain / f"{each}.safetensors" for each in (name, other)]
        arguments = ["--data", f"data/{name}.txt", "--names", "500000"]
        done = run("contrast", *pair, *arguments, "-o", made / pair[0].name)
        assert done.returncode == 0, done.stderr
        assert "of its names kept" in done.stdout
    shares = []
    for folder in (plain, made):
        girls, boys = (
            walk(load_any_automaton(folder / f"{name}.safetensors")) for name in ("girls", "boys")
        )
        names = girls.sample(Sampling(n=10_000, seed=5))
        shares.append(np.mean(girls.log_likelihoods(names) > boys.log_likelihoods(names)))
    assert shares[1] > shares[0] + 0.02


def load_any_automaton(path: Path) -> Automaton:
    """The automaton of a compiled checkpoint's file."""
    from training.checkpoints import automaton_of

    automaton = automaton_of(load_any(path))
    assert automaton is not None
    return automaton


def test_a_model_is_not_written_over_one_that_it_is_compared_with(tmp_path: Path) -> None:
    for at in (0, 1):
        pair = [tmp_path / "a.safetensors", tmp_path / "b.safetensors"]
        for path in pair:
            path.write_bytes(b"")
        done = run("contrast", *pair, "-o", pair[at])
        assert done.returncode == 1
        assert "another name" in done.stderr
