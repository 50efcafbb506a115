"""Stable ids: carried over, made anew, never reused, written without touching another byte."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from clausepress.commands.ids import ids as command
from clausepress.commands.import_ import import_
from clausepress.errors import ClausepressError
from clausepress.text.canonical import to_source
from clausepress.text.id_writing import write_ids
from clausepress.text.ids import Suggestion, aliases, relatives_of, suggest_ids
from clausepress.text.parse import parse_source
from clausepress.text.sources import open_source, open_sources

DOCS = Path(__file__).parents[2] / "docs"
HEAD = "---\ntitle: T\n---\n\n"
OLD = HEAD + (
    "## 1. Data {#data}\n\n"
    "1.1 We collect your mobile phone number when you register. {#phone}\n\n"
    "1.2 We mail invoices to the recipient you name. {#invoices}\n\n"
    "1.3 We keep transaction records for five years. {#records}\n"
)
NEW = HEAD + (
    "## 1. Data\n\n"
    "1.1 We collect your mobile phone number when you register.\n\n"
    "1.2 We keep transaction records for five years.\n\n"
    "1.3 Invoices of other companies never reach any recipient here, and mail is out of scope.\n"
)
ZH = HEAD + "## 一、数据\n\n1.1 您注册时，我们收集您的手机号码。\n\n1.2 交易记录保存五年。\n"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    def put(name: str, text: str) -> None:
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    put("terms/v1/en.md", OLD)
    put("terms/v2/en.md", NEW)
    put("terms/v2/zh.md", ZH)
    return tmp_path / "docs"


def suggested(docs: Path, *names: str) -> list[list[Suggestion]]:
    targets = open_sources(names, docs)
    return [list(each.suggestions) for each in suggest_ids(targets, relatives_of(targets, docs))]


def test_ids_are_carried_over_renumbering_from_the_version_before(docs: Path) -> None:
    (found,) = suggested(docs, "terms/v2/en")
    assert [(each.number, each.id) for each in found[:3]] == [
        ("1.", "data"),
        ("1.1", "phone"),
        ("1.2", "records"),
    ]
    assert all(each.confidence >= 0.9 for each in found[1:3])
    assert "terms/v1/en 1.3" in found[2].reason


def test_an_id_of_a_removed_clause_is_never_given_to_another(docs: Path) -> None:
    (found,) = suggested(docs, "terms/v2/en")
    assert found[3].id not in {"invoices", "data", "phone", "records", ""}
    assert not re.search(r"\d", found[3].id)
    removed = OLD.replace("{#invoices}", f"{{#{found[3].id}}}")
    (docs / "terms/v1/en.md").write_text(removed, "utf-8")
    (again,) = suggested(docs, "terms/v2/en")
    assert again[3].id not in {found[3].id, ""}


def test_the_other_language_gets_the_ids_of_the_same_clauses(docs: Path) -> None:
    _, chinese = suggested(docs, "terms/v2")
    assert [each.id for each in chinese] == ["data", "phone", "records"]


def test_a_text_alone_gets_ids_of_its_title_or_its_terms_and_asks_where_it_knows_none(
    tmp_path: Path,
) -> None:
    english = tmp_path / "en.md"
    english.write_text(HEAD + "## 1. Refund of deposits\n\n1.1 Deposits are repaid.\n", "utf-8")
    chinese = tmp_path / "zh.md"
    chinese.write_text(HEAD + "1.1 我们收集您的护照。\n\n1.2 甲乙丙丁。\n", "utf-8")
    one, other = suggest_ids([open_source(path, tmp_path) for path in (english, chinese)])
    assert [(each.id, each.confidence) for each in one.suggestions] == [
        ("refund-deposits", 1),  # nothing else has ids, so it is surely new
        ("deposits-repaid", 1),
    ]
    assert "passport" in other.suggestions[0].id
    assert (other.suggestions[1].id, other.suggestions[1].confidence) == ("", 0)
    assert "choose an id" in other.suggestions[1].reason


@pytest.mark.parametrize(
    ("lang", "clause", "wanted"),
    [
        ("zh", "## 1. 总则", "general-provisions"),
        ("zh", "## 9. 其他", "other"),
        ("zh", "9. 其他", "other"),
        ("zh", "## 9. 附则", "supplementary-provisions"),
        ("en", "## 9. Other", "other"),
        ("en", "9. Other", "other"),
        ("en", "1.1 You must be at least 18 years old to buy fireworks.", "buy-fireworks"),
    ],
)
def test_the_commonest_titles_have_a_name_and_a_name_says_something(
    tmp_path: Path, lang: str, clause: str, wanted: str
) -> None:
    path = tmp_path / f"{lang}.md"
    path.write_text(f"{HEAD}{clause}\n\n(1) Fireworks.\n", "utf-8")
    (report,) = suggest_ids([open_source(path, tmp_path)])
    assert report.suggestions[0].id == wanted


def test_a_doubt_that_comes_from_the_other_text_is_said(docs: Path) -> None:
    later = docs / "terms" / "v3" / "zh.md"
    later.parent.mkdir()
    later.write_text(ZH.replace("五年", "五年整"), "utf-8")
    found, _ = suggested(docs, "terms/v3/zh", "terms/v2/zh")
    doubtful = [each for each in found if "whose own id is" in each.reason]
    for each in doubtful:
        assert each.confidence < 1
    assert doubtful


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_ids_of_a_sample_version_are_found_again_from_the_version_before(
    tmp_path: Path, lang: str
) -> None:
    docs = tmp_path / "docs"
    shutil.copytree(DOCS / "privacy", docs / "privacy")
    path = docs / "privacy" / "2021-01-25" / f"{lang}.md"
    real = path.read_text("utf-8")
    for each in path.parent.glob("*.md"):
        text = each.read_text("utf-8")
        each.write_text(re.sub(r" *\{#[^{}\s]*\}$", "", text, flags=re.MULTILINE), "utf-8")
    written = {
        line: mark.group(1)
        for line, text in enumerate(real.split("\n"), start=1)
        if (mark := re.search(r"\{#([^{}\s]*)\}$", text))
    }
    (found,) = suggested(docs, f"privacy/2021-01-25/{lang}")
    carried = {
        each.line: each.id
        for each in found
        if each.confidence >= 0.8 and not each.reason.startswith("new")
    }
    assert carried.items() <= written.items()
    assert len(carried) >= len(written) - 2  # one clause is new, one is split otherwise


def test_nothing_is_written_without_being_asked(docs: Path) -> None:
    before = {path: path.read_bytes() for path in docs.rglob("*.md")}
    done = CliRunner().invoke(command, ["--docs", str(docs), "terms/v2"])
    assert done.exit_code == 1
    assert re.search(r"1\.2 +records +100%  carried from terms/v1/en 1\.3", done.output)
    assert "the same clause in terms/v2/en 1.2" in done.output
    assert {path: path.read_bytes() for path in docs.rglob("*.md")} == before


def test_sure_ids_are_written_and_every_other_byte_stays(docs: Path) -> None:
    path = docs / "terms/v2/en.md"
    crlf = ("\ufeff" + NEW.replace("register.", "register,\nor sign in.  ")).replace("\n", "\r\n")
    path.write_bytes(crlf.encode())
    done = CliRunner().invoke(
        command, ["--docs", str(docs), "terms/v2/en", "--write", "--format", "json"]
    )
    data = json.loads(done.output)
    assert data["schema"] == "clausepress.ids/1"
    states = [each["written"] for each in data["sources"][0]["suggestions"]]
    assert states == [True, True, True, False]
    assert done.exit_code == 1  # one is left for review
    after = path.read_bytes().decode()
    assert "or sign in. {#phone}  \r\n" in after
    assert re.sub(r" \{#[a-z-]+\}", "", after) == crlf


def run(docs: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, ["--docs", str(docs), *arguments])
    return done.exit_code, done.output


def test_what_is_not_sure_is_left_and_the_way_to_accept_it_is_told(docs: Path) -> None:
    code, output = run(docs, "terms/v2/en", "--write")
    assert code == 1
    assert "4 clauses without an id, 3 ids written" in output
    told = re.search(r"--write --accept (\S+), or all with --write --at-least (0\.\d+)", output)
    assert told is not None
    assert "which was not found here" in output  # the clause it resembles is named
    path = docs / "terms/v2/en.md"
    before = path.read_text("utf-8")
    assert run(docs, "terms/v2/en", "--write", "--accept", told.group(1))[0] == 0
    named = path.read_text("utf-8")
    path.write_text(before, "utf-8")
    assert run(docs, "terms/v2/en", "--write", "--at-least", told.group(2))[0] == 0
    assert path.read_text("utf-8") == named != before


def test_only_a_suggested_id_can_be_accepted(docs: Path) -> None:
    assert run(docs, "terms/v2/en", "--write", "--accept", "no-such-id")[0] == 2
    assert run(docs, "terms/v2/en", "--accept", "records")[0] == 2


def test_a_second_run_writes_nothing_more(docs: Path) -> None:
    run(docs, "--write")
    once = {path: path.read_bytes() for path in docs.rglob("*.md")}
    _, output = run(docs, "--write")
    assert "0 ids written" in output
    assert {path: path.read_bytes() for path in docs.rglob("*.md")} == once


def test_confidence_follows_the_evidence(docs: Path) -> None:
    (found,) = suggested(docs, "terms/v2/en")
    assert [each.confidence for each in found[:3]] == [1, 1, 1]  # the very same words
    changed = NEW.replace("mobile phone number when you register", "mobile phone number on sign-up")
    (docs / "terms/v2/en.md").write_text(changed, "utf-8")
    (found,) = suggested(docs, "terms/v2/en")
    assert found[1].id == "phone"
    assert 0.8 <= found[1].confidence < 1
    other = NEW.replace(
        "phone number when you register",
        "phone number, your postal address and the name of the courier who carries each parcel",
    )
    (docs / "terms/v2/en.md").write_text(other, "utf-8")
    (found,) = suggested(docs, "terms/v2/en")
    assert (found[1].id, found[1].confidence < 0.8) == ("phone", True)  # at its place, reworded


def test_an_older_version_takes_the_words_of_the_english_one(docs: Path) -> None:
    (docs / "terms/v1/en.md").unlink()
    (docs / "terms/v1/zh.md").write_text(ZH, "utf-8")
    old, english, new = suggested(docs, "terms")
    assert [each.id for each in old] == [each.id for each in new]
    assert [each.id for each in old] == [each.id for each in english[:3]]
    assert english[0].reason.startswith("new")


def test_two_clauses_with_the_same_claim_to_an_id_are_both_for_review(docs: Path) -> None:
    same = "We keep transaction records for five years."
    twice = NEW.replace(
        "1.3 Invoices of other companies never reach any recipient here, and mail is out of scope.",
        f"1.3 {same}",
    )
    (docs / "terms/v2/en.md").write_text(twice, "utf-8")
    (docs / "terms/v2/zh.md").unlink()
    (found,) = suggested(docs, "terms/v2/en")
    ids = [each.id for each in found]
    assert len(set(ids)) == len(ids)
    assert ids.count("records") == 1
    assert any(each.confidence < 0.8 for each in found[2:])


def test_an_id_that_any_version_has_is_not_given_to_another_clause(docs: Path) -> None:
    (docs / "terms/v3").mkdir()
    (docs / "terms/v3/en.md").write_text(HEAD + "1.1 Refunds take nine days. {#weather}\n", "utf-8")
    (docs / "terms/v2/en.md").write_text(HEAD + "## 9. Weather\n\n9.1 It may rain.\n", "utf-8")
    (found,) = suggested(docs, "terms/v2/en")
    used = {"data", "phone", "invoices", "records", "weather"}
    assert not used & {each.id for each in found}


def test_a_frozen_version_is_not_touched(docs: Path) -> None:
    (docs / "terms/v2/frozen").mkdir()
    target = open_source(docs / "terms/v2/en.md", docs)
    (found,) = suggest_ids([target], relatives_of([target], docs))
    with pytest.raises(ClausepressError, match="frozen"):
        write_ids(target, found, 0.9)
    assert (docs / "terms/v2/en.md").read_text("utf-8") == NEW


def test_a_file_that_is_no_source_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.en.txt").write_text("1.1 We collect data.\n", "utf-8")
    with pytest.raises(ClausepressError, match="import it first"):
        suggest_ids([open_source(tmp_path / "a.en.txt", tmp_path)])


def test_old_anchors_by_number_lead_to_the_clause() -> None:
    body = (
        "## 一、范围 {#scope}\n\n1.1 甲。 {#first}\n\n（1）乙。 {#item}\n\n"
        "1.2 丙。\n\n1.2 丁。 {#again}\n"
    )
    edition = parse_source(HEAD + body, lang="zh", path=Path("zh.md")).edition
    found = aliases(edition)
    assert list(found.items())[:4] == [
        ("ch1", "scope"),
        ("c1-1", "first"),
        ("1.1", "first"),
        ("c1-1-1", "item"),
    ]
    assert found["first-1"] == "item"
    assert "1.2" not in found  # printed twice
    assert "c1-2" not in found  # the id of a clause


@given(st.lists(st.sampled_from(["1.1 a", "1.1 a {#x-N}", "(1) b", "## 1. c {#y-N}"]), min_size=1))
def test_an_alias_is_never_an_id_and_always_leads_to_one(lines: list[str]) -> None:
    body = "\n\n".join(line.replace("N", f"k{at}") for at, line in enumerate(lines))
    edition = parse_source(HEAD + body, lang="en", path=Path("en.md")).edition
    real = {clause.id for clause in edition.walk()}
    found = aliases(edition)
    assert set(found.values()) <= real
    assert not set(found) & real


SOURCES = Path(__file__).parents[3] / "shared" / "sources"


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the real documents are not beside the project")
@pytest.mark.parametrize("first", ["all at once", "Chinese before English came"])
def test_the_real_policies_get_one_id_for_each_clause_in_every_version_and_language(
    tmp_path: Path, first: str
) -> None:
    docs = tmp_path / "docs"

    def add(name: str, version: str, lang: str) -> None:
        arguments = [str(SOURCES / f"privacy-policy.{name}.txt"), "--docs", str(docs)]
        arguments += ["--policy", "privacy", "--version", version, "--lang", lang]
        assert CliRunner().invoke(import_, arguments).exit_code == 0

    add("2019-09-16.zh", "2019-09-16", "zh")
    add("2021-01-25.zh", "2021-01-25", "zh")
    if first != "all at once":
        run(docs, "--write")
    add("en", "2021-01-25", "en")
    before = {
        each.name: to_source(each.edition, ids=False) for each in open_sources(["privacy"], docs)
    }
    run(docs, "--write")
    texts = {each.name.removeprefix("privacy/"): each for each in open_sources(["privacy"], docs)}
    assert {
        each.name: to_source(each.edition, ids=False) for each in texts.values()
    } == before  # nothing but ids has changed
    ids = {
        name: {clause.number: clause.id for clause in each.edition.walk() if clause.number}
        for name, each in texts.items()
    }
    old, new, english = ids["2019-09-16/zh"], ids["2021-01-25/zh"], ids["2021-01-25/en"]
    assert (new["5.1.5"], new["5.1.6"]) == (old["5.1.4"], old["5.1.5"])
    assert new["5.1.4"] not in {*old.values(), *english.values(), "c5-1-4"}
    assert (english["5.1.4"], english["5.1.5"]) == (new["5.1.5"], new["5.1.6"])
    assert english["4.1.3."] == new["4.1.4"]  # the English text has no 4.1.3 of the Chinese
    left = [each for texts in suggested(docs, "privacy") for each in texts]
    assert len(left) <= 8
    once = {path: path.read_bytes() for path in docs.rglob("*.md")}
    run(docs, "--write")
    assert {path: path.read_bytes() for path in docs.rglob("*.md")} == once
