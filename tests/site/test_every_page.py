"""Every kind of page in both languages: on small screens and in large type, by axe, by keyboard,
with little motion and with forced colours."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from changed_site import write
from playwright.sync_api import Browser, Page, expect
from reading_site import write_reading_site

from clausepress.archive.library import load_library
from clausepress.resources import resource
from clausepress.site.build import build_site
from clausepress.site.pages import site_pages
from clausepress.site.redlines import Redlines

ON = dt.date(2026, 1, 1)
COOKIES = {
    "clause": "consent",
    "purposes": [
        {"id": "login", "required": True, "label": {"zh": "登录", "en": "Signing in"}},
        {
            "id": "statistics",
            "required": False,
            "label": {"zh": "统计", "en": "Statistics"},
            "clears": ["_visits_of_this_browser_in_the_last_thirty_days*"],
        },
    ],
}


class Handler(SimpleHTTPRequestHandler):
    """Static files, without a line for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        pass


def write_wide_site(folder: Path) -> Path:
    """Write a site with pages of every kind: cookies, relations, versions too far to compare."""
    config = write_reading_site(folder)
    path = folder / "docs/drive/policy.yml"
    facts = json.loads(path.read_text("utf-8")) | {
        "cookies": COOKIES,
        "relations": [{"prevails_over": "terms", "clause": "2.2", "stated_in": "drive"}],
    }
    write(path, json.dumps(facts))
    write(
        folder / "docs/terms/policy.yml",
        '{"id": "terms", "kind": "service-terms", "prevails": "zh"}',
    )
    for year in range(2000, 2013):
        version = {"id": f"v{year}", "effective_on": f"{year}-01-01"}
        write(folder / f"docs/terms/v{year}/version.yml", json.dumps(version))
        for lang, text in {"zh": "费用为 {} 元。", "en": "The fee is {} yuan."}.items():
            body = f"---\ntitle: {lang}\n---\n\n1. {text.format(year)}\n"
            write(folder / f"docs/terms/v{year}/{lang}.md", body)
    return config


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wide")
    write_wide_site(folder)
    return folder


@pytest.fixture(scope="module")
def kinds(folder: Path) -> dict[tuple[str, str], str]:
    """Path of a page of each kind in each language."""
    found: dict[tuple[str, str], str] = {("404.html", "zh"): "404.html"}
    for page in site_pages(load_library(folder / "docs"), ON, "zh", Redlines()):
        found.setdefault((page.template, page.lang), page.url)
    return found


@pytest.fixture(scope="module")
def origin(folder: Path) -> Iterator[str]:
    site = build_site(folder / "mkdocs.yml", strict=True, on=ON)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def visit(page: Page, url: str) -> None:
    """Go there and open every box."""
    page.goto(url)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def test_every_template_is_among_the_kinds(kinds: dict[tuple[str, str], str]) -> None:
    templates = {
        f"clausepress/{path.name}"
        for path in (resource("overrides") / "clausepress").glob("*.html")
        if 'extends "main.html"' in path.read_text(encoding="utf-8")
    }
    assert {name for name, _ in kinds} == templates | {"404.html"}
    both = {name for name, lang in kinds if lang == "en"}
    assert templates - both == {"clausepress/languages.html"}


def test_nothing_overflows_on_a_narrow_screen_or_in_large_type(
    origin: str, page: Page, kinds: dict[tuple[str, str], str]
) -> None:
    wide = "document.documentElement.scrollWidth - innerWidth"
    # What is not drawn until it comes into view is drawn here, and what is cut off would show.
    whole = "* { content-visibility: visible !important }"
    for url in kinds.values():
        page.set_viewport_size({"width": 640, "height": 700})  # 1280 at a zoom of 200 %
        visit(page, origin + url)
        page.evaluate(
            """(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
                          document.adoptedStyleSheets.push(sheet); }""",
            whole,
        )
        assert page.evaluate(wide) <= 0, url
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate(wide) <= 0, url
        page.set_viewport_size({"width": 640, "height": 700})
        page.evaluate("document.documentElement.style.fontSize = '250%'")  # twice the theme's
        assert page.evaluate(wide) <= 0, url


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    origin: str, browser: Browser, kinds: dict[tuple[str, str], str], lang: str, scheme: Any
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page = context.new_page()
    # Of a long table three rows are enough, each costs time; dark differs by its colours only.
    part = {"exclude": [["tbody tr:nth-child(n+4)"]]}
    wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    rules = {"runOnly": ["color-contrast"] if scheme == "dark" else wcag}
    for (_, spoken), url in kinds.items():
        if spoken != lang:
            continue
        visit(page, origin + url)
        expect(page.locator("body")).to_have_attribute(
            "data-md-color-scheme", "slate" if scheme == "dark" else "default"
        )
        found = Axe().run(page, part, rules)
        assert found.violations_count == 0, (url, found.generate_report())
    context.close()


_FOCUS = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const host = at.getRootNode().host ?? at;
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const shown = [0.1, 0.3, 0.5, 0.7, 0.9].some((part) => {
    const y = top + (bottom - top) * part;
    const hit = document.elementFromPoint(box.left + box.width / 2, y);
    return !!hit && (host.contains(hit) || hit.contains(host));
  });
  return {
    name: `${at.outerHTML.slice(0, 120)} ${Math.round(box.y)}`,
    // A browser marks the parts of a date itself.
    ring: at.type === "date" ||
      style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
    shown,
  };
}"""


def test_a_keyboard_reaches_all_and_shows_where_it_is(
    origin: str, page: Page, kinds: dict[tuple[str, str], str]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    for (_, lang), url in kinds.items():
        if lang == "en":
            continue
        page.goto(origin + url)
        if page.locator("clausepress-cookies").count():
            button = page.locator("clausepress-cookies").get_by_role("button").first
            expect(button).to_be_visible()
        reached = []
        for _ in range(45):
            page.keyboard.press("Tab")
            at = page.evaluate(_FOCUS)
            if at is None:
                break
            assert at["ring"], (url, at)
            assert at["shown"], (url, at)
            reached.append(at["name"])
        assert reached, url
        assert "md-skip" in reached[0] or not page.locator(".md-skip").count(), url


def test_who_wants_no_motion_gets_none(
    origin: str, page: Page, kinds: dict[tuple[str, str], str]
) -> None:
    page.emulate_media(reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].filter((each) => {
      const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(each);
      const longest = Math.max(...`${transitionDuration}, ${animationDuration}`.split(", ")
        .map(parseFloat));
      return longest > 0.001 || scrollBehavior === "smooth";
    }).map((each) => each.outerHTML.slice(0, 80))"""
    for name in ("edition", "changes", "search", "home"):
        page.goto(origin + kinds[f"clausepress/{name}.html", "zh"])
        assert page.evaluate(moving) == [], name


def test_forced_colours_leave_marks_that_are_no_colours(
    origin: str, page: Page, kinds: dict[tuple[str, str], str]
) -> None:
    page.emulate_media(forced_colors="active")
    outlined = "(each) => getComputedStyle(each).outlineStyle"
    page.goto(f"{origin}zh/drive/#password")
    assert page.locator("#password").evaluate(outlined) == "solid"
    mark = page.locator("#password .cp-prominent u")
    assert "underline" in mark.evaluate("(each) => getComputedStyle(each).textDecorationLine")
    page.goto(origin + kinds["clausepress/as-of.html", "zh"] + "#2022-01-01")
    assert page.locator("tr[aria-current]").evaluate(outlined) == "solid"
    page.goto(origin + kinds["clausepress/changes.html", "zh"])
    assert (
        page.locator("del.cp-del")
        .first.evaluate("(each) => getComputedStyle(each).textDecorationLine")
        .startswith("line-through")
    )
