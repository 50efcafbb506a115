"""Plain text or Markdown from elsewhere to a source file, with a report of every decision.

The rule is honesty: no character of the text is lost, and what was guessed or could not be
decided is said.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path

from clausepress.errors import ClausepressError
from clausepress.text.inline import parse_inline, unbalanced_marks
from clausepress.text.model import Edition, Table, plain
from clausepress.text.numbers import CHAPTER_SCHEMES
from clausepress.text.parse import SourceBlock, nest, read_blocks
from clausepress.text.visible import HTML_TAG, visible_edition, visible_source

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
_NUMBER = re.compile(
    r"文档版号\s*[：:]\s*(\S+)|version\s*(?:no\.?|number)\s*[：:]\s*(\S+)", re.IGNORECASE
)
_DATE = r"\s*[：:]\s*(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})"
_UPDATED = re.compile(r"更新日期" + _DATE)
_EFFECTIVE = re.compile(r"生效日期" + _DATE)
_HEADING_LIMIT = 120  # columns, a Chinese character two; real chapter titles stay below


@dataclass(frozen=True, slots=True)
class ImportNote:
    """One decision of the importer that an editor should look at.

    Attributes:
        line: 1-based line of the imported text, 0 for the text as a whole.
        rule: Short name of the kind of decision.
        message: What was done or left undone.
    """

    line: int
    rule: str
    message: str


@dataclass(slots=True)
class Imported:
    """An imported text.

    Attributes:
        edition: The text.
        number: 文档版号 as printed, empty when not stated.
        updated_on: Printed 更新日期.
        effective_on: Printed 生效日期.
        notes: Every repair, guess and open question, by line.
        lines: Clause id to 1-based line of the imported text.
    """

    edition: Edition
    number: str = ""
    updated_on: dt.date | None = None
    effective_on: dt.date | None = None
    notes: list[ImportNote] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def import_text(raw: str, *, lang: str, path: Path, title: str = "") -> Imported:
    """Read plain text or Markdown.

    Args:
        raw: The text with ``\\n`` line ends.
        lang: Its language, BCP 47.
        path: Its file, for messages.
        title: Title to use instead of the printed one.

    Raises:
        ClausepressError: A character would be lost; nothing should be written.
        SourceError: A malformed Markdown table.
    """
    notes: list[ImportNote] = []
    blocks = _blocks(raw, path, notes)
    body_start = _body_start(blocks)
    title = title or _title(blocks[:body_start], path, notes)
    for block in blocks[:body_start]:
        block.level = 0  # masthead lines are text above the first clause, not chapters
    for block in blocks[body_start:]:
        _decide_heading(block, notes)
    preface, clauses, lines = nest(blocks, path=path)
    edition = Edition(lang=lang, title=title, preface=preface, clauses=clauses)
    _prove_nothing_lost(raw, edition, path)
    imported = Imported(edition, notes=notes, lines=lines)
    _read_masthead(raw, imported)
    notes.sort(key=lambda note: note.line)
    return imported


def _blocks(raw: str, path: Path, notes: list[ImportNote]) -> list[SourceBlock]:
    """Split into blocks, tab-separated tables recognised, debris of other formats noted."""
    lines = raw.split("\n")
    for index, line in enumerate(lines):
        if tags := HTML_TAG.findall(line):
            lines[index] = HTML_TAG.sub("", line)
            notes.append(
                ImportNote(index + 1, "html-tag", f"left out the HTML tags {' '.join(tags)}")
            )
        if marks := unbalanced_marks(lines[index]):
            notes.append(
                ImportNote(
                    index + 1,
                    "stray-mark",
                    f"kept {marks[0]} as characters: it has no partner in this paragraph",
                )
            )
        # What our own source syntax would take for a mark is the text's own character here.
        lines[index] = (
            lines[index].replace("\\", "\\\\").replace("{#", "\\{#").replace("{.", "\\{.")
        )
    blocks: list[SourceBlock] = []
    start = index = 0
    while index <= len(lines):
        end = _tab_table_end(lines, index)
        if index == len(lines) or end > index:
            blocks.extend(
                read_blocks("\n".join(lines[start:index]), path=path, first_line=start + 1)
            )
        if end > index:
            blocks.append(_tab_table(lines[index:end], index + 1, blocks, notes))
            start = index = end
        else:
            index += 1
    notes.extend(
        ImportNote(
            block.line,
            "line-joined",
            f"lines {block.line}-{block.line + block.joined - 1} are one paragraph: joined",
        )
        for block in blocks
        if block.joined > 1
    )
    return blocks


def _tab_table_end(lines: list[str], index: int) -> int:
    """Index after the tab-separated table that begins at ``index``, or ``index`` if none does."""
    tabs = lines[index].count("\t") if index < len(lines) and lines[index].strip() else 0
    end = index
    while tabs and end < len(lines) and lines[end].count("\t") == tabs:
        end += 1
    return end if end - index >= 2 else index


def _tab_table(
    lines: list[str], line: int, before: list[SourceBlock], notes: list[ImportNote]
) -> SourceBlock:
    rows = [tuple(parse_inline(cell.strip()) for cell in text.split("\t")) for text in lines]
    table = Table(rows[0], tuple(rows[1:]))
    notes.append(ImportNote(line, "tab-table", f"read {len(lines)} tab-separated lines as a table"))
    previous = before[-1].table if before else None
    if previous and previous.header == table.header:
        notes.append(
            ImportNote(
                line,
                "table-header-repeated",
                "this table has the header of the table just above; if a page break cut one"
                " table in two, join them",
            )
        )
    return SourceBlock(line=line, table=table)


def _body_start(blocks: list[SourceBlock]) -> int:
    """Index of the first block that is not masthead: a numbered clause, a section, a paragraph."""
    for index, block in enumerate(blocks):
        text = plain(block.runs)
        if block.number or block.table or _SECTION.fullmatch(text):
            return index
    return len(blocks)


def _title(masthead: list[SourceBlock], path: Path, notes: list[ImportNote]) -> str:
    """The last short line of the masthead that names a kind of document."""
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


def _decide_heading(block: SourceBlock, notes: list[ImportNote]) -> None:
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


def _read_masthead(raw: str, imported: Imported) -> None:
    """Read number and dates where they are printed; note those that are not."""
    if found := _NUMBER.search(raw):
        imported.number = found.group(1) or found.group(2)
    else:
        imported.notes.append(ImportNote(0, "number-missing", "no document number is printed"))
    imported.updated_on = _date(raw, _UPDATED, "updated_on", imported.notes)
    imported.effective_on = _date(raw, _EFFECTIVE, "effective_on", imported.notes)


def _date(raw: str, pattern: re.Pattern[str], name: str, notes: list[ImportNote]) -> dt.date | None:
    found = pattern.search(raw)
    if not found:
        notes.append(ImportNote(0, "date-missing", f"no {name} is printed"))
        return None
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        line = raw.count("\n", 0, found.start()) + 1
        notes.append(
            ImportNote(line, "date-wrong", f"{found.group().strip()} is not a date of the calendar")
        )
        return None


def _prove_nothing_lost(raw: str, edition: Edition, path: Path) -> None:
    before, after = visible_source(raw), visible_edition(edition)
    if before == after:
        return
    at = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    raise ClausepressError(
        f"{path}: importing would change the text at character {at:,}:"
        f" '{before[max(0, at - 10) : at + 20]}' would read '{after[max(0, at - 10) : at + 20]}'\n"
        "  fix: nothing was written; simplify the markup at that place and import again"
    )


def _columns(text: str) -> int:
    return sum(2 if ord(char) >= 0x2E80 else 1 for char in text)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
