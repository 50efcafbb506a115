"""A signed and sealed copy against a version: where the words of the two part.

Both are read as one stream of tokens from the first word to the last, so that nothing depends on
how the paper's lines, columns and pages fell. What changes no word is counted and set aside.
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path
from typing import Literal

import msgspec

from clausepress.archive.manifest import FOLDER
from clausepress.compare.diff import Codes, diff, join, slide
from clausepress.compare.pages import body_lines
from clausepress.compare.seal import split_seal
from clausepress.compare.stream import Token, clause_text, clauses_of, squeezed, tokenise
from clausepress.errors import SourceError
from clausepress.text.docx import is_docx
from clausepress.text.export import read_export
from clausepress.text.importing.decode import decode_text, read_bytes
from clausepress.text.importing.files import import_files
from clausepress.text.model import Edition
from clausepress.text.sources import open_sources

_AROUND = 12  # characters shown on both sides of a difference


class PaperDifference(msgspec.Struct, frozen=True):
    """A place where the words part.

    Attributes:
        clause: Id of the version's clause.
        number: Its number as printed, empty when it has none.
        version: What the version says there, empty when it says nothing.
        paper: What the paper says.
        before: The version's words before it.
        after: The version's words behind it.
    """

    clause: str
    number: str
    version: str
    paper: str
    before: str
    after: str


class PaperReport(msgspec.Struct, frozen=True):
    """The result of ``clausepress verify --paper``; its ``--format json``.

    Attributes:
        schema: ``clausepress.paper/1``.
        text: The version, as it was named.
        differences: Every place where the words part, in the order of the version.
        set_aside: What differs and is no word, by kind: ``width`` of characters, ``space`` and
            line ends, ``page`` headers, footers and numbers, ``mark`` of lists and headings,
            lines of the ``seal``.
        seal: The block of signatures and seals at the end of the paper, line by line.
    """

    schema: Literal["clausepress.paper/1"]
    text: str
    differences: tuple[PaperDifference, ...]
    set_aside: dict[str, int]
    seal: tuple[str, ...]


def compare_paper(edition: Edition, paper: str, name: str) -> PaperReport:
    """Compare a version with the text of a paper copy.

    Args:
        edition: The version.
        paper: The paper's text; form feeds between its pages.
        name: What the version is called in the report.
    """
    clauses = list(clauses_of(edition).values())
    texts = [f"{each.number} {clause_text(each)}\n" for each in clauses]
    starts = [sum(map(len, texts[:at])) for at in range(len(texts))]
    old_text = "".join(texts)
    lines = {squeezed(line) for line in old_text.split("\n")}
    body, pages, marks = body_lines(paper, lines, edition.title)
    new_text, seal = split_seal(body, old_text)
    old, new = _tokens(old_text), _tokens(new_text)
    codes = Codes({})
    edits = join(slide(diff(codes.encode(old), codes.encode(new)), old, new), old, new)
    found = []
    split = 0
    for i1, i2, j1, j2 in edits:
        start, end = _stretch(old, i1, i2)
        said, printed = old_text[start:end], _slice(new, new_text, j1, j2)
        if squeezed(said) == squeezed(printed):
            split += 1  # a word, number or link that a line end cut
            continue
        at = start if i1 < i2 else max(start - 1, 0)
        clause = clauses[bisect_right(starts, at) - 1]
        found.append(
            PaperDifference(
                clause.id,
                clause.number,
                said,
                printed,
                _one_line(old_text[max(0, start - _AROUND) : start]),
                _one_line(old_text[end : end + _AROUND]),
            )
        )
    width, space = _looks(edits, old, new, old_text, new_text)
    aside = {
        "width": width,
        "space": space + split,
        "page": pages,
        "mark": marks,
        "seal": len(seal),
    }
    return PaperReport("clausepress.paper/1", name, tuple(found), aside, seal)


def read_paper(path: Path, lang: str) -> str:
    """Return the text of a paper copy: plain text, ``pdftotext`` output or a ``.docx``.

    Raises:
        SourceError: It cannot be read, or is a PDF.
    """
    data = read_bytes(path)
    if data.startswith(b"%PDF"):
        raise SourceError(
            path, "is a PDF", f"give its text: pdftotext -layout {path}, then the .txt it writes"
        )
    if is_docx(path, data):
        edition = import_files([path], lang=lang).edition
        return "".join(
            f"{each.number} {clause_text(each)}\n" for each in clauses_of(edition).values()
        )
    return decode_text(data, path)[0]


def version_text(name: str, docs: Path) -> Edition:
    """Return the text named ``policy/version/lang``, as it was frozen if it was, or a file's.

    Raises:
        ClausepressError: The name leads nowhere, or to more than one text.
    """
    parts = Path(name).parts
    if len(parts) == 3:
        path = docs.joinpath(*parts[:2], FOLDER, f"{parts[2]}.json")
        if path.is_file():
            return read_export(read_bytes(path), lang=parts[2], path=path)
    texts = open_sources([name], docs)
    if len(texts) > 1:
        raise SourceError(docs / name, "is more than one text", f"name one, e.g. {texts[0].name}")
    return texts[0].edition


def _tokens(text: str) -> list[Token]:
    return [Token(0, start, end, form, False, 0) for start, end, form in tokenise(text)]


def _stretch(tokens: list[Token], start: int, end: int) -> tuple[int, int]:
    """Offsets of some tokens; for none, the place behind the token before."""
    if start < end:
        return tokens[start].start, tokens[end - 1].end
    at = tokens[start - 1].end if start else 0
    return at, at


def _slice(tokens: list[Token], text: str, start: int, end: int) -> str:
    first, last = _stretch(tokens, start, end)
    return _one_line(text[first:last])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _looks(
    edits: list[tuple[int, int, int, int]],
    old: list[Token],
    new: list[Token],
    old_text: str,
    new_text: str,
) -> tuple[int, int]:
    """How many tokens that are the same are printed in another width, or parted otherwise."""
    width = space = i = j = 0
    for i1, i2, j1, j2 in [*edits, (len(old), len(old), len(new), len(new))]:
        for a, b in zip(range(i, i1), range(j, j1), strict=True):
            one, other = old[a], new[b]
            width += old_text[one.start : one.end] != new_text[other.start : other.end]
            if a > i:
                space += (old[a - 1].end == one.start) != (new[b - 1].end == other.start)
        i, j = i2, j2
    return width, space
