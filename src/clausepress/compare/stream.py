"""An edition as units of tokens: what a redline compares.

A unit is a clause's own text. Its tokens are compared by their *form*: width, quotation marks,
composition, and the look of numbers (① and (1), 1,000 and 1000) set aside, white space left out.
Offsets lead back to the text as printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from clausepress.text.alignment.features import clause_number, is_derived
from clausepress.text.model import (
    PREFACE_ID,
    Clause,
    Edition,
    Paragraph,
    Run,
    Runs,
    number_run,
    plain,
)

NUMBER = -1
"""Block of the tokens of a printed number."""
HAN_NUMERAL = "零〇一二三四五六七八九十百千万亿两"

# One character for one, so that offsets stay: full-width ASCII, wide space, quotation marks.
_WIDTH = {0xFF01 + at: 0x21 + at for at in range(94)} | {0x3000: 0x20}
_WIDTH |= dict.fromkeys(map(ord, "“”„‟「」『』"), ord('"'))
_WIDTH |= dict.fromkeys(map(ord, "‘’‚‛"), ord("'"))
_OTHER_SCRIPT = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = rf"[^\W{_OTHER_SCRIPT}\u3040-\u30ff]"
_TOKEN = re.compile(
    r"[0-9]+(?:[.,:/-][0-9]+)*"
    r"|\([0-9]{1,2}\)"
    r"|[…⋯]+|\.{2,}"
    rf"|{_WORD}[\u0300-\u036f]*(?:{_WORD}|[\u0300-\u036f]|['-](?={_WORD}))*"
    rf"|[{HAN_NUMERAL}]+"
    r"|[^\s\u00ad\u200b-\u200d\u2060\ufeff]"
)
_THOUSANDS = re.compile(r"(?<![0-9])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
# Superscripts, subscripts, fractions and what is in a circle: m² is not m2, ㉑ is not 21.
_MEANINGFUL = re.compile(
    "[ªº²³¹¼-¾\u2070-\u209c℠™\u2150-\u215f\u2189\u2460-\u2473\u24b6-\u24ea\u3244-\u3247"
    "\u3251-\u327e\u3280-\u32bf]"
)


@dataclass(slots=True)
class Token:
    """A token of a unit.

    Attributes:
        unit: Index of its unit in the edition.
        start: Offset in the clause's own text; negative in the number, which stands before it.
        end: Offset behind it.
        form: What is compared.
        mark: Whether it is part of a prominent clause.
        block: Ordinal of its block in the unit: `NUMBER`, 0 for the heading, then 1, 2, …
        row: Row of a table, 0 for its header; -1 outside tables.
        cell: Column of a table.
        bullet: Whether its paragraph carries a list mark.
    """

    unit: int
    start: int
    end: int
    form: str
    mark: bool
    block: int
    row: int = -1
    cell: int = 0
    bullet: bool = False

    @property
    def place(self) -> tuple[int, int, int, int]:
        """The block, row or cell it stands in; a change of place is a line or cell border."""
        return (self.unit, self.block, self.row, self.cell)


@dataclass(slots=True)
class Unit:
    """A clause as the comparison sees it.

    Attributes:
        index: Its place in the text, 0 for the preface.
        clause: The clause.
        parent: Index of the clause above it, -1 at the top.
        explicit: Whether its id was given, not derived from its number.
        text: Its own text.
        number: Its number in comparable form: width and closing marks set aside.
        tokens: Its own text as tokens.
        number_tokens: Its number as tokens.
    """

    index: int
    clause: Clause
    parent: int
    explicit: bool
    text: str
    number: str
    tokens: list[Token] = field(default_factory=list)
    number_tokens: list[Token] = field(default_factory=list)

    def slice(self, start: int, end: int) -> str:
        """Characters from one offset to another; negative offsets lie in the printed number."""
        if start >= 0:
            return self.text[start:end]
        number = self.clause.number
        return number[start:] + self.text[:end] if end > 0 else number[start : end or None]


def clause_text(clause: Clause) -> str:
    """Return a clause's own text: what the offsets of a redline count in.

    The heading, then each block, joined by ``\\n``; the rows of a table joined by ``\\n``, its
    cells by ``\\t``. The printed number is not in it, nor are the clauses below.
    """
    return "\n".join("\t".join(plain(runs) for runs in line) for line in _lines(clause))


def preface_clause(edition: Edition) -> Clause:
    """Return the text before the first clause as a clause with the id `PREFACE_ID`.

    The title is its heading, unless a paragraph of it prints the title.
    """
    title = squeezed(edition.title)
    printed = any(
        squeezed(plain(block.runs)) == title
        for block in edition.preface
        if isinstance(block, Paragraph)
    )
    heading = () if printed or not edition.title else (Run(edition.title),)
    return Clause(PREFACE_ID, heading=heading, blocks=edition.preface)


def clauses_of(edition: Edition) -> dict[str, Clause]:
    """Return every clause by id, the preface first."""
    preface = preface_clause(edition)
    return {preface.id: preface} | {clause.id: clause for clause in edition.walk()}


def read_units(edition: Edition) -> list[Unit]:
    """Return the preface and every clause in printed order, as units."""
    units: list[Unit] = []

    def add(clause: Clause, parent: int, ordinal: int) -> int:
        above = units[parent].clause.id if parent >= 0 else ""
        unit = Unit(
            len(units),
            clause,
            parent,
            ordinal > 0 and not is_derived(clause, above, ordinal),
            clause_text(clause),
            number_form(clause),
        )
        unit.tokens = _tokens(unit)
        shift = len(clause.number)
        unit.number_tokens = [
            Token(unit.index, at - shift, end - shift, form, number_run(clause).prominent, NUMBER)
            for at, end, form in tokenise(clause.number)
        ]
        units.append(unit)
        return unit.index

    add(preface_clause(edition), -1, 0)
    pending = [(clause, -1, place) for place, clause in enumerate(edition.clauses, start=1)][::-1]
    while pending:
        clause, parent, ordinal = pending.pop()
        index = add(clause, parent, ordinal)
        below = [(child, index, place) for place, child in enumerate(clause.children, start=1)]
        pending.extend(reversed(below))
    return units


_ARABIC = frozenset({"decimal", "dun", "dot", "paren", "close"})


def number_form(clause: Clause) -> str:
    """Return a clause's number without what is only its look: width, brackets, closing mark."""
    number = clause_number(clause)
    if number is None:
        return squeezed(clause.number).strip(".、()")
    value = ".".join(map(str, number.values))
    return value if number.scheme in _ARABIC else f"{number.scheme} {value}"


@lru_cache(maxsize=8192)  # most lines of a version are those of the one before
def tokenise(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return start, end and form of every token of a line.

    A number with its dots, a date, a number in brackets, a word of letters, a run of Chinese
    numerals and an ellipsis are one token each, any other character is one by itself. So links and
    mailboxes are cut at their dots and slashes.
    """
    plain_width = text if text.isascii() else text.translate(_WIDTH)
    return tuple(
        (match.start(), match.end(), _form(match[0])) for match in _TOKEN.finditer(plain_width)
    )


@lru_cache(maxsize=65536)
def _form(word: str) -> str:
    if word[0] in "…⋯" or word.startswith(".."):
        return "…"
    if word in _CIRCLED:
        return f"({_CIRCLED.index(word) + 1})"
    if word.isascii():
        if word == "'":
            return '"'
        return _THOUSANDS.sub(lambda match: match[0].replace(",", ""), word)
    return unicodedata.normalize("NFC" if _MEANINGFUL.search(word) else "NFKC", word)


def _lines(clause: Clause) -> Iterator[tuple[Runs, ...]]:
    """Heading, paragraphs and table rows, each as its cells."""
    if clause.heading:
        yield (clause.heading,)
    for block in clause.blocks:
        if isinstance(block, Paragraph):
            yield (block.runs,)
        else:
            yield block.header
            yield from block.rows


def _places(clause: Clause) -> Iterator[tuple[int, int, int, bool, Runs]]:
    """Block, row, cell, list mark and runs of every line or cell, in the order of `_lines`."""
    if clause.heading:
        yield 0, -1, 0, False, clause.heading
    for at, block in enumerate(clause.blocks, start=1):
        if isinstance(block, Paragraph):
            yield at, -1, 0, block.bullet, block.runs
        else:
            for row, cells in enumerate((block.header, *block.rows)):
                for cell, runs in enumerate(cells):
                    yield at, row, cell, False, runs


def _tokens(unit: Unit) -> list[Token]:
    tokens: list[Token] = []
    index, offset = unit.index, 0
    for block, row, cell, bullet, runs in _places(unit.clause):
        text = plain(runs)
        marks = list(_marks(runs))
        tokens += [
            Token(
                index,
                offset + start,
                offset + end,
                form,
                bool(marks) and any(at < end and start < behind for at, behind in marks),
                block,
                row,
                cell,
                bullet,
            )
            for start, end, form in tokenise(text)
        ]
        offset += len(text) + 1
    return tokens


def _marks(runs: Iterable[Run]) -> Iterator[tuple[int, int]]:
    """Stretches that are prominent."""
    at = 0
    for run in runs:
        if run.prominent:
            yield at, at + len(run.text)
        at += len(run.text)


def squeezed(text: str) -> str:
    """Return a text in NFKC without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())
