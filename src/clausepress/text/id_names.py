"""New ids for clauses: made of words, free of numbers, since numbers shift."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from clausepress.text.alignment.features import own_text
from clausepress.text.alignment.glossary import concepts, content_words
from clausepress.text.model import Clause, plain

_WORDS = 4  # words of a new id at most
_FIRST = 8  # words at the beginning of a clause that it is named after
_ABOVE = 2  # words of the id above that an item's id begins with
# Titles of chapters whose words say nothing of them anywhere else.
_TITLES = {"其他": "other", "其它": "other", "杂项": "miscellaneous"}
# Words that tell nothing of a clause although they carry meaning.
_WEAK_WORDS = """
another any both day days each either every following least less month months more most must
neither new old one per same two week weeks year years
"""
_WEAK = frozenset(_WEAK_WORDS.split())


class Names:
    """New ids for the clauses of one text."""

    def __init__(self, clauses: Sequence[Clause], lang: str) -> None:
        self.clauses = clauses
        self.lang = lang
        self.english = lang.split("-")[0] == "en"
        self.counts: Counter[str] = Counter()
        for clause in clauses:
            self.counts.update(set(self._terms(own_text(clause))))

    def new(self, place: int, prefix: str, taken: set[str]) -> tuple[str, str]:
        """Return a new id and where it comes from; the id is empty where no word is known.

        Args:
            place: The clause, by its place in printed order.
            prefix: Id of the clause it is an item of, empty when it stands for itself.
            taken: Ids that cannot be given.
        """
        clause = self.clauses[place]
        above = "-".join(prefix.split("-")[:_ABOVE])
        title = plain(clause.heading) or own_text(clause)
        if words := self._title_words(title, heading=bool(clause.heading)):
            return self._free(words[:_WORDS], words, above, taken), "new, words of its heading"
        words = self._telling(own_text(clause))
        if not words:
            return "", "no word of it is known; choose an id and write {#id} at its end"
        count = 2 if above else 3
        first = [word for word in self._terms(own_text(clause)) if word in words[:count]]
        return self._free(list(dict.fromkeys(first)), words, above, taken), "new, its first words"

    def _title_words(self, title: str, *, heading: bool) -> list[str]:
        """The words of a title; of a text that may stand for one, only those known as titles."""
        title = title.strip()
        if title in _TITLES:
            return [_TITLES[title]]
        if not heading:
            return [title.lower()] if title in ("Other", "General", "Miscellaneous") else []
        every = re.findall(r"[a-z]{2,}", title.lower()) if self.english else []
        return self._terms(title) or every

    def _terms(self, text: str) -> list[str]:
        if self.english:
            found = [word.lower() for word in content_words(text)]
        else:
            meant = concepts(text, self.lang)
            found = [min(each).replace(" ", "-") for each in meant if each]
        plain_words = (re.sub(r"[^a-z-]", "", word).strip("-") for word in found)
        return [word for word in dict.fromkeys(plain_words) if len(word) > 1 and word not in _WEAK]

    def _telling(self, text: str) -> list[str]:
        """The words it begins with, then the others; of each the rarest in this text first."""
        terms = self._terms(text)
        return [
            word
            for part in (terms[:_FIRST], terms[_FIRST:])
            for word in sorted(part, key=lambda word: (self.counts[word], part.index(word)))
        ]

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
