"""Memento (RFC 7089): the dated states of a policy's page, their TimeMap and their links.

The original resource is ``/<lang>/<policy>/``, the page of the text in force. Its mementos are
the permanent pages of the versions that applied, each dated 00:00 Asia/Shanghai of its effective
day. Announced versions are no mementos yet, undated ones cannot be. Relations between versions
are those of RFC 5829.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime

from clausepress.archive.as_of import Period, periods
from clausepress.archive.lifecycle import CHINA

LINK_FORMAT = "application/link-format"
TIMEGATES = "timegate/"
"""Below the API's ``/v1/``: ``timegate/<lang>/<policy>``."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HTTP_DATE = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ({'|'.join(_MONTHS)}) (\d{{4}}) "
    r"(\d\d):(\d\d):(\d\d) GMT",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Memento:
    """A version that applied: its permanent page and its first day."""

    path: str
    begins: dt.date


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: relation types, target below the site's root (or a full URL), and more.

    Attributes:
        rel: Relation types, with spaces between.
        target: Path relative to the site's root, or a full URL.
        type: Media type of the target, where it matters.
        begins: First day of the memento that it leads to.
    """

    rel: str
    target: str
    type: str = ""
    begins: dt.date | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The dated states of one policy's page in one language.

    Attributes:
        original: Path of the page of the text in force.
        api: URL of the API's ``/v1/`` folder; empty when it is beside the site, None without one.
        periods: Every period that has begun, whether or not it has an edition in the language.
        mementos: Those that have one, oldest first.
    """

    original: str
    api: str | None
    periods: tuple[Period, ...]
    mementos: tuple[Memento, ...]

    @property
    def timegate(self) -> list[Link]:
        """The link to the TimeGate, where there is an API."""
        if self.api is None:
            return []
        path = f"{self.api or 'v1/'}{TIMEGATES}{self.original.rstrip('/')}"
        return [Link("timegate", path)]

    @property
    def timemap(self) -> str:
        """Path of the TimeMap."""
        return f"{self.original}timemap.link"

    def memento(self, path: str) -> Memento | None:
        """Return the memento at a path."""
        return next((each for each in self.mementos if each.path == path), None)

    def links(self, path: str) -> list[Link]:
        """Return the links of a page: the original itself, or one of its versions.

        A version names only the first one and its neighbours, so that its page stays as it is
        when others are added.
        """
        here = next((i for i, each in enumerate(self.mementos) if each.path == path), None)
        original = "original" if here is None else "original latest-version"
        found = [
            *([] if path == self.original else [Link(original, self.original)]),
            *self.timegate,
            Link("timemap", self.timemap, LINK_FORMAT),
            Link("version-history", f"{self.original}archive/"),
        ]
        rels: dict[Memento, list[str]] = {}
        if self.mementos:
            rels.setdefault(self.mementos[0], []).append("first")
            if here is None:
                rels.setdefault(self.mementos[-1], []).extend(("last", "latest-version"))
        if here is not None:
            rels.setdefault(self.mementos[here], [])
            for step, names in ((-1, "prev predecessor-version"), (1, "next successor-version")):
                if 0 <= here + step < len(self.mementos):
                    rels.setdefault(self.mementos[here + step], []).append(names)
        mementos = sorted(rels.items(), key=lambda entry: entry[0].begins)
        return found + [
            Link(" ".join([*names, "memento"]), each.path, "", each.begins)
            for each, names in mementos
        ]


def history(
    original: str,
    versions: Iterable[tuple[str, dt.date | None]],
    pages: Mapping[str, str],
    on: dt.date,
    api: str | None = "",
) -> History:
    """Return the dated states of a page as they stand on a day.

    Args:
        original: Path of the page of the text in force.
        versions: Id and effective date of each published version, by rank, oldest first.
        pages: Version id to path of its permanent page in the language, where it has one.
        on: The day; what begins later is not part of it yet.
        api: URL of the API's ``/v1/`` folder; empty when it is beside the site, None without one.
    """
    begun = tuple(each for each in periods(versions) if each.begins <= on)
    mementos = tuple(
        Memento(pages[each.version], each.begins) for each in begun if each.version in pages
    )
    return History(original, api, begun, mementos)


def http_date(day: dt.date) -> str:
    """Return 00:00 Asia/Shanghai of a day as HTTP writes it, in GMT."""
    midnight = dt.datetime.combine(day, dt.time(), CHINA)
    return format_datetime(midnight.astimezone(dt.UTC), usegmt=True)


def accepted_day(value: str) -> dt.date:
    """Return the day in China of the instant that an ``Accept-Datetime`` header names.

    Raises:
        ValueError: It is no date in the form of RFC 1123, in GMT (RFC 7089 section 2.1.1).
    """
    found = _HTTP_DATE.fullmatch(value.strip())
    if not found:
        raise ValueError("not an RFC 1123 date in GMT")
    day, month, year, hour, minute, second = found.groups()
    leap = second == "60"
    clock = dt.time(int(hour), int(minute), 59 if leap else int(second))
    date = dt.date(int(year), _MONTHS.index(month) + 1, int(day))
    try:
        return dt.datetime.combine(date, clock, dt.UTC).astimezone(CHINA).date()
    except OverflowError:  # the last hours of year 9999
        return dt.date.max


def link_header(links: Iterable[Link], base: str) -> str:
    """Return links as the value of a ``Link`` header (RFC 8288).

    Args:
        links: The links.
        base: The site's URL, ending in ``/``.
    """
    return ", ".join(_link(link, base) for link in links)


def timemap(found: History, base: str) -> bytes:
    """Return the TimeMap in ``application/link-format`` (RFC 7089 section 5).

    Args:
        found: The dated states.
        base: The site's URL; ``../../`` makes its addresses relative to the file.
    """
    first, last = found.mementos[:1], found.mementos[-1:]
    span = "".join(
        f'; {name}="{http_date(each.begins)}"'
        for name, ends in (("from", first), ("until", last))
        for each in ends
    )
    lines = [
        _link(Link("original", found.original), base),
        *(_link(link, base) for link in found.timegate),
        _link(Link("self", found.timemap, LINK_FORMAT), base) + span,
    ]
    for each in found.mementos:
        rel = [*(["first"] if each in first else []), *(["last"] if each in last else [])]
        lines.append(_link(Link(" ".join([*rel, "memento"]), each.path, "", each.begins), base))
    return (",\n".join(lines) + "\n").encode()


def _link(link: Link, base: str) -> str:
    target = link.target if "://" in link.target else base + link.target
    more = f'; type="{link.type}"' if link.type else ""
    if link.begins:
        more += f'; datetime="{http_date(link.begins)}"'
    return f'<{target}>; rel="{link.rel}"{more}'
