"""Repeats: words, sentences and paragraphs that stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, Node, View

_TWICE_ZH = re.compile(
    rf"([{HAN}]{{2,8}})\1(?![名人会者])|(?<!目)的的(?!确)|您您|是是(?!否)|或或|我我(?!们)|你你|("
    rf"[，。；：、！？])\2"
)
_TWICE_EN = re.compile(r"\b([A-Za-z]{2,})\s+\1\b", re.IGNORECASE)
_TWICE_FINE = {"that", "had", "is", "do", "no"}
_DETERMINERS = re.compile(
    r"\b(?:the|a|an) (?:your|our|my|their|his|the|a|an|this|these|those)\b(?!-)"
)


@rule(
    "word-repeated",
    Severity.WARNING,
    "A word or mark that stands twice, or two determiners before one noun.",
    fix="remove one of the two",
    example=Example(
        "en",
        "1. Scope\n\nThis applies to the the site.",
        "1. Scope\n\nThis applies to the site.",
    ),
)
def word_repeated(view: View) -> Iterator[Hit]:
    """Find neighbours that are equal."""
    for piece in view.running():
        if view.is_zh:
            found = _TWICE_ZH.search(piece.text)
        else:
            found = next(
                (
                    each
                    for each in _TWICE_EN.finditer(piece.text)
                    if each.group(1) not in _TWICE_FINE and each.group().islower()
                ),
                None,
            ) or _DETERMINERS.search(piece.text)
        if found:
            yield at_piece(view, piece, found.start(), f"“{found.group()}”")


_SENTENCE = re.compile(r"[^。！？.!?]{8,}[。！？.!?]")


@rule(
    "sentence-twice",
    Severity.NOTE,
    "One paragraph says the same thing twice in nearly the same words.",
    fix="keep one of the two sentences",
    example=Example(
        "zh",
        "一、提示\n\n1.1 您不同意收费标准的，您应在三日内退订课程。您如不同意收费的标准，您应在三"
        "日内退订有关课程。",
        "一、提示\n\n1.1 您不同意收费标准的，您应在三日内退订课程。",
    ),
)
def sentence_twice(view: View) -> Iterator[Hit]:
    """Compare neighbouring sentences, and what each says happens when the reader disagrees.

    Law repeats itself on purpose, so likeness alone proves little: told are neighbours that are
    nearly equal, and two conditions of disagreement with one consequence.
    """
    least = 16 if view.is_zh else 50
    disagree = _DISAGREE_ZH if view.is_zh else _DISAGREE_EN
    for piece in view.running():
        found = list(_SENTENCE.finditer(piece.text))
        for one, other in pairwise(found):
            words = [_words(view, each.group()) for each in (one, other)]
            short = min(len(one.group()), len(other.group()))
            ends = [disagree.findall(each.group()) for each in (one, other)]
            same_end = ends[0] and ends[1] and ends[0][-1].casefold() == ends[1][-1].casefold()
            if short >= least and (_alike(*words) >= _NEARLY or same_end):
                yield at_piece(view, piece, other.start(), "nearly the sentence before it")
                break


_NEARLY = 0.8
_DISAGREE_ZH = re.compile(r"不同意[^。]{2,40}，(您应\w{4})")
_DISAGREE_EN = re.compile(
    r"do not agree[^.]{2,90}, (you (?:shall|must) (?:\w+ ){2})", re.IGNORECASE
)


def _words(view: View, text: str) -> set[str]:
    """Pairs of characters, or of English words."""
    units = list(re.sub(r"[\W_]+", "", text)) if view.is_zh else re.findall(r"\w+", text.casefold())
    return {" ".join(units[i : i + 2]) for i in range(len(units) - 1)}


def _alike(one: set[str], other: set[str]) -> float:
    """Dice coefficient (Dice 1945), 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


@rule(
    "paragraph-twice",
    Severity.WARNING,
    "The same paragraph or item twice in one clause.",
    fix="remove one of the two",
    example=Example(
        "zh",
        "一、情形\n\n有以下情形的除外：\n\n（1）您在订单中书面表示同意的；\n\n（2）用于学术研究"
        "；\n\n"
        "（3）您在订单中书面表示同意的。",
        "一、情形\n\n有以下情形的除外：\n\n（1）您在订单中书面表示同意的；\n\n（2）用于学术研究"
        "；\n\n"
        "（3）法律另有规定。",
    ),
)
def paragraph_twice(view: View) -> Iterator[Hit]:
    """Compare the paragraphs below one clause by their letters."""
    least = 10 if view.is_zh else 30
    for node in view.nodes:
        seen: dict[str, Node] = {}
        own = [piece for piece in node.pieces if piece.kind == "paragraph"]
        for piece in [*own, *(child.pieces[0] for child in node.children if child.pieces)]:
            key = re.sub(r"[\W_]+", "", piece.text).casefold()
            if len(key) < least or piece.kind == "heading" or piece.node is None:
                continue
            if key in seen:
                yield at_piece(view, piece, 0, f"stands already on line {seen[key].line}")
            seen.setdefault(key, piece.node)
