"""The first layer in the page's own HTML: there before the widget's module, and nothing moves."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from reading_site import SHIFTED, SHIFTS

from clausepress.site.build import build_site

POLICY = """\
id: privacy
kind: privacy-policy
prevails: zh
title: {zh: 政策, en: Policy}
cookies:
  clause: cookies
  purposes:
    - {id: counting, label: {zh: 计数, en: Counting}}
"""
VERSION = "id: '1'\nnumber: N1\neffective_on: 2025-01-01\n"
TEXTS = {
    "zh": "title: 政策\n---\n\n1. 计数 {#cookies}\n",
    "en": "title: Policy\n---\n\n1. Count {#cookies}\n",
}
CONFIG = """\
site_name: Texts
theme: {name: material, language: zh}
plugins: [clausepress]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("layer")
    version = home / "docs" / "privacy" / "1"
    version.mkdir(parents=True)
    (version.parent / "policy.yml").write_text(POLICY, "utf-8")
    (version / "version.yml").write_text(VERSION, "utf-8")
    for lang, text in TEXTS.items():
        (version / f"{lang}.md").write_text("---\n" + text, "utf-8")
    (home / "mkdocs.yml").write_text(CONFIG, "utf-8")
    site = build_site(home / "mkdocs.yml")
    for lang in TEXTS:
        shutil.copy(site / "index.html", site / f"{lang}.html")
    return site


@pytest.fixture(scope="module")
def origin(folder: Path, serving: Callable[[Path], str]) -> str:
    return serving(folder)


def boxes(page: Page, css: str) -> list[dict[str, float]]:
    return page.locator(css).evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(({x, y, width, height}) =>"
        " ({x, y, width, height}))"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_there_before_the_module_and_nothing_moves(
    page: Page, origin: str, lang: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.add_init_script(SHIFTS)
    held = []
    page.route("**/widgets/cookies.*.js", lambda route: held.append(route))
    page.goto(f"{origin}{lang}/privacy/", wait_until="commit")
    layer = page.locator("clausepress-cookies > form")
    expect(layer).to_be_visible()
    expect(layer.get_by_role("button")).to_have_count(3)
    before = boxes(page, "clausepress-cookies > form, clausepress-cookies > form button")
    page.wait_for_load_state()
    while not held:
        page.wait_for_timeout(10)  # lets the browser's events in
    held[0].continue_()
    expect(page.locator("clausepress-cookies [part~=layer]")).to_be_visible()
    expect(layer).to_be_hidden()
    after = boxes(page, "clausepress-cookies [part~=layer], clausepress-cookies [part~=action]")
    assert len(before) == len(after) == 4
    for old, new in zip(before, after, strict=True):
        assert old == pytest.approx(new, abs=2)
    assert page.evaluate(SHIFTED) == []


def test_the_end_of_a_side_bar_is_never_below_it(page: Page, origin: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{origin}en/privacy/")
    cookies = page.locator("clausepress-cookies")
    cookies.get_by_role("button", name="Settings").click()
    top = (cookies.locator("[part~=layer]").bounding_box() or {})["y"]
    room = f"{800 - top:g}px"
    expect(page.locator("html")).to_have_css("--clausepress-layer", room)
    end = page.locator(".cp-sidebar .md-sidebar__scrollwrap").evaluate(
        """(bar) => {
          const list = bar.querySelector("ul"), last = list.lastElementChild;
          while (list.children.length < 60) list.append(last.cloneNode(true));
          bar.scrollTop = 1e6;
          return list.lastElementChild.getBoundingClientRect().bottom;
        }"""
    )
    assert 0 < end <= top


def test_who_has_chosen_never_sees_it(page: Page, origin: str, folder: Path) -> None:
    index = json.loads((folder / "policies.json").read_text("utf-8"))
    kept = {
        "purposes": {"counting": True},
        "decision": "given",
        "version": "1",
        "at": "2025-06-01T00:00:00.000Z",
        "material": index["policies"][0]["cookies"]["digest"],
        "labels": {"zh": "Cookie 设置"},
    }
    page.add_init_script(
        f"localStorage['clausepress:cookies:privacy@'] = JSON.stringify({json.dumps(kept)});"
        "globalThis.shown = 0; const look = () => { shown += document.querySelector("
        "'clausepress-cookies > form')?.offsetHeight ?? 0; requestAnimationFrame(look); }; look();"
    )
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{origin}zh/privacy/")
    expect(page.locator("clausepress-cookies [part~=control]")).to_have_text("Cookie 设置")
    page.wait_for_function("document.querySelector('clausepress-cookies').choice")
    assert page.evaluate("shown") == 0
    widgets = [url.rsplit("/", 1)[1] for url in requested if "/widgets/" in url]
    assert widgets == ["clausepress.js"]
    assert not any(url.endswith("policies.json") for url in requested)


def test_without_scripts_it_is_a_form_at_the_end_of_the_page(browser: Browser, origin: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{origin}en/privacy/")
    layer = page.locator("clausepress-cookies > form")
    expect(layer).to_be_visible()
    assert layer.evaluate("e => getComputedStyle(e).position") == "static"
    layer.get_by_role("button", name="Refuse all").click()
    page.wait_for_url("**/v1/forms/cookies?policy=privacy&lang=en")
    page.context.close()
