# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What a walker that samples shares with one that scores."""

from libc.stdint cimport int16_t, int32_t

from namewright._distribution cimport Predictions


cdef class Scorer:
    """The half of a walker that scores."""

    cdef readonly object automaton
    cdef Predictions predictions
    cdef const int32_t[:, ::1] next_state
    cdef const int32_t[::1] transition_row
    cdef int32_t start
    cdef int vocab_size
    cdef int16_t[128] token_of   # of an ASCII character, its case folded; 0 if it has none

    cdef int read(self, name, double* found) noexcept
