"""Names to score, as files have them."""

import io

import pytest

from namewright.errors import LinesError, ParameterError
from namewright.readers import read_names


def lines(sent: bytes) -> list[str]:
    return list(read_names(io.BytesIO(sent)))


def rows(sent: bytes) -> list[str]:
    return list(read_names(io.BytesIO(sent), is_csv=True))


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        (b"", []),
        (b"emma", ["emma"]),
        (b"emma\n", ["emma"]),
        (b"emma\r\nava\r\n", ["emma", "ava"]),
        (b"emma\n\n  \nava", ["emma", "", "  ", "ava"]),
        (b"\n", [""]),
        (b"\xef\xbb\xbfemma\n", ["emma"]),
        (b"em\xffma\nava\n", ["em\ufffdma", "ava"]),
        (b"em\rma\nava\r\r\n", ["em\rma", "ava\r"]),  # as `wc -l` counts lines
        ("Nguyễn\u2028x\u0085y\n".encode(), ["Nguyễn\u2028x\u0085y"]),
        (b"a,b\n", ["a,b"]),
    ],
)
def test_each_line_is_a_name(sent: bytes, names: list[str]) -> None:
    assert lines(sent) == names


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        (b"", []),
        (b"emma,1\nava,2", ["emma", "ava"]),
        (b"name,age\nemma,1\nava,2\n", ["emma", "ava"]),
        (b"age, NAME \r\n1,emma\r\n\r\n3\r\n4,ava", ["emma", "", "", "ava"]),
        (b"\xef\xbb\xbfname\nemma\n", ["emma"]),
        (b'"O""Hara, Ann",1\n"two\nlines",2\n', ['O"Hara, Ann', "two\nlines"]),
        (b"name\n", []),
        (b"\nemma\n", ["", "emma"]),
        (b"em\xffma\n", ["em\ufffdma"]),
        (b"a\0b\n", ["a\0b"]),
    ],
)
def test_each_row_of_a_csv_is_a_name(sent: bytes, names: list[str]) -> None:
    assert rows(sent) == names


def test_a_column_is_picked_by_its_heading() -> None:
    sent = b"id,Full Name,name\n1,emma,x\n2\n"
    for heading, names in (("full name", ["emma", ""]), ("name", ["x", ""]), ("ID", ["1", "2"])):
        assert list(read_names(io.BytesIO(sent), is_csv=True, heading=heading)) == names


@pytest.mark.parametrize(
    ("sent", "there"),
    [(b"id,Full\nName\n", "'id', 'Full'"), (b'"a\nb"\n', r"'a\\nb'"), (b"", "none")],
)
def test_a_heading_that_there_is_not_is_told_those_there_are(sent: bytes, there: str) -> None:
    with pytest.raises(ParameterError, match=f"^column: should be a heading .* are: {there}$"):
        list(read_names(io.BytesIO(sent), is_csv=True, heading="surname"))


@pytest.mark.parametrize(
    ("sent", "line"),
    [(b'ava\n"emma" x\n', 2), (b'ava\nemma\n"oli', 3), (b"a\n" + b"x" * 200_000 + b"\n", 2)],
)
def test_what_is_no_csv_is_told_the_line(sent: bytes, line: int) -> None:
    with pytest.raises(LinesError, match=f"line {line} is not CSV") as caught:
        rows(sent)
    assert caught.value.line == line


def test_nothing_is_read_before_it_is_needed() -> None:
    stream = io.BytesIO(b"emma\n" * 100_000)
    names = read_names(stream)
    assert next(names) == "emma"
    assert stream.tell() < 100_000
