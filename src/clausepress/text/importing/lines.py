"""The lines of a foreign text as the repairs see them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clausepress.text.number_runs import settle_runs
from clausepress.text.numbers import Number, match_number

_BULLET = re.compile(r"^[-*+]\s+(?=\S)")
_MARKS_BEFORE = re.compile(r"^(?:\*\*|\^\^|<u>)+", re.IGNORECASE)
_MARKS_AFTER = re.compile(r"(?:\*\*|\^\^|</u>)+$", re.IGNORECASE)
_STARTS_BLOCK = re.compile(r"#{1,6}\s|[-*+•·●○■◆▪]\s*|\||【|\[|[○●◆■•]|<|>|\{|---|===")
_ID = re.compile(r"\{#[^{}\s]*\}$")
_REACH = 300  # characters before a break that can tell something of it
_TERMINAL = "。；：！？!?;:.…"
_CLOSERS = "”’」』）)】]》〉\"'"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank.

    Attributes:
        start: Offset of its first visible character.
        end: Offset after its last visible character.
        text: The characters between.
        core: The text without list mark and emphasis at either end.
        number: The number it begins with.
        solid: Whether it is a heading, a row of a table or has an id: nothing is joined to it.
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

    def joined_to(self, after: Line, insert: str) -> Line:
        """Return this line and a later one as one, its text without what lies far back."""
        text = f"{self.text}{insert}{after.text}"[-_REACH:]
        return Line(self.start, after.end, text, _core(text), self.number, self.solid)


def read_lines(text: str) -> list[Line]:
    """Return the lines of a text that are not blank."""
    found: list[tuple[int, str]] = []
    start = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            found.append((start + raw.index(stripped), stripped))
        start += len(raw) + 1
    cores = [_core(stripped) for _, stripped in found]
    numbers = settle_runs(match_number(core) for core in cores)
    return [
        Line(
            begin,
            begin + len(stripped),
            stripped,
            core,
            number,
            stripped[0] in "#|" or "\t" in stripped or _ID.search(stripped) is not None,
        )
        for (begin, stripped), core, number in zip(found, cores, numbers, strict=True)
    ]


def columns(text: str) -> int:
    """Width of a text in columns, a Chinese character two."""
    return sum(2 if ord(char) >= 0x2E80 else 1 for char in text)


def _core(stripped: str) -> str:
    inner = _MARKS_BEFORE.sub("", _BULLET.sub("", stripped, count=1), count=1)
    return _MARKS_AFTER.sub("", inner).strip() or inner
