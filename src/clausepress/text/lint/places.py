"""Which clauses and annexes a text has, for the citations that name them."""

from __future__ import annotations

import re

from clausepress.text.lint.chapters import chapter_word
from clausepress.text.lint.citation import Citation, number_of
from clausepress.text.lint.citing_en import English
from clausepress.text.lint.citing_zh import find_zh
from clausepress.text.lint.items import Items
from clausepress.text.lint.view import Node, View, ancestors

_DECLARED = re.compile(
    r"(?P<word>article|section|chapter|part|clause)\s+(?P<number>\d{1,2}|[IVXLC]+)\b"
    r"|第\s*(?P<han>\d{1,2}|[一二三四五六七八九十百]+)\s*(?P<unit>部分|[编章节条])",
    re.IGNORECASE,
)
_ANNEX_TITLE = re.compile(
    r"[《【（(\[]?(?:附件|附录|附表)\s*(?P<han>\d{1,2}|[一二三四五六七八九十]+|[A-Z](?![A-Za-z]))?"
    r"(?=\s*(?:$|[：:《（(【\]】.、—–-])|\s)"
    r"|(?i:annex|appendix|schedule|exhibit|attachment)(?:\s+(?P<label>\d{1,2}|[A-Z]|[IVX]+)\b"
    r"(?=\s*(?:$|[:.(–—-])|\s+[A-Z(])|\s*(?=$|[:(–—]))"
)
_TITLE_LIMIT = 80  # characters; a longer line is a sentence
_AROUND = " 　：:.—–-《》（）()"  # marks around the title of an annex
_SURE = 2  # clauses of a kind from which a missing one is told


class Places:
    """The clauses of a text by decimal, by chapter number and by the word printed with it.

    Attributes:
        annexes: Labels of the annexes, ``""`` for one without.
        citations: Every citation of this text itself.
        items: Looks up items of a clause.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._decimals: dict[tuple[int, ...], Node] = {}
        self._chapters: dict[int, list[Node]] = {}
        self._roman: set[int] = set()
        # A chapter that the parser reads as plain text is there, but no clause: an empty list.
        self._worded: dict[str, dict[int, list[Node]]] = {}
        self.annexes: list[str] = []
        self._annexes: list[tuple[str, Node]] = []
        self._annex_titles: list[str] = []
        for node in view.nodes:
            self._add(node)
        for piece in view.pieces:
            if piece.kind != "cell" and piece.index not in view.listed:
                self._declare(piece.text.strip())
        self.citations = self._find_citations()
        self.items = Items(view, self.citations)

    def find(self, cited: Citation) -> Node | None:
        """The clause a citation means, None when it cannot be told or does not exist."""
        values = cited.values
        if len(values) > 1:
            return self._decimals.get(values) or self._child(values)
        if not values:
            return None
        worded = self._worded.get(cited.kind, {})
        if len(worded) >= _SURE:
            return _nearest(worded.get(values[0], []), cited.piece.node)
        return _nearest(self._chapters.get(values[0], []), cited.piece.node)

    def target(self, cited: Citation) -> Node | None:
        """The very clause a citation means, an item below its number or an annex included."""
        if cited.kind == "annex":
            wanted = _keys(cited.label)
            return next((node for label, node in self._annexes if wanted & _keys(label)), None)
        node = self.find(cited)
        for label in cited.items if node else ():
            node = (self.items.find(node, label) if node else None) or node
        return node

    def lacks(self, cited: Citation) -> bool:
        """Whether the clause that a citation names is surely not in this text."""
        values = cited.values
        known = len(values) == 1 and len(self._worded.get(cited.kind, {})) < _SURE
        if not values or self.find(cited) or (known and values[0] in self._chapters):
            return False
        if len(values) > 1:
            return max(len(self._decimals), len(self._chapters)) >= _SURE
        worded = self._worded.get(cited.kind, {})
        if len(worded) >= _SURE:
            return values[0] not in worded
        if cited.kind == "part" and cited.name.split()[-1].isalpha():
            return len(self._roman) >= _SURE  # "Part VI" is chapter VI
        if cited.kind in {"part", "节", "编"} or len(self._chapters) < _SURE:
            return False
        # "第 3 条", "paragraph 3" may be item 3 of the chapter it stands in.
        node = cited.piece.node
        return not (node and self.items.has(top_of(node), str(values[0])))

    def lacks_annex(self, cited: Citation) -> bool:
        """Whether no annex bears the label that a citation names."""
        wanted = _keys(cited.label)
        bare = "" in self.annexes and bool(wanted & {1, "a"})
        return not bare and not any(wanted & _keys(label) for label in self.annexes)

    def annex_titles(self, label: str) -> list[str]:
        """Titles of the annexes a label may name, of all for none; empty strings for untitled."""
        return [
            title
            for each, title in zip(self.annexes, self._annex_titles, strict=True)
            if not label or not each or _keys(label) & _keys(each)
        ]

    def _find_citations(self) -> list[Citation]:
        view = self._view
        title = view.source.edition.title
        pieces = [each for each in view.pieces if each.kind != "heading" and each.text]
        if view.is_zh:
            return [cited for piece in pieces for cited in find_zh(piece, title)]
        whole = "\n".join(piece.text for piece in view.pieces)
        english = English(title, whole, set(self._worded) | ({"annex"} if self.annexes else set()))
        return [cited for piece in pieces for cited in english.find(piece)]

    def _add(self, node: Node) -> None:
        number = node.number
        if (found := _ANNEX_TITLE.match(node.title)) and annex_title(node):
            self._annexes.append((found["han"] or found["label"] or "", node))
        if not number:
            return
        if len(number.values) > 1:
            self._decimals.setdefault(number.values, node)
            return
        value = number.values[0]
        if word := chapter_word(node):
            self._worded.setdefault(word, {}).setdefault(value, []).append(node)
        if number.scheme == "di" or node.parent is None or node.clause.heading:
            self._chapters.setdefault(value, []).append(node)
        if number.scheme == "roman" and node.parent is None:
            self._roman.add(value)

    def _declare(self, text: str) -> None:
        """Take in a chapter or an annex that a title names and the parser reads as plain text."""
        if found := _ANNEX_TITLE.match(text):
            self.annexes.append(found["han"] or found["label"] or "")
            self._annex_titles.append(text[found.end() :].strip(_AROUND))
        elif len(text) <= _TITLE_LIMIT and text[-1:] not in set("。；;，,."):
            found = _DECLARED.match(text)
            values = number_of(found["number"] or found["han"]) if found else ()
            if found and values:
                word = (found["word"] or found["unit"]).lower()
                self._worded.setdefault(word, {}).setdefault(values[0], [])

    def _child(self, values: tuple[int, ...]) -> Node | None:
        """Item 3 of chapter 5, for a text that cites it as 5.3 and prints only its 3."""
        chapters = self._chapters.get(values[0]) if len(values) == 2 else None
        parent = chapters[0] if chapters else self._decimals.get(values[:-1])
        for node in parent.children if parent else ():
            if node.number and node.number.values == values[-1:]:
                return node
        return None


def _keys(label: str) -> set[str | int]:
    """What a label may be: ``IV`` is four, ``I`` one or a letter, ``四`` four."""
    found: set[str | int] = set(number_of(label))
    if len(label) == 1 and label.isascii() and label.isalpha():
        found.add(label.lower())
    return found


def _nearest(nodes: list[Node], node: Node | None) -> Node | None:
    """The one of several clauses with one number that stands in the same part as another clause."""
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    for above in ancestors(node):
        inside = [each for each in nodes if above in ancestors(each)]
        if inside:
            return inside[0] if len(inside) == 1 else None
    return None


def annex_title(node: Node) -> str:
    """Title of the annex that a clause is, its label left out; empty when it is none."""
    found = _ANNEX_TITLE.match(node.title) if not node.number and node.clause.heading else None
    return node.title[found.end() :].strip(_AROUND) if found else ""


def article_of(node: Node) -> Node:
    """The article (条) that a clause stands in, the chapter when it stands in none."""
    return next((each for each in ancestors(node) if chapter_word(each) == "条"), top_of(node))


def top_of(node: Node) -> Node:
    """The chapter a clause stands in."""
    return ancestors(node)[-1]
