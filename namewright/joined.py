"""Names of parts: several models whose names stand side by side, as a given name and a surname.

>>> joined = JoinedModel((namewright.load_model("girls"), namewright.load_model("surnames")))
>>> [score] = joined.score(["Emma Smith"])
>>> [part.name for part in score.parts]
['emma', 'smith']

Part p of name i is drawn with the key (seed, p) from the p-th model, so no part depends on another.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import exp, prod

from namewright.acceptance import Acceptances
from namewright.alphabet import MAX_TYPED, normalise
from namewright.budget import Budget
from namewright.errors import (
    ExhaustedError,
    LongNameError,
    ManyWordsError,
    ParameterError,
    PartsError,
    UnknownCharacterError,
    UnscorableError,
)
from namewright.model import Model
from namewright.parameters import Sampling
from namewright.score import Score, listed
from namewright.scoring import explained

JOINS = "+"
"""What stands between the names of models, so no model has it in its own."""
MOST = 4
"""Parts of a name."""
MOST_WORDS = 8
"""Words of a name that is scored; which of them make which part is tried in every way."""


@dataclass(frozen=True)
class JoinedModel:
    """Models side by side: the names are theirs, with a space between.

    Raises ParameterError for more than four.
    """

    parts: tuple[Model, ...]

    def __post_init__(self) -> None:
        if len(self.parts) > MOST:
            raise ParameterError("model", f"should be at most {MOST} models side by side")

    @property
    def name(self) -> str:
        """What it is asked for by: girls+surnames."""
        return JOINS.join(part.name for part in self.parts)

    @property
    def digest(self) -> str:
        """The digests of its parts, joined as their names are."""
        return JOINS.join(part.digest for part in self.parts)

    def draw(
        self,
        sampling: Sampling,
        budget: Budget | None = None,
        accept: Acceptances | None = None,
    ) -> list[str]:
        """As `Model.draw`: filters hold for each part.

        But `starts_with` is for the first alone, and `ends_with` for the last.
        """
        made: list[tuple[str, ...]] = []
        try:
            self.draw_parts(sampling, made, budget, accept)
        except ExhaustedError as error:
            error.names = [" ".join(parts) for parts in made]
            raise
        return [" ".join(parts) for parts in made]

    def draw_parts(
        self,
        sampling: Sampling,
        made: list[tuple[str, ...]],
        budget: Budget | None = None,
        accept: Acceptances | None = None,
    ) -> None:
        """As `draw`, but append each name to a list, as its parts."""
        accept = accept or self.acceptance(sampling)
        drawn: list[list[str]] = []
        n, exhausted = sampling.n, None
        for p, (model, part) in enumerate(self.samplings(sampling)):
            try:
                drawn.append(model.walker.sample(replace(part, n=n), budget, p, accept[p]))
            except ExhaustedError as error:
                drawn.append(error.names)
                n, exhausted = len(error.names), error  # no part needs more
        made.extend(zip(*(names[:n] for names in drawn), strict=True))
        if exhausted is not None:
            raise exhausted

    def samplings(self, sampling: Sampling) -> Iterator[tuple[Model, Sampling]]:
        """Each part, and what is asked of it."""
        seeded, last = sampling.seeded(), len(self.parts) - 1
        for p, model in enumerate(self.parts):
            yield (
                model,
                replace(
                    seeded,
                    starts_with=seeded.starts_with if p == 0 else "",
                    ends_with=seeded.ends_with if p == last else "",
                ),
            )

    def acceptance(self, sampling: Sampling) -> Acceptances:
        """Which parts a request accepts, for each part."""
        return tuple(each for model in self.parts for each in model.acceptance(sampling))

    def share(self, sampling: Sampling, budget: Budget | None = None) -> float:
        """As `Model.share`: the product of those of its parts."""
        return prod(model.share(part, budget) for model, part in self.samplings(sampling))

    def expected_candidates(self, sampling: Sampling) -> float:
        """As `Model.expected_candidates`: the sum of those of its parts."""
        return sum(model.expected_candidates(part) for model, part in self.samplings(sampling))

    def score(
        self, names: Iterable[str], *, fold: bool = True, explain: bool = False
    ) -> list[Score | UnscorableError]:
        """As `Model.score`; each score has those of its parts, and these have the explanations.

        Where a name has more words than parts, they are divided as makes it most likely. The whole
        is as plausible as its least plausible part: with the smallest of k, m, 1 - (1 - m)^k,
        which is again a share of real names, where parts are independent.
        """
        scores = [self.score_one(name, fold) for name in listed(names)]
        if explain:
            return [self.explained(each) if isinstance(each, Score) else each for each in scores]
        return scores

    def explained(self, score: Score) -> Score:
        """A score, with an explanation of each part."""
        parts = zip(score.parts, self.parts, strict=True)
        return score._replace(parts=tuple(explained(part, each.automaton) for part, each in parts))

    def score_parts(self, parts: tuple[str, ...]) -> Score | UnscorableError:
        """The score of a name whose parts are known."""
        scores: list[Score] = []
        for model, part in zip(self.parts, parts, strict=True):
            score = model.score_parts((part,))
            if isinstance(score, UnscorableError):
                return score
            scores.append(score)
        return join(scores)

    def score_one(self, name: str, fold: bool) -> Score | UnscorableError:
        """The score of one name, or the reason that there is none."""
        if not isinstance(name, str):
            raise TypeError(f"each name should be text (str), not {type(name).__name__}")
        if len(name) > MAX_TYPED:
            return LongNameError(MAX_TYPED)
        words = [word.span() for word in re.finditer(r"\S+", name)]
        if len(words) > MOST_WORDS:
            return ManyWordsError(MOST_WORDS)
        if len(words) < len(self.parts):
            return PartsError(len(self.parts))
        best: Score | None = None
        fault: UnscorableError | None = None
        for division in divisions(words, len(self.parts)):
            scores: list[Score] = []
            for model, (first, end) in zip(self.parts, division, strict=True):
                [score] = model.score([name[first:end]], fold=fold)
                if isinstance(score, UnscorableError):
                    fault = fault or within(name, first, score)
                    break
                scores.append(score)
            else:
                whole = join(scores)
                if best is None or whole.log_likelihood > best.log_likelihood:
                    best = whole
        assert best is not None or fault is not None
        return best or fault  # type: ignore[return-value]


AnyModel = Model | JoinedModel
"""What makes names and scores them: `name`, `digest`, `draw`, `score`."""


Span = tuple[int, int]
"""Where in a text something begins and ends."""


def divisions(words: list[Span], parts: int) -> Iterator[list[Span]]:
    """Every way in which words, in their order, make so many parts."""
    for cuts in combinations(range(1, len(words)), parts - 1):
        yield [(words[a][0], words[b - 1][1]) for a, b in pairwise((0, *cuts, len(words)))]


def within(name: str, first: int, fault: UnscorableError) -> UnscorableError:
    """What is wrong with a part that begins at `first`, as it is said of the whole name."""
    if isinstance(fault, UnknownCharacterError):
        position = first + fault.position
        return UnknownCharacterError(position, fault.character, fault.characters, normalise(name))
    return fault


def join(scores: list[Score]) -> Score:
    """The score of a whole from those of its parts."""
    characters = tuple(each for score in scores for each in score.characters)
    log_likelihood = sum(score.log_likelihood for score in scores)
    mean = log_likelihood / len(characters)
    least = min(score.plausibility for score in scores)
    return Score(
        " ".join(score.name for score in scores),
        log_likelihood,
        mean,
        exp(-mean),
        1 - (1 - least) ** len(scores),
        all(score.known for score in scores),
        characters,
        any(score.folded for score in scores),
        tuple(scores),
    )
