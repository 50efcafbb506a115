"""The shapes of a redline: what became of each clause, and every difference as a hunk."""

from __future__ import annotations

from typing import Literal

import msgspec

HunkClass = Literal[
    "added",
    "removed",
    "wording",
    "moved",
    "renumbered",
    "emphasis-gained",
    "emphasis-lost",
    "renamed-term",
    "width",
    "space",
    "list-mark",
    "layout",
]
"""What a difference is. A reader needs all but the last four, which change no word."""

FOLDED: frozenset[HunkClass] = frozenset({"width", "space", "list-mark", "layout"})
"""Classes shown as counts only, until opened."""


class ClauseRef(msgspec.Struct, frozen=True):
    """A clause of one edition: its id there and its number as printed."""

    id: str
    number: str


class Span(msgspec.Struct, frozen=True):
    """A stretch of a clause's own text (`clausepress.compare.stream.clause_text`).

    The printed number stands before the text, at negative offsets: ``1.`` is from -2 to 0. An
    empty stretch says where something would stand.

    Attributes:
        text: The characters, as printed.
        start: Offset of the first one, in Unicode code points.
        end: Offset behind the last one.
    """

    text: str
    start: int
    end: int


class Hunk(msgspec.Struct, frozen=True, rename={"kind": "class"}):
    """One difference.

    Words that only one text has are ``added`` or ``removed``, be they a whole clause (then the
    other clause is None), a row of a table, or a word; words for words are ``wording``. A row that
    stands elsewhere in its table is ``moved``, with its words; so is a whole clause, without them.

    Attributes:
        id: ``h1``, ``h2`` … in the order of the text, folded ones included.
        kind: Its class (``class`` in JSON).
        old_clause: Clause it stands in, in the old edition; None when there is none.
        new_clause: The same in the new edition.
        old: What was there, empty when nothing was; None when the clause itself was not, and for
            a clause moved or renumbered whole.
        new: What is there now, in the same way.
        count: How often it occurs; more than 1 only for a renamed term.
    """

    id: str
    kind: HunkClass
    old_clause: ClauseRef | None
    new_clause: ClauseRef | None
    old: Span | None
    new: Span | None
    count: int = 1


class ClausePair(msgspec.Struct, frozen=True):
    """What became of a clause, or where a new one comes from.

    A clause that was split stands in several pairs, the first of which is the pair proper; so
    does one that others were merged into.

    Attributes:
        old: The clause before; None when it is new.
        new: The clause now; None when it is gone.
        moved: It stands elsewhere among its neighbours.
        renumbered: Its printed number is another one (width and closing mark set aside).
        hunks: Ids of the hunks in its own text.
    """

    old: ClauseRef | None
    new: ClauseRef | None
    moved: bool = False
    renumbered: bool = False
    hunks: tuple[str, ...] = ()


class Redline(msgspec.Struct, frozen=True):
    """All that differs between two editions of a policy in one language.

    Attributes:
        lang: Language of both.
        old_digest: Text digest of the old edition.
        new_digest: Text digest of the new edition.
        hunks: Every difference in the order of the text, folded classes included.
        clauses: Every clause of both, in the order of the new text, a removed one behind the
            clause it followed.
        counts: Class to number of hunks; classes without any are left out.
    """

    lang: str
    old_digest: str
    new_digest: str
    hunks: tuple[Hunk, ...]
    clauses: tuple[ClausePair, ...]
    counts: dict[HunkClass, int]

    def shown(self) -> tuple[Hunk, ...]:
        """The hunks a reader sees without opening anything."""
        return tuple(hunk for hunk in self.hunks if hunk.kind not in FOLDED)
