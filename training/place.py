"""Where the trials of a search are kept: a path or a URL, and what may be said of it.

Whatever is wrong is a DataError of one line, which never has the password in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy
from optuna.exceptions import OptunaError, StorageInternalError
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from training.name_list import DataError

SQLITE = b"SQLite format 3\0"
JOURNAL = b'{"op_code":'
JOURNAL_ENDINGS = (".journal", ".log")
PACKAGES = {"psycopg": "'psycopg[binary]'", "psycopg2": "psycopg2-binary", "MySQLdb": "mysqlclient"}
"""What pip calls the driver of a database, where it is not the module's name."""
SECRETS = ("password", "sslpassword")
ESCAPING = "is no URL of a database; in a name or a password, @ is written %40, / %2F and : %3A"
FAILURES = (SQLAlchemyError, OptunaError, ImportError, OSError)


class Place(NamedTuple):
    """Where trials are kept.

    shown      what to call it in public
    where      the file of a journal, or the URL of a database
    secrets    what no message may have
    """

    shown: str
    where: Path | sqlalchemy.URL
    secrets: tuple[str, ...] = ()

    @contextmanager
    def failing_clearly(self, *others: type[Exception]) -> Iterator[None]:
        """Make a DataError of what a storage raises, and of `others`."""
        failures: tuple[type[Exception], ...] = (*FAILURES, *others)
        try:
            yield
        except failures as error:
            text = " ".join(reason(error).split())
            for secret in self.secrets:
                text = text.replace(secret, "***")
            # Not `from error`, whose message may have the password.
            raise DataError(f"{self.shown}: {text}") from None


def reason(error: Exception) -> str:
    """What is wrong, without the statement, the parameters and the links of SQLAlchemy."""
    if isinstance(error, StorageInternalError) and isinstance(error.__cause__, Exception):
        return reason(error.__cause__)
    if isinstance(error, NoSuchModuleError):
        return "there is no such kind of database; use sqlite:///FILE or postgresql://..."
    if isinstance(error, DBAPIError):
        return str(error.orig)
    if isinstance(error, ImportError) and error.name:
        return f"needs a driver: pip install {PACKAGES.get(error.name, error.name)}"
    return str(error)


def find_place(text: str) -> Place:
    """What a path or a URL stands for. Raises DataError for what cannot have trials in it.

    A path is a journal if that is what is in the file, or, of a file that is still to be made, if
    its name ends in .journal or .log; and else a SQLite file.
    """
    scheme, is_url, _ = text.partition("://")
    if not is_url and not (":" in text and "@" in text):
        return place_of_file(text)
    hidden = f"{scheme}://..." if is_url else "--storage"
    try:
        url = sqlalchemy.make_url(text)
    except (SQLAlchemyError, ValueError):
        raise DataError(f"{hidden}: {ESCAPING}") from None
    if url.drivername == "postgres":
        raise DataError(f"{hidden}: is spelt postgresql://")
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise DataError(f"{text}: keeps nothing; name a file, as in sqlite:///sweep.sqlite3")
        if not url.database.startswith("file:"):
            check_file(url.database)
        return Place(text, url)
    # What is behind the first @ of two may be the rest of the password.
    if text.partition("?")[0].count("@") > 1:
        raise DataError(f"{hidden}: {ESCAPING}")
    return place_of_server(url)


def place_of_server(url: sqlalchemy.URL) -> Place:
    """A database on a server, and what of its URL is secret."""
    in_query = {key: str(value) for key, value in url.query.items() if key in SECRETS}
    shown = url.difference_update_query(in_query).render_as_string()
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return Place(shown, url, tuple(filter(None, [url.password, *in_query.values()])))


def place_of_file(text: str) -> Place:
    """A file that is a journal or SQLite's, or is still to be made."""
    path = Path(text)
    begin = check_file(text)
    if begin.startswith(JOURNAL) or (not begin and path.suffix in JOURNAL_ENDINGS):
        return Place(text, path)
    return Place(text, sqlalchemy.URL.create("sqlite", database=text))


def check_file(text: str) -> bytes:
    """How a file begins. Raises DataError if it has something else, or its folder is not there."""
    path = Path(text)
    if not path.parent.is_dir():
        raise DataError(f"{path.parent}: there is no such directory")
    if path.is_dir():
        raise DataError(f"{path}: is a directory, not the file of a search")
    if not path.exists():
        return b""
    with path.open("rb") as file:
        begin = file.read(len(SQLITE))
    if begin and begin != SQLITE and not begin.startswith(JOURNAL):
        raise DataError(f"{path}: is not the SQLite file of a search, nor a journal of one")
    return begin
