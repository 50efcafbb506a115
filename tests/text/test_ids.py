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
from clausepress.errors import ClausepressError
from clausepress.text.ids import Suggestion, aliases, relatives_of, suggest_ids, write_ids
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
    assert (one.suggestions[0].id, one.suggestions[0].confidence) == ("refund-deposits", 0.95)
    assert "passport" in other.suggestions[0].id
    assert other.suggestions[0].confidence < 0.9
    assert (other.suggestions[1].id, other.suggestions[1].confidence) == ("", 0)
    assert "choose an id" in other.suggestions[1].reason


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
        line: found.group(1)
        for line, text in enumerate(real.split("\n"), start=1)
        if (found := re.search(r"\{#([^{}\s]*)\}$", text))
    }
    (found,) = suggested(docs, f"privacy/2021-01-25/{lang}")
    sure = {each.line: each.id for each in found if each.confidence >= 0.9}
    assert sure.items() <= written.items()
    assert len(sure) >= len(written) - 2  # the new clause, and one split otherwise, are for review


def test_nothing_is_written_without_being_asked(docs: Path) -> None:
    before = {path: path.read_bytes() for path in docs.rglob("*.md")}
    done = CliRunner().invoke(command, ["--docs", str(docs), "terms/v2"])
    assert done.exit_code == 1
    assert "{#records}" in done.output
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
    assert states.count(True) >= 2
    assert states[3] is False
    assert done.exit_code == 1  # one is left for review
    after = path.read_bytes().decode()
    assert "or sign in. {#phone}  \r\n" in after
    assert re.sub(r" \{#[a-z-]+\}", "", after) == crlf
    assert (
        CliRunner()
        .invoke(command, ["--docs", str(docs), "terms/v2/en", "--write", "--at-least", "0.5"])
        .exit_code
        == 0
    )


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
