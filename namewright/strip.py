"""What a notebook shows of a score: the name as a strip, each letter coloured by its surprise.

>>> [score] = namewright.load_model().score(["elisabth"], explain=True)
>>> score                       # at the end of a cell
>>> Strips(model.score(names))  # several, one below the other

Surprise is the negative log-probability, in nats. The colour is laid thinly over whatever the page
has, and letters are in the page's own colour, so they can be read on light and on dark; the weakest
place, where it is known, is underlined besides. Who does not see colours has each letter's surprise
where the mouse points, and in the text alternative.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from math import log
from typing import TYPE_CHECKING, NamedTuple

from namewright.errors import UnscorableError
from namewright.explanation import END, Place

if TYPE_CHECKING:
    from namewright.score import Score

COLOUR = (214, 69, 0)
"""Red, green and blue of what surprises."""
MOST = 0.55
"""How much of it lies over the page at most, 0 to 1: letters can still be read."""
FULL = 7.0
"""Nats from which on it is that much: one letter in a thousand that the model expects."""

SHOWN = {END: "end", " ": "space"}
"""What a character is called that does not show."""
VISIBLE = {END: "&#9632;", " ": "&nbsp;"}
"""What stands for it in the strip."""


class Letter(NamedTuple):
    """A letter of a strip.

    surprise    nats; None where it is not known
    place       what the model expected there, where that is known
    """

    character: str
    surprise: float | None
    place: Place | None = None
    is_weakest: bool = False

    def describe(self) -> str:
        """It, in words."""
        said = SHOWN.get(self.character, self.character)
        if self.surprise is not None:
            said += f" {self.surprise:.1f}"
        return said + (", the weakest place" if self.is_weakest else "")

    def expected(self) -> str:
        """What was likelier, in words."""
        better = [
            f"{SHOWN.get(each['character'], each['character'])} {each['probability']:.0%}"
            for each in (self.place["preferred"] if self.place else ())
        ]
        return f"; likeliest: {', '.join(better)}" if better else ""

    def html(self) -> str:
        """It, coloured."""
        alpha = MOST * min((self.surprise or 0.0) / FULL, 1.0)
        red, green, blue = COLOUR
        style = f"padding:0 .15em;background:rgba({red},{green},{blue},{alpha:.2f})"
        if self.is_weakest:
            style += ";border-bottom:2px solid"
        title = escape(self.describe() + self.expected())
        shown = VISIBLE.get(self.character) or escape(self.character)
        return f'<span title="{title}" style="{style}">{shown}</span>'


def letters_of(score: "Score") -> Iterator[Letter]:
    """The letters of a name, and its end; of a name of parts, those of each."""
    if score.parts:
        for part in score.parts:
            yield from letters_of(part)
        return
    places = score.explanation["places"] if score.explanation else []
    weakest = score.explanation["weakest"] if score.explanation else None
    surprises: Sequence[float | None] = [-each for each in score.characters]
    if places and not surprises:
        surprises = [-log(place["probability"]) for place in places]
    for index, character in enumerate((*score.name, END)):
        yield Letter(
            character,
            surprises[index] if surprises else None,
            places[index] if places else None,
            index == weakest,
        )


def html_of(score: "Score | UnscorableError") -> str:
    """A score, or why there is none, as a line of HTML."""
    if isinstance(score, UnscorableError):
        return f"<div>no score: {escape(str(score))}</div>"
    letters = list(letters_of(score))
    unit = " (nats)" if letters[0].surprise is not None else ""
    label = f"{score.name}, surprise{unit}: {'; '.join(map(Letter.describe, letters))}"
    strip = "".join(map(Letter.html, letters))
    known = ", known" if score.known else ""
    return (
        f'<div><span role="img" aria-label="{escape(label)}" style="font-family:monospace;'
        f'font-size:120%;margin-right:1em">{strip}</span><span>plausibility '
        f"{score.plausibility:.3f}, {score.log_likelihood:.2f} nats{known}</span></div>"
    )


class Strips:
    """Scores, one below the other."""

    def __init__(self, scores: Iterable["Score | UnscorableError"]) -> None:
        self.scores = list(scores)

    def __repr__(self) -> str:
        """The same in text, for what shows no HTML."""
        return "\n".join(map(repr, self.scores))

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return "".join(map(html_of, self.scores))
