"""Redlines, histories and the frozen archive in a built site; pages described, then made."""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from changed_site import CONFIG, versions, write_facts, write_site
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dated_samples import write_policy

from clausepress.archive.freeze import freeze_version
from clausepress.archive.library import id_fault, load_library
from clausepress.archive.lifecycle import today
from clausepress.archive.manifest import Gate
from clausepress.archive.verifying.verify import verify_folder
from clausepress.compare.history import clause_histories
from clausepress.compare.redline import redline
from clausepress.compare.summary import summarise
from clausepress.errors import ClausepressError, SourceError
from clausepress.note import Signer
from clausepress.site.build import build_site
from clausepress.site.pages import site_pages
from clausepress.site.pages.model import Page
from clausepress.site.redlines import Redlines

SIGNER = Signer("example.org/press", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture(scope="module")
def source(changed_source: Path) -> Path:
    return changed_source


@pytest.fixture(scope="module")
def site(changed_site: Path) -> Path:
    return changed_site


def html(site: Path, url: str) -> str:
    return (site / url / "index.html").read_text(encoding="utf-8")


def pages(source: Path, on: dt.date | None = None) -> dict[str, Page]:
    return {
        page.url: page
        for page in site_pages(load_library(source / "docs"), on or today(), "zh", Redlines())
    }


def test_each_version_but_the_first_has_its_changes_and_each_older_one_the_way_to_now(
    source: Path,
) -> None:
    urls = {url.removeprefix("en/terms/") for url in pages(source) if url.startswith("en/terms/")}
    assert {url for url in urls if url.endswith("changes/")} == {
        "v2/changes/",
        "v3/changes/",
        "v4/changes/",
    }
    assert {url for url in urls if url.endswith("to-current/")} == {
        "v1/to-current/",
        "v2/to-current/",
    }
    assert {"compare/", "history/", "archive/", "as-of/"} <= urls


def test_a_draft_is_nowhere_on_the_site(site: Path) -> None:
    for path in site.rglob("*"):
        assert "v5" not in path.parts
        if path.is_file() and path.suffix in (".html", ".json", ".xml", ".ics", ".link"):
            text = path.read_text(encoding="utf-8")
            assert "尚未公布的公司" not in text
            assert "Unannounced" not in text
            assert "/v5/" not in text


def test_a_policy_of_drafts_is_told_not_shown(tmp_path: Path) -> None:
    config = write_site(tmp_path)
    for name in ("v1", "v2", "v3", "v4"):
        shutil.rmtree(tmp_path / "docs/terms" / name)
    with pytest.raises(ClausepressError, match="strict"):
        build_site(config, strict=True)
    site = build_site(config)
    assert not (site / "zh").exists()


def test_every_change_has_one_anchor_and_is_led_to(site: Path) -> None:
    for url in ("en/terms/v2/changes", "en/terms/v3/changes", "zh/terms/v1/to-current"):
        text = html(site, url)
        ids = re.findall(r'id="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        links = re.findall(r'<ul class="cp-changed">(.*?)</ul>', text, re.DOTALL)[0]
        targets = re.findall(r'href="#([^"]+)"', links)
        assert targets
        assert set(targets) <= set(ids)
        assert '<ins class="cp-ins"' in text
        assert '<del class="cp-del"' in text


def test_the_top_of_a_redline_says_what_changed(site: Path) -> None:
    text = html(site, "en/terms/v2/changes")
    summary = re.sub(r"<[^>]+>|\s+", " ", text.split('class="cp-box cp-summary"')[1])
    summary = re.sub(r"\s+", " ", summary.split("How to read it")[0])
    for words in (
        "Important changes: the service model",
        "Files are kept longer.",
        "words replaced: 1",
        "1.1 words replaced before now",
        "1.3 clause removed before",
        "Later changes",
        "Version v1 and the text in force",
    ):
        assert words in summary, words
    lost = html(site, "en/terms/v3/changes")
    assert "<li>emphasis lost: 1</li>" in lost
    assert 'class="cp-emphasis-lost"' in lost


def test_a_page_that_spans_versions_tells_the_notes_of_each(site: Path) -> None:
    text = html(site, "en/terms/v1/to-current")
    assert "Files are kept longer." in text
    assert "Where files are stored." in text
    assert "<strong>v2</strong>" in text


def test_the_text_leads_to_its_changes(site: Path) -> None:
    box = html(site, "en/terms").split("What changed")[1].split("</details>")[0]
    assert re.search(r'Added: <a href="v3/changes/#h\d+">1.2</a>', box)
    assert re.search(r'Renumbered: <a href="v3/changes/#h\d+">1.2 → 1.3</a>', box)
    assert re.search(r'Emphasis lost: <a href="v3/changes/#h\d+">2.1</a>', box)
    old = html(site, "en/terms/v1")
    assert 'href="to-current/"' in old
    archive = html(site, "en/terms/archive")
    assert 'href="../v2/changes/"' in archive
    assert 'href="../v1/to-current/"' in archive


def test_words_no_longer_in_force_stay_out_of_search(site: Path) -> None:
    noindex = '<meta name="robots" content="noindex">'
    hidden = {"v1", "v2", "v1/to-current", "v2/changes", "v3/changes"}
    shown = {"", "v3", "v4", "archive", "history", "compare"}
    for url in hidden | shown:
        assert (noindex in html(site, f"zh/terms/{url}")) == (url in hidden), url


def test_a_clause_is_followed_back_through_its_numbers(source: Path) -> None:
    policy = load_library(source / "docs").policies["terms"]
    editions = [version.editions["zh"].edition for version in policy.versions[:4]]
    summaries = [
        (f"v{at + 1}", summarise(redline(old, new), old, new))
        for at, (old, new) in reversed(list(enumerate(pairwise(editions), start=1)))
    ]
    found = {
        each.name: [(event.version, event.change.name) for event in each.events]
        for each in clause_histories(editions[-1], summaries)
    }
    assert found["1.3"] == [("v4", "1.3"), ("v3", "1.2 → 1.3")]
    assert found["1.2"] == [("v3", "1.2")]
    assert found["1.1"] == [("v2", "1.1")]
    assert found["二、"] == []


def test_the_history_leads_to_each_change_and_tells_removed_clauses(site: Path) -> None:
    text = html(site, "zh/terms/history")
    assert re.search(r'<a href="../v4/changes/#h\d+">v4</a>', text)
    removed = text.split('id="removed-clauses"')[1]
    assert re.search(r'<a href="../v1/#[^"]+">1.3</a>', removed)


def content(site: Path, url: str) -> str:
    """What the page itself prints, the shell around it left out."""
    return html(site, url).split("<article")[1].split("</article>")[0]


def variants(folder: Path) -> Iterator[str]:
    """Change one thing at a time, each on top of the last."""
    v2 = versions()["v2"]
    write_facts(folder, "v2", {**v2, "change_note": {"zh": "另一句说明。", "en": "Another note."}})
    yield "note"
    path = folder / "docs/terms/v4/zh.md"
    path.write_text(path.read_text("utf-8").replace("一元", "二元"), encoding="utf-8")
    yield "text"
    write_facts(folder, "v5", {"announced_on": today(), "effective_on": today() + dt.timedelta(60)})
    yield "announced"
    write_facts(folder, "v4", {"announced_on": "2024-01-01", "effective_on": today()})
    yield "effective"


def test_pages_with_the_same_description_have_the_same_content(tmp_path: Path) -> None:
    config = write_site(tmp_path)

    def state() -> tuple[dict[str, tuple[object, ...]], dict[str, str]]:
        site = build_site(config)
        found = pages(tmp_path)
        described = {
            url: (page.template, page.title, page.inputs, page.alternates, page.indexed)
            for url, page in found.items()
        }
        return described, {url: content(site, url) for url in found}

    described, printed = state()
    for name in variants(tmp_path):
        later, now = state()
        same = [url for url in described.keys() & later.keys() if described[url] == later[url]]
        assert same, name
        assert len(same) < len(later), name
        for url in same:
            assert printed[url] == now[url], (name, url)
        described, printed = later, now


def test_a_pair_is_compared_once(source: Path) -> None:
    versions = load_library(source / "docs").policies["terms"].versions
    old, new = (version.editions["zh"] for version in versions[:2])
    redlines = Redlines()
    assert redlines.redline(old, new) is redlines.redline(old, new)
    assert redlines.summary(old, new) is redlines.summary(old, new)
    assert redlines.redline(new, old).counts != {}


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """The site with its first three versions frozen."""
    write_site(tmp_path)
    docs = tmp_path / "docs"
    (docs / "press.keys").write_text(f"{SIGNER.verifier}\n", encoding="utf-8")
    for hour, name in enumerate(("v1", "v2", "v3")):
        at = dt.datetime(2024, 1, 1, hour, tzinfo=dt.UTC)
        freeze_version(load_library(docs), "terms", name, SIGNER, Gate(historic="before"), at)
    return tmp_path


def test_a_page_reads_its_text_only_when_it_is_made(frozen: Path) -> None:
    found = site_pages(load_library(frozen / "docs"), today(), "zh", Redlines())
    (frozen / "docs/terms/v2/frozen/zh.json").write_text("{}", encoding="utf-8")
    described = {page.url: page for page in found}
    assert described["zh/terms/v1/"].make().body
    for url in ("zh/terms/v2/", "zh/terms/v2/changes/", "zh/terms/history/"):
        with pytest.raises(SourceError, match="was frozen with the digest"):
            described[url].make()


def test_a_published_site_carries_what_verify_needs(frozen: Path) -> None:
    site = build_site(frozen / "mkdocs.yml")
    copied = {
        "archive/press.keys": "press.keys",
        "archive/terms/head.note": "terms/head.note",
        "archive/terms/v1/manifest.json": "terms/v1/frozen/manifest.json",
        "archive/terms/v3/en.html": "terms/v3/frozen/en.html",
        "archive/terms/v3/zh.json": "terms/v3/frozen/zh.json",
    }
    for path, source in copied.items():
        assert (site / path).read_bytes() == (frozen / "docs" / source).read_bytes()
    assert not (site / "archive/terms/v4").exists()
    assert verify_folder(site).findings == ()
    assert "archive/terms/v1/manifest.json" in html(site, "en/terms/v1")
    page = site / "zh/terms/v1/index.html"
    page.write_text(page.read_text("utf-8").replace("保存期为 30 日", "保存期为 3 日"), "utf-8")
    assert [each.file for each in verify_folder(site).findings] == ["zh/terms/v1/index.html"]


def test_another_theme_changes_no_digest(frozen: Path) -> None:
    before = verify_folder(build_site(frozen / "mkdocs.yml"))
    own = frozen / "own"
    (own / "partials").mkdir(parents=True)
    (own / "partials/footer.html").write_text("<footer>ours</footer>", encoding="utf-8")
    config = frozen / "mkdocs.yml"
    text = config.read_text(encoding="utf-8").replace("theme: {", "theme: {custom_dir: own, ")
    config.write_text(text.replace("language: zh", "language: en"), encoding="utf-8")
    site = build_site(config)
    assert "<footer>ours</footer>" in html(site, "zh/terms/v1")
    after = verify_folder(site)
    assert after.findings == before.findings == ()
    assert after.heads == before.heads


@pytest.mark.parametrize("name", ["archive", "as-of", "compare", "history", "feed.xml"])
def test_names_of_pages_are_no_names_of_versions(name: str) -> None:
    assert id_fault(name)


def test_a_site_without_an_api_leads_nowhere_that_is_not_there(tmp_path: Path) -> None:
    config = write_site(tmp_path)
    text = config.read_text(encoding="utf-8")
    config.write_text(
        text.replace("plugins: [clausepress]", "plugins: [{clausepress: {api: none}}]"),
        encoding="utf-8",
    )
    site = build_site(config)
    assert not (site / "zh/choices").exists()
    for path in site.rglob("*"):
        if path.suffix in (".html", ".link"):
            text = path.read_text(encoding="utf-8")
            for word in ("v1/forms", "timegate", "choices/", "widgets/"):
                assert word not in text, (path, word)


def test_a_correction_is_told_on_both_pages(tmp_path: Path) -> None:
    config = write_site(tmp_path)
    reason = {"zh": "漏了一个字。", "en": "A word was missing."}
    facts = {"effective_on": "2023-05-01", "corrects": "v2", "correction_reason": reason}
    write_facts(tmp_path, "v3", facts)
    site = build_site(config)
    told = html(site, "zh/terms/v3")
    assert '<a href="../v2/">更正版本 v2：漏了一个字。</a>' in told
    assert '<a href="../v3/">Corrected by version v3: A word was missing.</a>' in html(
        site, "en/terms/v2"
    )
    assert "It corrects version v2" in html(site, "en/terms/v3/changes")


def test_a_site_without_an_address_has_no_sitemap_and_one_with_it_has_the_current_pages(
    tmp_path: Path,
) -> None:
    config = write_site(tmp_path)
    assert not (build_site(config) / "sitemap.xml").exists()
    text = config.read_text(encoding="utf-8")
    config.write_text(text + "site_url: https://policies.example/\n", encoding="utf-8")
    listed = (build_site(config) / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://policies.example/en/terms/</loc>" in listed
    assert "/v1/" not in listed
    assert listed.count('hreflang="en"') == listed.count('hreflang="zh-Hans"') > 0


def test_a_version_long_ago_leads_to_its_comparison(tmp_path: Path) -> None:
    dated = [{"id": f"v{n:02}", "effective_on": f"20{n:02}-01-01"} for n in range(1, 14)]
    write_policy(tmp_path / "docs", *dated)
    templates = {url: page.template for url, page in pages(tmp_path).items()}
    near = {url for url, name in templates.items() if name == "clausepress/changes.html"}
    assert {url for url in near if url.endswith("to-current/")} == {
        f"{lang}/terms/v{n:02}/to-current/" for lang in ("zh", "en") for n in range(3, 13)
    }
    (tmp_path / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    site = build_site(tmp_path / "mkdocs.yml")
    far = html(site, "en/terms/v01/to-current")
    assert 'href="../../compare/?from=v01"' in far
    assert 'href="../../v02/changes/"' in far
    listed = html(site, "en/terms/compare")
    assert "v03/to-current/" in listed
    assert "v02/to-current/" not in listed
