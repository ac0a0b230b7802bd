# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""The rows that names are drawn from: `reference.thresholds` and `reference.pick`.

Of a threshold T a row holds the upper half of T - 1, 16 bits, and a draw passes it when its own
upper half is greater: so the token is how many thresholds the draw passes, a sum without a
branch, which the compiler turns into vector code. Where the halves are equal, one draw in some
thousands, the thresholds are made again, whole.

Behind the thresholds a row has what `Transitions` hold of its state. Of a to z that is one line of
the processor's cache in all: so for most characters a step waits for memory once.
"""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t

from namewright._distribution cimport CODES, Predictions
from namewright._transitions cimport BITS, fetch

cdef extern from *:
    """
    #define load_head(address) __atomic_load_n(address, __ATOMIC_ACQUIRE)
    #define store_head(address, value) __atomic_store_n(address, value, __ATOMIC_RELEASE)
    """
    uint64_t load_head(const uint64_t* address) noexcept nogil
    void store_head(uint64_t* address, uint64_t value) noexcept nogil

cdef enum:
    SIGN = 0x8000                # vectors compare numbers that have a sign: so the least is this
    HEAD = 4                     # of the numbers of a row, those of its head
    MAX_WIDTH = 280
    LINE = 64                    # bytes that the processor reads at once
    LANES = 32                   # names that are drawn side by side
    STATE = 24                   # bits of a state or of a row of transitions in a head
    STATES = 0xFFFFFF            # the greatest number of so many bits


cdef inline int columns_of(int vocab_size) noexcept nogil:
    """How many words the bits of the tokens take. As `transitions.columns`."""
    return (vocab_size + BITS - 1) // BITS


cdef inline int width_of(int vocab_size) noexcept:
    """How many numbers there are in a row: vectors take eight of them at once."""
    return (vocab_size - 1 + 2 * columns_of(vocab_size) + HEAD + 7) // 8 * 8


cdef inline size_t size_of_rows(int64_t states, int vocab_size) noexcept:
    """Bytes of all the rows of one setting."""
    return states * width_of(vocab_size) * sizeof(uint16_t)


cdef inline uint64_t* head_of(uint16_t* row, int width) noexcept nogil:
    """Where the head of a row is."""
    return <uint64_t*>(row + width - HEAD)


cdef inline uint32_t* known_of(uint16_t* row, int width, int columns) noexcept nogil:
    """Where the bits of the tokens are that a row knows."""
    return <uint32_t*>head_of(row, width) - columns


cdef inline void fetch_row(const uint16_t* row, int width) noexcept nogil:
    """Ask for the memory of a row."""
    fetch(row)
    if width > LINE // 2:
        fetch(row + width - 1)


cdef class Rows:
    """The shaped rows of an automaton, each made when a name first comes to its state.

    A row is `width` numbers: the upper half of T - 1 for each threshold T but the last, its highest
    bit turned (`SIGN`); and at the end, the bits of the tokens that are `KNOWN`, and the head: of
    its 64 bits the lowest 16 are the number of the setting that the row was shaped for, then come
    `FIRST` and `FALLBACK`. As the memory of a row that was never shaped is never touched, it takes
    none; and a new setting takes over the memory of one that is done with, without clearing it.

    Threads draw from it together. Whoever comes to a row that was not shaped shapes it, and writes
    the head last, and so that it is read first: two that shape one row at a time write the same. A
    new setting may begin only where there are no `users`.
    """

    cdef Predictions predictions
    cdef const uint32_t[:, ::1] transition_rows
    cdef const int32_t[::1] transition_row
    cdef int vocab_size, columns, width
    cdef double temperature, top_p
    cdef int64_t top_k
    cdef double weights[CODES]   # of a code so many steps above the least in its row
    cdef uint16_t among[MAX_WIDTH]  # 1 for the thresholds of a row, 0 for what else is in it
    cdef uint16_t setting
    cdef uint16_t[::1] memory
    cdef uint16_t* rows          # [states, width]
    cdef int users               # how many batches are drawn from it now

    cdef void begin(self, double temperature, int64_t top_k, double top_p) noexcept
    cdef uint64_t shape(self, int32_t state) noexcept nogil
    cdef uint64_t keep(self, int32_t state, const uint64_t* thresholds) noexcept nogil
    cdef void thresholds(self, int32_t state, uint64_t* thresholds) noexcept nogil
    cdef void step(self, int32_t* states, const uint32_t* draws, int count,
                   uint32_t* tokens) noexcept nogil
    cdef uint32_t pick_exactly(self, int32_t state, uint32_t draw) noexcept nogil

    cdef inline uint16_t* row(self, int32_t state) noexcept nogil:
        """Where the row of a state is, or will be."""
        return &self.rows[<size_t>state * self.width]
