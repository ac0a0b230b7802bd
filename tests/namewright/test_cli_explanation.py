"""`namewright score --explain`, as a user sees it."""

import json
import re

import pytest
from rich.text import Text

from namewright import Model, Score
from namewright.cli.explanation import colour_of, lines_of, share
from namewright.score import PartResult, describe_score
from tests.namewright.commands import run

CODE = "\x1b["


def part_of(model: Model, name: str) -> PartResult:
    [score] = model.score([name], explain=True)
    assert isinstance(score, Score)
    return describe_score(score)


def test_below_the_table_is_each_name_with_a_caret_under_its_weakest_place() -> None:
    done = run("score", "--explain", "Kathxrine", "r2d2", "emma")
    assert done.returncode == 1
    table, first, second = done.stdout.split("\n\n")
    assert [line.split()[0] for line in table.splitlines()] == ["name", "kathxrine", "r2d2", "emma"]
    name, caret, headings, *rows = first.splitlines()
    assert name == "kathxrine"
    assert caret.startswith("    ^ weakest: x has ")
    assert headings.split() == ["place", "character", "probability", "rank", "preferred"]
    assert [row.split()[1] for row in rows] == [*"kathxrine", "end"]
    assert second.startswith("emma\n    ^ weakest: end has ")  # it goes on: emmalyn, emmaline


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colours_are_for_terminals_and_for_those_who_want_them(
    environment: dict[str, str], coloured: bool
) -> None:
    shown = run("score", "--explain", "emma", **environment).stdout
    assert (CODE in shown) == coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", shown) == run("score", "--explain", "emma").stdout


def test_the_redder_the_less_likely_than_the_likeliest(shipped: dict[str, Model]) -> None:
    part = part_of(shipped["lstm"], "kathxrine")
    colours = [colour_of(place) for place in part["explanation"]["places"]]
    assert colours[4] == "red"
    assert colours[1] == "green"
    assert set(colours) <= {"green", "yellow", "red"}


def test_parts_and_models_have_each_their_own() -> None:
    parts = run("score", "--explain", "Emma Smith", "--model", "girls+surnames").stdout
    assert [block.split("\n")[0] for block in parts.split("\n\n")[1:]] == ["emma", "smith"]
    models = run("score", "--explain", "Liam", "--models", "girls,boys").stdout
    table, *blocks = models.split("\n\n")
    assert "likeliest" in table
    assert [block.split("\n")[0] for block in blocks] == ["liam  by girls", "liam  by boys"]


def test_a_caret_stands_under_wide_and_joined_characters(shipped: dict[str, Model]) -> None:
    place = part_of(shipped["lstm"], "ava")["explanation"]["places"][0]
    wide = [{**place, "character": each} for each in ("李", "e\u0301", "a", "")]
    part = {"explanation": {"places": wide, "weakest": 2}}
    _, _, caret, *_ = lines_of(part, "")  # type: ignore[arg-type]
    assert caret.plain.index("^") == Text("李e\u0301").cell_len == 3


def test_spaces_and_ends_are_called_by_name() -> None:
    shown = run("score", "--explain", "mary ann", "--model", "world").stdout
    assert re.search(r"(?m)^    4  space ", shown)
    assert re.search(r"(?m)^    8  end ", shown)


def test_json_has_the_explanation(shipped: dict[str, Model]) -> None:
    answer = json.loads(run("score", "emma", "--json", "--explain").stdout)
    assert answer["results"] == [part_of(shipped["lstm"], "emma")]


@pytest.mark.parametrize(
    ("probability", "shown"), [(1.0, "100.00 %"), (0.0018, "0.18 %"), (0.00001, "<0.01 %")]
)
def test_a_share_is_in_per_cent_and_never_nothing(probability: float, shown: str) -> None:
    assert share({"character": "a", "probability": probability}) == shown
    assert share({"character": "a", "probability": 0.004}, digits=0) == "<1 %"
