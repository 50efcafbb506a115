"""Variants of defined names: a character replaced, a letter too many, a hyphen more or less."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from clausepress.text.lint.english import is_english
from clausepress.text.lint.likeness import one_edit
from clausepress.text.lint.view import HAN

# What a brand is joined with: 青禾商家 is no slip of 青禾商城.
_TAILS = frozenset(
    re.findall(
        "..",
        "商家商户商品商店商铺商场商城商业平台账号账户会员用户客户客服服务产品官网网站网络科技科学技术数据数码公司"
        "集团支付金融信息信用智能智慧传媒教育健康音乐视频通信短信快递物流云盘云端音箱音响软件硬件电商电子电器",
    )
)
_BEFORE = r"(?:^|(?<=[，。；：、（“\n由与和向对经及]))"
_AFTER = r"(?=不|有权|应|将|可以|会|对|提供|承担|的|与|和|向|收取|在|及|，|。|、|$)"


def slips_zh(term: str, text: str, *, company: bool) -> list[str]:
    """Return the forms of a text that are a Chinese name with one character replaced.

    An inner character in names of four or more; in short names of companies the last one too,
    and the middle one of three where the form stands as a party does.
    """
    usual = text.count(term)
    if usual < 3:
        return []
    inner = [f"{term[:i]}(?!{term[i]})[{HAN}]{term[i + 1 :]}" for i in range(1, len(term) - 1)]
    if len(term) < 4:
        form = f"{_BEFORE}({inner[0]}){_AFTER}" if company else "(?!)"
        found = Counter(re.findall(form, text, re.MULTILINE))
    else:
        found = Counter(re.findall("|".join(inner), text))
        last = rf"{term[:-1]}(?!{term[-1]})[{HAN}]"
        for each in re.findall(last, text) if company else ():
            if each[-2:] not in _TAILS and text.count(each[-2:]) == 1:
                found[each] += 1
    return [each for each, n in found.items() if 3 * n <= usual]


_CAPITAL = re.compile(r"\b[A-Z][A-Za-z]+(?:-[A-Za-z]+)*")
_INFLECTED = re.compile(r".*(?:e[dr]|y)")  # License, Licensed, Licenser
_PAIRED = re.compile(r"(?:or|er|ee|ed|ing)$")  # Licensor and Licensee are two persons


def slips_en(terms: Iterable[str], text: str) -> dict[str, str]:
    """Return the forms of a text that are a slip of an English term, each with its term.

    Fennell for Fennel, Security Incidence for Security Incident, Subprocessor for Sub-processor.
    Plurals are none, nor words that the text or the language has besides.
    """
    defined = set(terms)
    words = Counter(_CAPITAL.findall(text))
    small = set(re.findall(r"\b[a-z]+\b", text))
    found: dict[str, str] = {}
    for term in sorted(defined):
        first, _, second = term.partition(" ")
        if second:
            pairs = _pairs(first, second, text)
            found |= {each: term for each in pairs if each not in defined}
            continue
        for word, n in words.items():
            if word in defined or word.isupper() or n >= words[term]:
                continue
            hyphen = _base(word) == _base(term) and ("-" in word) != ("-" in term)
            known = is_english(word.lower()) or word.lower() in small or _paired(word, term)
            if hyphen or (len(term) >= 6 and not known and _slip(word, term)):
                found[word] = term
    return found


def _base(word: str) -> str:
    """A word without hyphen, capitals and the s of the plural."""
    return word.replace("-", "").casefold().removesuffix("s")


def _slip(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    inflected = _INFLECTED.fullmatch(long) is not None and long[:-1] == short
    return _base(one) != _base(other) and one_edit(one, other) and not inflected


def _paired(one: str, other: str) -> bool:
    stems = {_PAIRED.sub("", one), _PAIRED.sub("", other)}
    return len(stems) == 1


def _pairs(first: str, second: str, text: str) -> Iterator[str]:
    """Yield the phrases that share one word with a term of two, the other one nearly."""
    if " " in second:
        return
    for pattern, word in (
        (rf"\b{re.escape(first)} ([A-Z][a-z]+)\b", second),
        (rf"\b([A-Z][a-z]+) {re.escape(second)}\b", first),
    ):
        for match in re.finditer(pattern, text):
            if _slip(match.group(1), word) or _one_stem(match.group(1), word):
                yield match.group()
    # a capital less: each Service credit
    small = rf"(?:[a-z,]|\b(?:A|An|The|Each|Any|No)) ({re.escape(first)} {second.lower()})\b"
    if second[:1].isupper():
        yield from re.findall(small, text)


def _one_stem(one: str, other: str) -> bool:
    """Whether two words begin alike for most of their letters: Incident, Incidence."""
    alike = 0
    while alike < min(len(one), len(other)) and one[alike] == other[alike]:
        alike += 1
    return _base(one) != _base(other) and 4 * alike >= 3 * max(len(one), len(other))
