"""Whether a clause that is cited speaks of what the sentence says it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from clausepress.text.lint.citation import Citation
from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.places import Places, annex_title
from clausepress.text.lint.topic_search import Subjects
from clausepress.text.lint.view import HAN, Node, View, ancestors
from clausepress.text.numbers import CHAPTER_SCHEMES


@rule(
    "reference-topic",
    Severity.WARNING,
    "A reference whose target is not about what the sentence says, while another clause is.",
    fix="check which clause is meant",
    example=Example(
        "zh",
        "一、资金\n\n1.1 出现本协议第 2.1 条所列情形，账户资金被冻结的，您可以申诉。\n\n二、我们"
        "的权利\n\n"
        "2.1 我们有权从余额中扣除服务费。\n\n2.2 出现下列情形时，我们可以冻结账户资金：\n\n"
        "（1）法院要求冻结；\n\n（2）资金异常。",
        "一、资金\n\n1.1 出现本协议第 2.2 条所列情形，账户资金被冻结的，您可以申诉。\n\n二、我们"
        "的权利\n\n"
        "2.1 我们有权从余额中扣除服务费。\n\n2.2 出现下列情形时，我们可以冻结账户资金：\n\n"
        "（1）法院要求冻结；\n\n（2）资金异常。",
    ),
)
def reference_topic(view: View) -> Iterator[Hit]:
    """Compare what a sentence says of a clause with that clause and with the others.

    Told where the sentence names the topic ("第 5.3 条“退款”", "see 3.8 (Refunds)") or what is
    done under the clause ("依照第五条申请退款"), the target does not hold it, and another clause
    does; and where the sentence describes the target ("第 5.3 条所列情形"), which shares none of
    its telling words, and a neighbour several.
    """
    places = Places(view)
    subjects = Subjects(view)
    beside: dict[int, set[Node]] = {}  # what the citations of each piece name
    targets = [places.target(cited) for cited in places.citations]
    for cited, target in zip(places.citations, targets, strict=True):
        beside.setdefault(cited.piece.index, set()).update([target] if target else [])
    for cited, target in zip(places.citations, targets, strict=True):
        if not target or target is cited.piece.node:
            continue
        best = subjects.elsewhere(cited, target) or _described(view, cited, target)
        if best and not any(_are_kin(best, each) for each in beside[cited.piece.index]):
            name, other = _name(target), _name(best)
            yield at_piece(
                view,
                cited.piece,
                cited.start,
                f"{name} ({_title(target)}) does not speak of this; {other} ({_title(best)}) does",
                fix=f"refer to {other}, if that clause is meant",
            )


def _are_kin(one: Node, other: Node) -> bool:
    """Whether one of two clauses holds the other."""
    return one in ancestors(other) or other in ancestors(one)


def _title(node: Node) -> str:
    return (annex_title(node) or node.title)[:20]


def _name(node: Node) -> str:
    """How a clause is cited: its number, an item's with those above it, an annex by its label."""
    if not node.number:
        return node.title.removesuffix(annex_title(node)).rstrip(" 　：:.—–-《（(")
    if node.number.scheme == "decimal" or node.number.scheme in CHAPTER_SCHEMES or not node.parent:
        return node.printed
    return f"{_name(node.parent)}{node.printed}" if node.parent.number else node.printed


_DESCRIBES_ZH = re.compile(
    rf"\s*(?:所列|所述|所规定|(?:规定|约定|列明)的(?=[{HAN}])|的(?:要求|程序|方式|情形))"
)
_DESCRIBES_EN = re.compile(
    r"(?:listed|described|set out|specified|provided for|procedure|circumstances)"
    r"[\w ]{0,30}\b(?:in|of|under)\s+$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[。；;!?！？]|\.\s")


def _described(view: View, cited: Citation, target: Node) -> Node | None:
    """The neighbour that shares the words of the sentence, when the target shares none."""
    text = cited.piece.text
    describes = (
        _DESCRIBES_ZH.match(text, cited.end)
        if view.is_zh
        else _DESCRIBES_EN.search(text[: cited.start])
    )
    if not describes:
        return None
    listed = _LISTED_ZH.match(text, cited.end) if view.is_zh else None
    if listed and (other := _list_of(view, cited, target, listed[1])):
        return other
    family = target.parent.children if target.parent else view.top
    near = family[max(0, target.place - 4) : target.place + 5]
    texts = {node.index: node.subtree_text() for node in near}
    end = _STOP.search(text, cited.end)
    words = _telling(view, text[cited.end : end.start() if end else len(text)], texts)
    own = ancestors(cited.piece.node)
    scores = {
        node.index: sum(word in texts[node.index] for word in words)
        for node in near
        if node not in own
    }
    if target.index not in scores:
        return None
    best = max(near, key=lambda node: scores.get(node.index, 0))
    least = max(4 * scores[target.index], 2 if view.is_zh else 3)
    return best if scores.get(best.index, 0) >= least else None


_LISTED_ZH = re.compile(
    r"\s*所[列述](?:的|之)?(情形|行为|信息|条件|材料|资料|措施|方式|用途|目的|原因|费用)"
)


def _list_of(view: View, cited: Citation, target: Node, noun: str) -> Node | None:
    """The one clause that lists what a sentence says the target lists (所列行为)."""
    opens = re.compile(rf"(?:以下|下列|如下)[^，。；：:]{{0,12}}{noun}|{noun}(?:包括|如下)")
    if noun in target.subtree_text():
        return None
    own = {*ancestors(cited.piece.node), *ancestors(target), *target.walk()}
    found = [
        node
        for node in view.nodes
        if node.children and node not in own and any(opens.search(p.text) for p in node.pieces)
    ]
    return found[0] if len(found) == 1 else None


def _telling(view: View, said: str, texts: dict[int, str]) -> set[str]:
    """Words of a sentence that few of the clauses in question share."""
    if view.is_zh:
        chunks = re.findall(rf"[{HAN}]+", said)
        words = {chunk[i : i + 2] for chunk in chunks for i in range(len(chunk) - 1)}
    else:
        words = {word[:6] for word in re.findall(r"[a-z]{5,}", said.casefold())}
        texts = {index: text.casefold() for index, text in texts.items()}
    shared = Counter(word for text in texts.values() for word in words if word in text)
    return {word for word in words if 0 < shared[word] <= max(1, len(texts) // 3)}
