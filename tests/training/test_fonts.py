import warnings
from copy import copy

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from training.fonts import USUAL, choose, fonts_for

BUNDLED = copy(fontManager)  # to make one reads all fonts there are
BUNDLED.ttflist = [font for font in fontManager.ttflist if "mpl-data" in font.fname]


def test_the_usual_font_has_latin_greek_and_cyrillic() -> None:
    assert set(choose("aéłżωж•", BUNDLED)[0]) == {USUAL}
    assert choose("aéłżωж•", BUNDLED)[1] == set()


def test_another_font_stands_in_for_characters_that_the_usual_one_has_not() -> None:
    families, missing = choose("aの", BUNDLED)
    assert (list(families), missing) == ([USUAL, "STIXGeneral"], set())
    with fonts_for("aの") as missing:
        assert missing == set()
        assert matplotlib.rcParams["font.family"][0] == USUAL
        assert len(matplotlib.rcParams["font.family"]) == 2


def test_characters_that_no_font_has_are_told_and_draw_without_a_warning() -> None:
    assert choose("a一の", BUNDLED)[1] == {"一"}
    nowhere = "\U000ffffd"  # private use, and no font's
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with fonts_for(f"a{nowhere}") as missing:
            assert missing == {nowhere}
            figure = Figure()
            figure.text(0.5, 0.5, nowhere)
            figure.draw_without_rendering()
