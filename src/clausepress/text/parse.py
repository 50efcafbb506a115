"""Markdown source to `Edition`: the one parse that everything downstream uses.

The source is plain Python-Markdown with ``attr_list`` to any editor, but it is not read by a
Markdown library: those renumber lists, turn indented clauses into code and flatten tables.
Here a printed number is text, and the structure follows the numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import msgspec

from clausepress.errors import SourceError
from clausepress.text.inline import join_runs, parse_inline, strip_start
from clausepress.text.model import (
    PREFACE_ID,
    Block,
    Clause,
    Edition,
    Paragraph,
    Run,
    Runs,
    Table,
    plain,
)
from clausepress.text.numbers import (
    CHAPTER_SCHEMES,
    Number,
    as_roman,
    match_number,
    settle_runs,
)
from clausepress.text.spread import spread_marks
from clausepress.text.yaml import Mapping, load_yaml

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"[-*+]\s+(?=\S)")
_LINE_MARK = re.compile(r"#{1,6}\s+|[-*+]\s+(?=\S)")
_ID = re.compile(r"\{#([^{}\s]*)\}$")
_VALID_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_RULE = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+")
_CELL = re.compile(r"(?<!\\)\|")
_MARKS_BEFORE = re.compile(r"^(?:\*\*|\^\^|<u>|\[)+", re.IGNORECASE)
# C0 and C1 controls, and the bidirectional controls that show text in another order than it has.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_FENCE = "---"


class FrontMatter(msgspec.Struct, forbid_unknown_fields=True):
    """Front matter of a source file.

    Attributes:
        title: The title as printed.
        translates: ``"<version> <lang>"`` or ``"earlier"``, when the text is a translation.
    """

    title: str
    translates: str = ""


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


@dataclass(slots=True)
class _Node:
    """A clause under construction."""

    block: SourceBlock
    blocks: list[Block] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)

    @property
    def scheme(self) -> str:
        return self.block.number.scheme if self.block.number else ""

    @property
    def depth(self) -> int:
        """Number of parts of a decimal number, 0 for any other."""
        number = self.block.number
        return len(number.values) if number and number.scheme == "decimal" else 0


@dataclass(frozen=True, slots=True)
class Parsed:
    """An edition with the source line of each clause, for messages.

    Attributes:
        edition: The text.
        lines: Clause id to 1-based line.
    """

    edition: Edition
    lines: dict[str, int]


def parse_source(source: str, *, lang: str, path: Path) -> Parsed:
    """Parse one edition's source.

    Args:
        source: The file's text with ``\\n`` line ends.
        lang: Language of the edition, BCP 47.
        path: The file, for messages.

    Raises:
        SourceError: Broken front matter, two clauses with one id, a malformed id or table, an
            invisible control character.
    """
    if found := _INVISIBLE.search(source):
        raise SourceError(
            path,
            f"holds the invisible control character U+{ord(found.group()):04X}",
            "remove it: what is not seen must not be in a legal text",
            line=source.count("\n", 0, found.start()) + 1,
        )
    front, body, first_line = _front_matter(source, path)
    blocks = read_blocks(body, path=path, first_line=first_line)
    if not blocks:
        raise SourceError(
            path, "there is no text after the front matter", "write the text below it"
        )
    preface, clauses, lines = nest(blocks, path=path)
    edition = Edition(
        lang=lang,
        title=front.title,
        preface=preface,
        clauses=clauses,
        translates=front.translates,
    )
    return Parsed(edition, lines)


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
    # Marks around nothing are no text: a paragraph without characters is not one.
    return [b for b in blocks if b.table or b.runs or b.number or b.level or b.id]


def join_lines(lines: list[str]) -> str:
    """Join the lines of one block, with a space except between full-width characters."""
    parts = [lines[0]]
    for before, line in pairwise(lines):
        wide = before and ord(before[-1]) >= 0x2E80 and ord(line[0]) >= 0x2E80
        parts += [line] if wide else [" ", line]
    return "".join(parts)


def nest(
    blocks: list[SourceBlock], *, path: Path
) -> tuple[tuple[Block, ...], tuple[Clause, ...], dict[str, int]]:
    """Nest blocks into preface and clauses by their numbers and headings.

    Returns:
        Preface blocks, top-level clauses, and the line of each clause id.

    Raises:
        SourceError: Two clauses with one id.
    """
    _settle_letters(blocks)
    preface: list[Block] = []
    root = _Node(SourceBlock(line=0))
    stack: list[_Node] = [root]
    for block in blocks:
        if block.number or block.level or (block.id and not block.table):
            node = _Node(block)
            _pop_to_parent(stack, node)
            stack[-1].children.append(node)
            stack.append(node)
            if not block.level and block.runs:
                node.blocks.append(Paragraph(block.runs, block.bullet))
            continue
        content: Block = block.table or Paragraph(block.runs, block.bullet)
        (stack[-1].blocks if len(stack) > 1 else preface).append(content)
    taken: dict[str, int] = {PREFACE_ID: blocks[0].line if blocks else 0}
    for node in _walk(root):
        _claim_explicit_id(node.block, taken, path)
    repeats: dict[str, int] = {}
    clauses = tuple(
        _clause(node, "", ordinal, taken, repeats)
        for ordinal, node in enumerate(root.children, start=1)
    )
    return tuple(preface), clauses, taken


def _settle_letters(blocks: list[SourceBlock]) -> None:
    """Tell letters from Roman numerals by the number before or after: (h) (i), but (i) (ii)."""
    numbered = [block for block in blocks if block.number]
    for index, block in enumerate(numbered):
        number = block.number
        before = numbered[index - 1].number if index else None
        after = numbered[index + 1].number if index + 1 < len(numbered) else None
        if number and (other := as_roman(number)):
            follows = before and before.scheme == other.scheme and before.values[0] + 1
            leads = after and after.scheme == other.scheme and after.values[0] - 1
            if other.values[0] in (follows, leads):
                block.number = other


def _front_matter(source: str, path: Path) -> tuple[FrontMatter, str, int]:
    lines = source.split("\n")
    if lines[0].strip() != _FENCE:
        raise SourceError(
            path,
            "there is no front matter",
            "begin the file with three lines: ---, title: <the printed title>, ---",
            line=1,
        )
    for index in range(1, len(lines)):
        if lines[index].strip() == _FENCE:
            mapping: Mapping = load_yaml("\n".join(lines[1:index]), path, first_line=2)
            front = mapping.convert(FrontMatter)
            return front, "\n".join(lines[index + 1 :]), index + 2
    raise SourceError(
        path, "the front matter has no end", "close it with a line of three dashes: ---", line=1
    )


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


def _pop_to_parent(stack: list[_Node], node: _Node) -> None:
    """Leave on the stack the chain of clauses that the new one belongs under."""
    if node.depth:
        while len(stack) > 1 and not _holds_decimal(stack[-1], node.depth):
            stack.pop()
        return
    siblings = [
        index
        for index, open_node in enumerate(stack)
        if node.scheme
        and open_node.scheme == node.scheme
        and bool(open_node.block.level) == bool(node.block.level)
    ]
    if siblings:
        del stack[siblings[-1] :]
        return
    if node.block.level:
        while len(stack) > 1 and not 0 < stack[-1].block.level < node.block.level:
            stack.pop()
    elif node.scheme in CHAPTER_SCHEMES or not node.scheme:
        # A chapter number in running text, or an unnumbered clause with an id of its own,
        # stands beside what came before unless a heading holds it.
        while len(stack) > 1 and not stack[-1].block.level:
            stack.pop()


def _holds_decimal(open_node: _Node, depth: int) -> bool:
    """Whether a clause can be the parent of a decimal number with ``depth`` parts."""
    if open_node.depth:
        return open_node.depth < depth
    return bool(open_node.block.level) or open_node.scheme in CHAPTER_SCHEMES


def _walk(node: _Node) -> list[_Node]:
    found: list[_Node] = []
    pending = list(reversed(node.children))
    while pending:
        current = pending.pop()
        found.append(current)
        pending.extend(reversed(current.children))
    return found


def _claim_explicit_id(block: SourceBlock, taken: dict[str, int], path: Path) -> None:
    if not block.id:
        return
    if block.id in taken:
        raise SourceError(
            path,
            f"two clauses have the id '{block.id}' (the other is on line {taken[block.id]})",
            "give one of them another id; an id is never used twice",
            line=block.line,
        )
    taken[block.id] = block.line


def _clause(
    node: _Node, parent: str, ordinal: int, taken: dict[str, int], repeats: dict[str, int]
) -> Clause:
    block = node.block
    clause_id = block.id
    if not clause_id:
        wanted = derived_id(block.number, parent, ordinal)
        clause_id = wanted
        repeat = repeats.get(wanted, 1)  # every lower one is taken already
        while clause_id in taken:
            repeat += 1
            clause_id = f"{wanted}-r{repeat}"
        repeats[wanted] = repeat
        taken[clause_id] = block.line
    return Clause(
        id=clause_id,
        number=block.number.printed if block.number else "",
        number_bold=bool(block.number_mark and block.number_mark.bold),
        number_underline=bool(block.number_mark and block.number_mark.underline),
        heading=block.runs if block.level else (),
        blocks=tuple(node.blocks),
        children=tuple(
            _clause(child, clause_id, place, taken, repeats)
            for place, child in enumerate(node.children, start=1)
        ),
    )


def derived_id(number: Number | None, parent: str, ordinal: int) -> str:
    """Id of a clause whose source gives none: from its number, items under their clause."""
    if number is None:
        return f"{parent}-part-{ordinal}" if parent else f"part-{ordinal}"
    value = "-".join(str(part) for part in number.values)
    if number.scheme == "decimal":
        return f"c{value}"
    return f"{parent}-{value}" if parent else f"ch{value}"
