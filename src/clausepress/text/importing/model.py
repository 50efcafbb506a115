"""What an import reports: repairs to undo, questions to accept, notes on what was decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import msgspec

from clausepress.text.model import Edition


class Edit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One replacement in the imported text.

    Attributes:
        at: Offset in characters, line ends counted as one.
        remove: The characters there that go.
        insert: The characters that take their place.
    """

    at: int
    remove: str = ""
    insert: str = ""


class Repair(msgspec.Struct, frozen=True, omit_defaults=True):
    """Debris that was repaired, or would have been.

    Attributes:
        id: Stable name, from the rule and the text around it; not from its line.
        line: 1-based line of the imported text, 0 for the file as a whole.
        rule: Short name of the kind of repair.
        message: What was done, for a person.
        before: The place as imported, with a little text on both sides.
        after: The place as repaired.
        edits: The exact replacements; none when the whole file was converted, which cannot be
            undone.
        needs: Ids of repairs without which this one makes no sense; it is undone with them.
    """

    id: str
    line: int
    rule: str
    message: str
    before: str
    after: str
    edits: tuple[Edit, ...] = ()
    needs: tuple[str, ...] = ()


class ImportNote(msgspec.Struct, frozen=True):
    """One decision of the importer that an editor should look at.

    Attributes:
        line: 1-based line of the imported text, 0 for the text as a whole.
        rule: Short name of the kind of decision.
        message: What was done or left undone.
    """

    line: int
    rule: str
    message: str


@dataclass(slots=True)
class Imported:
    """An imported text.

    Attributes:
        edition: The text.
        number: 文档版号 as printed, empty when not stated.
        updated_on: Printed 更新日期.
        effective_on: Printed 生效日期.
        notes: Every guess and open question, by line.
        lines: Clause id to 1-based line of the imported text.
        repairs: Every repair made, by line.
        undone: Repairs found but not made, because they were undone.
        questions: Repairs that the text does not prove: made only when an editor accepts them.
        text: The imported text with the repairs made and nothing else.
        title_at: The block of the preface before which the title was printed, which is kept as
            the title alone; None when it was not printed.
    """

    edition: Edition
    number: str = ""
    updated_on: dt.date | None = None
    effective_on: dt.date | None = None
    notes: list[ImportNote] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    undone: list[Repair] = field(default_factory=list)
    questions: list[Repair] = field(default_factory=list)
    text: str = ""
    title_at: int | None = None


class ImportReport(msgspec.Struct, frozen=True):
    """The report of an import, ``<lang>.import.json``.

    Attributes:
        schema: ``clausepress.import/1``.
        repairs: Repairs made.
        undone: Repairs found but not made.
        questions: Repairs that the text does not prove, made only when accepted.
        notes: Guesses and what was left undecided.
    """

    schema: str
    repairs: tuple[Repair, ...]
    undone: tuple[Repair, ...]
    questions: tuple[Repair, ...]
    notes: tuple[ImportNote, ...]


def report(imported: Imported) -> ImportReport:
    """Return the report of an import.

    Its JSON schema is ``msgspec.json.schema(ImportReport)``. Applying every edit of ``repairs``
    to the imported text gives the text that was read.
    """
    return ImportReport(
        "clausepress.import/1",
        tuple(imported.repairs),
        tuple(imported.undone),
        tuple(imported.questions),
        tuple(imported.notes),
    )
