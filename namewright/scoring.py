"""Names to scores: see `score.py` for what those are. All logarithms are natural.

`score_one` is the specification, for one name; a walker may have a quicker way for many.
"""

from collections.abc import Iterable
from math import exp

from namewright.automaton import Automaton
from namewright.checkpoint import Checkpoint
from namewright.errors import UnknownCharacterError, UnscorableError
from namewright.explanation import explanation_of
from namewright.kernel import Walker, add
from namewright.plausibility import plausibility
from namewright.score import Score


def score(
    walker: Walker,
    checkpoint: Checkpoint,
    names: Iterable[str],
    fold: bool = True,
    explain: bool = False,
) -> list[Score | UnscorableError]:
    """For each name, in order, its score or the reason there is none.

    With `fold`, characters that the alphabet lacks are romanised: see `folding.fold`. With
    `explain`, each score has its explanation. Raises TypeError for a name that is not text.
    """
    typed = list(names)
    for name in typed:
        if not isinstance(name, str):
            raise TypeError(f"each name should be text (str), not {type(name).__name__}")
    quick = walker.plain_scores(typed, checkpoint)
    scores = [
        score_one(walker, checkpoint, name, fold) if found is None else found
        for name, found in zip(typed, quick, strict=True)
    ]
    if explain:
        return [
            explained(score, walker.automaton) if isinstance(score, Score) else score
            for score in scores
        ]
    return scores


def explained(score: Score, automaton: Automaton) -> Score:
    """A score by an automaton, with its explanation."""
    return score._replace(explanation=explanation_of(automaton, score.name))


def score_one(
    walker: Walker, checkpoint: Checkpoint, typed: str, fold: bool
) -> Score | UnscorableError:
    """The score of a name as it was typed, or the reason there is none."""
    folded, quantiles = False, checkpoint.quantiles
    try:
        try:
            name, characters = walker.log_probs(typed)
        except UnknownCharacterError:
            if not fold:
                raise
            # Most names never need it, and its tables take time to read.
            from namewright import folding  # noqa: PLC0415

            name, characters = walker.log_probs(folding.fold(typed, walker.automaton.alphabet))
            folded = True
            if folding.is_abjad(typed):
                quantiles = checkpoint.abjad_quantiles
    except UnscorableError as error:
        return error
    log_likelihood = add(characters)
    mean = log_likelihood / len(characters)
    return Score(
        name,
        log_likelihood,
        mean,
        exp(-mean),
        plausibility(quantiles[len(characters) - 2], mean),
        name in checkpoint.known_names,
        tuple(characters),
        folded,
        (),
    )
