# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What `reference.py` specifies, compiled, bit for bit; the interpreter is free while it draws.

Read `reference.py` first: this has its functions and its names, and adds two things.

- A row is shaped when a name first comes to its state, and kept (`Rows`, in `_rows.pxd`): so a
  small request does not pay for the size of the model, and the next one with the same
  temperature, top_k and top_p pays nothing.
- While one name waits for memory, others take their steps (`KernelWalker.draw`): all of them ask
  for their rows before the first is read, and for their next states before the first of those is.

It is four modules: this one, which samples, `_scores`, `_distribution` and `_rows`. The `.pxd` of a
module has what the others use of it; a method whose body is there, as that of every step is, is
compiled into whichever module calls it, and the C compiler inlines it. `_philox.pxd` and
`_blake2b.pxd` are nothing but that.

An Automaton is checked when it is made, and is read-only; so is a `Sampling`; and a token comes
from the alphabet alone: so every index here is in range.
"""

from cpython.unicode cimport (
    PyUnicode_1BYTE_DATA,
    PyUnicode_FromKindAndData,
)
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

from namewright._distribution cimport MAX_TOKENS
from namewright._philox cimport philox
from namewright._rows cimport Rows, fetch, size_of_rows
from namewright._scores cimport Scorer

import numpy as np

from namewright.alphabet import MAX_LENGTH, normalise
from namewright.budget import UNLIMITED
from namewright.errors import BudgetError, ExhaustedError
from namewright import reference

cdef extern from "Python.h":
    str PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)

cdef enum:
    LONGEST = 31
    CHUNK = 1024
    LANES = 32
    SPENT = -1                   # what `draw` returns when the budget is
    CACHED_SETTINGS = 4          # whose rows are kept, for each model
    CACHE_BYTES = 16777216       # of the rows of one model, but for the latest setting's

assert MAX_LENGTH == LONGEST


cdef struct Batch:
    uint64_t seed
    uint64_t part            # of names of several parts
    uint64_t offset
    int32_t start
    int prefix
    int min_length
    int max_length
    int64_t attempts
    int64_t* budget          # candidates: drawn, allowed; another thread may change the second


cdef struct Lane:
    int64_t i                # which name of the chunk
    int64_t attempt
    int t
    int32_t state
    const int32_t* onward    # where the next state is read
    uint32_t draws[8]


cdef class KernelWalker(Scorer):
    """An automaton, ready to sample and to score. As `reference.ReferenceWalker`."""

    name = "compiled"

    cdef const uint32_t[::1] code_points
    cdef bint is_ascii
    cdef uint8_t ascii_of[MAX_TOKENS]   # of a token, where all characters are ASCII
    cdef dict row_cache          # (temperature, top_k, top_p) -> Rows, the latest used last
    cdef int cached_settings     # how many there is room for

    def __init__(self, automaton):
        cdef int code
        super().__init__(automaton)
        self.code_points = np.array([ord(c) for c in automaton.alphabet.characters], np.uint32)
        self.row_cache = {}
        self.cached_settings = max(
            1, min(CACHED_SETTINGS, CACHE_BYTES // size_of_rows(automaton.states, self.vocab_size)))
        self.is_ascii = "".join(automaton.alphabet.characters).isascii()
        if self.is_ascii:
            for code in range(1, self.vocab_size):
                self.ascii_of[code] = self.code_points[code - 1]

    def sample(self, sampling, budget=None, part=0):
        """As `reference.sample`."""
        cdef list prefix = sampling.prefix(self.automaton.alphabet)
        cdef Batch batch
        cdef int64_t[2] unlimited
        cdef int64_t[::1] cells
        if budget is None:
            unlimited[0], unlimited[1] = 0, UNLIMITED
            batch.budget = unlimited
        else:
            cells = budget.cells
            batch.budget = &cells[0]
        batch.seed = sampling.seeded().seed
        batch.part = part
        batch.offset = sampling.offset
        batch.start = self.start if not prefix else self.automaton.walk(prefix)
        batch.prefix = <int>len(prefix)
        batch.min_length, batch.max_length = sampling.min_length, sampling.max_length
        batch.attempts = reference.ATTEMPTS
        cdef int64_t keep = min(sampling.top_k, self.vocab_size)  # from there on it cuts nothing
        key = (sampling.temperature, keep, sampling.top_p)
        cdef Rows rows = self.take(key)
        try:
            return self.draw_batch(rows, &batch, prefix, sampling.n)
        finally:
            rows.users -= 1
            while len(self.row_cache) > self.cached_settings and self.take_idle() is not None:
                pass

    cdef Rows take(self, key):
        """The rows of a setting, with one of their `users` more: other threads may be among them.

        Where there is no more place, a new setting takes over those longest unused.
        """
        cdef Rows rows = self.row_cache.pop(key, None)
        if rows is None:
            if len(self.row_cache) >= self.cached_settings:
                rows = self.take_idle()
            if rows is None:
                rows = Rows(self.predictions, self.transition_row)
            rows.begin(key[0], key[1], key[2])
        rows.users += 1
        self.row_cache[key] = rows
        return rows

    cdef Rows take_idle(self):
        """The rows longest unused, off the cache; None where all are drawn from."""
        cdef Rows rows
        for key, rows in self.row_cache.items():
            if rows.users == 0:
                return self.row_cache.pop(key)
        return None

    cdef list draw_batch(self, Rows rows, const Batch* batch, prefix, int64_t n):
        """The names of a batch, some at a time: drawn without the interpreter, spelt with it."""
        cdef uint8_t names[CHUNK][LONGEST]
        cdef int lengths[CHUNK]
        cdef int64_t accepted[CHUNK]
        cdef int64_t first, i, size, drawn, redrawn
        cdef int t
        cdef bint closed = self.automaton.alphabet.is_closed
        cdef list result = []
        for t in range(batch.prefix):
            for i in range(min(n, <int64_t>CHUNK)):
                names[i][t] = prefix[t]
        for first in range(0, n, CHUNK):
            size = min(<int64_t>CHUNK, n - first)
            with nogil:
                drawn = self.draw(
                    rows, batch, batch.offset + first, size, 0, names, lengths, accepted)
            if drawn == SPENT:
                raise BudgetError
            for i in range(drawn):
                name = self.decode(names[i], lengths[i])
                # What is not its own normal form is one more candidate that was rejected.
                while not closed and normalise(name) != name:
                    if accepted[i] + 1 == batch.attempts:
                        raise ExhaustedError(batch.attempts, batch.offset + first + i)
                    redrawn = self.draw(
                        rows, batch, batch.offset + first + i, 1, accepted[i] + 1,
                        &names[i], &lengths[i], &accepted[i])
                    if redrawn == SPENT:
                        raise BudgetError
                    if redrawn == 0:
                        raise ExhaustedError(batch.attempts, batch.offset + first + i)
                    name = self.decode(names[i], lengths[i])
                result.append(name)
            if drawn < size:
                raise ExhaustedError(batch.attempts, batch.offset + first + drawn)
        return result

    cdef inline str decode(self, const uint8_t* name, int length):
        """The text of tokens."""
        cdef uint32_t text[LONGEST]
        cdef uint8_t* ascii
        cdef str decoded
        cdef int t
        if self.is_ascii:
            decoded = PyUnicode_New(length, 127)
            ascii = <uint8_t*>PyUnicode_1BYTE_DATA(decoded)
            for t in range(length):
                ascii[t] = self.ascii_of[name[t]]
            return decoded
        for t in range(length):
            text[t] = self.code_points[name[t] - 1]
        return PyUnicode_FromKindAndData(4, text, length)

    cdef int64_t draw(self, Rows rows, const Batch* batch, uint64_t offset, int64_t size,
                      int64_t first_attempt, uint8_t (*names)[LONGEST], int* lengths,
                      int64_t* accepted) noexcept nogil:
        """The tokens and lengths of a chunk of names, and which attempt each of them is.

        Returns the index of the first that there is not, or `size`; SPENT where the budget is.

        Every step first reads all lanes' states and asks for their rows, then takes a character
        from each row and asks for where it leads.
        """
        cdef Lane lanes[LANES]
        cdef Lane* lane
        cdef int64_t started = 0, drawn = size
        cdef uint32_t token
        cdef int l, active = 0
        while active < LANES and started < drawn:
            self.begin(&lanes[active], batch, offset, started, first_attempt)
            active += 1
            started += 1
        while active:
            if batch.budget[0] > batch.budget[1]:
                return SPENT
            for l in range(active):
                lane = &lanes[l]
                lane.state = lane.onward[0]
                rows.fetch_row(lane.state)
            l = 0
            while l < active:
                lane = &lanes[l]
                token = rows.pick(lane.state, lane.draws[lane.t & 7])
                if token and lane.t < batch.max_length:
                    names[lane.i][lane.t] = <uint8_t>token
                    lane.onward = &self.next_state[rows.transition_row_of(lane.state), token]
                    fetch(lane.onward)
                    lane.t += 1
                    if lane.t & 7 == 0:
                        philox(lane.t >> 3, lane.attempt, offset + lane.i, batch.seed, batch.part,
                               lane.draws)
                    l += 1
                    continue
                if token == 0 and lane.t >= batch.min_length:
                    lengths[lane.i] = lane.t
                    accepted[lane.i] = lane.attempt
                elif lane.attempt + 1 < batch.attempts:
                    self.begin(lane, batch, offset, lane.i, lane.attempt + 1)
                    l += 1
                    continue
                else:
                    drawn = min(drawn, lane.i)
                if started < drawn:
                    self.begin(lane, batch, offset, started, first_attempt)
                    started += 1
                    l += 1
                else:
                    active -= 1
                    lanes[l] = lanes[active]
        return drawn

    cdef inline void begin(self, Lane* lane, const Batch* batch, uint64_t offset, int64_t i,
                           int64_t attempt) noexcept nogil:
        """Put a lane at the beginning of a candidate."""
        lane.i, lane.attempt, lane.t = i, attempt, batch.prefix
        lane.onward = &batch.start
        batch.budget[0] += 1
        philox(lane.t >> 3, attempt, offset + i, batch.seed, batch.part,
                               lane.draws)
