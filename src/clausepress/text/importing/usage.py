"""What a text shows of its own words, as evidence of what stood at a break."""

from __future__ import annotations

import re
from collections import Counter

_SENTENCE_STARTS = re.compile(r"(?:^|[。！？；：\n“（])\s*(?:\*\*|<u>)*([\u3400-\u9fff]{2})")
_LINKED = 0.05  # how often a character must follow another in this text to be one word with it
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
# Words that every English text has; a fragment of another word is none of them.
_COMMON = re.compile(
    r"an?|the|of|to|and|or|by|with|from|your|our|their|its|any|that|which|not|we|you|it|is|are|be"
    r"|will|may|can|shall|must|this|these|those|such|as|if|when|in|on|at|for|us|they|he|she"
    r"|have|has|had|do|does|no|but|so|than|them|was|were|been|being|also|other|each|all|some|only"
    r"|more|most|about|into|before|after|between|during|through|while|where|who|whose|how|what"
    r"|there|here|used?|using|information|data|services?|personal|users?"
)
# First parts of words that are usually written with a hyphen.
_PREFIXES = re.compile(
    r"third|first|second|long|short|self|non|well|full|part|real|cross|high|low|pre|post|anti|multi"
    r"|co|sub|up|opt|sign|log|on|in|one|two|e|re|over|under|(?:up|day)-to"
)


class Usage:
    """The pairs of characters, the sentence openings and the Latin words of one text."""

    def __init__(self, text: str) -> None:
        self._pairs: Counter[str] = Counter()
        self._single: Counter[str] = Counter()
        for span in re.findall(r"[\u3400-\u9fff]{2,}", text):
            self._single.update(span)
            self._pairs.update(span[i : i + 2] for i in range(len(span) - 1))
        self._starts = Counter(_SENTENCE_STARTS.findall(text))
        words = [found.group().lower() for found in _WORD.finditer(text)]
        self._words = Counter(words)
        self._phrases = Counter(re.findall(r"(?=\b([A-Za-z]+ [A-Za-z]+)\b)", text.lower()))

    def one_word(self, left: str, right: str, *, linked: float = _LINKED) -> bool:
        """Whether two Chinese characters stand side by side often enough to be one word.

        Args:
            left: The character before a break.
            right: The character after it.
            linked: The share of the right one's places that must have the left one before it.
        """
        pair = self._pairs[left + right]
        return pair >= 1 and pair >= self._single[right] * linked

    def side_by_side(self, left: str, right: str) -> bool:
        """Whether two Chinese characters stand side by side anywhere."""
        return self._pairs[left + right] >= 1

    def begins_sentence(self, text: str) -> bool:
        """Whether other sentences begin with the same two characters; once is this very place."""
        return self._starts[text[:2]] > 1

    def phrase(self, before: str, after: str) -> bool:
        """Whether the words on both sides of a break follow each other elsewhere."""
        left, right = _last_word(before), _first_word(after)
        return bool(left and right) and self._phrases[f"{left} {right}"] >= 1

    def seam(self, before: str, after: str) -> str | None:
        """What stood between two Latin letters: a space or nothing; None when it is not known."""
        left, right = _last_word(before), _first_word(after)
        if self._phrases[f"{left} {right}"]:
            return " "
        if self._words[left + right]:
            both = self._known(left) and self._known(right)
            return None if both and self._words[left + right] == 1 else ""
        return " " if self._known(left) and self._known(right) else None

    def hyphen(self, before: str, after: str) -> bool | None:
        """Whether the hyphen at the end of a line belongs to the word; None when not known.

        Args:
            before: A text that ends in a hyphen.
            after: The text that goes on with a small letter.
        """
        left, right = _last_word(before[:-1]), _first_word(after)
        kept, dropped = self._words[f"{left}-{right}"], self._words[left + right]
        if bool(kept) != bool(dropped):
            return bool(kept)
        if kept or _PREFIXES.fullmatch(left) or self._known(left) or self._known(right):
            return None
        return False

    def _known(self, word: str) -> bool:
        # Once is this very place; one or two letters may be a fragment that another break left.
        seen = len(word) > 2 and self._words[word] > 1
        return seen or _COMMON.fullmatch(word) is not None


def _last_word(text: str) -> str:
    found = re.search(r"[A-Za-z]+(?:['’-][A-Za-z]+)*$", text)
    return found.group().lower() if found else ""


def _first_word(text: str) -> str:
    found = _WORD.match(text)
    return found.group().lower() if found else ""
