"""How long a text is, and how long it takes to read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from clausepress.text.model import Edition, block_runs, own_runs, plain

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+(?:['’-][^\W\d_\u3400-\u9fff]+)*|\d+(?:[.,]\d+)*")
_HAN_PER_MINUTE = 350
"""Silent reading of non-fiction, 300 to 400 characters a minute."""
_WORDS_PER_MINUTE = 238
"""Silent reading of English non-fiction (Brysbaert 2019, a review of 190 studies)."""


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a text.

    Attributes:
        characters: Chinese characters.
        words: Words and numbers in other scripts.
        minutes: Whole minutes that reading it takes, at least 1.
    """

    characters: int
    words: int
    minutes: int


def length(edition: Edition) -> Length:
    """Return how long an edition is: title, headings, text and tables, without printed numbers."""
    characters = words = 0
    for text in _texts(edition):
        characters += len(_HAN.findall(text))
        words += len(_WORD.findall(text))
    minutes = characters / _HAN_PER_MINUTE + words / _WORDS_PER_MINUTE
    return Length(characters, words, max(1, math.ceil(minutes)))


def _texts(edition: Edition) -> Iterator[str]:
    yield edition.title
    for block in edition.preface:
        yield plain(tuple(block_runs(block)))
    for clause in edition.walk():
        yield plain(tuple(own_runs(clause)))
