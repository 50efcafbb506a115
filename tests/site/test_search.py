"""What the search page reads: every clause once, with the versions it stood in; nothing of the
archive or another language in what readers of current texts load."""

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from changed_site import DAY, write, write_facts, write_site
from hypothesis import given
from hypothesis import strategies as st

from clausepress.archive.library import load_library
from clausepress.archive.lifecycle import today
from clausepress.archive.published import Library
from clausepress.site.build import build_site
from clausepress.site.search import archive_search, current_search, runs_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("searched")
    write_site(folder)
    return folder


def library(source: Path, on: dt.date | None = None) -> Library:
    return load_library(source / "docs").public(on or today())


def rows(found: dict[str, Any]) -> dict[str, list[tuple[str, list[int]]]]:
    """Id of each clause to its texts, with the runs of versions that they stood in."""
    told: dict[str, list[tuple[str, list[int]]]] = {}
    for (id_, _, heading, text, _, _), runs in found["clauses"]:
        told.setdefault(id_, []).append((heading + text, runs))
    return told


def test_readers_of_current_texts_load_nothing_else(source: Path) -> None:
    shown = library(source)
    (found,) = json.loads(current_search(shown.policies.values(), "zh", today()))
    assert [version[0] for version in found["versions"]] == ["v3"]
    text = json.dumps(found, ensure_ascii=False)
    assert "45 日" in text
    assert "30 日" not in text  # the archive
    assert "free of charge" not in text  # the other language
    assert "每次收费一元" not in text  # announced only
    assert "尚未公布" not in text  # a draft


def test_a_clause_stands_once_with_the_versions_it_stood_in(source: Path) -> None:
    (found,) = json.loads(archive_search(library(source).policies["terms"], "zh", today()))
    assert [version[0] for version in found["versions"]] == ["v1", "v2", "v3", "v4"]
    told = [each for row in rows(found).values() for each in row]
    assert ("我们保存您的文件，保存期为 30 日。", [0, 0]) in told
    assert ("我们保存您的文件，保存期为 45 日。", [1, 3]) in told
    assert ("旧设备不再支持。", [0, 0]) in told


def test_a_clause_that_came_back_has_two_runs(tmp_path: Path) -> None:
    write(tmp_path / "docs/t/policy.yml", '{"id": "t", "kind": "notice", "prevails": "en"}')
    for year, words in enumerate(("Old words.", "New words.", "Old words."), 2001):
        write(
            tmp_path / f"docs/t/v{year}/version.yml",
            f'{{"id": "v{year}", "effective_on": "{year}-01-01"}}',
        )
        write(tmp_path / f"docs/t/v{year}/en.md", f"---\ntitle: T\n---\n\n1. {words}\n")
    (found,) = json.loads(archive_search(library(tmp_path).policies["t"], "en", today()))
    assert [text for row in rows(found).values() for text in row] == [
        ("Old words.", [0, 0, 2, 2]),
        ("New words.", [1, 1]),
    ]


def test_each_row_has_number_chapter_and_whether_it_is_a_key_clause(source: Path) -> None:
    (found,) = json.loads(current_search(library(source).policies.values(), "en", today()))
    clauses = {row[1]: row for row, _ in found["clauses"]}
    assert clauses["1.1"][5] == "1. Service"
    assert clauses["1."][2] == "Service"
    assert clauses["1."][5] == ""
    assert not clauses["2.1"][4]  # v3 took its emphasis away
    whole = json.loads(archive_search(library(source).policies["terms"], "en", today()))
    keys = {(row[1], row[4]) for row, _ in whole[0]["clauses"] if row[1] == "2.1"}
    assert keys == {("2.1", True), ("2.1", False)}


def test_what_current_readers_load_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    write_site(tmp_path)
    before = current_search(library(tmp_path).policies.values(), "zh", today())
    for year in range(1990, 2010):
        folder = tmp_path / f"docs/terms/old-{year}"
        for lang in ("zh", "en"):
            text = (tmp_path / f"docs/terms/v1/{lang}.md").read_text(encoding="utf-8")
            write(folder / f"{lang}.md", text.replace("30", str(year)))
        write_facts(tmp_path, f"old-{year}", {"effective_on": f"{year}-01-01"})
    assert current_search(library(tmp_path).policies.values(), "zh", today()) == before


def test_the_day_decides_which_text_is_current(source: Path) -> None:
    later = today() + 10 * DAY
    (found,) = json.loads(current_search(library(source, later).policies.values(), "zh", later))
    assert [version[0] for version in found["versions"]] == ["v4"]


def test_the_sample_texts_are_small_to_load(tmp_path: Path) -> None:
    for name in ("docs", "mkdocs.yml"):
        (tmp_path / name).symlink_to(ROOT / name)
    site = build_site(tmp_path / "mkdocs.yml")
    for lang in ("zh", "en"):
        assert len(gzip.compress((site / lang / "search.json").read_bytes())) < 40_000
    scripts = [site / "assets" / name for name in ("search.js", "search-match.js")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 8_000
    for policy in json.loads((site / "zh/search.json").read_bytes()):
        page = (site / policy["versions"][0][1] / "index.html").read_text(encoding="utf-8")
        for (id_, *_), _ in policy["clauses"]:
            assert f'id="{id_}"' in page


@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=7))
def test_runs_name_exactly_the_versions_that_have_a_clause(held: list[list[bool]]) -> None:
    """Any presence of four clauses in some versions is told by the runs."""
    versions = [
        [(f"c{i}", "", "", "", False, "") for i in range(4) if version[i]] for version in held
    ]
    for row, runs in runs_of(versions).items():
        stood = [
            place
            for first, last in zip(runs[::2], runs[1::2], strict=True)
            for place in range(first, last + 1)
        ]
        assert stood == [at for at, version in enumerate(held) if version[int(row[0][1])]]
