"""Sentences that a page break cut: rejoined where the text proves it, asked about elsewhere."""

import random
import re
from pathlib import Path

import pytest

from clausepress.text.importer import find_repairs, import_text
from clausepress.text.importing.edits import apply_repairs

SOURCES = Path(__file__).parents[3] / "shared" / "sources"
BREAKS = ["\n", "\n\n", "\n \n\n", "\n\n12\n\n", "\n\n- 7 -\n\n"]
JOINS = {"line-joined", "break-joined"}

CHINESE = """商城服务协议

一、账户

1.1 您在注册账户时应当提供真实的姓名、手机号码和收货地址，商城会核对这些信息是否完整。

1.2 账户由您本人使用，您不应把账户借给他人，也不应把登录密码告诉他人。

1.3 商城发现账户有异常登录时，会暂停账户的使用，并通过短信通知您核对登录记录。

如果您在三十天内没有核对，商城会继续暂停账户，直到您与客服联系为止。

二、订单与支付

2.1 订单生成之后，您可以在订单页面查看商品的名称、数量、价格和预计的送达时间。

2.2 您可以选择银行卡或者余额支付订单，支付成功之后商城会向您发送支付凭证。

2.3 商品缺货时，商城会在两个工作日内退还已经支付的款项，退款会回到原来的支付账户。

（1）使用银行卡支付的，退款在五天内到账；

（2）使用余额支付的，退款立即到账；

（3）使用礼券支付的，礼券会退回到您的账户并且有效期不变。

三、个人信息

3.1 商城收集个人信息是为了交付商品和改进服务，不会向无关的第三方提供个人信息。

3.2 为了交付商品，商城会把收货地址和手机号码提供给承运的公司，承运的公司应当保密。

3.3 您可以随时查看、更正或者删除个人信息，也可以撤回同意，撤回同意不影响之前的处理。

3.4 个人信息保存的期限是交付商品之后的三年，期限届满之后商城会删除个人信息或者匿名处理。

商城会每年检查一次保存个人信息的系统，并且把检查的结果记录下来。

四、责任

4.1 因地震、洪水等不可抗力造成交付迟延的，商城会及时通知您，您可以取消订单并取得退款。

4.2 商品有质量问题的，您可以在收到商品之后的七天内退货，退货的运费由商城承担。

4.3 您违反本协议造成商城损失的，应当赔偿商城的损失，赔偿的范围以实际损失为限。

五、其他

5.1 商城修改本协议的，会在修改生效之前七天在首页公布，您继续使用服务即表示同意修改。

5.2 本协议适用中华人民共和国法律，双方的争议由商城所在地的人民法院管辖。
"""

ENGLISH = """Shop Privacy Policy

1. What we collect

1.1 When you open an account, we ask you for your name, your phone number and your delivery \
address, and we check that the address is complete.

1.2 When you place an order, we keep the record of the order, the payment and the delivery, \
because the law asks us to keep accounts for seven years.

1.3 Our pages use cookies. A cookie remembers that you have signed in, and it helps us to \
find out which pages of the shop are used and which pages are not.

You may delete cookies in your browser at any time, but you have to sign in again afterwards.

2. Why we use it

2.1 We use personal information to deliver the order, to answer your questions and to improve \
the service. We do not use personal information to make decisions without a person.

2.2 We send you an e-mail when the order leaves our store. You may tell us not to send you \
an e-mail, and we will stop sending it within two days.

2.3 If the account is not used for three years, we delete the account and the personal \
information that belongs to the account, unless the law asks us to keep it.

3. Who receives it

3.1 We share the delivery address and the phone number with the carrier who delivers the \
order, and the carrier may use the information for the delivery only.

3.2 We share the payment record with the bank. The bank is responsible for the payment record \
after it has received the record from us.

3.3 Nobody else receives personal information from us, unless a court or an authority orders \
us to share the information and the law allows the order.

4. Your rights

4.1 You may ask us which personal information we keep about you, and you may ask us to correct \
or to delete the information. We answer your question within thirty days.

4.2 You may complain to the authority that protects personal information if you think that our \
use of the information is against the law.

4.3 You may withdraw your consent at any time. The use of the information before you withdraw \
your consent remains lawful.
"""


def cut(text: str, seed: int, count: int) -> tuple[str, list[tuple[int, int, int]]]:
    """Cut sentences of a text at random places.

    Returns:
        The cut text, and start, end and place in the whole text of each break.
    """
    dice = random.Random(seed)  # noqa: S311 - only chooses where to cut
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        if len(line) >= 25 and line.rstrip()[-1] in "。；.;" and line[0] not in "#|<":
            spans.append((at, at + len(line.rstrip())))
        at += len(line) + 1
    places: list[int] = []
    for start, end in dice.sample(spans, min(count, len(spans))):
        inside = [
            place
            for place in range(start + 6, end - 3)
            if not re.search(r"[。；：！？.;:!?”）)*]\s?$", text[start:place])
            and text[place] != "*"
        ]
        places.append(dice.choice(inside))
    pieces: list[str] = []
    marks: list[tuple[int, int, int]] = []
    before, length = 0, 0
    for place in sorted(places):
        between = dice.choice(BREAKS)
        pieces += [text[before:place], between]
        length += place - before
        marks.append((length, length + len(between), place))
        length += len(between)
        before = place
    return "".join([*pieces, text[before:]]), marks


def measure(text: str, seeds: range, count: int) -> dict[str, int]:
    """Count the breaks joined, asked about and missed, and the joins that are wrong."""
    found = {"joined": 0, "asked": 0, "missed": 0, "wrong": 0}
    whole = apply_repairs(text, find_repairs(text, wrapped=False)[0])
    for seed in seeds:
        broken, marks = cut(whole, seed, count)
        repairs, questions = find_repairs(broken, wrapped=False)
        joins = [each for each in repairs if each.rule in JOINS]
        for start, end, place in marks:
            at = [
                each
                for each in (*joins, *questions)
                if each.edits[0].at <= end
                and each.edits[-1].at + 1 >= start - 1
                and each.edits[0].at >= start - 2
            ]
            if not at:
                found["missed"] += 1
            elif at[0] in questions:
                found["asked"] += 1
            else:
                joins.remove(at[0])
                spaced = whole[place - 1].isspace() or whole[place].isspace()
                letters = re.match(r"[A-Za-z]\s?[A-Za-z]", whole[place - 1 : place + 2])
                wrong = letters and spaced != any(edit.insert == " " for edit in at[0].edits)
                found["wrong" if wrong else "joined"] += 1
        found["wrong"] += len(joins)
    return found


def assert_good(found: dict[str, int]) -> None:
    breaks = found["joined"] + found["asked"] + found["missed"]
    assert found["wrong"] == 0, found
    assert found["joined"] >= 0.45 * breaks, found
    assert found["joined"] + found["asked"] >= 0.8 * breaks, found


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_cut_sentences_are_joined_or_asked_about_and_never_joined_wrongly(text: str) -> None:
    assert find_repairs(text, wrapped=False) == ([], [])
    assert_good(measure(text, range(12), 6))


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the real documents are not beside the project")
@pytest.mark.parametrize("path", sorted(SOURCES.glob("*.txt")), ids=lambda path: path.stem)
def test_cut_sentences_of_the_real_texts_too(path: Path) -> None:
    assert_good(measure(path.read_text("utf-8"), range(3), 14))


def rules(raw: str) -> tuple[list[str], list[str]]:
    repairs, questions = find_repairs(raw, wrapped=False)
    return [each.rule for each in repairs], [each.rule for each in questions]


@pytest.mark.parametrize(
    ("raw", "joined"),
    [
        ("商城收取的费用见《收费\n\n标准》的说明。", "见《收费标准》"),
        ("商城（以下称“商\n\n城”）提供服务。", "“商城”"),
        ("商城每年收取的服务费为订单金额的 3\n\n.5%。", "3.5%"),
        ("商城每年收取的服务费为订单金额的 3\n\n%。", "3%"),
        ("本协议自 2024\n\n年 1 月 2 日起在商城的首页公布。", "2024年"),
        ("商城会核对信息\n\n，并且改正错误。", "信息，并且"),
        ("您可以写信给 help@\n\nexample.com 询问订单。", "help@example.com"),
        ("有关的规定见 https://\n\nexample.com/a 的页面。", "https://example.com/a"),
        ("商城的责任见本协议第\n\n5.3 条的规定。", "第5.3 条"),
        ("1.1 甲方提供场地。\n\n1.2\n\n乙方提供设备。", "1.2 乙方"),
        ("商城会记录您登录的时间和\n\n12\n\n您使用的设备。", "时间和您使用"),
    ],
)
def test_a_break_that_can_be_no_end_is_mended(raw: str, joined: str) -> None:
    imported = import_text(raw, lang="zh", path=Path("in.txt"))
    assert [each.rule for each in imported.repairs] == ["break-joined"]
    assert joined in imported.text


@pytest.mark.parametrize(
    "raw",
    [
        "## 商城收取的费用见《收费\n\n标准》的说明。",
        "| 甲 | 乙 |\n|---|---|\n| 商城（以下 | 丙 |\n\n称商城）提供服务。",
        "商城服务协议\n更新日期：2024年1月2日\n\n欢迎使用。",
        "双方同意以上内容，并签字确认\n\n甲方：某公司\n\n乙方：某商店\n\n2024年1月2日",
        "1、订单\n\n2、支付\n\n3、配送",
        "一、账户的使用\n\n商城提供账户。",
        "Contact us\n\nShop Ltd.\n\n1 Long Street",
    ],
)
def test_headings_tables_mastheads_and_signatures_are_never_joined(raw: str) -> None:
    assert rules(raw) == ([], [])


@pytest.mark.parametrize(
    ("raw", "wanted", "asked"),
    [
        ("We pro-\nvided it.\n\nIt was provided.", "We provided it.", 0),
        ("A long-\nterm plan.\n\nThe long-term plan.", "A long-term plan.", 0),
        ("We pro-\nvided it.", "We provided it.", 0),
        ("A third-\nparty plan.\n\nA third person.", "A third-party plan.", 1),
        ("A plan-\nning office.\n\nA plan of it.", "A plan-ning office.", 1),
    ],
)
def test_a_hyphen_at_a_line_end_goes_where_the_text_shows_the_word(
    raw: str, wanted: str, asked: int
) -> None:
    path = Path("in.txt")
    imported = import_text(raw, lang="en", path=path)
    assert imported.text.startswith(wanted)
    assert [each.rule for each in imported.questions] == ["hyphen-possible"] * asked
    for each in imported.questions:
        taken = import_text(raw, lang="en", path=path, accept=[each.id])
        assert taken.text.startswith(wanted.replace("-", ""))


def test_a_heading_mark_without_title_goes_and_rules_stay() -> None:
    raw = "## \n\n1. One\n\n### <u></u>\n\n2. Two\n\n----------**Covered** means this."
    imported = import_text(raw, lang="en", path=Path("in.md"))
    assert [each.rule for each in imported.repairs] == ["empty-heading"] * 2
    assert imported.text.endswith("----------**Covered** means this.")
    assert "#" not in imported.text


def test_a_question_is_accepted_as_a_repair_is_undone() -> None:
    raw = "商城按照规定处理信息，并采取合理的措施保护信息安全\n\n7\n\n如有疑问，请与商城联系。"
    path = Path("in.txt")
    asked = import_text(raw, lang="zh", path=path)
    (question,) = asked.questions
    assert (question.rule, question.line, asked.text) == ("join-possible", 1, raw)
    taken = import_text(raw, lang="zh", path=path, accept=[question.id])
    assert (taken.repairs, taken.questions) == ([question], [])
    assert "信息安全如有疑问" in taken.text
    only = import_text(raw, lang="zh", path=path, repair=False, accept=[question.id])
    assert only.edition == taken.edition
    both = import_text(raw, lang="zh", path=path, undo=[question.id], accept=[question.id])
    assert both.edition == asked.edition
