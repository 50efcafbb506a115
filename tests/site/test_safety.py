"""The strict page: nothing inline, nothing from elsewhere, on every kind of page with every widget
open; what a page's head says of it; the site wherever it is put."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest
from changed_site import CONFIG, write_site
from playwright.sync_api import BrowserContext, Page, Route
from starlette.testclient import TestClient

from clausepress.server import SiteFiles
from clausepress.site.build import build_site
from clausepress.site.safety import page_headers, page_policy

URL = "https://policies.example/"
_LISTEN = """
globalThis.broken = [];
addEventListener("securitypolicyviolation", (e) =>
  broken.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile} ${e.sample}`));
"""


@pytest.fixture(scope="module")
def site(project_site: Path) -> Path:
    return project_site


@pytest.fixture(scope="module")
def origin(site: Path, serving: Callable[[Path], str]) -> str:
    return serving(site)


def urls(site: Path) -> list[str]:
    pages = [path.relative_to(site).as_posix() for path in site.rglob("*.html")]
    return sorted(
        page.removesuffix("index.html") for page in pages if not page.startswith("archive/")
    )


def head(site: Path, url: str) -> str:
    html = (site / url / "index.html").read_text(encoding="utf-8")
    return html.split("</head>")[0]


def found(pattern: str, text: str) -> list[str]:
    return [unescape(each) for each in re.findall(pattern, text)]


def document(site: Path, url: str) -> dict[str, object]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head(site, url))
    value: dict[str, object] = json.loads(text)
    return value


def test_no_page_breaks_its_policy_or_leaves_its_origin(
    site: Path, origin: str, context: BrowserContext
) -> None:
    context.add_init_script(_LISTEN)
    page = context.new_page()
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if said.type == "warning" else None)
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((origin, "data:", "blob:"))
            else foreign.append(request.url)
        ),
    )
    every = [url for url in urls(site) if re.match(r"(../)?([^/]*/)?$|../privacy/|.*404", url)]
    assert len(every) > 40
    for url in every:
        page.goto(origin + url)
        _open_all(page)
        broken += [f"{url}: {each}" for each in page.evaluate("globalThis.broken")]
    assert broken == []
    assert foreign == []
    assert context.cookies() == []


def _open_all(page: Page) -> None:
    """Open what a page can open: boxes, the cookie layer, a search, a comparison."""
    if page.evaluate(
        """async () => {
          for (const each of document.querySelectorAll("details")) each.open = true;
          for (const each of document.querySelectorAll("clausepress-cookies")) await each.open?.();
          const query = document.querySelector("#cp-query");
          if (query) { query.value = "a 一"; query.form.requestSubmit(); }
          const compare = document.querySelector(".cp-compare");
          if (compare) compare.requestSubmit();
          for (const each of document.querySelectorAll("[popovertarget]")) each.click();
          for (let turn = 0; turn < 3; turn++) await new Promise(requestAnimationFrame);
          return Boolean(query || compare);
        }"""
    ):
        page.wait_for_load_state("networkidle")


def test_an_inline_script_or_style_would_be_stopped(origin: str, page: Page) -> None:
    page.add_init_script(_LISTEN)

    def spoil(route: Route) -> None:
        answer = route.fetch()
        spoiled = answer.text().replace(
            "</article>", "<script>globalThis.ran = 1</script><p style='color:red'></article>"
        )
        route.fulfill(response=answer, body=spoiled)

    page.route("**/zh/", spoil)
    page.goto(f"{origin}zh/")
    page.wait_for_function("broken.length > 1")
    assert page.evaluate("globalThis.ran") is None
    page.wait_for_function("broken.length > 1")
    told = " ".join(page.evaluate("globalThis.broken"))
    assert "script-src-elem inline" in told
    assert "style-src-attr inline" in told
    assert (
        page.evaluate("try { document.body.innerHTML = 'x' } catch (e) { e.name }") == "TypeError"
    )


def test_every_page_has_the_policy_before_any_script(site: Path) -> None:
    policies = set()
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if path.relative_to(site).parts[0] == "archive":
            continue  # frozen bodies, no pages
        (policy,) = found(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert text.index("Content-Security-Policy") < text.index("<script")
        assert 'name="referrer" content="no-referrer"' in text
        policies.add(policy)
    (policy,) = policies
    assert "unsafe" not in policy
    headers = page_headers(site)
    assert headers["Content-Security-Policy"] == f"{policy}; frame-ancestors 'self'"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in headers["Permissions-Policy"]


def test_an_api_elsewhere_is_the_only_other_origin() -> None:
    policy = page_policy([], "https://api.example:8443/legal/v1/")
    other = [rule.split()[0] for rule in policy.split("; ") if "https:" in rule]
    assert other == ["connect-src", "form-action"]
    assert "'self' https://api.example:8443;" in policy


def test_serve_sends_the_policy_with_every_answer(tmp_path: Path) -> None:
    config = write_site(tmp_path)
    builds = tmp_path / "builds"
    builds.mkdir()
    client = TestClient(SiteFiles(config, builds, tmp_path / "policies.json"))
    for path in ("/", "/zh/terms/", "/none/", "/zh/search.json"):
        headers = client.get(path).headers
        assert "frame-ancestors 'self'" in headers["content-security-policy"], path
        assert headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in headers


def test_links_out_of_the_site_are_marked(site: Path, origin: str, page: Page) -> None:
    marked = ""
    for url in urls(site):
        html = (site / url / "index.html" if url[-5:] != ".html" else site / url).read_text("utf-8")
        for link in re.findall(r'<a [^>]*href="https?://[^>]*>', html):
            assert re.search(r'rel="[^"]*\bexternal\b[^"]*"', link), (url, link)
            marked = url
    assert marked
    page.goto(origin + marked)
    after = page.locator("a[rel~=external]").first.evaluate(
        "(each) => getComputedStyle(each, '::after').content"
    )
    assert after == '"↗" / "（外部链接）"'


def test_titles_and_descriptions_tell_pages_apart(site: Path) -> None:
    pages = [url for url in urls(site) if not url.endswith("404.html")]
    titles = [found("<title>(.*)</title>", head(site, url))[0] for url in pages]
    assert sorted(titles) == sorted(set(titles))
    listed = [url for url in pages if "noindex" not in head(site, url)]
    told = [found('name="description" content="([^"]*)"', head(site, url))[0] for url in listed]
    same = {text for text in told if told.count(text) > 1}
    assert same <= {found('name="description" content="([^"]*)"', head(site, ""))[0]}


def test_the_name_of_the_site_is_in_the_language_of_the_page(site: Path) -> None:
    names = {"zh": "京东智联云政策中心", "en": "JD Zhilian Cloud Policy Centre"}
    for lang, name in names.items():
        for url in (f"{lang}/", f"{lang}/privacy/", f"{lang}/privacy/2021-01-25/changes/"):
            html = (site / url / "index.html").read_text(encoding="utf-8")
            (title,) = found("<title>(.*)</title>", html)
            assert title.endswith(f" - {name}")
            assert f'<meta property="og:site_name" content="{name}">' in html
            assert f'title="{name}" class="md-header__button md-logo" aria-label="{name}"' in html
            (other,) = {*names.values()} - {name}
            assert other not in html
        assert name in (site / lang / "404.html").read_text(encoding="utf-8")
        assert name in (site / "index.html").read_text(encoding="utf-8")
    assert document(site, "en/privacy/")["isPartOf"]["name"] == names["en"]  # type: ignore[index] # JSON


def test_the_text_in_force_has_one_address_for_search_engines(site: Path) -> None:
    assert canonical(site, "zh/privacy/") == f"{URL}zh/privacy/"
    assert canonical(site, "zh/privacy/2021-01-25/") == f"{URL}zh/privacy/"
    assert canonical(site, "zh/privacy/2019-09-16/") == f"{URL}zh/privacy/2019-09-16/"
    for url in ("2019-09-16/", "2021-01-25/changes/", "2019-09-16/to-current/"):
        assert "noindex" in head(site, f"zh/privacy/{url}")
    listed = found("<loc>(.*)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    for address in listed:
        url = address.removeprefix(URL)
        assert canonical(site, url) == address
        assert "noindex" not in head(site, url)
    assert f"{URL}zh/search/" in listed
    robots = (site / "robots.txt").read_text(encoding="utf-8")
    assert robots == f"User-agent: *\nAllow: /\nSitemap: {URL}sitemap.xml\n"


def canonical(site: Path, url: str) -> str:
    (address,) = found('<link rel="canonical" href="([^"]*)"', head(site, url))
    return address


def test_counterparts_are_told_both_ways_and_only_real_ones(site: Path) -> None:
    told = {
        url: dict(found_pairs(head(site, url)))
        for url in urls(site)
        if not url.endswith("404.html") and "noindex" not in head(site, url)
    }
    for url, others in told.items():
        for code, address in others.items():
            other = address.removeprefix(URL)
            assert code == "x-default" or told[other] == others, (url, code)
    zh, en = f"{URL}zh/privacy/", f"{URL}en/privacy/"
    assert told["zh/privacy/"] == {"en": en, "zh-Hans": zh, "x-default": zh}
    assert told["zh/privacy/2021-01-25/"] == {}  # its canonical page tells them


def found_pairs(text: str) -> list[tuple[str, str]]:
    return re.findall(r'<link rel="alternate " hreflang="([^"]*)" href="([^"]*)">', text)


def test_a_policy_in_one_language_has_no_counterpart(tmp_path: Path) -> None:
    config = write_site(tmp_path)
    for each in (tmp_path / "docs/terms").glob("v[345]/en.md"):
        each.unlink()
    config.write_text(f"site_url: {URL}\n{CONFIG}", encoding="utf-8")
    site = build_site(config)
    assert found_pairs(head(site, "zh/terms/")) == []
    assert found_pairs(head(site, "en/terms/")) == []
    assert found_pairs(head(site, "zh/terms/archive/"))
    assert "workTranslation" not in document(site, "zh/terms/")


def test_the_text_is_described_in_schema_orgs_terms(site: Path) -> None:
    told = document(site, "zh/privacy/2021-01-25/")
    assert told["@type"] == "DigitalDocument"
    assert told["@id"] == f"{URL}zh/privacy/2021-01-25/"
    assert told["url"] == f"{URL}zh/privacy/"
    assert told["version"] == "2021-01-25"
    assert told["dateModified"] == "2021-01-18"
    assert told["inLanguage"] == "zh-Hans"
    assert told["isBasedOn"]["@id"] == f"{URL}zh/privacy/2019-09-16/"  # type: ignore[index] # JSON
    (translation,) = told["workTranslation"]  # type: ignore[misc] # JSON
    assert translation["@id"] == f"{URL}en/privacy/2021-01-25/"
    original = document(site, "en/privacy/2021-01-25/")["translationOfWork"]
    assert original["@id"] == told["@id"]  # type: ignore[index] # JSON
    assert "dateModified" not in document(site, "zh/weidianyun/")  # it states none
    assert document(site, "zh/privacy/")["@id"] == told["@id"]


def test_a_title_cannot_leave_the_data_it_is_in(tmp_path: Path) -> None:
    config = write_site(tmp_path)
    path = tmp_path / "docs/terms/v3/zh.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("title: 托管协议", "title: '</script><script>alert(1)</script>\"'"), "utf-8"
    )
    site = build_site(config)
    assert document(site, "zh/terms/v3/")["name"] == '</script><script>alert(1)</script>"'
    assert "<script>alert" not in (site / "zh/terms/v3/index.html").read_text(encoding="utf-8")


def test_the_site_works_below_a_path_and_from_another_origin(
    tmp_path: Path, page: Page, serving: Callable[[Path], str]
) -> None:
    """Built for one address, and put into a folder of another host."""
    config = write_site(tmp_path / "source")
    config.write_text(f"site_url: https://policies.example/legal/\n{CONFIG}", encoding="utf-8")
    site = build_site(config, strict=True)
    assert "/legal/*\n" in (site / "_headers").read_text(encoding="utf-8")
    assert not (site / "robots.txt").exists()
    public = tmp_path / "public"
    shutil.copytree(site, public / "cdn" / "x")
    shutil.copy(site / "_headers", public)
    base = serving(public)
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(f"{answer.status} {answer.url}"))
    for url in ("", "zh/", "zh/terms/", "zh/terms/v2/changes/", "en/search/?q=files&all=1"):
        page.goto(urljoin(f"{base}cdn/x/", url), wait_until="networkidle")
    page.locator(".cp-hits a").first.click()
    page.wait_for_url(f"{base}cdn/x/en/terms/**")
    lost = [each for each in asked if "/cdn/x/" not in each or each[:3] not in ("200", "304")]
    assert [each for each in lost if "/v1/" not in each and "favicon" not in each] == []


@pytest.mark.parametrize("program", ["mkdocs", "properdocs"])
def test_other_programs_build_the_same_site(tmp_path: Path, program: str) -> None:
    if not importlib.util.find_spec(program):
        pytest.skip(f"{program} is not installed: pip install {program}")
    config = write_site(tmp_path)
    build = [sys.executable, "-m", program, "build", "--strict", "-q", "-f", str(config)]
    subprocess.run(build, check=True, timeout=120)
    theirs = {
        path.relative_to(tmp_path / "site"): path.read_bytes()
        for path in (tmp_path / "site").rglob("*.html")
    }
    ours = build_site(config, strict=True)
    assert theirs == {path.relative_to(ours): path.read_bytes() for path in ours.rglob("*.html")}
