# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Where characters lead, as `Transitions.follow` has it: nothing but functions that are inlined."""

from libc.stdint cimport int32_t, uint32_t

cdef extern from *:
    """
    #define fetch(address) __builtin_prefetch(address)
    """
    void fetch(const void* address) noexcept nogil  # ask for it, without waiting

cdef enum:
    FIRST = 0                    # as in `transitions.py`
    FALLBACK = 1
    KNOWN = 2
    BITS = 32


cdef inline uint32_t ones(uint32_t bits) noexcept nogil:
    """How many bits are set: added up by twos, by fours, by eights, and those by one product.

    The instruction for it is not on every processor of the kind that this is compiled for.
    """
    bits -= bits >> 1 & 0x55555555
    bits = (bits & 0x33333333) + (bits >> 2 & 0x33333333)
    return ((bits + (bits >> 4)) & 0x0F0F0F0F) * 0x01010101U >> 24


cdef inline int32_t follow(const uint32_t[:, ::1] rows, int32_t row, int token) noexcept nogil:
    """The state that a token leads to from a row. As `Transitions.follow`."""
    cdef const uint32_t* found = &rows[row, 0]
    cdef uint32_t bit = 1U << (token % BITS)
    cdef uint32_t state
    cdef int column = KNOWN + token // BITS, lesser
    while not found[column] & bit:
        if row == 0:
            return 0
        row = <int32_t>found[FALLBACK]
        found = &rows[row, 0]
    state = found[FIRST] + ones(found[column] & (bit - 1))
    for lesser in range(KNOWN, column):
        state += ones(found[lesser])
    return <int32_t>state
