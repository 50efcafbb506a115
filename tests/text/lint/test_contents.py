"""The contents list: with and without a heading of its own, in every scheme, right and wrong."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lint_samples import framed, opened

from clausepress.text.lint.contents import _longest_rise
from clausepress.text.lint.run import check_text

TITLES = {
    "en": ["Scope", "Data we collect", "Cookies", "Sharing", "Your rights", "Contact"],
    "zh": ["适用范围", "我们收集的信息", "Cookie 的使用", "信息的共享", "您的权利", "联系我们"],
}
HAN = "一二三四五六"
STYLES = {
    "dot": lambda number, title: f"{number}. {title}",
    "leader": lambda number, title: f"{number}. {title} ........ {number + 2}",
    "dun": lambda number, title: f"{number}、{title}",
    "bullet": lambda _, title: f"- {title}",
    "heading": lambda number, title: f"## {number}. {title}",
    "roman": lambda number, title: f"{['I', 'II', 'III', 'IV', 'V', 'VI'][number - 1]}. {title}",
    "article": lambda number, title: f"Article {number}. {title}",
    "han": lambda number, title: f"{HAN[number - 1]}、{title}",
    "chapter": lambda number, title: f"第{HAN[number - 1]}章 {title}",
}
PAIRS = [
    *(("en", *pair) for pair in (("dot", "heading"), ("dot", "dot"), ("roman", "roman"))),
    *(("en", *pair) for pair in (("bullet", "heading"), ("leader", "heading"))),
    *(("en", *pair) for pair in (("heading", "heading"), ("article", "article"))),
    *(("zh", *pair) for pair in (("han", "han"), ("dun", "han"), ("chapter", "chapter"))),
    *(("zh", *pair) for pair in (("bullet", "heading"), ("dot", "dot"))),
]
HEADINGS = {"en": ["", "## Contents", "Contents"], "zh": ["", "## 目录", "目录"]}
EXTRA = {"en": "Transfers abroad", "zh": "跨境传输"}
OTHER = {"en": ("Scopes", "Data we collects"), "zh": ("适用的范围", "我们所收集的信息")}


def rules(folder: Path, case: tuple[str, str, str], heading: str, listed: list[str]) -> list[str]:
    """Check a text whose contents list names ``listed``; five or six chapters."""
    lang, style, chapter = case
    titles = TITLES[lang][:-1] if EXTRA[lang] in listed else TITLES[lang]
    parts = [heading] if heading else []
    parts += [STYLES[style](number, title) for number, title in enumerate(listed, start=1)]
    for number, title in enumerate(titles, start=1):
        said = (
            f"这里说明第 {number} 类事项。" if lang == "zh" else f"This is about matter {number}."
        )
        parts += [STYLES[chapter](number, title), said]
    text = framed("\n\n".join(parts), lang)
    return [each.rule for each in check_text(opened(folder, text, lang))]


CASES = [(case, heading) for case in PAIRS for heading in HEADINGS[case[0]]]


@pytest.mark.parametrize(("case", "heading"), CASES)
def test_a_right_list_prints_nothing_and_each_fault_is_told_once(
    case: tuple[str, str, str], heading: str, tmp_path: Path
) -> None:
    titles, lang = TITLES[case[0]], case[0]
    first, second = OTHER[lang]
    assert rules(tmp_path, case, heading, titles) == []
    for listed, rule in (
        ([*titles[:2], *titles[3:]], "contents-missing"),
        ([*titles[:3], EXTRA[lang], *titles[3:5]], "contents-extra"),
        ([first, *titles[1:]], "contents-wording"),
        ([titles[0], second, *titles[2:]], "contents-wording"),
        ([titles[0], titles[2], titles[1], *titles[3:]], "contents-order"),
    ):
        assert rules(tmp_path, case, heading, listed) == [rule], listed


@given(st.permutations(range(7)))
def test_the_kept_items_are_the_most_that_rise(order: list[int]) -> None:
    kept = [order[place] for place in sorted(_longest_rise(order))]
    assert kept == sorted(kept)
    chosen = (
        [each for each, taken in zip(order, picks, strict=True) if taken]
        for picks in product((False, True), repeat=7)
    )
    assert len(kept) == max(len(each) for each in chosen if each == sorted(each))


def test_a_list_of_items_that_stand_again_in_a_later_chapter_is_no_contents_list(
    tmp_path: Path,
) -> None:
    items = "（一）姓名\n\n（二）电话\n\n（三）邮箱"
    body = f"一、收集的信息\n\n{items}\n\n二、共享的信息\n\n{items}\n\n三、权利\n\n您可以查询信息。"
    found = check_text(opened(tmp_path, framed(body, "zh"), "zh"))
    assert not [each for each in found if each.rule.startswith(("contents", "number"))]
