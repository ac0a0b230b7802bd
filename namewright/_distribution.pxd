# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What a state predicts, and how that is shaped: as `Automaton.row` and `reference.probabilities`.

A code is a log-probability in steps of `automaton.STEP` nats, up to a constant of its row. Two of
them differ by 0 to 255 steps, so a table of weights shapes a row without an exponential per token.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t

cdef enum:
    MAX_TOKENS = 256
    CODES = 256
    CODES_PER_NAT = 16           # `automaton.STEP` is 1 / 16


cdef inline double nearest(double number) noexcept nogil:
    """The whole number nearest to one from 0 to 2^51, the even one where two are; as `rint`.

    Not every processor of the kind that this is compiled for has an instruction for that, and where
    there is none `rint` is a call.
    """
    cdef double whole = 4503599627370496.0  # 2^52, from where on there are whole numbers alone
    return number + whole - whole


cdef class Predictions:
    """The log-probabilities of an automaton, in whichever form it holds them."""

    cdef const double[:, ::1] wide
    cdef const float[:, ::1] narrow
    cdef const uint8_t[:, ::1] codes
    cdef const double[::1] log_totals   # of codes, from `prepare_scores` on
    cdef bint is_wide, is_coded
    cdef int vocab_size

    cdef int prepare_scores(self, automaton) except -1

    cdef inline double log_prob(self, int32_t state, int token) noexcept nogil:
        """Natural log of P(token | state). As `Automaton.log_prob`."""
        if self.is_coded:
            return -1.0 / CODES_PER_NAT * self.codes[state, token] - self.log_totals[state]
        return self.wide[state, token] if self.is_wide else self.narrow[state, token]

    cdef inline void row(self, int32_t state, double* row) noexcept nogil:
        """What sampling shapes, up to a constant. As `Automaton.row`."""
        cdef int token
        if self.is_coded:
            for token in range(self.vocab_size):
                row[token] = -1.0 / CODES_PER_NAT * self.codes[state, token]
        elif self.is_wide:
            for token in range(self.vocab_size):
                row[token] = self.wide[state, token]
        else:
            for token in range(self.vocab_size):
                row[token] = self.narrow[state, token]


cdef void probabilities(const double* log_probs, int vocab_size, double temperature,
                        const double* weights, int64_t top_k, double top_p,
                        double* shaped) noexcept nogil
