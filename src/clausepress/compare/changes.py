"""Which clauses changed between two editions, matched by their stable ids."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from clausepress.text.model import Block, Clause, Edition


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that differs.

    Attributes:
        id: Its stable id.
        old_number: Printed number before, empty when it is new or had none.
        new_number: Printed number now, empty when it is gone or has none.
    """

    id: str
    old_number: str
    new_number: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Clauses that differ between two editions, each in the order of the text it stands in.

    Attributes:
        added: Only in the new edition.
        removed: Only in the old edition.
        renumbered: In both, under another printed number.
        reworded: In both, with other words, marks or tables.
    """

    added: tuple[ClauseChange, ...]
    removed: tuple[ClauseChange, ...]
    renumbered: tuple[ClauseChange, ...]
    reworded: tuple[ClauseChange, ...]


def compare_editions(old: Edition, new: Edition) -> Changes:
    """Return which clauses differ between two editions of a policy in one language."""
    before = {clause.id: clause for clause in old.walk()}
    after = {clause.id: clause for clause in new.walk()}
    kept = [(before[name], clause) for name, clause in after.items() if name in before]
    return Changes(
        added=tuple(_change(None, clause) for name, clause in after.items() if name not in before),
        removed=tuple(
            _change(clause, None) for name, clause in before.items() if name not in after
        ),
        renumbered=tuple(_change(a, b) for a, b in kept if _number(a) != _number(b)),
        reworded=tuple(_change(a, b) for a, b in kept if _words(a) != _words(b)),
    )


def _change(old: Clause | None, new: Clause | None) -> ClauseChange:
    either = new or old
    assert either is not None  # noqa: S101 - a change has at least one side
    return ClauseChange(either.id, old.number if old else "", new.number if new else "")


def _number(clause: Clause) -> str:
    """The number without its width: (1) for （1） is layout, not a renumbering."""
    return unicodedata.normalize("NFKC", clause.number).rstrip(".、")


def _words(clause: Clause) -> tuple[object, tuple[Block, ...]]:
    return clause.heading, clause.blocks
