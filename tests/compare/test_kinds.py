"""Which changes of a text look material, and which must raise no alarm."""

from pathlib import Path

import pytest

from clausepress.archive.model import Contacts, VersionFile
from clausepress.compare.kinds import Proposal, propose_kinds
from clausepress.compare.redline import redline
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source

DOCS = Path(__file__).parents[2] / "docs/privacy"
ZH = """\
---
title: 隐私政策
---

## 一、我们如何共享您的信息 {#share}

1.1 我们不会向第三方共享您的个人信息。 {#nobody}

1.2 如有疑问，请拨打客服电话 95118，或者发送邮件至 help@example.com。 {#ask}

1.3 接收方应在十五日内删除信息，可以保留必要的记录。 {#delete}

## 二、您的权利 {#rights}

2.1 您可以随时注销账户，我们在 15 日内按第 1.3 条办理。经您单独同意，我们仅为此联系您。 {#close}

## 三、信息保护 {#safe}

3.1 我们不会把您的信息转让给他人，并用锁保护机房。 {#lock}

3.2 名单如下： {#list}

| 合作方 | 用途 | 信息 |
|---|---|---|
| 长风支付 | 代收费用 | 姓名、账号 |
| 远山物流 | 寄送发票 | 姓名、地址 |

3.3 机房地址如下： {#rooms}

| 机房 | 面积 |
|---|---|
| 东区 | 300 平方米 |

## 四、我们收集的信息 {#collect}

4.1 我们收集您的手机号码。 {#phone}

4.2 我们会保存日志。 {#log}

4.3 我们会核对日志。 {#check}

4.4 我们会备份日志。 {#backup}
"""
EN = """\
---
title: Privacy Policy
---

## 1. How we share your data {#share}

1.1 We do not share your data with advertisers. {#nobody}

1.2 Partners must delete your data within fifteen (15) days, as clause 1.1 says. {#delete}

## 2. Safety {#safe}

2.1 Our list of partners: {#list}

| Recipient | Purpose |
|---|---|
| Far Hills Post | sending bills |
"""


def read(text: str) -> Edition:
    lang = "zh" if "隐私政策" in text else "en"
    return parse_source(text, lang=lang, path=Path("text.md")).edition


def proposed(old: str, new: str) -> dict[str, str]:
    """Kind to clause of what is proposed."""
    one, two = read(old), read(new)
    facts = VersionFile(id="v")
    return {
        each.kind: each.clause for each in propose_kinds(redline(one, two), one, two, facts, facts)
    }


@pytest.mark.parametrize(
    ("old", "new", "kind", "clause"),
    [
        ("我们不会向", "我们会向", "sharing", "1.1"),
        ("应在十五日", "可在十五日", "sharing", "1.3"),
        ("十五日", "九十日", "sharing", "1.3"),
        ("可以保留", "不得保留", "sharing", "1.3"),
        ("15 日", "90 日", "rights", "2.1"),
        ("15 日", "15 个工作日", "rights", "2.1"),
        ("单独同意", "同意", "rights", "2.1"),
        ("经您单独同意，", "", "rights", "2.1"),
        ("仅为此", "为此", "rights", "2.1"),
        ("我们不会把", "我们会把", "sharing", "3.1"),  # by its own words
        ("手机号码。", "手机号码、位置。", "service-mode", "4.1"),
        ("我们会", "我们不会", "service-mode", "4.2"),  # throughout, as a term is renamed
        ("95118", "95119", "contacts", "1.2"),
        ("95118，", "95118 或者 010-12345678，", "contacts", "1.2"),
        ("help@example.com", "info@example.com", "contacts", "1.2"),
    ],
)
def test_a_short_change_that_decides_is_proposed(
    old: str, new: str, kind: str, clause: str
) -> None:
    assert proposed(ZH, ZH.replace(old, new)) == {kind: clause}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("do not share", "do share"),
        ("do not share", "may share"),
        ("must delete", "may delete"),
        ("fifteen (15)", "ninety (15)"),
        ("fifteen (15) days", "15 business days"),
        ("with advertisers", "with advertisers only"),
        ("| Far Hills Post | sending bills |", "| Near Hills Post | sending bills |"),
    ],
)
def test_a_short_change_in_english_is_proposed(old: str, new: str) -> None:
    assert list(proposed(EN, EN.replace(old, new))) == ["sharing"]


OTHER = """\
---
title: 隐私政策
---

## 一、其他约定 {#other}

1.1 我们把订单存放在中国境内，并在三个月后删除。 {#stored}

1.2 您可以随时修改所有设置。 {#settings}

1.3 **<u>逾期的优惠券一律失效。</u>** {#coupons}

1.4 需要时，我们会经您单独同意后联系您；账户由您自己保管，账户名由您选取，账户不得出借。 {#ask}

1.5 请您：

- 妥善保管设备；

- 及时更新系统并定期备份。

## 二、信息的提供和保存 {#provided}

2.1 我们把个人信息交给承运人。 {#carrier}

2.2 个人信息存放一年。 {#year}

2.3 我们通过照片、位置和通讯录核对身份。 {#checked}
"""


@pytest.mark.parametrize(
    ("old", "new", "kind", "clause"),
    [
        ("境内", "境外", "service-mode", "1.1"),
        ("三个月", "三年", "service-mode", "1.1"),
        ("删除", "封存", "service-mode", "1.1"),
        ("随时", "", "service-mode", "1.2"),
        ("所有", "部分", "service-mode", "1.2"),
        ("单独同意", "同意", "service-mode", "1.4"),
        ("修改所有设置", "修改所有设置，并填写住址", "service-mode", "1.2"),
        ("修改所有设置", "修改所有设置，并填写性别", "service-mode", "1.2"),
        ("**<u>逾期的优惠券一律失效。</u>**", "逾期的优惠券一律失效。", "rights", "1.3"),
        ("## 二", "1.6 我们推断您的兴趣。 {#taste}\n\n## 二", "service-mode", "1.6"),
        ("1.2 您可以随时修改所有设置。 {#settings}\n", "", "service-mode", "1.2"),
        ("2.1 我们把", "2.1 我们不把", "sharing", "2.1"),
        ("一年", "三年", "service-mode", "2.2"),
        ("、位置和", "和", "sharing", "2.3"),
    ],
)
def test_what_decides_is_proposed_under_any_heading(
    old: str, new: str, kind: str, clause: str
) -> None:
    assert old in OTHER
    assert proposed(OTHER, OTHER.replace(old, new)) == {kind: clause}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("照片、位置和通讯录", "通讯录、照片和位置"),
        ("账户", "账号"),
        ("后联系您；账户", "后联系您。账户"),
        ("存放在中国境内，并在", "存放在中国境内。我们在"),
        (
            "- 妥善保管设备；\n\n- 及时更新系统并定期备份。",
            "- 及时更新系统并定期备份；\n\n- 妥善保管设备。",
        ),
    ],
)
def test_another_order_name_or_full_stop_is_not(old: str, new: str) -> None:
    for text in (OTHER, OTHER.replace("其他约定", "我们收集的信息")):
        assert old in text
        assert proposed(text, text.replace(old, new)) == {}


def test_a_sentence_cut_in_two_is_not() -> None:
    text = EN.replace("How we share", "How we collect").replace("## 2.", "1.3 {}\n\n## 2.")
    one = "You give us a mobile number and a name, which we use to confirm who you are."
    two = "You give us a mobile number and a name. We use them to confirm who you are."
    assert proposed(text.replace("{}", one), text.replace("{}", two)) == {}


def test_another_name_for_other_data_is_proposed() -> None:
    old = OTHER.replace("账户", "照片")
    assert proposed(old, old.replace("照片", "录音"))


def test_the_order_of_a_cell_and_the_code_of_the_country_are_not() -> None:
    assert proposed(ZH, ZH.replace("姓名、地址", "地址和姓名")) == {}
    line = ZH.replace("95118", "010-12345678")
    assert proposed(line, line.replace("010-", "+86 010-")) == {}
    facts = [VersionFile(id="v", contacts=Contacts(phone=each)) for each in PHONES]
    one = read(ZH)
    assert propose_kinds(redline(one, one), one, one, facts[0], facts[1]) == ()
    (found,) = propose_kinds(redline(one, one), one, one, facts[0], facts[2])
    assert found.kind == "contacts"


PHONES = ("400-000-0000", "+86 400 000 0000", "400-000-0001")
ROW = "| 远山物流 | 寄送发票 | 姓名、地址 |\n"
TABLE = ZH[ZH.index("| 合作方") : ZH.index("3.3 ")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ROW, ROW + "| 飞鸟推送 | 推送消息 | 姓名 |\n"),
        (ROW, ""),
        ("寄送发票", "寄送广告"),
        (TABLE, ""),
        ("3.3 机房", "3.3 另有：\n\n| SDK | 用途 |\n|---|---|\n| 飞鸟 | 推送 |\n\n3.4 机房"),
    ],
)
def test_another_recipient_is_proposed_under_any_heading(old: str, new: str) -> None:
    assert list(proposed(ZH, ZH.replace(old, new))) == ["sharing"]
    assert list(proposed(ZH.replace(old, new), ZH)) == ["sharing"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("应在", "应当在"),
        ("十五日", "15 天"),
        ("可以保留", "可保留"),
        ("第 1.3 条", "第 1.4 条"),
        ("15 日", "１５日"),
        ("信息，可以保留", "信息；可以保留"),
        ("我们收集您", "我们会收集您"),
        ("用锁保护机房", "不断保护机房"),
        ("95118，或者", "95118；或者"),
        ("请拨打客服电话 95118", "请拨打电话 95118"),
        (ROW, ""),
        ("姓名、账号", "姓名，账号"),
        ("300 平方米", "400 平方米"),
        ("| 东区 |", "| 西区 | 100 平方米 |\n| 东区 |"),
        ("日志", "记录簿"),
        ("1.3 接收方", "1.3 （一）接收方"),
        ("，并用锁", "。\n\n3.2 我们用锁"),
    ],
)
def test_a_harmless_change_is_not(old: str, new: str) -> None:
    if old == ROW:  # rows in another order
        first = "| 长风支付 | 代收费用 | 姓名、账号 |\n"
        changed = ZH.replace(ROW, "").replace(first, ROW + first)
    else:
        changed = ZH.replace(old, new)
    assert changed != ZH or not old
    assert proposed(ZH, changed) == {}
    assert proposed(changed, ZH) == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fifteen (15) days", "15 days"),
        ("clause 1.1", "clause 1.2"),
        ("Partners must", "All the partners must"),
        ("We do not share", "We shall not share"),
    ],
)
def test_a_harmless_change_in_english_is_not(old: str, new: str) -> None:
    assert proposed(EN, EN.replace(old, new)) == {}


def test_a_brand_renamed_throughout_is_no_other_recipient() -> None:
    old = ZH.replace("我们", "青山云").replace("远山物流", "青山云物流")
    assert proposed(old, old.replace("青山云", "碧水云")) == {}
    assert proposed(old, ZH.replace("我们", "碧水云")) == {"sharing": "3.2"}


def test_sensitive_data_is_seen_when_half_of_its_name_stood_there() -> None:
    old = ZH.replace("用锁", "用指令")
    assert proposed(old, ZH.replace("用锁", "用指纹"))["high-risk"] == "3.1"


def test_a_mailbox_in_a_clause_that_only_one_edition_has_is_a_contact() -> None:
    new = ZH.replace("## 四、", "3.4 投诉邮箱为 other@example.com。 {#complain}\n\n## 四、")
    assert proposed(ZH, new) == {"contacts": "3.4"}
    assert proposed(new, ZH) == {"contacts": "3.4"}
    known = new.replace("other@", "help@")
    assert proposed(ZH, known) == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sample_policy_gets_three_proposals(lang: str) -> None:
    old, new = (
        parse_source(path.read_text("utf-8"), lang=lang, path=path).edition
        for path in (DOCS / version / f"{lang}.md" for version in ("2019-09-16", "2021-01-25"))
    )
    facts = VersionFile(id="v")
    found = propose_kinds(redline(old, new), old, new, facts, facts)
    assert [(each.kind, each.clause) for each in found] == [
        ("organisation", "introduction"),
        ("sharing", "5.1.4"),
        ("high-risk", "5.1.4"),
    ]


def test_the_reason_shows_what_decides() -> None:
    one, two = read(ZH), read(ZH.replace("15 日", "90 日"))
    facts = VersionFile(id="v")
    assert propose_kinds(redline(one, two), one, two, facts, facts) == (
        Proposal("rights", "2.1", "“15 日” became “90 日” under “您的权利”"),
    )
