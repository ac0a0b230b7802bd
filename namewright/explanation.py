"""Why a name has the score that it has: what the model expected at each place, and what came.

>>> [score] = namewright.load_model().score(["elisabth"], explain=True)
>>> score.explanation["weakest"], score.explanation["places"][6]["preferred"][0]
(6, {'character': 'e', 'probability': 0.902...})

A name of L characters has L + 1 places, one for each prediction: its characters, and the end. These
are probabilities, not logarithms: those of `Score.characters`, to nine digits.
"""

from collections.abc import Sequence
from math import exp

from typing_extensions import TypedDict

from namewright.alphabet import BOUNDARY
from namewright.automaton import Automaton
from namewright.digits import rounded

END = ""
"""How the end of a name is written where a character stands: nothing comes there."""

PREFERRED = 3
"""How many of the likeliest characters are named at each place."""


class Candidate(TypedDict):
    """A character that a name might have had at some place."""

    character: str
    """Which; `""` is the end of the name."""
    probability: float
    """0 to 1: what the model gave it, after the characters before it."""


class Place(Candidate):
    """One prediction: the character that the name has there, and those that the model preferred."""

    rank: int
    """1 is the likeliest of all characters and the end; of those equally likely, the first in the
    alphabet, the end before all. It is the least `top_k` that allows the character."""
    preferred: list[Candidate]
    """The three likeliest, the likeliest first; fewer where the alphabet has fewer."""


class Explanation(TypedDict):
    """Each prediction of a name, in order."""

    places: list[Place]
    """One for each character, and one for the end: their probabilities multiply to the exponential
    of `log_likelihood`."""
    weakest: int
    """The index of the place that speaks most against the name: where its character is furthest
    below the likeliest, as a ratio of their probabilities. Of several, the first."""


def explanation_of(automaton: Automaton, name: str) -> Explanation:
    """Why a normalised name has the score that it has.

    Raises UnknownCharacterError for one that the alphabet cannot spell.
    """
    alphabet, state, places = automaton.alphabet, automaton.start, []
    characters = (END, *alphabet.characters)  # by token
    for token in (*alphabet.encode(name), BOUNDARY):
        places.append(place_of(characters, automaton.prediction(state), token))
        state = automaton.follow(state, token)
    return {"places": places, "weakest": max(range(len(places)), key=lambda i: doubt(places[i]))}


def place_of(characters: Sequence[str], log_probs: Sequence[float], token: int) -> Place:
    """What was predicted, natural logarithms by token, where some token came."""
    likeliest = sorted(range(len(log_probs)), key=log_probs.__getitem__, reverse=True)
    return {
        "character": characters[token],
        "probability": rounded(exp(log_probs[token])),
        "rank": likeliest.index(token) + 1,
        "preferred": [
            {"character": characters[each], "probability": rounded(exp(log_probs[each]))}
            for each in likeliest[:PREFERRED]
        ],
    }


def doubt(place: Place) -> float:
    """How many times less likely than the likeliest the character of a place is: 1 or more.

    Not how unlikely it is: hardly any first letter is likely, as there are so many, and that says
    nothing against a name.
    """
    return place["preferred"][0]["probability"] / place["probability"]
