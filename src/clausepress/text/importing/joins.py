"""Repairs of lines and paragraphs that a page or a line end broke inside a sentence or a word.

A join that is wrong changes what a clause says, a join that is missing only looks odd; so a
break is mended on evidence alone, and where the evidence is weak an editor is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from clausepress.text.importing.breaks import Verdict, judge, wide
from clausepress.text.importing.edits import Cut, Proposal
from clausepress.text.importing.lines import Line, columns, read_lines
from clausepress.text.importing.pages import page_lines
from clausepress.text.importing.usage import Usage
from clausepress.text.inline import unbalanced_marks

_NO_START = re.compile(r"[，。、；：！？）】》」』〉,;!?)\]]|[的们]")
# A figure after one of these, or before one of those, is more likely the text's own.
_FIGURE_BEFORE = re.compile(r"[\d第约为于过达满足前后.,，]$")
_FIGURE_AFTER = re.compile(r"[\d个天日月年元次页条款项章级倍人名份种类台部小分周%％.．]")
_GAP = 8  # line ends a page break leaves at most
_PAGE_LINES = 3  # lines of a page that can stand at a break: its number, the head of the next
_WRAPPED = 5  # lines that must be full before a text is taken to be wrapped


def line_joins(text: str) -> Iterator[Proposal]:
    """Propose to join lines of plain text that were broken to fit a width."""
    lines = read_lines(text)
    pages = page_lines(lines)
    pairs = [
        (before, after)
        for before, after in pairwise(lines)
        if text.count("\n", before.end, after.start) == 1
        and not (before.solid or after.begins or before.start in pages or after.start in pages)
    ]
    width = _wrap_width([before for before, _ in pairs])
    known: Usage | None = None
    for before, after in pairs:
        full = width and columns(before.text) + _first_word(after.text) > width
        open_marks = unbalanced_marks(before.text) and not before.ended
        if not (full or open_marks or _runs_on(before, after)):
            continue
        known = known or Usage(text)
        start, insert = before.end, _line_seam(before, after, known, wrapped=bool(width))
        if insert is None:
            continue
        if re.search(r"[a-z]-$", before.text) and after.text[0].islower():
            insert = ""
            start -= known.hyphen(before.text, after.text) is False
        yield Proposal(
            "line-joined",
            "joined two lines of one sentence",
            (Cut(start, after.start, insert),),
        )


def _line_seam(before: Line, after: Line, known: Usage, *, wrapped: bool) -> str | None:
    """What stood between two lines of one sentence; None where a word may have been cut."""
    last, first = before.text[-1], after.text[0]
    if (wide(last) and wide(first)) or _NO_START.match(first):
        return ""
    if wrapped or not (last.isalpha() and first.isalpha()) or wide(last) or wide(first):
        return " "
    return known.seam(before.text, after.text)


def _runs_on(before: Line, after: Line) -> bool:
    """Whether a sentence goes on over a single line end, whatever the width of the text."""
    if before.ended:
        return False
    if after.core[:1].islower() or _NO_START.match(after.core):
        return True
    return columns(before.text) >= 60 and re.search(r"[，。；、,;]", before.core) is not None


def _wrap_width(lines: list[Line]) -> int:
    """Columns the text was wrapped to, 0 when it was not."""
    widths = sorted(columns(line.text) for line in lines)
    if len(widths) < _WRAPPED or not 40 <= widths[-1] <= 200:
        return 0
    full = [width for width in widths if width >= widths[-1] * 0.8]
    return widths[-1] if len(full) >= max(_WRAPPED, len(widths) * 0.6) else 0


def _first_word(text: str) -> int:
    found = re.match(r"[!-~]+", text)
    # A Chinese line is also cut early to keep a closing mark from its start.
    return 1 + len(found.group()) if found else 4


def break_joins(text: str, *, wrapped: bool) -> Iterator[Proposal]:
    """Propose to join paragraphs that a page break surely cut inside a sentence or a word.

    Args:
        text: The text.
        wrapped: Whether a single line end does not end a paragraph, as in Markdown.
    """
    for before, after, verdict, page in _breaks(text, wrapped=wrapped):
        if not verdict.sure:
            continue
        message = "joined what a page break cut inside a sentence"
        if page:
            message += f"; left out the line of the page “{page}”"
        cut_before, cut_after = before.text.endswith("**"), after.text.startswith("**")
        if cut_before != cut_after and not unbalanced_marks(before.text):
            message += "; the emphasis ends or begins at the break, check how far it goes"
        start = before.end - bool(verdict.hyphen)
        yield Proposal("break-joined", message, (Cut(start, after.start, verdict.insert),))


def open_questions(text: str, *, wrapped: bool) -> Iterator[Proposal]:
    """Propose what only an editor can decide, on a text with all repairs made.

    Args:
        text: The text.
        wrapped: Whether a single line end does not end a paragraph, as in Markdown.
    """
    for before, after, verdict, page in _breaks(text, wrapped=wrapped):
        if verdict.sure:
            continue
        message = "this may be one sentence that a page break cut"
        message += f" at “{page}”" if page else ""
        start = before.end - bool(verdict.hyphen)
        yield Proposal("join-possible", message, (Cut(start, after.start, verdict.insert),))


def open_hyphens(text: str) -> Iterator[Proposal]:
    """Propose to drop the hyphens at line ends that may have been put in to break a word."""
    known: Usage | None = None
    for before, after in pairwise(read_lines(text)):
        if re.search(r"[a-z]-$", before.text) and after.text[0].islower() and not before.solid:
            known = known or Usage(text)
            if known.hyphen(before.text, after.text) is None:
                yield Proposal(
                    "hyphen-possible",
                    "the hyphen at the end of this line may not belong to the word",
                    (Cut(before.end - 1, before.end),),
                )


def _breaks(text: str, *, wrapped: bool) -> Iterator[tuple[Line, Line, Verdict, str]]:
    """Yield the line before each break with all joined to it, the line after, what is known of
    the break, and the lines of a page printed between."""
    lines = read_lines(text)
    if len(lines) < 2:
        return
    known = Usage(text)
    pages = page_lines(lines)
    before, above, index = lines[0], None, 1
    while index < len(lines):
        place = index
        while (
            not before.ended
            and place + 1 < len(lines)
            and lines[place].start in pages
            and place - index < _PAGE_LINES
        ):
            place += 1
        after, between = lines[place], lines[index:place]
        gap = text[before.end : after.start]
        page = bool(between) or "\f" in gap
        verdict = None
        of_text = before.start not in pages and after.start not in pages
        if of_text and (2 if wrapped and not page else 1) <= gap.count("\n") <= _GAP:
            around = ([above] if above else []) + lines[place + 1 : place + 3]
            verdict = judge(before, after, around, known, gap, page=page)
        figure = any(pages[line.start].bare for line in between)
        if verdict and figure and _may_be_text(before, after, gap):
            verdict = Verdict(sure=False, insert=verdict.insert, hyphen=verdict.hyphen)
        if verdict:
            yield before, after, verdict, " ".join(line.text for line in between)
        if verdict and verdict.sure:
            before = before.joined_to(after, verdict.insert)
        else:
            above, before = (lines[place - 1] if between else before), after
        index = place + 1


def _may_be_text(before: Line, after: Line, gap: str) -> bool:
    """Whether a bare figure between two lines, with no blank line beside it, may be the text's."""
    tight = re.search(r"\n\s*\n", gap) is None
    return tight and bool(_FIGURE_BEFORE.search(before.core) or _FIGURE_AFTER.match(after.core))
