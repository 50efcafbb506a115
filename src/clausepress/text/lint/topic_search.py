"""Which clause is about a topic that a sentence names, and whether the clause it cites is not."""

from __future__ import annotations

import re
from functools import cached_property

from clausepress.text.lint.citation import Citation
from clausepress.text.lint.listing import key, likeness
from clausepress.text.lint.places import annex_title
from clausepress.text.lint.topic_phrases import (
    Topic,
    letters,
    parts_of,
    sentence,
    shared,
    telling,
    topics,
)
from clausepress.text.lint.view import Node, View, ancestors

_NEARLY = 0.85  # similarity of a quoted title and the heading it quotes
_TELLING = 3  # words of an English sentence that, all together, tell one clause
# 第 4.5 款所述的期限 is the thirty days that the clause gives without the word
_MEASURE_ZH = re.compile(r"(?:期[限间]|时[间限]|日期|[金数]额|比例|费用|价格)$")
_FIGURE_ZH = re.compile(r"\d|[一二三四五六七八九十]+个?[日天月年周]|百分之|千分之|万分之")
_TITLE_ZH, _TITLE_EN = 20, 60  # characters of a first phrase that stands for a heading


class Subjects:
    """The clauses of a text, looked up by the words of their titles and of their own text.

    Args:
        view: The text.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._titles = {node: title for node in view.nodes if (title := self._read_title(node))}
        self._titled: dict[str, list[Node]] = {}
        for node, title in self._titles.items():
            for part in parts_of(view, title):
                self._titled.setdefault(part, []).append(node)

    def elsewhere(self, cited: Citation, target: Node) -> Node | None:
        """The clause with the topic that a sentence names, when the target does not hold it."""
        view = self._view
        kin = {*ancestors(target), *target.walk()}
        here = ancestors(cited.piece.node)
        above = [self._titles[node] for node in ancestors(target) if node in self._titles]
        text = ""
        for topic in topics(view, cited):
            if any(shared(view, topic.text, title) for title in above):
                return None
            if not topic.exact and any(_speaks_of(view, sentence(cited), each) for each in above):
                continue
            if _MEASURE_ZH.search(topic.text) and _FIGURE_ZH.search(target.subtree_text()):
                continue
            text = text or letters(view, target.subtree_text())
            for node in self._alike(topic, kin, annex=cited.kind == "annex"):
                title = self._titles[node]
                near = likeness(topic.text, title) >= _NEARLY if topic.exact else False
                if near and target in self._titles:
                    return node
                core = _core(view, topic, title, annex=cited.kind == "annex")
                if core and node not in here and not any(word in text for word in core):
                    return node
            if topic.loose and (found := self._in_words(topic.text, text, {*kin, *here})):
                return found
        return None

    def _alike(self, topic: Topic, kin: set[Node], *, annex: bool) -> list[Node]:
        """Clauses whose title shares a word with a topic, in printed order."""
        parts = parts_of(self._view, topic.text)
        found = {node for part in parts for node in self._titled.get(part, ())} - kin
        return sorted(
            (node for node in found if not annex or annex_title(node)), key=lambda each: each.index
        )

    def _in_words(self, topic: str, target: str, apart: set[Node]) -> Node | None:
        """The one clause whose own words hold a topic, of which the target holds nothing."""
        words = telling(self._view, topic)
        if self._view.is_zh:
            # The end of the phrase is what it is about: 出具｜删除证明.
            plain = key(topic)
            noun, tail = plain[-2:], plain[-4:]
            if noun not in words or noun in target or len(plain) < _TELLING:
                return None
            found = [node for node in self._worded.get(noun, ()) if tail in self._own[node]]
        else:
            if len(words) < _TELLING or any(word in target for word in words):
                return None
            each = [set(self._worded.get(word, ())) for word in words]
            found = list(set.intersection(*each))
        found = [node for node in found if node not in apart]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _own(self) -> dict[Node, str]:
        """Each clause's own text, without those below it."""
        return {
            node: letters(self._view, "\n".join(piece.text for piece in node.pieces))
            for node in self._view.nodes
        }

    @cached_property
    def _worded(self) -> dict[str, list[Node]]:
        """The clauses whose own text holds a word."""
        found: dict[str, list[Node]] = {}
        for node, text in self._own.items():
            for part in parts_of(self._view, text):
                found.setdefault(part, []).append(node)
        return found

    def _read_title(self, node: Node) -> str:
        """A clause's heading, or the short first phrase that stands for one."""
        if title := annex_title(node):
            return title
        if not node.number or node.clause.heading:
            return node.title if node.number else ""
        found = re.match(r"([^：:。.；;，,]+)(?:[：:]|[。.](?=.)|$)", node.title)
        phrase = found[1].strip() if found else ""
        return phrase if 0 < len(phrase) <= (_TITLE_ZH if self._view.is_zh else _TITLE_EN) else ""


def _core(view: View, topic: Topic, title: str, *, annex: bool) -> set[str]:
    """The words of a topic that a clause must not hold, if the clause with this title is meant."""
    core = shared(view, topic.text, title)
    if view.is_zh and topic.loose and not core:
        # The noun that ends a phrase may begin a title: 获得｜赔偿, 赔偿标准.
        noun = key(topic.text)[-2:]
        core = {noun} if key(title).startswith(noun) else set()
    if core and topic.loose and not annex:
        return telling(view, topic.text) if telling(view, title) else set()
    return core


def _speaks_of(view: View, said: str, title: str) -> bool:
    if view.is_zh:
        return key(title) in key(said)
    return bool(parts_of(view, said) & parts_of(view, title))
