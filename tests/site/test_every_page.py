"""Every kind of page in both languages: on small screens and in large type, by axe, by keyboard,
with little motion and with forced colours, and that nothing moves while it loads."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from reading_site import ON, SHIFTED, SHIFTS

from clausepress.archive.library import load_library
from clausepress.resources import resource
from clausepress.site.pages import site_pages
from clausepress.site.redlines import Redlines


@pytest.fixture(scope="module")
def kinds(wide_source: Path) -> dict[tuple[str, str], str]:
    """Path of a page of each kind in each language."""
    found = {("404.html", lang): f"{lang}/404.html" for lang in ("zh", "en")}
    found["404.html", "zh, en"] = "404.html"
    for page in site_pages(load_library(wide_source / "docs"), ON, "zh", Redlines()):
        found.setdefault((page.template, page.lang), page.url)
    return found


@pytest.fixture(scope="module")
def origin(wide_site: Path, serving: Callable[[Path], str]) -> str:
    return serving(wide_site)


def settle(page: Page) -> None:
    """Wait for what comes last to most pages, the cookies' layer as its own script draws it."""
    if page.locator("clausepress-cookies").count():
        expect(page.locator("clausepress-cookies [part~=layer]")).to_be_visible()


def open_boxes(page: Page) -> None:
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
    page.add_init_script(SHIFTS)
    for url in kinds.values():
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(origin + url)
        settle(page)
        assert page.evaluate(SHIFTED) == [], url
        open_boxes(page)
        page.evaluate(
            """(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
                          document.adoptedStyleSheets.push(sheet); }""",
            whole,
        )
        page.set_viewport_size({"width": 320, "height": 700})  # 1280 at a zoom of 400 %
        assert page.evaluate(wide) <= 0, url
        page.set_viewport_size({"width": 640, "height": 700})
        page.evaluate("document.documentElement.style.fontSize = '250%'")  # twice the theme's
        assert page.evaluate(wide) <= 0, url


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_widget_takes_the_room_that_is_kept_for_it(origin: str, page: Page, lang: str) -> None:
    page.add_init_script(SHIFTS)
    for width in (1280, 480, 360, 320):
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(f"{origin}{lang}/choices/")
        widget = page.locator("clausepress-sms")
        expect(widget.get_by_role("textbox")).to_be_visible()
        idle = widget.evaluate(
            """(host) => host.getBoundingClientRect().bottom -
              Math.max(...[...host.shadowRoot.querySelectorAll("*")].map((each) =>
                each.getBoundingClientRect().bottom))"""
        )
        assert -1 < idle < 45, width
        assert page.evaluate(SHIFTED) == [], width


def test_a_long_name_leaves_room_for_the_next_column(origin: str, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 740})
    page.goto(f"{origin}zh/drive/")
    first = page.locator("#kits tbody th, #kits tbody td").first
    first.evaluate("(cell) => { cell.textContent = 'com.example.'.repeat(9) }")
    assert (first.bounding_box() or {})["width"] < 160


class _Spoken(HTMLParser):
    """The texts of a page with Chinese characters that are not marked as Chinese."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.unmarked: list[str] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "input", "br", "img", "hr"):
            self._open.append((tag, dict(attrs).get("lang") or self._open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        while self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, lang = self._open[-1]
        if re.search("[\u4e00-\u9fff]", data) and lang != "zh-Hans" and tag != "title":
            self.unmarked.append(data)


def test_words_in_another_language_say_so(wide_site: Path) -> None:
    """A policy is there in Chinese only, and its title on many a page."""
    pages = [*wide_site.glob("en/*.html"), *wide_site.glob("en/*/index.html")]
    pages += [*wide_site.glob("en/notice/*/index.html"), *wide_site.glob("en/drive/**/index.html")]
    assert len(pages) > 15
    for path in pages:
        assert _Spoken(path.read_text(encoding="utf-8")).unmarked == [], path


# Once axe is in the page.
_CONTRAST = """async (part) => {
  const { violations } = await axe.run(part, { runOnly: ["color-contrast"] });
  return violations.flatMap(({ nodes }) => nodes.map(({ html }) => html));
}"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing(
    origin: str, browser: Browser, kinds: dict[tuple[str, str], str], lang: str
) -> None:
    # Without motion colours change at once.
    page = browser.new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    # Of a long table three rows are enough, each costs time; dark differs by its colours only,
    # and those are the same in all languages.
    part = {"exclude": [["tbody tr:nth-child(n+4)"]]}
    wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    for (_, spoken), url in kinds.items():
        if not spoken.startswith(lang):
            continue
        page.emulate_media(color_scheme="light")
        page.goto(origin + url)
        settle(page)
        open_boxes(page)
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")
        found = Axe().run(page, part, {"runOnly": wcag, "resultTypes": ["violations"]})
        assert found.violations_count == 0, (url, found.generate_report())
        if lang == "zh":
            page.emulate_media(color_scheme="dark")
            expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
            assert page.evaluate(_CONTRAST, part) == [], url
    page.context.close()


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
    page.add_init_script(SHIFTS)
    for (_, lang), url in kinds.items():
        if lang == "en":
            continue
        page.goto(origin + url)
        settle(page)
        assert page.evaluate(SHIFTED) == [], url
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
