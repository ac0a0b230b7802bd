# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Where characters lead: `Transitions`, and its rows written out for those who draw.

Whoever scores a name follows it once, as `Transitions` is held. Whoever draws comes to the same
states again and again: a row that is written out needs no counting of bits and no fallback.
"""

from libc.stdint cimport int32_t, uint8_t, uint32_t

cdef extern from *:
    """
    #define fetch(address) __builtin_prefetch(address)
    #define load_acquire(address) __atomic_load_n(address, __ATOMIC_ACQUIRE)
    #define store_release(address, value) __atomic_store_n(address, value, __ATOMIC_RELEASE)
    """
    void fetch(const void* address) noexcept nogil  # ask for it, without waiting
    uint8_t load_acquire(const uint8_t* address) noexcept nogil
    void store_release(uint8_t* address, uint8_t value) noexcept nogil

cdef enum:
    FIRST = 0                    # as in `transitions.py`
    FALLBACK = 1
    KNOWN = 2
    PLACE = 3                    # bytes of a state that is written out


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
    cdef uint32_t bit = 1U << (token & 31)
    cdef uint32_t state
    cdef int column = KNOWN + (token >> 5), lesser
    while not found[column] & bit:
        if row == 0:
            return 0
        row = <int32_t>found[FALLBACK]
        found = &rows[row, 0]
    state = found[FIRST] + ones(found[column] & (bit - 1))
    for lesser in range(KNOWN, column):
        state += ones(found[lesser])
    return <int32_t>state


cdef inline void put_state(uint8_t* place, int32_t state) noexcept nogil:
    """Write out a state, of which there are fewer than 2^24: three bytes, the lowest first."""
    place[0], place[1], place[2] = <uint8_t>state, <uint8_t>(state >> 8), <uint8_t>(state >> 16)


cdef inline int32_t state_at(const uint8_t* place) noexcept nogil:
    """A state that is written out."""
    return place[0] | <int32_t>place[1] << 8 | <int32_t>place[2] << 16


cdef class NextStates:
    """Rows of `Transitions` written out, each when a name first comes to a state that has it.

    The first byte, of the boundary, which is not followed, says whether the row is written. Threads
    write them together: two that write one row at a time write the same, and that byte last.
    """

    cdef const uint32_t[:, ::1] rows
    cdef int vocab_size
    cdef uint8_t[::1] memory
    cdef uint8_t* written        # [rows, vocab_size, PLACE]

    cdef uint32_t write(self, int32_t row) noexcept nogil
