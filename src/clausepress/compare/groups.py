"""Clauses of two editions that belong together, and how much of their words differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from clausepress.compare.model import ClauseRef, Hunk, Redline
from clausepress.compare.recipients import without_recipients
from clausepress.compare.stream import clause_text
from clausepress.text.model import Clause, Edition, plain

FEW = 6
"""Han characters or words below which a change that decides nothing is of style only."""
_WORD = re.compile(r"[\u3400-\u9fff]|[A-Za-z]+|\d+")


def words_of(text: str) -> list[str]:
    """Return the words of a text: a Han character, a Latin word, a number."""
    return _WORD.findall(text)


@dataclass(slots=True)
class Group:
    """Clauses that belong together: a pair, or those of a split or a merge."""

    old: dict[str, Clause] = field(default_factory=dict)
    new: dict[str, Clause] = field(default_factory=dict)

    @property
    def where(self) -> str:
        clause = next(iter((self.new or self.old).values()))
        return clause.number or clause.id

    @staticmethod
    def whole(clauses: Mapping[str, Clause]) -> str:
        """Their own text."""
        return "\n".join(map(clause_text, clauses.values()))

    @staticmethod
    def text(clauses: Mapping[str, Clause]) -> str:
        """Their own text without tables of recipients, whose names are no company of ours."""
        return "\n".join(clause_text(without_recipients(each)) for each in clauses.values())


def groups_of(
    redline: Redline, old: Mapping[str, Clause], new: Mapping[str, Clause]
) -> list[Group]:
    """The clauses as the redline pairs them, whole clauses added or removed too."""
    by_old: dict[str, Group] = {}
    by_new: dict[str, Group] = {}
    groups: list[Group] = []
    for pair in redline.clauses:
        group = (by_old.get(pair.old.id) if pair.old else None) or (
            by_new.get(pair.new.id) if pair.new else None
        )
        if group is None:
            group = Group()
            groups.append(group)
        if pair.old:
            by_old[pair.old.id] = group
            group.old[pair.old.id] = old[pair.old.id]
        if pair.new:
            by_new[pair.new.id] = group
            group.new[pair.new.id] = new[pair.new.id]
    return groups


def chapters_of(edition: Edition) -> dict[str, str]:
    """Clause id to the headings it stands under, its own included."""
    chapters: dict[str, str] = {}

    def visit(clause: Clause, above: str) -> None:
        chapter = f"{above} {plain(clause.heading)}".strip()
        chapters[clause.id] = chapter
        for child in clause.children:
            visit(child, chapter)

    for clause in edition.clauses:
        visit(clause, "")
    return chapters


def reworded(redline: Redline, groups: Sequence[Group]) -> Iterator[tuple[Hunk, ClauseRef]]:
    """The hunks of other words, with their clause.

    A few words are of style, and so are more where the whole holds nearly the same words, in
    another order or cut into other sentences.
    """
    of_old = {each: group for group in groups for each in group.old}
    of_new = {each: group for group in groups for each in group.new}
    for hunk in redline.shown():
        if hunk.kind not in ("added", "removed", "wording"):
            continue
        spans = [span.text for span in (hunk.old, hunk.new) if span]
        if len(words_of("".join(spans))) < FEW:
            continue
        if hunk.new_clause:
            ref, group = hunk.new_clause, of_new[hunk.new_clause.id]
        elif hunk.old_clause:
            ref, group = hunk.old_clause, of_old[hunk.old_clause.id]
        else:
            continue
        if _differing(group) >= FEW:
            yield hunk, ref


def _differing(group: Group) -> int:
    """How many words only one side has, wherever they stand."""
    gone, come = (
        Counter(each.casefold() for each in words_of(group.whole(clauses)))
        for clauses in (group.old, group.new)
    )
    return ((gone - come) + (come - gone)).total()
