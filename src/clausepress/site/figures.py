"""Facts of a clause in a reader's words: ``30 day`` is "30 days" or 「30天」."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress

from babel.numbers import format_currency

from clausepress.i18n import Labels
from clausepress.text.alignment.facts import Fact

_DURATIONS = frozenset({"year", "month", "week", "day", "hour", "minute", "second"})
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def shown_fact(fact: Fact, words: Labels) -> str:
    """Return a fact in words; a number that has no unit, a contact or a code as it is."""
    if fact.kind == "date":
        with suppress(ValueError):
            return words.date(dt.date.fromisoformat(fact.value))
        return fact.value
    number, _, unit = fact.value.partition(" ")
    if fact.kind != "figure" or not _NUMBER.fullmatch(number) or not unit:
        return fact.value
    count = float(number)
    if unit in _DURATIONS:
        return words.quantity(count, f"duration-{unit}")
    if unit == "yuan":
        return str(format_currency(count, "CNY", locale=words.locale))
    value = words.number(count)
    named = {
        "%": f"{value}%",
        "workday": words("{count} working days", count=value),
        "times": words("{count} time(s)", count=value),
        "level": words("level {count}", count=value),
        "copy": words("{count} copies", count=value),
        "of the month": words("day {count} of the month", count=value),
    }
    return named.get(unit, fact.value)
