# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What of `_distribution.pxd` is not inlined: what is done once per automaton, or once per row."""

from libc.math cimport exp
from libc.stdint cimport int64_t

import numpy as np

from namewright.automaton import STEP

assert STEP * CODES_PER_NAT == 1


cdef class Predictions:
    def __init__(self, automaton):
        log_probs = automaton.log_probs
        self.vocab_size = log_probs.shape[1]
        self.is_coded = automaton.is_coded
        self.is_wide = log_probs.dtype == np.float64
        if self.is_coded:
            self.codes = log_probs
        elif self.is_wide:
            self.wide = log_probs
        else:
            self.narrow = log_probs

    cdef int prepare_scores(self, automaton) except -1:
        """Have ready what `log_prob` needs and `row` does not."""
        if self.is_coded and self.log_totals.shape[0] == 0:
            self.log_totals = automaton.log_totals
        return 0


cdef void probabilities(const double* log_probs, int vocab_size, double temperature,
                        const double* weights, int64_t top_k, double top_p,
                        double* shaped) noexcept nogil:
    """As `reference.probabilities`. `weights`, where there are any, are those of the codes."""
    cdef int order[MAX_TOKENS]
    cdef bint kept[MAX_TOKENS]
    cdef int token, code, at, most_likely = 0
    cdef double total = 0, mass = 0
    for token in range(1, vocab_size):
        if log_probs[token] > log_probs[most_likely]:
            most_likely = token
    if temperature == 0:
        for token in range(vocab_size):
            shaped[token] = 1.0 if token == most_likely else 0.0
        return
    if weights is not NULL:
        for token in range(vocab_size):
            code = <int>((log_probs[most_likely] - log_probs[token]) * CODES_PER_NAT)
            shaped[token] = weights[code]
    else:
        for token in range(vocab_size):
            shaped[token] = exp((log_probs[token] - log_probs[most_likely]) / temperature)
    for token in range(vocab_size):
        total += shaped[token]
    for token in range(vocab_size):
        shaped[token] /= total
    if 0 < top_k < vocab_size or top_p < 1:
        for token in range(vocab_size):  # insertion keeps equals in the order of their tokens
            at = token
            while at > 0 and log_probs[order[at - 1]] < log_probs[token]:
                order[at] = order[at - 1]
                at -= 1
            order[at] = token
        for at in range(vocab_size):
            token = order[at]
            kept[token] = top_k == 0 or at < top_k
            if top_p < 1:
                if mass >= top_p:
                    kept[token] = False
                mass += shaped[token]
        for token in range(vocab_size):
            if not kept[token]:
                shaped[token] = 0
    total = 0
    for token in range(vocab_size):
        total += shaped[token]
    for token in range(vocab_size):
        shaped[token] /= total
