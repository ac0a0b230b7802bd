# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What a walker that samples shares with one that scores."""

from libc.stdint cimport int16_t, int32_t, uint32_t, uint64_t

from namewright._distribution cimport Predictions


cdef class Scorer:
    """The half of a walker that scores."""

    cdef readonly object automaton
    cdef Predictions predictions
    cdef const uint32_t[:, ::1] transition_rows
    cdef const int32_t[::1] transition_row
    cdef int32_t start
    cdef int vocab_size
    cdef int16_t[128] token_of   # of an ASCII character, its case folded; 0 if it has none

    # What `prepare` has from the checkpoint that it was last given.
    cdef object checkpoint
    cdef const double[:, ::1] calibration
    cdef const uint64_t[::1] hashes
    cdef uint64_t[8] keyed

    cdef int prepare(self, checkpoint) except -1
    cdef double plausibility(self, int length, double mean) noexcept
    cdef int read(self, name, double* found) noexcept
