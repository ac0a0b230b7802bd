# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""A model under a condition: pairs of their states, and what share of continuations passes.

A pair has a number, in the order in which pairs are come to from the start: so those that a name of
k characters can be in are the first `counts[k]`, and its shares are as many.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

from namewright._rows cimport Rows

cdef enum:
    LENGTHS = 32                 # a name has 0 to 31 characters


cdef class Product:
    """What names are drawn from under a condition, for one setting."""

    cdef int vocab_size, prefix, min_length, max_length
    cdef int32_t[::1] states         # [pairs]: the model's
    cdef int32_t[:, ::1] onward      # [pairs, vocab_size]: the next pair; -1 where none passes
    cdef uint8_t[::1] ends           # [pairs]: whether a name may end there
    cdef int32_t counts[LENGTHS + 1]
    cdef double* shares[LENGTHS + 1]  # [counts]: by length, the share of continuations that pass
    cdef object memory               # of the shares
    cdef readonly Py_ssize_t nbytes

    cdef int32_t explore(self, Rows rows, const int32_t[:, ::1] next_state, dfa, int32_t start,
                         uint32_t[:, ::1] weights, const int64_t[::1] budget) except -1
    cdef int sum_up(self, const uint32_t[:, ::1] weights, const int64_t[::1] budget) except -1
    cdef int pick(self, Rows rows, int length, int32_t* pair, uint32_t draw) noexcept nogil
