# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What of `reference.Shaped.passing` takes long: all of it at once, backward from the longest name."""

from libc.math cimport rint
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

import numpy as np

from namewright._distribution cimport MAX_TOKENS
from namewright._rows cimport Rows

from namewright.conditions import MAX_PRODUCT
from namewright.errors import BudgetError, LargeProductError

cdef enum:
    TOGETHER = 4                 # pairs whose sums are made side by side, for each waits for the last
    STEP = 4096                  # pairs between two looks at the budget

cdef double UNIT = 1.0 / 4294967296.0


cdef inline double share_of(uint32_t weight) noexcept nogil:
    """A weight as a share of all."""
    return (<double>weight + 1) * UNIT


cdef inline int64_t slot_of(int32_t state, int32_t met, int64_t width, int64_t mask) noexcept nogil:
    """Where a pair is looked for first."""
    cdef uint64_t key = <uint64_t>state * <uint64_t>width + <uint64_t>met
    return <int64_t>((key * 0x9E3779B97F4A7C15ULL) >> 40) & mask


cdef class Product:
    """`condition` on an automaton whose rows are `rows`; `start` is the state behind the prefix.

    Raises LargeProductError for more than `MAX_PRODUCT` pairs, and BudgetError where the budget
    is cancelled.
    """

    def __init__(self, Rows rows, const int32_t[:, ::1] next_state, condition, int32_t start,
                 int prefix, const int64_t[::1] budget):
        cdef int32_t most = MAX_PRODUCT
        cdef int length
        cdef Py_ssize_t size = 0
        self.vocab_size = next_state.shape[1]
        self.prefix = prefix
        self.min_length, self.max_length = condition.min_length, condition.max_length
        # As large as they may have to be: memory that is not touched takes none.
        states, ends = np.empty(most, np.int32), np.empty(most, np.uint8)
        onward = np.empty((most, self.vocab_size), np.int32)
        weights = np.empty((most, self.vocab_size), np.uint32)
        self.states, self.ends, self.onward = states, ends, onward
        pairs = self.explore(rows, next_state, condition.dfa, start, weights, budget)
        self.states, self.ends = states[:pairs].copy(), ends[:pairs].copy()
        self.onward = onward[:pairs]
        for length in range(prefix, self.max_length + 1):
            size += self.counts[length]
        self.memory = np.empty(size)
        self.sum_up(weights, budget)
        self.nbytes = size * 8 + pairs * (4 * self.vocab_size + 5)

    cdef int32_t explore(self, Rows rows, const int32_t[:, ::1] next_state, dfa, int32_t start,
                         uint32_t[:, ::1] weights, const int64_t[::1] budget) except -1:
        """Number the pairs, a length at a time, and read each one's weights; how many there are.

        A weight is that of a token, in units of 2^-32, less one: so 2^32 has a place too.
        """
        cdef const int32_t[:, ::1] met_next = dfa.next_state
        cdef const uint8_t[::1] accepts = dfa.accepts.view(np.uint8), alive = dfa.alive.view(np.uint8)
        cdef int32_t most = self.states.shape[0]
        cdef int64_t width = accepts.shape[0], mask = 4 * <int64_t>most - 1, slot
        cdef int32_t[::1] numbers = np.full(mask + 1, -1, np.int32)  # by a hash of the pair
        cdef int32_t[::1] met_of = np.empty(most, np.int32)
        cdef uint64_t thresholds[MAX_TOKENS]
        cdef uint64_t lower
        cdef int32_t found = 1, pair = 0, last, state, met, to, to_met, at
        cdef int token, length
        cdef bint full = False
        self.states[0], met_of[0] = start, 0
        numbers[slot_of(start, 0, width, mask)] = 0
        for length in range(self.prefix, self.max_length + 1):
            self.counts[length] = found
            while pair < self.counts[length]:
                if budget[1] < 0:
                    raise BudgetError
                last = min(pair + STEP, self.counts[length])
                with nogil:
                    while pair < last and not full:
                        state, met = self.states[pair], met_of[pair]
                        rows.thresholds(state, thresholds)
                        lower = thresholds[0]
                        self.ends[pair] = accepts[met] and lower > 0
                        weights[pair, 0] = <uint32_t>(lower - 1)
                        for token in range(1, self.vocab_size):
                            at = -1
                            to_met = met_next[met, token]
                            if (thresholds[token] > lower and alive[to_met]
                                    and length < self.max_length):
                                to = next_state[rows.transition_row[state], token]
                                slot = slot_of(to, to_met, width, mask)
                                at = numbers[slot]
                                while at >= 0 and (self.states[at] != to or met_of[at] != to_met):
                                    slot = (slot + 1) & mask
                                    at = numbers[slot]
                                if at < 0:
                                    if found == most:
                                        full = True
                                        break
                                    at = found
                                    numbers[slot], self.states[at], met_of[at] = at, to, to_met
                                    found += 1
                            self.onward[pair, token] = at
                            weights[pair, token] = <uint32_t>(thresholds[token] - lower - 1)
                            lower = thresholds[token]
                        pair += 1
                if full:
                    raise LargeProductError
        return found

    cdef int sum_up(self, const uint32_t[:, ::1] weights, const int64_t[::1] budget) except -1:
        """The shares, from the longest names to the shortest."""
        cdef double[::1] memory = self.memory
        cdef double total[TOGETHER]
        cdef const double* after
        cdef const uint32_t* weight[TOGETHER]
        cdef const int32_t* onward[TOGETHER]
        cdef Py_ssize_t place = memory.shape[0]
        cdef int length, token, k
        cdef int32_t pair, count, last
        for length in range(self.max_length, self.prefix - 1, -1):
            if budget[1] < 0:
                raise BudgetError
            count = self.counts[length]
            place -= count
            self.shares[length] = &memory[place]
            after = self.shares[length + 1] if length < self.max_length else NULL
            with nogil:
                pair = 0
                while pair < count:
                    last = min(pair + TOGETHER, count) - 1
                    for k in range(TOGETHER):  # where there are too few, the last again
                        weight[k] = &weights[min(pair + k, last), 0]
                        onward[k] = &self.onward[min(pair + k, last), 0]
                        total[k] = 0
                        if self.ends[min(pair + k, last)] and length >= self.min_length:
                            total[k] = share_of(weight[k][0])
                    if after is not NULL:
                        for token in range(1, self.vocab_size):
                            for k in range(TOGETHER):
                                if onward[k][token] >= 0:
                                    total[k] += share_of(weight[k][token]) * after[onward[k][token]]
                    for k in range(last - pair + 1):
                        self.shares[length][pair + k] = total[k]
                    pair += TOGETHER
        return 0

    cdef int pick(self, Rows rows, int length, int32_t* pair, uint32_t draw) noexcept nogil:
        """The token that a draw gives, and the pair that it leads to."""
        cdef uint64_t thresholds[MAX_TOKENS]
        cdef double passing[MAX_TOKENS]
        cdef double total = self.shares[length][pair[0]], cumulative = 0
        cdef const int32_t* onward = &self.onward[pair[0], 0]
        cdef uint64_t lower
        cdef int token, last = 0
        rows.thresholds(self.states[pair[0]], thresholds)
        lower = thresholds[0]
        passing[0] = 0
        if self.ends[pair[0]] and length >= self.min_length:
            passing[0] = thresholds[0] * UNIT / total
        for token in range(1, self.vocab_size):
            passing[token] = 0
            if onward[token] >= 0 and length < self.max_length:
                passing[token] = ((thresholds[token] - lower) * UNIT
                                  * self.shares[length + 1][onward[token]] / total)
                if passing[token] > 0:
                    last = token
            lower = thresholds[token]
        for token in range(last):
            cumulative += passing[token]
            if <uint64_t>rint(4294967296.0 * cumulative) > draw:
                break
        else:
            token = last
        if token:
            pair[0] = onward[token]
        return token

    @property
    def share(self):
        """The share of candidates that pass."""
        return self.shares[self.prefix][0]
