"""Lines that belong to a page, not to the text: its number, and the title printed at its head."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausepress.text.importing.edits import Cut, Proposal
from clausepress.text.importing.lines import Line, columns, read_lines

_NAMED = re.compile(
    r"第\s*\d{1,4}\s*页(?:\s*[,，/／|]?\s*共\s*\d{1,4}\s*页)?|page\s+\d{1,4}(?:\s+of\s+\d{1,4})?",
    re.IGNORECASE,
)
_DRESSED = re.compile(r"[-–—]{1,2}\s*\d{1,4}\s*[-–—]{1,2}|\d{1,4}\s*[/／]\s*\d{1,4}")
_BARE = re.compile(r"\d{1,3}")
_BESIDE = re.compile(r"\0[\s|｜·•]|.*[\s|｜·•]\0$")  # what parts a title from a page number
_TITLE_LIMIT = 60  # columns of a title that a page can carry at its head
_REPEATS = 2  # times a title must stand again before it is surely the head of a page


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line that may belong to a page.

    Attributes:
        named: Whether it says so itself (第 2 页, Page 2 of 9), so that nothing else is meant.
        bare: Whether it is a figure and nothing else, which the text itself may print.
    """

    named: bool = False
    bare: bool = False


def page_lines(lines: Sequence[Line]) -> dict[int, PageLine]:
    """Return the lines that may belong to a page, by their offset.

    A running head is the text's first line, which stands again below the first number.
    """
    title = _title(lines)
    body = next((at for at, line in enumerate(lines) if line.number), len(lines))
    found: dict[int, PageLine] = {}
    heads = [line.start for line in lines[body:] if title and line.core == title]
    found.update(dict.fromkeys(heads, PageLine(named=len(heads) >= _REPEATS)))
    for line in lines:
        text = line.core
        headed = bool(title) and line.start not in found and title in text
        if headed and _BESIDE.match(text.replace(title, "\0", 1)):
            text = text.replace(title, "", 1).strip(" \t\u3000|｜·•")
            if _NAMED.fullmatch(text) or _DRESSED.fullmatch(text) or _BARE.fullmatch(text):
                found[line.start] = PageLine(named=True)
        elif _NAMED.fullmatch(text):
            found[line.start] = PageLine(named=True)
        elif _DRESSED.fullmatch(line.text):
            found[line.start] = PageLine()
        elif _BARE.fullmatch(line.text):
            found[line.start] = PageLine(bare=True)
    return found


def _title(lines: Sequence[Line]) -> str:
    """The first line, where it can be a title."""
    first = lines[0] if lines else None
    if not first or first.number or first.ended or columns(first.core) > _TITLE_LIMIT:
        return ""
    title = first.core.lstrip("# ")
    return title if len(title) > 3 and re.search(r"[^\W\d]", title) else ""


def stray_page_lines(
    text: str, *, sure: bool, asked: Sequence[Proposal] = ()
) -> Iterator[Proposal]:
    """Propose to drop the lines of a page that cut no sentence.

    Args:
        text: The text.
        sure: Those that can be nothing else, to be repaired; else the others, to be asked about.
        asked: What is asked about already: a line inside one of these is passed over.
    """
    taken = [(cut.start, cut.end) for each in asked for cut in each.cuts]
    lines = read_lines(text)
    pages = page_lines(lines)
    for line in lines:
        page = pages.get(line.start)
        if not page or page.named != sure:
            continue
        if any(start <= line.start < end for start, end in taken):
            continue
        end = text.find("\n", line.end) + 1 or len(text)
        words = "left out a line of the page" if sure else "this may be a line of the page"
        rule = "page-line" if sure else "page-line-possible"
        yield Proposal(rule, f"{words}, “{line.text}”", (Cut(line.start, end),))
