"""What replies to text messages say: the field's own cases, ordinary language, noise."""

import inspect
import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.ledger import keywords
from clausepress.ledger.folding import decode, fold
from clausepress.ledger.keywords import match_reply

BRANDS = ["TDjdcloud"]

BRAND = [
    *("TDjdcloud", "tdjdcloud", "ＴＤjdcloud", "TD jdcloud", "“TDjdcloud”", "TDjdcloud。"),
    *("TDjdcloud😊", "TD-jdcloud", "ТDjdcloud", "T\u200bDjdcloud", "回复TDjdcloud", "TD_jdcloud"),
    *("回TDjdcloud退订", "TDjdc1oud", "tdjdcl0ud", "【TDjdcloud】", "TD–jdcloud", "T️⃣Djdcloud"),
    "ＴＤ　ｊｄｃｌｏｕｄ",
]
WORD = [
    *("TD", "T", "退订", "退訂", "R", "N", "取消", "拒收", "STOP", "stop", "Stop.", "“退订”"),
    *("退订！！！", "Т", "Τ", "回T退订", "退订回T", "回复TD退订", "退订TD", "TD退订", "退订 退订"),
    *("stop stop", "TDTD", "ARRÊT", "opt-out", "Opt out", "STOP ALL", "ＳＴＯＰ", "🅣🅓", "st0p"),
    *("T。D", "退　订", "退\u200b订", "取消 退订", "unsubscribe", "拒收请回复R", "UNSUBSCRIBE!!"),
    *("QUIT", "END", "Cancel", "REVOKE", "OPTOUT", "REMOVE", "ARRET", "退订回复T"),
]
LIKELY = [
    *("请退订", "不要再发了", "别发了", "stop texting me", "怎么退订", "退订不了", "無法退訂"),
    *("再不退订就投诉你们", "为什么不能退订", "我要退订", "不要", "不需要", "TDjdclod", "TDjd"),
    *("TD谢谢", "please stop", "Please opt me out", "Don't text me again", "do not contact me"),
    *("remove me from your list", "take me off this list", "cancel my subscription", "stop it"),
    *("no more texts", "I no longer want to receive your messages", "leave me alone", "no"),
    *("Not interested", "wrong number", "烦死了", "别再发短信了", "不要给我发广告", "停止发送"),
    *("我不想收到你们的短信", "不要，退订", "你们好烦，退订", "T T", "unsubscribe me please"),
    *("how do I unsubscribe?", "can you stop sending these", "I revoke my consent", "请TD"),
    *("取消订阅谢谢", "請不要再發", "別發了", "麻烦帮我取消", "why don't you stop texting me"),
    *(
        "请停止",
        "取消此服务",
        "取消业务",
        "关闭推送",
        "请关闭此服务",
        "停停停",
        "暂停发送",
        "不接受",
    ),
    *("我不需要", "谢谢不用", "不用了谢谢", "换号了", "不是本人", "打错电话了", "do not call"),
    *("I'd like to stop", "stop now or I'll sue", "report spam", "cease and desist", "no sms"),
    *("I don't want these", "TDjdcloud，谢谢", "怎么TDjdcloud", "fuck off", "remove number"),
    *(
        "为什么我退订了还发",
        "退订了为什么一直给我发",
        "为何退订后又收到",
        "0000",
        "QX",
        "QXDY",
        "终止",
    ),
    *(
        "不要再傳了",
        "拉黑",
        "发错人了",
        "No. Stop.",
        "我要投诉",
        "td please",
        "stop this spam",
        "退订吧",
    ),
    *(
        "stop!! i said stop",
        "Don’t send me any more messages",
        "我要退订，回T退订都没用",
        *(
            "不想再看到你们的广告",
            "把我的号码删除",
            "删除我的号码",
            "从名单里移除",
            "屏蔽",
            "短信太多了",
        ),
        *(
            "你们有完没完",
            "可以不发吗",
            "不要再给我打电话发短信",
            "TD jdcloud 谢谢",
            "stopp",
            "Unsubcribe",
        ),
        *(
            "unsuscribe",
            "屏蔽",
            "STPO",
            "enough",
            "block me",
            "this is spam",
            "no longer interested",
        ),
        *(
            "能不能别发了",
            "求你们别发了",
            "S T O P now",
            "Please remove my number",
            "I want to unsubscribe",
        ),
        *(
            "can't unsubscribe",
            "end these messages",
            "已经回复TD了还发",
            "再发短信就举报",
            "拒绝接收",
        ),
    ),
]
NOT = [
    *("不要退订", "TD是什么", "验证码123456", "别退订", "我不想退订", "没有退订", "不要取消"),
    *("千万别取消", "don't stop", "Don't stop sending me offers", "I did not unsubscribe", "help"),
    *("see you at the bus stop", "The end of the month", "cancel my order", "你好", "谢谢", ""),
    *("什么时候开始", "退订是什么意思", "😀", "I want to start over", "please start now", "收到"),
    *(
        "不要发票",
        "别忘了发短信给我",
        "我没有发送退订",
        "请勿退订",
        "不-要-退-订",
        "误退订了",
        "ok",
    ),
    *("价格多少", "取消订单", "why did I get this", "who is this", "When does the sale end?"),
    *(
        "谁让你们退订的",
        "不要发错",
        "不退订",
        "为什么给我退订了",
        "什么是TD",
        "没收到短信",
        "请联系我",
    ),
    *(
        "不要货了吗",
        "T恤多少钱",
        "dont cancel",
        "I never unsubscribed",
        "not opted out",
        "quit smoking tips",
    ),
    *(
        "don't remove me",
        "不是退订",
        "暂不退订",
        "stop by tomorrow",
        "remove the item from my cart",
    ),
    *("不要TDjdcloud", "别 TDjdcloud", "TDjdcloud是什么", "谁说我要退订", "不要停止服务"),
    *(
        "如非本人操作，请忽略",
        "别关闭短信",
        "I don't want these texts to stop",
        "不用谢",
        "call me back",
        "免费吗",
    ),
    *("I'll quit my job", "不要停止发送", "【某某商城】全场五折，回T退订"),
    "【某某商城】双十一全场五折，点击 example.com/x 查看，拒收请回复R",
]
OTHER = ["TDother", "tdOther", "TD-taobao", "ＴＤother", "TD other"]
START = ["START", "yes", "unstop", "恢复订阅", "取消退订"]

CASES = [
    (text, verdict)
    for verdict, texts in {
        "opt-out-brand": BRAND,
        "opt-out-word": WORD,
        "likely-opt-out": LIKELY,
        "not-opt-out": NOT,
        "other-brand": OTHER,
        "start": START,
    }.items()
    for text in texts
]


@pytest.mark.parametrize(("text", "verdict"), CASES)
def test_replies(text: str, verdict: str) -> None:
    assert match_reply(text, BRANDS).verdict == verdict


def test_what_follows_from_a_verdict() -> None:
    found = {verdict: match_reply(text, BRANDS) for text, verdict in CASES}
    assert {v for v, reply in found.items() if reply.suppresses} == {
        "opt-out-brand",
        "opt-out-word",
        "likely-opt-out",
    }
    assert {v for v, reply in found.items() if reply.to_review} == {
        "likely-opt-out",
        "not-opt-out",
        "start",
    }


def test_without_a_brand_of_ours_no_brand_is_another() -> None:
    assert match_reply("TDother", []).verdict == "likely-opt-out"
    assert match_reply("TD", []).verdict == "opt-out-word"


def test_a_brand_in_chinese() -> None:
    assert match_reply("“TD 示例雲”", ["TD示例雲"]).verdict == "opt-out-brand"


@pytest.mark.parametrize(
    ("octets", "coding"),
    [
        ("退订".encode(), None),
        ("\ufeff退订".encode(), None),
        ("退订".encode("gb18030"), 15),
        ("退订".encode("gb18030"), None),
        ("退订".encode("utf-16-be"), 8),
    ],
)
def test_octets_of_each_coding(octets: bytes, coding: int | None) -> None:
    assert match_reply(decode(octets, coding), BRANDS).verdict == "opt-out-word"


@given(st.binary(max_size=200), st.sampled_from([None, 8, 15, 0, 99]))
def test_any_octets_decode(octets: bytes, coding: int | None) -> None:
    decode(octets, coding).encode()


@given(st.text(max_size=300), st.lists(st.text(max_size=12), max_size=3))
def test_any_text_is_read(text: str, brands: list[str]) -> None:
    match_reply(text, brands)


NOISE = st.one_of(
    st.sampled_from(" \u3000\u200b\ufeff\ufe0f\u200d\u00a0\u2060“”「」【】-–_"),
    st.sampled_from(["😊", "👍🏽"]),
)
OUTER = st.text(st.sampled_from(" \u3000\u200b😊“”「」【】。！!.,，…\n"), max_size=4)


@st.composite
def noisy(draw: st.DrawFn, texts: list[str]) -> str:
    """One of the texts with noise inside and around, in any case and width."""
    text = draw(st.sampled_from(texts))
    if draw(st.booleans()):
        text = text.swapcase()
    if draw(st.booleans()):
        text = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    inner = "".join(c + draw(st.one_of(st.just(""), NOISE)) for c in text)
    return draw(OUTER) + inner + draw(OUTER)


@given(noisy(["TDjdcloud", "TD", "T", "退订", "退訂", "R", "取消", "拒收", "STOP", "unsubscribe"]))
def test_noise_loses_no_opt_out(text: str) -> None:
    assert match_reply(text, BRANDS).suppresses


@given(noisy(["不要退订", "别退订", "我不想退订", "请勿退订", "没有退订", "不要取消", "不要TD"]))
def test_noise_makes_no_opt_out_of_a_refusal(text: str) -> None:
    assert match_reply(text, BRANDS).verdict == "not-opt-out"


def test_no_message_takes_long_to_read() -> None:
    """Every word of the patterns again and again, after what begins to fit and before what ends it.

    Forty letters are enough for alternatives that overlap to take seconds instead of no time.
    """
    words = set(re.findall(r"[\u4e00-\u9fff]{1,3}|[a-z]{2,}", inspect.getsource(keywords)))
    for start in ("", "不", "td", "stop ", "dont ", "i want to ", "取消", "no more "):
        for word in sorted({*words, *(f"{word} " for word in words)}):
            began = time.process_time()
            match_reply(start + word * (40 // len(word)) + "x", BRANDS)
            assert time.process_time() - began < 0.1, (start, word)


@given(
    st.sampled_from(["不要", "不想", "别", "没有", "请勿", "我不会"]),
    st.sampled_from(["", "再", "随便", "给我", "帮我"]),
    st.sampled_from(["退订", "取消", "拒收", "TD", "停止", "退訂", "TDjdcloud", "关闭"]),
    st.sampled_from(["", "。", "哦", "！", "谢谢"]),
)
def test_refusals(no: str, how: str, verb: str, end: str) -> None:
    assert not match_reply(no + how + verb + end, BRANDS).suppresses


@given(
    st.sampled_from(["don't", "do not", "never", "please don't", "I didn't", "I won't"]),
    st.sampled_from(["", "want to ", "ever "]),
    st.sampled_from(["stop", "unsubscribe", "opt out", "cancel", "stop texting me"]),
)
def test_refusals_in_english(no: str, how: str, verb: str) -> None:
    assert not match_reply(f"{no} {how}{verb}", BRANDS).suppresses


@given(st.text(max_size=80))
def test_folding_is_stable(text: str) -> None:
    once = fold(text)
    assert fold("\n".join(once)) == once
    assert not any(unicodedata.category(c) in {"Cf", "So"} for part in once for c in part)
