# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What of `_transitions.pxd` is not inlined: what is done once per row."""

from libc.stdint cimport int32_t, uint8_t, uint32_t

from namewright._distribution cimport MAX_TOKENS

import mmap

import numpy as np

from namewright import transitions

cdef extern from *:
    """
    #define lowest(bits) __builtin_ctz(bits)
    """
    int lowest(uint32_t bits) noexcept nogil  # which is the lowest of them that is set

assert (transitions.FIRST, transitions.FALLBACK, transitions.KNOWN) == (FIRST, FALLBACK, KNOWN)

# Pages of its own: memory that was in use before would have to be cleared, and so be touched.
PRIVATE = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}


def untouched(size):
    """Memory for so many bytes, all of them 0, which takes none until something is written in it.

    Raises MemoryError where there are not so many addresses to be had.
    """
    try:
        return mmap.mmap(-1, size, **PRIVATE)
    except OSError as error:
        raise MemoryError(f"{size} bytes") from error


cdef inline void follow_all(const uint32_t[:, ::1] rows, int32_t row, int32_t* states,
                            int vocab_size) noexcept nogil:
    """The states that all tokens lead to from a row."""
    cdef const uint32_t* found
    cdef uint32_t bits
    cdef int32_t state
    cdef int token, column
    for token in range(vocab_size):
        states[token] = -1
    while True:
        found = &rows[row, 0]
        state = <int32_t>found[FIRST]
        for column in range(<int>rows.shape[1] - KNOWN):
            bits = found[KNOWN + column]
            while bits:
                token = column * 32 + lowest(bits)
                if states[token] < 0:
                    states[token] = state
                state += 1
                bits &= bits - 1
        if row == 0:
            break
        row = <int32_t>found[FALLBACK]
    for token in range(vocab_size):
        states[token] = max(states[token], 0)


cdef class NextStates:
    def __cinit__(self, transitions, int vocab_size):
        self.rows, self.vocab_size = transitions.rows, vocab_size
        self.memory = np.frombuffer(untouched(len(transitions.rows) * vocab_size * PLACE), np.uint8)
        self.written = &self.memory[0]

    cdef uint32_t write(self, int32_t row) noexcept nogil:
        """Write out a row, unless it is, and return where it begins."""
        cdef int32_t states[MAX_TOKENS]
        cdef uint32_t offset = <uint32_t>row * self.vocab_size * PLACE
        cdef uint8_t* written = &self.written[offset]
        cdef int token
        if not load_acquire(written):
            follow_all(self.rows, row, states, self.vocab_size)
            for token in range(1, self.vocab_size):
                put_state(&written[token * PLACE], states[token])
            store_release(written, 1)
        return offset
