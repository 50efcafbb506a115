"""A text as the rules read it: pieces in printed order, each character with its place in the file.

The edition says what belongs to what; the raw file says where it stands. The two are joined
character by character, so that a finding names the exact line even inside a joined paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clausepress.errors import ClausepressError
from clausepress.text.importer import import_text
from clausepress.text.lint.chapters import nest_outline, nest_slips
from clausepress.text.lint.listing import find_listing
from clausepress.text.model import Block, Clause, Edition, Paragraph, plain
from clausepress.text.number_runs import settle_letters, settle_runs
from clausepress.text.numbers import Number, match_number
from clausepress.text.sources import TextSource

HAN = "\u3400-\u9fff"
"""Range of Chinese characters, for use inside a regular expression's brackets."""

_MARKUP = re.compile(
    r"\{[#.][^{}\n]*\}|\]\([^()\s]*\)|\*\*|\^\^|</?u>|^[ \t]*(?:#{1,6}|[-*+])(?=\s)"
    r"|^\|(?:\s*:?-{3,}:?\s*\|)+\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCK = re.compile(r"[-*+#|>]|\S{1,6}[.、)）]")
_WIDE = 0x2E80  # first of the wide characters: Chinese ones and full-width punctuation
_WRAP = 120  # columns up to which a file counts as wrapped, a Chinese character two
_REACH = 400  # characters looked ahead for the next character of the edition


@dataclass(eq=False, slots=True)
class Piece:
    """A stretch of text that ends where a line or a cell ends in print.

    Attributes:
        text: Its characters, printed number left out.
        kind: ``heading``, ``paragraph`` or ``cell``.
        node: The clause it belongs to, None in the preface.
        places: For each character of ``text`` its offset in the raw file.
        opens: Whether it is the first piece of a clause, the one its number stands before.
        index: Its place among all pieces.
        table: Number of the table it is a cell of, 0 for none.
        row: Row of that table, 0 the header.
    """

    text: str
    kind: str
    node: Node | None
    places: list[int]
    opens: bool
    index: int
    table: int = 0
    row: int = 0


@dataclass(eq=False, slots=True)
class Node:
    """A clause with its family.

    Attributes:
        clause: The clause itself.
        number: Its printed number, read; None when it has none.
        parent: The clause that holds it.
        line: 1-based line its number or first words stand on.
        index: Its place among all clauses.
        place: Its place among its siblings.
        children: Clauses below it.
        pieces: Its own text, heading first.
    """

    clause: Clause
    number: Number | None
    parent: Node | None
    line: int
    index: int
    place: int
    children: list[Node] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def printed(self) -> str:
        """The number as printed."""
        return self.clause.number

    @property
    def title(self) -> str:
        """Its heading, or the short text that stands for one."""
        if self.clause.heading:
            return plain(self.clause.heading)
        return self.pieces[0].text if self.pieces else ""

    def walk(self) -> Iterator[Node]:
        """Yield this clause and all below it, in printed order."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))

    def subtree_text(self) -> str:
        """All text of the clause and those below it."""
        return "\n".join(piece.text for node in self.walk() for piece in node.pieces)


class View:
    """A text prepared for the rules; built once for each text.

    Attributes:
        source: The text.
        lang: ``zh``, ``en``, …
        pieces: Every piece in printed order.
        nodes: Every clause in printed order.
        top: Top-level clauses.
        lines: The raw lines, front matter blanked.
        wrapped: Whether a line end inside a paragraph is mere layout: a source, or a file whose
            lines all end at some width.
        listed: Indexes of the pieces of the contents list. Where its items stand beside the
            chapters they are in ``pieces`` only.
    """

    def __init__(self, source: TextSource) -> None:
        self.source = source
        self.lang = source.edition.lang
        self.pieces: list[Piece] = []
        self.nodes: list[Node] = []
        self.listed: set[int] = set()
        self.top: list[Node] = []
        raw, edition = source.raw, source.edition
        self.wrapped = source.is_source or _is_wrapped(raw)
        text = raw
        self._origin: Sequence[int] = range(len(raw))
        if not source.is_source:
            text, self._origin, edition = _as_printed(source, raw, wrapped=self.wrapped)
        if source.is_source:
            end = raw.find("\n---", 3)
            text = raw = re.sub(r"[^\n]", " ", raw[: end + 4]) + raw[end + 4 :]
        self.lines = raw.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._mask = _MARKUP.sub(lambda found: " " * len(found.group()), text)
        self._at = 0
        self._tables = 0
        for block in edition.preface:
            self._add_block(block, None, opens=False)
        for clause in edition.clauses:
            self._add_clause(clause, None)
        settled = settle_letters(settle_runs(node.number for node in self.nodes))
        for node, number in zip(self.nodes, settled, strict=True):
            node.number = number
        self.top = nest_outline(nest_slips(self.nodes, self.top))
        self._take_contents()
        self._node_lines = [node.line for node in self.nodes]
        # The mark-free text is only needed while places are worked out.
        del self._mask, self._origin

    @property
    def path(self) -> Path:
        """The file."""
        return self.source.path

    @property
    def is_zh(self) -> bool:
        """Whether the text is Chinese."""
        return self.lang.startswith("zh")

    def line_of(self, piece: Piece, at: int = 0) -> int:
        """1-based line of a character of a piece; a negative ``at`` counts from its end."""
        if not piece.places:
            return piece.node.line if piece.node else 1
        at = max(at + len(piece.places), 0) if at < 0 else min(at, len(piece.places) - 1)
        return bisect_right(self._starts, piece.places[at])

    def node_at(self, line: int) -> Node | None:
        """The clause a line belongs to, None before the first clause."""
        index = bisect_right(self._node_lines, line)
        return self.nodes[index - 1] if index else None

    def running(self) -> Iterator[Piece]:
        """Yield headings and paragraphs, table cells left out."""
        return (piece for piece in self.pieces if piece.kind != "cell" and piece.text)

    def next_piece(self, piece: Piece) -> Piece | None:
        """The piece printed after this one."""
        following = piece.index + 1
        return self.pieces[following] if following < len(self.pieces) else None

    def _add_clause(self, clause: Clause, parent: Node | None) -> None:
        # The parser's own nesting is at most ten decimals deep plus items: recursion is safe
        # for any text it can build from numbers, and headings add six levels.
        first = self._place(clause.number)
        number = match_number(f"{clause.number} ") or match_number(clause.number)
        siblings = parent.children if parent else self.top
        node = Node(clause, number, parent, 0, len(self.nodes), len(siblings))
        self.nodes.append(node)
        siblings.append(node)
        if clause.heading:
            self._add(plain(clause.heading), "heading", node, opens=True)
        for index, block in enumerate(clause.blocks):
            self._add_block(block, node, opens=index == 0 and not clause.heading)
        start = first or (node.pieces[0].places if node.pieces else [])
        node.line = bisect_right(self._starts, start[0]) if start else 1
        for child in clause.children:
            self._add_clause(child, node)

    def _add_block(self, block: Block, node: Node | None, *, opens: bool) -> None:
        if isinstance(block, Paragraph):
            self._add(plain(block.runs), "paragraph", node, opens=opens)
            return
        self._tables += 1
        for row, cells in enumerate((block.header, *block.rows)):
            for cell in cells:
                self._add(plain(cell), "cell", node, opens=False, row=row)

    def _add(self, text: str, kind: str, node: Node | None, *, opens: bool, row: int = 0) -> None:
        table = self._tables if kind == "cell" else 0
        piece = Piece(text, kind, node, self._place(text), opens, len(self.pieces), table, row)
        self.pieces.append(piece)
        if node:
            node.pieces.append(piece)

    def _take_contents(self) -> None:
        """Set the clauses of a contents list aside where they stand beside the chapters."""
        listing = find_listing(self.pieces)
        self.listed = {piece.index for piece in listing}
        nodes = {piece.node.index for piece in listing if piece.opens and piece.node}
        if not nodes:
            return
        first = self.nodes[min(nodes)]
        family = first.parent.children if first.parent else self.top
        rest = [node for node in family if node.index not in nodes]
        inside = [node for each in family if each.index in nodes for node in each.walk()]
        beside = any(node.number for node in rest if node.index > first.index)
        if not beside or any(node.index not in nodes for node in inside):
            return  # a list under a heading of its own
        self.nodes = [node for node in self.nodes if node.index not in nodes]
        if first.parent:
            # "## Contents" holds its items and, as they are numbered alike, the chapters too.
            heading = first.parent
            heading.children = []
            at = heading.place + 1
            self.top[at:at] = rest
            for node in rest:
                node.parent = None
        else:
            self.top = rest
        for place, node in enumerate(self.top):
            node.place = place
        for index, node in enumerate(self.nodes):
            node.index = index

    def _place(self, text: str) -> list[int]:
        places: list[int] = []
        for char in text:
            if not char.isspace():
                found = self._mask.find(char, self._at, self._at + _REACH)
                if found >= 0:
                    self._at = found + 1
            places.append(self._origin[max(self._at - 1, 0)])
        return places


def _as_printed(
    source: TextSource, raw: str, *, wrapped: bool
) -> tuple[str, Sequence[int], Edition]:
    """Read a file as it stands: the lint must see what the importer's repairs would hide.

    Returns:
        The text that was read, the offset in ``raw`` of each of its characters, the edition.
    """
    text, origin = _unwrapped(raw) if wrapped else (raw, range(len(raw)))
    try:
        imported = import_text(text, lang=source.edition.lang, path=source.path, repair=False)
    except ClausepressError:
        return raw, range(len(raw)), source.edition  # legible only after repair
    return text, origin, imported.edition


def _is_wrapped(raw: str) -> bool:
    """Whether a file's lines end at some width, so that a line end says nothing."""
    lines = [line.strip() for line in raw.split("\n")]
    widths = [_columns(line) for line in lines]
    soft = sum(
        bool(line and following and width >= _WRAP // 2 and not _BLOCK.match(following))
        for line, width, following in zip(lines, widths, lines[1:], strict=False)
    )
    return max(widths) <= _WRAP and soft > 1


def _unwrapped(raw: str) -> tuple[str, Sequence[int]]:
    """Join the lines of each paragraph of a wrapped file.

    Returns:
        The text, and for each of its characters its offset in ``raw``.
    """
    parts: list[str] = []
    origin: list[int] = []
    start = 0
    before = ""
    for line in raw.split("\n"):
        text = line.strip()
        if start:
            stops = before[-1:] in "。；：;:|" and not text[:1].islower()
            goes_on = _columns(before) >= _WRAP // 3 and text and not stops
            listed = before[-1:] in ".)" and match_number(text) is not None
            joined = bool(goes_on and not listed and not re.match(r"[-*+#|>]", text))
            wide = joined and ord(before[-1]) >= _WIDE and ord(text[0]) >= _WIDE
            parts.append("" if wide else " " if joined else "\n")
            origin.extend([] if wide else [start - 1])
            line = text if joined else line
        shift = raw.find(line, start) if line else start
        parts.append(line)
        origin.extend(range(shift, shift + len(line)))
        start = raw.find("\n", start) + 1 or len(raw) + 1
        before = text
    return "".join(parts), origin or [0]


def _columns(line: str) -> int:
    return sum(2 if ord(char) >= _WIDE else 1 for char in line)


def ancestors(node: Node | None) -> list[Node]:
    """A clause and those that hold it, the innermost first; none for None."""
    found: list[Node] = []
    while node:
        found.append(node)
        node = node.parent
    return found


def shorten(text: str, around: int = 0, width: int = 40) -> str:
    """Return at most ``width`` characters of a text around a place, ends marked with ``…``."""
    start = max(0, around - width // 2)
    end = min(len(text), start + width)
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
