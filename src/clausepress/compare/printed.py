"""How a redline names a clause to its reader, and prints a stretch that begins in its number."""

from __future__ import annotations

from collections.abc import Mapping

from clausepress.compare.model import ClauseRef, Span
from clausepress.compare.stream import clause_text
from clausepress.text.model import Clause
from clausepress.text.numbers import gap

_NAME = 40
"""Characters of a clause's first line that name it when it has no number."""


def clause_name(ref: ClauseRef, clauses: Mapping[str, Clause]) -> str:
    """Return the number of a clause, else the beginning of its first line, else its id."""
    if ref.number:
        return ref.number
    line = clause_text(clauses[ref.id]).partition("\n")[0] if ref.id in clauses else ""
    return line.replace("\t", " ")[:_NAME] or ref.id


def printed(ref: ClauseRef | None, span: Span | None) -> str:
    """Return the characters of a stretch, its number parted from its text as on a page."""
    if ref is None or span is None:
        return ""
    if not span.start < 0 < span.end:
        return span.text
    text = span.text[-span.start :]
    return span.text[: -span.start] + gap(ref.number, text) + text
