"""What reading a checkpoint promises, whatever its bytes are; `examine` says whether it was kept.

- Either there is a model, which samples, scores and describes itself in finite numbers, or there is
  a fault: a ValueError that the reader raises itself, which `load_model` turns into a
  CheckpointError. A ValueError that comes out of numpy is none: it says nothing to a reader.
- A fault is one printable line of at most 1,000 characters.
- No warning, and no more than a second of processor time.

The expansion of a large model takes most of the time that reading one takes. It depends on nothing
but the alphabet, the hyperparameters and the tensors, so a mutant that has those of the file it was
made from is given its automaton (`Reader`), and reading goes on from there.
"""

import dis
import json
import time
import warnings
from types import TracebackType

from namewright import Model
from namewright.architectures import ARCHITECTURES
from namewright.budget import Budget
from namewright.checkpoint import Checkpoint, from_bytes
from namewright.errors import BudgetError, ExhaustedError
from namewright.golden import check_golden_names
from namewright.kernel import Walker, walk
from namewright.parameters import Sampling
from namewright.score import describe

MAX_SECONDS = 1.0
MAX_FAULT = 1000
RAISE = dis.opmap["RAISE_VARARGS"]
CANDIDATES = 1000
"""Of a batch: a model may have hardly any names, and then that is what it says."""
SAMPLINGS = (
    Sampling(n=3, seed=1),
    Sampling(n=3, seed=1, temperature=0.0),
    Sampling(n=3, seed=1, top_k=2, temperature=3.0),
)
NAMES = ("a", "ab", "Zoë", "", "x" * 300, "王")


class BrokenPromiseError(Exception):
    """Some bytes for which the reader does not do what it promises."""


class Reader:
    """Reads bytes as the service reads a file, and holds what comes of it to the promises.

    like    the bytes of a checkpoint that is read, whose automaton need not be made again
    """

    def __init__(self, like: bytes) -> None:
        warnings.simplefilter("error")
        self.like = from_bytes(like)
        self.structure = structure(self.like)
        self.walker = self.expand(self.like)
        self.slowest = 0.0
        self.longest = 0

    def examine(self, data: bytes) -> str | None:
        """The fault of some bytes; None for a model. Raises BrokenPromiseError."""
        began = time.process_time()
        try:
            fault = self.read(data)
        except ValueError as error:
            fault = str(error)
            if not is_deliberate(error.__traceback__):
                raise BrokenPromiseError(f"not a fault of the reader's own: {error}") from error
        except Exception as error:
            raise BrokenPromiseError(f"{type(error).__name__}: {error}") from error
        took = time.process_time() - began
        self.slowest = max(self.slowest, took)
        if took > MAX_SECONDS:
            raise BrokenPromiseError(f"took {took:.1f} seconds")
        if fault is not None:
            self.longest = max(self.longest, len(fault))
            if len(fault) > MAX_FAULT or not fault.isprintable():
                raise BrokenPromiseError(f"the fault is not one short line: {fault[:200]!r}")
        return fault

    def read(self, data: bytes) -> str | None:
        """None for a model that works. Raises ValueError for bytes that are none."""
        checkpoint = from_bytes(data)
        alike = structure(checkpoint) == self.structure and same(checkpoint, self.like)
        walker = self.walker if alike else self.expand(checkpoint)
        check_golden_names(walker, checkpoint.golden)
        use(Model("mutant", checkpoint, walker), sampled=not alike)
        return None

    def expand(self, checkpoint: Checkpoint) -> Walker:
        """The model of a checkpoint, ready to sample. Raises ValueError."""
        architecture = ARCHITECTURES[checkpoint.architecture]
        return walk(
            architecture.expand(checkpoint.alphabet, checkpoint.hyperparameters, checkpoint.tensors)
        )


def structure(checkpoint: Checkpoint) -> tuple[object, ...]:
    """What an automaton is made from, but for the tensors."""
    hyperparameters = json.dumps(checkpoint.hyperparameters, sort_keys=True)
    return checkpoint.architecture, checkpoint.alphabet.characters, hyperparameters


def same(one: Checkpoint, other: Checkpoint) -> bool:
    """Whether two checkpoints of one structure have the same tensors, bit for bit."""
    return all(one.tensors[name].data == other.tensors[name].data for name in one.tensors)


def use(model: Model, sampled: bool) -> None:
    """Do with a model what the service does; its numbers are finite, or `json` raises."""
    repr(model)
    names: list[str] = []
    for sampling in SAMPLINGS if sampled else ():
        try:
            names += model.walker.sample(sampling, Budget(CANDIDATES))
        except (BudgetError, ExhaustedError):
            continue
    results = [describe(score, characters=True) for score in model.score([*NAMES, *names])]
    for name, result in zip(names, results[len(NAMES) :], strict=True):
        assert "error" not in result, name
    text = json.dumps([model.describe(), results], allow_nan=False, ensure_ascii=False)
    text.encode()


def is_deliberate(traceback: TracebackType | None) -> bool:
    """Whether an error comes from a `raise` of the library, rather than from something it called.

    It does where the last frame is the library's and its last instruction is a `raise`.
    """
    assert traceback is not None
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    name: str = traceback.tb_frame.f_globals.get("__name__", "")
    instruction = traceback.tb_frame.f_code.co_code[traceback.tb_lasti]
    return name.startswith("namewright.") and instruction == RAISE
