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
    ("zh", "您违反第一条第 1.2 款第（五）项的，须赔偿。", ["第一条"]),
    ("zh", "您应当阅读下文《账户注销须知》。", ["账户注销须知"]),
    ("zh", "具体见本协议“发票”部分。", ["发票"]),
    ("en", 'You may cancel as described in the section "Opting Out".', ["Opting Out"]),
    ("en", "See “Your Choices” below.", ["Your Choices"]),
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
    ("zh", "您应当阅读《示例平台账户注销须知》。"),
    ("zh", "退款的步骤见下文“退款”，注册的步骤见本协议“账户”部分。"),
    ("zh", "请在“订单”页面查看，并按照“设置”部分的提示操作。"),
    ("en", 'You may cancel as described in the section "Refunds" and in the "Fees" section above.'),
    ("en", 'Refunds are explained in the section "Billing" of our Help Center.'),
    ("en", 'Open the "Privacy" section of the app, or see "Billing" on our site.'),
    ("en", "Our price list is the Schedule of rates that we publish each year."),
    ("en", "The Appendix of the manual lists the colours."),
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
    ("zh", "您可以依照第三条申请退款。", "2.2"),
    ("zh", "您违反第三条退款条款的，须赔偿损失。", "2.2"),
    ("zh", "您未按照第 1.2 条支付服务费的，须赔偿损失。", "2.1"),
    ("zh", "退款义务（第三条）在停用后继续有效。", "2.2"),
    ("zh", "除第 1.1 条规定的情形外，不予退款。", "2.2"),
    ("zh", "第三条第一款所称的退款，不含赠送的余额。", "2.2"),
    ("en", "This does not limit 2.1 (Refunds).", "2.2"),
    ("en", "See 1.1 (Refunds).", "2.2"),
    ("en", 'We use cookies as described in section 2 "Cookies".', "3."),
    ("en", "Refunds are set out in Section 1.", "2.2"),
    ("en", "For refunds, see clause 2.1.", "2.2"),
    ("en", "For refunds, see 2.1.", "2.2"),
    ("en", "You may ask for a refund under Section 3.", "2.2"),
    ("en", "Cookies are described in Section 2.", "3."),
    ("en", "The registration duties in Section 2 survive.", "1.1"),
    ("en", "The cookies clause (Section 2) applies.", "3."),
    ("en", "We return unused credit to your card under clause 1.1.", "2.2"),
]
RIGHT_TOPIC = [
    ("zh", "第 2.2 条“退款”不受影响。"),
    ("zh", "依照第二条关于退款的约定处理。"),
    ("zh", "退款见第 2.2 条；第二条（含附件）不受影响。"),
    ("zh", "注销账户后，未结清的费用依照第 2.1 条处理。"),
    ("zh", "您可以依照第 2.2 条申请退款，也可以按照第二条支付服务费。"),
    ("zh", "您违反第三条的，应当按照第四条承担责任。"),
    ("zh", "我们依照第三条的约定提供服务，依照第四条处理争议。"),
    ("zh", "除第 2.2 条规定的情形外，不予退款。"),
    ("zh", "退款见第 2.1 条和第 2.2 条。"),
    ("zh", "协商（第 4.1 条）不成的，可以起诉。"),
    ("en", "This does not limit 2.2 (Refunds)."),
    ("en", 'We use cookies as described in section 3 "Cookies".'),
    ("en", "Refunds are set out in Section 2."),
    ("en", "Fees paid before registration stay due (see Section 2)."),
    ("en", "You may close your account under Section 1 (see above)."),
    ("en", "You may ask for a refund under Section 2."),
    ("en", "Our liability under Section 3 and any claim under Section 4 stay limited."),
    ("en", "If you breach your obligations under Section 3, we may close your account."),
    ("en", "Refunds are set out in Sections 1 and 2."),
    ("en", "The parties talk first under clause 4.1, as stated in Section 4."),
]
BARE_ANNEX = [
    ("zh", "具体配置见附件《设备清单》。"),
    ("zh", "收费标准见附件。"),
    ("zh", "附件是本协议的组成部分。"),
    ("en", "The equipment is listed in the Annex."),
    ("en", "The fees are set out in the Schedule hereto."),
    ("en", "See the attached Appendix."),
]
NO_ANNEX = [
    ("zh", "价格见《采购合同》附件。"),
    ("zh", "您可以以附件形式发送材料，见附件格式的说明页面。"),
    ("en", "We send the invoice as an attachment, on a schedule that suits you."),
    ("en", "Rates are listed in the Schedule of the Postal Union."),
    ("en", "“Schedule” means the list in the order form; prices are listed in the Schedule."),
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


@pytest.mark.parametrize(("lang", "sentence"), BARE_ANNEX)
def test_an_annex_without_a_label_is_missed_once(lang: str, sentence: str, tmp_path: Path) -> None:
    again = "再见附件。" if lang == "zh" else " See the Annex too."
    (found,) = findings(tmp_path, lang, sentence + again)
    assert found.rule == "annex-missing"
    annex = "\n\n附件：《设备清单》\n\n十台。" if lang == "zh" else "\n\nAnnex\n\nTen desks."
    assert findings(tmp_path, lang, sentence, annex) == []


@pytest.mark.parametrize(("lang", "sentence"), NO_ANNEX)
def test_the_annex_of_something_else_is_not_missed(
    lang: str, sentence: str, tmp_path: Path
) -> None:
    assert findings(tmp_path, lang, sentence) == []


def test_an_annex_cited_under_another_title_is_told(tmp_path: Path) -> None:
    annexes = "\n\n附件一：《设备清单》\n\n服务器十台。\n\n附件二：《人员名单》\n\n王五。"
    (found,) = findings(tmp_path, "zh", "具体配置见附件一《设备明细》。", annexes)
    assert (found.rule, found.message) == ("title-variant", "the annex is called “设备清单”")
    right = "具体配置见附件一《设备清单》，联系人见附件《人员名单》。"
    assert findings(tmp_path, "zh", right, annexes) == []


OUTLINE = """三、权利

（一）您的权利

1、您可以查询信息；

2、您可以更正信息。

（二）我们的权利

1、我们可以核实信息；

2、您违反{}的，我们可以停止服务；

3、我们可以记录日志。"""


@pytest.mark.parametrize(
    ("cited", "missing"),
    [
        ("本条第（一）款第 2 项", ""),
        ("本条第（二）款第 3 项", ""),
        ("本条第（一）款第 3 项", "this chapter（一） has no item (3)"),
        ("本条第（三）款第 1 项", "this chapter has no item (三)"),
        ("第三条第（一）项", ""),
    ],
)
def test_an_item_is_looked_for_inside_the_item_named_before_it(
    cited: str, missing: str, tmp_path: Path
) -> None:
    text = framed(
        "一、范围\n\n适用于网站。\n\n二、费用\n\n免费。\n\n" + OUTLINE.format(cited), "zh"
    )
    found = check_text(opened(tmp_path, text, "zh"))
    assert [each.message for each in found] == ([missing] if missing else [])


@pytest.mark.parametrize(("cited", "missing"), [("II", False), ("VI", True)])
def test_a_part_in_roman_numerals_is_a_roman_chapter(
    cited: str, missing: bool, tmp_path: Path
) -> None:
    body = f"I. Scope\n\nThe app.\n\nII. Fees\n\nThe promise in Part {cited} does not apply."
    found = check_text(opened(tmp_path, framed(body, "en"), "en"))
    assert [each.rule for each in found] == ["reference-missing"] * missing


def test_the_list_that_a_sentence_means_is_found_far_away(tmp_path: Path) -> None:
    body = (
        "1 权益\n\n1.1 会员可以免费阅读：\n\n（a）小说；\n\n（b）散文。\n\n1.2 权益不得转让。\n\n"
        "2 行为规范\n\n2.1 您不得从事以下行为：\n\n（a）转售账号；\n\n（b）破解内容。\n\n"
        "2.2 您有第 1.1 条所列行为之一的，我们可以封禁账号。"
    )
    (found,) = check_text(opened(tmp_path, framed(body, "zh"), "zh"))
    assert found.fix.startswith("refer to 2.1")
    right = framed(body.replace("第 1.1 条", "第 2.1 条"), "zh")
    assert check_text(opened(tmp_path, right, "zh")) == []


def test_an_annex_about_something_else_is_told_with_the_right_one(tmp_path: Path) -> None:
    annexes = "\n\n# Annex 1: Prices\n\nIn euro.\n\n# Annex 2: Opening hours\n\nAt nine."
    (found,) = findings(tmp_path, "en", "You pay the prices listed in Annex 2.", annexes)
    assert found.fix.startswith("refer to Annex 1")
    assert findings(tmp_path, "en", "You pay the prices listed in Annex 1.", annexes) == []
