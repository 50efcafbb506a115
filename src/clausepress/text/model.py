"""The shapes of a text: edition, clause, block, run (FRBR's expression and below).

Structure comes from printed numbers, and a printed number is text: it is kept literally,
may repeat, and is never computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import msgspec


class Run(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stretch of text with one emphasis.

    Attributes:
        text: The characters as printed.
        bold: Printed bold.
        underline: Printed underlined.
        href: Link target, empty when there is none.
        label: A button label: bold in print, yet not a prominent clause.
    """

    text: str
    bold: bool = False
    underline: bool = False
    href: str = ""
    label: bool = False

    @property
    def prominent(self) -> bool:
        """Whether this is part of a prominent clause (提示条款, Civil Code art. 496)."""
        return (self.bold or self.underline) and not self.label


Runs: TypeAlias = tuple[Run, ...]


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph", omit_defaults=True):
    """Running text; ``bullet`` for an item of a list that has no printed numbers."""

    runs: Runs
    bullet: bool = False


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table of one header row and the rows below it; each cell is a tuple of runs."""

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


Block: TypeAlias = Paragraph | Table


class Clause(msgspec.Struct, frozen=True, omit_defaults=True):
    """A clause with everything that belongs to it.

    Attributes:
        id: Stable id, the same for the same clause in every language and version.
        number: The number as printed, punctuation included; empty when there is none.
        heading: Title, when the clause has one of its own.
        blocks: Its own text, in order, before its children.
        children: Clauses nested under it, in printed order.
        number_bold: The number is printed bold.
        number_underline: The number is printed underlined.
    """

    id: str
    number: str = ""
    heading: Runs = ()
    blocks: tuple[Block, ...] = ()
    children: tuple[Clause, ...] = ()
    number_bold: bool = False
    number_underline: bool = False

    def walk(self) -> Iterator[Clause]:
        """Yield this clause and all below it, in printed order."""
        yield self
        for child in self.children:
            yield from child.walk()


PREFACE_ID = "preface"
"""Id of the text before the first clause."""


class Prominent(msgspec.Struct, frozen=True):
    """A prominent clause in short: where it is, and the words that are marked."""

    id: str
    number: str
    text: str


class Edition(msgspec.Struct, frozen=True, omit_defaults=True):
    """A version of a policy in one language.

    Attributes:
        lang: BCP 47 language of the text, e.g. ``zh`` or ``en``.
        title: The title as printed.
        preface: Blocks before the first clause (masthead, special notice).
        clauses: Top-level clauses in printed order.
        translates: ``"<version> <lang>"`` this edition translates, ``"earlier"`` for an
            earlier text, empty for an original.
    """

    lang: str
    title: str
    preface: tuple[Block, ...] = ()
    clauses: tuple[Clause, ...] = ()
    translates: str = ""

    def walk(self) -> Iterator[Clause]:
        """Yield every clause in printed order."""
        for clause in self.clauses:
            yield from clause.walk()

    def prominent(self) -> tuple[Prominent, ...]:
        """Every clause that carries prominent text, in printed order, the preface first."""
        preface = (run for block in self.preface for run in block_runs(block))
        found = [Prominent(PREFACE_ID, "", _spans(preface))]
        found += [
            Prominent(
                clause.id,
                clause.number,
                _spans(own_runs(clause)),
            )
            for clause in self.walk()
        ]
        return tuple(each for each in found if each.text)


def number_run(clause: Clause) -> Run:
    """Return a clause's number as a run of text."""
    return Run(clause.number, clause.number_bold, clause.number_underline)


def block_runs(block: Block) -> Iterator[Run]:
    """Yield every run of a block, tables row by row."""
    if isinstance(block, Paragraph):
        yield from block.runs
    else:
        for row in (block.header, *block.rows):
            for cell in row:
                yield from cell


def _spans(runs: Iterator[Run]) -> str:
    """Prominent text of some runs, an ellipsis between spans that do not touch."""
    spans: list[str] = []
    touching = False
    for run in runs:
        if run.prominent and touching:
            spans[-1] += run.text
        elif run.prominent:
            spans.append(run.text)
        touching = run.prominent
    return " … ".join(span.strip() for span in spans)


def own_runs(clause: Clause) -> Iterator[Run]:
    """Yield the runs of a clause's heading and own blocks."""
    yield from clause.heading
    for block in clause.blocks:
        yield from block_runs(block)


def plain(runs: Runs) -> str:
    """Return the characters of some runs, marks left out."""
    return "".join(run.text for run in runs)
