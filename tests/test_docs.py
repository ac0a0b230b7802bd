"""What the documentation points at is there."""

import re
from pathlib import Path

import pytest

from app.settings import PREFIX, Settings
from namewright import registry
from namewright.parameters import RULES
from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
PLACE = re.compile(r"\[([\w/.]+):(\d+)\]\(\.\./[\w/.]+#L(\d+)\)\s+\(`(\w+)`\)")


def test_each_line_that_the_lectures_name_has_what_they_say() -> None:
    places = PLACE.findall((DOCS / "lectures.md").read_text())
    assert len(places) > 20
    wrong = []
    for path, line, anchor, name in places:
        text = (ROOT / path).read_text().splitlines()[int(line) - 1]
        if anchor != line or not re.search(rf"\b{name}\b", text):
            wrong.append(f"{path}:{line} is {text.strip()!r}, not {name}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_bytes()) <= 7000


def test_every_setting_and_parameter_is_documented() -> None:
    operations, http = (DOCS / "operations.md").read_text(), (DOCS / "http.md").read_text()
    for name in (*registry.VARIABLES, *map(str.upper, Settings.model_fields)):
        assert PREFIX + name in operations, name
    for name in RULES:
        assert f"`{name}`" in http, name
