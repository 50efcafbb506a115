"""The characters a reader sees, for proving that none was lost on the way."""

from __future__ import annotations

import re

from clausepress.text.blocks import is_table
from clausepress.text.importing.layout import tab_table_end
from clausepress.text.model import Edition, Paragraph, block_runs, own_runs

HTML_TAG = re.compile(
    r"</?(?:div|center|p|br|span|font|b|strong|em|i)"
    r"(?:\s+[a-z-]+\s*=\s*(?:\"[^\"<>\n]*\"|'[^'<>\n]*'|[^\s\"'<>]+))*\s*/?>",
    re.IGNORECASE,
)
"""HTML tags that text extracted from web pages carries as debris; their content is kept."""

_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}|[-*+])[ \t]+(?=\S)")
LINK = re.compile(
    r"\[([^\[\]\n]+)\]\((?:https?://|mailto:|tel:|\.\./|/|#)[!-'*-~]*\)", re.IGNORECASE
)
"""A Markdown link in foreign text; brackets before other brackets are the text's own."""

_BAR = re.compile(r"(?<!\\)\|")
_MARKS = re.compile(r"\*{2,}|\^\^|</?u>", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u3000\ufeff]+")


def visible_source(raw: str) -> str:
    """Return the visible characters of raw Markdown or plain text, white space set aside."""
    lines = raw.split("\n")
    index = 0
    while index < len(lines):
        end = index + 1
        if is_table(lines, index):
            lines[end] = ""
            while end < len(lines) and (end == index + 1 or lines[end].strip().startswith("|")):
                end += 1
            for row in range(index, end):
                lines[row] = _BAR.sub("", lines[row]).replace("\\|", "|")
        elif (table_end := tab_table_end(lines, index)) > index:
            end = table_end  # what looks like a list mark in a cell is text
        else:
            lines[index] = _LINE_MARK.sub("", lines[index])
        index = end
    text = "\n".join(lines)
    return visible_text(_MARKS.sub("", LINK.sub(r"\1", text)))


def visible_edition(edition: Edition, *, marks: bool = False, title_at: int | None = None) -> str:
    """Return the visible characters of an edition's body, white space set aside.

    Args:
        edition: The text.
        marks: Keep what looks like an emphasis mark but is text; `visible_source` cannot tell.
        title_at: The block of the preface before which the title is printed; None leaves it out.
    """
    pieces: list[str] = []
    for place, block in enumerate((*edition.preface, Paragraph(()))):
        pieces += [edition.title] if place == title_at else []
        pieces += [run.text for run in block_runs(block)]
    for clause in edition.walk():
        pieces.append(clause.number)
        pieces.extend(run.text for run in own_runs(clause))
    if not marks:
        pieces = [_MARKS.sub("", piece) for piece in pieces]
    return visible_text("".join(pieces))


def visible_text(text: str) -> str:
    """Return the characters of a text without white space."""
    return _SPACE.sub("", text)
