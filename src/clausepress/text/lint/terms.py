"""Defined terms and brands: one name for one thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, Node, View

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
        yield from _variants_en(view)
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


_LABELLED_EN = re.compile(r"((?:[A-Z]\w+)(?: \w+){1,3} (?:information|data))\s*:")


def _variants_en(view: View) -> Iterator[Hit]:
    """Search for labels of a list with their middle words replaced by others of one stem.

    Network identity information, then network identification information.
    """
    labels = {
        found.group(1).casefold()
        for piece in view.running()
        if (found := _LABELLED_EN.match(piece.text))
    }
    for label in sorted(labels):
        first, *middle, last = label.split()
        pattern = re.compile(rf"\b{first}((?: \w+){{1,3}}?) {last}\b", re.IGNORECASE)
        for piece in view.running():
            for found in pattern.finditer(piece.text):
                words = found.group(1).casefold().split()
                stems = {word[:_STEM] for word in words} & {word[:_STEM] for word in middle}
                named = found.group().casefold() in labels
                if words != middle and any(len(stem) == _STEM for stem in stems) and not named:
                    message = f"“{found.group()}”; elsewhere “{label}”"
                    yield at_piece(view, piece, found.start(), message)


_STEM = 5  # letters that two words of one stem share


_CALLED = re.compile(rf"[简合统]?称(?:为|作)?[“\"「]([{HAN}]{{2,4}})[”\"」]")


@rule(
    "term-unused",
    Severity.NOTE,
    "A short name that is defined and never used, while the text uses a variant of it.",
    fix="define the name that the text uses",
    example=Example(
        "zh",
        "本协议由您与示例网站（简称“本站”）的所有者订立。\n\n一、范围\n\n1.1 本网站向您提供服务。"
        "\n\n1.2 您可以登录本网站。\n\n1.3 本网站可以更新内容。",
        "本协议由您与示例网站（简称“本网站”）的所有者订立。\n\n一、范围\n\n1.1 本网站向您提供服务。"
        "\n\n1.2 您可以登录本网站。\n\n1.3 本网站可以更新内容。",
    ),
)
def term_unused(view: View) -> Iterator[Hit]:
    """Search for a name with one character put in, where the name itself stands only once."""
    text = "\n".join(piece.text for piece in view.pieces)
    for piece in view.running() if view.is_zh else ():
        for found in _CALLED.finditer(piece.text):
            term = found.group(1)
            if text.count(term) > 1:
                continue
            forms = "|".join(f"{term[:i]}[{HAN}]{term[i:]}" for i in range(1, len(term)))
            for form, n in Counter(re.findall(forms, text)).most_common(1):
                if n >= _OFTEN and f"“{form}”" not in text:
                    message = f"“{term}” is never used; the text says “{form}”, {n} times"
                    yield at_piece(view, piece, found.start(1), message)


_OFTEN = 3


_DEFINES = re.compile(rf"[（(](?:以下)?[简合统]?称(?:为|作)?[“\"「]([{HAN}]{{4,8}})[”\"」]")


@rule(
    "term-early",
    Severity.NOTE,
    "A name that stands in a chapter before the clause of the same chapter that defines it.",
    fix="define the name where it first stands",
    example=Example(
        "zh",
        "一、权利\n\n1.1 项目产品归乙公司所有。\n\n1.2 甲公司使用乙公司的软件（简称“项目产品”）。",
        "一、权利\n\n1.1 乙公司的软件（简称“项目产品”）归其所有。\n\n1.2 甲公司可以使用项目产品。",
    ),
)
def term_early(view: View) -> Iterator[Hit]:
    """Compare the place of each definition with the first use in the chapter around it."""
    for piece in view.running() if view.is_zh else ():
        for found in _DEFINES.finditer(piece.text):
            chapter = _chapter(piece.node)
            if chapter and _DEFINITIONS.search(chapter.title):
                continue  # definitions may use each other
            early = [
                each
                for node in (chapter.walk() if chapter else ())
                for each in node.pieces
                if each.index < piece.index and each.kind == "paragraph"
            ]
            first = next((each for each in early if found.group(1) in each.text), None)
            if first:
                message = f"“{found.group(1)}” is defined below, on line {view.line_of(piece)}"
                yield at_piece(view, first, first.text.index(found.group(1)), message)


_DEFINITIONS = re.compile("定义|术语|释义")


def _chapter(node: Node | None) -> Node | None:
    while node and node.parent:
        node = node.parent
    return node


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
