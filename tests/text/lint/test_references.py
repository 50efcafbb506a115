"""Citations: what is named and missing is found, what exists or is another document's is not."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lint_samples import framed, opened

from clausepress.text.lint.model import Finding
from clausepress.text.lint.run import check_text

ZH = """一、账户

1.1 注册：您应当提供手机号码。

1.2 您可以注销账户：

（一）提交申请的；

（二）结清费用的。

二、费用

2.1 付款：您应当按月支付服务费。

2.2 退款：未使用的余额可以原路退回。

三、Cookie

我们用 Cookie 记住您的选择。

四、争议解决

4.1 双方应当协商。

4.2 """
ANNEX_ZH = "\n\n附件一：价格\n\n价格以页面为准。\n\n附件二：支持\n\n我们在工作日答复。"
EN = """1. Accounts

1.1 Registration. You register with your e-mail address.

1.2 You may close your account if:

(a) no invoice is open; and

(b) no dispute is pending.

2. Fees

2.1 Payment. You pay each month.

2.2 Refunds. We return unused credit to your card.

3. Cookies

We use small files to remember your choices.

4. Disputes

4.1 The parties talk first.

4.2 """
ANNEX_EN = "\n\nAnnex 1: Prices\n\nThe prices are in euro.\n\nAnnex 2: Support\n\nWe answer soon."

MISSING = [
    ("zh", "您违反第 9.9 条第（五）项的，我们可以停止服务。", ["第 9.9 条"]),
    ("zh", "您违反第 1.2 条第（五）项的，我们可以停止服务。", ["第 1.2 条"]),
    ("zh", "第十五章另有规定的除外。", ["第十五章"]),
    ("zh", "违反本协议第九条的，我们可以停止服务。", ["第九条"]),
    ("zh", "上述第 3 款的期限为七日。", ["(3)"]),
    ("zh", "详见 5.1、5.2 及 5.9。", ["第 5.1 条", "第 5.2 条", "第 5.9 条"]),
    ("zh", "第 5.1 条至第 5.3 条不受影响。", ["第 5.1 条", "第 5.3 条"]),
    ("zh", "您应当遵守第 1.1、1.2 及 1.7 条。", ["第 1.7 条"]),
    ("zh", "按照 6.2 执行。", ["第 6.2 条"]),
    ("en", "You must comply with Section 7.", ["Section 7"]),
    ("en", "See Article 12 for details.", ["Article 12"]),
    ("en", "Chapter IX applies.", ["Chapter IX"]),
    ("en", "This does not limit clause 5.3(F).", ["clause 5.3"]),
    ("en", "Details are in 2.1 (F).", ["clause 2.1"]),
    ("en", "Clause 1.2(d) does not apply.", ["Clause 1.2"]),
    ("en", "You may act under paragraph (c).", ["(c)"]),
    ("en", "You may act under paragraph (d) of clause 1.2.", ["clause 1.2"]),
    ("en", "Sections 3 to 5 survive.", ["Section 5"]),
    ("en", "Clauses 1.1, 1.2 and 1.9 survive.", ["Clause 1.9"]),
    ("en", "See 5.9 for the procedure.", ["clause 5.9"]),
    ("en", "This is subject to Section IX of this Agreement.", ["Section IX"]),
]
RIGHT = [
    ("zh", "依照《民法典》第四百九十六条处理。"),
    ("zh", "依照《中华人民共和国个人信息保护法》第十三条、第十五条处理。"),
    ("zh", "根据民法典第九条处理。"),
    ("zh", "您违反第 1.2 条第（一）项的，我们可以停止服务。"),
    ("zh", "依照第 1.2 条第二款处理。"),
    ("zh", "第一章另有规定的除外。"),
    ("zh", "我们遵守第一、二、三条。"),
    ("zh", "第 1.1 条至第 2.2 条不受影响。"),
    ("zh", "主协议第九条不受影响。"),
    ("zh", "《订单》第 9.2 条另有约定的除外。"),
    ("zh", "《服务合同》附件四另有约定的除外。"),
    ("zh", "请提交附件3份。"),
    ("zh", "版本 5.3 已停用；系数为 5.3 倍。"),
    ("zh", "每条短信计一次，第九条短信起收费。"),
    ("zh", "根据 GB/T 35273-2020 第5.4条处理。"),
    ("zh", "依照欧盟《通用数据保护条例》第九条第（二）项处理。"),
    ("en", "We comply with Article 15 of the Civil Code."),
    ("en", "You have rights under Section 7 of the GDPR."),
    ("en", "We rely on Article 6(1)(f) GDPR. Article 21 lets you object."),
    ("en", "See Section 2 above; Sections 1 to 3 survive."),
    ("en", "Clause 1.2(b) and paragraph (a) of clause 1.2 apply."),
    ("en", "Section 230 of the Communications Decency Act applies."),
    ("en", "The Data Protection Act, Section 9, applies."),
    ("en", "Where the Consumer Rights Act gives you more, you may rely on section 9."),
    ("en", "You pay under Section 9 of your order form."),
    ("en", "See Annex III to the Directive 2006/42/EC."),
    ("en", "We follow ISO 27001, Annex A."),
    ("en", "Exhibit 5 of the merger agreement applies."),
    ("en", "Version 5.3 is out of support."),
    ("en", "Within Section 2, 30 days is the limit."),
    ("en", "Pay in 3.5 hours, see 1.2(a) and 2.2."),
]
WRONG_TOPIC = [
    ("zh", "第 2.1 条“退款”不受影响。", "2.2"),
    ("zh", "依照第一条关于退款的约定处理。", "2.2"),
    ("zh", "退款见第 1.2 条。", "2.2"),
    ("zh", "第三条（争议解决）另有规定的除外。", "四、"),
    ("zh", "关于退款，参见第 1.1 条。", "2.2"),
    ("en", "This does not limit 2.1 (Refunds).", "2.2"),
    ("en", "See 1.1 (Refunds).", "2.2"),
    ("en", 'We use cookies as described in section 2 "Cookies".', "3."),
    ("en", "Refunds are set out in Section 1.", "2.2"),
    ("en", "For refunds, see clause 2.1.", "2.2"),
]
RIGHT_TOPIC = [
    ("zh", "第 2.2 条“退款”不受影响。"),
    ("zh", "依照第二条关于退款的约定处理。"),
    ("zh", "退款见第 2.2 条；第二条（含附件）不受影响。"),
    ("zh", "注销账户后，未结清的费用依照第 2.1 条处理。"),
    ("en", "This does not limit 2.2 (Refunds)."),
    ("en", 'We use cookies as described in section 3 "Cookies".'),
    ("en", "Refunds are set out in Section 2."),
    ("en", "Fees paid before registration stay due (see Section 2)."),
    ("en", "You may close your account under Section 1 (see above)."),
]


def findings(folder: Path, lang: str, sentence: str, after: str = "") -> list[Finding]:
    body = (ZH if lang == "zh" else EN) + sentence + after
    return check_text(opened(folder, framed(body, lang), lang))


@pytest.mark.parametrize(("lang", "sentence", "named"), MISSING)
def test_each_missing_clause_is_told_once_by_its_name(
    lang: str, sentence: str, named: list[str], tmp_path: Path
) -> None:
    found = findings(tmp_path, lang, sentence)
    assert [each.rule for each in found] == ["reference-missing"] * len(named)
    for name in named:
        assert sum(name in each.message for each in found) == 1


@pytest.mark.parametrize(("lang", "sentence"), [*RIGHT, *RIGHT_TOPIC])
def test_a_right_or_foreign_citation_prints_nothing(
    lang: str, sentence: str, tmp_path: Path
) -> None:
    after = "\n\n附件：价格\n\n价格以页面为准。" if "含附件" in sentence else ""
    assert findings(tmp_path, lang, sentence, after) == []


@pytest.mark.parametrize(
    ("lang", "sentence", "rule"),
    [
        ("zh", "价格见附件四。", "reference-missing"),
        ("zh", "价格见附录B。", "reference-missing"),
        ("zh", "价格见附件 3。", "reference-missing"),
        ("zh", "价格见附件 二和附件1。", ""),
        ("en", "See Annex 4 for prices.", "reference-missing"),
        ("en", "See Appendix B for prices.", "reference-missing"),
        ("en", "Schedule 3 lists the prices.", "reference-missing"),
        ("en", "Annex 1 and Annex II apply.", ""),
    ],
)
def test_an_annex_is_looked_up_by_its_label(
    lang: str, sentence: str, rule: str, tmp_path: Path
) -> None:
    annexes = ANNEX_ZH if lang == "zh" else ANNEX_EN
    with_some = [each.rule for each in findings(tmp_path, lang, sentence, annexes)]
    assert with_some == ([rule] if rule else [])
    without = {each.rule for each in findings(tmp_path, lang, sentence)}
    assert without == {"annex-missing"}


@pytest.mark.parametrize(("lang", "sentence", "better"), WRONG_TOPIC)
def test_a_target_about_something_else_is_told_with_the_right_one(
    lang: str, sentence: str, better: str, tmp_path: Path
) -> None:
    (found,) = findings(tmp_path, lang, sentence)
    assert found.rule == "reference-topic"
    assert found.fix.startswith(f"refer to {better}")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chapters=st.integers(2, 6),
    cited=st.integers(1, 12),
    style=st.sampled_from(["# {}. Part{}", "{}. Part{}", "Section {}. Part{}"]),
)
def test_a_chapter_is_missing_exactly_when_its_number_is_beyond_the_last(
    chapters: int, cited: int, style: str, tmp_path: Path
) -> None:
    parts = [
        f"{style.format(number, number)}\n\n{number}.1 We keep rule number {number} for you."
        for number in range(1, chapters + 1)
    ]
    body = "\n\n".join(parts) + f"\n\n{chapters}.2 You follow Section {cited}."
    found = check_text(opened(tmp_path, framed(body, "en"), "en"))
    assert [each.rule for each in found] == ["reference-missing"] * (cited > chapters)
