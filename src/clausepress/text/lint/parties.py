"""Parties of a contract: who is defined, and who does what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.roles import BUYERS_EN, SUPPLIERS_EN, acts_zh, roles_zh, swapped
from clausepress.text.lint.view import HAN, Node, Piece, View


@rule(
    "party-role",
    Severity.ERROR,
    "A party does what the other party was defined to do: the provider pays, orders, selects.",
    fix="check which party is meant; the definition says who is customer and who provider",
    example=Example(
        "zh",
        "一、定义\n\n1.1 甲方：指使用示例服务的用户。\n\n1.2 乙方：指提供示例服务的主体。\n\n二、"
        "费用\n\n"
        "2.1 乙方应当按月支付租金，逾期的服务随之暂停。",
        "一、定义\n\n1.1 甲方：指使用示例服务的用户。\n\n1.2 乙方：指提供示例服务的主体。\n\n二、"
        "费用\n\n"
        "2.1 甲方应当按月支付租金，逾期的服务随之暂停。",
    ),
)
def party_role(view: View) -> Iterator[Hit]:
    """Look for the customer's acts with the provider as subject, clause by clause."""
    for piece, found in swapped(view):
        yield at_piece(
            view, piece, found.start(), f"“{found.group()[:60]}” is the other party's part"
        )
    customer, provider = roles_zh(view)
    if customer and provider:
        for piece, found in acts_zh(view, customer, provider):
            served = found.group().startswith(customer)
            yield at_piece(
                view,
                piece,
                found.start(),
                f"{customer} is defined as the customer, yet provides the service here"
                if served
                else f"{provider} is defined as the provider, yet acts here as the customer "
                f"({customer})",
            )


_PARTY_ZH = "甲方|乙方|丙方|丁方"
_ROLES_EN = f"Party [A-D]|{SUPPLIERS_EN}|{BUYERS_EN}|Borrower|Lender|Contractor|Discloser|Recipient"
_SELF_ZH = re.compile(
    rf"(?<![向给对为由与和及、])({_PARTY_ZH})"
    r"(?:(?!要求|员工|代理|同意|之前|以前|不向|未向)[^，。；：:方其者户商]){0,18}(?:向|给|为)\1"
    r"(?:(?!要求|员工)[^，。；方的]){0,6}?(?:支付|付款|交付|提供|赔偿|发出|出具|开具|返还|退还|承"
    r"担)"
    rf"|^({_PARTY_ZH})(?:(?!要求)[^，。；：:方其者户商给]){{2,20}}的，(?:应当?|须|需)(?:"
    rf"[^，。；方]){{0,8}}向\2"
    r"(?:支付|赔偿|承担)"
    rf"|^({_PARTY_ZH})(?:(?!要求)[^，。；：:方其者户商给]){{2,20}}的，[^，。；方]{{0,20}}"
    r"(?:向\3(?:支付|赔偿)|(?:通知|告知)\3(?!的|人员|指定|代表|联系))"
    rf"|({_PARTY_ZH})(?:应当?|须|需|将|可以?)?(?:在|于|自)?(?:接到|收到)\4的?(?:书面)?"
    r"(?:通知|要求|申请|请求|指令)"
    rf"|({_PARTY_ZH})[与和及]\5(?!的)"
    rf"|({_PARTY_ZH})(?:应当?|须|可以?|有权)?(?:书面)?(?:委托|授权|要求|通知|聘请)\6"
    r"(?!的|员工|人员|指定|客户|关联|公司|代表|负责|法定|联系|内部|用户)"
)
_SELF_EN = re.compile(
    rf"\b(?:[Tt]he )?({_ROLES_EN}) (?:shall|must|will|may|agrees to|undertakes to)(?: \w+ly)? "
    r"(?:(?:pay|notify|indemnify|reimburse|compensate|provide|invoice|refund|grant|sell|supply"
    r"|deliver)"
    rf"(?:(?!\b(?:{_ROLES_EN})\b)[^.;,]){{0,50}}? to|pay|notify|indemnify|reimburse|compensate|in"
    rf"voice"
    r"|grant) (?:the )?\1\b(?!['’\-]| (?:Data|Group|Affiliate|Content|Account|Personnel|System))"
    rf"|\bbetween (?:the )?({_ROLES_EN}) and (?:the )?\2\b"
)


@rule(
    "party-self",
    Severity.ERROR,
    "A party that pays, notifies or contracts with itself.",
    fix="check which of the two is the other party",
    example=Example(
        "zh",
        "一、费用\n\n1.1 甲方应当于每月五日前向甲方支付服务费。",
        "一、费用\n\n1.1 甲方应当于每月五日前向乙方支付服务费。",
    ),
)
def party_self(view: View) -> Iterator[Hit]:
    """Find the same party as giver and receiver of one act."""
    pattern = _SELF_ZH if view.is_zh else _SELF_EN
    for piece in view.running():
        for found in pattern.finditer(piece.text):
            party = next(name for name in found.groups() if name)
            yield at_piece(
                view,
                piece,
                found.start(),
                f"{party} stands on both sides of “{found.group()[:40]}”",
            )
    for node in view.nodes if view.is_zh else ():
        yield from _duty_to_self(view, node)


_DUTY = re.compile(
    rf"({_PARTY_ZH})的?(?:主要)?(?:义务|责任)|({_PARTY_ZH})(?:应当?|须|需|承诺|保证)[^。；]{{0,20}}[：:]$"
)


def _duty_to_self(view: View, node: Node) -> Iterator[Hit]:
    """Find an item of a party's duties that it has towards itself: 乙方的义务：通知乙方."""
    lead = next((found for each in node.pieces if (found := _DUTY.match(each.text))), None)
    if not lead:
        return
    party = lead.group(1) or lead.group(2)
    act = re.compile(
        rf"[^方：:]*?(?:(?:通知|告知|配合|协助){party}(?!的|人员|员工|指定|代表)"
        rf"|向{party}(?:支付|交付|提供|报告|返还))"
    )
    for child in node.children:
        for piece in child.pieces[:1]:
            if act.match(piece.text):
                message = f"{party} owes this to itself: the list is of its duties"
                yield at_piece(view, piece, 0, message)


_KNOWN_EN = (
    *(f"Party {letter}" for letter in "ABCD"),
    *SUPPLIERS_EN.split("|"),
    *BUYERS_EN.split("|"),
)
_YOU = re.compile(r"您|我们|公司|平台")
_USED = {
    "zh": re.compile(rf"(?:{_PARTY_ZH})"),
    "en": re.compile(r"\bParty [A-D]\b|(?<=\b[Tt]he )" + f"(?:{SUPPLIERS_EN}|{BUYERS_EN})" + r"\b"),
}
_SAID = {
    # a definition, a name in quotes or brackets, a line of signature, a table's cell
    "zh": (
        r"(?:^|[。；]\s*){0}\s*(?:[：:（(]|是?指|为[^，。]{{4}}|$)"
        r"|[“\"「（(](?:以下)?(?:[合简]?称)?[“\"]?{0}[”\"」）)]|称为?{0}"
    ),
    "en": (
        r"^(?:the )?{0}\s*(?:[:(]|means\b|$)"
        r"|[“\"‘(](?:the )?[“\"‘]?{0}[”\"’)]|referred to as (?:the )?{0}"
    ),
}


@rule(
    "party-undefined",
    Severity.WARNING,
    "A party that the text never defines, while it defines the others.",
    fix="define the party, or name one of those that are defined",
    example=Example(
        "zh",
        "一、定义\n\n1.1 甲方：指订货的示例公司。\n\n1.2 乙方：指供货的样本公司。\n\n二、通知\n\n"
        "2.1 "
        "丙方应当及时答复。",
        "一、定义\n\n1.1 甲方：指订货的示例公司。\n\n1.2 乙方：指供货的样本公司。\n\n二、通知\n\n"
        "2.1 "
        "乙方应当及时答复。",
    ),
)
def party_undefined(view: View) -> Iterator[Hit]:
    """Compare the parties used with those defined; each is told once, where it first stands."""
    lang = "zh" if view.is_zh else "en"
    first: dict[str, tuple[Piece, int]] = {}
    for piece in view.running():
        for found in _USED[lang].finditer(piece.text):
            first.setdefault(found.group(), (piece, found.start()))
    text = "\n".join(piece.text for piece in view.pieces)
    known = _PARTY_ZH.split("|") if view.is_zh else _KNOWN_EN
    said = {party for party in known if re.search(_SAID[lang].format(party), text, re.MULTILINE)}
    if len(said) < 2:
        if (
            view.is_zh
            and not said
            and 2 * len(_USED[lang].findall(text)) <= len(_YOU.findall(text))
        ):
            for party, (piece, at) in first.items():
                message = f"“{party}” is not defined; the text speaks of 您"
                yield at_piece(view, piece, at, message)
        return
    kinds = {party.startswith("Party ") for party in said}
    for party, (piece, at) in first.items():
        # The Buyer beside Party A and Party B, where no definition says “buyer”.
        nobody = kinds == {True} and party.lower() not in text
        if party not in said and (party.startswith("Party ") in kinds or nobody):
            yield at_piece(
                view,
                piece,
                at,
                f"“{party}” is not defined; "
                f"{'、'.join(sorted(said)) if view.is_zh else ', '.join(sorted(said))} are",
            )


_SERVICE_SHORT = re.compile(
    rf"服务[（(][^（）()]{{0,16}}(?:简称|称)(?:为)?[“\"「]([{HAN}A-Za-z]{{2,12}})[”\"」][）)]"
)


@rule(
    "service-as-party",
    Severity.WARNING,
    "The short name of a service acts as a party: it has rights, keeps rights, makes agreements.",
    fix="name the company, or the party as defined",
    example=Example(
        "zh",
        "本条款适用于示例盘服务（以下简称“示例盘”）。\n\n一、费用\n\n1.1 示例盘有权调整费用。",
        "本条款适用于示例盘服务（以下简称“示例盘”）。\n\n一、费用\n\n1.1 示例公司有权调整费用。",
    ),
)
def service_as_party(view: View) -> Iterator[Hit]:
    """Find the acts of a party done by a name that was defined as a service; one hit a piece."""
    if not view.is_zh:
        return
    names = {
        found.group(1) for piece in view.running() for found in _SERVICE_SHORT.finditer(piece.text)
    }
    for name in sorted(names):
        quoted = re.escape(name)
        pattern = re.compile(
            rf"{quoted}(?:有权|保留[^，。]{{0,40}}权利|将向您解释|会尽[^，。]{{0,12}}努力)|"
            rf"与{quoted}(?:已)?达成协议"
            rf"|{quoted}保留在|{quoted}的关联公司"
        )
        for piece in view.running():
            if found := pattern.search(piece.text):
                yield at_piece(
                    view, piece, found.start(), f"“{name}” is defined as a service, not as a party"
                )
