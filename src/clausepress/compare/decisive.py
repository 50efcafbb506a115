"""The words of a clause that decide what it obliges to, whatever the words around them.

Negations, modal verbs, limits, consent, places of storage, deletion, numbers with their units, and
what data is named. One of them changed is a change of the rule, be it a single character; the rest
of a sentence may be said in another way. Words of one meaning count as the same: 应 and 应当,
十五日 and 15 天. `vocabulary` holds the words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from clausepress.compare.vocabulary import DATA, LOOKALIKES, MEANINGS

_HAN = "零〇一二两三四五六七八九十百千万"
_SIGNS = re.compile(r"[\u2460-\u249b\u3220-\u3229]")  # ①, ⑴, ⒈, ㈠: numbers of items
_REFERENCE = (
    rf"第\s*[\d.{_HAN}]+\s*[条款项章节编页]|第三[方人]"
    r"|\b(?:clauses?|sections?|articles?|parts?|chapters?|paragraphs?|art\.|no\.)\s+\d[\d.]*"
    rf"|\((?:\d{{1,2}}|[{_HAN}]{{1,3}})\)|^\s*(?:\d+(?:\.\d+)*[.、)]|[{_HAN}]+、)(?!\d)"
)
_LINK = r"(?:https?://|www\.)[\w./?=&%#:~+-]+"
_UNITS = {
    "workday": r"个?工作日|(?:working|business)\s+days?",
    "day": r"个?自然日|日(?![常志期])|天|(?:calendar\s+)?days?\b",
    "week": r"周|个?星期|weeks?\b",
    "month": r"个月|months?\b",
    "year": r"周?年|岁|years?\b",
    "hour": r"个?小时|hours?\b",
    "minute": r"分钟|minutes?\b",
    "time": r"次(?!性)|times\b",
    "%": r"%|per\s?cent\b",
    "yuan": r"元|yuan\b|RMB\b|CNY\b",
}
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"]
_TEENS += ["sixteen", "seventeen", "eighteen", "nineteen"]
_ENGLISH = {word: value for value, word in enumerate(_ONES + _TEENS, 1)}
_ENGLISH |= {word: 10 * value for value, word in enumerate(_TENS, 2)}
_UNIT = "|".join(f"(?:{pattern})" for pattern in _UNITS.values())
_AGAIN = r"(?:\s*\(\d+\))?[\s-]*"  # fifteen (15) days
_NUMBER = (
    rf"(?P<digits>\d[\d,]*(?:\.\d+)?)(?:[\s-]*(?P<unit>{_UNIT}))?"
    rf"|百分之(?P<percent>[{_HAN}]+)|(?P<han>[{_HAN}]+){_AGAIN}(?P<han_unit>{_UNIT})"
    rf"|\b(?P<word>(?:(?:{'|'.join(_TENS)})[\s-])?(?:{'|'.join(_ENGLISH)}))\b{_AGAIN}"
    rf"(?P<word_unit>{_UNIT})"
)
_DECISIVE = re.compile(
    f"(?P<skip>{_REFERENCE}|{_LINK}|{LOOKALIKES})|{_NUMBER}|"
    + "|".join(f"(?P<m{at}>{pattern})" for at, pattern in enumerate(MEANINGS.values()))
    + "|"
    + "|".join(f"(?P<d{at}>{pattern})" for at, pattern in enumerate(DATA.values())),
    re.IGNORECASE | re.MULTILINE,
)
_MONEY = re.compile(
    r"(?P<sign>[¥$€]|\b(?:RMB|CNY|USD|EUR)\b)\s*(?P<before>\d[\d,]*(?:\.\d+)?)"
    rf"|(?P<after>\d[\d,]*(?:\.\d+)?|[{_HAN}]+)\s*(?P<scale>万)?\s*"
    r"(?P<unit>(?:人民币|美|欧|港)?元|\byuan\b|\b(?:RMB|CNY|USD|EUR)\b)",
    re.IGNORECASE,
)
_CURRENCIES = {
    "$": "USD",
    "u": "USD",
    "美": "USD",
    "€": "EUR",
    "e": "EUR",
    "欧": "EUR",
    "港": "HKD",
}
_WORD = re.compile(r"[\u3400-\u9fff]|[a-z]+")
_FIGURE = re.compile(r"[\d.]+ (?:yuan)?")
_TERM = "\ufffc"
_SENTENCE = re.compile(r"[。;!?\n\t]+|\.(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Change:
    """Decisive words that only one of two texts has, as printed; none where their order differs.

    Attributes:
        gone: Those of the old text.
        come: Those of the new text.
        sentences: The sentences of both texts that hold them.
        figures: Whether they are figures only, without a unit or sums of money.
    """

    gone: tuple[str, ...]
    come: tuple[str, ...]
    sentences: str
    figures: bool


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    meanings: tuple[str, ...]
    words: tuple[str, ...]


def decisive_change(old: str, new: str, renamed: Iterable[tuple[str, str]] = ()) -> Change | None:
    """Return what decides differently in two texts of a clause; None when nothing does.

    Sentences may change places and be joined or cut, and so may the data of a list.

    Args:
        old: The text before.
        new: The text now.
        renamed: Terms renamed throughout, old and new name each; they are set aside where only
            the name differs: 账户 and 账号, but neither 会 and 不会 nor 照片 and 位置.
    """
    for name, other in renamed:
        if _only_renamed(name, other):
            old, new = old.replace(name, _TERM), new.replace(other, _TERM)
    olds, news = _sentences(old), _sentences(new)
    if [m for each in olds for m in each.meanings] == [m for each in news for m in each.meanings]:
        return None
    before = Counter(each.meanings for each in olds)
    after = Counter(each.meanings for each in news)
    if before == after:
        return None
    return Change(
        _only(olds, news),
        _only(news, olds),
        "\n".join(
            each.text for each in olds + news if before[each.meanings] != after[each.meanings]
        ),
        _without_figures(olds) == _without_figures(news),
    )


def amounts(text: str) -> Counter[str]:
    """Return the sums of money that a text names, in comparable form, with their counts."""
    found: Counter[str] = Counter()
    for match in _MONEY.finditer(unicodedata.normalize("NFKC", text)):
        value = Decimal(_value(match["before"] or match["after"]))
        currency = _CURRENCIES.get((match["sign"] or match["unit"])[0].casefold(), "CNY")
        value *= 10_000 if match["scale"] else 1
        found[f"{_value(f'{value:f}')} {currency}"] += 1
    return found


def _sentences(text: str) -> list[_Sentence]:
    """The sentences that hold decisive words."""
    plain = unicodedata.normalize("NFKC", _SIGNS.sub(" ", text))
    found = []
    for sentence in _SENTENCE.split(plain):
        matches = [each for each in _DECISIVE.finditer(sentence) if not each["skip"]]
        if matches:
            pairs = _lists_sorted([(_meaning(each), each[0].strip()) for each in matches])
            meanings, words = zip(*pairs, strict=True)
            found.append(_Sentence(sentence, meanings, words))
    return found


def _without_figures(sentences: Sequence[_Sentence]) -> Counter[tuple[str, ...]]:
    kept = (tuple(m for m in each.meanings if not _FIGURE.fullmatch(m)) for each in sentences)
    return Counter(filter(None, kept))


def _lists_sorted(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Meanings with their words, data in a row in one order, each kind once."""
    found: list[tuple[str, str]] = []
    for is_data, in_row in groupby(pairs, key=lambda pair: pair[0] in DATA):
        run = list(in_row)
        found += sorted(dict(run).items()) if is_data else run
    return found


def _only_renamed(before: str, after: str) -> bool:
    """Whether two names of a term decide the same, and stand for the same data if for any."""
    old, new = ([m for each in _sentences(term) for m in each.meanings] for term in (before, after))
    if [m for m in old if m not in DATA] != [m for m in new if m not in DATA]:
        return False
    alike = set(_WORD.findall(before.casefold())) & set(_WORD.findall(after.casefold()))
    return bool(alike) or old == new


def _meaning(match: re.Match[str]) -> str:
    number = match["digits"] or match["han"] or match["word"]
    if number:
        return f"{_value(number)} {_unit(match['unit'] or match['han_unit'] or match['word_unit'])}"
    if match["percent"]:
        return f"{_value(match['percent'])} %"
    named = next((name for at, name in enumerate(MEANINGS) if match[f"m{at}"]), "")
    return named or next(name for at, name in enumerate(DATA) if match[f"d{at}"])


def _unit(printed: str | None) -> str:
    if not printed:
        return ""
    return next(
        name for name, pattern in _UNITS.items() if re.fullmatch(pattern, printed, re.IGNORECASE)
    )


def _value(number: str) -> str:
    """A number in one notation: 1,000 and 1000.0, 十五 and fifteen and 15."""
    if number[0].isdecimal():
        whole, _, rest = number.replace(",", "").partition(".")
        return ".".join(filter(None, (str(int(whole)), rest.rstrip("0"))))
    if number[0].isascii():
        return str(sum(_ENGLISH[word] for word in re.split(r"[\s-]", number.casefold())))
    return str(_han_value(number))


def _han_value(numeral: str) -> int:
    """Value of a Chinese numeral below 万万; digits side by side are read as such (二〇)."""
    total = section = digit = 0
    for char in numeral:
        if char == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        elif char in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        else:
            value = 2 if char == "两" else 0 if char == "〇" else "零一二三四五六七八九".index(char)
            digit = digit * 10 + value
    return total + section + digit


def _only(mine: list[_Sentence], others: list[_Sentence]) -> tuple[str, ...]:
    """Words of one text whose meaning the other does not have, or not as often."""
    left = Counter(m for each in others for m in each.meanings)
    found = []
    for each in mine:
        for meaning, word in zip(each.meanings, each.words, strict=True):
            if left[meaning]:
                left[meaning] -= 1
            else:
                found.append(word)
    return tuple(dict.fromkeys(found))
