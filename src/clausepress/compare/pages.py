"""What a printed page adds to a text: headers, footers, page numbers, and marks of lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set as AbstractSet

from clausepress.compare.stream import squeezed
from clausepress.text.visible import HTML_TAG, LINK

_EDGE = 2  # lines at the top and bottom of a page that may be its header or footer
_DIGITS = re.compile(r"[0-9]+")
_PAGE_NUMBER = re.compile(
    r"第[0-9]+页(?:[,/]?共[0-9]+页)?|[0-9]+/[0-9]+页?|page[0-9]+(?:of[0-9]+)?|[-–—][0-9]+[-–—]",
    re.IGNORECASE,
)
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}|[-*+•·●])\s+(?=\S)")
_MARKS = re.compile(r"\*\*|</?u>", re.IGNORECASE)


def body_lines(paper: str, text_lines: AbstractSet[str], title: str) -> tuple[str, int, int]:
    """Return a paper's text without headers, footers, page numbers and marks.

    A line at the edge of pages that repeats there, digits aside, belongs to the pages; of one
    that is also a line of the text, the first is kept. A title that is printed in such a header
    only, with more words beside it, is kept in the place of the first.

    Args:
        paper: The text, form feeds between pages.
        text_lines: Lines of the version's text, squeezed.
        title: Title of the version.

    Returns:
        The text, the number of lines left out, the number of marks left out.
    """
    pages = [page.split("\n") for page in paper.split("\f")]
    edges = [_edge(page) for page in pages]
    seen = Counter(
        name
        for page, places in zip(pages, edges, strict=True)
        for name in {_masked(page[at]) for at in places}
    )
    often = max(2, len(pages) // 2)
    repeated = {name for name, count in seen.items() if count >= often and not name.isdecimal()}
    kept: list[str] = []
    out = marks = 0
    titled = -1  # lines kept before the first header that holds the title
    own: set[str] = set()
    for page, places in zip(pages, edges, strict=True):
        for at, line in enumerate(page):
            name = squeezed(line)
            outermost = len(pages) > 1 and at in places and at in (min(places), max(places))
            number = outermost and name.isdecimal()
            furniture = number or _PAGE_NUMBER.fullmatch(name) is not None
            if not furniture and at in places and _masked(line) in repeated:
                furniture = name in own or name not in text_lines
                own.add(name)
            if furniture:
                out += 1
                if titled < 0 and not number and squeezed(title) in name:
                    titled = len(kept)
                continue
            bare = LINK.sub(r"\1", HTML_TAG.sub("", _MARKS.sub("", _LINE_MARK.sub("", line))))
            marks += bare != line
            kept.append(bare)
    if titled >= 0 and not _has_line(kept, squeezed(title)):
        kept.insert(titled, title)
    return "\n".join(kept), out, marks


def _has_line(lines: list[str], wanted: str) -> bool:
    """Whether a squeezed line is there, on one line or on up to three."""
    bare = [squeezed(line) for line in lines]
    return any(
        "".join(bare[at : at + count]) == wanted for at in range(len(bare)) for count in (1, 2, 3)
    )


def _edge(page: list[str]) -> set[int]:
    """The first and last lines of a page that hold anything."""
    filled = [at for at, line in enumerate(page) if line.strip()]
    return {*filled[:_EDGE], *filled[-_EDGE:]}


def _masked(line: str) -> str:
    return _DIGITS.sub("0", squeezed(line))
