"""What a redline comes to, clause by clause: the list on top of a page, a clause's history."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from clausepress.compare.model import FOLDED, ClauseRef, HunkClass, Redline
from clausepress.compare.stream import preface_clause
from clausepress.text.model import PREFACE_ID, Clause, Edition, plain

_HEADING = 40  # characters of a heading that stand in for a number
_WHOLE_NUMBER = re.compile(r"[0-9][.．][0-9]")
_WORDS: frozenset[HunkClass] = frozenset({"added", "removed", "wording"})


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that changed.

    Attributes:
        old: The clause before; None when it is new.
        new: The clause now; None when it is gone.
        old_name: Its number before, else the beginning of its heading; may be empty.
        new_name: The same now.
        hunks: Class and id of what a reader sees of it, in order; none for a clause that got
            another number only because the clause above it did.
    """

    old: ClauseRef | None
    new: ClauseRef | None
    old_name: str
    new_name: str
    hunks: tuple[tuple[HunkClass, str], ...]

    @property
    def kinds(self) -> tuple[HunkClass, ...]:
        """Its classes, each once."""
        return tuple(dict.fromkeys(kind for kind, _ in self.hunks))

    @property
    def name(self) -> str:
        """Its names before and now, one where they are the same."""
        if self.old and self.new and self.old_name != self.new_name:
            return f"{self.old_name or '–'} → {self.new_name or '–'}"
        return self.new_name if self.new else self.old_name

    def anchor(self, *kinds: HunkClass) -> str:
        """Return the id of its first hunk of some classes, of any when none are named."""
        found = (name for kind, name in self.hunks if not kinds or kind in kinds)
        return next(found, self.new.id if self.new else "")


@dataclass(frozen=True, slots=True)
class Successor:
    """What became of a clause that is no longer under its id.

    Attributes:
        id: Its id now, or that of the clause it is part of now; empty when it was removed.
        name: Its number before, else the beginning of its heading; may be empty.
    """

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A redline in short.

    Attributes:
        counts: Class to number of hunks, as in the redline.
        changes: The clauses that changed, in the order of the new text.
        origins: New id to old id of every clause that both have, where they differ.
        successors: By old id, what became of every clause that has another id now or is gone.
    """

    counts: Mapping[HunkClass, int]
    changes: tuple[ClauseChange, ...]
    origins: Mapping[str, str]
    successors: Mapping[str, Successor]

    @property
    def added(self) -> tuple[ClauseChange, ...]:
        """Clauses that are new."""
        return tuple(each for each in self.changes if each.old is None)

    @property
    def removed(self) -> tuple[ClauseChange, ...]:
        """Clauses that are gone."""
        return tuple(each for each in self.changes if each.new is None)

    @property
    def reworded(self) -> tuple[ClauseChange, ...]:
        """Clauses of both with other words."""
        return tuple(
            each for each in self.changes if each.old and each.new and _WORDS & set(each.kinds)
        )

    def of(self, kind: HunkClass) -> tuple[ClauseChange, ...]:
        """Return the clauses with a hunk of a class."""
        return tuple(each for each in self.changes if kind in each.kinds)


def summarise(redline: Redline, old: Edition, new: Edition) -> Summary:
    """Return what became of each clause.

    Args:
        redline: The redline of the two editions.
        old: The edition before.
        new: The edition now.
    """
    shown = {
        hunk.id: hunk.kind
        for hunk in redline.hunks
        if hunk.kind not in FOLDED and hunk.kind != "renamed-term"
    }
    before, after = clause_names(old), clause_names(new)
    changes: list[ClauseChange] = []
    origins: dict[str, str] = {}
    successors: dict[str, Successor] = {}
    seen: set[str] = set()
    seen_old: set[str] = set()
    for pair in redline.clauses:
        gone_to = pair.new.id if pair.new else ""
        if pair.old and pair.old.id not in {*seen_old, gone_to}:
            successors[pair.old.id] = Successor(gone_to, before[pair.old.id])
        if pair.old and pair.new:
            if pair.new.id in seen:
                continue  # merged into a clause that is listed already
            seen.add(pair.new.id)
            if pair.old.id != pair.new.id:
                origins[pair.new.id] = pair.old.id
        split = pair.old is not None and pair.old.id in seen_old
        if pair.old:
            seen_old.add(pair.old.id)
        hunks = tuple((shown[name], name) for name in pair.hunks if name in shown)
        if hunks or pair.renumbered:
            was = before[pair.old.id] if pair.old else ""
            now = after[pair.new.id] if pair.new else ""
            # What was split off a clause got a number of its own, not another one.
            changes.append(ClauseChange(pair.old, pair.new, now if split else was, now, hunks))
    return Summary(redline.counts, tuple(changes), origins, successors)


def clause_names(edition: Edition) -> dict[str, str]:
    """Return what to call each clause, by id: its number, else the beginning of its heading, else
    nothing. A number that says little by itself stands behind that of the clause above.
    """
    names = {PREFACE_ID: plain(preface_clause(edition).heading)[:_HEADING]}

    def visit(clause: Clause, above: str) -> None:
        number = clause.number
        if number and above and not _WHOLE_NUMBER.search(number):
            number = f"{above} {number}"
        names[clause.id] = number or plain(clause.heading)[:_HEADING]
        for child in clause.children:
            visit(child, number)

    for clause in edition.clauses:
        visit(clause, "")
    return names
