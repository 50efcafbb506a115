"""Calendars (iCalendar, RFC 5545): the days on which versions take effect."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from clausepress import __version__
from clausepress.archive.lifecycle import CHINA
from clausepress.archive.published import Policy
from clausepress.i18n import labels
from clausepress.site.dates import Event, Site, events

_OCTETS = 75  # of a line, without its end (section 3.1)
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def calendar_path(lang: str, policy: str = "") -> str:
    """Return the path of a policy's calendar, or of the site's in a language."""
    return f"{lang}/{policy}/dates.ics" if policy else f"{lang}/dates.ics"


def calendar(
    site: Site, lang: str, policies: Sequence[Policy], on: dt.date, *, policy: Policy | None = None
) -> bytes:
    """Return a calendar of effective dates, those of announced versions included.

    Args:
        site: The site.
        lang: Language of the calendar.
        policies: Policies it tells of.
        on: The day on which it is made; drafts of that day are left out.
        policy: The one policy it is about, for its name.
    """
    t = labels(lang)
    name = t("Changes to {title}", title=policy.title(lang) if policy else site.named(lang))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Clausepress//Clausepress {__version__}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in reversed(events(policies, lang, on)):
        if event.what == "effective":
            lines += _event(event, site)
    lines.append("END:VCALENDAR")
    return "".join(fold(line) + "\r\n" for line in lines).encode()


def fold(line: str) -> str:
    """Return a content line in pieces of at most 75 octets, no character divided."""
    pieces = [""]
    used = 0
    for character in line:
        size = len(character.encode())
        if used + size > _OCTETS:
            pieces.append("")
            used = 1  # the space that begins a continuation
        pieces[-1] += character
        used += size
    return "\r\n ".join(pieces)


def _event(event: Event, site: Site) -> list[str]:
    file = event.version.file
    # When the fact became known, so that two builds give the same file.
    known = min(filter(None, (file.announced_on, file.updated_on, event.day)))
    stamp = dt.datetime.combine(known, dt.time(), CHINA).astimezone(dt.UTC)
    return [
        "BEGIN:VEVENT",
        f"UID:{site.id(event.id_path, event.what)}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"SUMMARY:{_text(event.title)}",
        *([f"DESCRIPTION:{_text(event.note)}"] if event.note else []),
        *([f"URL:{site.url}{event.path}"] if site.url else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    """A TEXT value (section 3.3.11): backslash, semicolon, comma and line break escaped."""
    escaped = re.sub(r"([\\;,])", r"\\\1", value.replace("\r\n", "\n"))
    return _CONTROLS.sub("", escaped).replace("\n", "\\n")
