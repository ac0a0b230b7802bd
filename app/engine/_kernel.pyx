# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What `reference.py` specifies, compiled, bit for bit; the interpreter is free while it draws.

Read `reference.py` first: this has its functions and its names, and adds three things.

- A row is shaped when a name first comes to its state, and kept (`Rows`): so a small request
  does not pay for the size of the model, and the next one with the same temperature, top_k
  and top_p pays nothing.
- The weights of codes are one table of 256, so that shaping their rows takes no exponentials.
- Of a threshold T a row holds the upper half of T - 1, 16 bits, and a draw passes it when its own
  upper half is greater: so the token is how many thresholds the draw passes, a sum without a
  branch, which the compiler turns into vector code. Where the halves are equal, one draw in some
  thousands, the thresholds are made again, whole. A row of the alphabet a to z is then one line
  of the cache, and in it is also where to read on: so a step waits for memory twice, for the row
  and for where its token leads.
- While one name waits, others take their steps (`Walker.draw`): all of them ask for their rows
  before the first is read, and for their next states before the first of those is.

An Automaton has been checked when it was made, and is read-only; `sample` and `log_probs` check
what they are given: so every index here is in range.
"""

from cpython.unicode cimport (
    PyUnicode_1BYTE_DATA,
    PyUnicode_FromKindAndData,
    PyUnicode_GET_LENGTH,
)
from libc.math cimport exp, rint
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

import numpy as np

from app.engine.alphabet import MAX_LENGTH
from app.engine.automaton import STEP
from app.engine.errors import ExhaustedError
from app.engine import reference

cdef extern from *:
    """
    typedef unsigned __int128 uint128_t;
    #define fetch(address) __builtin_prefetch(address)
    """
    ctypedef unsigned long long uint128_t
    void fetch(const void* address) noexcept nogil

cdef extern from "Python.h":
    bint PyUnicode_IS_COMPACT_ASCII(object text)
    str PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)

cdef enum:
    LONGEST = 31
    CHUNK = 1024
    LANES = 32
    SHELF = 4                    # settings whose rows are kept, for each model
    SHELF_BYTES = 16777216       # of those of one model, but for the latest
    MAX_TOKENS = 256
    BESIDE = 3
    MAX_WIDTH = 264
    CODES = 256
    LINE = 64                    # bytes that the processor reads at once

assert MAX_LENGTH == LONGEST

cdef double CODE_STEP = STEP
cdef double CODES_A_NAT = 1 / STEP


def add(list values):
    """As `reference.add`."""
    cdef double total = 0, value
    for value in values:
        total += value
    return total


cdef inline void philox(uint64_t block, uint64_t attempt, uint64_t index, uint64_t seed,
                        uint32_t* draws) noexcept nogil:
    """The eight draws of one block."""
    cdef uint64_t x0 = block, x1 = attempt, x2 = index, x3 = 0
    cdef uint64_t k0 = seed, k1 = 0
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


cdef class Predictions:
    """The log-probabilities of an automaton, in whichever form it holds them."""

    cdef const double[:, ::1] wide
    cdef const float[:, ::1] narrow
    cdef const uint8_t[:, ::1] codes
    cdef const double[::1] log_totals
    cdef bint is_wide, is_coded
    cdef int tokens

    def __init__(self, automaton):
        log_probs = automaton.log_probs
        self.tokens = log_probs.shape[1]
        self.is_coded = automaton.is_coded
        self.is_wide = log_probs.dtype == np.float64
        if self.is_coded:
            self.codes, self.log_totals = log_probs, automaton.log_totals
        elif self.is_wide:
            self.wide = log_probs
        else:
            self.narrow = log_probs

    cdef inline double log_prob(self, int32_t state, int token) noexcept nogil:
        """Natural log of P(token | state). As `Automaton.log_prob`."""
        if self.is_coded:
            return -CODE_STEP * self.codes[state, token] - self.log_totals[state]
        return self.wide[state, token] if self.is_wide else self.narrow[state, token]

    cdef inline void row(self, int32_t state, double* row) noexcept nogil:
        """What sampling shapes, up to a constant. As `Automaton.row`."""
        cdef int token
        if self.is_coded:
            for token in range(self.tokens):
                row[token] = -CODE_STEP * self.codes[state, token]
        elif self.is_wide:
            for token in range(self.tokens):
                row[token] = self.wide[state, token]
        else:
            for token in range(self.tokens):
                row[token] = self.narrow[state, token]


cdef void probabilities(const double* log_probs, int tokens, double temperature,
                        const double* weights, int64_t top_k, double top_p,
                        double* shaped) noexcept nogil:
    """As in `reference.py`. `weights`, where there are any, are those of the codes."""
    cdef int order[MAX_TOKENS]
    cdef bint kept[MAX_TOKENS]
    cdef int token, at, likeliest = 0
    cdef double total = 0, mass = 0
    for token in range(1, tokens):
        if log_probs[token] > log_probs[likeliest]:
            likeliest = token
    if temperature == 0:
        for token in range(tokens):
            shaped[token] = 1.0 if token == likeliest else 0.0
        return
    if weights is not NULL:
        for token in range(tokens):
            shaped[token] = weights[<int>((log_probs[likeliest] - log_probs[token]) * CODES_A_NAT)]
    else:
        for token in range(tokens):
            shaped[token] = exp((log_probs[token] - log_probs[likeliest]) / temperature)
    for token in range(tokens):
        total += shaped[token]
    for token in range(tokens):
        shaped[token] /= total
    if 0 < top_k < tokens or top_p < 1:
        for token in range(tokens):  # insertion keeps equals in the order of their tokens
            at = token
            while at > 0 and log_probs[order[at - 1]] < log_probs[token]:
                order[at] = order[at - 1]
                at -= 1
            order[at] = token
        for at in range(tokens):
            token = order[at]
            kept[token] = top_k == 0 or at < top_k
            if top_p < 1:
                if mass >= top_p:
                    kept[token] = False
                mass += shaped[token]
        for token in range(tokens):
            if not kept[token]:
                shaped[token] = 0
    total = 0
    for token in range(tokens):
        total += shaped[token]
    for token in range(tokens):
        shaped[token] /= total


cdef inline int width_of(int tokens) noexcept:
    """How many numbers there are in a row: vectors take eight of them at once."""
    return (tokens - 1 + BESIDE + 7) // 8 * 8


cdef inline size_t size_of_rows(int64_t states, int tokens) noexcept:
    """Bytes of all the rows of one setting."""
    return states * width_of(tokens) * sizeof(uint16_t)


cdef class Rows:
    """The shaped rows of an automaton, each made when a name first comes to its state.

    A row is a line of the processor's cache, of `width` numbers: the upper half of T - 1 for
    each threshold T but the last, and `BESIDE` them, at the end, the number of the setting that
    it was shaped for and which row of `next_state` is the state's, in two halves. As the memory
    of a row that was never shaped is never touched, it takes none; and a new setting takes over
    the memory of one that is done with, without clearing it.

    One thread at a time: a sampling thread takes it off its walker's shelf, and puts it back.
    """

    cdef Predictions predictions
    cdef const int32_t[::1] leads
    cdef int tokens, width
    cdef double temperature, top_p
    cdef int64_t top_k
    cdef double weights[CODES]   # of a code so far above the least in its row
    cdef uint16_t among[MAX_WIDTH]  # all ones for the thresholds of a row, 0 for what else is in it
    cdef uint16_t setting
    cdef void* memory
    cdef uint16_t* rows          # [states, width]
    cdef size_t size             # bytes

    def __cinit__(self, Predictions predictions, const int32_t[::1] leads):
        cdef int i
        self.predictions, self.leads = predictions, leads
        self.tokens = predictions.tokens
        self.width = width_of(self.tokens)
        for i in range(self.width):
            self.among[i] = 0xFFFFU if i < self.tokens - 1 else 0
        self.size = size_of_rows(leads.shape[0], self.tokens)
        self.memory = calloc(self.size + LINE, 1)
        if self.memory is NULL:
            raise MemoryError
        self.rows = <uint16_t*>((<size_t>self.memory + LINE - 1) // LINE * LINE)

    def __dealloc__(self):
        free(self.memory)

    cdef void begin(self, double temperature, int64_t top_k, double top_p) noexcept nogil:
        """Another setting, for which no row has been shaped."""
        cdef int code
        self.temperature, self.top_k, self.top_p = temperature, top_k, top_p
        if self.predictions.is_coded and temperature > 0:
            for code in range(CODES):
                self.weights[code] = exp(-CODE_STEP * code / temperature)
        self.setting += 1
        if self.setting == 0:
            memset(self.rows, 0, self.size)
            self.setting = 1

    cdef inline uint16_t* row(self, int32_t state) noexcept nogil:
        """Where the row of a state is, or will be."""
        return &self.rows[<size_t>state * self.width]

    cdef inline void fetch_row(self, int32_t state) noexcept nogil:
        """Ask for the memory of a row."""
        fetch(self.row(state))
        if self.width > LINE // 2:
            fetch(self.row(state) + self.width - 1)

    cdef inline uint32_t pick(self, int32_t state, uint32_t draw) noexcept nogil:
        """The first token whose threshold exceeds the draw; its row is shaped from then on."""
        cdef uint16_t* row = self.row(state)
        cdef uint16_t half = <uint16_t>(draw >> 16)
        cdef uint16_t passed = 0
        cdef int i
        if row[self.width - BESIDE] != self.setting:
            self.shape(state)
        for i in range(self.width):
            passed += (half & self.among[i]) > row[i]
        if row[passed] == half:
            return self.pick_exactly(state, draw)
        return passed

    cdef inline int32_t lead(self, int32_t state) noexcept nogil:
        """Which row of `next_state` is that of a state whose row is shaped."""
        cdef const uint16_t* row = self.row(state)
        return row[self.width - 2] | <int32_t>row[self.width - 1] << 16

    cdef void shape(self, int32_t state) noexcept nogil:
        """Make the row of a state."""
        cdef uint64_t thresholds[MAX_TOKENS]
        cdef uint16_t* row = self.row(state)
        cdef int token
        self.thresholds(state, thresholds)
        for token in range(self.tokens - 1):
            row[token] = <uint16_t>(thresholds[token] - 1 >> 16) if thresholds[token] else 0
        row[self.width - BESIDE] = self.setting
        row[self.width - 2] = <uint16_t>self.leads[state]
        row[self.width - 1] = <uint16_t>(self.leads[state] >> 16)

    cdef void thresholds(self, int32_t state, uint64_t* thresholds) noexcept nogil:
        """As in `reference.py`, of the shaped row of a state."""
        cdef double log_probs[MAX_TOKENS]
        cdef double shaped[MAX_TOKENS]
        cdef double cumulative = 0
        cdef int token, last = 0
        self.predictions.row(state, log_probs)
        probabilities(log_probs, self.tokens, self.temperature,
                      self.weights if self.predictions.is_coded else NULL, self.top_k, self.top_p,
                      shaped)
        for token in range(self.tokens):
            if shaped[token] > 0:
                last = token
        for token in range(self.tokens):
            cumulative += shaped[token]
            thresholds[token] = (
                <uint64_t>rint(4294967296.0 * cumulative) if token < last else 1ULL << 32)

    cdef uint32_t pick_exactly(self, int32_t state, uint32_t draw) noexcept nogil:
        """`pick`, by whole thresholds."""
        cdef uint64_t thresholds[MAX_TOKENS]
        cdef uint32_t token = 0
        self.thresholds(state, thresholds)
        while thresholds[token] <= draw:
            token += 1
        return token


cdef struct Batch:
    uint64_t seed
    uint64_t offset
    int32_t start
    int prefix
    int min_length
    int max_length
    int64_t attempts


cdef struct Lane:
    int64_t i                # which name of the chunk
    int64_t attempt
    int t
    int32_t state
    const int32_t* onward    # where the next state is read
    uint32_t draws[8]


cdef class Walker:
    """An automaton, ready to sample and to score. As `reference.Walker`."""

    name = "compiled"

    cdef readonly object automaton
    cdef Predictions predictions
    cdef const int32_t[:, ::1] next_state
    cdef const int32_t[::1] leads
    cdef const uint32_t[::1] code_points
    cdef int32_t start
    cdef int tokens
    cdef bint is_ascii
    cdef uint8_t ascii_of[MAX_TOKENS]   # of a token, where all characters are ASCII
    cdef int16_t token_of[128]   # of an ASCII character, its case folded; 0 if it has none
    cdef dict shelf              # (temperature, top_k, top_p) -> Rows, the latest used last
    cdef int places              # on the shelf

    def __init__(self, automaton):
        cdef int code
        self.automaton = automaton
        self.predictions = Predictions(automaton)
        self.next_state = automaton.next_state
        self.leads = automaton.leads
        self.code_points = np.array([ord(c) for c in automaton.alphabet.characters], np.uint32)
        self.start = automaton.start
        self.tokens = automaton.alphabet.tokens
        self.shelf = {}
        self.places = max(1, min(SHELF, SHELF_BYTES // size_of_rows(automaton.states, self.tokens)))
        self.is_ascii = "".join(automaton.alphabet.characters).isascii()
        if self.is_ascii:
            for code in range(1, self.tokens):
                self.ascii_of[code] = self.code_points[code - 1]
        for code in range(128):
            self.token_of[code] = 0
        for token, character in enumerate(automaton.alphabet.characters, start=1):
            # A space may be at an end, where it does not count: those names are spelt slowly.
            if ord(character) < 128 and character != " " and not character.isupper():
                self.token_of[ord(character)] = token
                self.token_of[ord(character.upper())] = token

    def sample(self, prefix, *, int64_t n, uint64_t seed, uint64_t offset, double temperature,
               top_k, double top_p, int min_length, int max_length):
        """As `reference.sample`. Raises ValueError for what would lead outside an array."""
        if not (temperature >= 0 and top_p > 0 and top_k >= 0):  # and none of them NaN
            raise ValueError("temperature should be 0 or more, top_p above 0, top_k 0 or more")
        if not (len(prefix) <= max_length <= LONGEST):
            raise ValueError("max_length should be at most 31, and the prefix no longer")
        self.check_tokens(prefix)
        cdef Batch batch
        batch.seed, batch.offset = seed, offset
        batch.start = self.start if not prefix else self.automaton.walk(prefix)
        batch.prefix = <int>len(prefix)
        batch.min_length, batch.max_length = min_length, max_length
        batch.attempts = reference.ATTEMPTS
        cdef int64_t keep = min(top_k, self.tokens)  # from there on it cuts nothing
        key = (temperature, keep, top_p)
        cdef Rows rows = self.take(key)
        try:
            return self.draw_batch(rows, &batch, prefix, n)
        finally:
            self.shelf[key] = rows
            while len(self.shelf) > self.places:  # as many threads have put theirs back
                self.shelf.pop(next(iter(self.shelf)))

    cdef Rows take(self, key):
        """The rows of a setting, or, where there is no more place, those longest unused."""
        cdef Rows rows = self.shelf.pop(key, None)
        if rows is None:
            if len(self.shelf) < self.places:
                rows = Rows(self.predictions, self.leads)
            else:
                rows = self.shelf.pop(next(iter(self.shelf)))
            rows.begin(key[0], key[1], key[2])
        return rows

    cdef int check_tokens(self, tokens) except -1:
        """Raise ValueError unless each stands for a character."""
        cdef int token
        for token in tokens:
            if not 0 < token < self.tokens:
                raise ValueError("a token stands for a character of the alphabet")
        return 0

    cdef list draw_batch(self, Rows rows, const Batch* batch, prefix, int64_t n):
        """The names of a batch, some at a time: drawn without the interpreter, spelt with it."""
        cdef uint8_t names[CHUNK][LONGEST]
        cdef int lengths[CHUNK]
        cdef int64_t first, i, size, drawn
        cdef int t
        cdef list result = []
        for t in range(batch.prefix):
            for i in range(min(n, <int64_t>CHUNK)):
                names[i][t] = prefix[t]
        for first in range(0, n, CHUNK):
            size = min(<int64_t>CHUNK, n - first)
            with nogil:
                drawn = self.draw(rows, batch, batch.offset + first, size, names, lengths)
            if drawn < size:
                raise ExhaustedError(batch.attempts, batch.offset + first + drawn)
            for i in range(size):
                result.append(self.decode(names[i], lengths[i]))
        return result

    cdef inline str decode(self, const uint8_t* name, int length):
        """The text of tokens."""
        cdef uint32_t text[LONGEST]
        cdef uint8_t* ascii
        cdef str decoded
        cdef int t
        if self.is_ascii:
            decoded = PyUnicode_New(length, 127)
            ascii = <uint8_t*>PyUnicode_1BYTE_DATA(decoded)
            for t in range(length):
                ascii[t] = self.ascii_of[name[t]]
            return decoded
        for t in range(length):
            text[t] = self.code_points[name[t] - 1]
        return PyUnicode_FromKindAndData(4, text, length)

    cdef int64_t draw(self, Rows rows, const Batch* batch, uint64_t offset, int64_t size,
                      uint8_t (*names)[LONGEST], int* lengths) noexcept nogil:
        """The tokens and lengths of a chunk of names; the first that there is not, or `size`.

        Every step first reads all lanes' states and asks for their rows, then takes a character
        from each row and asks for where it leads.
        """
        cdef Lane lanes[LANES]
        cdef Lane* lane
        cdef int64_t started = 0, drawn = size
        cdef uint32_t token
        cdef int l, active = 0
        while active < LANES and started < drawn:
            self.begin(&lanes[active], batch, offset, started, 0)
            active += 1
            started += 1
        while active:
            for l in range(active):
                lane = &lanes[l]
                lane.state = lane.onward[0]
                rows.fetch_row(lane.state)
            l = 0
            while l < active:
                lane = &lanes[l]
                token = rows.pick(lane.state, lane.draws[lane.t & 7])
                if token and lane.t < batch.max_length:
                    names[lane.i][lane.t] = <uint8_t>token
                    lane.onward = &self.next_state[rows.lead(lane.state), token]
                    fetch(lane.onward)
                    lane.t += 1
                    if lane.t & 7 == 0:
                        philox(lane.t >> 3, lane.attempt, offset + lane.i, batch.seed, lane.draws)
                    l += 1
                    continue
                if token == 0 and lane.t >= batch.min_length:
                    lengths[lane.i] = lane.t
                elif lane.attempt + 1 < batch.attempts:
                    self.begin(lane, batch, offset, lane.i, lane.attempt + 1)
                    l += 1
                    continue
                else:
                    drawn = min(drawn, lane.i)
                if started < drawn:
                    self.begin(lane, batch, offset, started, 0)
                    started += 1
                    l += 1
                else:
                    active -= 1
                    lanes[l] = lanes[active]
        return drawn

    cdef inline void begin(self, Lane* lane, const Batch* batch, uint64_t offset, int64_t i,
                           int64_t attempt) noexcept nogil:
        """Put a lane at the beginning of a candidate."""
        lane.i, lane.attempt, lane.t = i, attempt, batch.prefix
        lane.onward = &batch.start
        philox(lane.t >> 3, attempt, offset + i, batch.seed, lane.draws)

    def log_probs(self, tokens):
        """As `reference.log_probs`. Raises ValueError for a token there is not."""
        self.check_tokens(tokens)
        cdef int32_t state = self.start
        cdef int token
        cdef list predictions = []
        for token in tokens:
            predictions.append(self.predictions.log_prob(state, token))
            state = self.next_state[self.leads[state], token]
        predictions.append(self.predictions.log_prob(state, 0))
        return predictions

    def log_likelihoods(self, names):
        """As `reference.Walker.log_likelihoods`."""
        names = list(names)
        found = np.empty(len(names))
        cdef double[::1] totals = found
        cdef const int32_t[:, ::1] next_state = self.next_state
        cdef const int32_t[::1] leads = self.leads
        cdef Predictions predictions = self.predictions
        cdef Py_ssize_t i, t, length
        cdef const uint8_t* text
        cdef int32_t state
        cdef int token
        cdef double total
        for i, name in enumerate(names):
            length = 0
            if type(name) is str and PyUnicode_IS_COMPACT_ASCII(name):
                length = PyUnicode_GET_LENGTH(name)
            token = 0
            if 0 < length <= LONGEST:
                text = <const uint8_t*>PyUnicode_1BYTE_DATA(name)
                state, total = self.start, 0
                for t in range(length):
                    token = self.token_of[text[t]]
                    if token == 0:
                        break
                    total += predictions.log_prob(state, token)
                    state = next_state[leads[state], token]
                total += predictions.log_prob(state, 0)
            if token == 0:
                total = add(self.log_probs(self.automaton.alphabet.spell(name)[1]))
            totals[i] = total
        return found
