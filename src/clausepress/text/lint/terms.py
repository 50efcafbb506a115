"""Defined terms, names of the text itself, parties and brands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, Piece, View

_SELF_ZH = re.compile(
    r"本((?:用户|网站|平台)?(?:服务)?|(?:个人)?(?:隐私)(?:权|保护)?)(协议|条款|政策|声明|合同)"
    r"(?!项)"
)
_SELF_EN = re.compile(
    r"\b(?:this|the|these)\s+(privacy(?: rights?| protection)?|user|service)\s+"
    r"(policy|statement|notice|agreement|terms|contract)\b",
    re.IGNORECASE,
)
_DEFINED = re.compile(r"[“\"「]([^”\"」]{2,24})[”\"」]")


def _self_names(view: View) -> Iterator[tuple[Piece, re.Match[str], str, str]]:
    """Yield every name by which the text calls itself: modifier and noun."""
    pattern = _SELF_ZH if view.is_zh else _SELF_EN
    for piece in view.running():
        for found in pattern.finditer(piece.text):
            yield piece, found, found.group(1).casefold(), found.group(2).casefold()


def _quoted_terms(view: View) -> set[str]:
    return {
        found.group(1).casefold()
        for piece in view.running()
        for found in _DEFINED.finditer(piece.text)
    }


@rule(
    "self-name-variant",
    Severity.WARNING,
    "The text calls itself by a variant of its defined name.",
    fix="use the defined name",
    example=Example(
        "zh",
        "我们通过《示例云隐私政策》（“本隐私政策”）说明规则。\n\n一、范围\n\n1.1 本隐私权政策适用"
        "于网站。\n\n"
        "1.2 您应阅读本隐私政策。",
        "我们通过《示例云隐私政策》（“本隐私政策”）说明规则。\n\n一、范围\n\n1.1 本隐私政策适用于"
        "网站。\n\n"
        "1.2 您应阅读本隐私政策。",
    ),
)
def self_name_variant(view: View) -> Iterator[Hit]:
    """Compare the full names a text gives itself, same noun, other modifier."""
    names = list(_self_names(view))
    quoted = _quoted_terms(view)
    counts = Counter((modifier, noun) for _, _, modifier, noun in names if modifier)
    main: dict[str, str] = {}
    for (modifier, noun), _ in counts.most_common():
        main.setdefault(noun, modifier)
    for piece, found, modifier, noun in names:
        if modifier and modifier != main[noun] and found.group().casefold() not in quoted:
            usual = f"本{main[noun]}{noun}" if view.is_zh else f"{main[noun]} {noun}"
            yield at_piece(
                view, piece, found.start(), f"“{found.group()}”; elsewhere the text is “{usual}”"
            )
    yield from _against_definition(view, names)


_CALLED = re.compile(r"(?:称(?:为|作)?|[（(])[“\"「](本[^”\"」]{2,8})[”\"」]")


def _against_definition(
    view: View, names: list[tuple[Piece, re.Match[str], str, str]]
) -> Iterator[Hit]:
    """Tell once the long name, or the bare one, where the text defined the other for itself.

    Without a definition 本政策 beside 本隐私政策 is a mere short form, as many texts use it.
    """
    said = {
        found.group(1)
        for piece in view.running()
        for found in _CALLED.finditer(piece.text)
        if _SELF_ZH.fullmatch(found.group(1))
    }
    if len(said) != 1 or not view.is_zh:
        return
    defined = said.pop()
    others = [
        (piece, found)
        for piece, found, modifier, noun in names
        if noun == defined[-2:]
        and found.group() != defined
        and (not modifier or defined == f"本{noun}")
    ]
    if others:
        piece, found = others[0]
        more = f", {len(others)} times in all" if len(others) > 1 else ""
        yield at_piece(
            view,
            piece,
            found.start(),
            f"“{found.group()}”{more}; the text calls itself “{defined}”",
        )


@rule(
    "self-name-kind",
    Severity.NOTE,
    "The text calls itself two kinds of document, and no definition makes them one.",
    fix="use one name throughout, or define the second where it first stands",
    example=Example(
        "zh",
        "一、总则\n\n1.1 您应阅读本服务条款。\n\n1.2 本服务条款对双方有约束力。\n\n1.3 本合同由人"
        "民法院管辖。",
        "一、总则\n\n1.1 您应阅读本服务条款。\n\n1.2 本服务条款对双方有约束力。\n\n1.3 本服务条款"
        "由人民法院管辖。",
    ),
)
def self_name_kind(view: View) -> Iterator[Hit]:
    """Compare the nouns by which a text calls itself; each further noun is told once."""
    names = [each for each in _self_names(view) if view.is_zh or each[2]]
    # Bare 本条款 may mean the article at hand, so only its full form names the text.
    names = [each for each in names if each[2] or each[3] != "条款"]
    quoted = _quoted_terms(view)
    counts = Counter(noun for _, _, _, noun in names)
    if len(counts) < 2:
        return
    main = counts.most_common(1)[0][0]
    usual = next(found.group() for _, found, _, noun in names if noun == main)
    told: set[str] = {main}
    for piece, found, _, noun in names:
        if noun in told or found.group().casefold() in quoted:
            continue
        told.add(noun)
        more = f", {counts[noun]} times in all" if counts[noun] > 1 else ""
        yield at_piece(
            view,
            piece,
            found.start(),
            f"“{found.group()}”{more}; mostly the text is “{usual}” ({counts[main]} times)",
        )


@rule(
    "self-made-of-itself",
    Severity.WARNING,
    "A text said to consist of itself and something else.",
    fix="name the whole and its part differently",
    example=Example(
        "zh",
        "一、完整协议\n\n1.1 本协议由本协议与会员规则组成。",
        "一、完整协议\n\n1.1 本协议由正文与会员规则组成。",
    ),
)
def self_made_of_itself(view: View) -> Iterator[Hit]:
    """Find “本X由本X与…组成”."""
    pattern = re.compile(rf"(本[{HAN}]{{2,6}})由\1(?:与|和|及|以及)[^。；]{{1,40}}(?:组成|构成)")
    for piece in view.running():
        for found in pattern.finditer(piece.text):
            yield at_piece(view, piece, found.start(), f"“{found.group(1)}” consists of itself")


_LABELLED = re.compile(rf"([{HAN}]{{6,12}})[：:]")


@rule(
    "term-variant",
    Severity.NOTE,
    "A category of information named otherwise in the list of sensitive information.",
    fix="use one name for the category",
    example=Example(
        "zh",
        "一、范围\n\n个人信息包括：\n\n网络身份标识信息：包括账号和密码；\n\n个人财产信息：包括交"
        "易记录。\n\n"
        "个人敏感信息包括：网络身份识别信息（包括密码）。",
        "一、范围\n\n个人信息包括：\n\n网络身份标识信息：包括账号和密码；\n\n个人财产信息：包括交"
        "易记录。\n\n"
        "个人敏感信息包括：网络身份标识信息（包括密码）。",
    ),
)
def term_variant(view: View) -> Iterator[Hit]:
    """Search for labels of a list with their two middle characters replaced."""
    if not view.is_zh:
        return
    labels = {
        found.group(1)
        for piece in view.running()
        if (found := _LABELLED.match(piece.text)) and found.group(1).endswith("信息")
    }
    for label in sorted(labels):
        # first four and last two characters alike, two between: 网络身份(标识|识别)信息
        if len(label) != 8:
            continue
        pattern = re.compile(rf"{label[:4]}[{HAN}]{{2}}{label[-2:]}")
        for piece in view.running():
            for found in pattern.finditer(piece.text):
                if found.group() != label and found.group() not in labels:
                    yield at_piece(
                        view, piece, found.start(), f"“{found.group()}”; elsewhere “{label}”"
                    )


_BRAND = re.compile(
    rf"^([{HAN}A-Za-z]{{3,12}}?)(?:个人信息|隐私|用户|网站|平台|服务|账[户号]|会员)[{HAN}]*"
    rf"(?:政策|协议|条款|声明|须知)$"
)


@rule(
    "brand-mix",
    Severity.WARNING,
    "The name in the title and a shorter or longer form of it, both used for the same thing.",
    fix="use the name of the title, or say that the two are one",
    example=Example(
        "zh",
        "示例智联云隐私政策\n\n文档版号：202601011\n\n更新日期：2026 年 1 月 1 日\n\n生效日期：20"
        "26 年 1 月 8 日\n\n"
        "一、范围\n\n1.1 示例智联云网站适用本政策。\n\n1.2 示例云用户应阅读本政策。\n\n1.3 邮箱："
        "a@example.cn。",
        "示例智联云隐私政策\n\n文档版号：202601011\n\n更新日期：2026 年 1 月 1 日\n\n生效日期：20"
        "26 年 1 月 8 日\n\n"
        "一、范围\n\n1.1 示例智联云网站适用本政策。\n\n1.2 示例智联云用户应阅读本政策。\n\n1.3 邮"
        "箱：a@example.cn。",
        whole=True,
    ),
)
def brand_mix(view: View) -> Iterator[Hit]:
    """Search for names with the first two and the last character of the title's name."""
    found = _BRAND.match(view.source.edition.title) if view.is_zh else None
    if not found or not re.fullmatch(rf"[{HAN}]{{3,8}}", found.group(1)):
        return
    name = found.group(1)
    text = "".join(piece.text for piece in view.pieces)
    if re.search(r"原名|曾用名|更名|原称|旧称|前身", text):
        return
    middle = max(len(name) - 3, 2)
    pattern = re.compile(rf"{name[:2]}[{HAN}]{{0,{middle}}}?{name[-1]}")
    company = re.compile(rf"[{HAN}]{{0,10}}(?:公司|集团)")
    for piece in view.running():
        for each in pattern.finditer(piece.text):
            other = each.group()
            # Only a name that is the other with characters left out is a form of it.
            longer, shorter = sorted((name, other), key=len, reverse=True)
            same = other == name or piece.text.startswith(name, each.start())
            same = same or company.match(piece.text, each.end()) is not None
            if same or len(longer) == len(shorter) or not _is_inside(shorter, longer):
                continue
            yield at_piece(view, piece, each.start(), f"“{other}”; the title says “{name}”")


def _is_inside(shorter: str, longer: str) -> bool:
    rest = iter(longer)
    return all(char in rest for char in shorter)
