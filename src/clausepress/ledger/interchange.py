"""Records written for other programs and for spreadsheets, a piece of text at a time."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

import msgspec

from clausepress.ledger.consent_record import CONTEXT, Notices, consent_record
from clausepress.ledger.records import canonical
from clausepress.ledger.selection import Selected

RecordFormat = Literal["jsonl", "csv", "jsonld"]

COLUMNS: Final = (
    *("position", "id", "at", "event_at", "kind", "decision", "mode"),
    *("policy", "version", "lang", "text_digest", "prominent_shown", "documents"),
    *("purpose", "purposes", "services", "notice", "notice_grade"),
    *("surface", "label", "widget", "claimed_at"),
    *("channel", "reason", "gateway", "verdict", "key_id"),
)
"""Columns of a table of records."""

OPENED: Final = (
    "account",
    "subject",
    "address",
    "digest",
    "text",
    "source",
    "evidence",
    "guardian",
)
"""Further columns when the personal fields are opened."""

_OTHER: Final = "other"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def jsonl(records: Iterable[Selected]) -> Iterator[str]:
    """JSON Lines: an object a record, its fields and its `position`."""
    for record in records:
        yield msgspec.json.encode({"position": record.position} | record.fields).decode() + "\n"


def table(records: Iterable[Selected], *, opened: bool, mark: bool = False) -> Iterator[str]:
    """CSV (RFC 4180) with a header; lists and objects are JSON in their cell.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, which a
    spreadsheet does not show (OWASP, "CSV Injection"). With `mark` the text begins with a byte
    order mark, without which some spreadsheets do not read it as UTF-8.
    """
    columns = (*COLUMNS, *(OPENED if opened else ()), _OTHER)
    line = io.StringIO("\ufeff" if mark else "", newline="")
    line.seek(0, io.SEEK_END)
    writer = csv.writer(line)
    writer.writerow(columns)
    for record in records:
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        fields = {"position": record.position} | record.fields
        cells = [_cell(fields.pop(name, "")) for name in columns[:-1]]
        writer.writerow([*cells, _cell(fields or "")])
    yield line.getvalue()


def jsonld(records: Iterable[Selected], notices: Notices) -> Iterator[str]:
    """One JSON-LD document of all consent records, a node a line.

    Records that are about no consent (erasures, replies that say something else) are left out.
    """
    yield f'{{"@context":{msgspec.json.encode(CONTEXT).decode()},"@graph":[\n'
    gap = ""
    for record in records:
        if node := consent_record(record.fields, record.position, notices):
            yield gap + msgspec.json.encode(node).decode()
            gap = ",\n"
    yield "\n]}\n"


def _cell(value: Any) -> str:
    text = canonical(value).decode() if isinstance(value, dict | list | bool) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
