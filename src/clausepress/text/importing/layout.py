"""Repairs of tables cut in two, items glued on one line, and marks without a partner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from clausepress.text.blocks import is_table
from clausepress.text.importing.edits import Cut, Proposal
from clausepress.text.importing.lines import Line, read_lines
from clausepress.text.inline import unbalanced_marks
from clausepress.text.numbers import match_number

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_DIGITS = re.compile(r"\d+(?=\D*$)")
_STRAY = re.compile(r"\*\*|</?u>", re.IGNORECASE)
_MARK_FIRST = re.compile(r"\s*(?:#+\s+|[-*+]\s+)?(?=\*\*[^\s*])")
_EMPTY_HEADING = re.compile(
    r"^[ \t]*#{1,6}(?:[ \t\u3000]+(?:<u>[ \t]*</u>|\*{4})?)?[ \t\u3000]*$",
    re.MULTILINE | re.IGNORECASE,
)
_ITEM_END = "；;。."
_SPAN = 40  # paragraphs emphasis may run over


def tab_table_end(lines: list[str], index: int) -> int:
    """Index after the tab-separated table that begins at ``index``, or ``index`` if none does."""
    tabs = lines[index].strip("\n \f").count("\t") if lines[index].strip() else 0
    end = index
    while tabs and end < len(lines) and lines[end].count("\t") == tabs and lines[end].strip():
        end += 1
    return end if end - index >= 2 else index


@dataclass(frozen=True, slots=True)
class _Table:
    first: int  # its first line
    last: int  # its last line
    head: int  # last line of its header, the rule under a header included
    header: tuple[str, ...]


def split_tables(text: str) -> Iterator[Proposal]:
    """Propose to merge a table with the one right before it when the header is repeated."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    before: _Table | None = None
    for table in _tables(lines):
        between = lines[before.last + 1 : table.first] if before else []
        if before and before.header == table.header and not any(line.strip() for line in between):
            end_of_before = starts[before.last + 1] - 1
            end_of_head = starts[table.head + 1] - 1
            yield Proposal(
                "table-merged",
                "merged a table with the rest of it, and dropped the header repeated between",
                (Cut(end_of_before, end_of_head),),
            )
        before = table


def _tables(lines: list[str]) -> Iterator[_Table]:
    index = 0
    while index < len(lines):
        if is_table(lines, index):
            end = index + 2
            while end < len(lines) and lines[end].strip().startswith("|"):
                end += 1
            cells = tuple(cell.strip() for cell in lines[index].strip().strip("|").split("|"))
            yield _Table(index, end - 1, index + 1, cells)
        elif (end := tab_table_end(lines, index)) > index:
            cells = tuple(cell.strip() for cell in lines[index].split("\t"))
            yield _Table(index, end - 1, index, cells)
        else:
            end = index + 1
        index = end


def glued_items(text: str) -> Iterator[Proposal]:
    """Propose to split items that stand on one line.

    Only when the number inside the line is the next of the list and missing from it: the item
    after the line has the number after that, or the line is the last of its list and the item
    before the number has ended. A decimal after the end of a sentence needs no more.
    """
    lines = read_lines(text)
    printed = {line.number.printed for line in lines if line.number}
    for index, line in enumerate(lines):
        number = line.number
        if not number or line.solid or number.scheme not in _NEXT:
            continue
        after = lines[index + 1] if index + 1 < len(lines) else None
        goal = (
            after.number.values
            if after and after.number and after.number.scheme == number.scheme
            else None
        )
        earlier = lines[index - 1].number if index else None
        is_second = bool(
            earlier and earlier.scheme == number.scheme and _next(earlier.values) == number.values
        )
        cuts = _glued_cuts(text, line, goal, printed, is_second=is_second)
        if cuts:
            yield Proposal("item-split", "split items that stood on one line", cuts)


_NEXT = frozenset({"dun", "dot", "paren", "circled", "decimal"})


def _next(values: tuple[int, ...]) -> tuple[int, ...]:
    return (*values[:-1], values[-1] + 1)


def _glued_cuts(
    text: str,
    line: Line,
    goal: tuple[int, ...] | None,
    elsewhere: AbstractSet[str],
    *,
    is_second: bool,
) -> tuple[Cut, ...]:
    number = line.number
    assert number is not None  # noqa: S101 - for the type checker; the caller has looked
    cuts: list[Cut] = []
    ended: list[bool] = []
    twice = False
    values, printed = number.values, number.printed
    at = text.index(printed, line.start) + len(printed)
    while wanted := _following(printed):
        found = _find(text, wanted, at, line.end, number.scheme)
        if not found:
            break
        cuts.append(Cut(found[0], found[1], "\n\n"))
        ended.append(text[found[0] - 1] in _ITEM_END)
        twice = twice or wanted in elsewhere
        values, printed, at = _next(values), wanted, found[1] + len(wanted)
    if not cuts:
        return ()
    if number.scheme == "decimal" and all(ended) and not twice:
        return tuple(cuts)  # a sentence has ended, and the clause stands nowhere else
    if goal is not None:
        return tuple(cuts) if goal == _next(values) else ()
    return tuple(cuts) if is_second and all(ended) else ()


def _following(printed: str) -> str:
    """The printed number after this one, in the same shape."""
    if printed in _CIRCLED:
        return _CIRCLED[_CIRCLED.index(printed) + 1 :][:1]
    return _DIGITS.sub(lambda found: str(int(found.group()) + 1), printed, count=1)


def _find(text: str, wanted: str, start: int, end: int, scheme: str) -> tuple[int, int] | None:
    """Start and end of the white space before a number inside a line."""
    if text.find(wanted, start, end) < 0:
        return None
    pattern = re.compile(r"[ \t\u3000]*" + re.escape(wanted) + r"(?=\s*[^\s\d.])")
    for found in pattern.finditer(text, start, end):
        at = found.end() - len(wanted)
        ended = text[found.start() - 1] in _ITEM_END
        if at == found.start() and not ended:
            continue  # with no space before it, only the end of an item tells
        if scheme in ("decimal", "dot") and not ended:
            continue  # "see 2. and 3." and figures
        number = match_number(text[at:end])
        if number and number.scheme == scheme and number.printed.strip() == wanted:
            return found.start(), at
    return None


def empty_headings(text: str) -> Iterator[Proposal]:
    """Propose to drop heading marks that have no title on their line."""
    for found in _EMPTY_HEADING.finditer(text):
        yield Proposal(
            "empty-heading",
            "left out a heading mark that has no title",
            (Cut(found.start(), found.end()),),
        )


def stray_marks(text: str, *, wrapped: bool) -> Iterator[Proposal]:
    """Propose to drop emphasis marks that have no partner, where it is plain which one it is.

    Emphasis that opens in one paragraph and closes in a later one has a partner. A mark in the
    middle of words may be the author's own character and stays.

    Args:
        text: The text.
        wrapped: Whether a single line end does not end a paragraph, as in Markdown.
    """
    strays = [
        (start, end, mark)
        for start, end in _paragraphs(text, wrapped=wrapped)
        if "**" in text[start:end] or "<" in text[start:end]
        for mark in [_lone_mark(text[start:end])]
        if mark
    ]
    index = 0
    while index < len(strays):
        start, end, mark = strays[index]
        if index + 1 < len(strays) and _pair(text, strays[index], strays[index + 1]):
            index += 2
            continue
        index += 1
        at = _droppable(text[start:end], mark)
        if at is not None:
            yield Proposal(
                "stray-mark",
                f"left out {mark}: it has no partner",
                (Cut(start + at, start + at + len(mark)),),
            )


def _paragraphs(text: str, *, wrapped: bool) -> Iterator[tuple[int, int]]:
    for found in re.finditer(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*" if wrapped else r"[^\n]+", text):
        if found.group().strip():
            yield found.span()


def _lone_mark(paragraph: str) -> str:
    marks = [mark for mark in unbalanced_marks(paragraph) if _STRAY.fullmatch(mark)]
    return marks[0] if len(marks) == 1 else ""


def _pair(text: str, first: tuple[int, int, str], second: tuple[int, int, str]) -> bool:
    """Whether a mark opens in one paragraph what another closes in a later one."""
    if text.count("\n\n", first[1], second[0]) > _SPAN:
        return False
    if first[2] == "**" == second[2]:
        opens, closes = text[first[0] : first[1]], text[second[0] : second[1]]
        return not opens.rstrip().endswith("**") and not _MARK_FIRST.match(closes)
    return (first[2].lower(), second[2].lower()) == ("<u>", "</u>")


def _droppable(paragraph: str, mark: str) -> int | None:
    """Offset of the mark to drop, None when it may be the author's own character."""
    if mark != "**":
        places = [found.start() for found in re.finditer(re.escape(mark), paragraph)]
        return places[-1] if mark.lower() == "</u>" else places[0]
    stripped = paragraph.rstrip()
    if stripped.endswith("**") and stripped[:-2].rstrip()[-1:] in "。；;.!?！？：:，,、）)":
        return len(stripped) - 2
    lead = _MARK_FIRST.match(paragraph)
    return lead.end() if lead and paragraph.count("**") == 1 else None
