"""Markdown source to blocks: headings, numbered clauses, paragraphs and tables, not yet nested.

The source is plain Python-Markdown with ``attr_list`` to any editor, but it is not read by a
Markdown library: those renumber lists, turn indented clauses into code and flatten tables.
Here a printed number is text, and the structure follows the numbers (`clausepress.text.nesting`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from clausepress.errors import SourceError
from clausepress.text.inline import join_runs, parse_inline, strip_start
from clausepress.text.model import Run, Runs, Table, plain
from clausepress.text.number_runs import settle_runs
from clausepress.text.numbers import Number, match_number
from clausepress.text.spread import spread_marks

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"[-*+]\s+(?=\S)")
_LINE_MARK = re.compile(r"#{1,6}\s+|[-*+]\s+(?=\S)")
_ID = re.compile(r"\{#([^{}\s]*)\}$")
_VALID_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
_CELL = re.compile(r"(?<!\\)\|")
_MARKS_BEFORE = re.compile(r"^(?:\*\*|\^\^|<u>|\[)+", re.IGNORECASE)


@dataclass(slots=True)
class SourceBlock:
    """A block of source before nesting: its place, its marks, its content.

    Attributes:
        line: 1-based line it starts on.
        level: Heading level 1-6, 0 for running text.
        number: The printed clause number it begins with.
        number_mark: The run its number begins in, for the number's emphasis.
        source: Its text as written, marks of heading, list and id left out.
        runs: Its text, number left out.
        table: The table, when it is one.
        id: Explicit id, empty when none.
        bullet: Whether it carries a list mark.
        joined: Number of source lines it was joined from.
    """

    line: int
    level: int = 0
    number: Number | None = None
    number_mark: Run | None = None
    source: str = ""
    runs: Runs = ()
    table: Table | None = None
    id: str = ""
    bullet: bool = False
    joined: int = 1


def read_blocks(body: str, *, path: Path, first_line: int = 1) -> list[SourceBlock]:
    """Split source into blocks.

    A blank line ends a block; so does a line that begins a heading, a list item, a numbered
    clause or a table. A line that continues a block is joined to it, with no space between two
    Chinese characters.

    Raises:
        SourceError: A malformed table or id.
    """
    blocks: list[SourceBlock] = []
    pending: list[str] = []
    started = first_line
    lines = body.split("\n")
    openings = _openings(lines)
    index = 0

    def flush() -> None:
        if pending:
            blocks.append(_block(pending, started, path))
            pending.clear()

    while index < len(lines):
        line = lines[index].strip()
        if is_table(lines, index):
            flush()
            end = index
            while end < len(lines) and lines[end].strip().startswith("|"):
                end += 1
            blocks.append(
                _table([text.strip() for text in lines[index:end]], first_line + index, path)
            )
            index = end
            continue
        if not line or openings[index]:
            flush()
        if line:
            if not pending:
                started = first_line + index
            pending.append(line)
        index += 1
    flush()
    spread = spread_marks([None if b.table or b.level else b.source for b in blocks])
    for block, source in zip(blocks, spread, strict=True):
        if not block.table:
            _read_inline(block, source or block.source, path)
    for block, number in zip(blocks, settle_runs(b.number for b in blocks), strict=True):
        block.number = number
        if number:
            block.number_mark = block.runs[0]
            block.bullet = False
            block.runs = strip_start(block.runs, len(number.printed))
            block.level = block.level if block.runs else 0  # a number alone is no title
    # Marks around nothing are no text: a paragraph without characters is not one.
    return [b for b in blocks if b.table or b.runs or b.number or b.level or b.id]


def join_lines(lines: list[str]) -> str:
    """Join the lines of one block, with a space except between full-width characters."""
    parts = [lines[0]]
    for before, line in pairwise(lines):
        wide = before and ord(before[-1]) >= 0x2E80 and ord(line[0]) >= 0x2E80
        parts += [line] if wide else [" ", line]
    return "".join(parts)


def _openings(lines: list[str]) -> list[bool]:
    """Whether each line begins a block: it is a heading or list item, or has a number."""
    texts = [line.strip() for line in lines]
    marks = [_LINE_MARK.match(text) for text in texts]
    cores = [
        _MARKS_BEFORE.sub("", text[mark.end() :] if mark else text)
        for text, mark in zip(texts, marks, strict=True)
    ]
    numbers = settle_runs(match_number(core) for core in cores)
    return [bool(mark or number) for mark, number in zip(marks, numbers, strict=True)]


def _block(lines: list[str], line: int, path: Path) -> SourceBlock:
    block = SourceBlock(line=line, joined=len(lines))
    first = lines[0]  # marks stand on the first line; a bare '-' is text, whatever follows
    if found := _HEADING.match(first):
        block.level = len(found.group(1))
        first = found.group(2)
    elif found := _BULLET.match(first):
        block.bullet = True
        first = first[found.end() :]
    text = join_lines([first, *lines[1:]]).rstrip()
    if found := _ID.search(text):
        block.id = found.group(1)
        if not _VALID_ID.fullmatch(block.id):
            raise SourceError(
                path,
                f"'{{#{block.id}}}' is not an id",
                "use a letter followed by letters, digits, '-', '_' or '.'",
                line=line,
            )
        text = text[: found.start()].rstrip()
    block.source = text
    return block


def _read_inline(block: SourceBlock, source: str, path: Path) -> None:
    """Read emphasis, links and the number that its text begins with."""
    # An escaped first character is never a number.
    literal = _MARKS_BEFORE.sub("", source).startswith("\\")
    runs = join_runs(parse_inline(source))
    if block.level and not runs:
        raise SourceError(
            path, "this heading has no text", "write its title, or remove it", line=block.line
        )
    block.number = None if literal else match_number(plain(runs))
    block.runs = runs


def is_table(lines: list[str], index: int) -> bool:
    """Whether a pipe table begins on the line at ``index``."""
    if index + 1 >= len(lines) or not lines[index].lstrip().startswith("|"):
        return False
    rule = lines[index + 1].strip()
    return _RULE.fullmatch(rule) is not None and len(_cells(rule)) == len(_cells(lines[index]))


def _cells(line: str) -> list[str]:
    """Source of the cells of a table line; the bar at its end may be missing."""
    cells = _CELL.split(line.strip())[1:]
    return cells if cells and cells[-1].strip() else cells[:-1]


def _table(lines: list[str], line: int, path: Path) -> SourceBlock:
    rows = [
        tuple(parse_inline(cell.strip().replace("\\|", "|")) for cell in _cells(text))
        for text in lines
    ]
    header, body = rows[0], rows[2:]
    for offset, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise SourceError(
                path,
                f"this table row has {len(row)} cells, the header has {len(header)}",
                "give every row the same number of cells; write a literal | as \\|",
                line=line + offset,
            )
    return SourceBlock(line=line, table=Table(header, tuple(body)))
