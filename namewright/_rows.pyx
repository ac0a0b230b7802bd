# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What of `_rows.pxd` is not inlined: what is done once per setting, or once per row."""

from libc.math cimport exp, rint
from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from namewright._distribution cimport CODES, CODES_PER_NAT, MAX_TOKENS, Predictions, probabilities


cdef class Rows:
    def __cinit__(self, Predictions predictions, const int32_t[::1] transition_row):
        cdef int i
        self.predictions, self.transition_row = predictions, transition_row
        self.vocab_size = predictions.vocab_size
        self.width = width_of(self.vocab_size)
        for i in range(self.width):
            self.among[i] = 0xFFFFU if i < self.vocab_size - 1 else 0
        self.size = size_of_rows(transition_row.shape[0], self.vocab_size)
        self.memory = calloc(self.size + LINE, 1)
        if self.memory is NULL:
            raise MemoryError
        self.rows = <uint16_t*>((<size_t>self.memory + LINE - 1) // LINE * LINE)

    def __dealloc__(self):
        free(self.memory)

    cdef void begin(self, double temperature, int64_t top_k, double top_p) noexcept nogil:
        """Another setting, for which no row has been shaped."""
        cdef int code
        self.temperature, self.top_k, self.top_p = temperature, top_k, top_p
        if self.predictions.is_coded and temperature > 0:
            for code in range(CODES):
                self.weights[code] = exp(-1.0 / CODES_PER_NAT * code / temperature)
        self.setting += 1
        if self.setting == 0:
            memset(self.rows, 0, self.size)
            self.setting = 1

    cdef void shape(self, int32_t state) noexcept nogil:
        """Make the row of a state."""
        cdef uint64_t thresholds[MAX_TOKENS]
        cdef uint16_t* row = self.row(state)
        cdef int token
        self.thresholds(state, thresholds)
        for token in range(self.vocab_size - 1):
            row[token] = <uint16_t>(thresholds[token] - 1 >> 16) if thresholds[token] else 0
        row[self.width - STRUCTURAL] = self.setting
        row[self.width - 2] = <uint16_t>self.transition_row[state]
        row[self.width - 1] = <uint16_t>(self.transition_row[state] >> 16)

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
                <uint64_t>rint(4294967296.0 * cumulative) if token < last else 1ULL << 32)

    cdef uint32_t pick_exactly(self, int32_t state, uint32_t draw) noexcept nogil:
        """`pick`, by whole thresholds."""
        cdef uint64_t thresholds[MAX_TOKENS]
        cdef uint32_t token = 0
        self.thresholds(state, thresholds)
        while thresholds[token] <= draw:
            token += 1
        return token
