"""Citations in an English text: Sections 3 to 5, see 3.8, clause 5.3(F), paragraph (c), Annex 4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from clausepress.text.lint.citation import Citation, number_of
from clausepress.text.lint.view import Piece

_SUB = r"(?:\s?\((?:[A-Za-z]|[ivxIVX]{2,5}|\d{1,2})\))*"
_DIGITS = r"\d{1,2}(?!\d)(?:\.\d{1,2}(?!\d)){0,4}"
_DECIMAL = r"[1-9]\d?(?:\.\d{1,2}(?!\d)){1,4}"
_NUMBER = rf"(?:{_DIGITS}|[IVXLC]+\b(?!\.\w)){_SUB}"
_NO_AMOUNT = (
    r"(?!\.?\d|[%°]|-\w|\s?(?:business|working|calendar|days?|weeks?|months?|years?|hours?|minutes?"
    r"|seconds?|million|billion|percent|per cent|[MGKT]B)\b)"
)
_CLAUSE = re.compile(
    r"\b(?P<word>(?i:(?:sub-?)?(?:clauses?|sections?|paragraphs?)|articles?|chapters?|sec\.|arts?\."
    rf"|para\.)|Parts?|PARTS?)\s+(?P<number>{_NUMBER}){_NO_AMOUNT}"
)
_MORE = re.compile(
    r"\s*(?:,\s*(?:and|or)?|and|or|to|through|&|–|—|-)\s*"
    rf"(?P<number>{_NUMBER})(?!\w){_NO_AMOUNT}"
)
_BARE = re.compile(
    rf"\b[Ss]ee\s+(?P<seen>{_DECIMAL}{_SUB})(?!\w){_NO_AMOUNT}"
    r"|\b(?i:under|per|pursuant to|accordance with|subject to)\s+"
    rf"(?P<number>{_DECIMAL}{_SUB})(?=\s*(?:$|[).;,“\"‘']|\([A-Za-z]{{2}}|(?:above|below)\b"
    r"|(?:and|or|to) \d+\.\d))"
    rf"|(?<![\d.$€£])(?P<letter>{_DECIMAL}(?:\s?\([A-Z]\)|\([a-z]\)))"
    rf"|(?<=[a-z] )(?<!ersion )(?<!elease )(?P<titled>{_DECIMAL})(?= \([A-Z][a-z]{{3}})"
)
_SEE = re.compile(r"\b[Ss]ee\s+(?P<number>[1-9]\d?)(?=\s*(?:\)|above\b|below\b))")
_ITEM = re.compile(
    r"\b(?i:(?:sub-?)?(?:clause|section|paragraph)|item|point|(?<!\d )(?<!\d, )para\.)s?\s+"
    r"\((?P<label>[A-Za-z]|[ivx]{2,5}|\d{1,2})\)"
)
_WITHIN = re.compile(
    r"\s+(?:of|in|to)\s+(?P<name>(?i:clause|section|article|paragraph)\s+"
    rf"(?P<number>{_DIGITS}|[IVXLC]+\b))"
)
_ANNEX = re.compile(
    r"\b(?P<word>(?i:annex|appendix|attachment)|[Ss]chedule|Exhibit|SCHEDULE|EXHIBIT)\s+"
    r"(?:[Nn]o\.\s?)?(?P<label>\d{1,2}|[A-Z]|[IVX]{2,5})\b(?![.-]?\w)"
)
_SHORT = {"sec.": "section", "art.": "article", "arts.": "article", "para.": "paragraph"}

_TITLED = r"(?:\s*\([A-Z][^()]{2,60}\))?"  # Section 12.4 (Limitation of Liability) of the MSA
_THIS = re.compile(
    rf"{_TITLED}[\s,]*(?:above|below|hereof|(?:of|in|under|to) (?:this|these|the present)\b)"
)
_OF_NAMED = re.compile(
    rf"{_TITLED}\s*(?:of|in|under|to) (?:the|our|your|its|that|such|any|those|each|[A-Z])[\w’' ]*"
)
_LAW = (
    r"(?:[A-Z][\w’.-]* (?:of )?(?:Code|Act|Law|Regulations?|Directive|Convention|Treaty"
    r"|Constitution|Statutes?"
    r"|Rules?|Ordinance|Decree|Addendum|Clauses)\b|\b(?:Regulation|Directive) \(?[A-Z\d]"
    r"|\b(?:GDPR|CCPA|CPRA|PIPL|LGPD|DSGVO|BGB|SCCs?|U\.S\.C|C\.F\.R|HIPAA|COPPA|PIPEDA|ePrivacy))"
)
_LAW_NAMED = re.compile(_LAW)
_SOURCE_BEFORE = re.compile(
    r"(?:\b(?:Code|Act|Law|Regulations?|Directive|Constitution|Rules?|Statutes?|Treaty|Convention"
    r"|Addendum|Agreement|Schedule|Annex|Appendix|Exhibit|DPA|Terms|Policy|[A-Z]{3,})(?:’s|'s)?"
    r"[,\s(]*(?:\w+\s+)?|\b(?:ISO|IEC|NIST|EN)[\w/ :.-]*\d,?\s+)$"
)
_ACRONYM_AFTER = re.compile(r"[\s,()a-z\d]*\b(?:(?:UK|EU|US)\b|[A-Z]{3,})")
_NOT_OF_THIS_TEXT = re.compile(
    r"GDPR|General Data Protection Regulation|DSGVO|Treaty|Regulation \((?:EU|EC)\)"
)
_MODEL_CLAUSES = re.compile(r"Standard Contractual Clauses|SCCs|Model Clauses")


class English:
    """Finds the citations of one text.

    Args:
        title: Its title, by which it may name itself.
        whole: All its words: a text that speaks of the GDPR means that by a bare "Article 15".
        words: Words that it prints before its own numbers: ``{"article", "section"}``.
    """

    def __init__(self, title: str, whole: str, words: set[str]) -> None:
        self._title = title.casefold()
        self._elsewhere: set[str] = set()
        if _NOT_OF_THIS_TEXT.search(whole):
            self._elsewhere |= {"article", "chapter"}
        if _MODEL_CLAUSES.search(whole):
            self._elsewhere |= {"clause", "annex", "appendix"}
        self._elsewhere -= words

    def find(self, piece: Piece) -> Iterator[Citation]:
        """Yield the citations of a piece, those of laws and other documents left out."""
        taken: set[int] = set()
        for find in (_clauses, _bare, _items, _annexes):
            for end, found in find(piece):
                own = bool(self._says_own(piece.text, end))
                first = found[0]
                if first.start in taken:
                    continue
                taken.update(range(first.start, end))
                if own or not self._is_foreign(first, end):
                    yield from (replace(each, own=own) for each in found)

    def _says_own(self, text: str, end: int) -> bool:
        if _THIS.match(text, end):
            return True
        named = re.compile(r"\s+(?:of|in|under|to) (?:the|our) ((?:[A-Z]\w+ ?)+)").match(text, end)
        return bool(named and named[1].strip().casefold() in self._title)

    def _is_foreign(self, cited: Citation, end: int) -> bool:
        text = cited.piece.text
        start = cited.start
        opens = max(text.rfind(mark, 0, start) for mark in (". ", "; ", "\n")) + 1
        closes = min(
            (at for at in (text.find(". ", end), text.find("; ", end)) if at > 0), default=len(text)
        )
        return bool(
            cited.kind in self._elsewhere
            or _SOURCE_BEFORE.search(text[max(0, start - 40) : start])
            or _OF_NAMED.match(text, end)
            or _ACRONYM_AFTER.match(text, end)
            or _LAW_NAMED.search(text[opens:start])
            or _LAW_NAMED.search(text[end:closes])
        )


def _clauses(piece: Piece) -> Iterator[tuple[int, list[Citation]]]:
    for found in _CLAUSE.finditer(piece.text):
        word = found["word"]
        kind = _SHORT.get(word.lower()) or re.sub("^sub-?", "", word.lower()).rstrip("s")
        many = word[-1] in "sS"
        cited = [_cited(piece, found, word.rstrip("sS"), kind)]
        end = found.end()
        while more := _MORE.match(piece.text, end):
            # "Section 5, 30 days": after a singular only decimals go on a list.
            if not many and not ("." in found["number"] and "." in more["number"]):
                break
            cited.append(_cited(piece, more, word.rstrip("sS"), kind))
            end = more.end()
        yield end, cited


def _cited(
    piece: Piece, found: re.Match[str], word: str, kind: str, group: str = "number"
) -> Citation:
    number, bracket, rest = found[group].partition("(")
    number = number.strip()
    start = found.start() if "word" in found.groupdict() else found.start(group)
    return Citation(
        piece,
        start,
        found.end(),
        f"{word} {number}",
        kind,
        values=number_of(number),
        items=tuple(re.findall(r"\w+", bracket + rest)),
    )


def _bare(piece: Piece) -> Iterator[tuple[int, list[Citation]]]:
    for found in _BARE.finditer(piece.text):
        group = found.lastgroup or "letter"
        cited = [_cited(piece, found, "clause", "clause", group)]
        end = found.end()
        while group in {"seen", "number"} and (more := _MORE.match(piece.text, end)):
            if "." not in more["number"]:
                break
            cited.append(_cited(piece, more, "clause", "clause"))
            end = more.end()
        yield end, cited
    for found in _SEE.finditer(piece.text):
        yield found.end(), [_cited(piece, found, "clause", "clause")]


def _items(piece: Piece) -> Iterator[tuple[int, list[Citation]]]:
    for found in _ITEM.finditer(piece.text):
        within = _WITHIN.match(piece.text, found.end())
        end = within.end() if within else found.end()
        values = number_of(within["number"]) if within else ()
        name = within["name"] if within else found.group()
        kind = "clause" if within else "item"
        yield (
            end,
            [
                Citation(
                    piece, found.start(), end, name, kind, values=values, items=(found["label"],)
                )
            ],
        )


def _annexes(piece: Piece) -> Iterator[tuple[int, list[Citation]]]:
    for found in _ANNEX.finditer(piece.text):
        name = f"{found['word']} {found['label']}"
        yield (
            found.end(),
            [Citation(piece, found.start(), found.end(), name, "annex", label=found["label"])],
        )
