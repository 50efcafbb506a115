"""Repairs of lines and paragraphs that a page or a line end broke inside a sentence or a word.

A join that is wrong changes what a clause says, a join that is missing only looks odd; so a
break is mended on evidence alone: what stands before it cannot be an end, what stands after it
cannot be a beginning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from clausepress.text.importing.edits import Cut, Proposal
from clausepress.text.inline import unbalanced_marks
from clausepress.text.numbers import Number, match_number

_BULLET = re.compile(r"^[-*+]\s+(?=\S)")
_MARKS_BEFORE = re.compile(r"^(?:\*\*|\^\^|<u>)+", re.IGNORECASE)
_MARKS_AFTER = re.compile(r"(?:\*\*|\^\^|</u>)+$", re.IGNORECASE)
_STARTS_BLOCK = re.compile(r"#{1,6}\s|[-*+•·●○■◆▪]\s*|\||【|\[|[○●◆■•]|<|>|\{|---|===")
_TERMINAL = "。；：！？!?;:.…"
_CLOSERS = "”’」』）)】]》〉\"'"
_NO_START = re.compile(r"[，。、；：！？）】》」』〉,;!?)\]]|[的们]")
# Words that no sentence, item or title ends with, and a beginning that only goes on.
_NO_END = re.compile(
    r"(?:[或且若被把]|以及|或者|并且|而且|如果|由于|对于|关于|按照|依照|根据|包括|这些|那些|任何"
    r"|应当|必须|不得|您的|我们的)$"
)
_GOES_ON = re.compile(r"等[，。；、]")
_NO_END_LATIN = re.compile(
    r"\b(?:the|an?|of|to|and|or|by|with|from|your|our|their|its|any|that|which|not)$"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_SENTENCE_STARTS = re.compile(r"(?:^|[。！？；：\n“（])\s*(?:\*\*|<u>)*([\u3400-\u9fff]{2})")
_BRACKETS = {"（": "）", "(": ")", "“": "”", "《": "》", "【": "】", "「": "」"}

_RUNNING = 20  # Han characters a paragraph must have before it can be broken text, not a title
_RUNNING_LATIN = 60  # the same for text in Latin letters, in characters
_SALUTATION = 20  # a line that ends in a comma and is shorter greets someone
_LINKED = 0.05  # how often a character must follow another in this text to be one word with it
_GAP = 8  # line ends a page break leaves at most
_WRAPPED = 5  # lines that must be full before a text is taken to be wrapped


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank.

    Attributes:
        start: Offset of its first visible character.
        end: Offset after its last visible character.
        text: The characters between.
        core: The text without list mark and emphasis at either end.
        number: The number it begins with.
        solid: Whether it is a heading, a row of a table or code, that nothing is joined to.
    """

    start: int
    end: int
    text: str
    core: str
    number: Number | None
    solid: bool

    @property
    def begins(self) -> bool:
        """Whether it begins a block of its own."""
        return bool(self.number or self.solid or _STARTS_BLOCK.match(self.text))

    @property
    def ended(self) -> bool:
        """Whether it ends as a sentence or an item does."""
        return self.core.rstrip(_CLOSERS + " ")[-1:] in _TERMINAL


def read_lines(text: str) -> list[Line]:
    """Return the lines of a text that are not blank."""
    lines: list[Line] = []
    start = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            begin = start + raw.index(stripped)
            inner = _MARKS_BEFORE.sub("", _BULLET.sub("", stripped, count=1), count=1)
            core = _MARKS_AFTER.sub("", inner).strip() or inner
            solid = stripped[0] in "#|" or "\t" in stripped
            lines.append(
                Line(begin, begin + len(stripped), stripped, core, match_number(core), solid)
            )
        start += len(raw) + 1
    return lines


def line_joins(text: str) -> Iterator[Proposal]:
    """Propose to join lines of plain text that were broken to fit a width."""
    lines = read_lines(text)
    pairs = [
        (before, after)
        for before, after in pairwise(lines)
        if text.count("\n", before.end, after.start) == 1 and not before.solid and not after.begins
    ]
    width = _wrap_width([before for before, _ in pairs])
    words: Counter[str] | None = None
    for before, after in pairs:
        full = width and _columns(before.text) + _first_word(after.text) > width
        open_marks = unbalanced_marks(before.text) and not before.ended
        if not (full or open_marks or _runs_on(before, after)):
            continue
        insert = "" if _wide(before.text[-1]) and _wide(after.text[0]) else " "
        start = before.end
        if re.search(r"[a-z]-$", before.text) and after.text[0].islower():
            insert = ""
            if words is None:
                words = Counter(re.findall(r"[a-z]+(?:-[a-z]+)*", text.lower()))
            left = re.search(r"[a-z]+-$", before.text.lower())
            right = re.match(r"[a-z]+", after.text)
            if left and right:
                first, second = left.group()[:-1], right.group()
                if words[first + second] and not words[f"{first}-{second}"]:
                    start -= 1
        yield Proposal(
            "line-joined",
            "joined two lines of one sentence",
            (Cut(start, after.start, insert),),
        )


_PAGE_NUMBER = re.compile(r"[-–—\s]*\d{1,4}[-–—\s]*")
_LETTERED = re.compile(r"[a-z]{1,4}[.)]\s")  # an item of a scheme we do not read: "i. …", "a. …"


def _runs_on(before: Line, after: Line) -> bool:
    """Whether a sentence goes on over a single line end, whatever the width of the text."""
    if before.ended or _PAGE_NUMBER.fullmatch(before.core) or _LETTERED.match(after.core):
        return False
    if after.core[:1].islower() or _NO_START.match(after.core):
        return True
    return _columns(before.text) >= 60 and re.search(r"[，。；、,;]", before.core) is not None


def _wrap_width(lines: list[Line]) -> int:
    """Columns the text was wrapped to, 0 when it was not."""
    widths = sorted(_columns(line.text) for line in lines)
    if len(widths) < _WRAPPED or not 40 <= widths[-1] <= 200:
        return 0
    full = [width for width in widths if width >= widths[-1] * 0.8]
    return widths[-1] if len(full) >= max(_WRAPPED, len(widths) * 0.6) else 0


def _first_word(text: str) -> int:
    found = re.match(r"[!-~]+", text)
    # A Chinese line is also cut early to keep a closing mark from its start.
    return 1 + len(found.group()) if found else 4


def paragraph_joins(text: str) -> Iterator[Proposal]:
    """Propose to join paragraphs that a page break cut inside a sentence or a word."""
    lines = read_lines(text)
    known: _Usage | None = None
    for index in range(1, len(lines)):
        before, after = lines[index - 1], lines[index]
        gap = text[before.end : after.start]
        if not 2 <= gap.count("\n") <= _GAP or before.solid or after.begins or before.ended:
            continue
        if known is None:
            known = _Usage(text)
        following = lines[index + 1] if index + 1 < len(lines) else None
        if not (
            _latin_break(before, after, following)
            or _han_break(before, after, known)
            or _item_break(lines, index)
        ):
            continue
        insert = "" if _wide(before.core[-1]) or _wide(after.core[0]) else " "
        message = "joined what a page break cut inside a sentence"
        cut_before, cut_after = before.text.endswith("**"), after.text.startswith("**")
        if cut_before != cut_after and not unbalanced_marks(before.text):
            message += "; the emphasis ends or begins at the break, check how far it goes"
        yield Proposal("break-joined", message, (Cut(before.end, after.start, insert),))


class _Usage:
    """What a text shows of its own words: pairs of characters, beginnings of sentences."""

    def __init__(self, text: str) -> None:
        joined = re.findall(r"[\u3400-\u9fff]{2,}", text)
        self.pairs: Counter[str] = Counter()
        self.single: Counter[str] = Counter()
        for span in joined:
            self.single.update(span)
            self.pairs.update(span[i : i + 2] for i in range(len(span) - 1))
        self.starts = Counter(_SENTENCE_STARTS.findall(text))

    def one_word(self, left: str, right: str) -> bool:
        pair = self.pairs[left + right]
        return pair >= 1 and pair >= self.single[right] * _LINKED

    def begins_sentence(self, text: str) -> bool:
        return self.starts[text[:2]] > 1  # once is this very place


def _han_break(before: Line, after: Line, known: _Usage) -> bool:
    han = len(_HAN.findall(before.core))
    sentence = after.ended and len(after.core) >= 2
    if not sentence or not re.search(r"[，。；、]", before.core):
        return False
    last, first = before.core[-1], after.core[0]
    if last in "，、":
        return han >= _SALUTATION
    if han < _RUNNING:
        return False
    if _NO_START.match(after.core) or _GOES_ON.match(after.core) or last in "（“《「":
        return True
    if _NO_END.search(before.core):
        return True
    if _leaves_open(before.core, after.core):
        return True
    return bool(
        _HAN.match(last)
        and _HAN.match(first)
        and known.one_word(last, first)
        and not known.begins_sentence(after.core)
    )


def _leaves_open(before: str, after: str) -> bool:
    """Whether a bracket or quote opened before the break is closed after it."""
    for opening, closing in _BRACKETS.items():
        if before.count(opening) == before.count(closing) + 1:
            ends, begins = after.find(closing), after.find(opening)
            if ends >= 0 and (begins < 0 or ends < begins) and opening in before[-40:]:
                return True
    return False


def _item_break(lines: list[Line], index: int) -> bool:
    """Whether an item lacks the mark that ends its neighbours, and the next paragraph has it.

    Items of one list end alike: one that ends in nothing, an unnumbered paragraph that ends as
    the items do, and then the next number, is an item that was cut in two.
    """
    if index + 1 >= len(lines):
        return False
    item, rest, following = lines[index - 1], lines[index], lines[index + 1]
    earlier = lines[index - 2] if index >= 2 else None
    if not item.number or not following.number or following.number.scheme != item.number.scheme:
        return False
    if following.number.values != (*item.number.values[:-1], item.number.values[-1] + 1):
        return False
    neighbours = [
        line
        for line in (earlier, following)
        if line and line.number and line.number.scheme == item.number.scheme
    ]
    return (
        rest.core[-1:] in "；;"
        and len(neighbours) == 2
        and all(line.core[-1:] in "；;" for line in neighbours)
        and len(_HAN.findall(item.core)) >= _SALUTATION
    )


def _latin_break(before: Line, after: Line, following: Line | None) -> bool:
    if len(before.core) < _RUNNING_LATIN or before.core.count(" ") < 8 or not after.ended:
        return False
    if _NO_END_LATIN.search(before.core):
        return True
    return bool(
        re.search(r"[a-z,]$", before.core)
        and after.core[:1].islower()
        and re.search(r"[.!?][”’\"')]*$", after.core)
        and not (following and following.core[:1].islower())
    )


def _columns(text: str) -> int:
    return sum(2 if ord(char) >= 0x2E80 else 1 for char in text)


def _wide(char: str) -> bool:
    return ord(char) >= 0x2E80 or char in "“”‘’…—"
