"""Which of several lists a name is likeliest from: the same name, scored by several models.

>>> girls, boys = namewright.load_model("girls"), namewright.load_model("boys")
>>> [comparison] = compare([girls, boys], ["liam"])
>>> comparison["likeliest"], comparison["posterior"]["boys"]
('boys', 0.957...)

It is a likelihood ratio: were the name drawn from one of these lists, each as likely as any other,
then so probably from each (Bayes' rule with equal priors). It says nothing of a person: names are
given to whom they are given, and a name that is in none of the lists is from one of them too.
"""

from collections.abc import Iterable, Sequence
from math import exp

from typing_extensions import TypedDict

from namewright.digits import rounded
from namewright.errors import UnscorableError
from namewright.joined import AnyModel
from namewright.score import ScoreFailure, ScoreResult, describe_failure, describe_score, listed

MOST = 8
"""Models that are compared at a time."""


class Comparison(TypedDict):
    """How likely each of several models finds one name."""

    likeliest: str
    """The model that finds it likeliest; of those that find it equally likely, the first."""
    posterior: dict[str, float]
    """By model, 0 to 1, of sum 1: the probability of each, were all equally likely before."""
    scores: dict[str, ScoreResult]
    """By model: the score of the name."""


def compare(
    models: Sequence[AnyModel],
    names: Iterable[str],
    *,
    fold: bool = True,
    characters: bool = False,
    explain: bool = False,
) -> list[Comparison | ScoreFailure]:
    """For each name, in order, a comparison, or the reason that a model cannot score it.

    Raises TypeError for a name that is not text, and for one text in place of a list.
    """
    names = list(listed(names))
    found: list[Comparison | ScoreFailure] = []
    scored = (model.score(names, fold=fold, explain=explain) for model in models)
    for scores in zip(*scored, strict=True):
        results: dict[str, ScoreResult] = {}
        for model, score in zip(models, scores, strict=True):
            if isinstance(score, UnscorableError):
                found.append(describe_failure(score))
                break
            results[model.name] = describe_score(score, characters)
        else:
            found.append(weigh(results))
    return found


def weigh(results: dict[str, ScoreResult]) -> Comparison:
    """A comparison of scores, by the name of the model."""
    likelihoods = {name: result["log_likelihood"] for name, result in results.items()}
    likeliest = max(likelihoods, key=likelihoods.__getitem__)
    ratios = {name: exp(each - likelihoods[likeliest]) for name, each in likelihoods.items()}
    total = sum(ratios.values())
    posterior = {name: rounded(ratio / total) for name, ratio in ratios.items()}
    return {"likeliest": likeliest, "posterior": posterior, "scores": results}
