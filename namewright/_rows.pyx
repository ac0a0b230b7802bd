# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What of `_rows.pxd` is not inlined: what is done once per setting, or once per row."""

from libc.math cimport exp
from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memset

from namewright._distribution cimport (
    CODES,
    CODES_PER_NAT,
    MAX_TOKENS,
    Predictions,
    nearest,
    probabilities,
)

from namewright._transitions cimport NextStates

import numpy as np

from namewright._transitions import untouched


cdef inline uint16_t passed_of(const uint16_t* row, uint16_t half, const uint16_t* among,
                               int width) noexcept nogil:
    """How many thresholds of a row a draw passes."""
    cdef uint16_t passed = 0
    cdef int i
    for i in range(width):
        passed += (half & among[i]) > row[i]
    return passed


cdef class Rows:
    def __cinit__(self, Predictions predictions, NextStates next_states,
                  const int32_t[::1] transition_row):
        cdef int i
        self.predictions, self.next_states = predictions, next_states
        self.transition_row = transition_row
        self.vocab_size = predictions.vocab_size
        self.width = width_of(self.vocab_size)
        for i in range(self.width):
            self.among[i] = 0xFFFFU if i < self.vocab_size - 1 else 0
        size = size_of_rows(transition_row.shape[0], self.vocab_size)
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

    cdef void shape(self, int32_t state) noexcept nogil:
        """Make the row of a state."""
        cdef uint64_t thresholds[MAX_TOKENS]
        self.thresholds(state, thresholds)
        self.keep(state, thresholds)

    cdef void keep(self, int32_t state, const uint64_t* thresholds) noexcept nogil:
        """Make the row of a state, of which the thresholds are known; unless there is one."""
        cdef uint16_t* row = self.row(state)
        cdef uint32_t offset
        cdef int token
        if load_setting(&row[self.width - STRUCTURAL]) == self.setting:
            return
        for token in range(self.vocab_size - 1):
            row[token] = <uint16_t>(thresholds[token] - 1 >> 16) if thresholds[token] else 0
        offset = self.next_states.write(self.transition_row[state])
        row[self.width - 2], row[self.width - 1] = <uint16_t>offset, <uint16_t>(offset >> 16)
        store_setting(&row[self.width - STRUCTURAL], self.setting)

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

    cdef void pick(self, const int32_t* states, const uint32_t* draws, int count,
                   uint32_t* tokens) noexcept nogil:
        """Of each draw, the first token whose threshold in the row of a state exceeds it.

        The rows are shaped from then on.
        """
        cdef uint16_t* row
        cdef uint16_t half
        cdef int i
        for i in range(count):
            row = self.row(states[i])
            if load_setting(&row[self.width - STRUCTURAL]) != self.setting:
                self.shape(states[i])
            half = <uint16_t>(draws[i] >> 16)
            if self.width == LINE // 2:  # as of a to z: the compiler knows how many, and has no loop
                tokens[i] = passed_of(row, half, self.among, LINE // 2)
            else:
                tokens[i] = passed_of(row, half, self.among, self.width)
            if row[tokens[i]] == half:
                tokens[i] = self.pick_exactly(states[i], draws[i])

    cdef uint32_t pick_exactly(self, int32_t state, uint32_t draw) noexcept nogil:
        """`pick`, by whole thresholds."""
        cdef uint64_t thresholds[MAX_TOKENS]
        cdef uint32_t token = 0
        self.thresholds(state, thresholds)
        while thresholds[token] <= draw:
            token += 1
        return token
