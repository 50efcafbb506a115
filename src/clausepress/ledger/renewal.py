"""Moves what is stored from older keys to those that write, while the API runs.

Subject keys are wrapped anew; people and suppressed addresses are hashed anew where a record that
can be opened still says who they are. What can not (an erased person's suppression, a digest from
a list) stays under its key, which then has to stay too. Nothing in the log itself is by these
keys, but for the check of repeated requests.

A small transaction after another: to stop the work loses none of it, and to begin again goes on
with what is left.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, Row, Select, delete, func, select, tuple_, update

from clausepress.ledger import schema
from clausepress.ledger.engines import transaction
from clausepress.ledger.errors import KeysMismatch
from clausepress.ledger.keys import Keys
from clausepress.ledger.sealing import opened, who
from clausepress.ledger.store import KeyCheck

_PAGE: Final = 100


class Renewed(NamedTuple):
    """What was moved to the keys that write.

    Attributes:
        wrapped: Subject keys wrapped anew.
        people: Subject keys found by a new hash.
        suppressions: Suppressed addresses hashed anew.
    """

    wrapped: int = 0
    people: int = 0
    suppressions: int = 0

    def __add__(self, other: object) -> "Renewed":
        """The counts of both together."""
        if not isinstance(other, Renewed):
            return NotImplemented
        return Renewed(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def renew(engine: Engine, log_id: str, keys: Keys) -> Iterator[Renewed]:
    """Move everything that can be, and give what each transaction moved.

    Raises SetupError when the store refuses, and KeysMismatch when it is of other keys, or the
    keys that are to write are not in use yet.
    """
    job = _Renewal(log_id, keys)
    with transaction(engine) as connection:
        job.check(connection)
    yield from _pages(engine, job, job.wrap, "")
    yield from _pages(engine, job, job.hash_people, "")
    yield from _pages(engine, job, job.hash_suppressions, ("", "", b""))


_Page = tuple[Renewed, Any]
"""What a transaction moved, and where to go on; None at the end."""


def _pages(
    engine: Engine, job: "_Renewal", move: Callable[[Connection, Any], _Page], after: Any
) -> Iterator[Renewed]:
    while after is not None:
        with transaction(engine, write=True) as connection:
            hold(connection, job.log_id)
            moved, after = move(connection, after)
        yield moved


def hold(connection: Connection, log_id: str) -> None:
    """Let no one write to a log in this transaction, which has read nothing yet; they wait."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    else:  # what was written while we waited for the head is to be seen
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        # Who stands still with the head lets go of it before those who wait for it give up.
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '3s'")
    h = schema.tree_head.c
    connection.execute(select(h.size).where(h.log_id == log_id).with_for_update())


class _Renewal:
    """The three moves; each takes the place of the row before its page."""

    def __init__(self, log_id: str, keys: Keys) -> None:
        self.log_id = log_id
        self._keys = keys

    def check(self, connection: Connection) -> None:
        """The keys that write are those that a server uses."""
        k = schema.key_check.c
        query = select(k.kind, k.key_id, k.value).where(k.log_id == self.log_id)
        stored = [
            KeyCheck(kind, key_id, bytes(value))
            for kind, key_id, value in connection.execute(query)
        ]
        if unused := self._keys.agree(stored):
            raise KeysMismatch(
                f"no server uses the new key {unused[0].key_id} yet\n"
                "  fix: reload every server (SIGHUP) or start it again, then renew"
            )

    def wrap(self, connection: Connection, after: str) -> _Page:
        """Wrap a page of subject keys anew."""
        k, keys = schema.subject_key, self._keys
        query = select(k.c.key_id, k.c.wrapped).where(k.c.wrap_key_id != keys.wrap_id)
        rows = self._page(connection, query, after)
        for key_id, wrapped in rows:
            self._change(
                connection,
                key_id,
                wrapped=keys.wrap(key_id, keys.unwrap(key_id, bytes(wrapped))),
                wrap_key_id=keys.wrap_id,
            )
        return Renewed(wrapped=len(rows)), _last(rows)

    def hash_people(self, connection: Connection, after: str) -> _Page:
        """Hash anew who a page of subject keys is of, as the records say that they open."""
        k, keys, moved = schema.subject_key.c, self._keys, 0
        query = select(k.key_id, k.kept_as).where(k.mac_key_id != keys.mac_id)
        rows = self._page(connection, query, after)
        names = self._names(connection, [key_id for key_id, _ in rows])
        for key_id, kept_as in rows:
            if key_id in names:
                mac = keys.mac(*names[key_id])
                same = (k.mac == mac, k.mac_key_id == keys.mac_id, k.kept_as == kept_as)
                query = select(k.key_id).where(k.log_id == self.log_id, *same)
                if connection.scalar(query) is None:
                    self._change(connection, key_id, mac=mac, mac_key_id=keys.mac_id)
                    c = schema.consent
                    of_key = update(c).where(c.c.log_id == self.log_id, c.c.key_id == key_id)
                    connection.execute(of_key.values(mac=mac, mac_key_id=keys.mac_id))
                    moved += 1
        return Renewed(people=moved), _last(rows)

    def hash_suppressions(self, connection: Connection, after: tuple[str, str, bytes]) -> _Page:
        """Hash a page of suppressed addresses anew.

        Of two rows for one address the one stays whose record came first. An address that a list
        has under the older key stays under it: its records tell no other way to find it.
        """
        s, r, k = schema.suppression, schema.record.c, schema.subject_key.c
        place = tuple_(s.c.channel, s.c.mac_key_id, s.c.mac)
        query = (
            select(s, r.idx, r.entry, k.wrapped)
            .join_from(s, schema.record, (r.log_id == s.c.log_id) & (r.id == s.c.record_id))
            .join(schema.subject_key, (k.log_id == r.log_id) & (k.key_id == r.subject_key_id))
            .where(s.c.log_id == self.log_id, s.c.mac_key_id != self._keys.mac_id)
            .where(place > tuple_(*after))
            .order_by(s.c.channel, s.c.mac_key_id, s.c.mac)
            .limit(_PAGE)
        )
        rows, moved = connection.execute(query).all(), 0
        for row in rows:
            address = opened(self._keys, bytes(row.entry), bytes(row.wrapped))["address"].encode()
            mac = bytes(row.mac)
            same = address and self._keys.mac(row.channel, address, row.mac_key_id) == mac
            if same and not self._is_listed(connection, row.mac_key_id, mac):
                self._move(connection, row, self._keys.mac(row.channel, address))
                moved += 1
        last = (rows[-1].channel, rows[-1].mac_key_id, bytes(rows[-1].mac)) if rows else None
        return Renewed(suppressions=moved), last if len(rows) == _PAGE else None

    def _page(self, connection: Connection, query: Select[Any], after: str) -> Sequence[Any]:
        """The next subject keys in the order of their ids."""
        k = schema.subject_key.c
        query = query.where(k.log_id == self.log_id, k.key_id > after)
        return connection.execute(query.order_by(k.key_id).limit(_PAGE)).all()

    def _change(self, connection: Connection, key_id: str, **values: Any) -> None:
        """Change the row of a subject key, if no erasure took it meanwhile."""
        k = schema.subject_key
        row = update(k).where(k.c.log_id == self.log_id, k.c.key_id == key_id)
        connection.execute(row.values(values))

    def _names(
        self, connection: Connection, key_ids: Sequence[str]
    ) -> dict[str, tuple[str, bytes]]:
        """Purpose and value of the keyed hash of each key's person, by a record that it opens.

        A browser whose choices are all sealed under accounts is named by one that still opens.
        """
        r, k, n = schema.record.c, schema.subject_key.c, schema.link.c
        own = (
            select(r.subject_key_id.label("of"), func.min(r.idx).label("idx"))
            .where(r.log_id == self.log_id, r.subject_key_id.in_(key_ids))
            .group_by(r.subject_key_id)
        )
        linked = (
            select(n.key_id.label("of"), func.min(n.idx).label("idx"))
            .join_from(schema.link, schema.record, (r.log_id == n.log_id) & (r.idx == n.idx))
            .join(schema.subject_key, (k.log_id == r.log_id) & (k.key_id == r.subject_key_id))
            .where(n.log_id == self.log_id, n.key_id.in_(key_ids))
            .group_by(n.key_id)
        )
        names: dict[str, tuple[str, bytes]] = {}
        for first in (linked.subquery(), own.subquery()):
            query = (
                select(first.c.of, r.entry, k.key_id, k.wrapped)
                .join_from(first, schema.record, (r.log_id == self.log_id) & (r.idx == first.c.idx))
                .join(schema.subject_key, (k.log_id == r.log_id) & (k.key_id == r.subject_key_id))
            )
            for of, entry, key_id, wrapped in connection.execute(query):
                fields = opened(self._keys, bytes(entry), bytes(wrapped))
                names[of] = who(fields) if of == key_id else ("subject", fields["subject"].encode())
        return names

    def _is_listed(self, connection: Connection, mac_id: str, mac: bytes) -> bool:
        """Whether a list named an address by this keyed hash alone."""
        k = schema.subject_key.c
        digests = [mac for _, mac in self._keys.macs("digest", f"{mac_id}:{mac.hex()}".encode())]
        query = select(k.key_id).where(k.log_id == self.log_id, k.mac.in_(digests)).limit(1)
        return connection.scalar(query) is not None

    def _move(self, connection: Connection, old: Row[Any], mac: bytes) -> None:
        s, keys = schema.suppression, self._keys

        def row(mac_id: str, mac: bytes) -> Any:
            return (
                (s.c.log_id == self.log_id)
                & (s.c.channel == old.channel)
                & (s.c.scope == old.scope)
                & (s.c.mac_key_id == mac_id)
                & (s.c.mac == mac)
            )

        before = row(old.mac_key_id, bytes(old.mac))
        r = schema.record.c
        query = select(s.c.at_ms, r.idx).outerjoin_from(
            s, schema.record, (r.log_id == s.c.log_id) & (r.id == s.c.record_id)
        )
        other = connection.execute(query.where(row(keys.mac_id, mac))).first()
        if other is None:
            connection.execute(update(s).where(before).values(mac=mac, mac_key_id=keys.mac_id))
            return
        values = {"at_ms": max(other.at_ms, old.at_ms)}
        if other.idx is None or old.idx < other.idx:
            values |= {"reason": old.reason, "record_id": old.record_id}
        connection.execute(update(s).where(row(keys.mac_id, mac)).values(values))
        connection.execute(delete(s).where(before))


def _last(rows: Sequence[Any]) -> str | None:
    """The id to go on after; None when the page was not full."""
    return rows[-1].key_id if len(rows) == _PAGE else None
