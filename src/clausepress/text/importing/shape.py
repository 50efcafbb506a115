"""What a block of foreign text is: title, heading or running text."""

from __future__ import annotations

import re
from pathlib import Path

from clausepress.text.importing.model import ImportNote
from clausepress.text.model import plain
from clausepress.text.numbers import CHAPTER_SCHEMES
from clausepress.text.parse import SourceBlock

_TITLE = re.compile(
    r"政策|协议|条款|须知|规则|声明|polic(?:y|ies)|agreement|terms|notice|instructions",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:引言|前言|序言|附件[：:]?.{0,40}|附录[：:]?.{0,40}|introduction|preface|preamble"
    r"|(?:attachment|annex|appendix)\b.{0,80})",
    re.IGNORECASE,
)
_SENTENCE_END = "。；;：:，,！!？?"
_HEADING_LIMIT = 120  # columns, a Chinese character two; real chapter titles stay below


def find_title(blocks: list[SourceBlock], path: Path, notes: list[ImportNote]) -> str:
    """Return the title printed in the masthead, whose lines are no chapters.

    It is the last short line of the masthead that names a kind of document; without one the
    file's name stands in, and a note says so.
    """
    masthead = blocks[: body_start(blocks)]
    for block in masthead:
        block.level = 0  # masthead lines are text above the first clause
    found = None
    for block in masthead:
        text = plain(block.runs)
        if _columns(text) > _HEADING_LIMIT or text[-1:] in _SENTENCE_END + ".":
            break
        if _TITLE.search(text):
            found = (block.line, text)
    if found:
        notes.append(ImportNote(found[0], "title", f"took the title to be “{found[1]}”"))
        return found[1]
    notes.append(
        ImportNote(
            0, "title-missing", f"no title is printed; the file name '{path.stem}' stands in"
        )
    )
    return path.stem


def body_start(blocks: list[SourceBlock]) -> int:
    """Index of the first block that is not masthead: a numbered clause, a section, a table."""
    for index, block in enumerate(blocks):
        text = plain(block.runs)
        if block.number or block.table or _SECTION.fullmatch(text):
            return index
    return len(blocks)


def decide_headings(blocks: list[SourceBlock], notes: list[ImportNote]) -> None:
    """Decide for every block of the body whether it is a heading, and note every guess."""
    for block in blocks[body_start(blocks) :]:
        _decide(block, notes)


def _decide(block: SourceBlock, notes: list[ImportNote]) -> None:
    """Give a block the heading level its number and shape call for, and note every guess."""
    text = plain(block.runs)
    is_title = 0 < _columns(text) <= _HEADING_LIMIT and text[-1] not in _SENTENCE_END + "."
    scheme = block.number.scheme if block.number else ""
    marked = block.level > 0
    if not marked and not (scheme in CHAPTER_SCHEMES or (not scheme and _SECTION.fullmatch(text))):
        return
    if not is_title:
        if marked:
            block.level = 0
            notes.append(
                ImportNote(
                    block.line, "heading-demoted", f"not a heading but a sentence: {_short(text)}"
                )
            )
        return
    block.level = 3 if scheme == "decimal" else 2
    if not marked:
        block.bullet = False
        notes.append(
            ImportNote(block.line, "heading-guessed", f"took for a heading: {_short(text)}")
        )


def _columns(text: str) -> int:
    return sum(2 if ord(char) >= 0x2E80 else 1 for char in text)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
