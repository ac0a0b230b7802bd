# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What `reference.py` specifies, compiled, bit for bit; the interpreter is free while it draws.

Read `reference.py` first: this has its functions and its names, and adds two things.

- A row is shaped when a name first comes to its state, and kept (`Rows`, in `_rows.pxd`): so a
  small request does not pay for the size of the model, and the next one with the same temperature,
  top_k and top_p pays nothing.
- While one name waits for memory, others take their steps (`KernelWalker.draw`): each asks for its
  next row as soon as it knows it, and reads it when the others have had their turn.

It is six modules: this one, which samples, `_product`, `_scores`, `_spelling`, `_distribution` and
`_rows`. The `.pxd` of a module has what the others use of it. Methods that every step takes have
their bodies there: they are compiled into whichever module calls them, and inlined.
`_transitions.pxd`, `_philox.pxd`, `_blake2b.pxd` and `_digits.pxd` have nothing else.

An Automaton is checked when it is made, and is read-only; so is a `Sampling`; and a token comes
from the alphabet alone: so every index here is in range.
"""

from cpython.array cimport array
from cpython.unicode cimport (
    PyUnicode_1BYTE_DATA,
    PyUnicode_FromKindAndData,
)
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc

from namewright._distribution cimport MAX_TOKENS
from namewright._philox cimport philox
from namewright._product cimport Product
from namewright._rows cimport LANES, Rows, size_of_rows
from namewright._scores cimport Scorer
from namewright._spelling cimport ROOM, Letters

from itertools import count

import numpy as np

from namewright.alphabet import MAX_LENGTH, normalise
from namewright.budget import Budget
from namewright.conditions import BUILDING, FREE_ATTEMPTS, KEPT, TOO_LARGE, Condition
from namewright.errors import BudgetError, ExhaustedError, ImpossibleError, LargeProductError
from namewright import offensive, reference
from namewright.title_case import title

cdef extern from "Python.h":
    str PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)

cdef enum:
    LONGEST = 31
    CHUNK = 4096
    SPENT = -1                   # what `draw` returns when the budget is
    UNBUILT = -2                 # and when it needs the product that there is not
    FREE = 100                   # attempts that are drawn freely
    HEAD = 4                     # letters of a word in the first set of `OffensiveWords.heads`
    LONG_HEAD = 6                # and at most in the second
    PLACES = 0xFFFFF             # the last of its places
    SPELLINGS = 16               # that are kept, for each model
    CACHED_SETTINGS = 4          # whose rows are kept, for each model
    CACHE_BYTES = 16777216       # of the rows of one model, but for the latest setting's

NO_HEADS = np.zeros((3, PLACES // 8 + 1), np.uint8)
WAIT = 0.02  # seconds between two looks whether who waits for another's product is still wanted
assert MAX_LENGTH == LONGEST and FREE_ATTEMPTS == FREE
numbers = count()


cdef struct Batch:
    uint64_t seed
    uint64_t part            # of names of several parts
    uint64_t offset
    int32_t start
    int prefix
    int min_length
    int max_length
    int64_t attempts
    int64_t* budget          # candidates: drawn, allowed; another thread may change the second
    const int32_t* met_next  # the automaton of the condition; NULL where there is none
    const uint8_t* accepts
    bint is_free             # no candidate is drawn under the condition


cdef struct Lane:
    int64_t i                # which name of the chunk
    int64_t attempt
    uint8_t* name
    int t
    uint32_t draws[8]


cdef uint64_t MIX = offensive.MIX


cdef inline bint has(const uint8_t* bits, uint32_t place) noexcept nogil:
    """Whether a place is in a set, which has a bit for each."""
    return bits[place >> 3] >> (place & 7) & 1


cdef class Drawing:
    """A batch that is being drawn, and what it is drawn from."""

    cdef Batch batch
    cdef Rows rows
    cdef Product product     # None where there is none, or none yet
    cdef object sampling, condition, budget, accept
    cdef const uint8_t[:, ::1] heads  # see `OffensiveWords.heads`
    cdef bint is_asked       # whether any name has to be asked about at all
    cdef bint is_each_asked  # whether each has


cdef class KernelWalker(Scorer):
    """An automaton, ready to sample and to score. As `reference.ReferenceWalker`."""

    name = "compiled"

    cdef const uint32_t[::1] code_points
    cdef bint is_ascii
    cdef uint8_t ascii_of[MAX_TOKENS]   # of a token, where all characters are ASCII
    cdef uint8_t letter_of[MAX_TOKENS]  # 1 to 26 of a to z, 0 of any other
    cdef dict row_cache          # (temperature, top_k, top_p) -> Rows, the latest used last
    cdef int cached_settings     # how many there is room for
    cdef object number           # of this walker
    cdef dict spellings          # Spelling -> Letters
    cdef const uint8_t[:, ::1] heads  # of words, and the array that has them
    cdef object heads_held

    def __init__(self, automaton):
        cdef int code
        self.number = next(numbers)
        super().__init__(automaton)
        self.code_points = np.array([ord(c) for c in automaton.alphabet.characters], np.uint32)
        self.row_cache, self.spellings = {}, {}
        self.cached_settings = max(
            1, min(CACHED_SETTINGS, CACHE_BYTES // size_of_rows(automaton.states, self.vocab_size)))
        self.is_ascii = "".join(automaton.alphabet.characters).isascii()
        for code in range(1, self.vocab_size):
            if self.is_ascii:
                self.ascii_of[code] = self.code_points[code - 1]
            self.letter_of[code] = 0
            if 97 <= self.code_points[code - 1] <= 122:  # a to z
                self.letter_of[code] = self.code_points[code - 1] & 31

    def sample(self, sampling, budget=None, part=0, accept=None):
        """As `reference.sample`."""
        cdef list names = []
        self.make(sampling, budget, part, accept, names, None)
        return names

    def write(self, sampling, spelling, written, budget=None, part=0, accept=None):
        """As `reference.ReferenceWalker.write`."""
        letters = self.spellings.get(spelling)
        if letters is None:
            if len(self.spellings) == SPELLINGS:
                self.spellings = {}
            letters = self.spellings[spelling] = Letters(spelling)
        self.make(sampling, budget, part, accept, written, letters)

    cdef make(self, sampling, budget, part, accept, list made, Letters letters):
        """Append names to a list: as texts, or as bytes if it is said how they are spelt."""
        cdef list prefix = sampling.prefix(self.automaton.alphabet)
        cdef Drawing drawing = Drawing()
        cdef Batch* batch = &drawing.batch
        cdef array cells
        cdef const int32_t[:, ::1] met_next
        cdef const uint8_t[::1] accepts
        budget = budget or Budget()
        condition = Condition.of(sampling, self.automaton.alphabet, budget.reads)
        drawing.sampling, drawing.condition, drawing.budget = sampling, condition, budget
        drawing.accept = accept
        drawing.is_asked = accept is not None or not self.automaton.alphabet.is_closed
        heads = NO_HEADS if accept is None else getattr(accept, "heads", None)
        drawing.is_each_asked = heads is None
        if heads is not None:
            drawing.heads = self.view_of(heads)
        cells = budget.cells
        batch.budget = <int64_t*>cells.data.as_longlongs
        batch.seed = sampling.seeded().seed
        batch.part = part
        batch.offset = sampling.offset
        batch.start = self.automaton.walk(prefix)
        batch.prefix = <int>len(prefix)
        batch.min_length, batch.max_length = sampling.min_length, sampling.max_length
        batch.attempts = reference.ATTEMPTS
        batch.met_next = NULL
        batch.is_free = condition is None
        key = self.key_of(sampling)
        if condition is not None:
            met_next, accepts = condition.dfa.next_state, condition.dfa.accepts.view(np.uint8)
            batch.met_next, batch.accepts = &met_next[0, 0], &accepts[0]
            if sampling.n:
                self.use(drawing, KEPT.get((self.number, key, sampling.condition_key)))
        drawing.rows = self.take(key)
        try:
            self.draw_batch(drawing, prefix, sampling.n, made, letters)
        finally:
            self.give_back(drawing.rows)

    cdef const uint8_t[:, ::1] view_of(self, heads):
        """An array to read; the last one is kept, as to make it takes as long as some names."""
        if heads is not self.heads_held:
            self.heads, self.heads_held = heads, heads
        return self.heads

    cdef use(self, Drawing drawing, product):
        """Draw from a product from now on; from none, where it is too large.

        Raises ImpossibleError for one that no name passes.
        """
        if product is not None and product is not TOO_LARGE and not product.share:
            raise ImpossibleError
        drawing.batch.is_free = product is TOO_LARGE
        drawing.product = None if product is TOO_LARGE else product

    def share(self, sampling, budget=None):
        """As `reference.Shaped.share`. Raises LargeProductError where it is not known."""
        cdef Rows rows
        budget = budget or Budget()
        condition = Condition.of(sampling, self.automaton.alphabet, budget.reads)
        if condition is None:
            return 1.0
        rows = self.take(self.key_of(sampling))
        try:
            product = self.product_of(rows, sampling, condition, budget)
        finally:
            self.give_back(rows)
        if product is TOO_LARGE:
            raise LargeProductError
        return product.share

    def product_of(self, Rows rows, sampling, condition, budget):
        """What names are drawn from under a condition, or TOO_LARGE. Raises BudgetError."""
        key = self.number, self.key_of(sampling), sampling.condition_key
        found = KEPT.get(key)
        if found is not None:
            return found
        if not budget.builds:
            raise BudgetError
        while not BUILDING.acquire(timeout=WAIT):
            if budget.is_cancelled:
                raise BudgetError
        try:
            found = KEPT.get(key)  # another thread may have made it meanwhile
            if found is None:
                prefix = sampling.prefix(self.automaton.alphabet)
                try:
                    found = Product(rows, condition, self.automaton.walk(prefix), len(prefix),
                                    budget.cells, KEPT.make_room)
                except LargeProductError:
                    found = TOO_LARGE
                KEPT.put(key, found)
        finally:
            BUILDING.release()
        return found

    cdef key_of(self, sampling):
        """The setting that rows are shaped by. From the size of the alphabet on top_k cuts nothing."""
        return sampling.temperature, min(sampling.top_k, self.vocab_size), sampling.top_p

    cdef Rows take(self, key):
        """The rows of a setting, with one of their `users` more: other threads may be among them.

        Where there is no more place, a new setting takes over those longest unused.
        """
        cdef Rows rows = self.row_cache.pop(key, None)
        if rows is None:
            if len(self.row_cache) >= self.cached_settings:
                rows = self.take_idle()
            if rows is None:
                rows = Rows(self.predictions, self.automaton.transitions)
            rows.begin(key[0], key[1], key[2])
        rows.users += 1
        self.row_cache[key] = rows
        return rows

    cdef give_back(self, Rows rows):
        """Rows that were taken are done with."""
        rows.users -= 1
        while len(self.row_cache) > self.cached_settings and self.take_idle() is not None:
            pass

    cdef Rows take_idle(self):
        """The rows longest unused, off the cache; None where all are drawn from."""
        cdef Rows rows
        for key, rows in self.row_cache.items():
            if rows.users == 0:
                return self.row_cache.pop(key)
        return None

    cdef draw_batch(self, Drawing drawing, prefix, int64_t n, list made, Letters letters):
        """The names of a batch, some at a time: drawn without the interpreter, then written."""
        cdef uint8_t names[CHUNK][ROOM]
        cdef int lengths[CHUNK]
        cdef int64_t accepted[CHUNK]
        cdef int64_t first, i, size, drawn, ready
        cdef bint is_title = drawing.sampling.case == "title"
        cdef uint64_t offset
        cdef int t
        for t in range(drawing.batch.prefix):
            for i in range(min(n, <int64_t>CHUNK)):
                names[i][t] = prefix[t]
        for first in range(0, n, CHUNK):
            size = min(<int64_t>CHUNK, n - first)
            offset = drawing.batch.offset + first
            drawn = self.draw_some(drawing, offset, size, 0, names, lengths, accepted)
            ready = 0
            while ready < drawn:
                with nogil:
                    ready = self.next_asked(drawing, ready, drawn, names, lengths)
                if ready == drawn or not self.settle(
                        drawing, offset + ready, &names[ready], &lengths[ready], &accepted[ready]):
                    break
                ready += 1
            if letters is not None:
                made.append(self.spell(letters, ready, names, lengths))
            else:
                for i in range(ready):
                    name = self.decode(names[i], lengths[i])
                    made.append(title(name) if is_title else name)
            if ready < size:
                raise ExhaustedError(
                    drawing.batch.attempts, offset + ready, made if letters is None else ())

    cdef int64_t next_asked(self, Drawing drawing, int64_t first, int64_t last,
                            uint8_t (*names)[ROOM], int* lengths) noexcept nogil:
        """The next name from `first` on that has to be asked about; `last` if there is none."""
        while drawing.is_asked and first < last and not self.is_asked_about(
                drawing, names[first], lengths[first]):
            first += 1
        return first if drawing.is_asked else last

    cdef bint settle(self, Drawing drawing, uint64_t index, uint8_t (*name)[ROOM], int* length,
                     int64_t* accepted) except *:
        """Draw a name again until it is to be had; whether it is, in the end.

        What is not its own normal form is one more candidate that was rejected.
        """
        cdef bint closed = self.automaton.alphabet.is_closed
        while True:
            text = self.decode(name[0], length[0])
            if (closed or normalise(text) == text) and (
                    drawing.accept is None
                    or not self.is_asked_about(drawing, name[0], length[0])
                    or drawing.accept(text)):
                return True
            if accepted[0] + 1 == drawing.batch.attempts or self.draw_some(
                    drawing, index, 1, accepted[0] + 1, name, length, accepted) == 0:
                return False

    cdef bytes spell(self, Letters letters, int64_t count, uint8_t (*names)[ROOM], int* lengths):
        """Some names, one after another."""
        cdef uint8_t* buffer = <uint8_t*>malloc(max(1, count * letters.widest_name(LONGEST)))
        cdef uint8_t* end = buffer
        cdef int64_t i
        if buffer == NULL:
            raise MemoryError
        try:
            with nogil:
                for i in range(count):
                    end = letters.spell(names[i], lengths[i], end)
            return (<char*>buffer)[:end - buffer]
        finally:
            free(buffer)

    cdef int64_t draw_some(self, Drawing drawing, uint64_t offset, int64_t size,
                           int64_t first_attempt, uint8_t (*names)[ROOM], int* lengths,
                           int64_t* accepted) except -1:
        """As `draw`, with the product made where one is needed.

        Raises BudgetError, and ImpossibleError where no name meets the condition.
        """
        cdef int64_t drawn, before = drawing.batch.budget[0]
        while True:
            with nogil:
                drawn = self.draw(drawing.rows, drawing.product, &drawing.batch, offset, size,
                                  first_attempt, names, lengths, accepted)
            if drawn == SPENT:
                raise BudgetError
            if drawn != UNBUILT:
                return drawn
            product = self.product_of(
                drawing.rows, drawing.sampling, drawing.condition, drawing.budget)
            self.use(drawing, product)
            drawing.batch.budget[0] = before  # those candidates are drawn again

    cdef inline bint is_asked_about(self, Drawing drawing, const uint8_t* name,
                                    int length) noexcept nogil:
        """Whether a name has to be asked about: see `OffensiveWords.heads`."""
        cdef const uint8_t* anywhere
        cdef const uint8_t* whole
        cdef uint64_t letters = 0, mixed
        cdef uint8_t letter
        cdef bint is_plain = True, has_head = False
        cdef int t
        if drawing.is_each_asked:
            return True
        anywhere, whole = &drawing.heads[0, 0], &drawing.heads[2, 0]
        for t in range(length):
            letter = self.letter_of[name[t]]
            is_plain &= letter > 0
            letters = letters << 5 | letter
            has_head |= has(anywhere, letters & PLACES)
        mixed = letters * MIX
        return (not is_plain
                or has(whole, mixed >> 44) and has(whole, mixed >> 24 & PLACES)
                or has_head and self.has_long_head(drawing, name, length))

    cdef bint has_long_head(self, Drawing drawing, const uint8_t* name, int length) noexcept nogil:
        """Whether behind the first four letters of a word a name has its next two as well."""
        cdef uint64_t letters
        cdef int first, t
        for first in range(length - HEAD + 1):
            letters = 0
            for t in range(min(length - first, <int>LONG_HEAD)):
                letters = letters << 5 | self.letter_of[name[first + t]]
                if t == HEAD - 1 and not has(&drawing.heads[0, 0], letters):
                    break
                if t >= HEAD - 1 and has(&drawing.heads[1, 0], letters * MIX >> 44):
                    return True
        return False

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

    cdef int64_t draw(self, Rows rows, Product product, const Batch* batch, uint64_t offset,
                      int64_t size, int64_t first_attempt, uint8_t (*names)[ROOM], int* lengths,
                      int64_t* accepted) noexcept nogil:
        """The tokens and lengths of a chunk of names, and which attempt each of them is.

        Returns the index of the first that there is not, or `size`; SPENT where the budget is, and
        UNBUILT where a candidate is to be drawn under a condition that has no product yet.

        All lanes take a step, and ask for the rows of their next states; then each is looked after.
        """
        cdef Lane lanes[LANES]
        cdef int32_t states[LANES]
        cdef uint32_t draws[LANES]
        cdef uint32_t tokens[LANES]
        cdef Lane* lane
        cdef int64_t started = 0, drawn = size
        cdef uint32_t token
        cdef int l, active = 0
        cdef bint is_over
        while active < LANES and started < drawn:
            states[active] = self.begin(
                &lanes[active], batch, offset, started, names[started], first_attempt)
            active += 1
            started += 1
        while active:
            if batch.budget[0] > batch.budget[1]:
                return SPENT
            for l in range(active):
                draws[l] = lanes[l].draws[lanes[l].t & 7]
            rows.step(states, draws, active, tokens)
            l = 0
            while l < active:
                lane = &lanes[l]
                if lane.attempt >= FREE and not batch.is_free:
                    if product is None:
                        return UNBUILT
                    lane.t = self.draw_under(rows, product, lane, offset, batch)
                    token = 0
                else:
                    token = tokens[l]
                if token and lane.t < batch.max_length:
                    lane.name[lane.t] = <uint8_t>token
                    lane.t += 1
                    if lane.t & 7 == 0:
                        philox(lane.t >> 3, lane.attempt, offset + lane.i, batch.seed, batch.part,
                               lane.draws)
                    l += 1
                    continue
                if token == 0 and self.is_met(batch, lane.name, lane.t):
                    lengths[lane.i] = lane.t
                    accepted[lane.i] = lane.attempt
                elif lane.attempt + 1 < batch.attempts:
                    states[l] = self.begin(
                        lane, batch, offset, lane.i, lane.name, lane.attempt + 1)
                    l += 1
                    continue
                else:
                    drawn = min(drawn, lane.i)
                if started < drawn:
                    states[l] = self.begin(
                        lane, batch, offset, started, names[started], first_attempt)
                    started += 1
                    l += 1
                else:
                    active -= 1
                    lanes[l], states[l], tokens[l] = lanes[active], states[active], tokens[active]
        return drawn

    cdef inline bint is_met(self, const Batch* batch, const uint8_t* name, int length) noexcept nogil:
        """Whether a name that has ended meets the condition."""
        cdef int32_t met = 0
        cdef int t
        if length < batch.min_length:
            return False
        if batch.met_next is NULL:
            return True
        for t in range(batch.prefix, length):
            met = batch.met_next[met * self.vocab_size + name[t]]
        return batch.accepts[met]

    cdef int draw_under(self, Rows rows, Product product, Lane* lane, uint64_t offset,
                        const Batch* batch) noexcept nogil:
        """Draw all of a candidate under the condition; its length."""
        cdef int32_t pair = 0
        cdef int token, t = batch.prefix
        while True:
            token = product.pick(rows, t, &pair, lane.draws[t & 7])
            if token == 0:
                return t
            lane.name[t] = <uint8_t>token
            t += 1
            if t & 7 == 0:
                philox(t >> 3, lane.attempt, offset + lane.i, batch.seed, batch.part, lane.draws)

    cdef inline int32_t begin(self, Lane* lane, const Batch* batch, uint64_t offset, int64_t i,
                              uint8_t* name, int64_t attempt) noexcept nogil:
        """Put a lane at the beginning of a candidate; its state."""
        lane.i, lane.name, lane.attempt, lane.t = i, name, attempt, batch.prefix
        batch.budget[0] += 1
        philox(lane.t >> 3, attempt, offset + i, batch.seed, batch.part, lane.draws)
        return batch.start
