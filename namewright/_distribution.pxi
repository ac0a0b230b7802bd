# Included by _kernel.pyx; expects of it: exp, the integer types, np, and STEP of automaton.py.
"""What a state predicts, as the automaton holds it, and how that is shaped: `reference.probabilities`.

The weights of codes are one table of 256, so that shaping them takes no exponentials.
"""

cdef enum:
    MAX_TOKENS = 256
    CODES = 256

cdef double CODE_STEP = STEP
cdef double CODES_PER_NAT = 1 / STEP


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
    cdef int token, at, most_likely = 0
    cdef double total = 0, mass = 0
    for token in range(1, tokens):
        if log_probs[token] > log_probs[most_likely]:
            most_likely = token
    if temperature == 0:
        for token in range(tokens):
            shaped[token] = 1.0 if token == most_likely else 0.0
        return
    if weights is not NULL:
        for token in range(tokens):
            shaped[token] = weights[<int>((log_probs[most_likely] - log_probs[token]) * CODES_PER_NAT)]
    else:
        for token in range(tokens):
            shaped[token] = exp((log_probs[token] - log_probs[most_likely]) / temperature)
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
