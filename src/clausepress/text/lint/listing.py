"""The contents list of a text: the lines before the first chapter that name the chapters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clausepress.text.lint.view import Piece

SAME = 0.6
"""Similarity from which an item and a heading are one chapter under two names."""

_PLAIN = re.compile(r"[\W_]+")
_LEADER = re.compile(r"\s*(?:\.{3,}|…+|·{3,}|\t)\s*\d*\s*$|\s{2,}\d{1,3}$")
_WIDE = re.compile("[\u2e80-\uffff]")
_MIN_ITEMS = 3
_TITLE_LIMIT = 120  # columns, a Chinese character two; as long as the importer takes titles
_OWN_NAME = {"contents", "tableofcontents", "目录", "目次"}
_ENDS = "。；;：:，,.!！"


def key(title: str) -> str:
    """The letters of a title, dot leader and page number left out."""
    return _PLAIN.sub("", _LEADER.sub("", title)).casefold()


def likeness(one: str, other: str) -> float:
    """Similarity of two titles by their letters (Ratcliff and Obershelp), 0 to 1."""
    return SequenceMatcher(None, key(one), key(other), autojunk=False).ratio()


def is_title(text: str) -> bool:
    """Whether a line can be a title: short, and no sentence."""
    text = _LEADER.sub("", text).strip()
    return 0 < len(text) + len(_WIDE.findall(text)) <= _TITLE_LIMIT and text[-1] not in _ENDS


def find_listing(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of the contents list, empty when there is none.

    It is a run of titles before any other numbered clause, most of which stand again further
    down; it ends where the first chapter begins: at a title that stands in it already, at its
    first number again, or where headings follow plain lines.
    """
    last = {key(piece.text): piece.index for piece in pieces if _opens(piece)}
    run: list[Piece] = []
    for piece in pieces:
        if run:
            if piece.kind == "cell" or not is_title(piece.text) or _ends(run, piece):
                break
            run.append(piece)
        elif (
            _outside(piece) and is_title(piece.text) and last.get(key(piece.text), -1) > piece.index
        ):
            run.append(piece)
        elif piece.node and piece.node.number and not is_title(piece.text):
            return []
    while run and (before := _before(pieces, run[0], last)):
        run.insert(0, before)
    exact = sum(last.get(key(piece.text), -1) > run[-1].index for piece in run)
    return run if len(run) >= _MIN_ITEMS and exact >= max(2, len(run) / 3) else []


def _opens(piece: Piece) -> bool:
    node = piece.node
    return bool(piece.opens and node and (node.number or node.clause.heading))


def _outside(piece: Piece) -> bool:
    """Whether a piece stands in no numbered clause but its own."""
    above = piece.node.parent if piece.opens and piece.node else piece.node
    while above:
        if above.number:
            return False
        above = above.parent
    return piece.kind != "cell"


def _before(pieces: Sequence[Piece], first: Piece, titles: Iterable[str]) -> Piece | None:
    """An item before the first one found, whose title stands nowhere else in the same words."""
    before = pieces[first.index - 1] if first.index else None
    if not before or before.kind != first.kind or not is_title(before.text):
        return None
    if _value(first):
        return before if 0 < _value(before) < _value(first) else None
    plain = not (before.node and before.node.number) and key(before.text) not in _OWN_NAME
    like = plain and any(likeness(before.text, title) >= SAME for title in titles)
    return before if like else None


def _ends(run: list[Piece], piece: Piece) -> bool:
    if key(piece.text) in {key(each.text) for each in run}:
        return True
    if piece.kind == "heading" and run[0].kind != "heading":
        return True
    numbers = [_value(each) for each in run]
    return bool(_value(piece) and _value(piece) <= min(numbers))


def _value(piece: Piece) -> int:
    """Its chapter number, 0 for none and for a decimal."""
    number = piece.node.number if piece.opens and piece.node else None
    return number.values[0] if number and len(number.values) == 1 else 0
