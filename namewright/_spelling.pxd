# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Names as bytes: `spelling.Spelling.spell`, without the interpreter."""

from libc.stdint cimport uint8_t
from libc.string cimport memcpy

from namewright._distribution cimport MAX_TOKENS

cdef enum:
    WIDEST = 8                   # bytes of a letter, at most: all of them are copied at once
    ROOM = 32                    # tokens of a name, and one more: all of them are spelt at once


cdef class Letters:
    """A `Spelling`, as tables."""

    cdef uint8_t letters[MAX_TOKENS][WIDEST]
    cdef uint8_t capitals[MAX_TOKENS][WIDEST]
    cdef uint8_t letter_sizes[MAX_TOKENS]
    cdef uint8_t capital_sizes[MAX_TOKENS]
    cdef bint breaks[MAX_TOKENS]
    cdef bint has_capital[MAX_TOKENS]
    cdef bint is_title           # whether any letter has a capital
    cdef bint is_shifted         # whether each letter is the byte `shift` above its token, as a to z
    cdef uint8_t shift
    cdef bytes before, after
    cdef const uint8_t* head
    cdef const uint8_t* tail
    cdef int head_size, tail_size

    cdef inline int widest_name(self, int length) noexcept nogil:
        """Bytes that a name of so many characters may take, and what is written beyond it."""
        return self.head_size + (length + 1) * WIDEST + self.tail_size

    cdef inline uint8_t* spell_shifted(self, const uint8_t* name, int length,
                                       uint8_t* out) noexcept nogil:
        """As `spell`, without a loop: `name` has `ROOM` for tokens."""
        cdef int t
        memcpy(out, self.head, self.head_size)
        out += self.head_size
        for t in range(ROOM):
            out[t] = name[t] + self.shift
        if self.is_title:
            out[0] = self.capitals[name[0]][0]
        memcpy(out + length, self.tail, self.tail_size)
        return out + length + self.tail_size

    cdef inline uint8_t* spell(self, const uint8_t* name, int length, uint8_t* out) noexcept nogil:
        """Write a name; where it ends."""
        cdef int t
        cdef uint8_t token
        cdef bint begins = True
        if self.is_shifted:
            return self.spell_shifted(name, length, out)
        memcpy(out, self.head, self.head_size)
        out += self.head_size
        for t in range(length):
            token = name[t]
            if self.is_title and begins:
                memcpy(out, self.capitals[token], WIDEST)
                out += self.capital_sizes[token]
                begins = not self.has_capital[token]
            else:
                memcpy(out, self.letters[token], WIDEST)
                out += self.letter_sizes[token]
            begins = begins or self.breaks[token]
        memcpy(out, self.tail, self.tail_size)
        return out + self.tail_size
