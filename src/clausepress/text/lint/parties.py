"""Parties of a contract: who is defined, and who does what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, Piece, View

_CUSTOMER = re.compile(
    r"(?:使用|购买|订购|接受|采购|租用)[^。]{0,20}(?:服务|产品|软件)[^。]{0,6}的(?:用户|客户|主体"
    r"|个人|单位|一方)"
    r"|^[：:是指为\s]*(?:客户|用户|买方|需方|委托方|采购方|承租方)"
)
_PROVIDER = re.compile(
    r"提供[^。]{0,20}(?:服务|产品|软件)[^。]{0,6}的(?:主体|公司|一方|单位|企业|服务商)"
    r"|^[：:是指为\s]*(?:服务商|服务提供方|供应商|卖方|供方|受托方|出租方)"
)
_PARTIES = ("甲方", "乙方", "丙方")
_NEGATED_PAYER = re.compile(r"违约金|赔偿|补偿|退|返还|垫付|税")


def _roles(view: View) -> tuple[str, str]:
    """The parties defined as customer and as provider, empty when the text does not say."""
    customer = provider = ""
    for piece in view.running():
        for party in _PARTIES:
            found = re.match(
                rf"{party}\s*[：:（(]\s*(?!指|是)|{party}(?=是?指)|{party}\s*[：:]", piece.text
            )
            if found:
                meaning = piece.text[found.end() : found.end() + 80]
                if not provider and _PROVIDER.search(meaning):
                    provider = party
                elif not customer and _CUSTOMER.search(meaning):
                    customer = party
    return customer, provider


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
    for piece, found in _swapped(view):
        yield at_piece(
            view, piece, found.start(), f"“{found.group()[:60]}” is the other party's part"
        )
    customer, provider = _roles(view)
    if not customer or not provider or not view.is_zh:
        return
    acts = (
        (
            rf"(?<![向给对为]){provider}[^，。；{customer[0]}{provider[0]}]{{0,12}}(?:支付|付费|"
            rf"付款|"
            rf"订购)"
        ),
        rf"(?:不|停止|终止)向{provider}(?:继续)?提供(?:服务|技术支持)",
        (
            rf"(?<![向给对为]){provider}[^，。；{customer[0]}]{{0,10}}选择[^，。；]{{0,6}}(?:产品"
            rf"|服"
            rf"务类型|套餐)"
        ),
        (
            rf"{provider}[^，。；{customer[0]}]{{0,4}}理解[^。；{customer[0]}]{{0,40}}(?:价格|费"
            rf"用|收"
            rf"费)"
        ),
        rf"{customer}(?:应|将|须)?(?:向|为){provider}提供[^，。；]{{0,12}}(?<!必要的)技术服务",
    )
    pattern = re.compile("|".join(acts))
    for piece in view.running():
        for found in pattern.finditer(piece.text):
            start = max(piece.text.rfind(mark, 0, found.start()) for mark in "，。；") + 1
            ends = [piece.text.find(mark, found.end()) for mark in "，。；"]
            end = min((each for each in ends if each >= 0), default=len(piece.text))
            if _NEGATED_PAYER.search(piece.text[start:end]):
                continue
            yield at_piece(
                view,
                piece,
                found.start(),
                f"{provider} is defined as the provider, yet acts here as the customer ({customer})"
                if not found.group().startswith(customer)
                else f"{customer} is defined as the customer, yet provides the service here",
            )
            break


# Roles that say by themselves who pays and who supplies.
_SUPPLIERS = (
    "卖方|出卖人|供方|供货方|出租方|出租人|受托方|承揽方|承揽人|许可方|贷款人|出借人|服务提供方"
)
_BUYERS = "买方|买受人|需方|采购方|承租方|承租人|委托方|定作方|定作人|被许可方|借款人"
_SWAPPED_ZH = re.compile(
    rf"(?<![向给对为由被])(?:{_SUPPLIERS})(?:应当?|须|需|将)[^，。；：方人其]{{0,12}}"
    rf"(?:向(?:{_BUYERS}))?(?:支付|付清|缴纳|交纳)(?:[^，。；退返代]{{0,6}})"
    r"(?:货款|租金|服务费|价款|许可费|使用费|房租|房款|借款利息)"
    rf"|(?<![向给对为由被])(?:{_BUYERS})(?:应当?|须|需|将)[^，。；：方人其]{{0,12}}向(?:"
    rf"{_SUPPLIERS})"
    r"(?:交付|提供)(?:货物|租赁物|标的物|房屋|产品|商品|工作成果)(?!清单|信息|样|资料|图|说明|的|需求)"
)
_SUPPLIERS_EN = "Seller|Vendor|Supplier|Lessor|Landlord|Licensor|Service Provider|Provider"
_BUYERS_EN = "Buyer|Purchaser|Customer|Client|Lessee|Tenant|Licensee"
_PRICE = r"(?:purchase price|contract price|price|rent|(?:service|licen[cs]e|subscription) fees?)"
_SWAPPED_EN = re.compile(
    rf"\b[Tt]he (?:{_SUPPLIERS_EN}) (?:shall|must|will|agrees to) (?:\w+ly )?pay (?:the |all )"
    rf"(?i:{_PRICE}|Fees)\b(?! of (?:its|any))"
    rf"|\b[Tt]he (?:{_SUPPLIERS_EN}) (?:shall|must|will|agrees to) (?:\w+ly )?pay the"
    rf" (?:{_BUYERS_EN}) the (?i:{_PRICE}|Fees)\b"
    rf"|\b[Tt]he (?:{_BUYERS_EN}) (?:shall|must|will|agrees to) (?:\w+ly )?"
    rf"(?:deliver|supply|provide) the (?i:goods|products|services|premises|software)\b"
    rf" to the (?:{_SUPPLIERS_EN})"
    rf"|\b[Tt]he (?:Buyer|Purchaser) (?:shall|must|will|agrees to) sell\b"
    rf"|\b[Tt]he (?:Seller|Vendor) (?:shall|must|will|agrees to) (?:buy|purchase)\b"
    rf"|\b[Tt]he (?:Lessee|Tenant) (?:shall|must|will|agrees to) (?:lease|let) the \w+ to\b"
)
_PARTY_EN = re.compile(
    r"[\"“(]?\b(Party [A-D])\b[\"”)]*\s*(?::|means|is|\()\s*(?:the )?[^.;]{0,60}?"
    rf"\b(?i:(customer|buyer|purchaser|client|lessee|tenant|licensee)|({_SUPPLIERS_EN.lower()}))\b"
)
_ACTS_EN = (
    r"\b{provider} (?:shall|must|will|agrees to) (?:\w+ly )?pay (?:{customer} )?(?:the |all )"
    r"(?i:price|fees?|rent|charges|purchase price|service fees?)\b"
    r"|\b{customer} (?:shall|must|will|agrees to) (?:\w+ly )?(?:provide|deliver|supply) the "
    r"(?i:services?|goods|products|premises)\b(?: to {provider})?"
)


def _swapped(view: View) -> Iterator[tuple[Piece, re.Match[str]]]:
    """Yield the acts done by the wrong one of two roles that name themselves."""
    patterns = [_SWAPPED_ZH if view.is_zh else _SWAPPED_EN]
    if not view.is_zh:
        roles = {"customer": "", "provider": ""}
        for piece in view.pieces:
            for found in _PARTY_EN.finditer(piece.text):
                role = "customer" if found.group(2) else "provider"
                roles[role] = roles[role] or found.group(1)
        if all(roles.values()) and roles["customer"] != roles["provider"]:
            patterns.append(re.compile(_ACTS_EN.format(**roles)))
    for piece in view.running():
        for pattern in patterns:
            for found in pattern.finditer(piece.text):
                yield piece, found


_PARTY_ZH = "甲方|乙方|丙方|丁方"
_ROLES_EN = (
    f"Party [A-D]|{_SUPPLIERS_EN}|{_BUYERS_EN}|Borrower|Lender|Contractor|Discloser|Recipient"
)
_SELF_ZH = re.compile(
    rf"(?<![向给对为由与和及、])({_PARTY_ZH})"
    r"(?:(?!要求|员工|代理|同意|之前|以前|不向|未向)[^，。；：:方其者户商]){0,18}(?:向|给|为)\1"
    r"(?:(?!要求|员工)[^，。；方的]){0,6}?(?:支付|付款|交付|提供|赔偿|发出|出具|开具|返还|退还|承"
    r"担)"
    rf"|^({_PARTY_ZH})(?:(?!要求)[^，。；：:方其者户商给]){{2,20}}的，(?:应当?|须|需)(?:"
    rf"[^，。；方]){{0,8}}向\2"
    r"(?:支付|赔偿|承担)"
    rf"|({_PARTY_ZH})[与和及]\3(?!的)"
    rf"|({_PARTY_ZH})(?:应当?|须|可以?|有权)?(?:书面)?(?:委托|授权|要求|通知|聘请)\4"
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


_KNOWN_EN = (
    *(f"Party {letter}" for letter in "ABCD"),
    *_SUPPLIERS_EN.split("|"),
    *_BUYERS_EN.split("|"),
)
_USED = {
    "zh": re.compile(rf"(?:{_PARTY_ZH})"),
    "en": re.compile(
        r"\bParty [A-D]\b|(?<=\b[Tt]he )" + f"(?:{_SUPPLIERS_EN}|{_BUYERS_EN})" + r"\b"
    ),
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
        return
    kinds = {party.startswith("Party ") for party in said}
    for party, (piece, at) in first.items():
        if party not in said and party.startswith("Party ") in kinds:
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
