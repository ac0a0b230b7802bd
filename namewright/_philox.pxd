# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Philox4x64-10, as `reference.philox` has it: nothing but a function that is inlined."""

from libc.stdint cimport uint32_t, uint64_t

cdef extern from *:
    """
    typedef unsigned __int128 uint128_t;
    """
    ctypedef unsigned long long uint128_t


cdef inline void philox(uint64_t block, uint64_t attempt, uint64_t index, uint64_t seed,
                        uint64_t part, uint32_t* draws) noexcept nogil:
    """The eight draws of one block."""
    cdef uint64_t x0 = block, x1 = attempt, x2 = index, x3 = 0
    cdef uint64_t k0 = seed, k1 = part
    cdef uint128_t product0, product1
    cdef int i
    for i in range(10):
        product0 = <uint128_t>0xD2E7470EE14C6C93ULL * x0
        product1 = <uint128_t>0xCA5A826395121157ULL * x2
        x0 = <uint64_t>(product1 >> 64) ^ x1 ^ k0
        x1 = <uint64_t>product1
        x2 = <uint64_t>(product0 >> 64) ^ x3 ^ k1
        x3 = <uint64_t>product0
        k0 += 0x9E3779B97F4A7C15ULL
        k1 += 0xBB67AE8584CAA73BULL
    draws[0], draws[1] = <uint32_t>x0, <uint32_t>(x0 >> 32)
    draws[2], draws[3] = <uint32_t>x1, <uint32_t>(x1 >> 32)
    draws[4], draws[5] = <uint32_t>x2, <uint32_t>(x2 >> 32)
    draws[6], draws[7] = <uint32_t>x3, <uint32_t>(x3 >> 32)
