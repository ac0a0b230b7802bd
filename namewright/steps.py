"""A name on its way through an automaton, step by step: the table look-ups that a score is made of.

>>> model = namewright.load_model("mlp")
>>> [step["remembers"] for step in steps_of(model.automaton, "anna")]
['', 'a', 'an', 'ann', 'nna']

What a state remembers is found out by trial, and not read off the checkpoint: the shortest ending
of what came before that leads to this state from wherever one is.
"""

from math import exp

import numpy as np
from typing_extensions import TypedDict

from namewright.alphabet import BOUNDARY
from namewright.automaton import Automaton
from namewright.digits import rounded
from namewright.explanation import END


class Step(TypedDict):
    """A state, what it predicts, and the character that came."""

    state: int
    """The row of the table, from 0."""
    remembers: str
    """The latest characters, as far as the state depends on them."""
    from_start: bool
    """Whether it depends on the name having begun just before them, too."""
    character: str
    """The character that came; `""` is the end of the name."""
    probability: float
    """0 to 1: what the state gave it."""
    probabilities: list[float]
    """What the state gave each token: the end first, then the alphabet. They sum to 1."""


def steps_of(automaton: Automaton, name: str) -> list[Step]:
    """Each state of a normalised name, the last being the one in which it ends.

    Raises UnknownCharacterError for a name that the alphabet cannot spell.
    """
    alphabet, state, steps = automaton.alphabet, automaton.start, []
    characters, tokens = (END, *alphabet.characters), alphabet.encode(name)
    decisive = decisive_after(automaton, tokens)
    for position, token in enumerate((*tokens, BOUNDARY)):
        first = decisive[position]
        probabilities = [rounded(exp(each)) for each in automaton.prediction(state)]
        step: Step = {
            "state": state,
            "remembers": name[first or 0 : position],
            "from_start": first is None,
            "character": characters[token],
            "probability": probabilities[token],
            "probabilities": probabilities,
        }
        steps.append(step)
        state = automaton.follow(state, token)
    return steps


def decisive_after(automaton: Automaton, tokens: list[int]) -> list[int | None]:
    """For each number of tokens read, from which of them on they alone lead to one state.

    None where it depends on the start. One reading from all states at once for each token: the
    states that are left soon are one.
    """
    latest: list[int | None] = [None] * (len(tokens) + 1)
    for first in range(len(tokens)):
        states = np.arange(automaton.states)
        for position, token in enumerate(tokens[first:], first + 1):
            led = automaton.transitions.follow_all(states, np.array(token))
            states = np.flatnonzero(np.bincount(led, minlength=automaton.states))
            if len(states) == 1:
                # From here on, too; a later beginning, which is tried after this, goes before it.
                latest[position:] = [first] * (len(latest) - position)
                break
    return latest
