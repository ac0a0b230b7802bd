# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What of `_transitions.pxd` is not inlined: what is done once per row."""

from libc.stdint cimport int32_t, uint8_t, uint32_t

from namewright._distribution cimport MAX_TOKENS

import mmap

import numpy as np

# Pages of its own: memory that was in use before would have to be cleared, and so be touched.
PRIVATE = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}


def untouched(size):
    """Memory for so many bytes, all of them 0, which takes none until something is written in it."""
    return mmap.mmap(-1, size, **PRIVATE)


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
