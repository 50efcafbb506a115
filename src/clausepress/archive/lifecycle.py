"""Where a version stands on a day; a day begins at 00:00 Asia/Shanghai."""

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


def status(version: VersionFile, versions: Sequence[VersionFile], on: dt.date) -> Status:
    """Return where a version stands among the versions of its policy on a day."""
    now = current(versions, on)
    if now and version.id == now.id:
        return "effective"
    if _day(version) > on:
        announced = version.announced_on
        return "announced" if announced and announced <= on else "draft"
    return "superseded"


def _day(version: VersionFile) -> dt.date:
    return version.effective_on or version.updated_on or dt.date.min
