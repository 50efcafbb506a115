"""Whether a clause that is cited speaks of what the sentence says it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from clausepress.text.lint.citation import Citation
from clausepress.text.lint.listing import key, likeness
from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.places import Places
from clausepress.text.lint.view import HAN, Node, View

_SEE_ZH = r"(?:请)?(?:参见|详见|参照|参阅|见|按照?|依照|适用)(?:本[一-鿿]{2,6})?\s*$"
_NAMED_AFTER_ZH = re.compile(
    rf"\s*[“「《（(]\s*(?:关于|即)?\s*([{HAN}A-Za-z ]{{2,16}})\s*[”」》）)]"
)
_AFTER_ZH = (
    re.compile(
        rf"(?:中|里)?\s*(?:有关|关于)\s*[“「]?([{HAN}A-Za-z ]{{2,14}}?)[”」]?"
        r"的(?:相关)?(?:约定|规定|条款|内容|要求|说明|规则|程序|流程|部分)"
    ),
    re.compile(
        rf"(?:中|里)?所?(?:约定|规定|述|列|说明|描述)的([{HAN}]{{2,10}}?)"
        r"(?=[，。；、）]|$|的|进行|处理|办理|执行)"
    ),
)
_BEFORE_ZH = (
    re.compile(rf"(?:有关|关于)([{HAN}A-Za-z]{{2,12}}?)(?:的[{HAN}]{{2,4}})?[，,]?{_SEE_ZH}"),
    re.compile(
        rf"(?:^|[^{HAN}])([{HAN}]{{2,8}}?)(?:的?(?:规则|方式|事宜|程序|条件|标准|流程|说明))?"
        rf"[（(，,]?{_SEE_ZH}"
    ),
)
_WORDS = r"(?:[\w’'-]+ ){0,3}[\w’'-]+"
_NAMED_AFTER_EN = re.compile(
    r",?\s*(?:\(\s*[“\"‘']?|[“\"‘'])([A-Za-z][\w ,&’'-]{2,60}?)(?:[”\"’']?\s*\)|[”\"’'])"
)
_AFTER_EN = (
    re.compile(
        r"\s*,?\s*(?:on|about|regarding|concerning|relating to|headed|titled|entitled|called)\s+"
        rf"[“\"‘']?({_WORDS})"
    ),
    re.compile(rf"\s+for (?:more |further )?(?:information |details )?(?:on|about) ({_WORDS})"),
)
_BEFORE_EN = (
    re.compile(
        rf"\b[Ff]or (?:more |further )?(?:information |details )?(?:on |about )?({_WORDS}),? "
        r"(?:please )?(?:see|refer to)\s*$"
    ),
    re.compile(
        rf"\b({_WORDS}) (?:is|are) (?:set out|described|listed|governed|explained|covered|stated"
        r"|regulated|dealt with|given) (?:in|by|under)\s*$"
    ),
    re.compile(rf"\b({_WORDS}),? \((?:please )?see\s*$"),
)
_STOP_EN = re.compile(
    r"(?:about|above|according|after|also|available|before|below|each|further|have|information|must"
    r"|such|that|their|them|these|they|this|those|under|what|when|where|which|with|will|your|data"
    r"|more|sections?|clause|terms|other|only|from|into|using|used?|uses|apply|applies|shall|details"
    r"|described|policy|provisions|procedure|rules)$"
)
_NEARLY = 0.85  # similarity of a quoted title and the heading it quotes
_TITLE_ZH, _TITLE_EN = 20, 60  # characters of a first phrase that stands for a heading


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

    Told where the sentence names the topic ("第 5.3 条“退款”", "see 3.8 (Refunds)"), the target
    does not hold it, and the title of another clause does; and where the sentence describes the
    target ("第 5.3 条所列情形"), which shares none of its telling words, and a neighbour several.
    """
    places = Places(view)
    titles = [(node, _title(view, node)) for node in view.nodes]
    titles = [(node, title) for node, title in titles if title]
    for cited in places.citations:
        target = places.find(cited)
        if not target or target is cited.piece.node:
            continue
        best = _named_elsewhere(view, cited, target, titles) or _described(view, cited, target)
        if best:
            yield at_piece(
                view,
                cited.piece,
                cited.start,
                f"{target.printed} ({target.title[:20]}) does not speak of this;"
                f" {best.printed} ({best.title[:20]}) does",
                fix=f"refer to {best.printed}, if that clause is meant",
            )


def _named_elsewhere(
    view: View, cited: Citation, target: Node, titles: list[tuple[Node, str]]
) -> Node | None:
    """The clause with the topic that the sentence names, when the target does not hold it."""
    kin = _ancestors(target) | set(target.walk())
    above = [title for node in _ancestors(target) if (title := _title(view, node))]
    sentence = _sentence(cited)
    text = ""
    for topic, quoted in _topics(view, cited):
        if any(_shared(view, topic, title) for title in above):
            return None
        if not quoted and any(_speaks_of(view, sentence, title) for title in above):
            continue
        for node, title in titles:
            core = _shared(view, topic, title)
            if not core or node in kin:
                continue
            if quoted and likeness(topic, title) >= _NEARLY and _title(view, target):
                return node
            text = text or _letters(view, target.subtree_text())
            here = node in _ancestors(cited.piece.node)
            if not here and not any(word in text for word in core):
                return node
    return None


def _sentence(cited: Citation) -> str:
    """The sentence up to the citation."""
    return re.split(r"[。；;]|\. ", cited.piece.text[: cited.start])[-1]


def _speaks_of(view: View, sentence: str, title: str) -> bool:
    if view.is_zh:
        return key(title) in key(sentence)
    return bool(_stems(sentence) & _stems(title))


def _topics(view: View, cited: Citation) -> Iterator[tuple[str, bool]]:
    """Yield what a sentence says a clause is about, and whether it quotes that as a title."""
    text = cited.piece.text
    named = (_NAMED_AFTER_ZH if view.is_zh else _NAMED_AFTER_EN).match(text, cited.end)
    if named:
        yield named[1], True
    for pattern in _AFTER_ZH if view.is_zh else _AFTER_EN:
        if found := pattern.match(text, cited.end):
            yield found[1], False
    before = _sentence(cited)[-80:]
    for pattern in _BEFORE_ZH if view.is_zh else _BEFORE_EN:
        if found := pattern.search(before):
            yield found[1], False


def _title(view: View, node: Node) -> str:
    """A clause's heading, or the short first phrase that stands for one."""
    if not node.number or node.clause.heading:
        return node.title if node.number else ""
    found = re.match(r"([^：:。；;，,.]+)(?:[：:]|[。.](?=.)|$)", node.title)
    phrase = found[1].strip() if found else ""
    return phrase if 0 < len(phrase) <= (_TITLE_ZH if view.is_zh else _TITLE_EN) else ""


def _letters(view: View, text: str) -> str:
    return key(text) if view.is_zh else text.casefold()


def _shared(view: View, topic: str, title: str) -> set[str]:
    """The words by which a title holds a topic, empty when it does not."""
    if view.is_zh:
        one, other = key(topic), key(title)
        short = min(one, other, key=len)
        return {short} if len(short) > 1 and (one in other or other in one) else set()
    words, others = _stems(topic), _stems(title)
    both = words & others
    return both if both and both in (words, others) else set()


def _stems(text: str) -> set[str]:
    words = re.findall(r"[a-z]{4,}", text.casefold())
    return {_stem(word) for word in words if not _STOP_EN.match(word)}


def _stem(word: str) -> str:
    return word.removesuffix("s")[:6]


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
    family = target.parent.children if target.parent else view.top
    near = family[max(0, target.place - 4) : target.place + 5]
    texts = {node.index: node.subtree_text() for node in near}
    end = _STOP.search(text, cited.end)
    words = _telling(view, text[cited.end : end.start() if end else len(text)], texts)
    own = _ancestors(cited.piece.node)
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


def _ancestors(node: Node | None) -> set[Node]:
    found: set[Node] = set()
    while node:
        found.add(node)
        node = node.parent
    return found
