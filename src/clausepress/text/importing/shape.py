"""What a block of foreign text is: title, heading or running text."""

from __future__ import annotations

import re
from pathlib import Path

from clausepress.text.blocks import SourceBlock
from clausepress.text.chapters import PLAIN_SCHEMES, plain_chapters
from clausepress.text.importing.model import ImportNote
from clausepress.text.model import Edition, Paragraph, plain
from clausepress.text.numbers import CHAPTER_SCHEMES, number_word

_TITLE = re.compile(
    r"政策|协议|条款|须知|规则|声明|polic(?:y|ies)|agreement|terms|notice|instructions",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:引言|前言|序言|附件[：:]?.{0,40}|附录[：:]?.{0,40}|introduction|preface|preamble"
    r"|(?:attachment|annex|appendix)\b.{0,80}"
    r"|(?:exhibit|schedule)(?:\s+(?-i:\d{1,2}|[IVX]+|[A-Z])(?:[\s.:：–—-].{0,80})?)?)",
    re.IGNORECASE,
)
_SENTENCE_END = "。；;：:，,！!？?"
_HEADING_LIMIT = 120  # columns, a Chinese character two; real chapter titles stay below
_PLAIN_LIMIT = 60  # the same for a title that has a plain number, as an item of a list has


def find_title(blocks: list[SourceBlock], path: Path, notes: list[ImportNote]) -> str:
    """Return the title printed in the masthead, whose lines are no chapters.

    It is the last short line of the masthead that names a kind of document, a heading before
    any other line; then a heading of the first level; without one the file's name stands in,
    and a note says so.
    """
    masthead = blocks[: body_start(blocks)]
    levels = [block.level for block in masthead]
    for block in masthead:
        block.level = 0  # masthead lines are text above the first clause
    found = None
    marked = False
    for block, level in zip(masthead, levels, strict=True):
        text = plain(block.runs)
        if _columns(text) > _HEADING_LIMIT or text[-1:] in _SENTENCE_END + ".":
            break
        if _TITLE.search(text) and (level or not marked):
            found, marked = (block.line, text), level > 0
    if not found and levels[:1] == [1]:
        found = (masthead[0].line, plain(masthead[0].runs))
    if found:
        notes.append(ImportNote(found[0], "title", f"took the title to be “{found[1]}”"))
        return found[1]
    notes.append(
        ImportNote(
            0, "title-missing", f"no title is printed; the file name '{path.stem}' stands in"
        )
    )
    return path.stem


def take_title(edition: Edition) -> tuple[Edition, int | None]:
    """Take the printed title out of the preface: a page shows the title above the text.

    A masthead that prints it more than once, as a cover and a head do, stays as it is.

    Returns:
        The edition, and the block of its preface before which the title stood; None where the
        title stays, is not printed, or is all there is.
    """
    lines = [
        (place, block.runs)
        for place, block in enumerate(edition.preface)
        if isinstance(block, Paragraph) and _columns(plain(block.runs)) <= _HEADING_LIMIT
    ]
    printed = [(place, runs) for place, runs in lines if edition.title in plain(runs)]
    if len(printed) != 1 or len(edition.preface) + len(edition.clauses) == 1:
        return edition, None
    at, runs = printed[0]
    if plain(runs) != edition.title or len(runs) > 1:  # emphasis of a part of it would be lost
        return edition, None
    rest = (*edition.preface[:at], *edition.preface[at + 1 :])
    return Edition(edition.lang, edition.title, rest, edition.clauses), at


def body_start(blocks: list[SourceBlock]) -> int:
    """Index of the first block that is not masthead: a numbered clause, a section, a table."""
    top = next((block.level for block in blocks if block.level), 0)
    for index, block in enumerate(blocks):
        text = plain(block.runs)
        if block.number or block.table or _SECTION.fullmatch(text):
            return index
        if block.level > top and _heads_prose(blocks[index:]):
            return index
    return len(blocks)


def _heads_prose(blocks: list[SourceBlock]) -> bool:
    """Whether a heading below the title's level heads sentences, as no line of a masthead does."""
    text = plain(blocks[0].runs)
    level = blocks[0].level
    below = next((block for block in blocks[1:] if block.level <= level), None)
    return bool(
        below
        and not below.level
        and not (_TITLE.search(text) or re.search(r"\d", text))
        and _is_title(text.rstrip("?？"))
        and (below.bullet or plain(below.runs)[-1:] in _SENTENCE_END + ".")
    )


def decide_headings(blocks: list[SourceBlock], notes: list[ImportNote]) -> None:
    """Decide for every block of the body whether it is a heading, and note every guess."""
    body = blocks[body_start(blocks) :]
    chapters = plain_chapters(body) or _titled_run(body)
    levels = _levels(body)
    for place, block in enumerate(body):
        _decide(block, levels[place], notes, plain_chapter=place in chapters)


def _titled_run(blocks: list[SourceBlock]) -> set[int]:
    """Places of the plain numbers that are a text's chapters, each a title with text below it.

    Only where nothing else divides the text: else they are a list with explanations.
    """
    marks = [(place, block.number) for place, block in enumerate(blocks) if block.number]
    plain_ones = [(place, number) for place, number in marks if number.scheme in PLAIN_SCHEMES]
    divided = any(
        block.level or (block.number and block.number.scheme in {"decimal", *CHAPTER_SCHEMES})
        for block in blocks
    )
    run = [
        (place, n.values[0])
        for place, n in plain_ones
        if _is_title(plain(blocks[place].runs), _PLAIN_LIMIT)
    ]
    counted = [value for _, value in run] == list(range(1, len(run) + 1))
    followed = all(place + 1 < len(blocks) and blocks[place + 1].number is None for place, _ in run)
    if divided or len(run) < 2 or len(run) < len(plain_ones) or not (counted and followed):
        return set()
    return {place for place, _ in run}


def _levels(blocks: list[SourceBlock]) -> list[int]:
    """The level each block has if it is a heading: chapters, their words and decimals below."""
    words: list[str] = []
    chapter = 1  # level of the last chapter
    inner = 0  # value of the last plain number below it
    outer = 0  # value of that chapter
    levels: list[int] = []
    marked = [block for block in blocks if block.level]
    # without a numbered heading the marks alone say what stands below what
    top = min((block.level for block in marked), default=0)
    top = 0 if any(block.number for block in marked) else top
    for block in blocks:
        number = block.number
        level = min(2 + block.level - top, 6) if top and block.level else 2
        if number and number.scheme == "decimal":
            level = chapter + 1 if chapter > 2 else 3
        elif number and number.scheme in CHAPTER_SCHEMES:
            word = number_word(number)
            words += [word] if word and word not in words else []
            level = chapter = 2 + (words.index(word) if word else 0)
            inner, outer = 0, number.values[0]
        elif number and number.scheme in PLAIN_SCHEMES and chapter > 1:
            value = number.values[0]
            if value == inner + 1 and (inner or value == 1):
                level, inner = chapter + 1, value
            elif value == outer + 1:  # V. then 6.
                chapter, inner, outer = 2, 0, value
        elif not number and _SECTION.fullmatch(plain(block.runs)):
            chapter, inner, outer = 1, 0, 0
        levels.append(level)
    return levels


def _is_title(text: str, limit: int = _HEADING_LIMIT) -> bool:
    return 0 < _columns(text) <= limit and text[-1] not in _SENTENCE_END + "."


def _decide(
    block: SourceBlock, level: int, notes: list[ImportNote], *, plain_chapter: bool
) -> None:
    """Give a block the heading level its number and shape call for, and note every guess."""
    text = plain(block.runs)
    scheme = block.number.scheme if block.number else ""
    marked = block.level > 0
    numbered = plain_chapter or scheme in CHAPTER_SCHEMES
    if not marked and not (numbered or (not scheme and _SECTION.fullmatch(text))):
        return
    title = text.rstrip("?？") if marked else text  # a marked question is a heading
    if not _is_title(title, _PLAIN_LIMIT if plain_chapter and not marked else _HEADING_LIMIT):
        if marked:
            block.level = 0
            notes.append(
                ImportNote(
                    block.line, "heading-demoted", f"not a heading but a sentence: {_short(text)}"
                )
            )
        return
    block.level = level
    if not marked:
        block.bullet = False
        notes.append(
            ImportNote(block.line, "heading-guessed", f"took for a heading: {_short(text)}")
        )


def _columns(text: str) -> int:
    return sum(2 if ord(char) >= 0x2E80 else 1 for char in text)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
