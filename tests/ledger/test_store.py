"""The conformance suite of the append port: each driver on its real engine."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from clausepress.ledger import KeysMismatch, SetupError, StoreUnavailable
from clausepress.ledger.engines import connect, transaction
from clausepress.ledger.errors import Raced
from clausepress.ledger.merkle import EMPTY_ROOT, Tile
from clausepress.ledger.schema import metadata
from clausepress.ledger.store import (
    MOST_LEAVES,
    AppendPort,
    Asked,
    Batch,
    EndedConsent,
    Head,
    KeyCheck,
    Known,
    NewConsent,
    NewLink,
    NewRecord,
    NewSuppression,
    Stored,
    SubjectKey,
)

LOG = "test/log"
EMPTY = Head(0, EMPTY_ROOT)


def agree(_stored: Sequence[KeyCheck]) -> list[KeyCheck]:
    """Keys that need no check."""
    return []


def append(port: AppendPort, batch: Batch) -> None:
    """Write a batch in a turn of its own."""
    with port.turn() as turn:
        turn.append(batch)


def known(port: AppendPort, idem_keys: Sequence[str] = (), macs: Sequence[bytes] = ()) -> Known:
    return port.look_up(0, Asked(list(idem_keys), list(macs)))[1]


@pytest.fixture
def store(database_url: str) -> Iterator[tuple[AppendPort, Engine]]:
    port, engine = connect(database_url, LOG)
    port.reopen()
    port.start(EMPTY_ROOT, "empty note", agree)
    yield port, engine
    port.close()
    engine.dispose()


@pytest.fixture
def port(store: tuple[AppendPort, Engine]) -> AppendPort:
    return store[0]


def record(index: int, name: str = "") -> NewRecord:
    name = name or f"r{index}"
    mac = os.urandom(32)
    return NewRecord(
        index, f"id-{name}", f"key-{name}", mac, "k1", "条目".encode(), mac, 10**13, "cookies", "s1"
    )


def batch(before: Head, records: list[NewRecord], **parts: list[object]) -> Batch:
    after = Head(before.size + len(records), os.urandom(32))
    empty: dict[str, list[object]] = {
        "erased": [],
        "subject_keys": [],
        "suppressions": [],
        "links": [],
        "tiles": [],
        "consents": [],
        "ended": [],
    }
    return Batch(before, after, f"note {after.size}", records, **(empty | parts))  # type: ignore[arg-type]


def test_start_keeps_what_is_there(port: AppendPort) -> None:
    first = batch(EMPTY, [record(0)])
    append(port, first)
    port.start(EMPTY_ROOT, "another note", agree)
    assert port.head() == first.after


def test_key_checks_are_stored_with_the_start_or_not_at_all(port: AppendPort) -> None:
    seen: list[list[KeyCheck]] = []
    added = [KeyCheck("mac", "k1", b"\x00v"), KeyCheck("wrap", "", b"w")]

    def add(stored: Sequence[KeyCheck]) -> list[KeyCheck]:
        seen.append(list(stored))
        return [] if stored else added

    def refuse(_stored: Sequence[KeyCheck]) -> list[KeyCheck]:
        raise KeysMismatch("other keys")

    with pytest.raises(KeysMismatch):
        port.start(EMPTY_ROOT, "n", refuse)
    port.start(EMPTY_ROOT, "n", add)
    port.start(EMPTY_ROOT, "n", add)
    assert [sorted(each) for each in seen] == [[], added]


def test_a_look_up_does_not_read_more_as_the_log_grows(postgres_copy: str) -> None:
    """PostgreSQL keeps plans, and those made for an empty table may read all of it."""
    driver, engine = connect(postgres_copy, LOG)
    driver.reopen()
    driver.start(EMPTY_ROOT, "empty note", agree)
    head = EMPTY
    for many in (1500, *[1] * 12, *[1000] * 20):
        driver.look_up(head.size, Asked(["key-x"], [b"x"]))
        grown = batch(head, [record(head.size + i) for i in range(many)])
        append(driver, grown)
        head = grown.after
    driver.look_up(head.size, Asked(["key-x"], [b"x"]))
    connection = driver._open()  # type: ignore[attr-defined] - plans are each connection's own
    (name,) = connection.execute(
        "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%AND idem_key = ANY%'"
    ).fetchone()
    asked = f"'{LOG}', {head.size}, 9, '{LOG}', '{{x}}', '{LOG}', '{{x}}'"
    plan = connection.execute(f"EXPLAIN (ANALYZE) EXECUTE {name} ({asked})").fetchall()
    assert not [line for (line,) in plan if "Removed by Filter" in line]
    driver.close()
    engine.dispose()


def test_a_commit_waits_for_the_disk(port: AppendPort) -> None:
    """The settings on the driver's own connection: without them it would promise too much."""
    connection = port._connection  # type: ignore[attr-defined]
    if isinstance(connection, sqlite3.Connection):
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    else:
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        connection.rollback()


def test_append_writes_every_part(store: tuple[AppendPort, Engine]) -> None:
    port, engine = store
    rows = [record(i) for i in range(3)]
    keys = [SubjectKey("s1", "k1", b"\x00mac", b"wrapped\xff", "w1", "cookies/2026-03")]
    suppressed = [NewSuppression("sms", "k1", b"m", "marketing", "opt-out", 5, "id-r0")]
    tiles = [Tile(0, 0, b"r" * 32, b"h" * 8192)]
    first = batch(EMPTY, rows, subject_keys=keys, suppressions=suppressed, tiles=tiles)
    append(port, first)
    assert port.head() == first.after
    stored = {"key-r1": Stored("key-r1", "id-r1", rows[1].body_mac, "k1")}
    found = known(port, ["key-r1", "key-none"], [b"\x00mac", b"other"])
    assert found == (stored, frozenset(keys))
    with engine.connect() as connection:
        for table, count in {"record": 3, "checkpoint": 2, "tile": 1, "suppression": 1}.items():
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == count
        sizes = connection.scalars(text("SELECT checkpoint_size FROM record"))
        assert set(sizes) == {3}


def test_consents_are_stored_then_ended(store: tuple[AppendPort, Engine]) -> None:
    port, engine = store
    given = [NewConsent(f"s{n}", "p", purpose, n) for n in range(4) for purpose in "xy"]
    ended = [
        EndedConsent("s0", "p", "x", 1),
        EndedConsent("s1", "p", "", 1),  # given at that place, not before
        EndedConsent("s2", "", "", 3),
        EndedConsent("s3", "other", "", 9),
    ]
    keys = [SubjectKey(f"s{n}", "k1", b"m%d" % n, b"w", "w1", "consent/2026-03") for n in range(4)]
    first = batch(EMPTY, [record(0)], subject_keys=keys, consents=given, ended=ended)
    append(port, first)

    def stored() -> list[tuple[str, str, int]]:
        with engine.connect() as connection:
            query = "SELECT key_id, purpose, idx, mac_key_id, mac FROM consent"
            rows = connection.execute(text(f"{query} ORDER BY key_id, purpose")).all()
        assert all((row[3], bytes(row[4])) == ("k1", b"m" + row[0][1:].encode()) for row in rows)
        return [tuple(row[:3]) for row in rows]

    left = [("s0", "y", 0), ("s1", "x", 1), ("s1", "y", 1), ("s3", "x", 3), ("s3", "y", 3)]
    assert stored() == left
    again = [NewConsent("s1", "p", "x", 7)]
    append(port, batch(first.after, [record(1)], consents=again, erased=["s3"]))
    assert stored() == [("s0", "y", 0), ("s1", "x", 7), ("s1", "y", 1)]


def test_a_suppression_twice_is_one(port: AppendPort) -> None:
    one = NewSuppression("sms", "k1", b"m", "marketing", "opt-out", 5, "id-r0")
    first = batch(EMPTY, [record(0)], suppressions=[one])
    append(port, first)
    append(port, batch(first.after, [record(1)], suppressions=[one._replace(record_id="id-r1")]))


def test_a_stale_head_races_and_writes_nothing(port: AppendPort) -> None:
    first = batch(EMPTY, [record(0)])
    append(port, first)
    with pytest.raises(Raced):
        append(port, batch(EMPTY, [record(0, "late")]))
    with pytest.raises(Raced):
        append(port, batch(Head(1, b"x" * 32), [record(1, "fork")]))
    assert port.head() == first.after
    assert known(port, ["key-late", "key-fork"]).stored == {}
    append(port, batch(first.after, [record(1)]))


def test_what_is_not_appended_leaves_the_turn_to_others(port: AppendPort) -> None:
    with port.turn() as turn:
        assert turn.head == EMPTY
    with pytest.raises(ZeroDivisionError), port.turn():
        1 / 0  # noqa: B018 - whatever a writer may raise
    append(port, batch(EMPTY, [record(0)]))


@pytest.mark.parametrize("clash", ["id", "idem_key"])
def test_a_row_that_is_there_already_is_a_race(port: AppendPort, clash: str) -> None:
    first = batch(EMPTY, [record(0)])
    append(port, first)
    twin = record(1)._replace(**{clash: getattr(record(0), clash)})
    with pytest.raises(Raced):
        append(port, batch(first.after, [twin, record(2)]))
    assert port.head() == first.after
    assert known(port, ["key-r1", "key-r2"]).stored == {}
    append(port, batch(first.after, [record(1)]))


def test_long_look_ups(port: AppendPort) -> None:
    rows = [record(i) for i in range(2500)]
    append(port, batch(EMPTY, rows))
    macs = [os.urandom(32) for _ in range(2500)]
    leaves, found = port.look_up(100, Asked([row.idem_key for row in rows], macs))
    assert leaves == [row.leaf_hash for row in rows[100 : 100 + MOST_LEAVES]]
    assert (len(found.stored), found.subject_keys) == (2500, frozenset())
    assert port.look_up(2499, Asked([], [])) == ([rows[-1].leaf_hash], Known({}, frozenset()))


def test_closed_and_opened_again(port: AppendPort) -> None:
    first = batch(EMPTY, [record(0)])
    append(port, first)
    port.close()
    port.close()
    for call in (port.head, lambda: append(port, batch(first.after, [record(1)]))):
        with pytest.raises(StoreUnavailable):
            call()
    port.reopen()
    assert port.head() == first.after


def test_logs_in_one_database_are_apart(database_url: str, port: AppendPort) -> None:
    other, engine = connect(database_url, "other/log")
    other.reopen()
    assert other.head() is None
    other.start(EMPTY_ROOT, "n", agree)
    append(port, batch(EMPTY, [record(0)]))
    append(other, batch(EMPTY, [record(0)]))
    other.close()
    engine.dispose()


@pytest.mark.parametrize("table", ["record", "checkpoint", "tile", "link"])
@pytest.mark.parametrize("change", ["UPDATE {} SET log_id = 'x'", "DELETE FROM {}"])
def test_the_log_is_append_only(store: tuple[AppendPort, Engine], table: str, change: str) -> None:
    port, engine = store
    tiles, links = [Tile(0, 0, b"r", b"h")], [NewLink(0, "k")]
    append(port, batch(EMPTY, [record(0)], tiles=tiles, links=links))
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(change.format(table)))


def test_migrations_make_the_schema(store: tuple[AppendPort, Engine]) -> None:
    with store[1].connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_a_newer_database_is_refused(store: tuple[AppendPort, Engine], database_url: str) -> None:
    with store[1].connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SetupError, match=r"revision 9999.*newer"):
        connect(database_url, LOG)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "not a URL"),
        ("mysql://localhost/x", "no driver for 'mysql'"),
        ("sqlite://", "needs a file"),
        ("sqlite:////dev/null/x.db", "cannot open the database"),
        ("postgresql://u:secret@127.0.0.1:1/x", "cannot open the database"),
    ],
)
def test_urls_that_name_no_store(url: str, message: str) -> None:
    with pytest.raises(SetupError, match=message) as caught:
        connect(url, LOG)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "not.db"
    path.write_bytes(b"not a database " * 100)
    with pytest.raises(SetupError, match="cannot open the database"):
        connect(f"sqlite:///{path}", LOG)


def test_what_the_database_refuses_later_is_told_as_that(
    store: tuple[AppendPort, Engine],
) -> None:
    with (
        pytest.raises(SetupError, match="the database refused"),
        transaction(store[1]) as one,
    ):
        one.execute(text("SELECT * FROM nothing"))
    with pytest.raises(FileNotFoundError), transaction(store[1]):
        Path("/nowhere/at/all").stat()


def _migrate(url: str) -> bool:
    _, engine = connect(url, LOG)
    engine.dispose()
    return True


def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    with ProcessPoolExecutor(3, get_context("spawn")) as pool:
        assert list(pool.map(_migrate, [empty_url] * 3)) == [True] * 3
    engine = create_engine(empty_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "0005"
    engine.dispose()
