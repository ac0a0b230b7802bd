"""Names and scores as rows: the same whoever writes them, in every format and alphabet."""

import gc
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from namewright import Model, Sampling
from namewright.errors import ExhaustedError, ParameterError
from namewright.formats import FORMATS, JSON_NAMES, WITH_COLUMNS
from namewright.joined import JoinedModel
from namewright.parameters import CASES
from namewright.score import Score
from namewright.spelling import Spelling, spelling_of
from namewright.title_case import title
from namewright.writers import SCORE_COLUMNS, NameWriter, ScoreWriter
from tests.namewright.rows import ALPHABETS, by_reference, code_of, model_of, names_of, read_rows
from tests.namewright.test_conditions import COMMON, meets

formats = pytest.mark.parametrize("name", FORMATS)


def rows(writer: NameWriter, sampling: Sampling) -> bytes:
    written: list[bytes] = []
    writer.write(sampling, written)
    return b"".join(written)


@settings(max_examples=60)
@given(st.sampled_from(ALPHABETS), st.integers(0, 99), st.sampled_from(CASES), st.booleans())
def test_names_are_the_same_in_every_format(
    alphabet: Any, seed: int, case: str, scores: bool
) -> None:
    """And the kernel's rows are the reference's, to the byte."""
    model = model_of(alphabet, seed)
    sampling = Sampling(n=20, seed=seed, case=case, safe=False)
    names = model.draw(sampling)
    for name, written in FORMATS.items():
        scored = scores and written.has_columns
        compiled, plain = (
            NameWriter(each, written, case, scores=scored) for each in (model, by_reference(model))
        )
        made = rows(compiled, sampling)
        assert made == rows(plain, sampling)
        assert [row["name"] for row in read_rows(name, compiled.head() + made)] == names


@settings(max_examples=30)
@given(st.data(), st.sampled_from(ALPHABETS), st.sampled_from(WITH_COLUMNS), st.sampled_from(CASES))
def test_rows_of_scores_are_the_same_by_kernel_and_reference(
    data: st.DataObject, alphabet: Any, name: str, case: str
) -> None:
    """Of names that can be scored, and of whatever else is sent."""
    model = model_of(alphabet)
    texts = names_of(alphabet) | names_of(alphabet).map(str.upper) | st.text(max_size=40)
    names = data.draw(
        st.lists(texts | st.sampled_from(["", " a ", "É", "a" * 32, "A"]), max_size=9)
    )
    fold = data.draw(st.booleans())
    compiled, plain = (
        ScoreWriter(each, FORMATS[name], case=case, fold=fold)
        for each in (model, by_reference(model))
    )
    made = compiled.rows(names)
    assert made == plain.rows(names) == b"".join(map(plain.row, names))
    for row, score in zip(
        read_rows(name, compiled.head() + made), model.score(names, fold=fold), strict=True
    ):
        if isinstance(score, Score):
            assert row["name"] == (title(score.name) if case == "title" else score.name)
            for column in SCORE_COLUMNS[1:5]:
                assert float(row[column]) == float(f"{getattr(score, column):.9g}")
            assert str(row["known"]).lower() == str(score.known).lower()
        else:
            assert code_of(row) == score.code


def test_many_rows_are_those_of_one_after_another(shipped: dict[str, Model]) -> None:
    """More than are put together in the kernel at a time, with slow ones between."""
    model = shipped["bigram"]
    names = [*model.sample(3_000, seed=1), "Zoë", *model.sample(20, seed=2, case="title"), ""]
    writer = ScoreWriter(model, FORMATS["csv"])
    assert writer.rows(names) == b"".join(map(writer.row, names))


@formats
@pytest.mark.parametrize("asked", [*COMMON, {"novel": True}, {"temperature": 0.6}], ids=str)
def test_rows_are_the_names_that_are_drawn_under_every_condition(
    shipped: dict[str, Model], name: str, asked: dict[str, Any]
) -> None:
    """And 5 of them the first of 40, wherever they are cut; each meets the condition."""
    model, written = shipped["bigram"], FORMATS[name]
    sampling = Sampling(n=40, seed=3, **asked)
    writer = NameWriter(model, written)
    whole = rows(writer, sampling)
    names = [row["name"] for row in read_rows(name, writer.head() + whole)]
    assert names == model.draw(sampling)
    assert all(meets(each, sampling) for each in names)
    parts = [(0, 5), (5, 1), (6, 34)]
    assert [rows(writer, sampling.part(*part)) for part in parts] == [
        b"".join(line + b"\n" for line in whole.split(b"\n")[first : first + n])
        for first, n in parts
    ]


@formats
def test_names_of_parts_have_a_column_for_each(shipped: dict[str, Model], name: str) -> None:
    model, written = JoinedModel((shipped["world"], shipped["bigram"])), FORMATS[name]
    sampling = Sampling(n=30, seed=1)
    for case in CASES:
        shown = title if case == "title" else str
        for scores in (False, True)[: 1 + written.has_columns]:
            writer = NameWriter(model, written, case, scores=scores)
            found = read_rows(name, writer.head() + rows(writer, sampling))
            assert [row["name"] for row in found] == [shown(each) for each in model.draw(sampling)]
            if written.has_columns:
                assert all(row["name"] == f"{row['part_1']} {row['part_2']}" for row in found)
            if scores:
                scored = model.score_parts((found[0]["part_1"].lower(), found[0]["part_2"].lower()))
                assert isinstance(scored, Score)
                assert float(found[0]["plausibility"]) == float(f"{scored.plausibility:.9g}")


@pytest.mark.parametrize("name", WITH_COLUMNS)
def test_scores_of_names_are_those_of_scoring_them(shipped: dict[str, Model], name: str) -> None:
    model = shipped["mlp"]
    writer = NameWriter(model, FORMATS[name], "title", scores=True)
    found = read_rows(name, writer.head() + rows(writer, Sampling(n=50, seed=1, case="title")))
    for row, score in zip(found, model.score(model.sample(50, seed=1)), strict=True):
        assert isinstance(score, Score)
        assert row["name"] == title(score.name)
        assert float(row["log_likelihood"]) == float(f"{score.log_likelihood:.9g}")
        assert float(row["plausibility"]) == float(f"{score.plausibility:.9g}")


@formats
@pytest.mark.parametrize("make", [lambda model: model, by_reference], ids=["compiled", "reference"])
def test_where_names_run_out_those_that_were_found_are_there(
    shipped: dict[str, Model], name: str, make: Any
) -> None:
    writer = NameWriter(make(shipped["bigram"]), FORMATS[name])
    written: list[bytes] = []
    asked = Sampling(n=9, seed=1, pattern="a|b|an", unique=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("namewright.reference.ATTEMPTS", 300)
        with pytest.raises(ExhaustedError):
            writer.write(asked, written)
    found = [row["name"] for row in read_rows(name, writer.head() + b"".join(written))]
    assert sorted(found) == ["a", "an", "b"]


def test_text_has_no_scores(tiny_model: Model) -> None:
    for written in (FORMATS["text"], JSON_NAMES):
        with pytest.raises(ParameterError, match=r"with more than names: csv, ndjson$"):
            NameWriter(tiny_model, written, scores=True)


def test_ways_of_writing_are_kept_no_longer_than_they_are_used() -> None:
    """A walker keeps tables for each; the service may be asked for ever more of them."""
    model = model_of(ALPHABETS[0])

    def ask(rounds: int) -> None:
        for _ in range(rounds):
            spelling = Spelling.of(model.automaton.alphabet, FORMATS["csv"], "title")
            model.walker.write(Sampling(n=1, seed=1), spelling, [])
            spelling_of.cache_clear()

    ask(10)
    tracemalloc.start()
    ask(200)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 100_000
