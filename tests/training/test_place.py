"""What a path or a URL of a search stands for, and that no message has a password in it."""

import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from training.name_list import DataError
from training.place import find_place
from training.storage import open_storage
from training.trials import take_up_again


def opened(text: str) -> None:
    open_storage(find_place(text), 30, take_up_again)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "postgresql://me:secret@127.0.0.1:1/d",
            r"//me:\*\*\*@127.0.0.1:1/d: .*refused",
        ),
        ("postgresql://me:sl/secret@127.0.0.1:1/d", "refused"),
        ("postgresql://me:{secret}@127.0.0.1:1/d", "refused"),
        ("postgresql://me@127.0.0.1:1/d?password=secret", "me@127.0.0.1:1/d: .*refused"),
        ("postgresql://me:secret@nowhere.invalid/d", "nowhere.invalid"),
        ("postgresql://me:se@secret@127.0.0.1/d", "written %40"),
        ("postgresql://me:a@b/secret@127.0.0.1/d", "written %40"),
        ("postgresql://me:secret@127.0.0.1:port/d", "is no URL"),
        ("postgresql:/me:secret@127.0.0.1/d", "is no URL"),
        ("postgresql//me:secret@127.0.0.1/d", "is no URL"),
        ("postgres://me:secret@127.0.0.1/d", "is spelt postgresql://"),
        ("mysql://me:secret@127.0.0.1/d", "pip install mysqlclient"),
        ("oracle://me:secret@127.0.0.1/d", "pip install oracledb"),
        ("redis://:secret@127.0.0.1", "no such kind of database"),
    ],
)
def test_a_server_that_cannot_be_used_is_one_line_at_once_without_the_password(
    text: str, says: str
) -> None:
    before = time.monotonic()
    with pytest.raises(DataError, match=says) as caught:
        opened(text)
    assert time.monotonic() - before < 10
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_driver_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DataError, match=r"pip install 'psycopg\[binary\]'"):
        opened("postgresql://me:secret@127.0.0.1:1/d")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("letter.sqlite3", b"a letter to my aunt", "is not the SQLite file of a search"),
        ("letter.journal", b"a letter to my aunt", "nor a journal of one"),
        ("cut.sqlite3", b"SQLite format 3\0" + bytes(100), "file is not a database"),
        ("cut.journal", b'{"op_code":0,"worker_id":"a"}\n', "is damaged, or no journal"),
        ("cut.journal", b'{"op_code":0,\n{}\n{}\n', "is damaged, or no journal"),
    ],
)
def test_a_file_of_something_else_is_one_line_and_stays_as_it_is(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=says) as caught:
        opened(str(path))
    assert str(caught.value).startswith(f"{path}: ")
    assert path.read_bytes() == content


@pytest.mark.parametrize("url", ["", "sqlite:///"])
def test_the_database_of_another_program_is_left_alone(tmp_path: Path, url: str) -> None:
    path = tmp_path / "users.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE users (name)")
    before = path.read_bytes()
    with pytest.raises(DataError, match="has tables of something else"):
        opened(f"{url}{path}")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nowhere/s.sqlite3", "nowhere: there is no such directory"),
        ("sqlite:///nowhere/s.sqlite3", "nowhere: there is no such directory"),
        (".", "is a directory"),
        ("sqlite://", "keeps nothing"),
        ("sqlite:///:memory:", "keeps nothing"),
    ],
)
def test_what_keeps_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=says):
        opened(text)
    assert not list(tmp_path.iterdir())


def test_a_file_is_what_is_in_it_and_a_new_one_what_its_name_says(tmp_path: Path) -> None:
    for name in ("a.journal", "b.log"):
        assert find_place(str(tmp_path / name)).where == tmp_path / name
    for name in ("c.sqlite3", "d {x} ?.db"):
        opened(str(tmp_path / name))
        assert (tmp_path / name).read_bytes().startswith(b"SQLite format 3\0")
    (tmp_path / "trials").write_text('{"op_code":0,"study_name":"a"}\n')
    assert find_place(str(tmp_path / "trials")).where == tmp_path / "trials"
