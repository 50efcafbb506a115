"""Which engine a database URL names, and how it is opened."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from clausepress.ledger.errors import SetupError
from clausepress.ledger.migrations import upgrade
from clausepress.ledger.sqlite import SqliteDriver, StoreFile
from clausepress.ledger.store import AppendPort

_SECONDS = 5


def connect(url: str, log_id: str) -> tuple[AppendPort, Engine]:
    """The append driver (not yet connected) and the engine for reads; migrates the database.

    Args:
        url: `sqlite:////absolute/path.db`, `sqlite:///relative/path.db` or `postgresql://…`.
        log_id: The log's origin.

    Raises:
        SetupError: The URL names no engine of ours, or the database cannot be opened.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The URL may hold a password, so it is not repeated.
        raise SetupError(
            "the database URL is not a URL; write sqlite:////path/to.db or postgresql://…"
        ) from None
    try:
        match parsed.get_backend_name():
            case "sqlite":
                return _sqlite(parsed, log_id)
            case "postgresql":
                return _postgres(parsed, log_id)
            case other:
                raise SetupError(f"no driver for {other!r}; use sqlite or postgresql")
    except (DBAPIError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise SetupError(f"cannot open the database: {str(cause).strip()}") from error


def _sqlite(url: URL, log_id: str) -> tuple[AppendPort, Engine]:
    if not url.database or url.database == ":memory:":
        raise SetupError("SQLite needs a file: sqlite:////path/to.db")
    path = Path(url.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    target = URL.create("sqlite", database=str(path))
    migration = create_engine(target, poolclass=NullPool)
    # sqlite3 would commit each statement of a migration by itself; this makes it one transaction,
    # and lets one of several starting processes go first.
    event.listen(migration, "connect", _leave_transactions_to_us)
    event.listen(migration, "begin", _begin_immediate)
    upgrade(migration)
    file = StoreFile(path)
    reads = create_engine(target, creator=file.connect, isolation_level="AUTOCOMMIT")
    event.listen(reads, "checkout", lambda *_: file.check())
    return SqliteDriver(file, log_id), reads


def _leave_transactions_to_us(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgres(url: URL, log_id: str) -> tuple[AppendPort, Engine]:
    try:
        from clausepress.ledger.postgres import PostgresDriver
    except ImportError:
        raise SetupError(
            "PostgreSQL needs its driver; run: pip install 'clausepress[postgres]'"
        ) from None
    target = url.set(drivername="postgresql+psycopg")
    limits: dict[str, Any] = {
        "connect_timeout": _SECONDS,
        "options": f"-c statement_timeout={_SECONDS}s",
    }
    upgrade(create_engine(target, poolclass=NullPool, connect_args=limits))
    reads = create_engine(
        target,
        isolation_level="AUTOCOMMIT",
        pool_pre_ping=True,
        pool_timeout=_SECONDS,
        connect_args=limits,
    )
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresDriver(conninfo, log_id), reads
