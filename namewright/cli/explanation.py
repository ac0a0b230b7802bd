"""What `namewright score --explain` shows below its table: each name, letter by letter.

A letter is green, yellow or red by how many times less likely it is than the likeliest; a caret
stands under the weakest place, colours or not. Rich leaves colours out where standard output is no
terminal, or NO_COLOR is set.
"""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from namewright.explanation import END, Candidate, Place, doubt
from namewright.score import PartResult

GREEN, YELLOW = 5, 20
"""The most doubt that is green, and that is yellow. Of the places of real names, about one in seven
is beyond the first, and one in forty beyond the second."""

SHOWN = {END: "end", " ": "space"}
"""What a character is called that does not show."""

HEADINGS = "place  character  probability  rank  preferred"


def show(results: list[dict[str, Any]]) -> None:
    """Why each name has the scores that it has; nothing of one that has none."""
    console = Console(highlight=False)
    for result in results:
        scores = {} if "error" in result else result.get("scores", {"": result})
        for model, score in scores.items():
            for part in score.get("parts", [score]):
                console.print(*lines_of(part, model), sep="\n", soft_wrap=True)


def lines_of(part: PartResult, model: str) -> Iterator[Text]:
    """A name, or a part of one, by a model of several, or by the only one."""
    places, weakest = part["explanation"]["places"], part["explanation"]["weakest"]
    here, best = places[weakest], places[weakest]["preferred"][0]
    letters = [Text(place["character"], colour_of(place)) for place in places]
    yield Text()
    yield Text.assemble(*letters, f"  by {model}" if model else "")
    yield Text.assemble(
        " " * sum(letter.cell_len for letter in letters[:weakest]),
        ("^", colour_of(here)),
        f" weakest: {called(here)} has {share(here)}, {called(best)} {share(best, digits=0)}",
    )
    yield Text(HEADINGS)
    for index, place in enumerate(places):
        yield row_of(index, place)


def row_of(index: int, place: Place) -> Text:
    """A place: its row of the table."""
    preferred = (f"{called(each):>3} {share(each, digits=0):>4}" for each in place["preferred"])
    return Text.assemble(
        f"{index:5}  ",
        (f"{called(place):9}  {share(place):>11}", colour_of(place)),
        f"  {place['rank']:4}  {'  '.join(preferred)}",
    )


def colour_of(place: Place) -> str:
    """The colour of a letter."""
    times = doubt(place)
    return "green" if times <= GREEN else "yellow" if times <= YELLOW else "red"


def called(candidate: Candidate) -> str:
    """What its character is called."""
    return SHOWN.get(candidate["character"], candidate["character"])


def share(candidate: Candidate, digits: int = 2) -> str:
    """Its probability, in per cent."""
    percent, least = 100 * candidate["probability"], 10.0**-digits
    return f"{percent:.{digits}f} %" if percent >= least else f"<{least:.{digits}f} %"
