"""Lead-ins, headings, tables, glued items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from clausepress.text.lint.glue import glued_number
from clausepress.text.lint.model import Example, Hit, Severity, at_line, at_node, at_piece, rule
from clausepress.text.lint.view import HAN, Node, Piece, View
from clausepress.text.numbers import match_number

_SALUTATION = re.compile(r"尊敬的|亲爱的|各位|^致[^，。]{0,20}[：:]$|^(?:dear|to)\b", re.IGNORECASE)
_BLANK = re.compile(
    r"^[^，。；]{1,12}[（(]\s*(?:以下|下)?[简统]?称[^，。；（）()]{1,16}[）)]\s*[：:]$"
)
_WHOLE = re.compile(
    r"(?:达成|订立|签订|制定|约定|协议|同意)[^，。；]{0,4}(?:如下|以下)[^，。；]{0,8}[：:]$"
    r"|\bagree[\w ,]{0,40}(?:as follows|following)\s*:$"
)
_LABEL_LENGTH = 6  # "甲方：", "签章：" are labels of a form


@rule(
    "lead-in-empty",
    Severity.WARNING,
    "A clause that ends in a colon and is followed by nothing that belongs to it.",
    fix="write what the colon announces, or end the sentence",
    example=Example(
        "zh",
        "一、合作\n\n1.1 双方按照以下规则处理用户信息：\n\n1.2 双方均可要求对方纠正。",
        "一、合作\n\n1.1 双方按照以下规则处理用户信息：\n\n（1）合法；\n\n（2）必要。\n\n"
        "1.2 双方均可要求对方纠正。",
    ),
)
def lead_in_empty(view: View) -> Iterator[Hit]:
    """Look at what follows each colon at the end of a piece."""
    for piece in view.running():
        text = piece.text.rstrip()
        if piece.kind != "paragraph" or text[-1:] not in "：:" or len(text) <= _LABEL_LENGTH:
            continue
        if (
            _SALUTATION.search(text)
            or _BLANK.match(text)
            or (piece.node is None and len(text) < 2 * _LABEL_LENGTH)
        ):
            continue
        following = view.next_piece(piece)
        listed = following is not None and following.index in view.listed
        if not listed and (_breaks_off(text, following) or not _announced(piece, following)):
            yield at_piece(view, piece, -1, "nothing follows this colon")


# "You may: If we confirm …": a list of verbs is announced and a sentence follows.
_VERBS_EN = re.compile(
    r"\b(?:can|may|must|shall|will|should)(?: not| also| only| contain| include)*\s*:$"
)
_SENTENCE_EN = re.compile(r"(?:If|We|You|Our|Your|This|These|To do so|There)\b.*\.$", re.DOTALL)


def _breaks_off(text: str, following: Piece | None) -> bool:
    """Whether a lead-in that needs verbs after it is followed by a sentence of its own."""
    return bool(
        following
        and following.kind == "paragraph"
        and not (following.node and following.opens and following.node.number)
        and _VERBS_EN.search(text)
        and _SENTENCE_EN.match(following.text.rstrip())
    )


def _announced(piece: Piece, following: Piece | None) -> bool:
    """Whether the next piece can be what a lead-in announces."""
    if following is None:
        return False
    node = following.node
    if node is piece.node or not following.opens or node is None:
        return following.kind != "heading"
    above = node.parent
    while above and above is not piece.node:
        above = above.parent
    if above is piece.node and piece.node is not None:
        return True
    if node.parent is None and _WHOLE.search(piece.text.rstrip()):
        # "the parties agree as follows:" announces the chapters, below recitals A, B, C too
        return piece.node is None or (following.kind == "heading" and not piece.opens)
    # A list the parser could not nest still begins at 1; a clause that counts on does not.
    return bool(node.number and node.number.values[-1] == 1 and not node.clause.heading)


@rule(
    "heading-level",
    Severity.NOTE,
    "A heading whose level contradicts its number.",
    fix="give the heading as many # as its number calls for",
    example=Example(
        "zh",
        "# 1、总则\n\n## 1.1 账户\n\n您可以注册。\n\n# 1.2 安全\n\n您须保密。",
        "# 1、总则\n\n## 1.1 账户\n\n您可以注册。\n\n## 1.2 安全\n\n您须保密。",
    ),
)
def heading_level(view: View) -> Iterator[Hit]:
    """Compare the ``#`` of each heading with its parent's, and of chapters with each other."""
    levels: dict[str, int] = {}
    chapter: Node | None = None
    for node in view.nodes:
        level = _level(view, node)
        if not level or not node.number:
            continue
        levels[node.clause.id] = level
        above = levels.get(node.parent.clause.id) if node.parent else None
        # The importer gives all decimals one level, so only a step up contradicts a number.
        top = level == above and node.parent is not None and node.parent.parent is None
        if above and node.parent and (level < above or top):
            yield at_node(
                node, f"level {level} under {node.parent.printed}, which has level {above}"
            )
        if node.parent is None:
            if chapter and levels[chapter.clause.id] != level:
                before = levels[chapter.clause.id]
                yield at_node(node, f"level {level}; the chapter before has level {before}")
            chapter = node


def _level(view: View, node: Node) -> int:
    line = view.lines[node.line - 1] if node.clause.heading else ""
    found = re.match(r"\s*(#{1,6})\s", line)
    return len(found.group(1)) if found else 0


@rule(
    "heading-sentence",
    Severity.NOTE,
    "A heading that is a whole sentence.",
    fix="make it running text: remove the #",
    example=Example(
        "zh",
        "# 1、承诺\n\n## 1.1 您保证您不是任何国家制裁的对象。\n\n如有违反，我们可以终止服务。",
        "# 1、承诺\n\n1.1 您保证您不是任何国家制裁的对象。\n\n如有违反，我们可以终止服务。",
    ),
)
def heading_sentence(view: View) -> Iterator[Hit]:
    """Look for a full stop at the end of lines marked as headings."""
    for number, line in enumerate(view.lines, start=1):
        text = line.strip()
        if re.match(r"#{1,6}\s", text) and re.search(
            r"[。；](?:\*\*|</u>)*\s*(?:\{#[^}]*\})?$", text
        ):
            yield at_line(view, number, "this heading ends like a sentence")


@rule(
    "table-cut",
    Severity.WARNING,
    "A table followed at once by another with the same header: a page break cut it in two.",
    fix="join the two tables and drop the second header",
    example=Example(
        "zh",
        "一、共享\n\n情形如下：\n\n| 场景 | 接收方 |\n|---|---|\n| 推送 | 甲公司 |\n\n"
        "| 场景 | 接收方 |\n|---|---|\n| 支付 | 乙公司 |",
        "一、共享\n\n情形如下：\n\n| 场景 | 接收方 |\n|---|---|\n| 推送 | 甲公司 |\n| 支付 | 乙公"
        "司 |",
    ),
)
def table_cut(view: View) -> Iterator[Hit]:
    """Compare the headers of tables with nothing between them."""
    headers: dict[int, list[Piece]] = {}
    for piece in view.pieces:
        if piece.kind == "cell" and piece.row == 0:
            headers.setdefault(piece.table, []).append(piece)
    for before, after in pairwise(headers):
        cells, following = headers[before], headers[after]
        last = following[0].index - 1
        if view.pieces[last].table == before and [each.text for each in cells] == [
            each.text for each in following
        ]:
            yield at_piece(view, following[0], 0, "the header of the table above stands again")


@rule(
    "items-glued",
    Severity.ERROR,
    "Two items of a list on one line.",
    fix="begin a new line before the second number",
    example=Example(
        "zh",
        "一、权利\n\n您可以：\n\n1、查询信息\n\n2、更正信息 3、删除信息\n\n4、注销账户",
        "一、权利\n\n您可以：\n\n1、查询信息\n\n2、更正信息\n\n3、删除信息\n\n4、注销账户",
    ),
)
def items_glued(view: View) -> Iterator[Hit]:
    """Find the next number of a list inside an item."""
    for node in view.nodes:
        if found := glued_number(node):
            yield at_piece(
                view,
                node.pieces[0],
                found.start(),
                f"{found.group().strip()} belongs on its own line",
            )


_GLUED_ZH = re.compile(rf"[{HAN}、“”]{{4,24}}[ \u3000]+(?=[{HAN}]{{8,40}}[，；：、])")
_GLUED_EN = re.compile(r"[A-Z][A-Za-z,' -]{5,80}? {2,}(?=[A-Z])")


@rule(
    "heading-glued",
    Severity.NOTE,
    "A title and the sentence after it in one line.",
    fix="put the title on its own line, or end it with a colon",
    example=Example(
        "zh",
        "一、安全\n\n1.1 机房安全管理 我们为机房安排专人值守，防止外人进入。",
        "一、安全\n\n1.1 机房安全管理：我们为机房安排专人值守，防止外人进入。",
    ),
)
def heading_glued(view: View) -> Iterator[Hit]:
    """Find a title, a space and a sentence at the start of a numbered clause."""
    pattern = _GLUED_ZH if view.is_zh else _GLUED_EN
    for piece in view.running():
        if not piece.opens or piece.kind != "paragraph" or not piece.node or not piece.node.number:
            continue
        found = pattern.match(piece.text)
        if found and not match_number(piece.text[found.end() :]):
            yield at_piece(view, piece, 0, f"“{found.group().strip()}” reads as a title")
