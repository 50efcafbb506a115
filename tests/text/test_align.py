"""Clause to clause between two editions: who lacks what, and what differs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from clausepress.commands.align import align as command
from clausepress.text.alignment.facts import facts
from clausepress.text.alignment.match import match_editions
from clausepress.text.alignment.model import AlignmentReport
from clausepress.text.alignment.report import align
from clausepress.text.model import Clause, Edition, Paragraph, Run
from clausepress.text.parse import parse_source
from clausepress.text.sources import TextSource, open_source

DOCS = Path(__file__).parents[2] / "docs"
SOURCES = Path(__file__).parents[3] / "shared" / "sources"
VERSIONS = sorted(path.parent for path in DOCS.glob("*/*/en.md"))

ZH = """
## 一、收集

1.1 注册账户时，我们收集您的手机号码和密码。

1.2 创建子账号的，我们收集子账号主体的姓名。

1.3 我们使用 Cookies 记住您的身份。

1.4 我们至少提前三十日通知您。逾期的，每日按万分之五支付违约金。
"""
EN = """
## I. Collection

1.1 When you register an account, we collect your mobile phone number and password.

1.2 We use Cookies to remember your identity.

1.3 We notify you at least thirty (30) days in advance. For delay you pay liquidated damages of
0.05% a day.
"""


def text(body: str, lang: str, front: str = "") -> TextSource:
    path = Path(f"{lang}.md")
    raw = f"---\ntitle: T\n{front}---\n{body}"
    parsed = parse_source(raw, lang=lang, path=path)
    return TextSource(str(path), path, raw, parsed.edition, parsed.lines, is_source=True)


def report(zh: str = ZH, en: str = EN) -> AlignmentReport:
    return align(text(zh, "zh"), text(en, "en", "translates: 1 zh\n"))


def pairs(found: AlignmentReport) -> dict[str, str]:
    return {pair.a[0]: pair.b[0] for pair in found.pairs}


def test_a_clause_left_out_of_the_translation_is_found_and_the_numbers_after_it_shift() -> None:
    found = report()
    assert pairs(found) == {"ch1": "ch1", "c1-1": "c1-1", "c1-3": "c1-2", "c1-4": "c1-3"}
    assert [(one.side, one.clause.number) for one in found.only] == [("a", "1.2")]
    assert "sub-account" in found.only[0].about
    assert {finding.kind for finding in found.findings} == {"number"}


def test_written_ids_win_over_words_and_numbers() -> None:
    zh = "1.1 我们使用 Cookies。 {#a}\n\n1.2 我们收集密码。 {#b}\n"
    en = "1.1 We use Cookies. {#b}\n\n1.2 We collect passwords. {#a}\n"
    found = report(zh, en)
    assert pairs(found) == {"a": "a", "b": "b"}
    assert "order" in {finding.kind for finding in found.findings}


def test_an_id_derived_from_a_number_is_no_evidence() -> None:
    zh = "1.1 创建子账号的，我们收集姓名。\n\n1.2 您可以浏览，无需注册会员。\n"
    en = "1.1 You may browse without registering as a member.\n"
    assert pairs(report(zh, en)) == {"c1-2": "c1-1"}


@pytest.mark.parametrize(
    ("zh", "en", "kind"),
    [
        ("三十日", "20 days", "figure"),
        ("万分之五", "0.5%", "figure"),
        ("3个工作日", "3 days", "figure"),
        ("2019年9月16日", "September 6, 2019", "date"),
        ("help@example.cn", "help@example.com", "contact"),
        ("400-100-1000", "400-100-1001", "contact"),
        ("“TDstop”", "“TDquit”", "keyword"),
    ],
)
def test_a_figure_a_date_a_contact_or_a_keyword_that_differs_is_found(
    zh: str, en: str, kind: str
) -> None:
    found = report(f"1.1 注销账户的审核：{zh}。", f"1.1 Review of account closure: {en}.")
    assert [finding.kind for finding in found.findings] == [kind]


@pytest.mark.parametrize(
    ("zh", "en", "value"),
    [
        ("三十日内", "within 30 days", "30 day"),
        ("三十（30）天", "thirty (30) days", "30 day"),
        ("3个工作日", "three working days", "3 workday"),
        ("万分之五", "five ten-thousandths", "0.05 %"),
        ("万分之五", "0.5‰", "0.05 %"),
        ("百分之百", "100%", "100 %"),
        ("二十四小时", "twenty-four hours", "24 hour"),
        ("2.5万元", "RMB 25,000", "25000 yuan"),
        ("一百二十天", "one hundred and twenty days", "120 day"),
        ("2019 年 9 月 9 日", "9 September 2019", "2019-09-09"),
        ("每月 5 日前", "before the 5th of each month", "5 of the month"),
        ("次月十日前", "by the tenth day of the following month", "10 of the month"),
        ("每月5日内", "for 5 days", "5 day"),
    ],
)
def test_a_figure_has_one_form_in_both_languages(zh: str, en: str, value: str) -> None:
    assert [fact.value for fact in facts(zh, "zh")] == [value]
    assert [fact.value for fact in facts(en, "en")] == [value]


def test_references_marks_of_items_and_words_with_numbers_are_no_figures() -> None:
    assert not facts("依照第5.3条第（2）项，第三方一方面无须 ISO27001 或 SHA256。", "zh")
    assert not facts("Under Clause 5.3 (2) a third party needs one thing: ISO 27001.", "en")


def test_a_kind_of_data_named_in_one_language_only_is_found() -> None:
    found = report("1.1 我们收集您的账号。", "1.1 We collect your account number and password.")
    assert [(each.kind, each.only_b) for each in found.findings] == [("term", ("password",))]


def test_a_sentence_in_one_language_only_is_found() -> None:
    zh = "1.1 我们保护您的个人信息。我们设立数据安全委员会，并组织员工参加培训课程。\n"
    en = "1.1 We protect your personal information.\n"
    found = report(ZH + zh.replace("1.1", "1.5"), EN + en.replace("1.1", "1.4"))
    assert [each.only_a for each in found.findings if each.kind == "sentence"] == [
        ("我们设立数据安全委员会，并组织员工参加培训课程。",)
    ]


def test_emphasis_in_one_language_only_is_found() -> None:
    found = report("1.1 **我们收集密码。**", "1.1 We collect passwords.")
    assert [finding.kind for finding in found.findings] == ["emphasis"]


def test_items_inside_a_sentence_meet_items_with_lines_of_their_own() -> None:
    zh = "1.1 重大变更包括：（1）服务模式变化；（2）所有权变化，例如破产；（3）投诉渠道变化。\n"
    en = (
        "1.1 Material changes include:\n\n(1) change of the service mode;\n\n"
        "(2) change of ownership, e.g. bankruptcy;\n\n(3) change of the complaint channel.\n"
    )
    found = report(zh, en)
    assert not found.only
    assert [(len(pair.a), len(pair.b)) for pair in found.pairs] == [(1, 4)]


def test_a_translation_that_does_not_say_what_it_translates_is_of_an_earlier_text() -> None:
    found = align(text(ZH, "zh"), text(EN, "en"))
    assert found.shown_as == "translation of an earlier text"
    assert "translates" in {finding.kind for finding in found.findings}
    assert report().shown_as == "translation of 1 zh"


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_sample_policies_say_the_same_in_both_languages(version: Path) -> None:
    zh, en = (open_source(version / f"{lang}.md", DOCS) for lang in ("zh", "en"))
    found = align(zh, en)
    assert found.clean, (found.only, found.findings)
    assert [pair.a for pair in found.pairs] == [pair.b for pair in found.pairs]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_without_ids_the_sample_policies_still_pair_one_to_one(version: Path) -> None:
    editions = []
    for lang in ("zh", "en"):
        path = version / f"{lang}.md"
        bare = re.sub(r" *\{#[^{}\s]*\}$", "", path.read_text("utf-8"), flags=re.MULTILINE)
        editions.append(parse_source(bare, lang=lang, path=path).edition)
    matching = match_editions(*editions)
    assert not matching.only_a()
    assert not matching.only_b()
    assert all(match.a == match.b for match in matching.matches)


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the real documents are not beside the project")
def test_the_real_translation_lacks_three_clauses_and_has_one_of_its_own() -> None:
    zh = open_source(SOURCES / "privacy-policy.2019-09-16.zh.txt", DOCS)
    en = open_source(SOURCES / "privacy-policy.en.txt", DOCS)
    found = align(zh, en)
    assert [one.clause.number for one in found.only if one.side == "a"] == [
        "4.1.3",
        "4.2.3",
        "7.3.4",
    ]
    english = [one for one in found.only if one.side == "b"]
    assert [one.clause.number for one in english] == ["(5)"]
    assert "jd pay" in english[0].about
    # Read by hand: the numbers of the two texts part after 4.1.2 and after 4.2.2, under 5.2, where
    # English repeats 5.1.1, and among the conditions of closing an account.
    number = {
        side.edition.lang: {clause.id: clause.number.strip(".") for clause in side.edition.walk()}
        for side in (zh, en)
    }
    decimal = re.compile(r"\d+(\.\d+)+")
    shifted = {
        (number["zh"][pair.a[0]], number["en"][pair.b[0]])
        for pair in found.pairs
        if decimal.fullmatch(number["zh"][pair.a[0]])
        and number["zh"][pair.a[0]] != number["en"][pair.b[0]]
    }
    assert shifted == {
        ("4.1.4", "4.1.3"),
        ("4.1.5", "4.1.4"),
        ("4.1.6", "4.1.5"),
        ("4.2.4", "4.2.3"),
        ("4.2.5", "4.2.4"),
        ("4.2.6", "4.2.5"),
        ("4.2.7", "4.2.6"),
    }
    kinds = {(f.kind, f.a.number if f.a else "") for f in found.findings}
    assert {
        ("translates", ""),
        ("term", "4.1.1"),
        ("term", "4.1.4"),
        ("keyword", "4.2.4"),
        ("sentence", "5.1.3"),
        ("sentence", "6.2.2"),
        ("figure", "7.2."),
    } <= kinds


WORDS = st.lists(
    st.text("bcdfghjklmnpqrstvwxz", min_size=5, max_size=8), min_size=8, max_size=12, unique=True
)


@st.composite
def editions(draw: st.DrawFn) -> tuple[Edition, Edition, set[str]]:
    """An edition, the same with clauses removed, added and renumbered, and the texts of both."""
    texts = draw(st.lists(WORDS.map(" ".join), min_size=2, max_size=24, unique=True))
    fates = draw(st.lists(st.sampled_from("kkkkkda"), min_size=len(texts), max_size=len(texts)))
    before = [each for each, fate in zip(texts, fates, strict=True) if fate != "a"]
    after = [each for each, fate in zip(texts, fates, strict=True) if fate != "d"]
    return edition(before), edition(after), set(before) & set(after)


def edition(texts: list[str], size: int = 9) -> Edition:
    chapters = []
    for first in range(0, len(texts), size):
        chapter = first // size + 1
        children = tuple(
            Clause(f"c{chapter}-{at}", f"{chapter}.{at}", (), (Paragraph((Run(each),)),))
            for at, each in enumerate(texts[first : first + size], start=1)
        )
        title = (Run(f"chapter {texts[first].split()[0]}"),)
        chapters.append(Clause(f"ch{chapter}", f"{chapter}.", title, (), children))
    return Edition("en", "t", (), tuple(chapters))


@settings(max_examples=60)
@given(editions())
def test_true_pairs_are_found_through_removal_addition_and_renumbering(
    made: tuple[Edition, Edition, set[str]],
) -> None:
    before, after, kept = made
    matching = match_editions(before, after)
    found = {
        matching.a[match.a[0]].text: matching.b[match.b[0]].text
        for match in matching.matches
        if not matching.a[match.a[0]].clause.heading
    }
    assert found == {each: each for each in kept}


@settings(max_examples=40)
@given(editions())
def test_an_edition_is_itself_and_the_order_of_two_does_not_matter(
    made: tuple[Edition, Edition, set[str]],
) -> None:
    before, after, _ = made
    itself = match_editions(before, before)
    assert [(match.a, match.b) for match in itself.matches] == [
        ((index,), (index,)) for index in range(len(itself.a))
    ]
    there = {(match.a, match.b) for match in match_editions(before, after).matches}
    back = {(match.b, match.a) for match in match_editions(after, before).matches}
    assert there == back


def test_hundreds_of_clauses_of_the_same_words_are_matched() -> None:
    texts = [" ".join(f"w{(at * 31 + k * 97) % 499}x{k}" for k in range(14)) for at in range(400)]
    texts = [re.sub(r"\d", lambda d: "bcdfghjklm"[int(d.group())], each) for each in texts]
    kept = [each for at, each in enumerate(texts) if at % 7]
    before, after = edition(texts, 20), edition(kept, 20)
    matching = match_editions(before, after)
    good = sum(matching.a[m.a[0]].text == matching.b[m.b[0]].text for m in matching.matches)
    assert good >= len(kept)


def test_the_command_prints_findings_and_json_and_says_how_many_texts_it_takes() -> None:
    run = CliRunner().invoke
    clean = run(command, ["privacy/2019-09-16", "--docs", str(DOCS)])
    assert (clean.exit_code, clean.output.splitlines()[-1]) == (
        0,
        "129 pairs, 0 clauses in one edition only, 0 differences",
    )
    names = ["privacy/2021-01-25/zh", "privacy/2019-09-16/en"]
    found = run(command, [*names, "--docs", str(DOCS), "--format", "json"])
    assert found.exit_code == 1
    data = json.loads(found.output)
    assert data["schema"] == "clausepress.align/1"
    assert msgspec.convert(data, AlignmentReport).only[0].clause.id == "sharing-sdk"
    assert run(command, ["privacy/2019-09-16/zh", "--docs", str(DOCS)]).exit_code == 2
