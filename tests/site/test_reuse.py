"""Pages of an earlier build: used again where nothing of theirs changed, and nowhere else."""

import datetime as dt
import hashlib
import os
import shutil
from pathlib import Path

import pytest
from changed_site import CONFIG, DAY, write_facts, write_site

from clausepress.archive.lifecycle import today
from clausepress.site.build import build_site

MARK = b"<!-- of an earlier build -->"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    write_site(tmp_path)
    return tmp_path


def tree(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and not path.name.endswith(".gz")
    }


def clean(source: Path) -> dict[str, bytes]:
    """What a build prints that has no earlier one."""
    shutil.rmtree(source / ".cache", ignore_errors=True)
    return tree(build_site(source / "mkdocs.yml"))


def mark(source: Path) -> None:
    """Put a mark into every page that the cache holds."""
    folder = source / ".cache/clausepress"
    lines = []
    for key in [line.split()[0] for line in (folder / "index").read_text("ascii").splitlines()]:
        path = folder / key[:2] / key
        data = path.read_bytes()
        if data.lstrip().startswith(b"<!doctype"):
            data += MARK
            path.write_bytes(data)
        lines.append(f"{key} {hashlib.sha256(data).hexdigest()}\n")
    (folder / "index").write_text("".join(lines), "ascii")


def printed_anew(source: Path, on: dt.date | None = None) -> set[str]:
    """The pages that a build prints although there were marked ones."""
    built = tree(build_site(source / "mkdocs.yml", on=on))
    pages = {name: data for name, data in built.items() if name.endswith("/index.html")}
    return {
        name.removesuffix("index.html") for name, data in pages.items() if not data.endswith(MARK)
    }


def edit(source: Path, name: str, old: str, new: str) -> None:
    path = source / "docs/terms" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_build_from_the_cache_is_the_same_as_one_without(source: Path) -> None:
    first = clean(source)
    assert tree(build_site(source / "mkdocs.yml")) == first
    edit(source, "v4/en.md", "one yuan", "two yuan")
    assert tree(build_site(source / "mkdocs.yml")) == clean(source)
    write_facts(source, "v4", {"effective_on": today() - 3 * DAY})
    assert tree(build_site(source / "mkdocs.yml")) == clean(source)


def test_an_edit_prints_the_pages_that_show_it(source: Path) -> None:
    build_site(source / "mkdocs.yml")
    mark(source)
    assert printed_anew(source) == set()
    edit(source, "v4/en.md", "one yuan", "two yuan")
    assert printed_anew(source) == {
        "en/terms/v4/",
        "en/terms/v4/changes/",
        "en/terms/v4/side-by-side/",
        "zh/terms/v4/side-by-side/",
        "en/terms/history/",
    }


def test_a_version_more_leaves_the_archive_as_it_was(source: Path) -> None:
    shutil.copytree(source / "docs/terms/v4", source / "docs/terms/v4b")
    now = today()
    write_facts(source, "v4", {"effective_on": now - 90 * DAY})
    write_facts(source, "v4b", {"announced_on": now, "effective_on": now + 40 * DAY})
    edit(source, "v4b/en.md", "one yuan", "two yuan")
    held = source / "held"
    (source / "docs/terms/v4b").rename(held)
    build_site(source / "mkdocs.yml")
    mark(source)
    held.rename(source / "docs/terms/v4b")
    anew = printed_anew(source)
    assert {"en/terms/v4b/", "en/terms/v4b/changes/", "en/terms/archive/"} <= anew
    old = {f"{lang}/terms/{name}/" for lang in ("en", "zh") for name in ("v1", "v2", "v3")}
    below = {f"{page}{name}/" for page in old for name in ("changes", "side-by-side")}
    assert not anew & (old | below)


@pytest.mark.parametrize(
    "change", ["plugins: [clausepress, search]", "plugins: [clausepress]\nhooks: [hook.py]"]
)
def test_nothing_is_kept_where_others_change_pages(source: Path, change: str) -> None:
    (source / "hook.py").write_text("", encoding="utf-8")
    config = CONFIG.replace("plugins: [clausepress]", change)
    (source / "mkdocs.yml").write_text(config, encoding="utf-8")
    build_site(source / "mkdocs.yml")
    assert not (source / ".cache").exists()


def test_a_changed_template_or_configuration_prints_every_page(source: Path) -> None:
    build_site(source / "mkdocs.yml")
    mark(source)
    config = CONFIG.replace("site_name: Policies", "site_name: Our Policies")
    (source / "mkdocs.yml").write_text(config + "  \n", encoding="utf-8")
    assert len(printed_anew(source)) == len(list((source / "site").glob("*/**/index.html")))
    own = source / "own"
    own.mkdir()
    themed = CONFIG.replace("theme: {", "theme: {custom_dir: own, ")
    (source / "mkdocs.yml").write_text(themed, encoding="utf-8")
    (own / "note.html").write_text("one", encoding="utf-8")
    build_site(source / "mkdocs.yml")
    mark(source)
    (own / "note.html").write_text("two", encoding="utf-8")
    os.utime(own / "note.html", (1, 1))
    assert len(printed_anew(source)) == len(list((source / "site").glob("*/**/index.html")))


def test_another_day_prints_what_it_changes(source: Path) -> None:
    build_site(source / "mkdocs.yml")
    mark(source)
    anew = printed_anew(source, on=today() + 9 * DAY)
    assert {"en/terms/", "zh/terms/v3/", "zh/terms/v4/"} <= anew
