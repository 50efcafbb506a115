"""Which engine a database URL names, and how it is opened."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from clausepress.ledger.errors import SetupError
from clausepress.ledger.migrations import check_current, upgrade
from clausepress.ledger.sqlite import SqliteDriver, StoreFile
from clausepress.ledger.store import AppendPort

_SECONDS: Final = 5
_WHOLE_TABLES_SECONDS: Final = 3600
_LIMITS: Final[dict[str, Any]] = {
    "connect_timeout": _SECONDS,
    "keepalives_idle": _SECONDS,
    "tcp_user_timeout": _SECONDS * 1000,
    "options": f"-c statement_timeout={_SECONDS}s",
    "prepare_threshold": None,  # a plan made for small tables would be kept as they grow
}


def connect(url: str, log_id: str) -> tuple[AppendPort, Engine]:
    """The append driver (not yet connected) and the engine for reads; migrates the database.

    Args:
        url: `sqlite:////absolute/path.db`, `sqlite:///relative/path.db` or `postgresql://…`.
        log_id: The log's origin.

    Raises:
        SetupError: The URL names no engine of ours, or the database cannot be opened.
    """
    parsed = _parse(url)
    with _opening():
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed, log_id)
        return _postgres(parsed, log_id)


def connect_existing(url: str) -> Engine:
    """An engine for reads of a database that is there; nothing is made or migrated.

    Raises SetupError as `connect`, and when the database is not of this release.
    """
    parsed = _parse(url)
    with _opening():
        if parsed.get_backend_name() == "sqlite":
            path = Path(parsed.database or "")
            if not path.is_file():
                raise SetupError(
                    f"there is no database file {path}; "
                    "sqlite:/// begins a relative path, sqlite://// an absolute one"
                )
            engine = _sqlite_reads(path, StoreFile(path))
        else:
            engine = _postgres_reads(parsed)
        check_current(engine)
        return engine


@contextmanager
def transaction(engine: Engine, *, write: bool = False) -> Iterator[Connection]:
    """One transaction that sees one moment of the store, whatever others write meanwhile.

    Rolled back when the block raises; the engine is one of `connect` or `connect_existing`.
    Raises SetupError when the database cannot be opened, or refuses something in the block.
    """
    if engine.dialect.name == "sqlite":
        begin = "BEGIN IMMEDIATE" if write else "BEGIN"
    else:
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ"
    with ExitStack() as stack:
        with _opening():
            connection = stack.enter_context(engine.connect())
            connection.exec_driver_sql(begin)
        try:
            with _patient(connection):
                yield connection
                connection.exec_driver_sql("COMMIT")
        except BaseException as error:
            with suppress(SQLAlchemyError):  # the first error is the one to tell
                connection.exec_driver_sql("ROLLBACK")
            if isinstance(error, DBAPIError):
                raise SetupError(f"the database refused: {_cause(error)}") from error
            raise


@contextmanager
def _patient(connection: Connection) -> Iterator[None]:
    """Let statements read whole tables, which takes long."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    driver: Any = connection.connection.driver_connection
    driver.still_seconds = _WHOLE_TABLES_SECONDS
    try:
        yield
    finally:
        driver.still_seconds = None


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The URL may hold a password, so it is not repeated.
        raise SetupError(
            "the database URL is not a URL; write sqlite:////path/to.db or postgresql://…"
        ) from None
    engine = parsed.get_backend_name()
    if engine not in {"sqlite", "postgresql"}:
        raise SetupError(f"no driver for {engine!r}; use sqlite or postgresql")
    if engine == "sqlite" and (not parsed.database or parsed.database == ":memory:"):
        raise SetupError("SQLite needs a file: sqlite:////path/to.db")
    return parsed


@contextmanager
def _opening() -> Iterator[None]:
    """Tell the engine's errors as SetupError."""
    try:
        yield
    except (DBAPIError, OSError) as error:
        raise SetupError(f"cannot open the database: {_cause(error)}") from error


def _cause(error: Exception) -> str:
    """What the engine says, without the statement and its values."""
    return str(getattr(error, "orig", None) or error).strip()


def _sqlite(url: URL, log_id: str) -> tuple[AppendPort, Engine]:
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    migration = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    # sqlite3 would commit each statement of a migration by itself; this makes it one transaction,
    # and lets one of several starting processes go first.
    event.listen(migration, "connect", _leave_transactions_to_us)
    event.listen(migration, "begin", _begin_immediate)
    upgrade(migration)
    file = StoreFile(path)
    return SqliteDriver(file, log_id), _sqlite_reads(path, file)


def _sqlite_reads(path: Path, file: StoreFile) -> Engine:
    target = URL.create("sqlite", database=str(path))
    reads = create_engine(target, creator=file.connect, isolation_level="AUTOCOMMIT")
    event.listen(reads, "checkout", lambda *_: file.check())
    return reads


def _leave_transactions_to_us(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA secure_delete=ON")  # a table made anew leaves no keys behind


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgres(url: URL, log_id: str) -> tuple[AppendPort, Engine]:
    reads = _postgres_reads(url)
    from clausepress.ledger.postgres import PostgresDriver

    upgrade(create_engine(reads.url, poolclass=NullPool, connect_args=_LIMITS))
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresDriver(conninfo, log_id), reads


def _postgres_reads(url: URL) -> Engine:
    try:
        reads = create_engine(
            url.set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            pool_pre_ping=True,
            pool_timeout=_SECONDS,
            connect_args=_LIMITS,
        )
        from clausepress.ledger.postgres import Bounded
    except ImportError:
        raise SetupError(
            "PostgreSQL needs its driver; run: pip install 'clausepress[postgres]'"
        ) from None

    def bounded(_dialect: object, _record: object, args: Any, named: Any) -> Bounded:
        return Bounded.connect(*args, **named)

    event.listen(reads, "do_connect", bounded)
    return reads
