"""Names with capitals, as people write them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright import Model, Sampling, reference
from namewright.alphabet import normalise
from namewright.errors import ParameterError
from namewright.formats import FORMATS
from namewright.spelling import Spelling
from namewright.title_case import title
from tests.namewright.rows import ODD, names_of

WRITTEN = {
    "emma": "Emma",
    "jean-luc": "Jean-Luc",
    "o'connor": "O'Connor",
    "o’connor": "O’Connor",
    "mary ann": "Mary Ann",
    "d.j.": "D.J.",
    "éloïse": "Éloïse",
    "анна-мария": "Анна-Мария",
    "x\u0302ana": "X\u0302ana",  # a mark belongs to its letter
    "ʻolena": "ʻOlena",  # the okina has no capital
    "\u01f0on": "J\u030con",  # a letter whose capital is two
    "nl\u200cna": "Nl\u200cna",  # a joiner parts no word
    "李小龙": "李小龙",
    "ǆemal": "ǅemal",
}


@pytest.mark.parametrize(("name", "written"), WRITTEN.items())
def test_each_word_begins_with_a_capital(name: str, written: str) -> None:
    assert title(name) == written
    assert normalise(written) == name, "what is written is still that name"


@given(names_of(ODD))
def test_spelling_writes_as_title_does(name: str) -> None:
    for case, written in (("lower", name), ("title", title(name))):
        spelling = Spelling.of(ODD, FORMATS["text"], case)
        assert spelling.spell(ODD.encode(name)).decode() == written + "\n"


@given(st.text(string.ascii_lowercase + "-' ", min_size=1))
def test_nothing_but_capitals_changes(name: str) -> None:
    assert title(name).lower() == name


def test_names_are_drawn_alike_in_either_case(shipped: dict[str, Model]) -> None:
    for model in (shipped["world"], shipped["bigram"]):
        lower, upper = Sampling(n=300, seed=1), Sampling(n=300, seed=1, case="title")
        names = model.draw(upper)
        assert names == list(map(title, model.draw(lower)))
        assert names == reference.ReferenceWalker(model.automaton).sample(
            upper, None, 0, *model.acceptance(upper)
        )
    assert model.sample(3, seed=1, case="title")[0][0].isupper()


def test_another_case_is_refused(tiny_model: Model) -> None:
    with pytest.raises(ParameterError, match="case: should be one of lower, title"):
        tiny_model.sample(3, case="upper")
