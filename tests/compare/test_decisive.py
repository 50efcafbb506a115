"""Decisive words: what changes a rule, and what only says it in another way."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.compare.contacts import contacts_of, without_contacts
from clausepress.compare.decisive import amounts, decisive_change

SENTENCES = (
    "我们不会出售您的信息",
    "您应当在 15 日内付款",
    "我们可以保留日志",
    "经您同意后发送短信",
    "仅为履行合同而使用",
    "本公司提供云主机",
    "We must answer within two weeks",
    "You may close the account",
    "The servers stand in the east",
)
FLIPS = (("不会", "会"), ("应当", "可以"), ("15", "16"), ("必须", "不必"), ("must", "may"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("我们应在十五日内答复。", "我们应当在 15 天内答复。"),
        ("在十五（15）个工作日内处理", "在 15 个工作日内处理"),
        ("within twenty-one (21) days", "within 21 days"),
        ("a fifteen-day period", "a 15-day period"),
        ("一百二十天", "120天"),
        ("一千零五次", "1005 次"),
        ("两万元", "20,000 元"),
        ("百分之十", "10%"),
        ("收取1.50元", "收取 1.5 元"),
        ("（1）同意的；", "① 同意的；"),
        ("see clause 3.2", "see clause 3.3"),
        ("我们存储您的信息", "我们不仅存储您的信息"),
        ("是否", "是"),
        ("响应请求", "回复请求"),
        ("注销须知", "注销说明"),
        ("since May 2021", "since 2021"),
        ("位置、照片和通讯录", "通讯录、位置、照片"),
        ("手机号码与生日", "出生日期与手机号"),
        ("第二部分", "第二章"),
        ("within the mainland of China", "in China"),
        ("we will ask first", "we shall ask first"),
        ("it is possible that you will not get it", "you may not get it"),
    ],
)
def test_one_meaning_said_in_two_ways_decides_nothing(old: str, new: str) -> None:
    assert decisive_change(old, new) is None
    assert decisive_change(new, old) is None


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("我们不会共享", "我们会共享", "不", ""),
        ("应删除", "可删除", "应", "可"),
        ("must delete", "may delete", "must", "may"),
        ("we will delete", "we may delete", "", "may"),
        ("fifteen days", "ninety days", "fifteen days", "ninety days"),
        ("twenty-one days", "thirty-one days", "twenty-one days", "thirty-one days"),
        ("15 日", "15 个工作日", "15 日", "15 个工作日"),
        ("百分之十", "百分之九十", "百分之十", "百分之九十"),
        ("we don't sell", "we sell", "n't", ""),
        ("you cannot leave", "you can leave", "not", ""),
        ("我们可改，您应付", "我们应改，您可付", "", ""),
        ("经您书面同意", "经您同意", "书面", ""),
        ("with prior consent", "with consent", "prior", ""),
        ("stored in China", "stored overseas", "in China", "overseas"),
        ("within the territory of China", "in Atlantis", "within the territory of China", ""),
        ("全部记录", "部分记录", "全部", "部分"),
        ("we delete it", "we archive it", "delete", "archive"),
        ("在您同意后启用", "默认启用", "同意", "默认"),
    ],
)
def test_what_decides_is_told_as_printed(old: str, new: str, gone: str, come: str) -> None:
    change = decisive_change(old, new)
    assert change is not None
    assert (" ".join(change.gone), " ".join(change.come)) == (gone, come)


@pytest.mark.parametrize(
    ("before", "after", "decides"),
    [
        ("账户", "账号", False),
        ("照片", "相片", False),
        ("会", "不会", True),
        ("境内", "境外", True),
        ("照片", "位置", True),
        ("日志", "通讯录", True),
    ],
)
def test_a_term_renamed_is_the_same_unless_it_decides(
    before: str, after: str, decides: bool
) -> None:
    old, new = (f"我们{term}保存。我们{term}核对" for term in (before, after))
    assert bool(decisive_change(old, new, [(before, after)])) == decides


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6), st.randoms())
def test_sentences_in_another_order_decide_nothing(parts: list[str], rng: Random) -> None:
    shuffled = list(parts)
    rng.shuffle(shuffled)
    assert decisive_change("。".join(parts), "。".join(shuffled)) is None
    assert decisive_change("。".join(parts), "；\n".join(parts)) is None


@given(st.text(), st.text())
def test_any_text_is_like_itself_and_a_change_has_two_directions(old: str, new: str) -> None:
    assert decisive_change(old, old) is None
    assert bool(decisive_change(old, new)) == bool(decisive_change(new, old))


@given(st.lists(st.sampled_from(SENTENCES), max_size=4), st.sampled_from(FLIPS))
def test_a_flipped_word_is_found_among_any_others(around: list[str], flip: tuple[str, str]) -> None:
    old, new = ("。".join([*around, f"系统 {word} 日志"]) for word in flip)
    assert decisive_change(old, new)


@given(st.integers(1, 99_999_999))
def test_numbers_in_chinese_and_in_figures_are_one(value: int) -> None:
    assert decisive_change(f"{in_chinese(value)}天", f"{value} 天") is None
    assert decisive_change(f"{in_chinese(value)}天", f"{value + 1} 天")


def in_chinese(value: int) -> str:
    """A number below 万万 as it is read."""
    if value >= 10_000:
        rest = value % 10_000
        zero = "零" if 0 < rest < 1000 else ""
        return in_chinese(value // 10_000) + "万" + zero + (in_chinese(rest) if rest else "")
    words, zero = "", False
    for unit, power in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = value // power % 10
        if digit:
            words += ("零" if zero and words else "") + "零一二三四五六七八九"[digit] + unit
        zero = not digit
    return words


def test_sums_of_money_are_compared_by_value_and_currency() -> None:
    one = amounts("3万元、三万元、30,000.00 元，￥30000，RMB 30000")
    assert one == Counter({"30000 CNY": 5})
    assert amounts("1.5 万元，6 美元，$6，六欧元") == Counter(
        {"15000 CNY": 1, "6 USD": 2, "6 EUR": 1}
    )
    assert not amounts("15 日内，第 3.2 条，多元")


def test_contacts_are_found_and_formatted_alike() -> None:
    text = "请致电 95118（9 点至 18 点），传真 010-12345678，邮箱Help@a.example。客服 400 615 1212"
    assert contacts_of(text) == {"95118", "01012345678", "4006151212", "help@a.example"}
    assert contacts_of("热线 400-615-1212；邮箱help@a.example.") == {"4006151212", "help@a.example"}
    assert without_contacts("致电 95118 或 a@b.example，15 日内") == "致电 – 或 –,15 日内"


@pytest.mark.parametrize(
    "text",
    ["2019-2021 年", "编号 20210125", "我们服务 100000 人", "客服费用 10000 元", "GB/T 35273-2020"],
)
def test_other_figures_are_no_contacts(text: str) -> None:
    assert contacts_of(text) == set()
