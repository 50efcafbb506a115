"""Chinese sentences in pairs: one with a fault, and the same without it or nearly alike."""

from pathlib import Path

import pytest
from lint_samples import framed, opened

from clausepress.text.lint.run import check_text

CLAUSES = """一、范围

1.1 服务费按月支付。

1.2 双方应当履行下列义务：

（1）保密；

（2）通知。

1.3 逾期三十日的，我们可以终止服务。

二、其他

2.1 """
PAIRS = (
    (
        "reference-missing",
        "您应当承担不低于第1.1款及第1.7款的义务。",
        "您应当承担不低于第1.1款及主合同第1.7款的义务。",
    ),
    (
        "reference-missing",
        "本条不适用于第1.1项至第1.5项所述的请求。",
        "本条不适用于第1.1项至第1.3项所述的请求。",
    ),
    (
        "reference-missing",
        "您应当履行第1.2条第1项、第8项的义务。",
        "您应当履行第1.2条第1项至第2项的义务，不影响主合同第1.2条第1项、第8项。",
    ),
    (
        "reference-missing",
        "我们保存1.2（6）所述的记录。",
        "我们保存1.2（2）所述的记录，每次测试1.9（3）小时。",
    ),
    (
        "reference-missing",
        "复核期间，1.8 所列措施不停止。",
        "复核期间，1.2 所列措施不停止，TLS 1.8 所列算法除外。",
    ),
    (
        "amount-differs",
        "申请应当在两（3）个月内提出。",
        "申请应当在两（2）个月内提出。",
    ),
    (
        "mark-repeated",
        "您可以备份与账户相关的数据..",
        "您可以备份数据...也可以查看 a..b 区间。",
    ),
    (
        "mark-repeated",
        "您不得发布广告！！",
        "请不要使用“震惊！”“速看！！”一类的标题。",
    ),
    (
        "enumeration-comma",
        "您应当提供真实、准确，完整的资料。",
        "您提供的资料应当真实、准确，完整地反映情况。",
    ),
    (
        "number-gap",
        "我们不负责：（i）停机维护；（iii）台风、地震。",
        "我们不负责：（i）停机维护；（ii）台风、地震。",
    ),
    (
        "number-gap",
        "通知书包含：①姓名；③名称；④材料。",
        "通知书包含：①姓名；②名称；③材料。",
    ),
    (
        "word-missing",
        "我们处理的关于您的人信息有错误的，您可以更正。",
        "您填写的联系人信息有错误的，您可以更正。",
    ),
    (
        "contact-missing",
        "客服热线：（服务时间：9:00—21:00）。",
        "客服热线：400-123-4567（服务时间：9:00—21:00）。",
    ),
    (
        "foreign-word",
        "目前 industry 尚未达成统一标准。",
        "目前业界（industry）尚未达成统一标准。",
    ),
    (
        "title-variant",
        "《云海服务协议》与本协议不一致的，以《云海服务协定》为准。",
        "《云海服务协议》与本协议不一致的，以《云海服务条款》为准。",
    ),
    (
        "sentence-end",
        "赔偿申请时限\n\n客户应当在月末提出申请，超出时限的申请，我们不予受理\n\n2.2 余款退还。",
        "赔偿申请时限\n\n客户应当在月末提出申请，超出时限的申请，我们不予受理。\n\n2.2 余款退还。",
    ),
    (
        "sentence-end",
        "删除：遇有下列情形之一的，您可以要求我们删除\n\n（1）违法；\n\n（2）违约。",
        "删除：遇有下列情形之一的，您可以要求我们删除：\n\n（1）违法；以及\n\n（2）违约。",
    ),
    (
        "bracket-unbalanced",
        "术语如下：\n\n“安全事件是指数据泄露；\n\n“分受托人”是指第三方。",
        "他写道：\n\n“安全事件发生以后，我们逐户告知。\n\n“分受托人没有异议。”",
    ),
    (
        "company-variant",
        "样例仪器（苏州）有限公司是样例集团（包括样例仪器（苏洲）有限公司）的成员。",
        "样例仪器（苏州）有限公司是样例集团（包括样例仪器（苏州）有限公司）的成员。",
    ),
    (
        "half-width",
        "失败请求:HTTP 状态码为 500 的请求；您：用户；我们：平台；费用：元；周期：月；地域：全国。",
        "失败请求：HTTP 状态码为 500 的请求，地址为 example.cn:8080。",
    ),
)
HEAD = "版本：5.0\n\n更新日期：2026年3月1日\n\n生效日期：2026年4月1日"
SECRECY = "第2条 保密\n\n2.1 双方对资料保密。"
TERM = "第2条 期限\n\n2.1 本合同期限为一年。"
WHOLE = {
    "number-missing": (
        ("示例声明", "更新日期：2026年1月1日　生效日期：2026年1月8日　系统版本 5.0"),
        ("示例声明", "更新日期：2026年1月1日　生效日期：2026年1月8日　版本 5.0"),
    ),
    "date-order": (
        (
            "示例声明",
            "版本：5.0",
            "更新日期：二〇二六年四月二十日",
            "生效日期：二〇二六年四月十五日",
        ),
        ("示例声明", "版本：5.0", "更新日期：二〇二六年四月一日", "生效日期：二〇二六年四月十五日"),
    ),
    "date-missing": (
        ("示例声明", "版本：5.0", "更新日期：2026年", "生效日期：2026年4月1日"),
        ("示例声明", "版本：5.0", "更新日期：2026年3月", "生效日期：2026年4月1日"),
    ),
    "self-name-kind": (
        ("注销须知", HEAD, "1. 请阅读本须知。", "2. 不同意本政策的，勿注销。", "3. 本须知有效。"),
        ("注销须知", HEAD, "1. 请阅读本须知。", "2. 不同意本须知的，勿注销。", "3. 本须知有效。"),
    ),
    "number-gap": (
        ("示例声明", HEAD, "1. 情形", "a. 履行；", "c. 应急；", "d. 其他。", "2. 联系"),
        ("示例声明", HEAD, "1. 情形", "a. 履行；", "b. 应急；", "c. 其他。", "2. 联系"),
    ),
    "number-order": (
        ("示例声明", HEAD, "1、姓名。", "2、电话。", "3、我们提供给：", "1、医院。", "2、学校。"),
        (
            "示例声明",
            HEAD,
            "1、姓名。",
            "2、电话。",
            "（一）我们提供给：",
            "1、医院。",
            "2、学校。",
        ),
    ),
    "lead-in-empty": (
        ("示例合同", HEAD, "A. 甲方经营。", "B. 乙方承诺下列事项：", "第1条 范围", "1.1 网站。"),
        ("合同", HEAD, "A. 甲方。\n\nB. 乙方。", "双方达成协议如下：", "第1条 范围", "1.1 网站。"),
    ),
    "reference-topic": (
        ("合同", HEAD, "第1条 返还", "1.1 三日内返还。", "1.2 按第1.1款所述的保密。", SECRECY),
        ("合同", HEAD, "第1条 返还", "1.1 三日内返还。", "1.2 按第1.1款所述的期限。", TERM),
    ),
}
"""Whole texts by their paragraphs: the fault is of the masthead or needs other clauses."""


@pytest.mark.parametrize(("rule", "bad", "good"), PAIRS)
def test_the_fault_gives_its_rule_and_the_sentence_without_it_nothing(
    rule: str, bad: str, good: str, tmp_path: Path
) -> None:
    sources = [
        opened(tmp_path, framed(CLAUSES + body, "zh"), "zh", name=name)
        for name, body in (("bad", bad), ("good", good))
    ]
    assert [{found.rule for found in check_text(each)} for each in sources] == [{rule}, set()]


@pytest.mark.parametrize("rule", WHOLE)
def test_a_whole_text_with_the_fault_and_without(rule: str, tmp_path: Path) -> None:
    sources = [
        opened(tmp_path, "\n\n".join((*parts, "联系邮箱：a@example.cn。")), "zh", name=name)
        for name, parts in zip(("bad", "good"), WHOLE[rule], strict=True)
    ]
    assert [{found.rule for found in check_text(each)} for each in sources] == [{rule}, set()]
