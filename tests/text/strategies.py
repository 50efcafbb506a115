"""Generated documents: sources of every shape the parser reads, Chinese and English.

An `Edition` is never made by hand here: a source is generated and parsed, so that only editions
that can exist are tested.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import strategies as st

from clausepress.errors import SourceError
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source

PATH = Path("text.md")

_HAN = "甲乙丙丁戊本协议政策服务用户个人信息条款应当不得收集使用共享删除"
_WORDS = (
    "we",
    "You",
    "may",
    "collect",
    "data",
    "Policy",
    "the",
    "e-mail",
    "3.5%",
    "2.5万元",
    "SDK",
)
_MARKS = list("。，；：“”（）【】()*_^<>[]{}#|\\-.、&\"'`~+!/1290IVXa")
# Zero width, no-break and ideographic space, a line separator, a character of two code units, a
# combining one, one that NFC changes, two that XML cannot hold.
_ODD = list("\u200b\u200d\u2028\xa0\u3000😀\u0301\u212b\ufffe\uffff\t")
_HIDDEN = list("\x00\x08\x0b\x1f\x7f\x85\u202e\ufeff\r\n\ud7ff")  # in a title, by YAML escapes

WORDS = {
    "zh": st.text(st.sampled_from(_HAN + "，。"), min_size=1, max_size=12),
    "en": st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join),
}
ODD_TEXT = st.text(
    st.one_of(
        st.sampled_from(_MARKS),
        st.sampled_from(_ODD),
        st.characters(codec="utf-8", exclude_categories=("C",)),
    ),
    min_size=1,
    max_size=8,
)
HREFS = st.one_of(
    st.sampled_from(
        ["https://example.com/a?b=1&c#d", "mailto:a@example.com", "tel:400-1", "#c1-1"]
    ),
    st.sampled_from(
        ["../other/", "./", "https://例子.cn/政策", "http://a:b@c/", "http://[", "#a#b"]
    ),
    st.text(st.sampled_from("ab甲%2:/?#@&=<>\"'[]{}|^`\\\ufffe"), max_size=8).map("./{}".format),
)


def texts(lang: str) -> st.SearchStrategy[str]:
    """Words of a language, now and then with odd characters or stray marks in them."""
    words = WORDS[lang]
    return st.one_of(
        words, words, words, st.builds("{}{}{}".format, words, ODD_TEXT, words), ODD_TEXT
    )


def spans(lang: str) -> st.SearchStrategy[str]:
    """A stretch of inline source: plain, emphasised, a link, a label, or an unbalanced mark."""
    marks = [
        *["{}"] * 4,
        *("**{}**", "<u>{}</u>", "^^{}^^", "**<u>{}</u>**", "<u>**{}**</u>", "**{}**{{.label}}"),
        *("**{}", "{}</u>", "^^{}"),
    ]
    marked = st.builds(lambda mark, text: mark.format(text), st.sampled_from(marks), texts(lang))
    return st.one_of(marked, marked, st.builds("[{}]({})".format, marked, HREFS))


def inlines(lang: str) -> st.SearchStrategy[str]:
    """Source of one paragraph, heading or cell; never white space alone."""
    return (
        st.lists(spans(lang), min_size=1, max_size=4).map("".join).filter(lambda text: text.strip())
    )


def _number(scheme: str, value: int, part: int) -> str:
    han = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "二十一"][value % 12]
    roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"][value % 12]
    return scheme.format(
        han=han,
        roman=roman,
        small=roman.lower(),
        alpha="abcdefghijkl"[value % 12],
        upper="ABCDEFGHJKLM"[value % 12],
        circled="①②③④⑤⑥⑦⑧⑨⑩⑪⑫"[value % 12],
        n=value + 1,
        m=part,
    )


SCHEMES = (
    *("第{han}条 ", "第{n}章 ", "{han}、", "（{han}）"),
    *("{n}、", "{n}. ", "{n}.{m} ", "{n}.{m}", "{n}.{m}. ", "{n}.{m}.{n} ", "{n}．{m} "),
    *("({n}) ", "（{n}）", "{n}）", "{circled}"),
    *("{roman}. ", "({small}) ", "{alpha}) ", "({alpha}) ", "{upper}. ", "({upper}) "),
    *("{n} ", "{n}：", "{han}. ", "第{han}部分 ", "第{n}条（", "⑴", "㈡ ", "§ {n} "),
    *("Article {roman}. ", "Section {n}.{m}. ", "PART {upper} – ", "附件{han}：", "Annex {n}: "),
)
NUMBERS = st.builds(_number, st.sampled_from(SCHEMES), st.integers(0, 11), st.integers(1, 12))
IDS = st.from_regex(r"[a-z][a-z0-9_.-]{0,6}", fullmatch=True)


def blocks(lang: str) -> st.SearchStrategy[str]:
    """A heading, a clause, an item or a paragraph."""
    start = st.sampled_from([""] * 6 + ["- "] * 2 + ["# ", "## ", "### ", "###### ", "**", "\\"])
    number = st.one_of(st.just(""), NUMBERS, NUMBERS, NUMBERS)
    name = st.one_of(st.just(""), st.just(""), IDS.map(" {{#{}}}".format))
    return st.builds("{}{}{}{}".format, start, number, inlines(lang), name)


@st.composite
def tables(draw: st.DrawFn, lang: str) -> str:
    """A pipe table of one to four columns."""
    columns = draw(st.integers(1, 4))
    cell = st.one_of(inlines(lang), st.just("")).map(lambda text: text.replace("|", "\\|"))
    row = st.lists(cell, min_size=columns, max_size=columns)
    drawn = draw(st.lists(row, min_size=1, max_size=4))
    rows = ["| " + " | ".join(cells) + " |" for cells in drawn]
    return "\n".join([rows[0], "|" + "---|" * columns, *rows[1:]])


@st.composite
def sources(draw: st.DrawFn, lang: str) -> str:
    """A whole source with front matter."""
    hidden = st.builds("{}{}{}".format, WORDS[lang], st.sampled_from(_HIDDEN), WORDS[lang])
    front: dict[str, str] = {"title": draw(st.one_of(texts(lang), hidden))}
    if draw(st.booleans()):
        front["translates"] = draw(st.sampled_from(["earlier", "2021-01-25 zh", "1 zh-Hant"]))
    block = st.one_of(*[blocks(lang)] * 5, tables(lang))
    body = "\n\n".join(
        draw(
            st.one_of(
                st.lists(block, min_size=1, max_size=4), st.lists(block, min_size=6, max_size=14)
            )
        )
    )
    return f"---\n{yaml.safe_dump(front)}---\n\n{body}\n"


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """An edition as `parse_source` reads one, Chinese or English."""
    lang = draw(st.sampled_from(["zh", "en"]))
    made: list[Edition] = []

    def parses(source: str) -> bool:
        try:
            made.append(parse_source(source, lang=lang, path=PATH).edition)
        except SourceError:  # an id given twice, a heading without text
            return False
        return True

    draw(sources(lang).filter(parses))
    return made[-1]
