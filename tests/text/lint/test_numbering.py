"""Printed numbers: a change of scheme is told as one, and right numbering prints nothing."""

from pathlib import Path

import pytest
from lint_samples import framed, opened

from clausepress.text.lint.run import check_text

ITEMS_ZH = ["您注册时，我们收集手机号。", "您下单时，我们收集地址。", "您退货时，我们收集账号。"]
ITEMS_EN = ["You may read the files.", "You may write notes.", "You may print the plans."]


def numbered(lang: str, numbers: list[str]) -> str:
    items = ITEMS_ZH if lang == "zh" else ITEMS_EN
    last = "您咨询时，我们收集问题。" if lang == "zh" else "You may ask us."
    return "\n\n".join(f"{a}{b}" for a, b in zip(numbers, [*items, last], strict=False))


SCHEMES = [
    ("zh", "一、范围\n\n", ["1.1 ", "1.2 ", "（三）", "1.4 "], "（三）"),
    ("zh", "一、范围\n\n", ["（一）", "（二）", "3、", "（四）"], "3、"),
    ("zh", "", ["一、", "二、", "3、", "四、"], "3、"),
    ("zh", "", ["一、", "二、", "4、"], "4、"),
    ("zh", "", ["第一条 ", "第二条 ", "3. ", "第四条 "], "3."),
    ("en", "1. Scope\n\n", ["1.1 ", "1.2 ", "(c) ", "1.4 "], "(c)"),
    ("en", "1. Scope\n\n1.1 Your rights are:\n\n", ["(a) ", "(b) ", "3) ", "(d) "], "3)"),
    ("en", "", ["I. ", "II. ", "3. ", "IV. "], "3."),
    ("en", "", ["I. ", "II. ", "4. "], "4."),
]


@pytest.mark.parametrize(("lang", "head", "numbers", "at"), SCHEMES)
def test_a_change_of_scheme_is_told_once_and_as_no_gap(
    lang: str, head: str, numbers: list[str], at: str, tmp_path: Path
) -> None:
    text = framed(head + numbered(lang, numbers), lang)
    (found,) = check_text(opened(tmp_path, text, lang))
    assert found.rule == "number-scheme"
    assert found.excerpt.startswith(at)


@pytest.mark.parametrize(
    ("lang", "head", "numbers", "rule"),
    [
        ("zh", "一、范围\n\n", ["1.1 ", "1.2 ", "1.4 "], "number-gap"),
        ("zh", "", ["一、", "二、", "四、"], "number-gap"),
        ("zh", "一、范围\n\n", ["1.1 ", "1.2 ", "1.2 "], "number-repeat"),
        ("en", "1. Scope\n\n", ["1.1 ", "1.2 ", "1.4 "], "number-gap"),
        ("en", "1. Scope\n\n1.1 Your rights are:\n\n", ["(a) ", "(b) ", "(d) "], "number-gap"),
        ("en", "1. Scope\n\n", ["1.1 ", "1.3 ", "1.2 "], "number-order"),
    ],
)
def test_a_plain_gap_stays_one(
    lang: str, head: str, numbers: list[str], rule: str, tmp_path: Path
) -> None:
    found = check_text(opened(tmp_path, framed(head + numbered(lang, numbers), lang), lang))
    assert rule in {each.rule for each in found}
    assert "number-scheme" not in {each.rule for each in found}


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "1. Scope\n\n1.1 It is wide.\n\n2. Fees\n\n2.1 They are low.\n\n3. End\n\nSoon."),
        ("en", "Article I. One\n\nSection 1. A\n\nYes.\n\nArticle II. Two\n\nSection 1. B\n\nNo."),
        (
            "zh",
            "第一章 总则\n\n第一条 宗旨\n\n鼓励阅读。\n\n第二章 会员\n\n第二条 入会\n\n可以入会。",
        ),
        ("zh", "一、范围\n\n1.1 您可以：\n\n（一）查询；\n\n（二）更正。\n\n1.2 您可以注销。"),
    ],
)
def test_chapters_and_what_is_below_them_are_no_change_of_scheme(
    lang: str, body: str, tmp_path: Path
) -> None:
    assert check_text(opened(tmp_path, framed(body, lang), lang)) == []
