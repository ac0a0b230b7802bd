# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""BLAKE2b of a name with a key, eight bytes long (RFC 7693): as `KnownNames.hash` has it.

hashlib's takes a Python object for each name, and most of the time that scoring one takes. A key and
a name have at most 32 bytes, so that of the sixteen words of a block all but four are zero: once the
rounds are unrolled, the compiler leaves out what would be done with those.
"""

from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport memcpy, memset

cdef extern from *:
    """
    enum { BLAKE2B_ROUNDS = 12, BLAKE2B_WORDS = 4 };
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

    /* Section 3.1: G; `k` is the place in sigma of the first of its two words. */
    #define BLAKE2B_ROTATE(word, bits) ((word) >> (bits) | (word) << (64 - (bits)))
    #define BLAKE2B_WORD(k) (sigma[k] < BLAKE2B_WORDS ? words[sigma[k]] : 0)
    #define BLAKE2B_MIX(a, b, c, d, k) \
        v[a] += v[b] + BLAKE2B_WORD(k); v[d] = BLAKE2B_ROTATE(v[d] ^ v[a], 32); \
        v[c] += v[d]; v[b] = BLAKE2B_ROTATE(v[b] ^ v[c], 24); \
        v[a] += v[b] + BLAKE2B_WORD(k + 1); v[d] = BLAKE2B_ROTATE(v[d] ^ v[a], 16); \
        v[c] += v[d]; v[b] = BLAKE2B_ROTATE(v[b] ^ v[c], 63)

    /* Section 3.2: F; `count` is how many bytes there were up to the end of this block. */
    static void blake2b_compress(uint64_t state[8], const uint64_t words[BLAKE2B_WORDS],
                                 uint64_t count, int is_last) {
        uint64_t v[16];
        for (int i = 0; i < 8; i++) { v[i] = state[i]; v[i + 8] = blake2b_iv[i]; }
        v[12] ^= count;
        if (is_last) v[14] = ~v[14];
    #ifdef __GNUC__
    #pragma GCC unroll 12
    #endif
        for (int i = 0; i < BLAKE2B_ROUNDS; i++) {
            const unsigned char *sigma = blake2b_sigma[i % 10];
            BLAKE2B_MIX(0, 4, 8, 12, 0);
            BLAKE2B_MIX(1, 5, 9, 13, 2);
            BLAKE2B_MIX(2, 6, 10, 14, 4);
            BLAKE2B_MIX(3, 7, 11, 15, 6);
            BLAKE2B_MIX(0, 5, 10, 15, 8);
            BLAKE2B_MIX(1, 6, 11, 12, 10);
            BLAKE2B_MIX(2, 7, 8, 13, 12);
            BLAKE2B_MIX(3, 4, 9, 14, 14);
        }
        for (int i = 0; i < 8; i++) state[i] ^= v[i] ^ v[i + 8];
    }
    """
    enum: BLAKE2B_WORDS
    const uint64_t[8] blake2b_iv
    bint is_little_endian() noexcept nogil
    void blake2b_compress(uint64_t* state, const uint64_t* words, uint64_t count,
                          bint is_last) noexcept nogil

cdef enum:
    BLOCK = 128                  # bytes
    KEY = 32
    DIGEST = 8


cdef inline void begin_hash(uint64_t* state, const uint8_t* key) noexcept nogil:
    """The state after the key, which is a block of its own: the same for all names of a list."""
    cdef uint64_t[BLAKE2B_WORDS] words
    memcpy(state, blake2b_iv, sizeof(blake2b_iv))
    state[0] ^= 0x01010000 | KEY << 8 | DIGEST
    memcpy(words, key, KEY)
    blake2b_compress(state, words, BLOCK, False)


cdef inline uint64_t hash_of(const uint64_t* keyed, const uint8_t* text, int length) noexcept nogil:
    """The hash of a text of 1 to 32 bytes, from the state after the key."""
    cdef uint64_t[BLAKE2B_WORDS] words
    cdef uint64_t[8] state
    memcpy(state, keyed, sizeof(state))
    memset(words, 0, sizeof(words))
    memcpy(words, text, length)
    blake2b_compress(state, words, BLOCK + length, True)
    return state[0]
