"""Reading docs/: dates, order, and every author's mistake with file, line and fix."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.archive import lifecycle
from clausepress.archive.index import edition_json, policies_json
from clausepress.archive.library import load_library
from clausepress.archive.model import VersionFile
from clausepress.errors import SourceError
from clausepress.files import MAX_SOURCE_BYTES

DAY = dt.date(2021, 1, 20)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Two versions of one policy, the newer in both languages."""
    root = tmp_path / "docs"
    policy = root / "privacy"
    write(
        policy / "policy.yml",
        "id: privacy\nkind: privacy-policy\nprevails: zh\ntitle: {zh: 政策}\n",
    )
    for version, number in (("2019-09-16", "019091120"), ("2021-01-25", "202101151")):
        write(
            policy / version / "version.yml",
            f"id: {version}\nnumber: {number}\nupdated_on: {version}\neffective_on: {version}\n",
        )
        write(policy / version / "zh.md", f"---\ntitle: 政策\n---\n\n1.1 甲{version} {{#a}}\n")
    write(
        policy / "2021-01-25" / "en.md",
        "---\ntitle: Policy\ntranslates: 2021-01-25 zh\n---\n\n1.1 **<u>One</u>** {#a}\n",
    )
    return root


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_document_number_is_text(docs: Path) -> None:
    policy = load_library(docs).policies["privacy"]
    assert [version.file.number for version in policy.versions] == ["019091120", "202101151"]


def test_the_index_holds_versions_editions_and_digests(docs: Path) -> None:
    index = json.loads(policies_json(load_library(docs), dt.date(2021, 1, 25)))
    (policy,) = index["policies"]
    assert index["schema"] == "clausepress.policies/1"
    assert policy["current"] == "2021-01-25"
    newest, oldest = policy["versions"]
    assert (newest["id"], newest["status"]) == ("2021-01-25", "effective")
    assert (oldest["id"], oldest["status"]) == ("2019-09-16", "superseded")
    english = newest["editions"]["en"]
    assert english["url"] == "en/privacy/2021-01-25/"
    assert english["translates"] == "2021-01-25 zh"
    assert english["prominent"] == ["a"]
    assert english["text_digest"].startswith("sha256:")
    assert newest["announced_on"] is None


def test_a_draft_is_not_in_the_index(docs: Path) -> None:
    library = load_library(docs)
    (policy,) = json.loads(policies_json(library, DAY))["policies"]
    assert policy["current"] == "2019-09-16"
    assert [each["id"] for each in policy["versions"]] == ["2019-09-16"]
    assert library.policies["privacy"].public(dt.date(2019, 9, 15)) == ()


def test_an_edition_as_json_carries_the_whole_text(docs: Path) -> None:
    library = load_library(docs)
    policy = library.policies["privacy"]
    data = json.loads(edition_json(policy, policy.versions[-1], "en"))
    assert data["edition"]["clauses"] == [
        {
            "id": "a",
            "number": "1.1",
            "blocks": [
                {"type": "paragraph", "runs": [{"text": "One", "bold": True, "underline": True}]}
            ],
        }
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (dt.date(2021, 1, 17), ["superseded", "effective", "draft"]),
        (dt.date(2021, 1, 18), ["superseded", "effective", "announced"]),
        (dt.date(2021, 1, 24), ["superseded", "effective", "announced"]),
        (dt.date(2021, 1, 25), ["archived", "superseded", "effective"]),
        (dt.date(2010, 1, 1), ["draft", "draft", "draft"]),
    ],
)
def test_status_follows_the_dates(on: dt.date, expected: list[str]) -> None:
    versions = [
        VersionFile(id="z", effective_on=dt.date(2018, 1, 1)),
        VersionFile(id="a", effective_on=dt.date(2019, 9, 16)),
        VersionFile(id="b", announced_on=dt.date(2021, 1, 18), effective_on=dt.date(2021, 1, 25)),
    ]
    assert list(lifecycle.statuses(versions, on).values()) == expected


def test_a_version_is_announced_when_updated_unless_it_says_otherwise() -> None:
    day = dt.date(2021, 1, 25)
    updated = VersionFile(id="a", updated_on=dt.date(2021, 1, 18), effective_on=day)
    announced = VersionFile(
        id="a",
        updated_on=dt.date(2021, 1, 15),
        announced_on=dt.date(2021, 1, 18),
        effective_on=day,
    )
    for version in (updated, announced):
        assert lifecycle.statuses([version], dt.date(2021, 1, 17)) == {"a": "draft"}
        assert lifecycle.statuses([version], dt.date(2021, 1, 18)) == {"a": "announced"}


def test_versions_of_one_day_go_by_their_order() -> None:
    day = dt.date(2021, 1, 25)
    versions = [
        VersionFile(id="a", effective_on=day, order=3),
        VersionFile(id="b", effective_on=day, order=1),
        VersionFile(id="c", effective_on=day, order=2),
    ]
    expected = {"a": "effective", "c": "superseded", "b": "archived"}
    assert lifecycle.statuses(versions, day) == expected


days = st.none() | st.dates(dt.date(2019, 1, 1), dt.date(2019, 1, 9))


@given(st.lists(st.tuples(days, days, days), max_size=6), days.filter(bool))
def test_one_version_at_most_is_effective_and_one_superseded(
    dates: list[tuple[dt.date | None, dt.date | None, dt.date | None]], on: dt.date
) -> None:
    versions = [
        VersionFile(id=str(index), announced_on=first, updated_on=second, effective_on=third)
        for index, (first, second, third) in enumerate(dates)
    ]
    found = lifecycle.statuses(versions, on)
    ordered = [found[each.id] for each in lifecycle.by_age(versions)]
    past = [each for each in ordered if each not in ("announced", "draft")]
    expected = ["archived"] * (len(past) - 2) + ["superseded", "effective"][-len(past) :]
    assert past == (expected if past else [])
    assert ordered[: len(past)] == past
    now = lifecycle.current(versions, on)
    assert (now is None) == (not past)


def test_a_day_begins_at_midnight_in_china() -> None:
    before = dt.datetime(2021, 1, 24, 15, 59, 59, tzinfo=dt.UTC)
    assert lifecycle.today(before) == dt.date(2021, 1, 24)
    assert lifecycle.today(before + dt.timedelta(seconds=1)) == dt.date(2021, 1, 25)


def test_undated_versions_go_by_stated_order() -> None:
    versions = [VersionFile(id="x", order=2), VersionFile(id="y", order=1)]
    assert [version.id for version in lifecycle.by_age(versions)] == ["y", "x"]
    found = lifecycle.current(versions, DAY)
    assert found is not None
    assert found.id == "x"


def test_numbers_never_decide_the_order() -> None:
    versions = [
        VersionFile(id="b", number="1", effective_on=dt.date(2021, 1, 1)),
        VersionFile(id="a", number="9", effective_on=dt.date(2020, 1, 1)),
    ]
    assert [version.id for version in lifecycle.by_age(versions)] == ["a", "b"]


VERSION = "privacy/2021-01-25/version.yml"


@pytest.mark.parametrize(
    ("file", "content", "line", "words"),
    [
        (
            VERSION,
            b"id: 2021-01-25\neffective_on: 2021-02-30\n",
            2,
            "this is not a date of the calendar",
        ),
        (VERSION, b"id: 2021-01-25\neffective_on: soon\n", 2, "effective_on: "),
        (VERSION, b"id: 2021-01-25\nefective_on: 2021-01-25\n", 2, "efective_on"),
        (VERSION, b"id: 2021-01-25\nmaterial_kinds: [money]\n", 2, "material_kinds"),
        (VERSION, b"number: '1'\n", 1, "missing required field 'id'"),
        (VERSION, b"id: 2019-09-16\n", 1, "the id '2019-09-16' is already that of"),
        (VERSION, b"id: 2021\n", 1, "the folder is '2021-01-25'"),
        (VERSION, b"id: [\n", 2, "not valid YAML"),
        (VERSION, b"- a\n", 1, "has no fields"),
        (
            VERSION,
            b"id: 2021-01-25\nupdated_on: 2021-01-18\neffective_on: 2021-01-17\n",
            3,
            "takes effect",
        ),
        ("privacy/policy.yml", b"id: privacy\nkind: poem\nprevails: zh\n", 2, "kind: "),
        (
            "privacy/policy.yml",
            b"id: privacy\nkind: notice\nprevails: fr\n",
            3,
            "'fr' has no edition",
        ),
        ("privacy/policy.yml", b"id: Privacy\nkind: notice\nprevails: zh\n", 1, "cannot be the id"),
        ("privacy/2021-01-25/zh.md", b"", None, "the file is empty"),
        ("privacy/2021-01-25/zh.md", b"---\ntitle: \xb2\xe2\n---\n", 2, "is not UTF-8"),
        ("privacy/2021-01-25/fr.md", b"---\ntitle: T\n---\nx\n", None, "not a language"),
        ("privacy/2021-01-25/zh.md", b"x" * (MAX_SOURCE_BYTES + 1), None, "at most"),
    ],
)
def test_a_mistake_names_file_line_and_fix(
    docs: Path, file: str, content: bytes, line: int | None, words: str
) -> None:
    (docs / file).write_bytes(content)
    with pytest.raises(SourceError) as caught:
        load_library(docs)
    assert words in str(caught.value)
    assert caught.value.path == docs / file
    assert caught.value.line == line
    assert "\n  fix: " in str(caught.value)


POLICY = "id: privacy\nkind: privacy-policy\nprevails: zh\n"
COOKIES = POLICY + "cookies:\n  clause: a\n  purposes:\n    - {id: x, label: {zh: 甲, en: A}}\n"


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (COOKIES.replace(", en: A", ""), 7, "there is no label in 'en'"),
        (COOKIES.replace("id: x", "id: X y"), 7, "cannot be the id of a purpose"),
        (COOKIES.replace("clause: a", "clause: b"), 5, "no clause 'b'"),
        (POLICY + "sms: {clause: a, keyword: ' '}\n", 4, "the keyword is empty"),
        (POLICY + "title: {zh: ''}\n", 4, "title.zh is empty"),
        (POLICY + "title: {fr: Titre}\n", 4, "not a language with a message catalog"),
        (
            POLICY + "relations: [{prevails_over: privacy, clause: '9', stated_in: privacy}]\n",
            None,
            "cite clause '9'",
        ),
    ],
)
def test_a_policy_that_does_not_fit_its_texts_is_refused(
    docs: Path, content: str, line: int | None, words: str
) -> None:
    write(docs / "privacy/policy.yml", content)
    with pytest.raises(SourceError) as caught:
        load_library(docs)
    assert words in str(caught.value)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.1 见[某处](../nope/)。 {#a}", "leads to no policy"),
        ("1.1 见[某条](#nope)。 {#a}", "leads to no clause"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused(docs: Path, text: str, words: str) -> None:
    write(docs / "privacy/2021-01-25/zh.md", f"---\ntitle: 政策\n---\n\n{text}\n")
    with pytest.raises(SourceError, match=words):
        load_library(docs)


def test_a_translation_of_nothing_is_refused(docs: Path) -> None:
    write(
        docs / "privacy/2021-01-25/en.md",
        "---\ntitle: Policy\ntranslates: 2020-01-01 zh\n---\n\n1.1 One {#a}\n",
    )
    with pytest.raises(SourceError, match="not an edition of this policy"):
        load_library(docs)


@pytest.mark.parametrize("place", ["group/other/policy.yml", "privacy/a/b/version.yml"])
def test_a_policy_where_nobody_looks_is_refused(docs: Path, place: str) -> None:
    write(docs / place, "id: other\n")
    with pytest.raises(SourceError, match="lies where no policy is looked for"):
        load_library(docs)


def test_folders_that_hold_no_text_are_no_versions(docs: Path) -> None:
    write(docs / "privacy/images/logo.svg", "<svg/>")
    assert len(load_library(docs).policies["privacy"].versions) == 2


def test_an_undated_version_beside_dated_ones_must_state_its_order(docs: Path) -> None:
    write(docs / "privacy/new/version.yml", "id: new\n")
    write(docs / "privacy/new/zh.md", "---\ntitle: 政策\n---\n\n1.1 新 {#a}\n")
    with pytest.raises(SourceError, match="its rank among the other versions cannot be told"):
        load_library(docs)
    for order, version in enumerate(("2019-09-16", "2021-01-25", "new"), start=1):
        path = docs / "privacy" / version / "version.yml"
        write(path, path.read_text("utf-8") + f"order: {order}\n")
    policy = load_library(docs).policies["privacy"]
    now = policy.current(DAY)
    assert now is not None
    assert now.id == "new"


def test_a_version_without_an_edition_is_refused(docs: Path) -> None:
    (docs / "privacy/2019-09-16/zh.md").unlink()
    with pytest.raises(SourceError, match="has no edition"):
        load_library(docs)


def test_a_copied_version_folder_is_refused(docs: Path) -> None:
    copy = docs / "privacy" / "2022-01-01"
    copy.mkdir()
    for path in (docs / "privacy/2021-01-25").iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    with pytest.raises(SourceError, match="a version is never published twice"):
        load_library(docs)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("corrects: 2019-09-16\n", "does not say why in 'en'"),
        ("corrects: 2019-09-16\ncorrection_reason: {zh: 甲, en: ' '}\n", "en is empty"),
        ("correction_reason: {zh: 甲, en: A}\n", "not which version it corrects"),
        ("corrects: 2021-01-25\ncorrection_reason: {zh: 甲, en: A}\n", "no older version"),
        ("corrects: nope\ncorrection_reason: {zh: 甲, en: A}\n", "no older version"),
    ],
)
def test_a_correction_names_an_older_version_and_says_why(
    docs: Path, facts: str, words: str
) -> None:
    path = docs / VERSION
    write(path, path.read_text("utf-8") + facts)
    with pytest.raises(SourceError, match=words):
        load_library(docs)


def test_no_policy_at_all_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no policy is there"):
        load_library(tmp_path)
