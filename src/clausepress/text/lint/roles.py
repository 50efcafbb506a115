"""Who is customer and who is provider, and which acts are whose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausepress.text.lint.view import HAN, Piece, View

_CUSTOMER = re.compile(
    r"(?:使用|购买|订购|接受|采购|租用)[^。]{0,20}(?:服务|产品|软件)[^。]{0,6}的(?:用户|客户|主体"
    r"|个人|单位|一方)"
    r"|^[：:是指为\s]*(?:客户|用户|买方|买受人|需方|委托[方人]|采购方|承租[方人]|定作[方人]|发包[方人])"
)
_PROVIDER = re.compile(
    r"提供[^。]{0,20}(?:服务|产品|软件)[^。]{0,6}的(?:主体|公司|一方|单位|企业|服务商)"
    r"|^[：:是指为\s]*(?:服务商|服务提供方|供应商|卖方|出卖人|供方|受托[方人]|出租[方人]|承揽[方人]|承包[方人])"
)
_PARTIES = ("甲方", "乙方", "丙方")
_NEGATED_PAYER = re.compile(r"违约金|赔偿|补偿|退|返还|垫付|税")


def roles_zh(view: View) -> tuple[str, str]:
    """The parties defined as customer and as provider, empty when the text does not say."""
    customer = provider = ""
    for piece in view.running() if view.is_zh else ():
        for party in _PARTIES:
            if party not in piece.text:
                continue
            found = re.match(
                rf"{party}\s*[：:（(]\s*(?!指|是)|{party}(?=是?指)|{party}\s*[：:]", piece.text
            )
            role = re.match(
                rf"([{HAN}]{{2,6}})[（(](?:以下)?[简合]?称?为?[“\"]?{party}", piece.text
            )
            if found or role:
                meaning = piece.text[found.end() : found.end() + 80] if found else ""
                meaning = role.group(1) if role else meaning
                if not provider and _PROVIDER.search(meaning):
                    provider = party
                elif not customer and _CUSTOMER.search(meaning):
                    customer = party
    return customer, provider


_FEE = "(?:租金|服务费|使用费|许可费|货款|价款|委托费|报酬)"


def acts_zh(view: View, customer: str, provider: str) -> Iterator[tuple[Piece, re.Match[str]]]:
    """Yield the first act of each piece that the text's definitions give to the other party."""
    duty = rf"(?<![向给对为由]){provider}(?:应当?|须|需要?|将)[^，。；：退返代]{{0,24}}?"
    acts = (
        (
            rf"(?<![向给对为]){provider}[^，。；{customer[0]}{provider[0]}]{{0,12}}(?:支付|付费|"
            rf"付款|"
            rf"订购)"
        ),
        rf"{duty}向{customer}(?:支付|缴纳|交纳)[^，。；退返违赔]{{0,8}}?{_FEE}(?!分成)",
        rf"{duty}{_FEE}(?:汇入|汇至|转入|付至)",
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
            if not _NEGATED_PAYER.search(piece.text[start:end]):
                yield piece, found
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
SUPPLIERS_EN = "Seller|Vendor|Supplier|Lessor|Landlord|Licensor|Service Provider|Provider"
BUYERS_EN = "Buyer|Purchaser|Customer|Client|Lessee|Tenant|Licensee"
_PRICE = r"(?:purchase price|contract price|price|rent|(?:service|licen[cs]e|subscription) fees?)"
_SWAPPED_EN = re.compile(
    rf"\b[Tt]he (?:{SUPPLIERS_EN}) (?:shall|must|will|agrees to) (?:\w+ly )?pay (?:the |all )"
    rf"(?i:{_PRICE}|Fees)\b(?! of (?:its|any))"
    rf"|\b[Tt]he (?:{SUPPLIERS_EN}) (?:shall|must|will|agrees to) (?:\w+ly )?pay the"
    rf" (?:{BUYERS_EN}) the (?i:{_PRICE}|Fees)\b"
    rf"|\b[Tt]he (?:{BUYERS_EN}) (?:shall|must|will|agrees to) (?:\w+ly )?"
    rf"(?:deliver|supply|provide) the (?i:goods|products|services|premises|software)\b"
    rf" to the (?:{SUPPLIERS_EN})"
    rf"|\b[Tt]he (?:Buyer|Purchaser) (?:shall|must|will|agrees to) sell\b"
    rf"|\b[Tt]he (?:Seller|Vendor) (?:shall|must|will|agrees to) (?:buy|purchase)\b"
    rf"|\b[Tt]he (?:Lessee|Tenant) (?:shall|must|will|agrees to) (?:lease|let) the \w+ to\b"
)
_PARTY_EN = re.compile(
    r"[\"“(]?\b(Party [A-D])\b[\"”)]*\s*(?::|means|is|\()\s*(?:the )?"
    r"(?:[^.;]|(?:Ltd|Inc|Co|Corp)\.){0,60}?"
    rf"\b(?i:(customer|buyer|purchaser|client|lessee|tenant|licensee)|({SUPPLIERS_EN.lower()}))\b"
)
_ACTS_EN = (
    r"\b{provider} (?:shall|must|will|agrees to) (?:\w+ly )?pay (?:{customer} )?(?:the |all )"
    r"(?i:price|fees?|rent|charges|purchase price|service fees?)\b"
    r"|\b{customer} (?:shall|must|will|agrees to) (?:\w+ly )?(?:provide|deliver|supply) the "
    r"(?i:services?|goods|products|premises)\b(?: to {provider})?"
)


def swapped(view: View) -> Iterator[tuple[Piece, re.Match[str]]]:
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
