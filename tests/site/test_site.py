"""The built site, read as a reader's program would: pages, text, marks, links, JSON."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import msgspec
import pytest
import yaml

from clausepress.archive.library import load_library
from clausepress.errors import ClausepressError
from clausepress.files import read_text
from clausepress.i18n import labels
from clausepress.site.build import build_site
from clausepress.site.plugin import ClausepressConfig
from clausepress.text.importing.edits import apply_repairs
from clausepress.text.importing.model import ImportReport
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
def site(project_site: Path) -> Path:
    return project_site


@cache  # several tests read every page
def read(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def pages(site: Path) -> Iterator[tuple[str, Page]]:
    for path in sorted(site.rglob("*.html")):
        yield path.relative_to(site).as_posix().removesuffix("index.html"), read(path)


def page(site: Path, url: str) -> Page:
    return read(site / url / "index.html")


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


def test_anchors_by_number_lead_to_the_clause(site: Path) -> None:
    html = (site / "zh" / "privacy" / "2021-01-25" / "index.html").read_text(encoding="utf-8")
    section = html.split('id="cookie-uses">')[1].split("</span><p>")[0]
    assert 'id="c4-3-1"' in section
    assert 'id="4.3.1"' in section
    for url, found in pages(site):
        assert len(found.ids) == len(set(found.ids)), url


def test_every_internal_link_leads_somewhere(site: Path) -> None:
    known = {url: set(found.ids) for url, found in pages(site)}
    broken = []
    for url, found in pages(site):
        for link in found.links:
            target, fragment = urldefrag(urljoin(f"https://x/{url}", link))
            if not target.startswith("https://x/") or "/v1/" in target:
                continue
            path = unquote(target.removeprefix("https://x/"))
            file = site / path / "index.html" if path.endswith("/") or not path else site / path
            if not file.is_file() or (fragment and fragment not in known.get(path, set())):
                broken.append((url, link))
    assert broken == []


def test_no_page_asks_a_third_party(site: Path) -> None:
    loads = re.compile(
        r"<(?:script|img|link|iframe)\b[^>]*(?:src|href)=\"(?:https?:)?//(?!policies\.example/)"
    )
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


def test_nothing_in_a_title_or_heading_is_live(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(["new", str(folder)])
    source = folder / "docs" / "privacy" / "2026-01-01" / "en.md"
    text = source.read_text(encoding="utf-8")
    title = re.search(r"^title: .*$", text, re.MULTILINE)
    assert title is not None
    text = text.replace(title.group(), 'title: "</title><script>alert(1)</script> & <b>"')
    text += "\n## <img src=x onerror=alert(2)> & co {#odd}\n"
    source.write_text(text, encoding="utf-8")
    built = build_site(folder / "mkdocs.yml", strict=True)
    gist = page(built, "zh/privacy").text("cp-gist")
    assert gist.count("条款：") == 3  # the example shows how a summary is made
    for url in ("en/privacy", "en/privacy/2026-01-01", "en/privacy/archive", "en"):
        html = (built / url / "index.html").read_text(encoding="utf-8")
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b> -" not in html


def test_links_between_policies_lead_there_from_both_pages(site: Path) -> None:
    for url in ("zh/account-closure", "zh/account-closure/undated-1"):
        (link,) = {link for link in page(site, url).links if link.endswith("../privacy/")}
        target = urljoin(f"https://x/{url}/", link)
        assert target == "https://x/zh/privacy/"


def test_builds_at_once_wait_for_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(["new", str(folder)])
    build = [sys.executable, "-m", "clausepress", "build", "--config", str(folder / "mkdocs.yml")]
    builds = [subprocess.Popen(build) for _ in range(2)]
    assert [each.wait(timeout=120) for each in builds] == [0, 0]
    files = {path.relative_to(folder / "site") for path in (folder / "site").rglob("*")}
    again = build_site(folder / "mkdocs.yml")
    assert {path.relative_to(again) for path in again.rglob("*")} == files
    assert [path.name for path in folder.glob(".site*")] == [".site.lock"]


def test_a_site_left_aside_by_a_killed_build_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    run(["new", str(folder)])
    site = build_site(folder / "mkdocs.yml")
    site.rename(folder / ".site.old")
    (folder / "docs" / "privacy" / "policy.yml").write_text("id: [", encoding="utf-8")
    with pytest.raises(ClausepressError, match="not valid YAML"):
        build_site(folder / "mkdocs.yml")
    assert (site / "policies.json").is_file()


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("docs/about.md", "关于".encode("gb18030"), "every source is UTF-8"),
        ("docs/zh/index.md", b"# mine", "give that page another name"),
        ("mkdocs.yml", b"site_name: x\ntheme: material\n", "the plugin is not switched on"),
        (
            "mkdocs.yml",
            b"site_name: x\ntheme: {name: material, language: xx}\nplugins: [clausepress]\n",
            "languages/xx.html",
        ),
    ],
)
def test_a_fault_beside_the_policies_is_named(
    tmp_path: Path, file: str, content: bytes, words: str
) -> None:
    folder = tmp_path / "site"
    run(["new", str(folder)])
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_bytes(content)
    with pytest.raises(ClausepressError, match=words):
        build_site(folder / "mkdocs.yml")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("site_name: {ZH: x}", "'site_name': there is no language 'ZH'"),
        ("notice: {zh: ' '}", "'notice': the text for 'zh' is empty"),
    ],
)
def test_a_text_per_language_is_for_a_language_that_there_is(option: str, words: str) -> None:
    name, texts = yaml.safe_load(option).popitem()
    config = ClausepressConfig()
    config.load_dict({name: texts})
    ((told, error),), _ = config.validate()
    assert words in f"{told!r}: {error}"


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
        report = msgspec.json.decode(
            (folder / "docs" / policy / "v1" / f"{lang}.import.json").read_bytes(),
            type=ImportReport,
        )
        source = apply_repairs(read_text(SOURCES / f"{name}.txt"), report.repairs)
        data = json.loads((site / lang / policy / "v1" / "edition.json").read_bytes())
        lines = source.split("\n")
        # A title printed once is the page's title, and the text goes without its line.
        title = visible_source(data["edition"]["title"])
        titles = [at for at, line in enumerate(lines) if visible_source(line) == title]
        wanted = [source, *("\n".join(lines[:at] + lines[at + 1 :]) for at in titles)]
        shown = page(site, f"{lang}/{policy}").text("cp-text")
        assert shown in [visible_source(each) for each in wanted]
        assert page(site, f"{lang}/{policy}").text("cp-number") == re.sub(
            r"\s", "", "".join(numbers(data["edition"]["clauses"]))
        )


def numbers(clauses: list[dict[str, object]]) -> Iterator[str]:
    for clause in clauses:
        yield str(clause.get("number", ""))
        yield from numbers(clause.get("children", []))  # type: ignore[arg-type]


def run(arguments: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "clausepress", *arguments], check=True, timeout=120)
