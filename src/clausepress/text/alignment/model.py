"""The shapes of an alignment report, and their JSON Schema."""

from __future__ import annotations

from typing import Any

import msgspec

SCHEMA = "clausepress.align/1"


class ClauseRef(msgspec.Struct, frozen=True):
    """A clause in a report.

    Attributes:
        id: Its id.
        number: Its number as printed.
        line: 1-based line of its source, 0 when not known.
        text: The first words of it.
    """

    id: str
    number: str
    line: int
    text: str


class Pair(msgspec.Struct, frozen=True):
    """Clauses that are the same clause; more than one on a side where one edition splits it.

    Attributes:
        a: Ids in the first edition.
        b: Ids in the second.
        confidence: 0 to 1.
        basis: ``id``, ``text``, ``elsewhere`` (out of order) or ``merged``.
    """

    a: tuple[str, ...]
    b: tuple[str, ...]
    confidence: float
    basis: str


class OneSided(msgspec.Struct, frozen=True):
    """A clause that one edition lacks.

    Attributes:
        side: ``a`` or ``b``: the edition that has it.
        clause: The clause.
        under: Number or id of the clause it belongs under, empty at the top.
        about: Terms of it, in English, where the glossary knows them.
    """

    side: str
    clause: ClauseRef
    under: str
    about: tuple[str, ...]


class Finding(msgspec.Struct, frozen=True):
    """A difference inside matched clauses, or between the editions as a whole.

    Attributes:
        kind: ``figure``, ``date``, ``contact``, ``keyword``, ``term``, ``sentence``, ``items``,
            ``table``, ``emphasis``, ``number``, ``order``, ``split`` or ``translates``.
        a: The clause in the first edition; absent for the editions as a whole.
        b: The clause in the second.
        message: What differs, for people.
        only_a: What only the first has.
        only_b: What only the second has.
    """

    kind: str
    a: ClauseRef | None
    b: ClauseRef | None
    message: str
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()


class EditionRef(msgspec.Struct, frozen=True):
    """An edition in a report.

    Attributes:
        name: ``policy/version/lang`` or the file.
        lang: Its language.
        title: Its title as printed.
        translates: What it says it translates, empty when it says nothing.
    """

    name: str
    lang: str
    title: str
    translates: str


class AlignmentReport(msgspec.Struct, frozen=True, kw_only=True):
    """Two editions, clause by clause.

    Attributes:
        schema: ``clausepress.align/1``.
        a: The first edition.
        b: The second.
        shown_as: How the translation of the two is to be shown to readers, empty in one language.
        pairs: Matched clauses in the printed order of the first edition.
        only: Clauses in one edition only, in printed order, the first edition's before.
        findings: What differs inside matched clauses, in printed order.
    """

    schema: str = SCHEMA
    a: EditionRef
    b: EditionRef
    shown_as: str
    pairs: tuple[Pair, ...]
    only: tuple[OneSided, ...]
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.only and not self.findings


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `AlignmentReport`, ``clausepress.align/1``.

    An object with ``a`` and ``b`` (name, lang, title, translates), ``shown_as``, ``pairs`` (ids on
    both sides, confidence, basis), ``only`` (side, clause, under, about) and ``findings`` (kind,
    clauses, message, only_a, only_b). A clause is id, number, line and its first words.
    """
    return msgspec.json.schema(AlignmentReport)
