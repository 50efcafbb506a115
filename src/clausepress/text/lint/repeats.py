"""Repeats: words, sentences and paragraphs that stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, Node, View

# Single characters that no word doubles, with the neighbours that make an accident of it:
# 存在|在线, 为了|了解, 使用|用户.
_SINGLE_ZH = (
    "(?<!目)的的(?!确|士)",
    "您您|你你|们们|我我(?!们)",
    "是是(?!否|非)(?<!是是)",
    "或或(?!者|许)",
    "(?<![共饱缓总调温柔平谐中])和和(?!气|美|睦|谐|解|平|约)",
    "(?<![为除终罢未])了了(?!解|结|却|断|然|无|望|事)",
    "(?<![存现所潜实内外旨好])在在(?!线|场|职|校|岗|建|途|册|世|逃|押|案|先|编|读|库|产|位)",
    (
        "(?<![所享持拥具没只含占现私国公专特富])有有(?!效|限|关|权|利|害|偿|形|机|待|助|意|名|序|线|"
        "益)"
    ),
    "(?<![即行必主大健])将将(?!来|近|要|军)",
    (
        "(?<![不应面针核校绝相比反配派敌成均])对对(?!方|象|手|比|称|策|应|外|立|抗|账|照|换|接|话|内|"
        "口|付)"
    ),
    (
        "(?<![方面倾导定走趋意双单流取动外内去指偏横纵逆反正转投])向向(?!导|量|日|阳|上|下|前|后|来|"
        "往)"
    ),
    "(?<![可得予加足所难用何是借])以以(?!下|上|外|内|前|后|来|往|便|免|及|为|致|期)",
    "(?<![参授赋给付干])与与(?!会|否)",
    "(?<![以涉普顾触波提])及及(?!时|其|格)",
    "(?<![基版根成资文样副正脚标书原日剧范课账])本本",
    "(?<![尤极与何莫])其其(?!他|它|中|余|实|次|间)",
    "(?<![自理事缘经案])由由(?!于|此)",
    "(?<![相反对响供适效回感呼顺因照理])应应(?!当|用|对|急|付|答|诉|收|邀|届|税|有|予)",
    "(?<![合兼吞归一])并并(?!非|不|购|行|列|网|案)",
    "(?<![原告])被被(?!告|害|子|保|申|执|上|诉|投|动|监|调|许|代|继|收|授)",
    "(?<![这那哪每逐单一几数两三多])个个(?!人|体|别|性)",
)
# The last character of a word written twice, with the words that begin like it.
_TAIL_ZH = (
    (
        "信息息|协议议(?!定|案|题|事)|政策策(?!略|划|动)|平台台(?!账|词|阶)|账[户号](?:户户|号号)|隐"
        "私私"
    ),
    "用户户(?!名|主|籍|口|外)|服务务(?!必|实|工)|条款款(?!项|额|式|待)|网站站(?!点|内|长|外|在)",
    (
        "产品品(?!牌|质|种|类|名|控|味)|第三方方(?!可|面|式|法|案|能|便|才|位|向)|我们们|处理理(?!由|"
        "解|应)"
    ),
    "收集集(?!中|合|成|团|体)|使用用(?!户|于|途|以|作|来|法|词|户)|同意意(?!见|思|味|愿|图|外)",
)
_TWICE_ZH = re.compile(
    # 一个一个, 委员会委员会议; otherwise words that stand twice are a slip of the hand
    rf"(?!一|非常|很|彼此|方方|讨论|研究|商量|考虑)([{HAN}]{{2,12}})\1(?![名人会者])"
    r"|\b([A-Za-z]{2,}) \2\b|" + "|".join((*_SINGLE_ZH, *_TAIL_ZH))
)
_TWICE_EN = re.compile(
    r"(?<![-\w])([A-Za-z]{2,}|a)\s+\1\b(?![-'’])|(?<!\d )\b(\d{1,4}) \2(?= (?:days|months|years|h"
    r"ours))"
    r"|\b((?!(?:and|by|after|or) )(?:[a-z]+ ){1,5}[a-z]+) \3\b",
    re.IGNORECASE,
)
_TWICE_FINE = {"that", "had", "do", "no", "her", "very", "so", "bye", "much", "many", "really"}
# “log in in order to”: the first belongs to the verb, the second opens a phrase.
_PARTICLE = {"in", "on", "up", "off", "out", "over", "to", "by"}
_PHRASAL = re.compile(
    r"\b(?:log|sign|opt|check|turn|switch|plug|buil[dt]|fill|set|com|go|carr|phas|put|brought|bring"
    r"|bas|rel|mov|liv|hand|sen[dt]|pass|tak|kick|cut|agreed|later)\w*[ -]$",
    re.IGNORECASE,
)


def _twice_en(text: str) -> re.Match[str] | None:
    """The first word or phrase that stands twice by a slip, names such as New New set aside."""
    for found in _TWICE_EN.finditer(text):
        word, before = (found.group(1) or "").lower(), text[: found.start()]
        phrase = (found.group(3) or "").lower().split()
        if len(phrase) == 2 and phrase[1] in _LINKS:
            continue  # day by day by day
        if word in _TWICE_FINE or (word in _PARTICLE and _PHRASAL.search(before)):
            continue
        if word == "is" and re.search(
            r"\b(?:what|thing|problem|issue|truth)\b[^.]*$", before.lower()
        ):
            continue
        if word and word not in _OPENING and found.group().split()[0][0].isupper():
            continue  # a name
        return found
    return _DETERMINERS.search(text)


_LINKS = {"and", "by", "to", "after", "or", "on", "in"}
_OPENING = {"the", "we", "you", "if", "this", "these", "our", "your", "in", "for", "a", "it", "any"}
_DETERMINERS = re.compile(
    r"\b(?:the|a|an) (?:your|our|my|their|his|the|a|an|this|these|those)\b(?!-)"
)


@rule(
    "word-repeated",
    Severity.WARNING,
    "A word that stands twice, or two determiners before one noun.",
    fix="remove one of the two",
    example=Example(
        "en",
        "1. Scope\n\nThis applies to the the site.",
        "1. Scope\n\nThis applies to the site.",
    ),
)
def word_repeated(view: View) -> Iterator[Hit]:
    """Find neighbours that are equal."""
    for piece in view.running():
        found = _TWICE_ZH.search(piece.text) if view.is_zh else _twice_en(piece.text)
        found = found or (_member_twice(piece.text) if view.is_zh else None)
        if found:
            yield at_piece(view, piece, found.start(), f"“{found.group()}”")


_ENUMERATION = re.compile(rf"(?<![{HAN}A-Za-z0-9])[{HAN}A-Za-z0-9]+(?:、[{HAN}A-Za-z0-9]+)+")


def _member_twice(text: str) -> re.Match[str] | None:
    """The first enumeration with one member that stands twice: 月度会员、月度会员和年度会员.

    Lists of attributes repeat on purpose (法人姓名、电话、经办人姓名、电话): two members that
    repeat, or one that follows the same noun twice, are none.
    """
    for found in _ENUMERATION.finditer(text):
        members = found.group().split("、")
        members[-1:] = re.split(r"以及|[和及与或]|等", members[-1])[:2]
        twice = set()
        for j, member in enumerate(members):
            for i, other in enumerate(members[:j]):
                least = 3 if j == 1 else 4
                same = other == member if i else len(member) >= least and other.endswith(member)
                listed = i and members[i - 1][-1:] == members[j - 1][-1:]
                if same and len(member) > 1 and not listed:
                    twice.add(member)
        if len(twice) == 1:
            return found
    return None


_SENTENCE = {
    "zh": re.compile(r"[^。！？]{8,}[。！？]"),
    "en": re.compile(r"(?:[^.!?]|[.!?](?!\s|$)){8,}[.!?](?=\s|$)"),
}


@rule(
    "sentence-twice",
    Severity.NOTE,
    "One paragraph says the same thing twice in nearly the same words.",
    fix="keep one of the two sentences",
    example=Example(
        "zh",
        "一、提示\n\n1.1 您不同意收费标准的，您应在三日内退订课程。您如不同意收费的标准，您应在三"
        "日内退订有关课程。",
        "一、提示\n\n1.1 您不同意收费标准的，您应在三日内退订课程。",
    ),
)
def sentence_twice(view: View) -> Iterator[Hit]:
    """Compare neighbouring sentences, and what each says happens when the reader disagrees.

    Law repeats itself on purpose, so likeness alone proves little: told are neighbours that are
    nearly equal, and two conditions of disagreement with one consequence.
    """
    least = 16 if view.is_zh else 50
    disagree = _DISAGREE_ZH if view.is_zh else _DISAGREE_EN
    for piece in view.running():
        found = list(_SENTENCE["zh" if view.is_zh else "en"].finditer(piece.text))
        for one, other in pairwise(found):
            words = [_words(view, each.group()) for each in (one, other)]
            short = min(len(one.group()), len(other.group()))
            ends = [disagree.findall(each.group()) for each in (one, other)]
            same_end = ends[0] and ends[1] and ends[0][-1].casefold() == ends[1][-1].casefold()
            again = _letters(one.group()).endswith(_letters(other.group()))
            if again or (short >= least and (_alike(*words) >= _NEARLY or same_end)):
                said = (
                    "the sentence before it once more" if again else "nearly the sentence before it"
                )
                yield at_piece(view, piece, other.start(), said)
                break


_NEARLY = 0.8
_DISAGREE_ZH = re.compile(r"不同意[^。]{2,40}，(您应\w{4})")
_DISAGREE_EN = re.compile(
    r"do not agree[^.]{2,90}, (you (?:shall|must) (?:\w+ ){2})", re.IGNORECASE
)


def _letters(text: str) -> str:
    """The letters and digits of a sentence."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _words(view: View, text: str) -> set[str]:
    """Pairs of characters, or of English words."""
    units = list(_letters(text)) if view.is_zh else re.findall(r"\w+", text.casefold())
    return {" ".join(units[i : i + 2]) for i in range(len(units) - 1)}


def _alike(one: set[str], other: set[str]) -> float:
    """Dice coefficient (Dice 1945), 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


@rule(
    "paragraph-twice",
    Severity.WARNING,
    "The same paragraph or item twice in one clause.",
    fix="remove one of the two",
    example=Example(
        "zh",
        "一、情形\n\n有以下情形的除外：\n\n（1）您在订单中书面表示同意的；\n\n（2）用于学术研究"
        "；\n\n"
        "（3）您在订单中书面表示同意的。",
        "一、情形\n\n有以下情形的除外：\n\n（1）您在订单中书面表示同意的；\n\n（2）用于学术研究"
        "；\n\n"
        "（3）法律另有规定。",
    ),
)
def paragraph_twice(view: View) -> Iterator[Hit]:
    """Compare the paragraphs below one clause by their letters."""
    least = 10 if view.is_zh else 30
    for node in view.nodes:
        seen: dict[str, Node] = {}
        own = [piece for piece in node.pieces if piece.kind == "paragraph"]
        for piece in [*own, *(child.pieces[0] for child in node.children if child.pieces)]:
            key = _letters(piece.text)
            if len(key) < least or piece.kind == "heading" or piece.node is None:
                continue
            if key in seen:
                yield at_piece(view, piece, 0, f"stands already on line {seen[key].line}")
            seen.setdefault(key, piece.node)
