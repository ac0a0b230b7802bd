"""Where characters lead from each state: the goto and failure functions of Aho & Corasick.

    >>> transitions = namewright.load_model("lstm").automaton.transitions
    >>> transitions.row.shape, transitions.rows.shape
    ((200000,), (64193, 3))

Of a context model's hundreds of thousands of states, most lead where another does but for a few
characters. So a row has just the tokens that it knows, and names the row to fall back on for the
others ("Efficient string matching", CACM 18, 1975, section 2). States that lead to the same places
share a row. It takes 12 bytes where all the states of the alphabet a to z, written out, take 108;
and of a hundred characters drawn, 86 need no second row.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FIRST, FALLBACK, KNOWN = 0, 1, 2
"""The columns of `Transitions.rows`; from `KNOWN` on they have a bit for each token."""

BITS = 32
"""How many tokens have their bits in one column."""


@dataclass(frozen=True, eq=False)
class Transitions:
    """The next state of each state and token.

    row     int32 [states]: which of the rows is a state's
    rows    uint32 [rows, KNOWN + columns of bits]: of a row
            FIRST       the state that the least token it knows leads to; the other tokens that it
                        knows lead to the states after that one, in order
            FALLBACK    the row, one before it, that says where any other token leads. Of row 0
                        this is not read: what it does not know leads to state 0
            KNOWN...    bit t of them: whether it knows token t

    Raises ValueError, with the fault, unless the states and rows that are named exist, and rows
    fall back on rows before them: so that every look-up ends, inside the arrays.
    """

    row: NDArray[np.int32]
    rows: NDArray[np.uint32]

    def __post_init__(self) -> None:
        for name, array, form, dimensions in (
            ("row", self.row, np.int32, 1),
            ("rows", self.rows, np.uint32, 2),
        ):
            if array.dtype != form or array.ndim != dimensions or not array.flags.c_contiguous:
                raise ValueError(
                    f"{name} should be {form.__name__}, C-contiguous, of {dimensions} dimensions"
                )
        if self.rows.shape[1] <= KNOWN:
            raise ValueError(f"rows should have {KNOWN} columns and those of the bits")
        if not len(self.row) or self.row.min() < 0 or self.row.max() >= len(self.rows):
            raise ValueError(f"the row of a state is outside the {len(self.rows)} rows")
        if (self.rows[1:, FALLBACK] >= np.arange(1, len(self.rows))).any():
            raise ValueError("a row should fall back on one before it")
        known = np.bitwise_count(self.rows[:, KNOWN:]).sum(axis=1, dtype=np.int64)
        if (np.where(known, self.rows[:, FIRST] + known, 0) > len(self.row)).any():
            raise ValueError(f"a row leads outside the {len(self.row)} states")
        self.row.flags.writeable = self.rows.flags.writeable = False

    @classmethod
    def complete(cls, row: NDArray[np.int32], first: NDArray[Any], vocab_size: int) -> Self:
        """Those of rows that know every token: of each, the state that token 0 leads to."""
        rows = np.zeros((len(first), KNOWN + columns(vocab_size)), dtype=np.uint32)
        rows[:, FIRST] = first
        for token in range(vocab_size):
            rows[:, KNOWN + token // BITS] |= np.uint32(1 << token % BITS)
        return cls(row, rows)

    @property
    def tokens(self) -> int:
        """How many tokens there are at least: one more than the greatest that a row knows."""
        return max(
            BITS * column + int(np.bitwise_or.reduce(bits)).bit_length() if bits.any() else 0
            for column, bits in enumerate(self.rows[:, KNOWN:].T)
        )

    def follow(self, state: int, token: int) -> int:
        """The state that a token leads to."""
        row = int(self.row[state])
        while not self.known(row) >> token & 1:
            if row == 0:
                return 0
            row = int(self.rows[row, FALLBACK])
        lesser = self.known(row) & (1 << token) - 1
        return int(self.rows[row, FIRST]) + lesser.bit_count()

    def known(self, row: int) -> int:
        """The tokens that a row knows: bit t is that of token t."""
        return sum(bits << BITS * i for i, bits in enumerate(self.rows[row, KNOWN:].tolist()))

    def follow_all(self, states: NDArray[Any], tokens: NDArray[Any]) -> NDArray[np.int32]:
        """The states that tokens lead to, each from a state of its own: `follow`, of arrays."""
        return follow_rows(self.rows, *np.broadcast_arrays(self.row[states], tokens))


def columns(vocab_size: int) -> int:
    """How many columns the bits of the tokens take."""
    return -(-vocab_size // BITS)


def follow_rows(
    rows: NDArray[np.uint32], row: NDArray[Any], tokens: NDArray[Any]
) -> NDArray[np.int32]:
    """The states that tokens lead to, each from a row of its own; the two are of one shape."""
    column, bit = KNOWN + tokens // BITS, np.uint32(1) << (tokens % BITS).astype(np.uint32)
    while (unknown := ((rows[row, column] & bit) == 0) & (row > 0)).any():
        row = np.where(unknown, rows[row, FALLBACK], row)
    bits = rows[row, column]
    state = rows[row, FIRST] + np.bitwise_count(bits & (bit - np.uint32(1)))
    for lesser in range(KNOWN, rows.shape[1] - 1):
        state += np.where(lesser < column, np.bitwise_count(rows[row, lesser]), np.uint8(0))
    return np.where(bits & bit, state, 0).astype(np.int32)
