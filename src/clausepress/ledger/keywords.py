"""Reads replies to text messages: who wants no more of them.

A false suppression is cheap and a missed one is not, so whatever sounds like a demand suppresses
and is shown to a person; what refuses or asks never does. Words: the providers' documentation
(AWS, Twilio, Telnyx, Alibaba, Huawei), CTIA Messaging Principles section 5.1.3 and
47 CFR 64.1200(a)(10) for demands in normal language.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from clausepress.ledger.folding import compact, fold, is_latin, skeleton

Verdict = Literal[
    "opt-out-brand", "opt-out-word", "likely-opt-out", "not-opt-out", "other-brand", "start"
]

# Alternatives under a star never overlap below: a message made for it would take for ever to read.
_CLIP: Final = 1600  # characters; ten joined messages
_NEAR: Final = 0.8  # of SequenceMatcher: one or two slips in a brand keyword

_WORDS: Final = frozenset(
    [
        "t",
        "td",
        "r",
        "n",
        "stop",
        "stopall",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "revoke",
        "optout",
        "arret",
        "remove",
        "unsub",
        "退订",
        "退定",
        "取消",
        "拒收",
        "取消订阅",
        "退订短信",
        "取消短信",
        "退订信息",
        "停止",
        "停发",
    ]
)
_SOFT: Final = frozenset(
    [
        "不",
        "不要",
        "不要了",
        "不用",
        "不用了",
        "不需要",
        "不必",
        "不必了",
        "拒绝",
        "停",
        "够了",
        "烦",
        "勿扰",
        "拒接",
        "拒",
        "退",
        "退出",
        "别",
        "免",
        "删除",
        "取关",
        "暂停",
        "终止",
        "0000",  # ends a service at the Chinese carriers
        "qx",
        "qxdy",
        "no",
        "nope",
        "tuiding",
        "tuidin",
        "nothanks",
        "nothankyou",
        "nothx",
        "delete",
        "block",
        "blockme",
        "enough",
        "spam",
        "donotwant",
        "iwantout",
        "屏蔽",
        # slips of a thumb
        "stopp",
        "stoop",
        "stpo",
        "sotp",
        "sttop",
        "stp",
    ]
)
_BACK: Final = frozenset(
    ["start", "yes", "unstop", "y", "resume", "subscribe", "订阅", "恢复", "恢复订阅", "重新订阅"]
)

_VERB = (
    r"(?:退订|退定|取消|拒收|停止|停发|暂停|停掉|关闭|关掉|屏蔽"
    r"|(?<![a-z])(?:tds?|t|stop|unsubscribe|cancel)(?![a-z]))"
)
# The sender's own advice, as people quote it: 回T退订, 拒收请回复R, 退订回复TD.
_REPLY = r"(?:回复?|发送?|编辑)(?:短信)?"
_ADVICE: Final = re.compile(
    rf"{_REPLY}[a-z]{{1,16}}(?:到\d+)?(?:即可|可以?|就能?)?(?:退订|退定|取消|拒收|拒绝|免打扰)"
    rf"|(?:退订|退定|取消|拒收|拒绝)(?:短信)?(?:请|可|即可|就)?{_REPLY}[a-z]{{1,16}}"
    r"|(?:text|reply|send)(?:with)?(?:stop|td|t|end|quit|cancel)to"
    r"(?:stop|optout|unsubscribe|cancel|end|quit)"
)
_INSTRUCTED: Final = re.compile(
    rf"(?:{_REPLY})?(?P<word>[a-z]{{1,40}}?)(?:退订|退定|拒收|取消)?"
    rf"|(?:退订|退定|拒收|取消)(?:请)?(?:{_REPLY})?(?P<other>[a-z]{{1,40}})"
)
_REFUSES: Final = re.compile(
    r"(?<!再)(?:不要|不用|不想|不会|不必|不是|不|别|勿|莫|没有|没|未|无需|无须|误|甭)"
    r"(?:要|想|用|是|再|给|帮|把|我们?|随便|随意|乱|打算|准备|愿意|需要|同意|希望|来|说过?|发送|发过?|回过?|点)*"
    rf"{_VERB}"
)
_REFUSES_EN: Final = re.compile(
    r"(?<!why )\b(?:(?:do|did|wo|would)nt|(?:do|did|will|would) not|never|not|no need)"
    r"(?: (?:i|we|you|want|wish|mean|going|ask|asked|trying|plan|need|please|ever|yet|to|me|us"
    r"|(?:it|this|that|them|(?:your|the|these|those|my) [a-z]+) to))*"
    r" (?:td|stop\w*|unsubscrib\w*|unsub|opt(?:ed|ing)? ?out|cancel\w*|remove|end|quit|revoke)\b"
)
# It does not work, or promotion goes on.
_CANNOT: Final = re.compile(
    r"不了|无法|不能|没法|不掉|失败|怎么|如何|怎样|咋|再不|凭什么"
    r"|(?:还|又|仍|依然|继续|一直)(?:是|在|要|会|给|被|继续|一直|我|老)*(?:发|收|骚扰|打扰)"
)
_ASKS: Final = re.compile(r"什么|啥|意思|是谁|哪位|为何|谁(?:让|叫|要|说|告诉).{0,4}(?:退订|取消)")
_UNDO: Final = re.compile(
    r"(?:取消|撤销|撤回|恢复|解除)(?:了)?(?:退订|退定|拒收)|恢复(?:订阅|短信|接收)"
)

_DEMANDS: Final = re.compile(
    r"退订|退定|拒收|取消(?:订阅|短信|推送|接收|信息|消息|通知|广告|营销|提醒)|拉黑|骚扰|垃圾(?:短信|信息|广告)"
    r"|烦死|烦不烦|好烦|太烦|很烦|真烦|投诉|举报|不感兴趣|没兴趣|没有兴趣|不需要了|免打扰|勿扰|别打扰|^滚|发错(?:人|号)|打错(?:人|号|电话)"
    r"|错号|号码(?:错|不对)|换号|(?:不是|非)(?:机主)?本人(?!操作|使用|授权)"
    r"|(?:取消|停止|暂停|停掉|关闭|关掉)(?:掉|了|此|这个?|该|本|所有|全部|一切|我的?|你们的?)*"
    r"(?:服务(?!器)|业务|短信|推送|通知|消息|信息|广告|提醒|营销|发送|接收)"
    r"|(?:不要|不用|不想|不必|不需要|不愿意?|不希望|不许|不准|别|勿|莫|甭|停止|禁止|无需|拒绝|请停)"
    r"(?!.{0,3}(?:忘|错过|漏|停))[^发推打骚收接联烦通营]{0,6}?"
    r"(?:发(?![票货现生展布烧热炎表错])|(?<!上)传(?![真播统说])|推送|推销|推广|打扰|骚扰|收到?短信|收到|接收|联系|烦我|通知我?|营销)"
    r"|(?:不要|别|停止|禁止|拒绝|不需要|不想要|不想再?看)(?!.{0,3}(?:忘|错过|漏)).{0,8}(?:短信|信息|广告|推广|推销|营销)"
    r"|^(?:我要?|想|请|帮|麻烦|给|你们?|都|赶紧|马上|立即)*"
    r"(?:取消|停止|关闭|停+)(?:了|吧|掉|谢谢|全部|所有|它|一下)*$"
    r"|^(?:谢谢你?|多谢|我们?|真的?|暂时|目前|好的?)*(?:不(?:需?要|想要|用|必|再需要|接受|接收|同意)|没有?需要|拒绝)"
    r"(?:了|吧|啊|呀|哈|哦|的|谢谢|多谢|感谢)*$"
    r"|(?:短信|信息|广告)太多|有完没完|(?:可以|能)不发|不发了"
    r"|(?:删除|删掉|移除|移出|剔除).{0,6}(?:我|号码|名单|手机号)"
    r"|(?:我|号码|名单|手机号).{0,6}(?:删除|删掉|移除|移出|剔除)"
    r"|(?<![a-z])(?:td|stop|stopall|uns[a-z]{2,6}ibe?)(?![a-z])"
)
_POLITE: Final = re.compile(
    r"(?:please|pls|plz|请)?(?:t|td|r|n|stop|end|quit|cancel|unsubscribe|remove|optout)"
    r"(?:了|吧|啊|呀|哦|哈|谢|thanks|thankyou|thx|please|pls|plz|now|me|already|it|all)+"
    r"|(?:please|pls|plz|请|我要?|just)+(?:t|td|r|n|stop|end|quit|cancel|unsubscribe|remove|optout)"
)
_MESSAGE = (
    r"(?:text\w*|txt\w*|messages?|messaging|sms|spam\w*|e?mails?\w*|promo\w*|marketing|ads?"
    r"|alerts?|contact\w*)"
)
_DEMANDS_EN: Final = re.compile(
    r"\bunsub(?:scrib\w*)?\b|\bopt(?:ing|ed)? (?:me |us )?out\b|\boptout\b"
    rf"|\bstop\b(?! (?:by|at|in|for|over|sign)\b).*\b(?:{_MESSAGE}|send\w*|this|it|these|them"
    r"|bother\w*|me|harass\w*|call\w*)\b"
    r"|^(?:(?:please|pls|plz|just|ok|okay|k|hey|hi|hello|now|yes|i said|can you|could you) )*"
    r"stop(?: (?:please|pls|plz|now|already|thanks|thank you|ok|it|all|everything|asap|u|you|stop"
    r"|(?:now |this |it )?or .*))*$"
    r"|\b(?:want|like|wish|need)(?: you)? to (?:stop|quit|end|cancel)(?: (?:now|please|it|this))*$"
    r"|\b(?:dont|do not|no longer) (?:want|need) (?:this|these|those|them|it|any|your)\b"
    r"|\b(?:dont|do not|never) (?:ever )?call\b|\bcease\b|\breport(?:ed|ing)? (?:as |this )*spam\b"
    r"|\b(?:dont|do not|never|quit|no longer|not)"
    r"(?: (?:ever|you|want|wish|need|like|to|get|getting|receive|receiving|any|more|your|these"
    rf"|those|the|such|send|sending|me|further))* (?:{_MESSAGE}|send\w*|bother\w*|write)\b"
    r"|\b(?:remove|delete|unlist|drop) (?:me|us|(?:this )?number|my (?:number|phone|name|mobile))\b"
    r"|\b(?:take|get) (?:me|us|my number|this number) off\b"
    r"|\b(?:cancel|end|terminate)(?: (?:my|the|this|these|all|your|me))*"
    rf" (?:subscription|subs|service|{_MESSAGE})\b"
    rf"|\bno more(?: (?:of|your|these|this))*(?: {_MESSAGE}|$)"
    rf"|^(?:please )?no (?:calls?|{_MESSAGE})$"
    r"|\bleave me alone\b|\bnot interested\b|\bwrong (?:number|person)\b|\blose my number\b"
    r"|\bgo away\b|\b(?:f|fk|fck|fuck|piss|bugger|buzz) off\b|\bget lost\b|\bgo to hell\b"
    r"|\b(?:revoke|withdraw)(?: my)? (?:consent|permission)\b"
    r"|\bno thank(?:s| you)\b|\bno longer interested\b|\bthis is spam\b|\bwant out\b"
    r"|\bblock (?:me|this|my number)\b"
)


class Reply(NamedTuple):
    """What a reply says."""

    verdict: Verdict

    @property
    def suppresses(self) -> bool:
        """Whether promotion to the sender stops now."""
        return self.verdict in {"opt-out-brand", "opt-out-word", "likely-opt-out"}

    @property
    def to_review(self) -> bool:
        """Whether a person has to read it."""
        return self.verdict in {"likely-opt-out", "not-opt-out", "start"}


def match_reply(text: str, brand_keywords: Sequence[str]) -> Reply:
    """Read one reply.

    Args:
        text: The message as decoded.
        brand_keywords: The opt-out keywords that the policies name, such as TDexample.
    """
    return Reply(_verdict(fold(text[:_CLIP]), [compact(fold(k)) for k in brand_keywords]))


def _verdict(clauses: list[str], brands: Sequence[str]) -> Verdict:
    whole = compact(clauses)
    exact = _exact(whole, brands) or _exact_words(clauses)
    if exact:
        return exact
    if whole in _BACK:
        return "start"
    if is_latin(whole) and whole.startswith("td") and len(whole) > 3:
        return _after_td(clauses, whole, brands)
    said = [_clause(clause, brands) for clause in clauses]
    if "likely-opt-out" in said:
        return "likely-opt-out"
    return "start" if "start" in said else "not-opt-out"


def _exact(whole: str, brands: Sequence[str]) -> Verdict | None:
    """A keyword by itself, or inside the advice to send it."""
    looks = skeleton(whole)
    if looks in map(skeleton, brands):
        return "opt-out-brand"
    if looks in _WORDS:
        return "opt-out-word"
    instructed = _INSTRUCTED.fullmatch(whole)
    if instructed:
        word = skeleton(instructed["word"] or instructed["other"])
        if word in map(skeleton, brands):
            return "opt-out-brand"
        if word in _WORDS:
            return "opt-out-word"
    return None


def _exact_words(clauses: list[str]) -> Verdict | None:
    """Nothing but keywords, several or one of them again and again; soft words are doubtful."""
    words = [word for clause in clauses for word in clause.split()]
    whole = "".join(words)
    again = (
        next((w for w in sorted(_WORDS) if w * (len(whole) // len(w)) == whole), "")
        if whole
        else ""
    )
    if again:
        return "opt-out-word" if len(again) > 1 else "likely-opt-out"
    if words and all(word in _WORDS for word in words):
        return "opt-out-word"
    joined = [compact([clause]) for clause in clauses]
    if joined and all(clause in _WORDS | _SOFT for clause in joined):
        return "likely-opt-out"
    return None


def _after_td(clauses: list[str], whole: str, brands: Sequence[str]) -> Verdict:
    """TD and a name: ours misspelt or cut short, a demand in more words, or another sender's."""
    near = any(
        SequenceMatcher(None, whole, brand, autojunk=False).ratio() >= _NEAR
        or brand.startswith(whole)
        or whole.startswith(brand)
        for brand in brands
    )
    words = " ".join(clauses).split()
    if not brands or near or len(words) > 2 or _POLITE.fullmatch(whole):
        return "likely-opt-out"
    return "other-brand"


def _clause(clause: str, brands: Sequence[str]) -> Verdict:
    whole = compact([clause])
    named = [brand for brand in brands if len(brand) > 2 and brand in whole]
    for brand in named:  # what holds of TD holds of TDexample
        whole, clause = whole.replace(brand, "td"), clause.replace(brand, "td")
    if _UNDO.search(whole):
        return "start"
    rest = _ADVICE.sub("", whole)
    if rest != whole and not rest:
        return "not-opt-out"
    cannot = _CANNOT.search(rest)
    if not cannot and (_REFUSES.search(rest) or _REFUSES_EN.search(clause)):
        return "not-opt-out"
    if not cannot and _ASKS.search(rest):
        return "not-opt-out"
    if whole in _WORDS | _SOFT or _POLITE.fullmatch(rest) or _DEMANDS.search(rest):
        return "likely-opt-out"
    if named or (rest == whole and _DEMANDS_EN.search(clause)):
        return "likely-opt-out"
    return "not-opt-out"
