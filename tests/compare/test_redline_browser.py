"""The browser's redline is Python's, byte for byte, in real Chromium."""

import functools
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Error, Page
from redline_samples import TEXT, edition

from clausepress.archive.library import load_library
from clausepress.compare.redline import redline
from clausepress.compare.stream import number_form, tokenise
from clausepress.errors import SourceError
from clausepress.text.alignment.features import is_derived
from clausepress.text.export.json import edition_json
from clausepress.text.export.publication import Publication
from clausepress.text.model import Clause, Edition
from clausepress.text.sources import open_source

ROOT = Path(__file__).parents[2]
SOURCES = ROOT.parent / "shared" / "sources"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    handler = partial(SimpleHTTPRequestHandler, directory=str(ROOT / "overrides" / "assets"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/redline.js")
    yield page
    page.close()
    server.shutdown()
    server.server_close()


def in_browser(page: Page, old: Edition, new: Edition) -> str:
    """The redline as the browser finds it from two edition.json files."""
    files = [edition_json(each, Publication("sample")).decode() for each in (old, new)]
    found = page.evaluate(
        """async (files) => {
            const { redline } = await import("/redline.js");
            return JSON.stringify(redline(...files.map((file) => JSON.parse(file))));
        }""",
        files,
    )
    assert isinstance(found, str)
    return found


def assert_same(page: Page, old: Edition, new: Edition) -> None:
    assert in_browser(page, old, new) == msgspec.json.encode(redline(old, new)).decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sample_policies_compare_alike(page: Page, lang: str) -> None:
    policies = load_library(ROOT / "docs").policies
    old, new = (each.editions[lang].edition for each in policies["privacy"].versions)
    other = policies["user-agreement"].versions[0].editions[lang].edition
    for pair in ((old, new), (new, old), (old, old), (new, other)):
        assert_same(page, *pair)


@functools.cache
def source(name: str) -> Edition:
    return open_source(SOURCES / f"{name}.txt", Path("docs")).edition


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the real documents are not beside the project")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("privacy-policy.2019-09-16.zh", "privacy-policy.2021-01-25.zh"),
        ("privacy-policy.2021-01-25.zh", "privacy-policy.2019-09-16.zh"),
        ("privacy-policy.2021-01-25.zh", "user-agreement.202003041.zh"),
        ("privacy-policy.en", "privacy-policy.en"),
    ],
)
def test_the_real_texts_compare_alike(page: Page, old: str, new: str) -> None:
    assert_same(page, source(old), source(new))


HARD = {
    "two of one length swapped": (
        "一、甲方按月支付价款。\n\n二、乙方按期交付货物。",
        "一、乙方按期交付货物。\n\n二、甲方按月支付价款。",
    ),
    "a row known by its first cell": (
        "| 单位 | 用途 |\n|---|---|\n| 甲地 | 发送通知 |\n| 乙地 | 核验 |",
        "| 单位 | 用途 |\n|---|---|\n| 甲地 | 寄账单与发票及回执 |\n| 乙地 | 核验 |",
    ),
    "a clause known by its place": (
        "一、甲方按月支付价款。\n\n二、乙方按期交付全部货物。\n\n三、争议协商解决。",
        "一、甲方按月支付价款。\n\n二、乙方按期告知进度和问题。\n\n三、争议协商解决。",
    ),
    "a clause known by its id": (
        "一、甲方按月支付价款。 {#fee}\n\n二、其他事项另行商定。",
        "一、总则如下。\n\n二、收费标准见附件，逾期加收利息。 {#fee}",
    ),
    "a chapter known by its clauses": (
        "## 一、服务\n\n1.1 甲方提供存储。\n\n1.2 乙方按月支付价款。",
        "## 一、我们做什么\n\n1.1 甲方提供存储。\n\n1.2 乙方按月支付价款。",
    ),
    "a clause that became a list": (
        "一、甲\n\n1.1 情形如下：（1）事先同意；②法律另有规定；（3）公共利益需要。\n\n1.2 从略。",
        (
            "一、甲\n\n1.1 情形如下：\n\n（1）事先同意；\n\n（2）司法机关要求；\n\n"
            "（3）法律另有规定；\n\n（4）公共利益确有需要。\n\n1.2 从略。"
        ),
    ),
    "short items in another order": (
        "一、甲\n\n1.1 情形：\n\n（1）同意；\n\n（2）法定；\n\n（3）公益。\n\n（4）法定；",
        "一、甲\n\n1.1 情形：\n\n（1）公益；\n\n（2）同意；\n\n（3）法定。\n\n（4）约定；",
    ),
    "words of two characters": (
        "1.1 甲方守约，乙方守约。\n\n1.2 应甲方要求，由乙方付费。\n\n二、先用户后用户，先上后下",
        "1.1 甲方守约，乙方守约。\n\n1.2 应乙方要求，由甲方付费。\n\n二、先客户后客户，后上先下",
    ),
    "links and looks": (
        "1.1 写信给 help@a.example 或见 https://a.example/x?b=1，金额 1,000 元……下称“甲”。",
        "1.1 写信给 desk@a.example 或见 https://b.test/x?b=12，金额 1000 元...下称「甲」。",
    ),
    "a clause split under a new number": (
        "一、甲方按月支付价款，乙方按期交付货物，争议协商解决。",
        "一、甲方按月支付价款，\n\n二、乙方按期交付货物，争议协商解决。",
    ),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_cases_compare_alike(page: Page, name: str) -> None:
    old, new = map(edition, HARD[name])
    assert_same(page, old, new)
    assert_same(page, new, old)


BLOCKS = [
    *TEXT.split("\n\n"),
    "二、𠮷野条款",
    "2.4 𠮷野公司占地 30 m²，见注①和 https://example.com/a?b=1。",
    "2.4.1 甲方（“甲”）及 the Owner's agents 各付一半：½。",
    "Section 4. Notices {#notices}",
    "- 邮件寄往 law@example.com，三日内答复。",
    "（甲）青山公司的说明与第 3.1 条一致。",
]
WORDS = ["30", "三十", "数据", "，但另有约定的除外", "the fee ", "𠮷", "。", "", "(1) ", "²"]
WIDE = str.maketrans("，（）：3", ",():３")
Change = Callable[[list[str], int, int, str], None]


def move(text: list[str], at: int, to: int, word: str) -> None:
    text.insert(to, text.pop(at))


def swap(text: list[str], at: int, to: int, word: str) -> None:
    text[at], text[to] = text[to], text[at]


def drop(text: list[str], at: int, to: int, word: str) -> None:
    if len(text) > 1:
        del text[at]


def repeat(text: list[str], at: int, to: int, word: str) -> None:
    text.insert(to, text[at])


def edit(text: list[str], at: int, to: int, word: str) -> None:
    cut = 4 * to % len(text[at])
    text[at] = text[at][:cut] + word + text[at][cut + to % 4 :]


def rename(text: list[str], at: int, to: int, word: str) -> None:
    text[:] = [each.replace("青山公司", ("青岭集团", "碧𠮷")[to % 2]) for each in text]


def edit_table(text: list[str], at: int, to: int, word: str) -> None:
    table = next((at for at, each in enumerate(text) if each.startswith("|")), None)
    if table is not None:
        head, rule, *rows = text[table].split("\n")
        rows.insert(to % len(rows), rows.pop() if to % 2 else f"| 丁 | {word} | 地址 |")
        rows[at % len(rows)] = rows[at % len(rows)].replace("司", word).replace("名", "名 ")
        text[table] = "\n".join([head, rule, *rows])


def stress(text: list[str], at: int, to: int, word: str) -> None:
    mark = ("**", "<u>")[to % 2]
    swaps = (("**", ""), ("数据", f"{mark}数据{mark.replace('<', '</')}"))
    before, after = swaps["**" in text[at]] if to % 3 else swaps[1]
    text[at] = text[at].replace(before, after)


def widen(text: list[str], at: int, to: int, word: str) -> None:
    text[at] = text[at].translate(WIDE) if to % 2 else text[at].replace("，", "， ")


def split(text: list[str], at: int, to: int, word: str) -> None:
    middle = len(text[at]) // 2
    text[at : at + 1] = [text[at][:middle] or "一", text[at][middle:]]


def merge(text: list[str], at: int, to: int, word: str) -> None:
    if at + 1 < len(text):
        text[at] += text.pop(at + 1)


def renumber(text: list[str], at: int, to: int, word: str) -> None:
    text[at] = re.sub(r"^(\d)\.(\d)", rf"\1.{to + 1}", text[at])


CHANGES: list[Change] = [
    move,
    swap,
    drop,
    repeat,
    edit,
    rename,
    edit_table,
    stress,
    widen,
    split,
    merge,
    renumber,
]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Edition, Edition]:
    """A text of some of the blocks and a changed form of it."""
    old = draw(st.lists(st.sampled_from(BLOCKS), min_size=4, max_size=24)) + BLOCKS[:8]
    new = list(old)
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=7)):
        places = st.integers(0, len(new) - 1)
        change(new, draw(places), draw(places), draw(st.sampled_from(WORDS)))
        new = [each for each in new if each]
    try:
        return edition("\n\n".join(old)), edition("\n\n".join(new))
    except SourceError:
        reject()  # half a table, or an id twice


SOME = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@SOME
@given(pairs())
def test_changed_texts_compare_alike(page: Page, both: tuple[Edition, Edition]) -> None:
    assert_same(page, *both)


ODD = "（）()「』…⋯"
ODD += "，。“’.,:-'\" \t\u3000\u200b\ufeffaÉ_09０９ＡⅣ①㉑²ª½™ﬁ㎡㍿一百零𠮷𝟘😀e\u0301٣´한ｱﾞあ\x85"
LINES = st.lists(
    st.sampled_from(
        [*ODD, "https://a.cn/b?c.", "a.b@c.de", "2019-09-09", "1.2.3", "it's", "1,000.5", "12"]
    ),
    max_size=16,
).map("".join)
PRINTED = [
    *("第三条", "第12章", "第一百零五条", "一、", "二十、", "（三）", "甲、", "1.1万元", "*", "L."),
    *("4.1.2", "4．１", "3、", "5．", "（12）", "12）", "(٣)", "𝟘𝟡.", "⑫"),
    *("(iv)", "(xi)", "（a）", "b)", "A.", "ii.", "d.", "IX、"),
    *("Article 3", "Section IV", "Chapter II.", "Clause 2:", "Clause C", "Part L"),
]
IDS = ["c1", "c4-1-2", "ch3", "ch105", "a-3", "a-9", "a-12-r2", "a-part-1", "part-2", "a-٣", "fee"]


@SOME
@given(st.lists(LINES, min_size=1, max_size=40))
def test_words_are_read_alike(page: Page, lines: list[str]) -> None:
    found = page.evaluate(
        """async (lines) => {
            const { tokenise } = await import("/redline/stream.js");
            return lines.map((line) => tokenise(line, new Map()));
        }""",
        lines,
    )
    assert found == [[list(word) for word in tokenise(line)] for line in lines]


def test_numbers_are_read_alike(page: Page) -> None:
    cases = list(product(PRINTED, IDS, ["", "a"], [1, 2]))
    found = page.evaluate(
        """async (cases) => {
            const { clauseNumber, isDerived, numberForm } = await import("/redline/numbers.js");
            return cases.map(([number, id, parent, ordinal]) => {
                const read = clauseNumber(number);
                const derived = isDerived({ id, number }, read, parent, ordinal);
                return [numberForm(number, read), derived];
            });
        }""",
        [list(case) for case in cases],
    )
    clauses = [(Clause(name, number), parent, place) for number, name, parent, place in cases]
    assert found == [[number_form(each[0]), is_derived(*each)] for each in clauses]


def test_two_languages_are_refused_with_a_reason(page: Page) -> None:
    with pytest.raises(Error, match='"zh" and "en"; fix: choose two editions in the same language'):
        in_browser(page, edition(), edition(lang="en"))
