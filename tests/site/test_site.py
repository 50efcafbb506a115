"""The built site, read as a reader's program would: pages, text, marks, links, JSON."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest

from clausepress.archive.library import load_library
from clausepress.files import read_text
from clausepress.i18n import labels
from clausepress.site.build import build_site
from clausepress.text.visible import visible_edition, visible_source

ROOT = Path(__file__).parents[2]
SOURCES = ROOT.parent / "shared" / "sources"
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """What a test needs of a page: text of an element by class, attributes, links, ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.lang = ""
        self._open: list[tuple[str, str]] = []
        self._texts: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = values.get("lang", "")
        if "id" in values:
            self.ids.append(values["id"])
        self.links += [values[name] for name in ("href", "src") if name in values]
        if tag not in VOID:
            self._open.append((tag, values.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        classes = [name for _, names in self._open for name in names.split()]
        for name in set(classes):
            if name == "cp-label" or "cp-label" not in classes:
                self._texts.setdefault(name, []).append(data)

    def text(self, name: str) -> str:
        """Text inside elements of a class, spoken labels and white space left out."""
        return re.sub(r"[\s\u3000]+", "", "".join(self._texts.get(name, [])))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own site, built strictly."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("docs", "mkdocs.yml"):
        (folder / name).symlink_to(ROOT / name)
    return build_site(folder / "mkdocs.yml")


def pages(site: Path) -> Iterator[tuple[str, Page]]:
    for path in sorted(site.rglob("*.html")):
        url = path.relative_to(site).as_posix().removesuffix("index.html")
        yield url, Page(path.read_text(encoding="utf-8"))


def page(site: Path, url: str) -> Page:
    return Page((site / url / "index.html").read_text(encoding="utf-8"))


def test_every_version_has_its_page_in_every_language(site: Path) -> None:
    urls = {url for url, _ in pages(site)}
    for policy in json.loads((site / "policies.json").read_bytes())["policies"]:
        for lang in ("zh", "en"):
            assert f"{lang}/{policy['id']}/" in urls
            assert f"{lang}/{policy['id']}/archive/" in urls
        for version in policy["versions"]:
            for edition in version["editions"].values():
                assert edition["url"] in urls
                data = json.loads((site / edition["json"]).read_bytes())
                assert data["text_digest"] == edition["text_digest"]


def test_a_page_shows_the_text_and_nothing_else(site: Path) -> None:
    for policy in load_library(ROOT / "docs").policies.values():
        for version in policy.versions:
            for lang, published in version.editions.items():
                shown = page(site, f"{lang}/{policy.id}/{version.id}").text("cp-text")
                text = visible_edition(published.edition)
                assert shown == text


def test_marks_labels_list_and_json_agree_on_the_key_clauses(site: Path) -> None:
    for policy in json.loads((site / "policies.json").read_bytes())["policies"]:
        for version in policy["versions"]:
            for lang, edition in version["editions"].items():
                html = (site / edition["url"] / "index.html").read_text(encoding="utf-8")
                marks = html.count('<strong class="cp-prominent">')
                label = f'<span class="cp-label">{labels(lang)("Key clause:")}</span><u>'
                assert marks == html.count(label)
                listed = re.findall(r'<li><a href="#([^"]+)">', html.split('class="cp-key"')[1])
                assert listed[: len(edition["prominent"])] == edition["prominent"]
                assert set(edition["prominent"]) <= set(Page(html).ids)


def test_every_internal_link_leads_somewhere(site: Path) -> None:
    known = {url: set(found.ids) for url, found in pages(site)}
    broken = []
    for url, found in pages(site):
        if url == "404.html":
            continue  # its links are absolute, by the generator's design
        for link in found.links:
            target, fragment = urldefrag(urljoin(f"https://x/{url}", link))
            if not target.startswith("https://x/") or "/v1/" in target:
                continue
            path = unquote(target.removeprefix("https://x/"))
            if not (site / path).exists() or (fragment and fragment not in known.get(path, set())):
                broken.append((url, link))
    assert broken == []


def test_no_page_asks_a_third_party(site: Path) -> None:
    loads = re.compile(r"<(?:script|img|link|iframe)\b[^>]*(?:src|href)=\"(https?:)?//")
    assert [url for url in site.rglob("*.html") if loads.search(url.read_text("utf-8"))] == []
    css = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert not re.search(r"url\(\s*['\"]?https?:|@import", css)


def test_pages_are_wholly_in_one_language(site: Path) -> None:
    for url, found in pages(site):
        lang = url.split("/")[0]
        if lang in ("zh", "en"):
            assert found.lang == labels(lang).html_lang
            bar = found.text("cp-version")
            assert ("文档版号" in bar) == (lang == "zh" and bar != "")


def test_missing_facts_are_said_not_invented(site: Path) -> None:
    assert page(site, "zh/weidianyun").text("cp-version").count("未载明") == 3
    assert page(site, "en/user-agreement").text("cp-version").count("Notstated") == 2
    assert "202101151" in page(site, "zh/privacy").text("cp-version")


def test_an_archived_version_says_so_and_which_edition_prevails(site: Path) -> None:
    assert "存档的旧版本" in page(site, "zh/privacy/2019-09-16").text("cp-notice")
    assert "isatranslation" in page(site, "en/privacy/2021-01-25").text("cp-notice")
    assert "本文为优先文本" in page(site, "zh/privacy/2021-01-25").text("cp-notice")


def test_the_sample_notice_is_on_every_page(site: Path) -> None:
    for url, found in pages(site):
        if url.split("/")[0] == "zh":
            assert "并非该公司的法律文本" in found.text("md-banner"), url
        elif url.split("/")[0] == "en":
            assert "notthecompany'slegaltext" in found.text("md-banner"), url


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the real documents are not beside the project")
def test_the_five_real_documents_become_a_site_that_shows_every_character(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    run(["new", str(folder)])
    imports = {
        "pp-2019": ("privacy-policy.2019-09-16.zh", "zh"),
        "pp-2021": ("privacy-policy.2021-01-25.zh", "zh"),
        "pp-en": ("privacy-policy.en", "en"),
        "agreement": ("user-agreement.202003041.zh", "zh"),
        "terms": ("weidianyun-service-terms.zh", "zh"),
    }
    for policy, (name, lang) in imports.items():
        file = str(SOURCES / f"{name}.txt")
        docs = str(folder / "docs")
        run(["import", file, "--policy", policy, "--version", "v1", "--lang", lang, "--docs", docs])
    site = build_site(folder / "mkdocs.yml", strict=True)
    for policy, (name, lang) in imports.items():
        source = read_text(SOURCES / f"{name}.txt")
        shown = page(site, f"{lang}/{policy}").text("cp-text")
        assert shown == visible_source(source).replace("**", "") or shown.replace(
            "**", ""
        ) == visible_source(source)
        data = json.loads((site / lang / policy / "v1" / "edition.json").read_bytes())
        assert page(site, f"{lang}/{policy}").text("cp-number") == re.sub(
            r"\s", "", "".join(numbers(data["edition"]["clauses"]))
        )


def numbers(clauses: list[dict[str, object]]) -> Iterator[str]:
    for clause in clauses:
        yield str(clause.get("number", ""))
        yield from numbers(clause.get("children", []))  # type: ignore[arg-type]


def run(arguments: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "clausepress", *arguments], check=True, timeout=120)
