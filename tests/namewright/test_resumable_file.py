"""A file of rows is there whole, or not at all, and goes on where it was cut."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from namewright.cli import resumable_file
from namewright.cli.resumable_file import OutputFile, ResumableFile

ROWS = [b"emma\n", b"ava\n", b"\xc3\xa9a\n", b"ava\n", b"ma\n"] * 3
HEAD = b"name\n"


def open_file(folder: Path, head: bytes = HEAD, **recipe: object) -> ResumableFile:
    return ResumableFile(folder / "names.csv", head, {"seed": 1, **recipe})


def go_on(file: ResumableFile) -> int:
    """Write what is not there; how many rows were."""
    there = file.rows(ROWS.__getitem__)
    file.write(ROWS[there:], there)
    return there


def cut_off(file: ResumableFile, rows: list[bytes]) -> None:
    """Begin a file, and break off behind some rows."""

    def interrupted() -> Iterator[bytes]:
        yield from rows
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        file.write(interrupted())


def is_whole(file: ResumableFile) -> bool:
    """Whether the file is what it should be, and nothing else is there."""
    return file.path.read_bytes() == file.head + b"".join(ROWS) and [
        *file.path.parent.iterdir()
    ] == [file.path]


@pytest.mark.parametrize("head", [b"", HEAD])
@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_file_that_is_cut_at_any_byte_goes_on(
    tmp_path: Path, head: bytes, data: st.DataObject
) -> None:
    file = open_file(tmp_path, head)
    file.path.unlink(missing_ok=True)
    cut_off(file, ROWS)
    whole = file.partial.read_bytes()
    kept = whole[: data.draw(st.integers(0, len(whole)))]
    file.partial.write_bytes(kept)
    assert not file.path.exists()
    lines = kept.count(b"\n") - head.count(b"\n")
    assert go_on(file) == max(0, lines)
    assert is_whole(file)


def test_a_long_file_is_read_some_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable_file, "BLOCK", 3)
    file = open_file(tmp_path)
    cut_off(file, ROWS[:7])
    assert go_on(file) == 7
    assert is_whole(file)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.said.unlink(),
        lambda file: file.said.write_bytes(b"\xff"),
        lambda file: file.said.write_text(json.dumps({"seed": 2})),
        lambda file: file.partial.unlink(),
        lambda file: file.partial.write_bytes(b""),
        lambda file: file.partial.write_bytes(b"name\n"),
        lambda file: file.partial.write_bytes(b"name\nolivia\n"),
        lambda file: file.partial.write_bytes(
            b"name\nemma\nxava\n"
        ),  # a row that ends as it should
        lambda file: file.partial.write_bytes(b"title\nemma\n"),
        lambda file: file.partial.write_bytes(b"\nemma"),
    ],
)
def test_what_is_not_the_beginning_of_it_is_begun_anew(tmp_path: Path, spoil: object) -> None:
    file = open_file(tmp_path)
    cut_off(file, ROWS[:2])
    assert callable(spoil)
    spoil(file)
    assert go_on(file) == 0
    assert is_whole(file)


def test_another_recipe_is_begun_anew_and_never_stands_beside_the_old_rows(tmp_path: Path) -> None:
    cut_off(open_file(tmp_path), ROWS[:2])
    other = open_file(tmp_path, seed=2)
    assert other.rows(ROWS.__getitem__) == 0

    def look() -> Iterator[bytes]:
        assert b"emma" not in other.partial.read_bytes()
        yield from ROWS

    other.write(look())
    assert is_whole(other)


def test_what_is_there_is_replaced_when_the_new_is_whole(tmp_path: Path) -> None:
    file = open_file(tmp_path)
    file.path.write_text("old")
    cut_off(file, ROWS[:2])
    assert file.path.read_text() == "old"
    go_on(file)
    assert is_whole(file)


def test_a_plain_one_is_written_as_it_is(tmp_path: Path) -> None:
    file = OutputFile(tmp_path / "names", HEAD)
    assert file.rows(ROWS.__getitem__) == 0
    file.write(ROWS)
    assert file.path.read_bytes() == HEAD + b"".join(ROWS)
