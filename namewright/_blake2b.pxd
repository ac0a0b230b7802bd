# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""BLAKE2b of a short text with a key, eight bytes long (RFC 7693): as `KnownNames.hash` has it.

hashlib's takes a Python object for each name, and most of the time that scoring one takes.
"""

from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport memcpy, memset

cdef extern from *:
    """
    static const uint64_t blake2b_iv[8] = {
        0x6a09e667f3bcc908ULL, 0xbb67ae8584caa73bULL, 0x3c6ef372fe94f82bULL, 0xa54ff53a5f1d36f1ULL,
        0x510e527fade682d1ULL, 0x9b05688c2b3e6c1fULL, 0x1f83d9abfb41bd6bULL, 0x5be0cd19137e2179ULL};
    static const unsigned char blake2b_sigma[10][16] = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
        {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
        {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
        {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
        {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
        {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
        {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
        {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
        {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};
    static inline int is_little_endian(void) { const int one = 1; return *(const char *)&one; }
    """
    const uint64_t[8] blake2b_iv
    const uint8_t[10][16] blake2b_sigma
    bint is_little_endian() noexcept nogil

cdef enum:
    BLOCK = 128                  # bytes
    KEY = 32
    DIGEST = 8
    ROUNDS = 12


cdef inline uint64_t rotate(uint64_t word, int bits) noexcept nogil:
    """To the right."""
    return word >> bits | word << (64 - bits)


cdef inline void mix(uint64_t* v, int a, int b, int c, int d, uint64_t x, uint64_t y) noexcept nogil:
    """Section 3.1: G."""
    v[a] = v[a] + v[b] + x
    v[d] = rotate(v[d] ^ v[a], 32)
    v[c] = v[c] + v[d]
    v[b] = rotate(v[b] ^ v[c], 24)
    v[a] = v[a] + v[b] + y
    v[d] = rotate(v[d] ^ v[a], 16)
    v[c] = v[c] + v[d]
    v[b] = rotate(v[b] ^ v[c], 63)


cdef inline void compress(uint64_t* state, const uint64_t* block, uint64_t count,
                          bint is_last) noexcept nogil:
    """Section 3.2: F. `count` is how many bytes there were up to the end of this block."""
    cdef uint64_t[16] v
    cdef const uint8_t* s
    cdef int i
    for i in range(8):
        v[i] = state[i]
        v[i + 8] = blake2b_iv[i]
    v[12] ^= count
    if is_last:
        v[14] = ~v[14]
    for i in range(ROUNDS):
        s = blake2b_sigma[i % 10]
        mix(v, 0, 4, 8, 12, block[s[0]], block[s[1]])
        mix(v, 1, 5, 9, 13, block[s[2]], block[s[3]])
        mix(v, 2, 6, 10, 14, block[s[4]], block[s[5]])
        mix(v, 3, 7, 11, 15, block[s[6]], block[s[7]])
        mix(v, 0, 5, 10, 15, block[s[8]], block[s[9]])
        mix(v, 1, 6, 11, 12, block[s[10]], block[s[11]])
        mix(v, 2, 7, 8, 13, block[s[12]], block[s[13]])
        mix(v, 3, 4, 9, 14, block[s[14]], block[s[15]])
    for i in range(8):
        state[i] ^= v[i] ^ v[i + 8]


cdef inline void begin_hash(uint64_t* state, const uint8_t* key) noexcept nogil:
    """The state after the key, which is a block of its own: the same for all names of a list."""
    cdef uint64_t[16] block
    memcpy(state, blake2b_iv, sizeof(blake2b_iv))
    state[0] ^= 0x01010000 | KEY << 8 | DIGEST
    memset(block, 0, BLOCK)
    memcpy(block, key, KEY)
    compress(state, block, BLOCK, False)


cdef inline uint64_t hash_of(const uint64_t* keyed, const uint8_t* text, int length) noexcept nogil:
    """The hash of a text of 1 to 128 bytes, from the state after the key."""
    cdef uint64_t[16] block
    cdef uint64_t[8] state
    memcpy(state, keyed, sizeof(state))
    memset(block, 0, BLOCK)
    memcpy(block, text, length)
    compress(state, block, BLOCK + length, True)
    return state[0]
