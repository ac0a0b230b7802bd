import hashlib
import re

import pytest

from namewright.alphabet import MAX_LENGTH
from tests.conftest import ROOT
from training.lists import SOURCES, births, locales, offensive
from training.name_list import read_list

DATA = ROOT / "data"


@pytest.mark.parametrize("name", SOURCES)
def test_each_committed_list_is_what_prepare_writes(name: str) -> None:
    text = "".join(f"{line}\n" for line in SOURCES[name].lines())
    assert (DATA / f"{name}.txt").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", SOURCES)
def test_the_readme_says_how_many_names_each_list_has_and_which_bytes(name: str) -> None:
    committed = (DATA / f"{name}.txt").read_bytes()
    readme = (DATA / "README.md").read_text()
    row = re.search(rf"^\| `{name}\.txt` \|.*$", readme, re.MULTILINE)
    assert row is not None
    assert f"{len(committed.splitlines()):,}" in row[0]
    assert hashlib.sha256(committed).hexdigest() in readme


def test_births_are_ranked_by_children_then_a_to_z() -> None:
    given = [("Emma", 5), ("Ava", 7), ("Liam", 9), ("emma", 3), ("Bo", 7)]
    assert list(births.rank(given).items()) == [("liam", 9), ("emma", 8), ("ava", 7), ("bo", 7)]


def test_names_of_the_world_are_in_plain_letters_and_have_locales() -> None:
    listed = read_list(DATA / "world.txt")
    assert set().union(*listed.names) == set(locales.ALPHABET.characters)
    assert max(map(len, listed.names)) <= MAX_LENGTH
    assert listed.locales.keys() == set(listed.names)
    assert len({locale for of in listed.locales.values() for locale in of}) >= 80
    assert {"wojciech", "nguyen", "o'connor", "jean-luc"} <= set(listed.names)


def test_titles_and_mistakes_are_left_out() -> None:
    listed = set(read_list(DATA / "world.txt").names)
    assert not listed & {"srimti", "mr", "mrs", "dr", "phd"}
    assert not [name for name in listed if "(" in name or "," in name]


def test_the_committed_words_are_what_prepare_writes() -> None:
    text = "".join(f"{line}\n" for line in offensive.lines())
    assert (ROOT / "namewright" / "words" / "offensive.txt").read_text(encoding="utf-8") == text


def test_the_words_are_selected_from_the_sources_that_the_readme_names() -> None:
    readme = (DATA / "README.md").read_text()
    files = sorted((DATA / "offensive").iterdir())
    assert len(files) == 3
    for file in files:
        assert file.name in readme
        assert hashlib.sha256(file.read_bytes()).hexdigest() in readme


def test_an_asterisk_stands_for_a_letter_once_or_twice() -> None:
    assert set(offensive.spellings("fo*b")) == {"fob", "foob"}
