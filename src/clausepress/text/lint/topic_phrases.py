"""What a sentence says that a clause it cites is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clausepress.text.lint.citation import Citation
from clausepress.text.lint.listing import key
from clausepress.text.lint.view import HAN, View


@dataclass(frozen=True, slots=True)
class Topic:
    """What a sentence says a clause is about.

    Attributes:
        text: The words.
        exact: They are the clause's title or the very thing it defines, as 第 5.3 条“退款” says.
        loose: They tell what is done under the clause (按照第五条申请退款, a refund under
            Section 3): a title may be a part of them.
    """

    text: str
    exact: bool = False
    loose: bool = False


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
_SET_OUT_EN = re.compile(
    rf"\b({_WORDS}) (?:is|are) (?:set out|described|listed|governed|explained|covered|stated"
    r"|regulated|dealt with|given) (?:in|by|under)\s*$"
)
_BEFORE_EN = (
    re.compile(
        rf"\b[Ff]or (?:more |further )?(?:information |details )?(?:on |about )?({_WORDS}),? "
        r"(?:please )?(?:see|refer to)\s*$"
    ),
    _SET_OUT_EN,
    re.compile(rf"\b({_WORDS}),? \((?:please )?see\s*$"),
)
_STOP_EN = re.compile(
    r"(?:about|above|according|after|also|available|before|below|each|further|have|information|must"
    r"|such|that|their|them|these|they|this|those|under|what|when|where|which|with|will|your|data"
    r"|more|sections?|clause|terms|other|only|from|into|using|used?|uses|apply|applies|shall|details"
    r"|described|policy|provisions|procedure|rules)$"
)
_STRICT_ZH = re.compile(
    rf"(?:中|里)?所?(?:称|指|定义)的([{HAN}]{{2,10}}?)(?=[，。；、）：:（(]|$|的)"
)
_LOOSE_AFTER_ZH = re.compile(
    rf"\s*(?:(?:中|里)?所?(?:约定|规定|述|列|说明|描述)的([{HAN}]{{2,10}}?)"
    rf"(?=[，。；、）：:]|$|的|进行|处理|办理|执行)|([{HAN}]{{2,8}}?)(?:条款|义务|责任)"
    rf"(?=[，。；、）]|$|的))"
)
_UNDER_ZH = re.compile(rf"(?:按照?|依照|依据|根据)(?:本[{HAN}]{{2,6}})?\s*$")
_DONE_ZH = re.compile(
    rf"\s*(?:的?(?:相关)?(?:约定|规定|要求|条款|流程|程序|方式))?([{HAN}]{{2,12}}?)(?=[，。；、）]|$|的)"
)
_SUBJECT_ZH = re.compile("您|我们|双方|各方|任何|可以|应当|必须|有权")  # 您可以依照第三条
_EXCEPT_ZH = re.compile(
    rf"\s*(?:约定|规定|所列|所述)的?(?:情形|情况)(?:以|之|除)?外，([{HAN}]{{2,8}}?)(?=[，。；]|$)"
)
_BRACKET_ZH = re.compile(rf"([{HAN}]{{2,10}})[（(]\s*$")
_MANY = r"(?:[\w’'-]+ ){0,4}[\w’'-]+"
_DONE_EN = re.compile(
    rf"\b({_MANY}) (?:(?:as )?(?:granted|given|set out|listed|described|specified|provided|stated)"
    r" )?(?:under|in|by|pursuant to|in accordance with)\s*$"
)
_BRACKET_EN = re.compile(rf"\b({_MANY}) \(\s*$")


def topics(view: View, cited: Citation) -> Iterator[Topic]:
    """Yield what a sentence says the clause that it cites is about."""
    yield from _topics_zh(cited) if view.is_zh else _topics_en(cited)


def sentence(cited: Citation) -> str:
    """The sentence up to the citation."""
    return re.split(r"[。；;]|\. ", cited.piece.text[: cited.start])[-1]


def _topics_zh(cited: Citation) -> Iterator[Topic]:
    text, before = cited.piece.text, sentence(cited)[-80:]
    for pattern in (_NAMED_AFTER_ZH, _STRICT_ZH):
        if found := pattern.match(text, cited.end):
            yield Topic(found[1], exact=True)
    for pattern in _AFTER_ZH:
        if found := pattern.match(text, cited.end):
            yield Topic(found[1])
    for pattern in _BEFORE_ZH:
        if (found := pattern.search(before)) and not _SUBJECT_ZH.search(found[1]):
            yield Topic(found[1])
    if found := _EXCEPT_ZH.match(text, cited.end):
        yield Topic(found[1], loose=True)
    elif found := _LOOSE_AFTER_ZH.match(text, cited.end):
        yield Topic(found[1] or found[2], loose=True)
    elif _UNDER_ZH.search(before) and (found := _DONE_ZH.match(text, cited.end)):
        yield Topic(found[1], loose=True)
    if text[cited.end : cited.end + 1] in {"）", ")"} and (found := _BRACKET_ZH.search(before)):
        yield Topic(found[1], loose=True)


def _topics_en(cited: Citation) -> Iterator[Topic]:
    text, before = cited.piece.text, sentence(cited)[-80:]
    if found := _NAMED_AFTER_EN.match(text, cited.end):
        yield Topic(found[1], exact=True)
    for pattern in _AFTER_EN:
        if found := pattern.match(text, cited.end):
            yield Topic(found[1])
    for pattern in _BEFORE_EN:
        if found := pattern.search(before):
            yield Topic(found[1], exact=pattern is _SET_OUT_EN)
    if found := _DONE_EN.search(before):
        yield Topic(found[1], loose=True)
    if text[cited.end : cited.end + 1] == ")" and (found := _BRACKET_EN.search(before)):
        yield Topic(found[1], loose=True)


def letters(view: View, text: str) -> str:
    """A text as topics are looked for in it."""
    return key(text) if view.is_zh else text.casefold()


def parts_of(view: View, text: str) -> set[str]:
    """What a text is compared by: pairs of characters in Chinese, stems of words in English."""
    if not view.is_zh:
        return stems(text)
    plain = key(text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def telling(view: View, text: str) -> set[str]:
    """The parts of a text that tell its subject, words that any clause may use left out."""
    return parts_of(view, text) - (_GENERAL_ZH if view.is_zh else _GENERAL_EN)


def shared(view: View, topic: str, title: str) -> set[str]:
    """The words by which a title holds a topic, empty when it does not."""
    if view.is_zh:
        one, other = key(topic), key(title)
        short = min(one, other, key=len)
        return {short} if len(short) > 1 and (one in other or other in one) else set()
    words, others = stems(topic), stems(title)
    both = words & others
    return both if both and both in (words, others) else set()


def stems(text: str) -> set[str]:
    """Beginnings of the English words of a text that tell something."""
    words = re.findall(r"[a-z]{4,}", text.casefold())
    return {word.removesuffix("s")[:6] for word in words if not _STOP_EN.match(word)}


_GENERAL_ZH = frozenset(
    re.findall(
        "..",
        "服务协议合同条款规则政策其他定义责任义务权利权益通知终止解除信息用户账户账号内容总则附则处理管理"
        "使用进行执行办理承担履行提供相关约定规定情形行为方式要求条件",
    )
)
"""Words that head a chapter in most texts, and that any clause may use."""

_GENERAL_EN = frozenset(
    stem
    for line in (
        "liability liabilities liable obligation right claim breach breaches termination terminate",
        "terminated notice remedy remedies damages service agreement party parties general other",
        "account user customer supplier company definition term consent process processing change",
        "amount time except permitted required provided requirement condition granted case",
    )
    for stem in stems(line)
)
