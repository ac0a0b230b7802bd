# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What of `_rows.pxd` is not inlined: what is done once per setting, or once per row."""

from libc.math cimport exp
from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from namewright._distribution cimport (
    CODES,
    CODES_PER_NAT,
    MAX_TOKENS,
    Predictions,
    nearest,
    probabilities,
)

from namewright._transitions cimport FALLBACK, FIRST, KNOWN, follow, ones

cdef extern from *:
    """
    #if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
    #define widened __attribute__((target_clones("avx2", "default"))) void
    #else
    #define widened void
    #endif
    """
    ctypedef void widened  # of a function that is compiled for AVX2 too, which most processors have

import mmap

import numpy as np

# Pages of its own: memory that was in use before would have to be cleared, and so be touched.
PRIVATE = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}


def untouched(size):
    """Memory for so many bytes, all of them 0, which takes none until something is written in it.

    Raises MemoryError where there are not so many addresses to be had.
    """
    try:
        return mmap.mmap(-1, size, **PRIVATE)
    except OSError as error:
        raise MemoryError(f"{size} bytes") from error


cdef inline void step_through(Rows self, int32_t* states, const uint32_t* draws, int count,
                              uint32_t* tokens, int width, int columns) noexcept nogil:
    """`Rows.step`, of rows of a width: where the compiler knows it, it needs no loop for a row."""
    cdef uint16_t* rows = self.rows
    cdef uint16_t setting = self.setting
    cdef const uint16_t* among = self.among
    cdef uint16_t* row
    cdef const uint32_t* known
    cdef uint64_t head
    cdef uint32_t token, bits, bit
    cdef int32_t state
    cdef int16_t half
    cdef uint16_t passed
    cdef int missed[LANES]       # those of them whose rows do not know the token
    cdef int32_t fallbacks[LANES]
    cdef int i, k, misses = 0
    for i in range(count):
        row = rows + <size_t>states[i] * width
        known = known_of(row, width, columns)
        head = load_head(head_of(row, width))
        if <uint16_t>head != setting:
            head = self.shape(states[i])
        half, passed = <int16_t>(draws[i] >> 16 ^ SIGN), 0
        for k in range(width):
            passed += (half > <int16_t>row[k]) & among[k]
        token = passed
        if <int16_t>row[token] == half:
            token = self.pick_exactly(states[i], draws[i])
        bits, bit = known[token // BITS], 1U << token % BITS
        state = <int32_t>(head >> 16 & STATES) + ones(bits & bit - 1)
        if columns > 1:
            for k in range(<int>(token // BITS)):
                state += ones(known[k])
        fetch_row(rows + <size_t>state * width, width)
        tokens[i], states[i] = token, state
        missed[misses], fallbacks[misses] = i, <int32_t>(head >> 16 + STATE)
        misses += (not bits & bit) & (token > 0)  # a sum: no branch would be foreseen
    for k in range(misses):
        i = missed[k]
        states[i] = follow(self.transition_rows, fallbacks[k], tokens[i])
        fetch_row(rows + <size_t>states[i] * width, width)


cdef widened take_step(Rows self, int32_t* states, const uint32_t* draws, int count,
                       uint32_t* tokens) noexcept nogil:
    """`Rows.step`."""
    if self.width == LINE // 2 and self.columns == 1:  # as of a to z
        step_through(self, states, draws, count, tokens, LINE // 2, 1)
    else:
        step_through(self, states, draws, count, tokens, self.width, self.columns)


cdef class Rows:
    def __cinit__(self, Predictions predictions, transitions):
        cdef int i
        self.predictions = predictions
        self.transition_rows, self.transition_row = transitions.rows, transitions.row
        self.vocab_size = predictions.vocab_size
        self.columns, self.width = columns_of(self.vocab_size), width_of(self.vocab_size)
        for i in range(self.width):
            self.among[i] = i < self.vocab_size - 1
        size = size_of_rows(self.transition_row.shape[0], self.vocab_size)
        self.memory = np.frombuffer(untouched(size), np.uint16)
        self.rows = &self.memory[0]

    cdef void begin(self, double temperature, int64_t top_k, double top_p) noexcept:
        """Another setting, for which no row has been shaped."""
        cdef int code
        self.temperature, self.top_k, self.top_p = temperature, top_k, top_p
        if self.predictions.is_coded and temperature > 0:
            for code in range(CODES):
                self.weights[code] = exp(-1.0 / CODES_PER_NAT * code / temperature)
        self.setting += 1
        if self.setting == 0:
            memset(self.rows, 0, self.memory.nbytes)
            self.setting = 1

    cdef uint64_t shape(self, int32_t state) noexcept nogil:
        """Make the row of a state; its head."""
        cdef uint64_t thresholds[MAX_TOKENS]
        self.thresholds(state, thresholds)
        return self.keep(state, thresholds)

    cdef uint64_t keep(self, int32_t state, const uint64_t* thresholds) noexcept nogil:
        """Make the row of a state, of which the thresholds are known, unless there is one; its head."""
        cdef uint16_t* row = self.row(state)
        cdef int32_t transitions = self.transition_row[state]
        cdef const uint32_t* held = &self.transition_rows[transitions, 0]
        cdef uint64_t head = load_head(head_of(row, self.width))
        cdef int token
        if <uint16_t>head == self.setting:
            return head
        for token in range(self.vocab_size - 1):
            row[token] = SIGN ^ (
                <uint16_t>(thresholds[token] - 1 >> 16) if thresholds[token] else 0)
        memcpy(known_of(row, self.width, self.columns), &held[KNOWN], self.columns * sizeof(uint32_t))
        head = self.setting | <uint64_t>held[FIRST] << 16
        if transitions:          # of row 0 it is not read
            head |= <uint64_t>held[FALLBACK] << 16 + STATE
        store_head(head_of(row, self.width), head)
        return head

    cdef void thresholds(self, int32_t state, uint64_t* thresholds) noexcept nogil:
        """As `reference.thresholds`, of the shaped row of a state."""
        cdef double log_probs[MAX_TOKENS]
        cdef double shaped[MAX_TOKENS]
        cdef double cumulative = 0
        cdef int token, last = 0
        self.predictions.row(state, log_probs)
        probabilities(log_probs, self.vocab_size, self.temperature,
                      self.weights if self.predictions.is_coded else NULL, self.top_k, self.top_p,
                      shaped)
        for token in range(self.vocab_size):
            if shaped[token] > 0:
                last = token
        for token in range(self.vocab_size):
            cumulative += shaped[token]
            thresholds[token] = (
                <uint64_t>nearest(4294967296.0 * cumulative) if token < last else 1ULL << 32)

    cdef void step(self, int32_t* states, const uint32_t* draws, int count,
                   uint32_t* tokens) noexcept nogil:
        """Of each draw, the first token whose threshold in the row of a state exceeds it.

        The states become those that the tokens lead to, and the memory of their rows is asked for.
        There are at most `LANES`.
        """
        take_step(self, states, draws, count, tokens)

    cdef uint32_t pick_exactly(self, int32_t state, uint32_t draw) noexcept nogil:
        """The token of `step`, by whole thresholds."""
        cdef uint64_t thresholds[MAX_TOKENS]
        cdef uint32_t token = 0
        self.thresholds(state, thresholds)
        while thresholds[token] <= draw:
            token += 1
        return token
