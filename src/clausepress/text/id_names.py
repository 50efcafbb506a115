"""New ids for clauses: made of words, free of numbers, since numbers shift."""

from __future__ import annotations

import re
from collections import Counter

from clausepress.text.alignment.features import own_text
from clausepress.text.alignment.glossary import concepts, content_words
from clausepress.text.model import Clause, plain

HEADING, KEYWORDS, TERMS = 0.95, 0.8, 0.7
"""Confidence in a new id made of an English title, English words, terms of another language."""
_WORDS = 4  # words of a new id at most


class Names:
    """New ids for the clauses of one text."""

    def __init__(self, clauses: list[Clause], lang: str) -> None:
        self.clauses = clauses
        self.lang = lang
        self.english = lang.split("-")[0] == "en"
        self.counts: Counter[str] = Counter()
        for clause in clauses:
            self.counts.update(set(self._terms(own_text(clause))))

    def new(self, place: int, prefix: str, taken: set[str]) -> tuple[str, float, str]:
        """A new id, the confidence in it and the reason; an empty id where no word is known."""
        clause = self.clauses[place]
        heading = plain(clause.heading)
        if self.english and heading and (words := self._terms(heading)):
            return self._free(words[:_WORDS], words, prefix, taken), HEADING, "new, from its title"
        words = self._telling(own_text(clause))
        if not words:
            return "", 0.0, "no word of it is known; choose an id and write {#id} at its end"
        count = 2 if prefix else 3
        first = [word for word in self._terms(own_text(clause)) if word in words[:count]]
        short = list(dict.fromkeys(first))
        sure, source = (KEYWORDS, "its words") if self.english else (TERMS, "its terms in English")
        return self._free(short, words, prefix, taken), sure, f"new, from {source}"

    def _terms(self, text: str) -> list[str]:
        if self.english:
            found = [word.lower() for word in content_words(text)]
        else:
            meant = concepts(text, self.lang)
            found = [min(each).replace(" ", "-") for each in meant if each]
        plain_words = (re.sub(r"[^a-z-]", "", word).strip("-") for word in found)
        return [word for word in dict.fromkeys(plain_words) if len(word) > 1]

    def _telling(self, text: str) -> list[str]:
        """Its words, the rarest in this text first."""
        terms = self._terms(text)
        return sorted(terms, key=lambda word: (self.counts[word], terms.index(word)))

    @staticmethod
    def _free(short: list[str], words: list[str], prefix: str, taken: set[str]) -> str:
        """An id of some words that no clause has or had: with another word, else a letter."""
        start = [prefix] if prefix else []
        rest = [word for word in words if word not in short]
        tries = [short, *([*short, word] for word in rest)]
        tries += [[*short, letter] for letter in "bcdefghijklmnopqrstuvwxyz"]
        tries += [[*short, one + two] for one in "bcdefgh" for two in "abcdefghijklmnopqrstuvwxyz"]
        for each in tries:
            if (name := "-".join(start + each)) not in taken:
                return name
        return ""
