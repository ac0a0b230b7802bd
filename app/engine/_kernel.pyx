# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What `reference.py` specifies, compiled, bit for bit; the interpreter is free while it draws.

Read `reference.py` first: this has its functions and its names, and adds three things.

- A row is shaped when a name first comes to its state, and kept (`Rows`): so a small request
  does not pay for the size of the model, and the next one with the same temperature, top_k
  and top_p pays nothing. Rows are found by state in an open-addressing hash table, and from
  then on by the row before: each remembers the rows that its tokens led to. The first states
  that names come to are those that most names come to, so a full store stays as it is, and for
  the rest a lane has a row that only says which state it is in: see `pick_without_row`.
- The weights of codes are one table of 256, so that shaping their rows takes no exponentials.
- Of a threshold T a row holds the upper half of T - 1, 16 bits, and a draw passes it when its own
  upper half is greater: so the token is how many entries the draw passes, a sum without a branch,
  which the compiler turns into vector code. Where the halves are equal, one draw in some
  thousands, the thresholds are made again, whole. (Both sides are less 2^15, as vectors compare
  signed numbers.) A row of the alphabet a to z takes two lines of the cache.
- A step waits for memory: so the first attempts of several names are drawn side by side, and
  what a name's next step will read is fetched while the others take theirs.

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
from libc.stdlib cimport calloc, free, malloc, realloc

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
    LANES = 16
    SHELF = 4
    SHELF_BYTES = 8388608
    ROWS_BYTES = 2883584         # some 20,000 rows of the alphabet a to z
    MOST_ROWS = 32767            # so that a row's number fits 16 bits
    MAX_TOKENS = 256
    CODES = 256

assert MAX_LENGTH == LONGEST

cdef uint16_t SIGN = 0x8000U
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


cdef class Rows:
    """The shaped rows of an automaton, each made when it is first asked for.

    One thread at a time: a sampling thread takes it off its walker's shelf, and puts it back.
    """

    cdef Predictions predictions
    cdef int tokens, width
    cdef double temperature, top_p
    cdef int64_t top_k
    cdef double weights[CODES]   # of a code so far above the least in its row
    cdef int16_t* passed         # [capacity, width]: (T - 1) // 2^16 - 2^15 of each token
    cdef int16_t* successors     # [capacity, width]: the row a token leads to, or -1 if not yet known
    cdef int32_t* table          # [slots]: row + 1, or 0
    cdef int32_t* states         # [capacity]: whose row it is
    cdef int32_t count, capacity, most
    cdef uint32_t slots

    def __cinit__(self, Predictions predictions, double temperature, int64_t top_k, double top_p):
        cdef int code
        self.predictions = predictions
        self.tokens = predictions.tokens
        self.width = (self.tokens + 7) // 8 * 8
        self.temperature, self.top_k, self.top_p = temperature, top_k, top_p
        if predictions.is_coded and temperature > 0:
            for code in range(CODES):
                self.weights[code] = exp(-CODE_STEP * code / temperature)
        self.capacity, self.slots = 64, 128
        self.count = LANES           # the first rows belong to the lanes
        self.most = min(<int>MOST_ROWS, ROWS_BYTES // (self.width * 4 + 16))
        self.passed = <int16_t*>malloc(self.capacity * self.width * sizeof(int16_t))
        self.successors = <int16_t*>malloc(self.capacity * self.width * sizeof(int16_t))
        self.states = <int32_t*>malloc(self.capacity * sizeof(int32_t))
        self.table = <int32_t*>calloc(self.slots, sizeof(int32_t))
        if not (self.passed and self.successors and self.states and self.table):
            raise MemoryError

    def __dealloc__(self):
        free(self.passed)
        free(self.successors)
        free(self.states)
        free(self.table)

    @property
    def size(self):
        """Bytes."""
        return self.capacity * (<int64_t>self.width * 4 + 4) + self.slots * 4

    cdef inline int32_t find(self, int32_t state, int lane) noexcept nogil:
        """The row of a state, or -1 where there is no memory for it."""
        cdef uint32_t slot = self.slot_of(state)
        cdef int32_t row
        while True:
            row = self.table[slot] - 1
            if row < 0:
                if self.count < self.most:
                    return self.add(state, slot)
                self.states[lane] = state
                return lane
            if self.states[row] == state:
                return row
            slot = (slot + 1) & (self.slots - 1)

    cdef inline uint32_t slot_of(self, int32_t state) noexcept nogil:
        """Where to begin looking for a state."""
        return (<uint32_t>state * 2654435769U >> 7) & (self.slots - 1)

    cdef int32_t add(self, int32_t state, uint32_t slot) noexcept nogil:
        """A row more, for a state."""
        if self.count == self.capacity:
            if not self.grow():
                return -1
            slot = self.slot_of(state)
            while self.table[slot]:
                slot = (slot + 1) & (self.slots - 1)
        self.shape(self.count, state)
        self.count += 1
        self.table[slot] = self.count
        return self.count - 1

    cdef void shape(self, int32_t at, int32_t state) noexcept nogil:
        """Make a row that of a state."""
        cdef uint64_t row[MAX_TOKENS]
        cdef int64_t first = <int64_t>at * self.width
        cdef uint16_t half
        cdef int token
        self.thresholds(state, row)
        for token in range(self.width):
            half = 0xFFFFU
            if token < self.tokens:
                half = <uint16_t>(row[token] - 1 >> 16) if row[token] else 0
            self.passed[first + token] = <int16_t>(half ^ SIGN)
            self.successors[first + token] = -1
        self.states[at] = state

    cdef void thresholds(self, int32_t state, uint64_t* row) noexcept nogil:
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
            row[token] = <uint64_t>rint(4294967296.0 * cumulative) if token < last else 1ULL << 32

    cdef bint grow(self) noexcept nogil:
        """Twice the rows, and twice the slots."""
        cdef int32_t capacity = min(2 * self.capacity, self.most), row
        cdef uint32_t slot
        cdef void* passed = realloc(
            self.passed, <int64_t>capacity * self.width * sizeof(int16_t))
        if passed:
            self.passed = <int16_t*>passed
        cdef void* successors = realloc(
            self.successors, <int64_t>capacity * self.width * sizeof(int16_t))
        if successors:
            self.successors = <int16_t*>successors
        cdef void* states = realloc(self.states, capacity * sizeof(int32_t))
        if states:
            self.states = <int32_t*>states
        cdef int32_t* table = <int32_t*>calloc(2 * self.slots, sizeof(int32_t))
        if not (passed and successors and states and table):
            free(table)
            return False
        free(self.table)
        self.table = table
        self.slots *= 2
        self.capacity = capacity
        for row in range(LANES, self.count):
            slot = self.slot_of(self.states[row])
            while self.table[slot]:
                slot = (slot + 1) & (self.slots - 1)
            self.table[slot] = row + 1
        return True

    cdef inline uint32_t pick(self, int32_t row, uint32_t draw) noexcept nogil:
        """The first token whose threshold exceeds the draw."""
        cdef const int16_t* passed = &self.passed[<int64_t>row * self.width]
        cdef int16_t half = <int16_t>(<uint16_t>(draw >> 16) ^ SIGN)
        cdef int16_t above = 0, reached = 0
        cdef int i
        if row < LANES:
            return self.pick_without_row(self.states[row], draw)
        for i in range(self.width):
            above += half > passed[i]
            reached += half >= passed[i]
        if above == reached:
            return <uint32_t>above
        return self.pick_exactly(self.states[row], draw)

    cdef uint32_t pick_without_row(self, int32_t state, uint32_t draw) noexcept nogil:
        """The same, of a state whose row is not kept.

        Of codes, where nothing is cut: by the sums of their weights, which are the thresholds but
        for their scale and their last bits. Where it could depend on those, and for all else, by
        thresholds.
        """
        cdef double even = 0, odd = 0, reached = 0, total, sought, margin
        cdef const uint8_t* codes
        cdef int token
        if not self.predictions.is_coded or self.temperature == 0 or self.top_k > 0 or self.top_p < 1:
            return self.pick_exactly(state, draw)
        codes = &self.predictions.codes[state, 0]
        for token in range(0, self.tokens - 1, 2):
            even += self.weights[codes[token]]
            odd += self.weights[codes[token + 1]]
        if self.tokens & 1:
            even += self.weights[codes[self.tokens - 1]]
        total = even + odd
        if total < 1e-250:  # of a temperature that leaves nothing of them
            return self.pick_exactly(state, draw)
        # Threshold T exceeds the draw where T, before it was rounded, is above draw + 1/2.
        sought = (draw + 0.5) * (total / 4294967296.0)
        margin = 1e-3 * (total / 4294967296.0)
        for token in range(self.tokens):
            reached += self.weights[codes[token]]
            if reached >= sought - margin:
                break
        if reached > sought + margin:
            return <uint32_t>token
        return self.pick_exactly(state, draw)

    cdef uint32_t pick_exactly(self, int32_t state, uint32_t draw) noexcept nogil:
        """The same, of a state, by whole thresholds."""
        cdef uint64_t row[MAX_TOKENS]
        cdef uint32_t token = 0
        self.thresholds(state, row)
        while row[token] <= draw:
            token += 1
        return token

    cdef inline void fetch_row(self, int32_t row, const int32_t[::1] leads) noexcept nogil:
        """Ask for the memory that the next step from a row reads."""
        cdef int32_t state
        if row >= LANES:
            fetch(&self.passed[<int64_t>row * self.width])
            fetch(&self.passed[<int64_t>row * self.width + self.width - 1])
            fetch(&self.successors[<int64_t>row * self.width])
            fetch(&self.successors[<int64_t>row * self.width + self.width - 1])
            fetch(&self.states[row])
        else:
            state = self.states[row]
            fetch(&leads[state])
            if self.predictions.is_coded:
                fetch(&self.predictions.codes[state, 0])

    cdef inline int32_t follow(self, int32_t row, uint32_t token, int lane,
                               const int32_t[:, ::1] next_state,
                               const int32_t[::1] leads) noexcept nogil:
        """The row that a token leads to, or -1 where there is no memory for it."""
        cdef int32_t successor = self.known(row, token)
        if successor < 0:
            successor = self.find(next_state[leads[self.states[row]], token], lane)
            if successor >= 0:
                self.remember(row, token, successor)
        return successor

    cdef inline int32_t known(self, int32_t row, uint32_t token) noexcept nogil:
        """The row that a token leads to, if it is remembered, or -1."""
        return self.successors[<int64_t>row * self.width + token] if row >= LANES else -1

    cdef inline void remember(self, int32_t row, uint32_t token, int32_t successor) noexcept nogil:
        """That a token leads from a row to another; not for what is kept of no state."""
        if row >= LANES and successor >= LANES:
            self.successors[<int64_t>row * self.width + token] = <int16_t>successor


cdef struct Batch:
    uint64_t seed
    uint64_t offset
    int32_t start
    int prefix
    int min_length
    int max_length
    int64_t attempts


cdef struct Lane:
    int64_t i
    int t
    int32_t row
    int32_t state        # while it is on its way to a row: where from, and then where to
    int32_t leads
    uint32_t token
    int stage
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
        cdef Rows rows = self.shelf.pop(key, None)
        if rows is None:
            rows = Rows(self.predictions, temperature, keep, top_p)
        try:
            return self.draw_batch(rows, &batch, prefix, n)
        finally:
            self.put(key, rows)

    cdef put(self, key, Rows rows):
        """Keep rows for the next request of their kind; the longest unused make room for them."""
        cdef Rows kept
        self.shelf[key] = rows
        cdef int64_t size = 0
        for kept in self.shelf.values():
            size += kept.size
        while len(self.shelf) > 1 and (len(self.shelf) > SHELF or size > SHELF_BYTES):
            kept = self.shelf.pop(next(iter(self.shelf)))
            size -= kept.size

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
        cdef int64_t first, i = 0, size, attempt
        cdef int length = 0, t
        cdef list result = []
        for t in range(batch.prefix):
            for i in range(min(n, <int64_t>CHUNK)):
                names[i][t] = prefix[t]
        for first in range(0, n, CHUNK):
            size = min(<int64_t>CHUNK, n - first)
            with nogil:
                length = self.draw_first(rows, batch, batch.offset + first, size, names, lengths)
                for i in range(size):
                    if length < 0:
                        break
                    length = lengths[i]
                    attempt = 0
                    while length == 0:
                        attempt += 1
                        if attempt == batch.attempts:
                            break
                        length = self.draw_name(rows, batch, batch.offset + first + i, attempt,
                                                names[i])
                    lengths[i] = length
                    if length == 0:
                        break
            if length < 0:
                raise MemoryError
            if length == 0:
                raise ExhaustedError(batch.attempts, batch.offset + first + i)
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

    cdef int draw_first(self, Rows rows, const Batch* batch, uint64_t offset, int64_t size,
                        uint8_t (*names)[LONGEST], int* lengths) noexcept nogil:
        """`draw_name` of attempt 0, for a chunk of names. Returns -1 without memory, else 1."""
        cdef Lane lanes[LANES]
        cdef Lane* lane
        cdef int64_t started = 0, ended = 0
        cdef uint32_t token
        cdef int32_t row
        cdef int l, length
        for l in range(LANES):
            lanes[l].i = -1
        while ended < size:
            for l in range(LANES):
                lane = &lanes[l]
                if lane.i < 0:
                    if started == size:
                        continue
                    lane.i, lane.t, lane.stage = started, batch.prefix, 0
                    lane.row = rows.find(batch.start, l)
                    if lane.row < 0:
                        return -1
                    philox(lane.t >> 3, 0, offset + started, batch.seed, lane.draws)
                    started += 1
                if lane.stage:
                    if not self.go_on(rows, lane, l):
                        return -1
                    continue
                token = rows.pick(lane.row, lane.draws[lane.t & 7])
                if token == 0 or lane.t == batch.max_length:
                    length = lane.t if token == 0 and lane.t >= batch.min_length else 0
                    lengths[lane.i] = length
                    lane.i = -1
                    ended += 1
                    continue
                names[lane.i][lane.t] = <uint8_t>token
                row = rows.known(lane.row, token)
                if row >= 0:
                    lane.row = row
                    rows.fetch_row(row, self.leads)
                else:
                    lane.state, lane.token, lane.stage = rows.states[lane.row], token, 1
                    fetch(&self.leads[lane.state])
                lane.t += 1
                if lane.t & 7 == 0:
                    philox(lane.t >> 3, 0, offset + lane.i, batch.seed, lane.draws)
        return 1

    cdef inline bint go_on(self, Rows rows, Lane* lane, int l) noexcept nogil:
        """One look-up more of those that lead a lane to its next row; False without memory.

        Each needs what the one before found, and all of them may have to wait for memory: so each
        asks for what the next will read, and lets the other lanes go first.
        """
        cdef int32_t row
        if lane.stage == 1:
            lane.leads = self.leads[lane.state]
            fetch(&self.next_state[lane.leads, lane.token])
            lane.stage = 2
        elif lane.stage == 2:
            lane.state = self.next_state[lane.leads, lane.token]
            fetch(&rows.table[rows.slot_of(lane.state)])
            lane.stage = 3
        else:
            row = rows.find(lane.state, l)
            if row < 0:
                return False
            rows.remember(lane.row, lane.token, row)
            lane.row, lane.stage = row, 0
            rows.fetch_row(row, self.leads)
        return True

    cdef int draw_name(self, Rows rows, const Batch* batch, uint64_t index, uint64_t attempt,
                       uint8_t* name) noexcept nogil:
        """A candidate's length, its tokens in `name`; 0 if it is rejected, -1 without memory."""
        cdef uint32_t draws[8]
        cdef int t = batch.prefix
        cdef int32_t row = rows.find(batch.start, 0)
        cdef uint32_t token
        philox(t >> 3, attempt, index, batch.seed, draws)
        while row >= 0:
            token = rows.pick(row, draws[t & 7])
            if token == 0:
                return t if t >= batch.min_length else 0
            if t == batch.max_length:
                return 0
            name[t] = <uint8_t>token
            row = rows.follow(row, token, 0, self.next_state, self.leads)
            t += 1
            if t & 7 == 0:
                philox(t >> 3, attempt, index, batch.seed, draws)
        return -1

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
