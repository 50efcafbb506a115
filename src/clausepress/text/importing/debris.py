"""Repairs of single characters, HTML tags, and lines that each page repeats."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from clausepress.text.importing.edits import Cut, Proposal, line_starts
from clausepress.text.visible import HTML_TAG

_SOFT_HYPHEN = re.compile("\u00ad(?:\n[ \t]*(?=[a-z]))?")
_ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Scripts whose letters are shaped by joiners, and emoji: there they are part of the spelling.
_JOINING = re.compile("[\u0590-\u109f\u1780-\u18af\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
CHARACTER_RULES: dict[str, tuple[str, re.Pattern[str]]] = {
    "soft-hyphen": ("soft hyphens", _SOFT_HYPHEN),
    "zero-width": ("characters without width", _ZERO_WIDTH),
    "bidi-control": ("marks that turn the direction of writing", _BIDI),
    "control-character": ("control characters", _CONTROL),
}
"""Kinds of characters that cannot be seen: rule, what they are, pattern."""

_OWN_LINE = re.compile(r"</?(?:div|p|br)\b", re.IGNORECASE)
_STRONG = re.compile(r"<(/?)(?:b|strong)\b[^<>]*>", re.IGNORECASE)
_MARKS_ONLY = re.compile(r"[\s#*+-]*")

_PAGE = re.compile(
    r"(?:第\s*(\d+)\s*页(?:\s*[,，/／|]?\s*共\s*(\d+)\s*页)?"
    r"|[-–—]\s*(\d+)\s*[-–—]"
    r"|(\d+)\s*[/／]\s*(\d+)"
    r"|page\s+(\d+)(?:\s+of\s+(\d+))?)",
    re.IGNORECASE,
)
_BARE_PAGE = re.compile(r"\d{1,4}")
_PAGES = 3  # as many pages must agree before a line is taken for one that each page repeats


def characters(text: str, rule: str) -> Iterator[Proposal]:
    """Propose to remove characters that cannot be seen, one repair for each line.

    Args:
        text: The text.
        rule: One of `CHARACTER_RULES`.
    """
    words, pattern = CHARACTER_RULES[rule]
    matches = list(pattern.finditer(text))
    starts = line_starts(text) if matches else []
    lines: defaultdict[int, list[Cut]] = defaultdict(list)
    for found in matches:
        lines[bisect_right(starts, found.start())].append(Cut(found.start(), found.end()))
    for number, cuts in lines.items():
        end = starts[number] if number < len(starts) else len(text)
        if rule == "bidi-control" and _RIGHT_TO_LEFT.search(text, starts[number - 1], end):
            continue
        unneeded = [cut for cut in cuts if not _shapes(text, cut.start)]
        named = ", ".join(sorted({f"U+{ord(text[cut.start]):04X}" for cut in unneeded}))
        if unneeded:
            yield Proposal(rule, f"removed {words} ({named})", tuple(unneeded))


def _shapes(text: str, at: int) -> bool:
    """Whether a joiner shapes the letters or emoji beside it."""
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return text[at] in "\u200c\u200d" and _JOINING.search(around) is not None


def html_tags(text: str) -> Iterator[Proposal]:
    """Propose to drop HTML tags; bold ones that are balanced in their line become ``**``."""
    start = 0
    for line in text.split("\n"):
        found = list(HTML_TAG.finditer(line)) if "<" in line else []
        if found:
            bold = _balanced_bold(line)
            cuts = tuple(
                Cut(start + tag.start(), start + tag.end(), _in_place(line, tag, bold=bold))
                for tag in found
            )
            tags = " ".join(tag.group() for tag in found)
            yield Proposal("html-tag", f"left out the HTML tags {tags}", cuts)
        start += len(line) + 1


def _balanced_bold(line: str) -> bool:
    opened = False
    for tag in _STRONG.finditer(line):
        if opened != bool(tag.group(1)):
            return False
        opened = not opened
    return not opened and "*" not in line


def _in_place(line: str, tag: re.Match[str], *, bold: bool) -> str:
    """What stands in place of a tag: a bold mark, the break it makes, or nothing."""
    if _STRONG.fullmatch(tag.group()):
        return "**" if bold else ""
    before, after = HTML_TAG.sub("", line[: tag.start()]), HTML_TAG.sub("", line[tag.end() :])
    if not _OWN_LINE.match(tag.group()) or _MARKS_ONLY.fullmatch(before) or not after.strip():
        return ""
    return " " if line.lstrip().startswith("|") or "\t" in line else "\n\n"


def page_furniture(text: str) -> Iterator[Proposal]:
    """Propose to drop page numbers, and the headers and footers printed beside them.

    Only what is certain: at least three numbers that count up by one and stand on lines of
    their own; bare digits only at a form feed. A header or footer must be on every page.
    """
    lines = text.split("\n")
    filled = [index for index, line in enumerate(lines) if line.strip()]
    place = {index: rank for rank, index in enumerate(filled)}
    numbers = _page_numbers(lines, filled, place)
    feeds = [index for index in filled if lines[index].startswith("\f") and place[index]]
    # A page begins on the line after its predecessor's number, or at a form feed.
    begins = [place[index] for index in feeds] or [place[index] + 1 for index in numbers]
    ends = [rank - 1 for rank in begins]
    dropped = dict.fromkeys(numbers, "page-number")
    ranks = {place[index] for index in numbers}
    for edge, step in ((begins, 1), (ends, -1)):
        found = [_beside(rank, step, ranks, filled) for rank in edge]
        found = [index for index in found if index is not None]
        texts = {lines[index].strip() for index in found if index is not None}
        if len(found) >= _PAGES and len(texts) == 1 and len(next(iter(texts))) <= 60:
            dropped |= dict.fromkeys((i for i in found if i is not None), "page-header")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for index, rule in dropped.items():
        what = "the page number" if rule == "page-number" else "a line that each page repeats,"
        line = lines[index].strip()
        yield Proposal(
            rule,
            f"left out {what} “{line}”",
            (Cut(starts[index], starts[index] + len(lines[index])),),
        )


def _beside(rank: int, step: int, numbers: set[int], filled: list[int]) -> int | None:
    """The filled line at the edge of a page, its page number passed over."""
    if rank in numbers:
        rank += step
    return filled[rank] if 0 <= rank < len(filled) else None


def _page_numbers(lines: list[str], filled: list[int], place: dict[int, int]) -> list[int]:
    shapes: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for index in filled:
        line = lines[index].strip()
        if len(line) > 30:
            continue
        if found := _PAGE.fullmatch(line):
            group = next(i for i, value in enumerate(found.groups(), start=1) if value)
            total = found.group(group + 1) if group in (1, 4, 6) else None
            shapes[group, int(total or 0)].append((int(found.group(group)), index))
        elif _BARE_PAGE.fullmatch(line):
            after = place[index] + 1
            at_feed = lines[index].startswith("\f") or (
                after < len(filled) and lines[filled[after]].startswith("\f")
            )
            if at_feed or (after == len(filled) and shapes.get((0, 0))):
                shapes[0, 0].append((int(line), index))
    found_all: list[int] = []
    for values in shapes.values():
        counted = [number for number, _ in values]
        running = counted == list(range(counted[0], counted[0] + len(counted)))
        if running and len(counted) >= _PAGES:
            found_all += [index for _, index in values]
    return sorted(found_all)
