"""Some of the mutants that `make fuzz` reads by the million, and the harness itself."""

import pytest

from namewright import checkpoint
from tests.fuzz import contract
from tests.fuzz.contract import BrokenPromiseError, Reader
from tests.fuzz.files import SHIPPED, Parts, shipped, small
from tests.fuzz.mutants import Mutants

pytestmark = pytest.mark.fuzz


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("count", [250, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_mutant_is_a_model_or_has_a_fault(name: str, count: int) -> None:
    mutants, reader = Mutants(shipped(name), small(name), in_small=0.8), Reader(shipped(name))
    faults = {reader.examine(mutants.make(seed=1, number=number)) for number in range(count)}
    assert None in faults, "no mutant is a model"
    assert len(faults) > 40, "the mutants are too much alike"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_small_checkpoint_has_all_that_a_shipped_one_has(name: str) -> None:
    assert Reader(shipped(name)).examine(small(name)) is None
    assert Parts.of(small(name)).tensors.keys() == Parts.of(shipped(name)).tensors.keys()


def test_a_mutant_is_made_anew_from_its_seed_and_number() -> None:
    one, other = (Mutants(shipped("mlp"), small("mlp")) for _ in range(2))
    made = [one.make(5, number) for number in range(100)]
    assert made == [other.make(5, number) for number in range(100)]
    assert made != [one.make(6, number) for number in range(100)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise KeyError('x')", "KeyError"),
        ("return int('x')", "not a fault of the reader's own"),
        ("raise MemoryError", "MemoryError"),
        ("import numpy; numpy.log(numpy.zeros(1))", "RuntimeWarning"),
        (
            "import time; t = time.process_time()\n while time.process_time() < t + 1.1: pass",
            "took",
        ),
        ("raise ValueError('x' * 2000)", "not one short line"),
        ("raise ValueError('two\\nlines')", "not one short line"),
    ],
)
def test_a_broken_promise_is_seen(monkeypatch: pytest.MonkeyPatch, body: str, said: str) -> None:
    """The reader with a fault in it, which is looked for as the mutants' are."""
    space = dict(vars(checkpoint))
    exec(f"def broken(data):\n {body}\n raise ValueError('a fault')", space)
    reader = Reader(small("bigram"))
    monkeypatch.setattr(contract, "from_bytes", space["broken"])
    with pytest.raises(BrokenPromiseError, match=said):
        reader.examine(b"")
