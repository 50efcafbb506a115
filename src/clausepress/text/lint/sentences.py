"""Sentences: ends, broken lines, fragments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from clausepress.text.lint.model import Example, Hit, Severity, at_line, at_piece, rule
from clausepress.text.lint.view import HAN, Node, Piece, View
from clausepress.text.numbers import match_number

_END = "。；：！？…”』」）】》;:.!?)\"’'|"
_CONTACT = re.compile(
    r"@|https?:|www\.|(?:邮箱|电话|热线|地址|传真|邮编|日期|版号|签字|盖章|e-?mail|phone|tel|addre"
    r"ss|fax)\b[^：:]{0,8}(?:[：:]|[\d_]|$)|\d{3,}-\d{3,}|签字|盖章",
    re.IGNORECASE,
)
_MARK = re.compile(r"\*\*|\^\^|</?u>|\{[#.][^{}]*\}", re.IGNORECASE)
_LONG = 24  # characters from which a Chinese paragraph with a comma is a sentence, not a title


def _sentence_like(view: View, text: str) -> bool:
    if view.is_zh:
        return len(text) >= _LONG and bool(re.search(r"[，。；]", text))
    return len(text.split()) >= 12 and bool(re.search(r"[,.;]\s", text))


_AND = re.compile(r"[;,]\s*(?:and/or|and|or|but),?$")


def _ended(text: str) -> bool:
    return text[-1:] in _END or _AND.search(text) is not None


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
    around = [each for each in node.pieces if each is not piece and each.kind == "paragraph"]
    return around[:12]


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
        if piece.kind != "paragraph" or _ended(text) or _CONTACT.search(text):
            continue
        if piece.node is None or _followed_by_list(view, piece):
            continue
        if view.line_of(piece, -1) in broken or _fragment(view, text):
            continue
        row = _neighbours(view, piece)
        ended = sum(_ended(each.text.rstrip()) or view.line_of(each, -1) in broken for each in row)
        alone = len(row) >= 2 and ended == len(row)
        labelled = not view.is_zh and ended >= 4 and ended == len(row) and ":" in text
        if (alone and _unlike(view, piece, row)) or labelled:
            yield at_piece(view, piece, -1, "no end mark, unlike its neighbours")
        elif 2 * ended < len(row) and piece.opens:
            continue  # a list without end marks, as many are
        elif _sentence_like(view, text) and re.search(rf"[{HAN}a-z，、,]$", text):
            yield at_piece(view, piece, -1, "this sentence has no end")


def _unlike(view: View, piece: Piece, row: list[Piece]) -> bool:
    """Whether a piece is a sentence or an item of a list like its neighbours, which all end."""
    text = piece.text.rstrip()
    if view.is_zh:
        return len(text) >= 8 and not _is_title(piece)
    stops = [each for each in row if each.text.rstrip()[-1:] in ".;" or _AND.search(each.text)]
    if len(stops) < max(2, len(row) - 1) or not re.search(r"[a-z]$", text):
        return False
    node = piece.node
    words = text.split()
    below = node and (node.children or (piece.opens and len(node.pieces) > 1))
    if below and len(words) <= _TITLE_WORDS:
        return False  # the title of what stands below it
    listed = piece.opens and text[:1].islower() and all(e.text[:1].islower() for e in row)
    return (listed and len(words) >= 2) or (len(words) >= 5 and _VERB_EN.search(text) is not None)


_TITLE_WORDS = 10
_VERB_EN = re.compile(
    r"\b(?:shall|will|may|must|can|cannot|should|is|are|was|were|has|have|had|do|does|agree|agrees"
    r"|collect|use|keep|apply|applies|means|includes?|remains?|requires?)\b"
)
_ACT_ZH = re.compile(
    r"应当|应[^用]|可以|不得|有权|无权|必须|须|视为|不予|均[^等衡]|无需|负责|承担|构成|适用于|不会|将[^来]|会[^员议]"
)
_ASKS_ZH = re.compile(
    r"如何|哪些|什么|怎样|怎么|为何|谁|是否|的[\u4e00-\u9fff]{1,8}$|情形$|情况$|方式$|义务$|责任$|规则$"
)


def _is_title(piece: Piece) -> bool:
    """Whether a piece reads as the title of the clauses or paragraphs below it."""
    node = piece.node
    short = len(piece.text) <= _LONG * 2 and not re.search(r"[，。；]", piece.text)
    if not short:
        return False
    leads = not piece.opens or bool(
        node and (node.children or len(node.pieces) > 1 or not node.number)
    )
    acts = _ACT_ZH.search(piece.text) and not _ASKS_ZH.search(piece.text)
    return leads or not (acts or piece.text.endswith("的"))


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
            sentence = len(text) >= _LONG and re.search(r"[，。；、]", text)
            stops = re.search(rf"[{HAN}，、]$", text) and re.match(rf"[{HAN}]", following)
            carried = re.search(r"[，。；：！？、]", following) and len(following) > 1
            listed = text.endswith("）") and re.search(r"[；。]$", following) and len(text) > _LONG
            if sentence and ((stops and carried) or (listed and _item_broken(text, following))):
                found.append((number, following))
        elif re.search(r"[a-z,]$", text) and re.match(r"[a-z]", following) and len(text) >= 40:
            found.append((number, following))
    return found


def _item_broken(text: str, following: str) -> bool:
    """Whether a numbered item that ends in a bracket is carried on by an unnumbered line."""
    item = re.sub(r"^[-*+]\s+", "", text)
    return match_number(item) is not None and "。" not in item and len(following) < 2 * _LONG


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


@rule(
    "list-end",
    Severity.NOTE,
    "The last item of a list ends in a semicolon or comma, as if another followed.",
    fix="end the list with a full stop, or restore the item that is missing",
    example=Example(
        "zh",
        "一、义务\n\n您不得：\n\n（1）干扰网站；\n\n（2）教唆他人违法；\n\n（3）侵犯他人权利；"
        "\n\n二、责任\n\n您应负责。",
        "一、义务\n\n您不得：\n\n（1）干扰网站；\n\n（2）教唆他人违法；\n\n（3）侵犯他人权利。"
        "\n\n二、责任\n\n您应负责。",
    ),
)
def list_end(view: View) -> Iterator[Hit]:
    """Look at the last piece of each list of three or more."""
    for items in _item_lists(view):
        last = items[-1]
        text = last.pieces[-1].text.rstrip()
        if text[-1:] in "；;，," and not last.children and len(last.pieces) == 1:
            following = view.next_piece(last.pieces[-1])
            if following is None or following.opens:
                yield at_piece(view, last.pieces[-1], -1, f"the list ends with “{text[-1]}”")


def _item_lists(view: View) -> Iterator[list[Node]]:
    """Yield runs of three or more numbered items of one scheme, without headings."""
    for node in view.nodes:
        run: list[Node] = []
        for child in [*node.children, None]:
            last = run[-1].number if run else None
            number = child.number if child else None
            if not last or not number or last.scheme != number.scheme:
                if len(run) >= 3:
                    yield run
                run = []
            if child and child.number and child.pieces and not child.clause.heading:
                run.append(child)


@rule(
    "list-punctuation",
    Severity.NOTE,
    "One item of a list ends in a semicolon while all others are sentences of their own.",
    fix="end the item as its neighbours end",
    example=Example(
        "zh",
        "一、注销\n\n1.1 账户一经注销不可恢复。\n\n1.2 请您先解除绑定；\n\n1.3 我们可以终止注销。"
        "\n\n1.4 责任不因注销而免除。",
        "一、注销\n\n1.1 账户一经注销不可恢复。\n\n1.2 请您先解除绑定。\n\n1.3 我们可以终止注销。"
        "\n\n1.4 责任不因注销而免除。",
    ),
)
def list_punctuation(view: View) -> Iterator[Hit]:
    """Compare the end of each item with the others' ends."""
    for items in _item_lists(view):
        plain = [node for node in items if not node.children]
        odd = [node for node in plain if node.pieces[0].text.rstrip()[-1:] in "；;"]
        stops = [node for node in plain if node.pieces[0].text.rstrip()[-1:] in "。."]
        if len(odd) == 1 and len(stops) >= 3 and odd[0] is not items[-1]:
            yield at_piece(view, odd[0].pieces[0], -1, "a semicolon among full stops")


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
