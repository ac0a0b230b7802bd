"""The page and its pictures, from a user's command; and what the pictures are made from."""

import base64
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from typer.testing import CliRunner, Result

from namewright.alphabet import Alphabet
from tests.conftest import MODELS, ROOT
from tests.training.commands import run
from training.checkpoints import load_any
from training.cli import app
from training.cli.report import names_of
from training.pictures import bigram_map, is_vowel, legible, loss_curves, spread
from training.report import has_dropout

PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("report") / "new"
    checkpoints = [str(MODELS / f"{name}.safetensors") for name in ("bigram", "mlp", "lstm")]
    assert run("report", *checkpoints, "--output", output).returncode == 0
    return output


def test_every_picture_is_there(made: Path) -> None:
    assert {path.stem for path in made.glob("*.png")} == {
        "bigram",
        "embedding-mlp",
        "loss-mlp",
        "loss-lstm",
        "lengths",
        "characters-bigram",
        "characters-mlp",
        "characters-lstm",
    }


def test_pictures_are_drawn_and_not_blank(made: Path) -> None:
    for path in made.glob("*.png"):
        pixels = imread(path)
        assert min(pixels.shape[:2]) > 300
        assert len({tuple(pixel) for pixel in pixels[::3, ::3].reshape(-1, pixels.shape[2])}) > 20
        # Nothing runs out of the picture: its edge is all background.
        edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        assert (edge == 1).all(), path.name


def test_the_page_needs_no_other_file(made: Path) -> None:
    page = (made / "report.html").read_text()
    found = re.findall(r'src="([^"]*)"', page)
    assert len(found) == 8
    for source in found:
        head, _, data = source.partition(",")
        assert head == "data:image/png;base64"
        assert base64.b64decode(data).startswith(PNG)
    assert not re.search(r"https?://|<script|<link", page)


def test_the_page_has_every_model_and_its_losses(made: Path, shipped: dict[str, object]) -> None:
    page = (made / "report.html").read_text()
    for name in ("bigram", "mlp", "lstm"):
        assert f"<td>{name}</td>" in page


@pytest.fixture(scope="module")
def greek(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of a list in another alphabet."""
    folder = tmp_path_factory.mktemp("greek")
    first, last = ["αλε", "νικ", "δημ", "θεο", "μαρ"], ["ξία", "ος", "ήτρης", "δώρα", "ία"]
    middle = ["", "α", "ο", "αν", "ολ"]
    listed = "\n".join(a + b + c for a in first for b in middle for c in last)
    (folder / "names.txt").write_text(listed)
    typed("train", "ngram", "--data", folder / "names.txt", "-o", folder / "ngram.safetensors")
    return folder / "ngram.safetensors"


def typed(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_models_of_two_lists_have_pictures_of_their_own(greek: Path, tmp_path: Path) -> None:
    lists = ["--data", ROOT / "data" / "names.txt", "--data", greek.with_name("names.txt")]
    done = typed("report", MODELS / "bigram.safetensors", greek, *lists, "--output", tmp_path)
    assert done.exit_code == 0, done.stderr
    page = (tmp_path / "report.html").read_text()
    assert page.count(f"names.txt, {load_any(greek).data['sha256'][:8]}") == 3
    assert "compare losses only within one list" in page
    assert re.search(r"ngram: its plausibility is measured on about \d\d held-out names only", page)
    assert "bigram: its plausibility" not in page
    assert {path.stem for path in tmp_path.glob("*.png")} == {
        "bigram-bigram",
        "bigram-ngram",
        "lengths-bigram",
        "lengths-ngram",
        "characters-bigram",
        "characters-ngram",
    }


def test_what_only_the_list_shows_is_left_out_without_the_list(greek: Path, tmp_path: Path) -> None:
    done = typed("report", greek, "--output", tmp_path)
    assert "names.txt is not given with --data" in done.stderr
    assert {path.stem for path in tmp_path.glob("*.png")} == {"lengths", "characters-ngram"}


def test_checkpoints_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    """As those of `make train` are: models/lstm.safetensors and its teachers."""
    folder = tmp_path / "teachers"
    folder.mkdir()
    other = shutil.copy(MODELS / "bigram-net.safetensors", folder / "bigram.safetensors")
    of_two = names_of([MODELS / "bigram.safetensors", Path(other), MODELS / "mlp.safetensors"])
    assert list(of_two.values()) == ["models-bigram", "teachers-bigram", "mlp"]
    assert len(names_of([Path(other), Path(other)])) == 1
    done = typed("report", MODELS / "bigram.safetensors", other, "--output", tmp_path / "report")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "report" / "loss-teachers-bigram.png").exists()


def test_the_legend_says_dropout_only_where_there_was_some() -> None:
    history = {"steps": [10], "train": [2.5], "validation": [2.6], "learning_rate": [0.1]}
    for dropout, label in ((True, "training, with dropout"), (False, "training")):
        axes = loss_curves(history, "x", dropout).axes[0]
        assert axes.get_legend().get_texts()[0].get_text() == label
        assert {line.get_marker() for line in axes.lines[:2]} == {"o"}  # of one evaluation, a dot
    assert has_dropout(load_any(MODELS / "lstm.safetensors"))
    assert not has_dropout(load_any(MODELS / "bigram-net.safetensors"))


def test_the_page_fits_a_phone(made: Path) -> None:
    page = (made / "report.html").read_text()
    assert 'name="viewport" content="width=device-width' in page
    assert "img { max-width: 100%" in page
    assert ".wide { overflow-x: auto" in page


def test_a_name_that_a_model_cannot_spell_is_left_out_and_it_says_so(
    greek: Path, tmp_path: Path
) -> None:
    done = typed("report", greek, "--name", "αλεία", "--name", "emma", "--output", tmp_path)
    assert "left out: ngram cannot spell emma" in done.stderr
    done = typed("report", greek, "--name", "emma", "--output", tmp_path / "none")
    assert not (tmp_path / "none" / "characters-ngram.png").exists()


@pytest.mark.parametrize(("signs", "are"), [("aéήεёю", True), ("bçτжй•", False)])
def test_vowels_are_known_in_three_alphabets(signs: str, are: bool) -> None:
    assert {is_vowel(sign) for sign in signs} == {are}


def test_labels_are_pushed_apart() -> None:
    points = np.array([[0.0, 0.0], [0.0, 0.0], [0.01, 0.0], [5.0, 5.0]])
    places = spread(points, 0.5)
    offset = places[:, None] - places[None]
    distance = np.hypot(offset[..., 0], offset[..., 1])[np.triu_indices(4, 1)]
    assert distance.min() > 0.45
    assert places[3] == pytest.approx([5, 5], abs=0.01)


def test_text_is_legible_on_what_it_stands_on() -> None:
    assert legible((1.0, 1.0, 0.2, 1.0)) == "black"
    assert legible((0.0, 0.1, 0.3, 1.0)) == "white"


def test_of_many_characters_the_most_frequent_are_shown() -> None:
    alphabet = Alphabet(tuple(chr(0x4E00 + i) for i in range(200)))
    counts = np.zeros((alphabet.vocab_size, alphabet.vocab_size), dtype=np.int64)
    counts[0, 50:90] = np.arange(40) + 5
    axes = bigram_map(counts, alphabet).axes[0]
    labels = [tick.label1.get_text() for tick in axes.xaxis.get_major_ticks()]
    assert labels == [alphabet.characters[token - 1] for token in range(50, 90)]
