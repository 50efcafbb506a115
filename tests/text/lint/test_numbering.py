"""Printed numbers: one fault is told once, by its rule; right numbering prints nothing."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lint_samples import framed, opened

from clausepress.text.lint.run import check_text


def blocks(*lines: str) -> str:
    return "\n\n".join(lines)


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


CHAPTERS = blocks(
    "第一条 范围",
    "1.1 适用。",
    "第二条 费用",
    "2.1 免费。",
    "第三条 期限",
    "3.1 一年。",
    "3.2 可续。",
)
DPA = (
    "1. Scope\n\n1.1 All data.\n\n2. Audit\n\n2.1 Yearly.\n\n"
    "3. Return\n\n3.1 At the end.\n\n4. End\n\n4.1 It ends."
)
ONE_FAULT = [
    ("zh", CHAPTERS.replace("第二条", "第一条"), "number-repeat", "第一条 费用"),
    ("zh", CHAPTERS.replace("第二条", "第三条"), "number-gap", "第三条 费用"),
    ("zh", CHAPTERS.replace("第三条", "第二条"), "number-repeat", "第二条 期限"),
    ("zh", CHAPTERS.replace("3.", "4."), "number-parent", "4.1"),
    ("en", DPA.replace("3. Return", "4. Return"), "number-gap", "4. Return"),
    ("en", DPA.replace("3. Return", "2. Return"), "number-repeat", "2. Return"),
]


@pytest.mark.parametrize(("lang", "body", "rule", "at"), ONE_FAULT)
def test_one_wrong_chapter_number_is_one_finding(
    lang: str, body: str, rule: str, at: str, tmp_path: Path
) -> None:
    right = CHAPTERS if lang == "zh" else DPA
    assert check_text(opened(tmp_path, framed(right, lang), lang)) == []
    (found,) = check_text(opened(tmp_path, framed(body, lang), lang, "bad"))
    assert found.rule == rule
    assert found.excerpt.startswith(at)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.sampled_from(["({})", "{}.", "（{}）", "{}、", "{})"]),
    count=st.integers(3, 9),
    place=st.integers(0, 8),
    printed=st.integers(1, 9),
)
def test_one_wrong_number_in_a_list_is_one_finding(
    form: str, count: int, place: int, printed: int, tmp_path: Path
) -> None:
    place %= count
    numbers = list(range(1, count + 1))
    numbers[place] = printed
    items = [
        f"您可以使用第 {index} 类{'；' if index < count else '。'}" for index in range(1, count + 1)
    ]
    lines = [form.format(number) + item for number, item in zip(numbers, items, strict=True)]
    text = framed("一、范围\n\n您的权利如下：\n\n" + "\n\n".join(lines), "zh")
    found = check_text(opened(tmp_path, text, "zh"))
    found = [each for each in found if each.rule.startswith("number")]
    assert len(found) == (printed != place + 1), found


LETTERS = [
    (["(i)", "(ii)", "(iv)"], "(iv) follows (ii)"),
    (["(i)", "(ii)", "(ii)"], "(ii) stands a second time"),
    (["(i)", "(iii)", "(iv)"], "(iii) follows (i)"),
    (["(i)", "(ii)", "(iii)", "(iv)", "(vi)"], "(vi) follows (iv)"),
    (["(i)", "(ii)", "(iii)", "(iv)", "(v)", "(vi)"], ""),
    ([f"({letter})" for letter in "abcdefghijklmnopqrstuvwxy"], ""),
    ([f"({letter})" for letter in "abcdefghjk"], "(j) follows (h)"),
    (["(i)", "(b)", "(iii)"], "(b) follows (i) in another scheme"),
    (["A.", "B.", "D."], "D. follows B."),
    (["A.", "B.", "C."], ""),
    (["(A)", "(B)", "(D)"], "(D) follows (B)"),
    (["(A)", "(B)", "(C)"], ""),
]


@pytest.mark.parametrize(("numbers", "message"), LETTERS)
def test_letters_and_roman_numerals_are_followed(
    numbers: list[str], message: str, tmp_path: Path
) -> None:
    items = [f"{number} You may read room {at};" for at, number in enumerate(numbers, start=1)]
    body = "1. Rights\n\nYou have these rights:\n\n" + "\n\n".join(items)[:-1] + "."
    found = check_text(opened(tmp_path, framed(body, "en"), "en"))
    told = [each.message for each in found if each.rule.startswith("number")]
    assert [each[: len(message)] for each in told] == ([message] if message else [])


TITLED = [
    (
        blocks(
            "第一部分 总则",
            "一、适用。",
            "第二部分 费用",
            "一、免费。",
            "二、按月。",
            "第{}部分 终止",
            "一、到期。",
        ),
        "三四",
    ),
    ("1 总则\n\n1.1 适用。\n\n2 费用\n\n2.1 免费。\n\n{0} 终止\n\n{0}.1 到期。", "34"),
    ("一. 总则\n\n适用。\n\n二. 费用\n\n免费。\n\n{}. 终止\n\n到期。", "三四"),
]


@pytest.mark.parametrize(("body", "numbers"), TITLED)
def test_a_missing_chapter_is_told_in_every_style(body: str, numbers: str, tmp_path: Path) -> None:
    right, wrong = (framed(body.format(number), "zh") for number in numbers)
    told = [each.rule for each in check_text(opened(tmp_path, right, "zh"))]
    assert [each for each in told if each.startswith("number")] == []
    told = [each.rule for each in check_text(opened(tmp_path, wrong, "zh", "bad"))]
    assert [each for each in told if each.startswith("number")] == ["number-gap"]


RISES = [
    (
        "zh",
        blocks(
            "一、收集",
            "（一）注册",
            "1. 您提供手机号。",
            "（二）购买",
            "1. 您提供地址。",
            "2. 您付款。",
            "{}例外",
            "有法定情形的，不需要同意。",
        ),
        "（三）",
        "3. ",
    ),
    (
        "en",
        blocks(
            "I. Scope",
            "The app.",
            "II. Claims",
            "You send us:",
            "1. the date; and",
            "2. the place.",
            "{}Exclusions",
            "Your own equipment is not covered.",
        ),
        "III. ",
        "3. ",
    ),
]


@pytest.mark.parametrize(("lang", "body", "right", "wrong"), RISES)
def test_a_title_that_goes_on_as_an_item_of_the_list_before_is_a_change_of_scheme(
    lang: str, body: str, right: str, wrong: str, tmp_path: Path
) -> None:
    assert check_text(opened(tmp_path, framed(body.format(right), lang), lang)) == []
    (found,) = check_text(opened(tmp_path, framed(body.format(wrong), lang), lang, "bad"))
    assert found.rule == "number-scheme"


def test_a_last_item_with_a_paragraph_of_its_own_is_no_chapter(tmp_path: Path) -> None:
    body = blocks(
        "一、收集",
        "（一）注册",
        "1. 您提供手机号。",
        "（二）购买",
        "1. 您提供地址。",
        "2. 您付款。",
        "3. 您可以开具发票。",
        "发票在次月寄出。",
    )
    assert check_text(opened(tmp_path, framed(body, "zh"), "zh")) == []


def test_an_address_is_no_chapter(tmp_path: Path) -> None:
    body = blocks("1 Scope", "1.1 All data.", "2 Contact", "2.1 Write to:", "5 Mill Lane", "London")
    assert check_text(opened(tmp_path, framed(body, "en"), "en")) == []
