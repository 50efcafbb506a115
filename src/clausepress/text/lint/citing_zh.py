"""Citations in a Chinese text: 第 5.1 条至第 5.3 条, 见 3.8, 第九条第（五）项, 附件四."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from clausepress.text.lint.citation import Citation, number_of
from clausepress.text.lint.view import HAN, Piece

_HAN_NUMBER = "[零〇一二三四五六七八九十百]+"
_N = rf"(?:\d{{1,3}}(?:\.\d{{1,3}}){{0,4}}|{_HAN_NUMBER})"
_D = r"[1-9]\d?(?:\.\d{1,2}){1,4}"
_SEP = r"\s*(?:[、，,~～—–-]|以及|或者|[和及与或至到])+\s*"
_BELOW = (
    rf"(?:\s*第\s*[（(]?(?:{_N}|[A-Za-z])[）)]?\s*[款项目类种点]"
    r"|[（(](?:[A-Za-z]|\d{1,2})[）)]\s*项?)"
)
_SAYS = r"(?=\s*(?:所[述列规约]|规定|约定|情形|的(?:规定|约定|情形|要求|内容)))"

# 条 counts messages too: 第九条短信.
_MEASURED = "[件例款]|短信|消息|信息|评论|记录|数据|动态|建议|意见|微博|留言|弹幕|推送|通知|广告"

_CLAUSE = re.compile(
    rf"第\s*(?P<list>{_N}(?:{_SEP}{_N})*)\s*(?P<unit>条(?!{_MEASURED})|章(?!程)|节|部分)"
    rf"(?P<below>{_BELOW}*)"
)
_DECIMAL = re.compile(
    rf"(?<![\d.第])(?P<list>{_D}(?:{_SEP}{_D})*)(?:\s*(?:条款?|[款节])(?P<below>{_BELOW}*)"
    r"|(?P<letter>[（(](?:[A-Za-z]|\d{1,2}(?=[）)]\s*(?:项|所[述列]|规定|约定)))[）)]))"
)
# 第 4.2 款, 第 1.2.1 项; 3.1 所列措施, but not TLS 1.2 所述
_DOTTED = re.compile(
    rf"第\s*(?P<list>{_D}(?:{_SEP}{_D})*)\s*(?P<unit>[款项点])(?P<below>{_BELOW}*)"
    rf"|(?<![\d.第A-Za-z本])(?<![A-Za-z本]\s)(?P<said>{_D}(?:{_SEP}{_D})*)(?=\s*所[述列])"
)
# 第二条第 2 项、第 8 项, 第四条第（一）项至第（三）项: what follows the first item
_MORE = re.compile(rf"\s*(?:[、，和及与或至到]|以及|或者)\s*(?=第)({_BELOW})(?!\s*[条款])")
_SEEN = re.compile(
    r"(?:[见照据反]|上述|前述|按(?!照)|本(?:协议|政策|合同|条款|声明|规则))\s*"
    rf"(?P<list>{_D}(?:{_SEP}{_D})*)(?P<below>)"
    r"(?=\s*(?:$|[，。；、）)“”（(之所]|的?(?:规定|约定|要求|情形|程序)|执行|处理|办理|进行))"
)
_ITEM = re.compile(
    rf"第\s*[（(](?P<label>\d{{1,2}}|{_HAN_NUMBER})[）)]\s*(?:[类项款种点]目?|条)(?P<below>{_BELOW}*)"
    r"|(?:上述|前述|以上|本[条章节])\s*第\s*"
    rf"(?P<near>\d{{1,2}}|{_HAN_NUMBER})\s*(?P<near_unit>[款项点])"
    rf"|(?<![条款])第\s*(?P<nth>\d{{1,2}}|{_HAN_NUMBER})\s*(?P<nth_unit>[款项]){_SAYS}"
)
_ANNEX = re.compile(
    rf"(?P<word>附件|附录|附表)\s*(?P<label>\d{{1,2}}|{_HAN_NUMBER}|[A-Z](?![A-Za-z]))"
    r"(?!\s*[份个项张页、]|[\d.])"
)
_LABEL = re.compile(
    rf"第\s*[（(]?({_N}|[A-Za-z])[）)]?\s*([款项目类种点])|[（(]([A-Za-z]|\d{{1,2}})[）)]"
)

_SOURCE = (
    "[》」”]|法|法典|法律|法规|条例|规定|办法|解释|决定|标准|规范|规则|准则|细则|政策|协议|须知"
    "|声明|条款|合同|订单|公约|通知|指南|指引|意见|章程|手册|公告"
)
_FOREIGN = re.compile(
    rf"(?:(?:{_SOURCE})[（(）)\d年修订正 ]{{0,12}}"
    r"|(?:附件|附录|附表)\s*[\d一二三四五六七八九十A-Z]*)"
    r"(?:[》」”]|中|的|之)?(?:第\s*[\d.一二三四五六七八九十百]+\s*[编章节条款](?:之[一二三])?"
    r"[、和及与或]?)*\s*$"
)
_LAW = re.compile(r"《[^》]*(?:法|法典|条例|规定|办法|解释|标准|规范|公约)》(?![^。；]*本)")
_OWN = re.compile(
    rf"本[{HAN}]{{1,8}}(?:中|的|之)?\s*$|本《[^》]+》\s*$|(?:上述|前述|上文|下文)\s*$"
)
_STANDARD = re.compile(r"\b(?:GB|ISO|IEC|YD|JR|RFC)[/\w\s.:-]*[中的]?\s*$")
_TITLE = re.compile(r"《([^》]+)》(?:中|的|之)?\s*$")


def find_zh(piece: Piece, title: str) -> Iterator[Citation]:
    """Yield the citations of a piece, those of laws and other documents left out.

    Args:
        piece: The text.
        title: Title of the whole text, by which it may name itself.
    """
    taken: set[int] = set()
    last: Citation | None = None
    foreign = False
    for find in (_clauses, _items, _annexes):
        for each in find(piece):
            start = each.start
            cited = piece.text[start : each.end]
            before = piece.text[max(0, start - 60) : start]
            own = bool(_OWN.search(before) or cited.startswith("本") or _named(before, title))
            if start in taken:
                continue
            taken.update(range(start, each.end))
            # 主合同第二条第 1 项、第 8 项: both items are those of the other contract
            goes_on = last is not None and last.values == each.values and _joins(last, each)
            foreign = foreign if goes_on else not own and _is_foreign(before, each)
            last = each
            if not foreign:
                yield replace(each, own=own)


def _joins(one: Citation, other: Citation) -> bool:
    """Whether the second citation is a further item of the clause of the first."""
    return bool(other.items and other.start > one.end and _MORE.match(one.piece.text, one.end))


def _clauses(piece: Piece) -> Iterator[Citation]:
    for pattern in (_CLAUSE, _DECIMAL, _DOTTED, _SEEN):
        for found in pattern.finditer(piece.text):
            groups = found.groupdict()
            unit = groups.get("unit") or "条"
            place = "said" if groups.get("said") else "list"
            numbers = list(re.finditer(_N, found[place]))
            below = (groups.get("below") or "") + (groups.get("letter") or "")
            for number in numbers:
                last = number is numbers[-1]
                yield Citation(
                    piece,
                    found.start(place) + number.start() if number.start() else found.start(),
                    found.end() if last else found.start(place) + number.end(),
                    f"第 {number.group()} {unit}"
                    if number.group()[0].isdigit()
                    else f"第{number.group()}{unit}",
                    unit,
                    values=number_of(number.group()),
                    items=_labels(below) if last else (),
                )
            yield from _more_items(piece, found.end(), number_of(numbers[-1].group()), below)


def _more_items(piece: Piece, end: int, values: tuple[int, ...], below: str) -> Iterator[Citation]:
    """Yield the items named after the first one of a clause: 第二条第 2 项、第 8 项."""
    above = _labels(below)
    while above and (found := _MORE.match(piece.text, end)):
        name = f"第 {'.'.join(map(str, values))} 条"
        items = (*above[:-1], *_labels(found[1]))
        yield Citation(piece, found.start(1), found.end(), name, "条", values=values, items=items)
        end = found.end()


def _labels(below: str) -> tuple[str, ...]:
    return tuple(
        f"{found[1]}款" if found[2] == "款" and "（" not in found[0] else found[1] or found[3]
        for found in _LABEL.finditer(below)
    )


def _items(piece: Piece) -> Iterator[Citation]:
    for found in _ITEM.finditer(piece.text):
        label = found["label"] or found["near"] or found["nth"]
        paragraph = "款" in (found["near_unit"] or found["nth_unit"] or "")
        items = (f"{label}款" if paragraph else label, *_labels(found["below"] or ""))
        yield Citation(piece, found.start(), found.end(), found.group(), "item", items=items)


def _annexes(piece: Piece) -> Iterator[Citation]:
    for found in _ANNEX.finditer(piece.text):
        name = re.sub(r"\s", "", found.group())
        yield Citation(piece, found.start(), found.end(), name, "annex", label=found["label"])


def _named(before: str, title: str) -> bool:
    found = _TITLE.search(before)
    return bool(found and len(found[1]) > 3 and (found[1] in title or title in found[1]))


def _is_foreign(before: str, cited: Citation) -> bool:
    sentence = re.split(r"[。；;]", before)[-1]
    if cited.values and (cited.values[0] > 99 or _LAW.search(sentence)):
        return True
    return bool(_STANDARD.search(before) or _FOREIGN.search(before))
