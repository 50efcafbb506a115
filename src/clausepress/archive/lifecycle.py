"""Where a version stands on a day; a day begins at 00:00 Asia/Shanghai.

draft
    Not yet announced. Its announcement is ``announced_on``, else ``updated_on``; without either
    it is a draft until it takes effect. A draft is not public.
announced
    Announced, and not yet in effect.
effective
    The newest version in effect; one without a date is taken to be in effect.
superseded
    The version that the effective one replaced.
archived
    Any version before that one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from clausepress.archive.model import Status, VersionFile

CHINA = ZoneInfo("Asia/Shanghai")


def today(now: dt.datetime | None = None) -> dt.date:
    """Return the date in China at an instant, by default the present one."""
    return (now or dt.datetime.now(CHINA)).astimezone(CHINA).date()


def by_age(versions: Sequence[VersionFile]) -> list[VersionFile]:
    """Return versions oldest first: by stated order, else by dates, never by printed number."""
    return sorted(versions, key=lambda version: (version.order, _day(version), version.id))


def current(versions: Sequence[VersionFile], on: dt.date) -> VersionFile | None:
    """Return the newest version in force on a day; one without a date is taken to be in force."""
    in_force = [version for version in by_age(versions) if _day(version) <= on]
    return in_force[-1] if in_force else None


def statuses(versions: Sequence[VersionFile], on: dt.date) -> dict[str, Status]:
    """Return where each version of a policy stands on a day, by id."""
    ordered = by_age(versions)
    now = current(versions, on)
    place = ordered.index(now) if now else -1
    return {
        version.id: _status(version, place - index, on) for index, version in enumerate(ordered)
    }


def _status(version: VersionFile, behind: int, on: dt.date) -> Status:
    """The status of a version that many places behind the effective one."""
    if behind == 0:
        return "effective"
    if behind > 0:
        return "superseded" if behind == 1 else "archived"
    announced = version.announced_on or version.updated_on
    return "announced" if announced and announced <= on else "draft"


def _day(version: VersionFile) -> dt.date:
    return version.effective_on or version.updated_on or dt.date.min
