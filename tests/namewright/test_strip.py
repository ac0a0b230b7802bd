"""What a notebook shows of scores."""

from html.parser import HTMLParser

import nbformat
import pytest
from nbclient import NotebookClient

from namewright import Model, Score, load_model
from namewright.alphabet import Alphabet
from namewright.joined import JoinedModel
from namewright.strip import COLOUR, MOST, Strips, html_of
from tests.namewright.rows import model_of


class Page(HTMLParser):
    """The text of a page, and the attributes of each element that has some."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.elements, self.open = "", list[dict[str, str]](), list[str]()
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"div", "span"}
        self.open.append(tag)
        self.elements.append({name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def letters(self) -> list[dict[str, str]]:
        return [element for element in self.elements if "title" in element]


def test_each_letter_is_coloured_by_its_surprise(shipped: dict[str, Model]) -> None:
    [score] = shipped["lstm"].score(["Elisabth"], explain=True)
    assert isinstance(score, Score)
    page = Page(score._repr_html_())
    assert page.text.startswith("elisabth■plausibility 0.0")
    letters = page.letters()
    assert len(letters) == len(score.characters) == 9
    alphas = [float(letter["style"].partition(",0,")[2].partition(")")[0]) for letter in letters]
    surprises = [-each for each in score.characters]
    assert sorted(range(9), key=alphas.__getitem__) == sorted(range(9), key=surprises.__getitem__)
    assert letters[6]["title"] == "t 7.9, the weakest place; likeliest: e 90%, a 3%, end 2%"
    assert ["border-bottom" in letter["style"] for letter in letters].index(True) == 6
    [strip] = [element for element in page.elements if element.get("role") == "img"]
    assert strip["aria-label"] == (
        "elisabth, surprise (nats): e 3.1; l 1.1; i 1.3; s 1.7; a 1.4; b 1.1; "
        "t 7.9, the weakest place; h 2.2; end 2.4"
    )


def test_what_is_not_known_is_not_shown(shipped: dict[str, Model]) -> None:
    [score] = shipped["mlp"].score(["emma"], explain=True)
    assert isinstance(score, Score)
    by_explanation = Page(html_of(score._replace(characters=())))
    assert by_explanation.letters() == Page(html_of(score)).letters()
    bare = Page(html_of(score._replace(characters=(), explanation=None)))
    assert [letter["title"] for letter in bare.letters()] == ["e", "m", "m", "a", "end"]
    assert ", known" in bare.text


def test_names_of_parts_are_shown_part_by_part(shipped: dict[str, Model]) -> None:
    joined = JoinedModel((shipped["girls"], shipped["surnames"]))
    [score] = joined.score(["Emma Smith"], explain=True)
    assert isinstance(score, Score)
    assert Page(html_of(score)).text.startswith("emma■smith■plausibility")


def test_whatever_a_name_has_is_text() -> None:
    name = "<b a='\"&>"
    [score] = model_of(Alphabet(tuple("<>&'\"= ab"))).score([name])
    assert isinstance(score, Score)
    page = Page(score._repr_html_())
    assert page.text.startswith("<b\u00a0a='\"&>■")
    assert page.elements[1]["aria-label"].startswith(f"{name}, surprise")


def test_several_are_one_below_the_other(shipped: dict[str, Model]) -> None:
    scores = shipped["mlp"].score(["emma", "r2d2"])
    strips = Strips(scores)
    page = Page(strips._repr_html_())
    assert "emma■" in page.text
    assert "no score: the character at position 1" in page.text
    assert repr(strips) == f"{scores[0]!r}\n{scores[1]!r}"


def luminance(colour: tuple[float, float, float]) -> float:
    """WCAG 2.2's relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("page", "text"), [(255, 0), (255, 33), (17, 224), (30, 255), (0, 255)])
def test_letters_can_be_read_on_light_and_dark(page: int, text: int) -> None:
    mixed = [(MOST * colour + (1 - MOST) * page) / 255 for colour in COLOUR]
    lights = sorted((luminance((mixed[0], mixed[1], mixed[2])), luminance((text / 255,) * 3)))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5


def test_jupyter_shows_the_strip() -> None:
    cells = [
        "import namewright; [score] = namewright.load_model('bigram').score(['emma']); score",
        "from namewright.strip import Strips; Strips([score, score])",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    [score] = load_model("bigram").score(["emma"])
    assert isinstance(score, Score)
    shown = [cell.outputs[0]["data"] for cell in notebook.cells]
    assert shown[0] == {"text/html": html_of(score), "text/plain": repr(score)}
    assert shown[1]["text/html"] == 2 * html_of(score)
