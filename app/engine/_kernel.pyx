# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What `reference.py` specifies, compiled, bit for bit; the interpreter is free while it draws.

Read `reference.py` first: this has its functions and its names, and adds two things.

- A row is shaped when a name first comes to its state, and kept (`Rows`): so a small request
  does not pay for the size of the model, and the next one with the same temperature, top_k
  and top_p pays nothing. Rows are found by state in an open-addressing hash table.
- A threshold T is held as T - 1, in 32 bits: a draw passes it when it is greater. From the
  last possible token on T is 2^32, so T - 1 is passed by none. Tokens whose T is 0 come
  first, and `lowest` counts them. So the token is how many entries the draw passes: a sum
  without a branch, which the compiler turns into vector code.

An Automaton has been checked when it was made, and is read-only: every index here is in range.
"""

from cpython.unicode cimport (
    PyUnicode_1BYTE_DATA,
    PyUnicode_FromKindAndData,
    PyUnicode_GET_LENGTH,
)
from libc.math cimport exp, rint
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc

import numpy as np

from app.engine.alphabet import MAX_LENGTH
from app.engine.errors import ExhaustedError
from app.engine import reference

cdef extern from *:
    """
    typedef unsigned __int128 uint128_t;
    """
    ctypedef unsigned long long uint128_t

cdef extern from "Python.h":
    bint PyUnicode_IS_COMPACT_ASCII(object text)

cdef enum:
    LONGEST = 31
    DRAWS = 32
    CHUNK = 1024
    SHELF = 4
    MAX_TOKENS = 256

assert MAX_LENGTH == LONGEST


cdef inline void philox(uint64_t block, uint64_t attempt, uint64_t index, uint64_t seed,
                        uint32_t* draws) noexcept nogil:
    """The eight draws of one block."""
    cdef uint64_t x0 = block, x1 = attempt, x2 = index, x3 = 0
    cdef uint64_t k0 = seed, k1 = 0
    cdef uint128_t product0, product1
    cdef int i
    for i in range(10):
        product0 = <uint128_t>0xD2E7470EE14C6C93ULL * x0
        product1 = <uint128_t>0xCA5A826395121157ULL * x2
        x0 = <uint64_t>(product1 >> 64) ^ x1 ^ k0
        x1 = <uint64_t>product1
        x2 = <uint64_t>(product0 >> 64) ^ x3 ^ k1
        x3 = <uint64_t>product0
        k0 += 0x9E3779B97F4A7C15ULL
        k1 += 0xBB67AE8584CAA73BULL
    draws[0], draws[1] = <uint32_t>x0, <uint32_t>(x0 >> 32)
    draws[2], draws[3] = <uint32_t>x1, <uint32_t>(x1 >> 32)
    draws[4], draws[5] = <uint32_t>x2, <uint32_t>(x2 >> 32)
    draws[6], draws[7] = <uint32_t>x3, <uint32_t>(x3 >> 32)


cdef void probabilities(const double* log_probs, int tokens, double temperature, int64_t top_k,
                        double top_p, double* shaped) noexcept nogil:
    """As in `reference.py`."""
    cdef int order[MAX_TOKENS]
    cdef bint kept[MAX_TOKENS]
    cdef int token, at, likeliest = 0
    cdef double total = 0, mass = 0
    for token in range(1, tokens):
        if log_probs[token] > log_probs[likeliest]:
            likeliest = token
    if temperature == 0:
        for token in range(tokens):
            shaped[token] = 1.0 if token == likeliest else 0.0
        return
    for token in range(tokens):
        shaped[token] = exp((log_probs[token] - log_probs[likeliest]) / temperature)
    for token in range(tokens):
        total += shaped[token]
    for token in range(tokens):
        shaped[token] /= total
    if 0 < top_k < tokens or top_p < 1:
        for token in range(tokens):  # insertion keeps equals in the order of their tokens
            at = token
            while at > 0 and log_probs[order[at - 1]] < log_probs[token]:
                order[at] = order[at - 1]
                at -= 1
            order[at] = token
        for at in range(tokens):
            token = order[at]
            kept[token] = top_k == 0 or at < top_k
            if top_p < 1:
                if mass >= top_p:
                    kept[token] = False
                mass += shaped[token]
        for token in range(tokens):
            if not kept[token]:
                shaped[token] = 0
    total = 0
    for token in range(tokens):
        total += shaped[token]
    for token in range(tokens):
        shaped[token] /= total


cdef class Rows:
    """The shaped rows of an automaton, each made when it is first asked for.

    One thread at a time: a sampling thread takes it off its walker's shelf, and puts it back.
    """

    cdef const double[:, ::1] log_probs
    cdef int tokens, width
    cdef double temperature, top_p
    cdef int64_t top_k
    cdef uint32_t* passed        # [capacity, width]: T - 1 of each token, then 2^32 - 1
    cdef uint32_t* lowest        # [capacity]: how many tokens have T = 0
    cdef int32_t* table          # [slots]: row + 1, or 0
    cdef int32_t* states         # [capacity]: whose row it is
    cdef int32_t count, capacity
    cdef uint32_t slots

    def __cinit__(self, const double[:, ::1] log_probs, double temperature, int64_t top_k,
                  double top_p):
        self.log_probs = log_probs
        self.tokens = <int>log_probs.shape[1]
        self.width = (self.tokens + 7) // 8 * 8
        self.temperature, self.top_k, self.top_p = temperature, top_k, top_p
        self.capacity, self.slots = 64, 128
        self.passed = <uint32_t*>malloc(self.capacity * self.width * sizeof(uint32_t))
        self.lowest = <uint32_t*>malloc(self.capacity * sizeof(uint32_t))
        self.states = <int32_t*>malloc(self.capacity * sizeof(int32_t))
        self.table = <int32_t*>calloc(self.slots, sizeof(int32_t))
        if not (self.passed and self.lowest and self.states and self.table):
            raise MemoryError

    def __dealloc__(self):
        free(self.passed)
        free(self.lowest)
        free(self.states)
        free(self.table)

    cdef inline int32_t find(self, int32_t state) noexcept nogil:
        """The row of a state, or -1 where there is no memory for it."""
        cdef uint32_t slot = self.slot_of(state)
        cdef int32_t row
        while True:
            row = self.table[slot] - 1
            if row < 0:
                return self.add(state, slot)
            if self.states[row] == state:
                return row
            slot = (slot + 1) & (self.slots - 1)

    cdef inline uint32_t slot_of(self, int32_t state) noexcept nogil:
        """Where to begin looking for a state."""
        return (<uint32_t>state * 2654435769U >> 7) & (self.slots - 1)

    cdef int32_t add(self, int32_t state, uint32_t slot) noexcept nogil:
        """Shape the row of a state."""
        cdef double shaped[MAX_TOKENS]
        cdef double cumulative = 0
        cdef uint64_t threshold
        cdef uint32_t* row
        cdef int token, last = 0
        if self.count == self.capacity:
            if not self.grow():
                return -1
            slot = self.slot_of(state)
            while self.table[slot]:
                slot = (slot + 1) & (self.slots - 1)
        probabilities(&self.log_probs[state, 0], self.tokens, self.temperature, self.top_k,
                      self.top_p, shaped)
        for token in range(self.tokens):
            if shaped[token] > 0:
                last = token
        row = &self.passed[<int64_t>self.count * self.width]
        self.lowest[self.count] = 0
        for token in range(self.width):
            threshold = 1ULL << 32
            if token < last:
                cumulative += shaped[token]
                threshold = <uint64_t>rint(4294967296.0 * cumulative)
            if threshold == 0:
                self.lowest[self.count] += 1
                row[token] = 0
            else:
                row[token] = <uint32_t>(threshold - 1)
        self.states[self.count] = state
        self.count += 1
        self.table[slot] = self.count
        return self.count - 1

    cdef bint grow(self) noexcept nogil:
        """Twice the rows, and twice the slots."""
        cdef int32_t capacity = 2 * self.capacity, row
        cdef uint32_t slot
        cdef void* passed = realloc(
            self.passed, <int64_t>capacity * self.width * sizeof(uint32_t))
        if passed:
            self.passed = <uint32_t*>passed
        cdef void* lowest = realloc(self.lowest, capacity * sizeof(uint32_t))
        if lowest:
            self.lowest = <uint32_t*>lowest
        cdef void* states = realloc(self.states, capacity * sizeof(int32_t))
        if states:
            self.states = <int32_t*>states
        cdef int32_t* table = <int32_t*>calloc(2 * self.slots, sizeof(int32_t))
        if not (passed and lowest and states and table):
            free(table)
            return False
        free(self.table)
        self.table = table
        self.slots *= 2
        self.capacity = capacity
        for row in range(self.count):
            slot = self.slot_of(self.states[row])
            while self.table[slot]:
                slot = (slot + 1) & (self.slots - 1)
            self.table[slot] = row + 1
        return True

    cdef inline uint32_t pick(self, int32_t row, uint32_t draw) noexcept nogil:
        """The first token whose threshold exceeds the draw."""
        cdef const uint32_t* passed = &self.passed[<int64_t>row * self.width]
        cdef uint32_t token = 0
        cdef int i
        for i in range(self.width):
            token += draw > passed[i]
        return token if token > self.lowest[row] else self.lowest[row]


cdef struct Batch:
    uint64_t seed
    uint64_t offset
    int32_t start
    int prefix
    int min_length
    int max_length
    int64_t attempts
    int64_t rejections


cdef class Walker:
    """An automaton, ready to sample and to score. As `reference.Walker`."""

    name = "compiled"

    cdef readonly object automaton
    cdef const double[:, ::1] log_probs_of
    cdef const int32_t[:, ::1] next_state
    cdef const uint32_t[::1] code_points
    cdef int32_t start
    cdef int tokens
    cdef int16_t token_of[128]   # of an ASCII character, its case folded; 0 if it has none
    cdef dict shelf              # (temperature, top_k, top_p) -> Rows, the latest used last

    def __init__(self, automaton):
        cdef int code
        self.automaton = automaton
        self.log_probs_of = automaton.log_probs
        self.next_state = automaton.next_state
        self.code_points = np.array([ord(c) for c in automaton.alphabet.characters], np.uint32)
        self.start = automaton.start
        self.tokens = automaton.alphabet.tokens
        self.shelf = {}
        for code in range(128):
            self.token_of[code] = 0
        for token, character in enumerate(automaton.alphabet.characters, start=1):
            # A space may be at an end, where it does not count: those names are spelt slowly.
            if ord(character) < 128 and character != " " and not character.isupper():
                self.token_of[ord(character)] = token
                self.token_of[ord(character.upper())] = token

    def sample(self, prefix, *, int64_t n, uint64_t seed, uint64_t offset, double temperature,
               top_k, double top_p, int min_length, int max_length):
        """As `reference.sample`."""
        cdef Batch batch
        batch.seed, batch.offset = seed, offset
        batch.start = self.start if not prefix else self.automaton.walk(prefix)
        batch.prefix = <int>len(prefix)
        batch.min_length, batch.max_length = min_length, max_length
        batch.attempts = reference.ATTEMPTS_PER_NAME
        batch.rejections = reference.REJECTIONS_PER_BATCH
        cdef int64_t keep = min(top_k, self.tokens)  # from there on it cuts nothing
        key = (temperature, keep, top_p)
        cdef Rows rows = self.shelf.pop(key, None)
        if rows is None:
            rows = Rows(self.log_probs_of, temperature, keep, top_p)
        try:
            return self.draw_batch(rows, &batch, prefix, n)
        finally:
            self.shelf[key] = rows
            while len(self.shelf) > SHELF:
                self.shelf.pop(next(iter(self.shelf)), None)

    cdef list draw_batch(self, Rows rows, const Batch* batch, prefix, int64_t n):
        """The names of a batch, some at a time: drawn without the interpreter, spelt with it."""
        cdef uint8_t names[CHUNK][LONGEST]
        cdef int lengths[CHUNK]
        cdef uint32_t text[LONGEST]
        cdef int64_t first, i, size, attempt, rejected = 0
        cdef int length = 0, t
        cdef bint drawn = True
        cdef list result = []
        for t in range(batch.prefix):
            for i in range(min(n, <int64_t>CHUNK)):
                names[i][t] = prefix[t]
        for first in range(0, n, CHUNK):
            size = min(<int64_t>CHUNK, n - first)
            with nogil:
                for i in range(size):
                    for attempt in range(batch.attempts):
                        length = self.draw_name(rows, batch, batch.offset + first + i, attempt,
                                                names[i])
                        if length != 0:
                            break
                        rejected += 1
                        if rejected == batch.rejections:
                            break
                    lengths[i] = length
                    if length <= 0:
                        break
            if length < 0:
                raise MemoryError
            if length == 0:
                exhausted = rejected if rejected == batch.rejections else batch.attempts
                raise ExhaustedError(exhausted, batch.offset + first + i)
            for i in range(size):
                for t in range(lengths[i]):
                    text[t] = self.code_points[names[i][t] - 1]
                result.append(PyUnicode_FromKindAndData(4, text, lengths[i]))
        return result

    cdef int draw_name(self, Rows rows, const Batch* batch, uint64_t index, uint64_t attempt,
                       uint8_t* name) noexcept nogil:
        """A candidate's length, its tokens in `name`; 0 if it is rejected, -1 without memory."""
        cdef uint32_t draws[DRAWS]
        cdef int block = -1, t = batch.prefix
        cdef int32_t row, state = batch.start
        cdef uint32_t token
        while t <= batch.max_length:
            if t >> 3 != block:
                block = t >> 3
                philox(block, attempt, index, batch.seed, &draws[8 * block])
            row = rows.find(state)
            if row < 0:
                return -1
            token = rows.pick(row, draws[t])
            if token == 0:
                return t if t >= batch.min_length else 0
            if t == batch.max_length:
                return 0
            name[t] = <uint8_t>token
            state = self.next_state[state, token]
            t += 1
        return 0

    def log_probs(self, tokens):
        """As `reference.log_probs`."""
        cdef int32_t state = self.start
        cdef int token
        cdef list predictions = []
        for token in tokens:
            predictions.append(self.log_probs_of[state, token])
            state = self.next_state[state, token]
        predictions.append(self.log_probs_of[state, 0])
        return predictions

    def log_likelihoods(self, names):
        """As `reference.Walker.log_likelihoods`."""
        names = list(names)
        found = np.empty(len(names))
        cdef double[::1] totals = found
        cdef const int32_t[:, ::1] next_state = self.next_state
        cdef const double[:, ::1] log_probs = self.log_probs_of
        cdef Py_ssize_t i, t, length
        cdef const uint8_t* text
        cdef int32_t state
        cdef int token
        cdef double total
        for i, name in enumerate(names):
            length = 0
            if type(name) is str and PyUnicode_IS_COMPACT_ASCII(name):
                length = PyUnicode_GET_LENGTH(name)
            token = 0
            if 0 < length <= LONGEST:
                text = <const uint8_t*>PyUnicode_1BYTE_DATA(name)
                state, total = self.start, 0
                for t in range(length):
                    token = self.token_of[text[t]]
                    if token == 0:
                        break
                    total += log_probs[state, token]
                    state = next_state[state, token]
                total += log_probs[state, 0]
            if token == 0:
                total = reference.add(self.log_probs(self.automaton.alphabet.spell(name)))
            totals[i] = total
        return found
