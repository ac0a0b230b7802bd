"""Teachers to an automaton: contexts for states, and what the teachers predict in them.

0. Several teachers are one, the mean of their predictions (`mixture.py`).

1. Where it ends names is set right (`lengths.py`).
2. The prefixes of a million or more of its names, and what it predicts after each (`prefixes.py`).
3. All their contexts (`context_tree.py`), of which those stay that save most (`pruning.py`).
4. A state predicts the mean of what the teacher said where its context was the longest.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import Alphabet
from namewright.architectures.layout import most_states
from namewright.automaton import STEP
from namewright.checkpoint import Checkpoint
from training.automaton_teacher import AutomatonTeacher
from training.checkpoints import teacher_of
from training.context_tree import NONE, ContextTree, grow
from training.data import Dataset
from training.evaluate import lengths_of, losses
from training.export import export
from training.lengths import match_lengths
from training.mixture import Mixture, choose_weights
from training.prefixes import OnProgress, Prefixes, draw_prefixes
from training.pruning import prune
from training.teacher import Predictor, Teacher

CODES = 256


class CompileOptions(NamedTuple):
    """How to compile: how large, from how many names, by which contexts.

    states     the most the automaton may have; no more are taken than a checkpoint can hold
    names      of the teacher's, at the most, to learn from; time is in proportion
    longest    context, in characters, a boundary included
    least      how many names a context has to have been in
    prior      how many names the mean over all of a context's occurrences stands for, where a
               state's own are few
    seed       of the names
    """

    states: int = 100_000
    names: int = 3_000_000
    longest: int = 10
    least: float = 2.0
    prior: float = 1.0
    seed: int = 0


def compile_model(
    checkpoints: Sequence[Checkpoint],
    dataset: Dataset,
    options: CompileOptions = CompileOptions(),  # noqa: B008 - it is frozen
    on_progress: OnProgress = lambda done: None,
) -> Checkpoint:
    """The checkpoint of teachers' automaton, measured on the list that the teachers learned from.

    Of several teachers the mean is compiled, with the weights that suit the validation part best.
    Raises ValueError if the states are too few, or the teachers' alphabets differ.
    """
    teachers = [teacher_of(checkpoint) for checkpoint in checkpoints]
    weights = [1.0]
    teacher, metrics = teachers[0], checkpoints[0].metrics
    if len(teachers) > 1:
        weights = choose_weights(teachers, dataset.parts.validation)
        teacher = Mixture(teachers, weights)
        metrics = losses(teacher, dataset.parts)
    names = dataset.repeated
    lengths = len(names) * lengths_of(names)
    sizes, tensors = compiled(teacher, checkpoints[0], lengths, options, on_progress)
    sizes["teachers"] = [
        {
            "architecture": checkpoint.architecture,
            "hyperparameters": dict(checkpoint.hyperparameters),
            "digest": checkpoint.digest,
            "weight": weight,
        }
        for checkpoint, weight in zip(checkpoints, weights, strict=True)
    ]
    trainings = [dict(checkpoint.training) for checkpoint in checkpoints]
    training = {"seed": options.seed, "teachers": trainings}
    return export(dataset, "automaton", sizes, tensors, training, {"teacher": metrics})


def compiled(
    teacher: Teacher,
    checkpoint: Checkpoint,
    lengths: NDArray[np.float64],
    options: CompileOptions,
    on_progress: OnProgress = lambda done: None,
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The hyperparameters and tensors of a teacher's automaton; `checkpoint` is where it is from.

    `lengths` says how many names of its list have each length. An n-gram's contexts, where they are
    no more than the states, stay as they are, and its probabilities too, at 64 bits. Raises
    ValueError if the states are too few.
    """
    tensors, sizes = checkpoint.tensors, {}
    if (
        isinstance(teacher, AutomatonTeacher)
        and "contexts.parent" in tensors
        and teacher.automaton.states <= options.states
    ):
        made = {name: tensors[name] for name in ("contexts.parent", "contexts.character")}
        made["predictions"] = teacher.automaton.predictions()
        on_progress(1.0)
    else:
        made, names = distil(match_lengths(teacher, lengths, options.seed), options, on_progress)
        sizes = {"names": names, "longest": options.longest}
    states, bits = len(made["predictions"]), 8 * made["predictions"].itemsize
    return {"states": states, "bits": bits, **sizes}, made


def distil(
    teacher: Predictor, options: CompileOptions, on_progress: OnProgress = lambda done: None
) -> tuple[dict[str, NDArray[Any]], int]:
    """The tensors of the compiled teacher, and how many names they are from.

    Raises ValueError if the states are too few.
    """
    check_states(options.states, teacher.alphabet)
    prefixes = draw_prefixes(teacher, options.names, options.seed, on_progress)
    tree = grow(prefixes, options.longest, options.least)
    kept = prune(tree, min(options.states, most_states(teacher.alphabet.vocab_size)))
    probabilities = predictions(prefixes, tree, kept, options.prior)
    number = np.cumsum(kept) - 1
    tensors: dict[str, NDArray[Any]] = {
        "contexts.parent": number[tree.contexts.parent[kept]].astype(np.int32),
        "contexts.character": tree.contexts.character[kept].astype(np.uint8),
        "predictions": encode(probabilities),
    }
    return tensors, int(prefixes.weight[0])


def check_states(states: int, alphabet: Alphabet) -> None:
    """Raise ValueError if there is not a state for each character."""
    if states <= alphabet.vocab_size:
        raise ValueError(
            f"{states} states are too few; at least {alphabet.vocab_size + 1} are needed"
        )


def predictions(
    prefixes: Prefixes, tree: ContextTree, kept: NDArray[np.bool_], prior: float
) -> NDArray[np.float64]:
    """P(token | state), [states, tokens]: the mean over the prefixes that are in the state."""
    number = np.cumsum(kept) - 1
    state = np.zeros(len(prefixes.last), dtype=np.int64)
    for here in tree.at[1:]:
        rows = np.flatnonzero(here != NONE)
        rows = rows[kept[here[rows]]]
        state[rows] = number[here[rows]]
    contexts = tree.contexts
    mean = contexts.following[kept] / contexts.weight[kept, None]
    weight = np.bincount(state, prefixes.weight, len(mean)) + prior
    found = np.empty(mean.shape)
    for token in range(mean.shape[1]):
        came = np.bincount(state, prefixes.weight * prefixes.following[:, token], len(mean))
        found[:, token] = (came + prior * mean[:, token]) / weight
    return found


def encode(probabilities: NDArray[np.float64]) -> NDArray[np.uint8]:
    """As codes, from the likeliest token of each state down: see `automaton.STEP`."""
    likeliest = probabilities.max(axis=1, keepdims=True)
    nats = -np.log(np.maximum(probabilities / likeliest, np.exp(-STEP * CODES)))
    codes: NDArray[np.uint8] = np.minimum(np.rint(nats / STEP), CODES - 1).astype(np.uint8)
    return codes
