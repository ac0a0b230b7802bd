"""The database or the journal that the trials of a search are kept in.

A file is enough for one machine, a server (PostgreSQL, say) is for several. In a database the
worker of a running trial gives signs of life, so that the trial of a worker that died is taken up
again; in a journal it cannot (https://github.com/optuna/optuna/issues/6615).
"""

import random
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy
from optuna.exceptions import ExperimentalWarning, StorageInternalError
from optuna.storages import BaseStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend, JournalStorage
from sqlalchemy.exc import SQLAlchemyError

from training.place import Place

CONNECT_SECONDS = 5
LOCK_SECONDS = 60
"""How long a worker waits for the others to be done with a SQLite file."""
ATTEMPTS = 8
"""To make the tables of a database, which other workers may be making too."""

OnStale = Callable[[optuna.Study, optuna.trial.FrozenTrial], None]


class Database(RDBStorage):
    """Optuna's database, where one sign of life that fails does not end those after it."""

    def record_heartbeat(self, trial_id: int) -> None:
        """Say that the worker of a trial is alive."""
        with suppress(SQLAlchemyError, StorageInternalError):
            super().record_heartbeat(trial_id)


def open_storage(place: Place, heartbeat: int, on_stale: OnStale) -> BaseStorage:
    """Open a place of trials, and make it if it is not there.

    `heartbeat` is the seconds between two signs of life, and `on_stale` is called with the study
    and a trial that gave none for twice as long. Raises DataError.
    """
    with place.failing_clearly(ValueError, RuntimeError, LookupError):
        if isinstance(place.where, Path):
            return open_journal(place.where)
        connecting = connect_args(place.where)
        check_tables(place.where, connecting)
        for attempt in range(ATTEMPTS):
            try:
                return open_database(place.where, connecting, heartbeat, on_stale)
            except (SQLAlchemyError, StorageInternalError):
                # Another worker made the same tables (https://github.com/optuna/optuna/issues/1092).
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(random.uniform(0.05, 0.3))
    raise AssertionError


def open_journal(path: Path) -> BaseStorage:
    """A journal. Raises ValueError if it is damaged."""
    try:
        return JournalStorage(JournalFileBackend(str(path)))
    except (ValueError, LookupError) as error:
        raise ValueError(f"is damaged, or no journal of a search: {error}") from error


def open_database(
    url: sqlalchemy.URL, connecting: dict[str, Any], heartbeat: int, on_stale: OnStale
) -> RDBStorage:
    """A database, with its tables."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        storage = Database(
            # Optuna fills in what is in braces.
            url.render_as_string(hide_password=False).replace("{", "{{").replace("}", "}}"),
            engine_kwargs={"connect_args": connecting, "pool_pre_ping": True},
            heartbeat_interval=heartbeat,
            heartbeat_stale_trial_callback=on_stale,
        )
    if url.get_backend_name() == "sqlite":
        take_turns(storage.engine)
    return storage


def take_turns(engine: sqlalchemy.Engine) -> None:
    """Have each transaction lock a SQLite file from its start.

    By itself SQLite locks it at the first change, and what was read until then may have changed:
    two workers would take up the same trial.
    """

    @sqlalchemy.event.listens_for(engine, "connect")
    def begin_nothing(connection: Any, record: object) -> None:
        connection.isolation_level = None

    @sqlalchemy.event.listens_for(engine, "begin")
    def begin(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    engine.dispose()


def connect_args(url: sqlalchemy.URL) -> dict[str, Any]:
    """How long to wait for a server, or for a file that others write."""
    if url.get_backend_name() == "sqlite":
        return {"timeout": LOCK_SECONDS}
    if "connect_timeout" in url.query:
        return {}
    return {"connect_timeout": CONNECT_SECONDS}


def check_tables(url: sqlalchemy.URL, connecting: dict[str, Any]) -> None:
    """Raise ValueError if a database has tables, and none of a search; or if it is not there."""
    engine = sqlalchemy.create_engine(url, connect_args=connecting)
    try:
        tables = sqlalchemy.inspect(engine).get_table_names()
    finally:
        engine.dispose()
    if tables and not {"studies", "version_info"} & set(tables):
        raise ValueError("has tables of something else, and no search; name another")
