"""Sentences: ends, broken lines, fragments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from clausepress.text.lint.model import Example, Hit, Severity, at_line, at_piece, rule
from clausepress.text.lint.shape import LONG, acts, alone, ended, is_leaf, leads, unlike
from clausepress.text.lint.view import HAN, Node, Piece, View
from clausepress.text.numbers import match_number

_CONTACT = re.compile(
    r"@|https?:|www\.|(?:邮箱|电话|热线|地址|传真|邮编|日期|版号|签字|盖章|e-?mail|phone|tel|addre"
    r"ss|fax)\b[^：:]{0,8}(?:[：:]|[\d_]|$)|\d{3,}-\d{3,}|签字|盖章",
    re.IGNORECASE,
)
_MARK = re.compile(r"\*\*|\^\^|</?u>|\{[#.][^{}]*\}", re.IGNORECASE)


_LABELLED_EN = re.compile(r"[a-z][^:]*:.*[a-z]")  # "CHAPTER TWO: THE LICENCE" is a title


def _sentence_like(view: View, text: str) -> bool:
    if view.is_zh:
        return len(text) >= LONG and bool(re.search(r"[，。；]", text))
    return len(text.split()) >= 12 and bool(re.search(r"[,.;]\s", text))


def _neighbours(view: View, piece: Piece) -> list[Piece]:
    """Pieces that stand in one row with this one: items of its list, paragraphs of its clause."""
    node = piece.node
    if not node:
        return []
    if piece.opens and node.number:
        siblings = node.parent.children if node.parent else view.top
        return [
            each.pieces[0]
            for each in siblings[max(0, node.place - 6) : node.place + 7]
            if each is not node and each.pieces and not each.clause.heading and _one_row(each, node)
        ]
    around = [
        each
        for each in node.pieces
        if each is not piece and each.kind == "paragraph" and not _heads(each)
    ]
    return around[:12]


def _heads(piece: Piece) -> bool:
    """Whether the first line of a clause is a title that is not marked as one."""
    return piece.opens and len(piece.text) <= LONG and not re.search(r"[，。；：,.;:]", piece.text)


def _one_row(one: Node, other: Node) -> bool:
    """Whether two siblings are items of one list: 1.1 beside 1.2, not beside 1. or 2.1."""
    if one.parent or not one.number or not other.number:
        return one.parent is not None
    a, b = one.number, other.number
    return a.scheme == b.scheme and a.values[:-1] == b.values[:-1]


def _followed_by_list(view: View, piece: Piece) -> bool:
    """Whether a list, a table or an address follows, which the piece leads to."""
    following = view.next_piece(piece)
    if following is None:
        return False
    if following.kind == "cell" or _CONTACT.match(following.text):
        return True
    number = following.node.number if following.node and following.opens else None
    return bool(number and number.values[-1] == 1)


@rule(
    "sentence-end",
    Severity.WARNING,
    "A sentence or list item that ends without a full stop or semicolon.",
    fix="end the sentence, or restore the words that were lost",
    example=Example(
        "zh",
        "一、情形\n\n有以下情形的，我们可以统一处理账户：\n\n（1）账户使用同一实名认证的；\n\n"
        "（2）账户绑定同一付款方式，且存在恶意欠费行为的\n\n（3）其他情形。",
        "一、情形\n\n有以下情形的，我们可以统一处理账户：\n\n（1）账户使用同一实名认证的；\n\n"
        "（2）账户绑定同一付款方式，且存在恶意欠费行为的；\n\n（3）其他情形。",
    ),
)
def sentence_end(view: View) -> Iterator[Hit]:
    """Look for pieces without an end mark among neighbours that have one."""
    broken = {number for number, _ in _broken_lines(view)}
    for piece in view.running():
        text = piece.text.rstrip()
        if ended(text) or _CONTACT.search(text):
            continue
        if piece.kind == "heading" and not (piece.node and is_leaf(view, piece)):
            continue
        if leads(view, piece, text):
            yield at_piece(
                view, piece, -1, "a lead-in without its colon", fix="end it with a colon"
            )
        if piece.node is None or _followed_by_list(view, piece):
            continue
        if view.line_of(piece, -1) in broken or _fragment(view, text):
            continue
        row = _neighbours(view, piece)
        stops = sum(ended(each.text.rstrip()) or view.line_of(each, -1) in broken for each in row)
        odd = len(row) >= 2 and stops == len(row)
        labelled = not view.is_zh and stops >= 4 and stops == len(row) and _LABELLED_EN.search(text)
        if piece.kind == "heading" and not odd:
            continue
        beside = len(row) == 1 and stops == 1 and acts(view, piece)
        if (odd and unlike(view, piece, row)) or labelled or beside:
            yield at_piece(view, piece, -1, "no end mark, unlike its neighbours")
        elif 2 * stops < len(row):
            continue  # a list without end marks, as many are
        elif (not row and alone(view, piece)) or (
            _sentence_like(view, text) and re.search(rf"[{HAN}a-z，、,]$", text)
        ):
            yield at_piece(view, piece, -1, "this sentence has no end")


def _raw_paragraphs(view: View) -> list[tuple[int, int, str, bool]]:
    """Lines with text: number, columns of indent and mark, text, whether a blank line precedes."""
    found = []
    blank = True
    for number, line in enumerate(view.lines, start=1):
        text = _MARK.sub("", line).strip()
        if text:
            found.append((number, len(line) - len(line.lstrip()), text, blank))
        blank = not text
    return found


_BEGINS_BLOCK = re.compile(r"[-*+#|>•·●【《“\[]|\d")


def _broken_lines(view: View) -> list[tuple[int, str]]:
    """Lines that stop inside a sentence or a word which the next line carries on."""
    lines = _raw_paragraphs(view)
    titles = {node.line for node in view.nodes if node.clause.heading}
    found: list[tuple[int, str]] = []
    for (number, _, text, _), (_, _, following, blank) in pairwise(lines):
        if (not blank and view.wrapped) or _BEGINS_BLOCK.match(following) or "\t" in text:
            continue
        if (
            number in titles
            or re.match(r"#{1,6}\s|\|", text)
            or match_number(following)
            or _CONTACT.search(text)
        ):
            continue
        if view.is_zh:
            sentence = len(text) >= LONG and re.search(r"[，。；、]", text)
            stops = re.search(rf"[{HAN}，、]$", text) and re.match(rf"[{HAN}]", following)
            carried = re.search(r"[，。；：！？、]", following) and len(following) > 1
            listed = text.endswith("）") and re.search(r"[；。]$", following) and len(text) > LONG
            if sentence and ((stops and carried) or (listed and _item_broken(text, following))):
                found.append((number, following))
        elif re.search(r"[a-z,]$", text) and re.match(r"[a-z]", following) and len(text) >= 40:
            found.append((number, following))
    return found


def _item_broken(text: str, following: str) -> bool:
    """Whether a numbered item that ends in a bracket is carried on by an unnumbered line."""
    item = re.sub(r"^[-*+]\s+", "", text)
    return match_number(item) is not None and "。" not in item and len(following) < 2 * LONG


@rule(
    "line-broken",
    Severity.ERROR,
    "A line that stops inside a sentence or a word; the next line carries it on.",
    fix="join the two lines (clausepress import does)",
    example=Example(
        "zh",
        "一、安全\n\n1.1 事件发生后，我们会告知您基本情况、已经采取或者将要采取的处置措\n\n施、降"
        "低风险的建议等。",
        "一、安全\n\n1.1 事件发生后，我们会告知您基本情况、已经采取或者将要采取的处置措施、降低风"
        "险的建议等。",
    ),
)
def line_broken(view: View) -> Iterator[Hit]:
    """Compare the end of each line with the beginning of the next."""
    for number, following in _broken_lines(view):
        yield at_line(view, number, f"the sentence goes on below: “{following[:16]}…”")


_FRAGMENT_EN = re.compile(r"(?<=[a-z)][.])\s+((?:[A-Z0-9][\w-]*)(?: [\w-]+){0,2})$")
_FRAGMENT_ZH = re.compile(rf"(?<=。)\s*([\d{HAN}][\d\s{HAN}]{{0,7}})$")


def _fragment(view: View, text: str) -> re.Match[str] | None:
    pattern = _FRAGMENT_ZH if view.is_zh else _FRAGMENT_EN
    return pattern.search(text) if len(text) >= 30 else None


@rule(
    "stray-fragment",
    Severity.WARNING,
    "One to three words after the last sentence of a clause that belong nowhere.",
    fix="remove them, or put them where they belong",
    example=Example(
        "en",
        "1. Changes\n\nYou can change your details on the website at any time. 5 Years",
        "1. Changes\n\nYou can change your details on the website at any time.",
    ),
)
def stray_fragment(view: View) -> Iterator[Hit]:
    """Look at what stands after the last full stop."""
    for piece in view.running():
        text = piece.text.rstrip()
        found = _fragment(view, text) if piece.kind == "paragraph" else None
        if found and not _CONTACT.search(text[-40:]) and not _followed_by_list(view, piece):
            yield at_piece(
                view, piece, found.start(1), f"“{found.group(1)}” belongs to no sentence"
            )


@rule(
    "ellipsis",
    Severity.WARNING,
    "A clause that breaks off with dots.",
    fix="write the rest of the sentence",
    example=Example(
        "en",
        "1. Account\n\nWhen you create an account, through the phone number you gave us, we...",
        "1. Account\n\nWhen you create an account, we collect the phone number you gave us.",
    ),
)
def ellipsis(view: View) -> Iterator[Hit]:
    """Find dots after a word at the end of a piece."""
    pattern = re.compile(rf"[A-Za-z{HAN}]\s?(?:\.{{3,}}|…+)$")
    for piece in view.running():
        text = piece.text.rstrip()
        if (found := pattern.search(text)) and not text.rstrip(".…").endswith("等"):
            yield at_piece(view, piece, found.start(), "the sentence breaks off")
