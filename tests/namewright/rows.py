"""What tests of rows share: models with odd alphabets, and how rows are read back."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from namewright import Model, _kernel, reference
from namewright.alphabet import MAX_LENGTH, Alphabet, normalise
from namewright.automaton import Automaton
from namewright.known_names import KnownNames
from tests import tiny

ODD = Alphabet(tuple("abz'-., \"\\éñяж漢ʻ\u0302\u01f0\u0390\u200c"))
"""What rows quote and escape; accents, marks, joiners; letters whose capital is two or three."""

PLAIN = Alphabet(tuple("abcde-'"))
ALPHABETS = [PLAIN, ODD, Alphabet(tuple("ab,")), Alphabet(tuple("яжé"))]


def names_of(alphabet: Alphabet) -> st.SearchStrategy[str]:
    """Names that an alphabet can spell."""
    texts = st.text(st.sampled_from(alphabet.characters), min_size=1, max_size=12)
    return texts.filter(lambda text: normalise(text) == text)


def model_of(alphabet: Alphabet, seed: int = 0, states: int = 5) -> Model:
    """A model of random rows."""
    rng = np.random.default_rng(seed)
    shape = states, alphabet.vocab_size
    logits = rng.normal(size=shape)
    automaton = Automaton(
        alphabet,
        0,
        logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)),
        tiny.transitions(rng, alphabet.vocab_size, states),
    )
    checkpoint = replace(
        tiny.checkpoint(),
        alphabet=alphabet,
        tensors={},
        calibration=np.sort(rng.normal(-2, 1, (MAX_LENGTH, 21)), axis=1),
        known_names=KnownNames.of(["ab", "ba", "a", "b"], "0" * 64),
    )
    return Model("odd", checkpoint, _kernel.KernelWalker(automaton))


def by_reference(model: Model) -> Model:
    """The same in plain Python."""
    return replace(model, walker=reference.ReferenceWalker(model.automaton))


READERS: dict[str, Callable[[str], list[dict[str, Any]]]] = {
    "text": lambda text: [{"name": line} for line in text.splitlines()],
    "csv": lambda text: list(csv.DictReader(io.StringIO(text, newline=""), strict=True)),
    "ndjson": lambda text: [json.loads(line) for line in text.split("\n")[:-1]],
}


def read_rows(format_name: str, rows: bytes) -> list[dict[str, Any]]:
    """What a reader makes of rows, each by its columns."""
    return READERS[format_name](rows.decode())


def code_of(row: dict[str, Any]) -> str:
    """The code of a row's error, which is all that a table has of it."""
    error = row["error"]
    code: str = error if isinstance(error, str) else error["code"]
    return code
