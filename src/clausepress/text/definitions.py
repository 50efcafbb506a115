"""Terms that a text defines itself, each with the sentence that does so.

Two forms are read, in Chinese and English: a name given in parentheses (``以下简称“本站”``,
``the “Site”``), and a sentence of the form "X means …" (``个人敏感信息，是指……``). Nothing is
defined that the text does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clausepress.text.model import PREFACE_ID, Block, Edition, Paragraph, plain

_PARENTHESES = re.compile(
    r"[（(]([^（）()“”「」]*)((?:[“「][^”」（）()]{1,40}[”」][^（）()“”「」]*)+)[）)]"
)
_QUOTED = re.compile(r"[“「]([^”」]+)[”」]")
_BETWEEN_ZH = re.compile(r"(?:以下|下文|[下统合简总并]?称|[为作或者及和与，、；\s])*")
_BETWEEN_EN = re.compile(
    r"(?:(?:here(?:in)?after|collectively|together|individually|referred|called|to|as|below|the|"
    r"or|and|each|an?)\b|[\s,;])*",
    re.IGNORECASE,
)
_MEANS_ZH = re.compile(
    r"(?:^|(?<=[。；！？]))\s*(?:本\w{1,6}?所称的?)?[“「]?"
    r"([\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z0-9 /-]{1,19}?)[”」]?[，,]?\s*[是系]指"
)
_MEANS_EN = re.compile(
    r"(?:^|(?<=[.;!?]\s))“([^”]{2,60})”,?\s(?:means|shall mean|refers to|is defined as)\b"
    r"|(?:^|(?<=[.;!?]\s))([A-Z][\w-]*(?: [\w-]+){0,4}?) refers to\b"
)
_NO_TERM = re.compile(
    r"(?:这|此|该|其|上述|前述)\S{0,3}|(?:this|that|it|which|here)\b.*", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[。！？；](?=[^”」）)])|(?<=[a-z)”][.!?])\s+(?=[A-Z“])|\n")
_QUOTE = 300  # characters of a definition that are quoted


@dataclass(frozen=True, slots=True)
class Term:
    """A term that a text defines.

    Attributes:
        term: The term as printed between its quotation marks.
        clause_id: The clause that defines it.
        number: That clause's printed number; may be empty.
        quote: The sentence that defines it, shortened with ``…`` where it is very long.
    """

    term: str
    clause_id: str
    number: str
    quote: str


def defined_terms(edition: Edition) -> tuple[Term, ...]:
    """Return the terms that an edition defines, in the order of the text; of a term defined twice,
    the first definition. A term of one character is left out."""
    found: dict[str, Term] = {}
    for clause_id, number, blocks in _places(edition):
        for block in blocks:
            if isinstance(block, Paragraph):
                text = plain(block.runs)
                for start, term in sorted(_terms(text, edition.lang)):
                    if len(term) > 1:
                        entry = Term(term, clause_id, number, _sentence(text, start))
                        found.setdefault(term.casefold(), entry)
    return tuple(found.values())


def _places(edition: Edition) -> Iterator[tuple[str, str, tuple[Block, ...]]]:
    yield PREFACE_ID, "", edition.preface
    for clause in edition.walk():
        yield clause.id, clause.number, clause.blocks


def _terms(text: str, lang: str) -> Iterator[tuple[int, str]]:
    """Offset and term of every definition in a paragraph."""
    chinese = lang.split("-")[0] == "zh"
    between, means = (_BETWEEN_ZH, _MEANS_ZH) if chinese else (_BETWEEN_EN, _MEANS_EN)
    for match in _PARENTHESES.finditer(text):
        gap = re.split("[；;，]", match.group(1))[-1]  # (the Chinese name; “we”)
        behind = match.start(2)
        for each in _QUOTED.finditer(text, behind, match.end()):
            gap += text[behind : each.start()]
            if not between.fullmatch(gap):
                break
            yield each.start(1), each.group(1).strip(" ,.，。")
            gap, behind = "", each.end()
    for match in means.finditer(text):
        group = 1 if match.group(1) else 2
        if not _NO_TERM.fullmatch(match.group(group)):
            yield match.start(group), match.group(group).strip()


def _sentence(text: str, at: int) -> str:
    """The sentence around an offset."""
    start, end = 0, len(text)
    for match in _SENTENCE_END.finditer(text):
        if match.end() <= at:
            start = match.end()
        else:
            end = match.end()
            break
    found = text[start:end].strip()
    if len(found) <= _QUOTE:
        return found
    # A long sentence is quoted around the term: the definition stands before and behind it.
    here = at - start
    first = max(0, min(here - _QUOTE // 2, len(found) - _QUOTE))
    cut = found[first : first + _QUOTE]
    return f"{'…' if first else ''}{cut}{'…' if first + _QUOTE < len(found) else ''}"
