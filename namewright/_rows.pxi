# Included by _kernel.pyx, after _distribution.pxi; expects of it: calloc, free, memset, exp, rint,
# fetch, and the integer types.
"""The rows that names are drawn from: `reference.thresholds` and `reference.pick`.

Of a threshold T a row holds the upper half of T - 1, 16 bits, and a draw passes it when its own
upper half is greater: so the token is how many thresholds the draw passes, a sum without a
branch, which the compiler turns into vector code. Where the halves are equal, one draw in some
thousands, the thresholds are made again, whole.

A row of the alphabet a to z is one line of the cache, and in it is also where to read on: so a
step waits for memory twice, for the row and for where its token leads.
"""

cdef enum:
    STRUCTURAL = 3               # numbers of a row that are no thresholds
    MAX_WIDTH = 264
    LINE = 64                    # bytes that the processor reads at once


cdef inline int width_of(int tokens) noexcept:
    """How many numbers there are in a row: vectors take eight of them at once."""
    return (tokens - 1 + STRUCTURAL + 7) // 8 * 8


cdef inline size_t size_of_rows(int64_t states, int tokens) noexcept:
    """Bytes of all the rows of one setting."""
    return states * width_of(tokens) * sizeof(uint16_t)


cdef class Rows:
    """The shaped rows of an automaton, each made when a name first comes to its state.

    A row is a line of the processor's cache, of `width` numbers: the upper half of T - 1 for
    each threshold T but the last; and at the end the `STRUCTURAL` ones, the number of the setting that
    it was shaped for and which row of `next_state` is the state's, in two halves. As the memory
    of a row that was never shaped is never touched, it takes none; and a new setting takes over
    the memory of one that is done with, without clearing it.

    One thread at a time: a sampling thread takes it off its walker's cache, and puts it back.
    """

    cdef Predictions predictions
    cdef const int32_t[::1] transition_row
    cdef int tokens, width
    cdef double temperature, top_p
    cdef int64_t top_k
    cdef double weights[CODES]   # of a code so far above the least in its row
    cdef uint16_t among[MAX_WIDTH]  # all ones for the thresholds of a row, 0 for what else is in it
    cdef uint16_t setting
    cdef void* memory
    cdef uint16_t* rows          # [states, width]
    cdef size_t size             # bytes

    def __cinit__(self, Predictions predictions, const int32_t[::1] transition_row):
        cdef int i
        self.predictions, self.transition_row = predictions, transition_row
        self.tokens = predictions.tokens
        self.width = width_of(self.tokens)
        for i in range(self.width):
            self.among[i] = 0xFFFFU if i < self.tokens - 1 else 0
        self.size = size_of_rows(transition_row.shape[0], self.tokens)
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
        if row[self.width - STRUCTURAL] != self.setting:
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
        row[self.width - STRUCTURAL] = self.setting
        row[self.width - 2] = <uint16_t>self.transition_row[state]
        row[self.width - 1] = <uint16_t>(self.transition_row[state] >> 16)

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
