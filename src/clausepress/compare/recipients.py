"""Tables of recipients: who personal information is shared with, a row each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from clausepress.compare.model import Redline
from clausepress.text.model import Clause, Table, plain

_RECIPIENT = re.compile(
    r"合作方|合作伙伴|第三方|接收方|接受方|受托方|受让方|提供方|提供者|服务商|供应商|运营者|开发者"
    r"|(?:公司|企业|机构|主体)名称|SDK|\brecipients?\b|\bthird[\s-]part|\bpartners?\b|\bproviders?\b"
    r"|\bprocessors?\b|\bvendors?\b|\bcompany\s+name\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[、，,；;\n]|\s(?:and|or)\s|和|及|与|或")


def lists_recipients(table: Table) -> bool:
    """Whether a column of a table is headed as one of recipients."""
    return any(_RECIPIENT.search(plain(cell)) for cell in table.header)


def without_recipients(clause: Clause) -> Clause:
    """Return a clause without its tables of recipients."""
    blocks = tuple(
        block
        for block in clause.blocks
        if not (isinstance(block, Table) and lists_recipients(block))
    )
    return msgspec.structs.replace(clause, blocks=blocks)


def changed_recipients(
    redline: Redline, old: Mapping[str, Clause], new: Mapping[str, Clause]
) -> tuple[str, str] | None:
    """Return the first row of recipients that is new, else one that is gone.

    Rows are compared by their letters and figures, wherever they stand, and so are the entries of
    a cell's list; terms renamed throughout count as the same.

    Returns:
        Id of its clause and its first cell; None when all rows are the same.
    """
    renamed = [
        sorted(filter(None, (_letters(hunk.old.text), _letters(hunk.new.text))), key=len)[::-1]
        for hunk in redline.hunks
        if hunk.kind == "renamed-term" and hunk.old and hunk.new
    ]
    before = {_comparable(row, renamed): where for row, where in _rows(old.values()).items()}
    after = {_comparable(row, renamed): where for row, where in _rows(new.values()).items()}
    for mine, others in ((after, before), (before, after)):
        for row, where in mine.items():
            if row not in others:
                return where
    return None


def _rows(clauses: Iterable[Clause]) -> dict[tuple[str, ...], tuple[str, str]]:
    """Cells of every row of recipients to its clause and first cell."""
    return {
        tuple(plain(cell) for cell in row): (clause.id, plain(row[0]) if row else "")
        for clause in clauses
        for block in clause.blocks
        if isinstance(block, Table) and lists_recipients(block)
        for row in block.rows
    }


def _comparable(
    row: tuple[str, ...], renamed: Sequence[Sequence[str]]
) -> tuple[tuple[str, ...], ...]:
    """The entries of each cell in one order, with a mark for each renamed term."""
    cells = []
    for cell in row:
        entries = [_letters(each) for each in _BETWEEN.split(cell)]
        for at, names in enumerate(renamed):
            for name in names:
                entries = [entry.replace(name, f"\0{at}\0") for entry in entries]
        cells.append(tuple(sorted(filter(None, entries))))
    return tuple(cells)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()
