"""A small glossary of legal and privacy terms, Chinese and English, and how to find them.

It is evidence for the matcher, not a dictionary: a term says that two clauses may be about the
same thing. The first English phrase of a line names the concept, in reports and in new ids.
"""

from __future__ import annotations

import re
from functools import cache

from clausepress.text.alignment.terms import TERMS

_EXCEPTIONS = {"information": "information", "terms": "term", "used": "use", "using": "use"}
_SUFFIXES = "ations ation ings ing ions ion ies ied ed es s e y ly".split()  # noqa: SIM905 - a table
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:['’-][A-Za-z0-9]+)*|\d+(?:\.\d+)?")
_STOP_WORDS = """
a an and any are as at be been by can do does for from has have if in into is it its may no not
of on or other our out shall should so such than that the their them then there these they this
those through to under upon us was we were what when where which while who will with would you
your yours s
"""
_STOP = frozenset(_STOP_WORDS.split())


def words(text: str) -> list[str]:
    """Return the Latin words and numbers of a text, as printed."""
    return _WORD.findall(text)


@cache
def stem(word: str) -> str:
    """Return a crude English stem: lower case, common endings off; made to compare, not to show."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def content_words(text: str) -> list[str]:
    """Return the Latin words of a text that carry meaning, as printed, function words left out."""
    return [word for word in words(text) if word.lower() not in _STOP and len(word) > 1]


class _Glossary:
    """The terms above, indexed by language: surface form to the concepts it may stand for."""

    def __init__(self) -> None:
        self.zh: dict[str, set[str]] = {}
        self.en: dict[tuple[str, ...], set[str]] = {}
        self.watched: set[str] = set()
        for line in TERMS.strip().splitlines():
            watched = line.startswith("!")
            chinese, english = line.lstrip("!").split(" | ")
            phrases = english.split(", ")
            concept = phrases[0]
            if watched:
                self.watched.add(concept)
            for term in chinese.split():
                self.zh.setdefault(term, set()).add(concept)
            for phrase in phrases:
                key = tuple(stem(word) for word in words(phrase))
                self.en.setdefault(key, set()).add(concept)
        self.longest_zh = max(map(len, self.zh))
        self.longest_en = max(map(len, self.en))


@cache
def _glossary() -> _Glossary:
    return _Glossary()


def is_watched(concept: str) -> bool:
    """Whether a concept is one that must not stand in one language only."""
    return concept in _glossary().watched


def concepts(text: str, lang: str) -> list[frozenset[str]]:
    """Return what the terms of a text may stand for, in order, longest term first.

    Args:
        text: The text.
        lang: ``zh`` or ``en``, with or without a region; any other language has no terms here.

    Returns:
        For each term found, the concepts it may stand for (``contact`` has several).
    """
    glossary = _glossary()
    main = lang.split("-")[0]
    found: list[frozenset[str]] = []
    if main == "zh":
        index = 0
        while index < len(text):
            for size in range(min(glossary.longest_zh, len(text) - index), 0, -1):
                if meant := glossary.zh.get(text[index : index + size]):
                    found.append(frozenset(meant))
                    index += size
                    break
            else:
                index += 1
    elif main == "en":
        stems = [stem(word) for word in words(text)]
        index = 0
        while index < len(stems):
            for size in range(min(glossary.longest_en, len(stems) - index), 0, -1):
                if meant := glossary.en.get(tuple(stems[index : index + size])):
                    found.append(frozenset(meant))
                    index += size
                    break
            else:
                index += 1
    return found
