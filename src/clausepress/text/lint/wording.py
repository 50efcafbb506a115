"""Misprints and slips that are wrong wherever they stand, and spellings that are mixed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausepress.text.lint.misprints import (
    DOUBLED_ZH,
    GRAMMAR_EN,
    MISPRINTS_EN,
    MISPRINTS_ZH,
    MISSING_ZH,
)
from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, View


@rule(
    "misprint",
    Severity.WARNING,
    "A misprint from a short list of sure ones: 登陆 for 登录, 各中 for 各种, “in bond”.",
    fix="correct the word",
    example=Example(
        "zh",
        "一、注销\n\n1.1 注销后您无法登陆网站。",
        "一、注销\n\n1.1 注销后您无法登录网站。",
    ),
)
def misprint(view: View) -> Iterator[Hit]:
    """Search for each misprint of the language's table."""
    table = _COMPILED_ZH if view.is_zh else _COMPILED_EN
    for piece in view.pieces:
        for pattern, fix in table:
            for found in pattern.finditer(piece.text):
                said = shown(found.group().strip())
                yield at_piece(view, piece, found.start(), f"“{said}”", fix=fix)


@rule(
    "word-missing",
    Severity.WARNING,
    "A fixed expression with a character or word left out: 人姓名 for 个人姓名.",
    fix="restore the missing word",
    example=Example(
        "zh",
        "一、信息\n\n1.1 我们收集您真实有效的人姓名。",
        "一、信息\n\n1.1 我们收集您真实有效的个人姓名。",
    ),
)
def word_missing(view: View) -> Iterator[Hit]:
    """Search for each damaged expression."""
    for piece in view.pieces if view.is_zh else []:
        for pattern, right in _COMPILED_MISSING:
            for found in pattern.finditer(piece.text):
                yield at_piece(
                    view,
                    piece,
                    found.start(),
                    f"“{shown(found.group())}”",
                    fix=f"compare “{right}”",
                )


@rule(
    "word-redundant",
    Severity.NOTE,
    "A phrase that says one thing twice: 有权…有权, 向您…给您, 会将依据.",
    fix="remove one of the two",
    example=Example(
        "zh",
        "一、违约\n\n1.1 我们有权在您违约时有权终止服务。",
        "一、违约\n\n1.1 我们有权在您违约时终止服务。",
    ),
)
def word_redundant(view: View) -> Iterator[Hit]:
    """Search for each doubled expression."""
    for piece in view.pieces if view.is_zh else []:
        for pattern, right in _COMPILED_DOUBLED:
            for found in pattern.finditer(piece.text):
                yield at_piece(
                    view, piece, found.start(), f"“{shown(found.group())}”", fix=f"write “{right}”"
                )
        twice = _PAIR_TWICE.search(piece.text) if piece.text.count("、") > 1 else None
        if twice:
            yield at_piece(view, piece, twice.start(), f"“{shown(twice.group())}”")


# 不同敏感程度、不同类型…不同的敏感程度、不同类型: two members, once more with or without 的
_MEMBER = rf"([{HAN}]{{2,3}})的?([{HAN}]{{2,6}}?)、([{HAN}]{{3,8}})"
_PAIR_TWICE = re.compile(rf"{_MEMBER}[^，。；、]{{1,14}}\1的?\2、\3")


@rule(
    "pronoun",
    Severity.WARNING,
    "“其” where the sentence speaks to “您”.",
    fix="write 您的",
    example=Example(
        "zh",
        "一、提示\n\n1.1 请您先看清我们对其个人信息作何处理。您有疑问的，请联系我们。",
        "一、提示\n\n1.1 请您先看清我们对您个人信息作何处理。您有疑问的，请联系我们。",
    ),
)
def pronoun(view: View) -> Iterator[Hit]:
    """Find 我们对其个人信息 where no third person stands before it in the sentence."""
    third = re.compile(r"用户|他人|第三方|儿童|未成年人|主体|子女|员工|联系人|客户|访客|者|公司|方")
    for piece in view.running() if view.is_zh else []:
        for found in re.finditer(r"我们对其个人信息", piece.text):
            start = piece.text.rfind("。", 0, found.start()) + 1
            if "您" in piece.text and not third.search(piece.text[start : found.start()]):
                yield at_piece(view, piece, found.start(), "“其” has nobody to stand for")


# Nouns that nothing else stands for: a telephone number may be meant by 上述联系方式.
_FORMER = re.compile(r"(?:前述|上述)(?:约定的?|所?列明?的?)?(?P<noun>地址|押金|保证金|违约金)")
_PLACE = re.compile(r"地址|住[所址处]|[路街道]\s?\d")


@rule(
    "antecedent-missing",
    Severity.NOTE,
    "“前述地址” where no address stands before it.",
    fix="name the thing, or the clause that names it",
    example=Example(
        "zh",
        "一、送达\n\n1.1 向前述地址寄出的文书视为送达。",
        "一、送达\n\n1.1 您应当填写收件地址，向前述地址寄出的文书视为送达。",
    ),
)
def antecedent_missing(view: View) -> Iterator[Hit]:
    """Look for the noun of 前述… in all that stands before it."""
    text = "\n".join(piece.text for piece in view.pieces)
    start = 0
    for piece in view.pieces if view.is_zh else []:
        for found in _FORMER.finditer(piece.text):
            noun = _PLACE if found["noun"] == "地址" else re.compile(found["noun"])
            first = noun.search(text)
            if first and first.start() == start + found.start("noun"):
                message = f"“{found.group()}”, and no {found['noun']} before it"
                yield at_piece(view, piece, found.start(), message)
        start += len(piece.text) + 1


_MIXES_ZH: tuple[tuple[str, str], ...] = ((r"其它", r"其他"), (r"帐[户号]", r"账[户号]"))
# British and American forms; capitals are left out, since names keep their own spelling.
_IZE = ("author", "organ", "recogn", "personal", "anonym", "util", "custom")
_OUR = ("behavi", "fav", "col", "hon", "lab")
_MIXES_EN: tuple[tuple[str, str], ...] = tuple(
    (rf"{stem}{british}\b", rf"{stem}{american}\b")
    for stem, british, american in (
        ("cancel", "l(?:ing|ed)", "(?:ing|ed)"),
        *((stem, "is(?:e[sd]?|ing|ations?)", "iz(?:e[sd]?|ing|ations?)") for stem in _IZE),
        *((stem, "our(?:s|ed|ing|able)?", "or(?:s|ed|ing|able)?") for stem in _OUR),
        *((stem, "ements?", "ments?") for stem in ("judg", "acknowledg")),
        ("cent", "res?", "ers?"),
        ("fulfil", "s?", "ls?"),
    )
)


@rule(
    "spelling-mix",
    Severity.NOTE,
    "A rare spelling in a text that otherwise uses the usual one: 其它 among 其他, 帐号 among 账"
    "号.",
    fix="use one spelling",
    example=Example(
        "zh",
        "一、方式\n\n1.1 您可以用其他方式登录。\n\n1.2 您可以用其它方式付款。\n\n1.3 不适用于其他"
        "网站。\n\n"
        "1.4 不适用于其他公司。\n\n1.5 不适用于其他用户。",
        "一、方式\n\n1.1 您可以用其他方式登录。\n\n1.2 您可以用其他方式付款。\n\n1.3 不适用于其他"
        "网站。\n\n"
        "1.4 不适用于其他公司。\n\n1.5 不适用于其他用户。",
    ),
)
def spelling_mix(view: View) -> Iterator[Hit]:
    """Count both spellings; the rare one is told where it is at most a quarter of the usual."""
    pairs = _MIXES_ZH if view.is_zh else _MIXES_EN + tuple(pair[::-1] for pair in _MIXES_EN)
    text = "\n".join(piece.text for piece in view.running())
    for rare, usual in pairs:
        if not re.search(rare, text):
            continue
        places = [
            (piece, found) for piece in view.running() for found in re.finditer(rare, piece.text)
        ]
        common = [
            found.group() for piece in view.running() for found in re.finditer(usual, piece.text)
        ]
        if places and len(common) >= 4 * len(places):
            for piece, found in places:
                yield at_piece(
                    view,
                    piece,
                    found.start(),
                    f"“{found.group()}”; elsewhere “{common[0]}”, {len(common)} times",
                )


_QUALITY = "(?:真实|准确|完整|合法|有效|及时|最新|全面|详细|清晰)"
_ENUMERATION = re.compile(
    # 贸易限制，制裁或者其他限制
    rf"([{HAN}]{{2}})，(?!我们|平台|公司)[{HAN}]{{2,4}}(?:或者?|和|及|以及)其[他它][{HAN}]{{0,6}}\1"
    rf"|[{HAN}]{{2}}、[{HAN}]{{2}}(，)[{HAN}]{{2}}(?:和|及|与)[{HAN}]{{2}}(?=[。，；])"
    # 真实、准确，完整的资料
    rf"|{_QUALITY}、{_QUALITY}，{_QUALITY}(?=的|$|[。；])"
)


@rule(
    "enumeration-comma",
    Severity.NOTE,
    "An enumeration that changes from 、 to ， on the way.",
    fix="separate all its members with 、",
    example=Example(
        "zh",
        "一、资料\n\n1.1 您应更新资料，使之真实、及时，完整和准确。",
        "一、资料\n\n1.1 您应更新资料，使之真实、及时、完整和准确。",
    ),
)
def enumeration_comma(view: View) -> Iterator[Hit]:
    """Find four words of equal length, or a word before 或者其他, with a comma among them."""
    for piece in view.running():
        for found in _ENUMERATION.finditer(piece.text):
            yield at_piece(view, piece, found.start(), f"“{found.group()}”")


def shown(text: str) -> str:
    """Return a matched expression short enough for a message."""
    return text if len(text) <= 40 else f"{text[:24]}…{text[-14:]}"


def _compile(table: tuple[tuple[str, str], ...]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), right) for pattern, right in table]


def _written(table: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((pattern, f"write “{right}”") for pattern, right in table)


_COMPILED_ZH = _compile(_written(MISPRINTS_ZH))
_COMPILED_EN = _compile(_written(MISPRINTS_EN) + GRAMMAR_EN)
_COMPILED_MISSING = _compile(MISSING_ZH)
_COMPILED_DOUBLED = _compile(DOUBLED_ZH)
