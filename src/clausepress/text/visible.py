"""The characters a reader sees, for proving that none was lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausepress.text.model import Block, Clause, Edition, Paragraph, plain
from clausepress.text.parse import is_table

HTML_TAG = re.compile(r"</?(?:div|center|p|br|span|font|b|strong|em|i)\b[^<>]*>", re.IGNORECASE)
"""HTML tags that text extracted from web pages carries as debris; their content is kept."""

_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+(?=\S))", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]\n]+)\]\([^()\s]*\)")
_BAR = re.compile(r"(?<!\\)\|")
_MARKS = re.compile(r"\*\*|\^\^|</?u>", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u3000\ufeff]+")


def visible_source(raw: str) -> str:
    """Return the visible characters of raw Markdown or plain text, white space set aside."""
    lines = HTML_TAG.sub("", raw).split("\n")
    for index in range(len(lines)):
        if is_table(lines, index):
            lines[index + 1] = ""
            end = index
            while end < len(lines) and (end == index + 1 or lines[end].strip().startswith("|")):
                lines[end] = _BAR.sub("", lines[end]).replace("\\|", "|")
                end += 1
    text = _LINE_MARK.sub("", "\n".join(lines))
    return _squeeze(_LINK.sub(r"\1", text))


def visible_edition(edition: Edition) -> str:
    """Return the visible characters of an edition's body, white space set aside."""
    pieces = [_block_text(block) for block in edition.preface]
    for clause in edition.clauses:
        pieces.extend(_clause_text(clause))
    return _squeeze("".join(pieces))


def _squeeze(text: str) -> str:
    return _SPACE.sub("", _MARKS.sub("", text))


def _clause_text(clause: Clause) -> Iterator[str]:
    for each in clause.walk():
        yield each.number
        yield plain(each.heading)
        for block in each.blocks:
            yield _block_text(block)


def _block_text(block: Block) -> str:
    if isinstance(block, Paragraph):
        return plain(block.runs)
    return "".join(plain(cell) for row in (block.header, *block.rows) for cell in row)
