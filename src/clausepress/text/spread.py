"""Emphasis that runs on over several blocks, told from stray marks.

In print a span that goes on over paragraphs covers whole clauses, or the rest of a clause with its
items. So a mark runs on only where it stands at the beginning of such a stretch, and only to one
that stands at the end of a block; what lies between has no mark of that kind of its own. Any other
mark without a partner is a stray one, and stays a character of its own block.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausepress.text.inline import LoneMark, lone_marks
from clausepress.text.numbers import CHAPTER_SCHEMES, Number, match_number

_KINDS = (("bold", "**", "**"), ("underline", "^^", "^^"), ("underline-open", "<u>", "</u>"))
_REACH = 40  # blocks that one mark may run on over: a long list of items, not half a document
_SENTENCE_END = "。；：！？.;:!?"
_AFTER_CLOSE = "。；：！？，、.;:!?,）)】」』”’》\"' \t\u3000"  # what may follow the end of a span
_BEFORE_OPEN = "（(【「『“‘《\"' \t\u3000"  # what may precede its beginning


def spread_marks(sources: Sequence[str | None]) -> list[str]:
    """Close and open anew the marks that run on over several blocks.

    A mark opens a span over several blocks where it stands at the beginning of its block, its
    number aside, or, for the blocks of its own clause only, at the beginning of a sentence.

    Args:
        sources: Source of each block in order; None where no mark may run on (heading, table).

    Returns:
        The sources with the marks written out in each block; "" where there was None.
    """
    written = [source or "" for source in sources]
    marks = [lone_marks(source) for source in written]
    if not any(marks):
        return written
    numbers = [_number(source) for source in written]
    for kind, start, end in _KINDS:
        opened: int | None = None
        clause: Number | None = None  # of the last numbered block
        owner: Number | None = None  # of the clause whose end is the end of the span
        bounded = False
        for index, source in enumerate(sources):
            number = numbers[index]
            clause = number or clause
            if source is None:
                opened = clause = None
                continue
            if opened is not None and (
                index - opened > _REACH or (bounded and number and _leaves(owner, number))
            ):
                opened = None
            if not any(other.split("-")[0] == kind.split("-")[0] for other in marks[index]):
                continue
            mark = marks[index].get(kind)
            if opened is not None and mark and _ends(mark):
                written[opened] = _wrapped("", written[opened], end)
                for between in range(opened + 1, index):
                    written[between] = _wrapped(start, written[between], end)
                written[index] = _wrapped(start, written[index], "")
                opened = None
                continue
            opened = None
            if mark and mark.opens and mark.last:
                whole = _begins_block(mark.before)
                if whole or _begins_sentence(mark.before):
                    opened, bounded, owner = index, not whole, clause
    return written


def _number(source: str) -> Number | None:
    return match_number(source.lstrip("*^<u>[")) if source else None


def _begins_block(before: str) -> bool:
    """Whether nothing but a printed number stands before a mark."""
    text = before.rstrip(_BEFORE_OPEN)
    number = match_number(f"{before.rstrip()} 甲")
    return not text or (number is not None and len(number.printed) >= len(text.rstrip()))


def _begins_sentence(before: str) -> bool:
    return before.rstrip(_BEFORE_OPEN)[-1:] in _SENTENCE_END


def _ends(mark: LoneMark) -> bool:
    """Whether a mark ends its block and closes what an earlier block opened."""
    return mark.closes and not mark.others and not mark.after.strip(_AFTER_CLOSE)


def _leaves(owner: Number | None, number: Number) -> bool:
    """Whether a numbered block stands outside a clause: beside it, or above."""
    if owner is None or number.scheme in CHAPTER_SCHEMES:
        return True
    if number.scheme == "decimal":
        return owner.scheme != "decimal" or len(number.values) <= len(owner.values)
    return number.scheme == owner.scheme


def _wrapped(start: str, text: str, end: str) -> str:
    """Put marks around a block's source; a star or caret of the text does not run into them."""
    if not text:
        return text
    first = "<u></u>" if start and start[-1] == text[0] else ""
    last = "<u></u>" if end and end[0] == text[-1] else ""
    return f"{start}{first}{text}{last}{end}"
