"""Which plain numbers are chapters, as the "2." that holds 2.1, and which lines open an annex."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from clausepress.text.blocks import SourceBlock
from clausepress.text.model import plain
from clausepress.text.numbers import CHAPTER_SCHEMES, Number

PLAIN_SCHEMES = frozenset({"dot", "dun", "bare", "colon"})
"""Schemes of a plain number, which counts items or chapters."""

_ANNEX = re.compile(
    r"(?:附件|附录|附表)(?:[一二三四五六七八九十]{1,3}|\d{1,2}|[A-Z])"
    r"(?:[\s：:、（(《—-]+[^。；;，,：:！？]{1,40})?"
    r"|(?:Annex|Appendix|Attachment|Exhibit|Schedule|ANNEX|APPENDIX|ATTACHMENT|EXHIBIT|SCHEDULE)"
    r"\s+(?:\d{1,2}|[IVX]+|[A-Z])(?:\s*[.:：–—-]\s*[^.;:]{1,80}|\s+[A-Z(][^.;:]{0,80})?"
)


def plain_chapters(blocks: Sequence[SourceBlock]) -> set[int]:
    """Return the places of the blocks in running text whose plain number is a chapter's.

    A chapter is followed by its own first decimal (2. by 2.1), or counts on from the chapter
    before while no list of plain numbers is open; those that count up to the first one are
    chapters too. What a heading or a number like 一、 holds begins anew.
    """
    found: set[int] = set()
    last: Number | None = None
    run: list[tuple[int, Number]] = []  # plain numbers since the last chapter or decimal
    marks = [(place, block) for place, block in enumerate(blocks) if block.number or block.level]
    for (place, block), (_, following) in pairwise([*marks, (0, SourceBlock(line=0))]):
        number = block.number
        if number is None or number.scheme in CHAPTER_SCHEMES or block.level:
            last = number if number and number.scheme in PLAIN_SCHEMES else None
            run = []
        elif number.scheme == "decimal":
            run = []
        elif number.scheme in PLAIN_SCHEMES and (not last or last.scheme == number.scheme):
            opens = following.number is not None and following.number.values == (
                *number.values,
                1,
            )
            follows = bool(run) and run[-1][1].values[0] + 1 == number.values[0]
            if opens or (last and not run and last.values[0] + 1 == number.values[0]):
                if not last and follows:
                    found.update(index for index, _ in run)
                found.add(place)
                last, run = number, []
            else:
                run = [*run, (place, number)] if follows else [(place, number)]
    return found


def annex_titles(blocks: Sequence[SourceBlock]) -> set[int]:
    """Return the places of the paragraphs that are an annex's title: 附件一：收费标准, Schedule 1.

    One beside another is an entry of a list of annexes; one that nothing follows opens nothing.
    """
    names = [_ANNEX.fullmatch(plain(block.runs).strip()) is not None for block in blocks]
    return {
        place
        for place in range(len(blocks) - 1)
        if names[place] and not names[place + 1] and not (place and names[place - 1])
        if not (blocks[place].level or blocks[place].number or blocks[place].bullet)
    }
