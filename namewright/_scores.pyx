# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What scores: as `reference.log_probs` and `scoring.score_one` have it, bit for bit.

Most names are plain: ASCII, and each character one of the alphabet, in either case. They are read
as they lie in memory, and nothing of Python is made of them but what is returned. All others are
spelt by `Alphabet.spell`, as the reference does it.
"""

from cpython.unicode cimport PyUnicode_1BYTE_DATA, PyUnicode_GET_LENGTH
from libc.math cimport exp, pow
from libc.stdint cimport int32_t, uint8_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from namewright._blake2b cimport KEY, begin_hash, hash_of, is_little_endian
from namewright._digits cimport put_number
from namewright._distribution cimport Predictions
from namewright._transitions cimport follow

import math

import numpy as np

from namewright import plausibility, reference
from namewright.alphabet import MAX_LENGTH
from namewright.score import Score

cdef bytes TRUE = b"true", FALSE = b"false"
FIELDS = ["name", "log_likelihood", "mean_log_likelihood", "perplexity", "plausibility", "known",
          "folded"]

cdef extern from "Python.h":
    bint PyUnicode_IS_COMPACT_ASCII(object text)
    str PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)

cdef enum:
    LONGEST = 31
    ROWS = 65536                 # bytes of rows that are put together
    WIDEST_VALUE = 32            # bytes of a value: a name, or a number of nine digits
    MAX_COLUMNS = 16
    NAME = 0                     # what a column has: the places of FIELDS
    LIKELIHOOD = 1
    MEAN = 2
    PERPLEXITY = 3
    PLAUSIBILITY = 4
    KNOWN = 5
    FOLDED = 6
    NOTHING = 7

assert MAX_LENGTH == LONGEST
if not is_little_endian():
    raise ImportError("this has BLAKE2b for little-endian processors alone")

cdef int SPAN = plausibility.SPAN
cdef double SHAPE = plausibility.SHAPE
cdef double EPSILON = plausibility.EPSILON
cdef double NARROWEST = plausibility.NARROWEST
cdef double LOG_SPAN = math.log(plausibility.SPAN)
cdef object new = tuple.__new__  # `Score(...)` is a function of Python


def add(list values):
    """As `reference.add`."""
    cdef double total = 0, value
    for value in values:
        total += value
    return total


cdef class Scorer:
    """The half of a walker that scores."""

    def __init__(self, automaton):
        cdef int code
        self.automaton = automaton
        self.predictions = Predictions(automaton)
        self.transition_rows = automaton.transitions.rows
        self.transition_row = automaton.transitions.row
        self.start = automaton.start
        self.vocab_size = automaton.alphabet.vocab_size
        for code in range(128):
            self.token_of[code] = 0
        for token, character in enumerate(automaton.alphabet.characters, start=1):
            # A space may be at an end, where it does not count: those names are spelt slowly.
            if ord(character) < 128 and character != " " and not character.isupper():
                self.token_of[ord(character)] = token
                self.token_of[ord(character.upper())] = token

    cdef int prepare(self, checkpoint) except -1:
        """Have ready what scores need besides the automaton's predictions."""
        self.predictions.prepare_scores(self.automaton)
        if self.checkpoint is not checkpoint:
            self.calibration = checkpoint.calibration
            self.hashes = checkpoint.known_names.hashes
            begin_hash(self.keyed, checkpoint.known_names.key)
            self.checkpoint = checkpoint
        return 0

    cdef int read(self, name, double* found) noexcept:
        """The log-probabilities of a plain name and of its end, and its length; else -1."""
        cdef Py_ssize_t t, length
        cdef const uint8_t* text
        cdef int32_t state = self.start
        cdef int token
        if type(name) is not str or not PyUnicode_IS_COMPACT_ASCII(name):
            return -1
        length = PyUnicode_GET_LENGTH(name)
        if not 0 < length <= LONGEST:
            return -1
        text = <const uint8_t*>PyUnicode_1BYTE_DATA(name)
        for t in range(length):
            token = self.token_of[text[t]]
            if token == 0:
                return -1
            found[t] = self.predictions.log_prob(state, token)
            state = follow(self.transition_rows, self.transition_row[state], token)
        found[length] = self.predictions.log_prob(state, 0)
        return <int>length

    def log_probs(self, name):
        """As `reference.ReferenceWalker.log_probs`."""
        cdef double[LONGEST + 1] found
        cdef int length, t
        self.predictions.prepare_scores(self.automaton)
        length = self.read(name, found)
        if length < 0:
            name, tokens = self.automaton.alphabet.spell(name)
            return name, reference.log_probs(self.automaton, tokens)
        return name.lower(), [found[t] for t in range(length + 1)]

    def log_likelihoods(self, names):
        """As `reference.ReferenceWalker.log_likelihoods`."""
        names = list(names)
        self.predictions.prepare_scores(self.automaton)
        likelihoods = np.empty(len(names))
        cdef double[::1] totals = likelihoods
        cdef double[LONGEST + 1] found
        cdef Py_ssize_t i
        cdef int length
        for i, name in enumerate(names):
            length = self.read(name, found)
            totals[i] = sum_of(found, length) if length > 0 else add(self.log_probs(name)[1])
        return likelihoods

    def plain_scores(self, list names, checkpoint):
        """The score of each plain name, as `scoring.score_one` has it; None for any other."""
        cdef double[LONGEST + 1] found
        cdef double log_likelihood, mean
        cdef uint8_t* text
        cdef int length, t
        cdef str spelt
        cdef list scores = []
        self.prepare(checkpoint)
        for name in names:
            length = self.read(name, found)
            if length < 0:
                scores.append(None)
                continue
            log_likelihood = sum_of(found, length)
            mean = log_likelihood / (length + 1)
            spelt = PyUnicode_New(length, 127)
            text = <uint8_t*>PyUnicode_1BYTE_DATA(spelt)
            memcpy(text, PyUnicode_1BYTE_DATA(name), length)
            for t in range(length):
                if b"A" <= text[t] <= b"Z":
                    text[t] |= 32
            scores.append(new(Score, (
                spelt,
                log_likelihood,
                mean,
                exp(-mean),
                self.plausibility(length, mean),
                is_among(self.hashes, hash_of(self.keyed, text, length)),
                tuple([found[t] for t in range(length + 1)]),
                False,
                (),
                None,
            )))
        return scores

    cdef double plausibility(self, int length, double mean) noexcept:
        """That of a name of so many characters."""
        return plausibility_of(
            &self.calibration[length - 1, 0], <int>self.calibration.shape[1], mean)

    def score_rows(self, list names, checkpoint, columns, list separators, bint is_title, row):
        """As `writers.ScoreWriter.rows`: rows of plain names; `row` writes those of the others."""
        cdef double[LONGEST + 1] found
        cdef double[PLAUSIBILITY + 1] numbers
        cdef uint8_t[LONGEST] text
        cdef int[MAX_COLUMNS] places
        cdef int length, t, i, count = <int>len(columns)
        cdef Py_ssize_t most = sum(map(len, separators)) + count * WIDEST_VALUE
        cdef uint8_t* buffer
        cdef uint8_t* end
        cdef list written = []
        assert count <= MAX_COLUMNS
        for i, column in enumerate(columns):
            places[i] = FIELDS.index(column) if column in FIELDS else NOTHING
        self.prepare(checkpoint)
        buffer = end = <uint8_t*>malloc(most + ROWS)
        if buffer == NULL:
            raise MemoryError
        try:
            for name in names:
                length = self.read(name, found)
                if length < 0 or end - buffer > ROWS:
                    written.append((<char*>buffer)[:end - buffer])
                    end = buffer
                if length < 0:
                    written.append(row(name))
                    self.prepare(checkpoint)  # another thread may have scored by another
                    continue
                memcpy(text, PyUnicode_1BYTE_DATA(name), length)
                for t in range(length):
                    if b"A" <= text[t] <= b"Z":
                        text[t] |= 32
                numbers[LIKELIHOOD] = sum_of(found, length)
                numbers[MEAN] = numbers[LIKELIHOOD] / (length + 1)
                numbers[PERPLEXITY] = exp(-numbers[MEAN])
                numbers[PLAUSIBILITY] = self.plausibility(length, numbers[MEAN])
                for i in range(count):
                    end = put(end, separators[i])
                    if places[i] == NAME:
                        end = put_name(end, text, length, is_title)
                    elif places[i] <= PLAUSIBILITY:
                        end = put_number(end, numbers[places[i]])
                    elif places[i] == KNOWN:
                        end = put(end, TRUE if is_among(
                            self.hashes, hash_of(self.keyed, text, length)) else FALSE)
                    elif places[i] == FOLDED:
                        end = put(end, FALSE)
                end = put(end, separators[count])
            written.append((<char*>buffer)[:end - buffer])
            return b"".join(written)
        finally:
            free(buffer)


cdef inline uint8_t* put(uint8_t* end, bytes text) noexcept:
    """Write some bytes; where they end."""
    memcpy(end, <const uint8_t*>text, len(text))
    return end + len(text)


cdef inline uint8_t* put_name(uint8_t* end, const uint8_t* text, int length,
                              bint is_title) noexcept:
    """A plain name: as `title_case.title` if it is asked for."""
    cdef int t
    cdef bint begins = is_title, is_letter
    for t in range(length):
        is_letter = b"a" <= text[t] <= b"z"
        end[t] = text[t] & 223 if begins and is_letter else text[t]
        begins = is_title and not is_letter
    return end + length


cdef inline double sum_of(const double* values, int length) noexcept nogil:
    """The sum of a name's log-probabilities and of that of its end, left to right."""
    cdef double total = 0
    cdef int t
    for t in range(length + 1):
        total += values[t]
    return total


ctypedef fused number:
    uint64_t
    double


cdef inline Py_ssize_t place_of(const number* rising, Py_ssize_t count,
                                number value) noexcept nogil:
    """How many of some numbers that rise are below a value: as `bisect_left`.

    Which half comes next is computed, not branched on: no processor can foresee it.
    """
    cdef Py_ssize_t low = 0, half
    while count > 1:
        half = count // 2
        low += half * (rising[low + half - 1] < value)
        count -= half
    return low + (count == 1 and rising[low] < value)


cdef inline bint is_among(const uint64_t[::1] hashes, uint64_t hash) noexcept nogil:
    """Whether a hash is one of some that rise.

    Hashes are spread evenly, so it is looked for around the place where an even spread has it.
    """
    cdef Py_ssize_t count = hashes.shape[0], width = 64, low, high
    low = high = <Py_ssize_t>((hash >> 32) * <uint64_t>count >> 32)
    while low > 0 and hashes[low - 1] >= hash:
        low, width = max(0, low - width), 2 * width
    while high < count and hashes[high] < hash:
        high, width = min(count, high + width), 2 * width
    low += place_of(&hashes[low], high - low, hash)
    return low < count and hashes[low] == hash


cdef double plausibility_of(const double* quantiles, int points, double mean) noexcept nogil:
    """As `plausibility.plausibility`."""
    cdef int steps = points - 1, place
    cdef double below, above
    if mean < quantiles[1]:
        return tail(quantiles[1] - mean, quantiles[SPAN] - quantiles[1]) / steps
    if mean > quantiles[points - 2]:
        above = quantiles[points - 2]
        below = tail(mean - above, above - quantiles[points - 1 - SPAN]) / steps
        return 1 - max(below, EPSILON)
    place = max(2, <int>place_of(quantiles, points, mean))
    below, above = quantiles[place - 1], quantiles[place]
    if below == above:
        return <double>place / steps
    return (place - 1 + (mean - below) / (above - below)) / steps


cdef inline double tail(double beyond, double width) noexcept nogil:
    """As `plausibility.tail`."""
    return pow(1 + SHAPE * (beyond * LOG_SPAN / max(width, NARROWEST)), -1 / SHAPE)
