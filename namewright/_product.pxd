# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""A model under a condition: pairs of their states, and what share of continuations passes.

A pair has a number, in the order in which pairs are come to from the start: so those that a name of
k characters can be in are the first `counts[k]`, and its shares are as many.

Where a pair leads depends on its state's `transition_row` alone, which several states have in
common, and on the filters' state: so pairs have forks in common too, a third as many.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

from namewright._rows cimport Rows
from namewright._transitions cimport fetch

cdef enum:
    LENGTHS = 32                 # a name has 0 to 31 characters
    ENDS = 1                     # a name may end there
    SOLE = 2                     # one token has all of the weight


cdef class Numbering:
    """Numbers of pairs, in the order in which they are first asked for."""

    cdef int32_t[::1] first, second  # [most]: of each number, its pair
    cdef int32_t[::1] slots          # by a hash of the pair, its number; -1 where there is none
    cdef int64_t mask
    cdef int32_t found, most

    cdef inline int64_t slot(self, int32_t first, int32_t second) noexcept nogil:
        """Where the number of a pair is looked for first."""
        cdef uint64_t key = <uint64_t><uint32_t>first << 32 | <uint32_t>second
        return <int64_t>((key * 0x9E3779B97F4A7C15ULL) >> 32) & self.mask

    cdef inline void expect(self, int32_t first, int32_t second) noexcept nogil:
        """Ask for the memory that the number of a pair takes to find."""
        fetch(&self.slots[self.slot(first, second)])

    cdef inline int32_t number(self, int32_t first, int32_t second) noexcept nogil:
        """The number of a pair; -1 where it is one more than there may be."""
        cdef int64_t slot = self.slot(first, second)
        cdef int32_t at = self.slots[slot]
        while at >= 0 and (self.first[at] != first or self.second[at] != second):
            slot = (slot + 1) & self.mask
            at = self.slots[slot]
        if at < 0 and self.found < self.most:
            at = self.found
            self.slots[slot], self.first[at], self.second[at] = at, first, second
            self.found += 1
        return at


cdef class Product:
    """What names are drawn from under a condition, for one setting."""

    cdef int vocab_size, prefix, min_length, max_length
    cdef int32_t[::1] states         # [pairs]: the model's
    cdef int32_t[::1] forks          # [pairs]: which row of `onward`
    cdef int32_t[:, ::1] onward      # [forks, vocab_size]: the next pair; -1 where none passes
    cdef uint8_t[::1] flags          # [pairs]: ENDS, SOLE
    cdef int32_t counts[LENGTHS + 1]
    cdef double* shares[LENGTHS + 1]  # [counts]: by length, the share of continuations that pass
    cdef object memory               # of the shares
    cdef readonly Py_ssize_t nbytes

    cdef int explore(self, Rows rows, dfa, int32_t start, int64_t most,
                     uint32_t[:, ::1] weights, const int64_t[::1] budget, make_room) except -1
    cdef int sum_up(self, const uint32_t[:, ::1] weights, const int64_t[::1] budget) except -1
    cdef int pick(self, Rows rows, int length, int32_t* pair, uint32_t draw) noexcept nogil
