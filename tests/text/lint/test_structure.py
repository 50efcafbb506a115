"""Lead-ins, levels of headings, glued items: what belongs together is seen as such."""

from pathlib import Path

import pytest
from lint_samples import framed, opened

from clausepress.text.lint.model import Finding
from clausepress.text.lint.run import check_text


def blocks(*lines: str) -> str:
    return "\n\n".join(lines)


def findings(folder: Path, body: str, lang: str = "zh") -> list[Finding]:
    return check_text(opened(folder, framed(body, lang), lang))


ANNOUNCED = [
    blocks(
        "本规则将帮助您了解以下内容：",
        "一、适用范围",
        "二、收集的信息",
        "三、联系我们",
        "一、适用范围",
        "适用于网站。",
        "二、收集的信息",
        "我们收集手机号。",
        "三、联系我们",
        "请写信。",
    ),
    blocks(
        "双方本着自愿的原则，就租用事宜达成如下协议：",
        "# 一、标的",
        "服务器十台。",
        "# 二、租期",
        "一年。",
    ),
    "出租单位（以下简称“甲方”）：\n\n承租单位（以下简称“乙方”）：\n\n一、标的\n\n服务器十台。",
]


@pytest.mark.parametrize("body", ANNOUNCED)
def test_what_a_lead_in_announces_may_be_a_contents_list_or_the_whole_text(
    body: str, tmp_path: Path
) -> None:
    assert "lead-in-empty" not in {each.rule for each in findings(tmp_path, body)}


@pytest.mark.parametrize(
    "body",
    [
        blocks(
            "本规则将帮助您了解以下内容：",
            "# 一、适用范围",
            "适用于网站。",
            "# 二、联系我们",
            "请写信。",
        ),
        "一、标的\n\n1.1 双方就租用事宜约定如下规则：\n\n1.2 服务器十台。",
    ],
)
def test_a_lead_in_before_a_chapter_is_empty(body: str, tmp_path: Path) -> None:
    assert [each.rule for each in findings(tmp_path, body)] == ["lead-in-empty"]


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        ("##", "level 2 under 1、, which has level 3"),
        ("###", "level 3 under 1、, which has level 3"),
        ("####", ""),
    ],
)
def test_a_heading_is_told_with_both_levels(marks: str, message: str, tmp_path: Path) -> None:
    body = f"### 1、账户\n\n{marks} 1.1 注册\n\n您可以注册。\n\n### 2、费用\n\n免费。"
    assert [each.message for each in findings(tmp_path, body)] == ([message] if message else [])


def test_a_decimal_glued_to_the_one_before_is_told(tmp_path: Path) -> None:
    body = "一、费用\n\n1.1 您应当按时付费。 1.2 逾期的，应当支付违约金。\n\n1.3 费用不退。"
    (found,) = findings(tmp_path, body)
    assert (found.rule, found.message) == ("items-glued", "1.2 belongs on its own line")


def test_a_figure_in_a_sentence_is_no_glued_decimal(tmp_path: Path) -> None:
    body = "一、费用\n\n1.1 违约金为欠款的 1.2 倍。 系数 1.2 另行公布。\n\n1.2 费用不退。"
    assert "items-glued" not in {each.rule for each in findings(tmp_path, body)}
