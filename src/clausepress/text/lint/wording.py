"""Misprints and slips that are wrong wherever they stand: small tables of sure cases.

A case enters a table only when the wrong form has no right use in legal prose. Pairs that need
judgement (即时/及时, 做出/作出, 账户/账号, 泄漏/泄露) are left out on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, View

_MISPRINTS_ZH: tuple[tuple[str, str], ...] = (
    (r"(?<!台风)(?<!抢滩)登陆(?!点|作战|战)", "登录"),
    (r"各中(?=问题|情形|情况|原因|方式|风险|服务|信息)", "各种"),
    (r"(?<=订立)至(?=协议|合同|条款)", "之"),
    (r"(?<=产品|服务)/及(?!/|或)", "及/或"),
    (r"理应地", "理应"),
    (r"(?<![网])网路(?=堵塞|中断|故障|服务|安全|环境|攻击)", "网络"),
    (r"(?<![a-z])IOS(?= ?(?:版|系统|客户端|设备|应用|端|平台|APP|App|和|及|、))", "iOS"),
    (r"爱护自已|自已(?=的|个)|(?<=您|我|他)自已", "自己"),
    (r"己经", "已经"),
    (r"(?<=[保公披])漏(?=您的个人信息)", "露"),
    (r"侵范|侵泛", "侵犯"),
    (r"做废", "作废"),
    (r"既使(?=您|我|因|发|存|出|不|有|没|在)", "即使"),
    (r"必需(?=遵守|承担|同意|经过|取得|按照|符合|具备|年满)", "必须"),
    (r"追朔", "追溯"),
    (r"收藉|搜藉", "收集"),
    (r"身份政(?=号|件)", "身份证"),
    (r"签定(?=协议|合同|条款|保密)", "签订"),
    (r"不可抗拒力", "不可抗力"),
    (r"详情请祥见|祥见", "详见"),
    (r"按装", "安装"),
    (r"以经(?=注册|同意|取得|获得|发生|终止|完成)", "已经"),
)
_MISPRINTS_EN: tuple[tuple[str, str], ...] = (
    (r"\b(?:underlined (?:and )?in|in) bond\b(?!\s+(?:with|of|to|and))", "in bold"),
    (r"\b[Pp]lease backup\b|\bbackup (?=your|the|all)\b", "back up"),
    (
        (
            r"\b(?:shall|will|must|can|may|should|would) be (?:maintain|provide|disclose|collect"
            r"|use|share|delete|store|process)\b"
        ),
        "be + participle",
    ),
    (
        (
            r"(?<!of )\b(?:[Ss]uch|[Tt]his|[Tt]he|[Aa]ny) (?:personal )?information (?:include|are"
            r"|have)\b"
        ),
        "information is singular",
    ),
    (r"(?<=information of minors) are\b", "is"),
    (r"\b(?:your|the|such) (?:account|company|user) (?:need|have|want) (?=to\b)", "third person"),
    (r"\b[Pp]rivacy [Pp]olicty\b|\b[Pp]rivacy [Pp]oilcy\b", "privacy policy"),
    (r"\brec(?:ie)ve[ds]?\b", "receive"),
    (r"\bsep(?:er)ate(?:ly)?\b", "separate"),
    (r"\boccured\b", "occurred"),
    (r"\bthrid(?= part)", "third"),
    (r"\b(?:info(?:m)ation|inform(?:ations|aton))\b", "information"),
    (r"\bag(?:remeent|reemnt|greement)\b", "agreement"),
    (r"\b(?:pursuent|persuant) to\b", "pursuant to"),
    (r"\bforgoing\b(?= (?:clauses?|provisions?|sections?|terms?))", "foregoing"),
    (r"\bpublically\b", "publicly"),
    (r"\baccomodate\b", "accommodate"),
    (r"\bliabilty\b", "liability"),
)


@rule(
    "misprint",
    Severity.WARNING,
    "A misprint from a short list of sure ones: 登陆 for 登录, 各中 for 各种, “in bond”.",
    fix="correct the word",
    example=Example(
        "zh",
        "一、注销\n\n1.1 注销后您无法登陆网站。",
        "一、注销\n\n1.1 注销后您无法登录网站。",
    ),
)
def misprint(view: View) -> Iterator[Hit]:
    """Search for each misprint of the language's table."""
    table = _COMPILED_ZH if view.is_zh else _COMPILED_EN
    for piece in view.pieces:
        for pattern, right in table:
            for found in pattern.finditer(piece.text):
                yield at_piece(
                    view, piece, found.start(), f"“{found.group()}”", fix=f"write “{right}”"
                )


_MISSING: tuple[tuple[str, str], ...] = (
    (r"(?<=[的、，：])人姓名", "个人姓名"),
    (r"(?:若|如果|如)您\s*(?:未满)?\s*\d+\s*周?岁以下的?未成年人", "若您是…未成年人"),
    (r"行为能力(?=自然人|法人)", "行为能力的"),
    (
        r"(?:提出|提交|收到|发出)[^，。；]{0,6}(?:申请|请求|通知)的\s*\d+\s*个?(?:工作日|日|天)内",
        "…后的…内",
    ),
    (r"(?:如果|若)我们(?:这类|该类|此类)信息与", "如果我们将这类信息与"),
    (r"(?<=，)而其他[^，。；与和同向]{1,24}交换信息", "而与其他…交换信息"),
    (
        (
            r"我们通过您(?:主动)?(?:提交|提供|填写)的(?:(?!收集|获取|识别|验证|为您|向您|联系)"
            r"[^，。；]){1,40}"
            r"(?:号码|账号|信息|邮箱|地址)，以及您(?:(?!收集|获取|识别|验证|为您|向您|联系)[^，。；]"
            r"){1,20}"
            r"(?:号码|账号|信息|密码|昵称)。"
        ),
        "我们通过…收集…",
    ),
)
_DOUBLED: tuple[tuple[str, str], ...] = (
    (r"会将(?=依据|根据|依照|遵照)", "会"),
    (r"将(?:及时|立即|尽快)将", "将及时把"),
    (r"有权(?:(?!、|和|及|或|并|且)[^，。；]){0,18}有权", "有权"),
    (r"向您(?:推送|发送|提供|邮寄)[^，。；]{1,40}(?:给您)(?=[，。；])", "向您推送"),
    (r"的任何的(?=个人信息|信息)", "的任何"),
    (r"服务时而(?=提交|产生|形成)", "服务时"),
)


@rule(
    "word-missing",
    Severity.WARNING,
    "A fixed expression with a character or word left out: 人姓名 for 个人姓名.",
    fix="restore the missing word",
    example=Example(
        "zh",
        "一、信息\n\n1.1 我们收集您真实有效的人姓名。",
        "一、信息\n\n1.1 我们收集您真实有效的个人姓名。",
    ),
)
def word_missing(view: View) -> Iterator[Hit]:
    """Search for each damaged expression."""
    for piece in view.pieces if view.is_zh else []:
        for pattern, right in _COMPILED_MISSING:
            for found in pattern.finditer(piece.text):
                yield at_piece(
                    view,
                    piece,
                    found.start(),
                    f"“{shown(found.group())}”",
                    fix=f"compare “{right}”",
                )


@rule(
    "word-redundant",
    Severity.NOTE,
    "A phrase that says one thing twice: 有权…有权, 向您…给您, 会将依据.",
    fix="remove one of the two",
    example=Example(
        "zh",
        "一、违约\n\n1.1 我们有权在您违约时有权终止服务。",
        "一、违约\n\n1.1 我们有权在您违约时终止服务。",
    ),
)
def word_redundant(view: View) -> Iterator[Hit]:
    """Search for each doubled expression."""
    for piece in view.pieces if view.is_zh else []:
        for pattern, right in _COMPILED_DOUBLED:
            for found in pattern.finditer(piece.text):
                yield at_piece(
                    view, piece, found.start(), f"“{shown(found.group())}”", fix=f"write “{right}”"
                )


@rule(
    "pronoun",
    Severity.WARNING,
    "“其” where the sentence speaks to “您”.",
    fix="write 您的",
    example=Example(
        "zh",
        "一、提示\n\n1.1 请您先看清我们对其个人信息作何处理。您有疑问的，请联系我们。",
        "一、提示\n\n1.1 请您先看清我们对您个人信息作何处理。您有疑问的，请联系我们。",
    ),
)
def pronoun(view: View) -> Iterator[Hit]:
    """Find 我们对其个人信息 where no third person stands before it in the sentence."""
    third = re.compile(r"用户|他人|第三方|儿童|未成年人|主体|子女|员工|联系人|客户|访客|者|公司|方")
    for piece in view.running() if view.is_zh else []:
        for found in re.finditer(r"我们对其个人信息", piece.text):
            start = piece.text.rfind("。", 0, found.start()) + 1
            if "您" in piece.text and not third.search(piece.text[start : found.start()]):
                yield at_piece(view, piece, found.start(), "“其” has nobody to stand for")


_MIXES: tuple[tuple[str, str], ...] = ((r"其它", r"其他"), (r"帐[户号]", r"账[户号]"))


@rule(
    "spelling-mix",
    Severity.NOTE,
    "A rare spelling in a text that otherwise uses the usual one: 其它 among 其他, 帐号 among 账"
    "号.",
    fix="use one spelling",
    example=Example(
        "zh",
        "一、方式\n\n1.1 您可以用其他方式登录。\n\n1.2 您可以用其它方式付款。\n\n1.3 不适用于其他"
        "网站。\n\n"
        "1.4 不适用于其他公司。\n\n1.5 不适用于其他用户。",
        "一、方式\n\n1.1 您可以用其他方式登录。\n\n1.2 您可以用其他方式付款。\n\n1.3 不适用于其他"
        "网站。\n\n"
        "1.4 不适用于其他公司。\n\n1.5 不适用于其他用户。",
    ),
)
def spelling_mix(view: View) -> Iterator[Hit]:
    """Count both spellings; the rare one is told where it is at most a quarter of the usual."""
    for rare, usual in _MIXES if view.is_zh else ():
        places = [
            (piece, found) for piece in view.running() for found in re.finditer(rare, piece.text)
        ]
        common = [
            found.group() for piece in view.running() for found in re.finditer(usual, piece.text)
        ]
        if places and len(common) >= 4 * len(places):
            for piece, found in places:
                yield at_piece(
                    view,
                    piece,
                    found.start(),
                    f"“{found.group()}”; elsewhere “{common[0]}”, {len(common)} times",
                )


_ENUMERATION = re.compile(
    rf"[{HAN}]{{2}}、[{HAN}]{{2}}(，)[{HAN}]{{2}}(?:和|及|与)[{HAN}]{{2}}(?=[。，；])"
)


@rule(
    "enumeration-comma",
    Severity.NOTE,
    "An enumeration that changes from 、 to ， on the way.",
    fix="separate all its members with 、",
    example=Example(
        "zh",
        "一、资料\n\n1.1 您应更新资料，使之真实、及时，完整和准确。",
        "一、资料\n\n1.1 您应更新资料，使之真实、及时、完整和准确。",
    ),
)
def enumeration_comma(view: View) -> Iterator[Hit]:
    """Find four words of equal length with a comma among them."""
    for piece in view.running():
        for found in _ENUMERATION.finditer(piece.text):
            yield at_piece(view, piece, found.start(1), f"“{found.group()}”")


def shown(text: str) -> str:
    """Return a matched expression short enough for a message."""
    return text if len(text) <= 24 else f"{text[:12]}…{text[-10:]}"


def _compile(table: tuple[tuple[str, str], ...]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), right) for pattern, right in table]


_COMPILED_ZH = _compile(_MISPRINTS_ZH)
_COMPILED_EN = _compile(_MISPRINTS_EN)
_COMPILED_MISSING = _compile(_MISSING)
_COMPILED_DOUBLED = _compile(_DOUBLED)
