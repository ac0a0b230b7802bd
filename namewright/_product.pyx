# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What of `reference.Shaped.passing` takes long: all of it at once, backward from the longest name."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

import numpy as np

from namewright._distribution cimport MAX_TOKENS, nearest
from namewright._rows cimport Rows
from namewright._transitions cimport follow

from namewright.conditions import MAX_PRODUCT
from namewright.errors import BudgetError, LargeProductError

cdef enum:
    TOGETHER = 8                 # pairs whose sums are made side by side, for each waits for the last
    STEP = 4096                  # pairs between two looks at the budget
    AHEAD = 8                    # how many pairs before its turn a pair's memory is asked for

cdef double UNIT = 1.0 / 4294967296.0
cdef uint64_t WHOLE = 1ULL << 32


cdef class Numbering:
    def __cinit__(self, int64_t most):
        self.most, self.mask = <int32_t>most, (1 << (2 * most - 1).bit_length()) - 1
        # As large as they may have to be: memory that is not touched takes none.
        self.first, self.second = np.empty(most, np.int32), np.empty(most, np.int32)
        self.slots = np.full(self.mask + 1, -1, np.int32)


cdef class Product:
    """`condition` on an automaton whose rows are `rows`; `start` is the state behind the prefix.

    `make_room` is told how many bytes it takes, before it takes most of them.
    Raises LargeProductError for more than `MAX_PRODUCT` pairs, and BudgetError where the budget is
    cancelled.
    """

    def __init__(self, Rows rows, condition, int32_t start, int prefix,
                 const int64_t[::1] budget, make_room):
        cdef int length
        cdef Py_ssize_t size = 0
        cdef int64_t most = min(MAX_PRODUCT, rows.transition_row.shape[0] * condition.dfa.states)
        self.vocab_size = rows.vocab_size
        self.prefix = prefix
        self.min_length, self.max_length = condition.min_length, condition.max_length
        weights = np.empty((most, self.vocab_size), np.uint32)
        self.explore(rows, condition.dfa, start, most, weights, budget, make_room)
        for length in range(prefix, self.max_length + 1):
            size += self.counts[length] + 1
        self.nbytes = (size * 8 + self.states.shape[0] * 9
                       + self.onward.shape[0] * self.vocab_size * 4)
        make_room(self.nbytes)  # the weights come on top of it, and go soon
        self.memory = np.empty(size)
        self.sum_up(weights, budget)

    cdef int explore(self, Rows rows, dfa, int32_t start, int64_t most,
                     uint32_t[:, ::1] weights, const int64_t[::1] budget, make_room) except -1:
        """Number the pairs, a length at a time, and read each one's weights.

        A weight is that of a token, in units of 2^-32; where it is `SOLE`, of 2^-31: so 2^32 has a
        place too.
        """
        cdef const int32_t[:, ::1] met_next = dfa.next_state
        cdef const uint8_t[::1] accepts = dfa.accepts.view(np.uint8), alive = dfa.alive.view(np.uint8)
        cdef Numbering pairs = Numbering(most), forks = Numbering(most)
        cdef int32_t[::1] fork_of = np.empty(most, np.int32)
        cdef uint8_t[::1] flags = np.empty(most, np.uint8)
        cdef int32_t[:, ::1] onward = np.empty((most, self.vocab_size), np.int32)
        cdef uint64_t thresholds[MAX_TOKENS]
        cdef uint64_t lower
        cdef int32_t pair = 0, last, state, met, to_met, fork, known, row, soon
        cdef int token, length
        cdef int32_t[MAX_TOKENS] leads  # of a fork that is new, where the tokens lead
        cdef bint full = False, is_new
        pairs.number(start, 0)
        for length in range(self.prefix, self.max_length + 1):
            self.counts[length] = pairs.found
            while pair < self.counts[length]:
                if budget[1] < 0:
                    raise BudgetError
                last = min(pair + STEP, self.counts[length])
                make_room((last + forks.found) * <int64_t>self.vocab_size * 4)
                with nogil:
                    while pair < last and not full:
                        soon = min(pair + AHEAD, pairs.found - 1)
                        forks.expect(rows.transition_row[pairs.first[soon]], pairs.second[soon])
                        state, met = pairs.first[pair], pairs.second[pair]
                        row, known = rows.transition_row[state], forks.found
                        fork = forks.number(row, met)
                        is_new = fork == known
                        if is_new:
                            onward[fork, 0] = -1
                            for token in range(1, self.vocab_size):
                                onward[fork, token] = -1
                                leads[token] = follow(rows.transition_rows, row, token)
                                pairs.expect(leads[token], met_next[met, token])
                        fork_of[pair], flags[pair] = fork, 0
                        rows.thresholds(state, thresholds)
                        rows.keep(state, thresholds)
                        lower = 0
                        for token in range(self.vocab_size):
                            weights[pair, token] = <uint32_t>(thresholds[token] - lower)
                            if thresholds[token] - lower == WHOLE:
                                flags[pair] = SOLE
                                weights[pair, token] = <uint32_t>(WHOLE >> 1)
                            to_met = met_next[met, token]
                            if (token and thresholds[token] > lower and onward[fork, token] < 0
                                    and alive[to_met] and length < self.max_length):
                                onward[fork, token] = pairs.number(
                                    leads[token] if is_new
                                    else follow(rows.transition_rows, row, token), to_met)
                                if onward[fork, token] < 0:
                                    full = True
                                    break
                            lower = thresholds[token]
                        if accepts[met] and thresholds[0] > 0:
                            flags[pair] |= ENDS
                        pair += 1
                if full:
                    raise LargeProductError
        self.states, self.forks = pairs.first[:pair].copy(), fork_of[:pair].copy()
        self.flags, self.onward = flags[:pair].copy(), onward[:forks.found]
        return 0

    cdef int sum_up(self, const uint32_t[:, ::1] weights, const int64_t[::1] budget) except -1:
        """The shares, from the longest names to the shortest.

        They are added up in the weights' own units: a power of two rounds nothing. Before each
        length's stands a 0, where what leads to pair -1 leads, so that no step has a branch.
        """
        cdef double[::1] memory = self.memory
        cdef double total[TOGETHER]
        cdef const double* after
        cdef const uint32_t* weight[TOGETHER]
        cdef const int32_t* onward[TOGETHER]
        cdef Py_ssize_t place = memory.shape[0]
        cdef int length, token, k
        cdef int32_t pair, count, last, at
        for length in range(self.max_length, self.prefix - 1, -1):
            if budget[1] < 0:
                raise BudgetError
            count = self.counts[length]
            place -= count + 1
            memory[place] = 0
            self.shares[length] = &memory[place + 1]
            after = self.shares[length + 1] if length < self.max_length else NULL
            with nogil:
                pair = 0
                while pair < count:
                    last = min(pair + TOGETHER, count) - 1
                    for k in range(TOGETHER):  # where there are too few, the last again
                        at = min(pair + k, last)
                        weight[k] = &weights[at, 0]
                        onward[k] = &self.onward[self.forks[at], 0]
                        total[k] = 0
                        if self.flags[at] & ENDS and length >= self.min_length:
                            total[k] = weight[k][0]
                    if after is not NULL:
                        # A token without weight may lead beyond this length's pairs, to others',
                        # whose shares are there already: 0 times one of them is 0.
                        for token in range(1, self.vocab_size):
                            for k in range(TOGETHER):
                                total[k] += weight[k][token] * after[onward[k][token]]
                    for at in range(pair, last + 1):
                        self.shares[length][at] = total[at - pair] * (
                            2 * UNIT if self.flags[at] & SOLE else UNIT)
                    pair += TOGETHER
        return 0

    cdef int pick(self, Rows rows, int length, int32_t* pair, uint32_t draw) noexcept nogil:
        """The token that a draw gives, and the pair that it leads to."""
        cdef uint64_t thresholds[MAX_TOKENS]
        cdef double passing[MAX_TOKENS]
        cdef double total = self.shares[length][pair[0]], cumulative = 0
        cdef const int32_t* onward = &self.onward[self.forks[pair[0]], 0]
        cdef uint64_t lower
        cdef int token, last = 0
        rows.thresholds(self.states[pair[0]], thresholds)
        lower = thresholds[0]
        passing[0] = 0
        if self.flags[pair[0]] & ENDS and length >= self.min_length:
            passing[0] = thresholds[0] * UNIT / total
        for token in range(1, self.vocab_size):
            passing[token] = 0
            if onward[token] >= 0 and thresholds[token] > lower and length < self.max_length:
                passing[token] = ((thresholds[token] - lower) * UNIT
                                  * self.shares[length + 1][onward[token]] / total)
                if passing[token] > 0:
                    last = token
            lower = thresholds[token]
        for token in range(last):
            cumulative += passing[token]
            if <uint64_t>nearest(4294967296.0 * cumulative) > draw:
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
