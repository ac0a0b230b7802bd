"""What rows look like, to the byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright.formats import FORMATS, JSON_NAMES
from tests.namewright.rows import read_rows

COLUMNS = ("name", "plausibility", "known")
ERROR = {"code": "empty", "detail": "the name is empty"}

printable = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1)


def test_text_has_the_name_alone() -> None:
    text = FORMATS["text"]
    assert text.head(["name"]) + text.row(["name"], ["emma"]) == "emma\n"
    assert not text.has_columns


def test_csv_has_a_heading_and_quotes_what_has_to_be() -> None:
    csv = FORMATS["csv"]
    assert csv.head(COLUMNS) == "name,plausibility,known\n"
    assert csv.row(COLUMNS, ["emma", 0.1 + 0.2, True]) == "emma,0.3,true\n"
    assert csv.row(COLUMNS, ['a,"b', 1e-10, False]) == '"a,""b",1e-10,false\n'
    assert csv.row(COLUMNS, ["o'brien", -12.3456789012, None]) == "o'brien,-12.3456789,\n"


def test_ndjson_has_an_object_per_line() -> None:
    ndjson = FORMATS["ndjson"]
    assert ndjson.head(COLUMNS) == ""
    row = ndjson.row(COLUMNS, ['é"\\', 0.25, True])
    assert row == '{"name":"é\\"\\\\","plausibility":0.25,"known":true}\n'
    assert (
        ndjson.row(COLUMNS, ["a", None, None]) == '{"name":"a","plausibility":null,"known":null}\n'
    )


def test_what_failed_stands_in_its_place() -> None:
    csv, ndjson = FORMATS["csv"], FORMATS["ndjson"]
    assert csv.failing(COLUMNS) == (*COLUMNS, "error")
    assert csv.failure(csv.failing(COLUMNS), ERROR) == ",,,empty\n"
    assert json.loads(ndjson.failure(COLUMNS, ERROR)) == {"error": ERROR}


def test_items_of_json_have_a_comma_behind_each() -> None:
    assert "".join(JSON_NAMES.row(["name"], [name]) for name in ("a", 'b"')) == '"a","b\\"",'


@pytest.mark.parametrize("name", FORMATS)
@given(st.lists(st.tuples(printable, st.floats(allow_nan=False, allow_infinity=False)), max_size=4))
def test_what_is_written_is_read_back(name: str, rows: list[tuple[str, float]]) -> None:
    written, columns = FORMATS[name], ["name", "mean"][: 1 + FORMATS[name].has_columns]
    lines = [written.row(columns, row[: len(columns)]) for row in rows]
    found = read_rows(name, (written.head(columns) + "".join(lines)).encode())
    assert [row["name"] for row in found] == [row[0] for row in rows]
    if written.has_columns:
        assert [float(row["mean"]) for row in found] == [float(f"{row[1]:.9g}") for row in rows]
