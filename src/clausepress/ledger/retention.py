"""How long what is sealed is kept, by kind of record, and what is over its time.

Records stay for ever, for their leaves are hashed; what ends is the key that opens them. A person
has a key for each kind and month, which is destroyed once the last record of that month may be: so
nothing goes early, and nothing stays more than a month too long. Suppressions are no sealed fields
and stay.
"""

import calendar
import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple, get_args

from sqlalchemy import Connection, Engine, and_, exists, false, func, not_, or_, select

from clausepress.ledger import schema
from clausepress.ledger.errors import SetupError
from clausepress.ledger.keys import Keys
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import Disposal, Kind, split_digest
from clausepress.ledger.sealing import kept_as, opened, who

KINDS: Final = (*get_args(Kind), "opt-out", "reply", "review")
"""The kinds of records that seal something."""

_ENDS: Final[Mapping[str, tuple[Kind, ...]]] = {
    "withdrawal": ("cookies", "agreement", "consent", "guardian-consent", "continued-use"),
    "personalisation-off": ("consent",),
}
"""Kinds of records that end what others gave, so must outlast them."""

_NAMED: Final = ("opt-out", "reply", "review")
_PAGE: Final = 400  # keys that one record of the log names, 10 to 20 KiB
_DURATION: Final = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,6})D)?")


class Period(NamedTuple):
    """A duration by the calendar; `str` gives it as ISO 8601 writes it."""

    months: int
    days: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read years, months and days of ISO 8601, such as P13M or P3Y; raises ValueError."""
        found = _DURATION.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not a duration like P13M, P3Y or P90D")
        years, months, days = (int(part or 0) for part in found.groups())
        period = cls(12 * years + months, days)
        if period == (0, 0):
            raise ValueError(f"{text!r} is no time at all")
        return period

    def before(self, moment: dt.datetime) -> dt.datetime:
        """The moment that long before; in a shorter month, its last day at most."""
        months = moment.year * 12 + moment.month - 1 - self.months
        year, month = months // 12, months % 12 + 1
        if year < 1:
            return dt.datetime.min.replace(tzinfo=dt.UTC)
        day = min(moment.day, calendar.monthrange(year, month)[1])
        try:
            return moment.replace(year=year, month=month, day=day) - dt.timedelta(self.days)
        except OverflowError:
            return dt.datetime.min.replace(tzinfo=dt.UTC)

    def __str__(self) -> str:
        months = f"{self.months}M" if self.months else ""
        return f"P{months}{f'{self.days}D' if self.days else ''}"


Periods = Mapping[str, Period]
"""How long records of each kind are kept; one that is not named is kept until it is erased."""


def parse_periods(text: str) -> dict[str, Period]:
    """Read `kind=duration` with commas between, such as "cookies=P13M,review=P6M".

    Raises SetupError.
    """
    periods = {}
    for each in filter(None, (part.strip() for part in text.split(","))):
        kind, _, duration = each.partition("=")
        if kind not in KINDS:
            raise SetupError(f"{kind!r} is no kind of record; there are {', '.join(KINDS)}")
        if kind in periods:
            raise SetupError(f"{kind} stands there twice")
        try:
            periods[kind] = Period.parse(duration)
        except ValueError as error:
            raise SetupError(f"{kind}: {error}") from None
    for no, ended in _ENDS.items():
        for kind in ended if no in periods else ():
            if kind not in periods or periods[kind] > periods[no]:
                raise SetupError(
                    f"{no} is kept shorter than {kind}: what was taken back would stand again; "
                    f"keep {no} as long as {kind} at least"
                )
    return periods


class Due(NamedTuple):
    """What is over its time: the record to be made of it, and how many of each kind it closes."""

    disposal: Disposal
    records: dict[str, int]


def due(
    engine: Engine, reader: Reader, log_id: str, keys: Keys, periods: Periods, now_ms: int
) -> Iterator[Due]:
    """What is to be destroyed at that moment, in Unix milliseconds, a page at a time.

    What ends others goes last: were a withdrawal destroyed a page before what it took back, that
    would stand again in between. Looks at keys in the order of their ids, so that it does not
    matter whether those given are destroyed meanwhile. Raises SetupError when the keys open
    something no more.
    """
    if not periods:
        return
    now = dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC)
    since = {kind: period.before(now) for kind, period in periods.items()}
    told = {kind: str(period) for kind, period in periods.items()}
    for kinds in (since.keys() - _ENDS, since.keys() & _ENDS | {""}):
        after = ""
        while True:
            with engine.connect() as connection:
                page = _page(connection, log_id, since, kinds, after)
                if not page:
                    break
                after = page[-1]
                records = _count(connection, log_id, page)
                named = _named(connection, log_id, page)
            kept = {key_id: _suppressions(reader, keys, named.get(key_id)) for key_id in page}
            yield Due(Disposal(keys=kept, periods=told), records)


def _page(
    connection: Connection,
    log_id: str,
    since: Mapping[str, dt.datetime],
    kinds: Collection[str],
    after: str,
) -> list[str]:
    """Ids of keys of these kinds whose last record is older than its kind is kept.

    Kind "" is that of keys for records of all kinds. A record that ties an account to a browser
    tells whose consents a no in that browser ends, so it is kept as long as any of those.
    """
    k, r, n = schema.subject_key.c, schema.record.c, schema.link.c
    tied = or_(
        exists().where(n.log_id == k.log_id, n.key_id == k.key_id),
        exists().where(
            r.log_id == k.log_id, r.subject_key_id == k.key_id, n.log_id == r.log_id, n.idx == r.idx
        ),
    )
    ended = {kind for group in _ENDS.values() for kind in group}
    longest = min(since[kind] for kind in ended) if ended <= since.keys() else None
    months, old = [], []
    for kind, moment in since.items():
        at_ms = int(moment.timestamp() * 1000)
        old.append((r.kind == kind) & (r.at_ms <= at_ms))
        if kind in kinds:  # the month of that moment has records that are younger
            over = k.kept_as < kept_as(kind, max(at_ms, 0))
            free = ~tied
            if longest:
                free |= k.kept_as < kept_as(kind, max(int(longest.timestamp() * 1000), 0))
            months.append((k.kept_as >= f"{kind}/") & over & free)
    young = exists().where(
        r.log_id == k.log_id, r.subject_key_id == k.key_id, r.kind != "erasure", not_(or_(*old))
    )
    query = select(k.key_id).where(k.log_id == log_id, k.key_id > after)
    whole = (and_(k.kept_as == "", ~young),) if "" in kinds else ()
    query = query.where(or_(false(), *months, *whole))
    return list(connection.scalars(query.order_by(k.key_id).limit(_PAGE)))


def _count(connection: Connection, log_id: str, page: list[str]) -> dict[str, int]:
    """How many records of each kind these keys open."""
    r = schema.record.c
    query = select(r.kind, func.count()).where(r.log_id == log_id, r.subject_key_id.in_(page))
    return {row[0]: row[1] for row in connection.execute(query.group_by(r.kind))}


def _named(connection: Connection, log_id: str, page: list[str]) -> dict[str, tuple[bytes, bytes]]:
    """Of keys that seal an address or a digest: the first record's entry, and the wrapped key."""
    r, k = schema.record.c, schema.subject_key.c
    first = (
        select(func.min(r.idx))
        .where(r.log_id == log_id, r.subject_key_id.in_(page), r.kind.in_(_NAMED))
        .group_by(r.subject_key_id)
    )
    query = (
        select(k.key_id, r.entry, k.wrapped)
        .join_from(schema.record, schema.subject_key, k.key_id == r.subject_key_id)
        .where(r.log_id == log_id, k.log_id == log_id, r.idx.in_(first))
    )
    rows = connection.execute(query)
    return {key_id: (bytes(entry), bytes(wrapped)) for key_id, entry, wrapped in rows}


def _suppressions(reader: Reader, keys: Keys, named: tuple[bytes, bytes] | None) -> list[str]:
    """The record that first suppressed the address of a key's person, if one did."""
    if named is None:
        return []
    fields: dict[str, Any] = opened(keys, *named)
    purpose, name = who(fields)
    channel = fields["channel"]
    if purpose == "digest":
        macs = [split_digest(name.decode())]
    elif purpose == channel:
        macs = keys.macs(channel, name)
    else:  # a reply without a usable number
        return []
    return reader.suppressions(channel, macs)[:1]
