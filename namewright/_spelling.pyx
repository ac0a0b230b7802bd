# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What of `_spelling.pxd` is done once for each way of writing names."""

from libc.stdint cimport uint8_t
from libc.string cimport memcpy


cdef class Letters:
    def __init__(self, spelling):
        cdef int token
        cdef bytes letter, capital
        self.before, self.after = spelling.before, spelling.after
        self.head, self.head_size = <const uint8_t*>self.before, <int>len(self.before)
        self.tail, self.tail_size = <const uint8_t*>self.after, <int>len(self.after)
        self.is_title = spelling.capitals != spelling.letters
        for token, (letter, capital) in enumerate(zip(spelling.letters, spelling.capitals)):
            assert max(len(letter), len(capital)) <= WIDEST
            memcpy(self.letters[token], <const uint8_t*>letter, len(letter))
            memcpy(self.capitals[token], <const uint8_t*>capital, len(capital))
            self.letter_sizes[token], self.capital_sizes[token] = len(letter), len(capital)
            self.has_capital[token] = letter != capital
            self.breaks[token] = spelling.breaks[token]
        self.shift = self.letters[1][0] - 1
        self.is_shifted = all(
            self.letter_sizes[token] == self.capital_sizes[token] == 1
            and self.letters[token][0] == token + self.shift
            and self.has_capital[token] == self.is_title and not self.breaks[token]
            for token in range(1, len(spelling.letters)))
