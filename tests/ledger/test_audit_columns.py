"""No column of any table can change, and no row of it go or come, without the audit saying so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from account_samples import HOST, signed
from ledger_samples import EMAIL, PHONE, House, choice, new_key, opt_out
from sqlalchemy import Column, Connection, Table, delete, insert, literal, select, true, update

from clausepress.ledger import Demand, Inbound, KeysMismatch, SetupError
from clausepress.ledger.audit import audit
from clausepress.ledger.engines import connect_existing
from clausepress.ledger.ledger import DEFAULT_ORIGIN, system_clock
from clausepress.ledger.schema import (
    consent,
    link,
    metadata,
    record,
    subject_key,
    suppression,
    tile,
)

WAIT = 20
CHOICE, LINKED, OPT_OUT, DIGEST, REPLY, AGAIN, SILENT, ERASURE = range(8)
OTHER = "13900139000"
AT_FIRST = 1_000


class Store(NamedTuple):
    """A store inside a transaction that is never committed, with its log's keys."""

    house: House
    connection: Connection

    def findings(self) -> list[str]:
        try:
            keys = self.house.keys.kept(begun=True)
            return audit(self.connection, DEFAULT_ORIGIN, keys).findings
        except (KeysMismatch, SetupError) as error:
            return [str(error)]

    @contextmanager
    def changed(self, *statements: Any) -> Iterator[list[str]]:
        """What the audit says after a change that each statement makes, which is undone."""
        self.connection.exec_driver_sql("SAVEPOINT before")
        for statement in statements:
            assert self.connection.execute(statement).rowcount
        yield self.findings()
        self.connection.exec_driver_sql("ROLLBACK TO before")


@pytest.fixture
def store(house: House) -> Iterator[Store]:
    fill(house)
    engine = connect_existing(house.url)
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        for table in ("record", "checkpoint", "tile", "link"):
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_delete")
            else:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        opened = Store(house, connection)
        assert opened.findings() == []
        yield opened
        connection.exec_driver_sql("ROLLBACK")
    engine.dispose()


def fill(house: House) -> None:
    """One record of each sort, in the order of their places."""
    ledger = house.open(accounts=HOST)
    token = signed("acc-1", "l" * 22, system_clock() // 1000 + 900)
    keys = house.keys.kept(begun=True)
    digest = f"{keys.mac_id}:{keys.mac('email', b'someone@example.com').hex()}"
    listed = Demand(surface="list", channel="email", address="", digest=digest, reason="bounce")
    consent = {"kind": "consent", "decision": "given", "mode": "separate", "purpose": "marketing"}
    linked = choice(subject="l" * 22, account_token=token, purposes={}, **consent)
    for future in (
        lambda: ledger.choose(choice(), new_key()),
        lambda: ledger.choose(linked, new_key()),
        lambda: ledger.opt_out(opt_out(channel="email", address=EMAIL), new_key()),
        lambda: ledger.stop(listed),
        lambda: ledger.receive(Inbound("generic", "1", OTHER, "退订", "{}", 1)),
        lambda: ledger.opt_out(opt_out(address=OTHER), new_key()),
        lambda: ledger.opt_out(opt_out(), new_key()),
        lambda: ledger.erase("sms", PHONE)[0],
    ):
        future().result(WAIT)
    ledger.close()


def other(value: Any) -> Any:
    """Another value of the same type and form."""
    if isinstance(value, int):
        return value + 1_000_000
    if isinstance(value, str):
        return f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}"
    return bytes([value[0] ^ 1, *value[1:]])


def place_of(place: int) -> Any:
    """The id of the record at a place."""
    return select(record.c.id).where(record.c.idx == place).scalar_subquery()


def altered(store: Store, table: Table, column: Column[Any], *where: Any) -> list[str]:
    """The findings once one value of a column is another."""
    old = store.connection.scalar(select(column).where(*where))
    with store.changed(update(table).where(*where).values({column: other(old)})) as findings:
        return findings


def test_every_column_of_every_table(store: Store) -> None:
    found = {
        str(column): altered(store, table, column, *(key == first for key, first in one))
        for table in metadata.sorted_tables
        if table is not tile  # see test_audit
        for one in [row_of(store, table)]
        for column in table.columns
    }
    # No entry says under which key its request came; another request has that one or it has not.
    assert found.pop("record.idem_key") == []
    assert [column for column, findings in found.items() if not findings] == []
    for column in record.columns:
        told = found.get(str(column), [f"record {CHOICE} "])
        assert any(f"record {CHOICE} " in each for each in told), (column, told)


def test_every_column_of_a_suppression(store: Store) -> None:
    for place in (OPT_OUT, DIGEST):
        for column in suppression.columns:
            told = altered(store, suppression, column, suppressed(place))
            names = "names the record" if column.name == "record_id" else f"record {place} "
            assert any(names in each for each in told), (place, column, told)


def test_what_tells_a_request_again(store: Store) -> None:
    """The entry of an opt-out or reply does not hold all of the request: there the form counts."""
    for place, known in ((LINKED, True), (REPLY, False), (ERASURE, True)):
        for values in (
            {"idem_key": "no key"},
            {"mac_key_id": "none"},
            {"body_mac": b"short"},
            {"body_mac": bytes(32)},
        ):
            change = update(record).where(record.c.idx == place).values(values)
            with store.changed(change) as findings:
                seen = any(f"record {place} does not tell" in each for each in findings)
            assert seen == (known or values != {"body_mac": bytes(32)}), (place, values, findings)


def suppressed(place: int) -> Any:
    return suppression.c.record_id == place_of(place)


def copied(table: Table, where: Any, **changes: Any) -> Any:
    """Inserts a copy of a row with other values."""
    values = [
        literal(changes[column.name], column.type)
        if isinstance(changes.get(column.name), int | str | bytes)
        else changes.get(column.name, column)
        for column in table.columns
    ]
    return insert(table).from_select(list(table.columns), select(*values).where(where).limit(1))


def test_rows_that_come_and_go(store: Store) -> None:
    changes = {
        "record 2 is an opt-out, and the address": [delete(suppression).where(suppressed(OPT_OUT))],
        "record 3 is an opt-out, and the address": [delete(suppression).where(suppressed(DIGEST))],
        "an erasure kept the suppression by": [delete(suppression).where(suppressed(SILENT))],
        "by record 2 is of another address": [
            copied(suppression, suppressed(OPT_OUT), mac=bytes(32))
        ],
        "several suppressions name": [copied(suppression, suppressed(SILENT), mac=bytes(32))],
        "by record 0 does not say": [
            copied(suppression, suppressed(SILENT), mac=bytes(32), record_id=place_of(CHOICE))
        ],
        "names the record none": [
            copied(suppression, suppressed(SILENT), mac=bytes(32), record_id="none")
        ],
        "record 5 is an opt-out, and the suppression is of before it": [
            update(suppression).where(suppressed(REPLY)).values(at_ms=AT_FIRST)
        ],
        "record 4 was first to suppress": [
            update(suppression).where(suppressed(REPLY)).values(record_id=place_of(AGAIN))
        ],
        "record 6 is by no key": [
            update(suppression).where(suppressed(SILENT)).values(mac_key_id="none")
        ],
        "record 6 is of a time that no": [
            update(suppression).where(suppressed(SILENT)).values(at_ms=AT_FIRST)
        ],
        "record 1 is linked to another": [delete(link)],
        "record 0 is linked to another": [copied(link, true(), idx=CHOICE)],
        "record 7 is linked to a browser, and": [copied(link, true(), idx=ERASURE)],
        "names the record 999": [copied(link, true(), idx=999)],
        "record 1 gave a consent that lives": [delete(consent)],
        "1 consents stand": [copied(consent, true(), purpose="other")],
        "nothing is sealed under the key new": [
            copied(subject_key, subject_key.c.kept_as.like("opt%"), key_id="new", mac=bytes(32))
        ],
    }
    for message, statements in changes.items():
        with store.changed(*statements) as findings:
            assert any(message in each for each in findings), (message, findings)


def row_of(store: Store, table: Table) -> list[tuple[Any, Any]]:
    """The primary key of the first row of a table."""
    keys = list(table.primary_key.columns)
    row = store.connection.execute(select(*keys).order_by(*keys)).first()
    assert row is not None
    return list(zip(keys, row, strict=True))
