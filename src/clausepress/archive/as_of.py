"""What applied on a day: the periods between the effective dates of a policy's versions.

Only dates that the texts state count. A version without an effective date has no period: from
when it applied cannot be said, and is not guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days on which a version applied, each from 00:00 Asia/Shanghai.

    Attributes:
        version: Its id.
        begins: First day.
        ends: Last day; None when no version after it is known.
    """

    version: str
    begins: dt.date
    ends: dt.date | None = None


def periods(versions: Iterable[tuple[str, dt.date | None]]) -> tuple[Period, ...]:
    """Return the periods of a policy, oldest first and without a gap between them.

    The version of the highest rank among those that have taken effect applies, as in
    `lifecycle.current`. One that another replaced on its first day has no period.

    Args:
        versions: Id and effective date of each version, by rank, oldest first.
    """
    dated = [(day, rank, name) for rank, (name, day) in enumerate(versions) if day]
    found: list[Period] = []
    top = -1
    for day, rank, name in sorted(dated):
        if rank < top:
            continue
        top = rank
        if found and found[-1].begins == day:
            found.pop()
        if found:
            found[-1] = replace(found[-1], ends=day - _DAY)
        found.append(Period(name, day))
    return tuple(found)


def applied(found: Sequence[Period], on: dt.date) -> Period | None:
    """Return the period that holds a day; None before the first."""
    return next((each for each in reversed(found) if each.begins <= on), None)
