"""What is found in real texts, and what a reader loads for it, beside Material's default search.

Four real policies, read from a folder that is not part of the project, become two sites: ours, and
plain Material with a heading for each clause that has one. Thirty queries are typed into both in a
real browser. A hit of Material's is a section under a heading: it counts as right when a wanted
clause is in it. Precision and recall are those of the first ten hits; a query that asks a question
wants the clauses that answer it, all others want the clauses that hold the word.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote, unquote

from _search_queries import QUERIES
from playwright.sync_api import Page, expect, sync_playwright

from clausepress.archive.library import load_library
from clausepress.archive.published import Library
from clausepress.site.build import build_site
from clausepress.text.model import Block, Clause, Edition, Paragraph, plain

SOURCES = Path(__file__).resolve().parents[2] / "shared" / "sources"
TEXTS = {
    ("privacy", "zh"): "privacy-policy.2021-01-25.zh",
    ("privacy", "en"): "privacy-policy.en",
    ("agreement", "zh"): "user-agreement.202003041.zh",
    ("terms", "zh"): "weidianyun-service-terms.zh",
}
FIRST = 10
_WAITING = re.compile("键入以开始搜索")  # Material, before it has looked
OURS = "site_name: Policies\ntheme: {name: material, language: zh}\nplugins: [clausepress]\n"
PLAIN = (
    "site_name: Policies\ntheme: {name: material, language: zh, font: false}\n"
    "plugins: [search]\nmarkdown_extensions: [attr_list]\n"
)


Method: TypeAlias = tuple[Callable[[str, str], list[str]], Callable[[list[str]], list[str]]]
"""What asks a language for a query, and what turns clauses into the units that are counted."""


@dataclass(slots=True)
class Score:
    """Of one query: precision, recall, and the rank of the first right hit (0 for none)."""

    precision: float
    recall: float
    rank: int


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench search", description=__doc__)
    parser.add_argument("--sources", type=Path, default=SOURCES, help="folder of the real texts")
    parser.add_argument("--each", action="store_true", help="print every query")
    options = parser.parse_args(arguments)
    if not options.sources.is_dir():
        sys.exit(
            f"{options.sources}: the real texts are not there\n  fix: name their folder: --sources"
        )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        ours, plain_site = Path(folder, "ours"), Path(folder, "plain")
        library = write_ours(ours, options.sources)
        write_plain(plain_site, library)
        sites = build_site(ours / "mkdocs.yml"), build_plain(plain_site)
        sections = dict(_sections(library))
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("TEST_BROWSER") or None,
            args=["--no-sandbox", "--disable-background-networking"],
        )
        page = chromium.new_page()
        methods: dict[str, Method] = {
            "clausepress": (partial(ask_ours, page, served(sites[0])), list),
            "clausepress, sections": (
                partial(ask_ours, page, served(sites[0])),
                partial(to_sections, sections),
            ),
            "Material, sections": (
                partial(ask_material, page, served(sites[1])),
                partial(to_sections, sections),
            ),
        }
        report(methods, each=options.each)
        chromium.close()
        sizes(*sites)


def report(methods: dict[str, Method], *, each: bool) -> None:
    """Print precision and recall of each method."""
    print(f"{len(QUERIES)} queries, the first {FIRST} hits of each")
    print(f"  {'method':<24}{'precision':>10}{'recall':>8}{'first hit right':>17}{'nothing':>9}")
    for name, (ask, unit) in methods.items():
        scores = []
        for lang, query, wanted in QUERIES:
            hits = ask(lang, query)
            scores.append(score(unit(hits), unit(list(wanted))))
            if each:
                told = scores[-1]
                print(f"    {query:<34}{told.precision:>6.2f}{told.recall:>6.2f}  {hits[:FIRST]}")
        print(
            f"  {name:<24}{mean(s.precision for s in scores):>10.2f}"
            f"{mean(s.recall for s in scores):>8.2f}"
            f"{sum(s.rank == 1 for s in scores):>17}{sum(s.rank == 0 for s in scores):>9}"
        )


def score(hits: list[str], wanted: list[str]) -> Score:
    """Compare hits with what was wanted."""
    shown = hits[:FIRST]
    right = [hit for hit in shown if hit in wanted]
    rank = shown.index(right[0]) + 1 if right else 0
    precision = len(right) / len(shown) if shown else 0.0
    return Score(precision, len(right) / min(len(wanted), FIRST), rank)


def mean(values: Iterable[float]) -> float:
    """Mean of some values."""
    return statistics.fmean(values)


def sizes(ours: Path, plain_site: Path) -> None:
    """Print what a reader of one language loads in order to search."""
    print("\nLoaded in order to search, kB (gzip)")
    scripts = [ours / "assets" / name for name in ("search.js", "search-match.js")]
    _size("clausepress, zh", [ours / "zh/search.json", *scripts])
    _size("clausepress, en", [ours / "en/search.json", *scripts])
    workers = [*plain_site.glob("assets/javascripts/workers/search*.js")]
    lunr = [
        plain_site / "assets/javascripts/lunr" / name
        for name in ("min/lunr.stemmer.support.min.js", "min/lunr.zh.min.js", "wordcut.js")
    ]
    loaded = [path for path in (*workers, *lunr[:2]) if path.is_file()]
    _size("Material, any language", [plain_site / "search/search_index.json", *loaded])


def _size(name: str, paths: list[Path]) -> None:
    raw = sum(path.stat().st_size for path in paths) / 1000
    small = sum(len(gzip.compress(path.read_bytes())) for path in paths) / 1000
    print(f"  {name:<24}{raw:>8.1f}{small:>8.1f}")


def write_ours(folder: Path, sources: Path) -> Library:
    """Import the texts and return them as our site has them."""
    folder.mkdir()
    (folder / "mkdocs.yml").write_text(OURS, "utf-8")
    for (policy, lang), name in TEXTS.items():
        command = [sys.executable, "-m", "clausepress", "import", str(sources / f"{name}.txt")]
        place = [
            "--policy",
            policy,
            "--version",
            "v1",
            "--lang",
            lang,
            "--docs",
            str(folder / "docs"),
        ]
        subprocess.run([*command, *place], check=True, capture_output=True)
    return load_library(folder / "docs").public(dt.datetime.now(dt.UTC).date())


def write_plain(folder: Path, library: Library) -> None:
    """Write the same texts as plain Markdown."""
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(PLAIN, "utf-8")
    (folder / "docs/index.md").write_text("# Policies\n", "utf-8")
    for policy in library.policies.values():
        for lang, published in policy.versions[-1].editions.items():
            path = folder / f"docs/{lang}/{policy.id}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text("\n\n".join(_markdown(published.edition)) + "\n", "utf-8")


def _markdown(edition: Edition) -> Iterable[str]:
    yield f"# {edition.title} {{#preface}}"
    yield from map(_text, edition.preface)
    for clause in edition.clauses:
        yield from _clause(clause, 2)


def _clause(clause: Clause, level: int) -> Iterable[str]:
    if clause.heading:
        yield f"{'#' * level} {clause.number} {plain(clause.heading)} {{#{clause.id}}}"
    elif clause.number:
        yield clause.number.replace(".", "\\.")
    yield from map(_text, clause.blocks)
    for child in clause.children:
        yield from _clause(child, min(level + 1, 6))


def _text(block: Block) -> str:
    if isinstance(block, Paragraph):
        return plain(block.runs)
    rows = (block.header, *block.rows)
    return "\n\n".join(" ".join(plain(cell) for cell in row) for row in rows)


def build_plain(folder: Path) -> Path:
    """Build the plain site."""
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "mkdocs.yml")]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, check=True, env=quiet)
    return folder / "site"


def _sections(library: Library) -> Iterable[tuple[str, str]]:
    """Each clause and the section it is in: the nearest clause at or above it with a heading."""
    for policy in library.policies.values():
        for edition in (each.edition for each in policy.versions[-1].editions.values()):
            yield f"{policy.id}#preface", f"{policy.id}#preface"
            for clause in edition.clauses:
                yield from _within(policy.id, clause, f"{policy.id}#preface")


def _within(policy: str, clause: Clause, above: str) -> Iterable[tuple[str, str]]:
    section = f"{policy}#{clause.id}" if clause.heading else above
    yield f"{policy}#{clause.id}", section
    for child in clause.children:
        yield from _within(policy, child, section)


def to_sections(sections: dict[str, str], hits: list[str]) -> list[str]:
    """The sections that clauses are in, each once, in order."""
    return list(dict.fromkeys(sections.get(hit, hit) for hit in hits))


class Quiet(SimpleHTTPRequestHandler):
    """Static files, quietly."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        pass


def served(site: Path) -> str:
    """Serve a site until the program ends; return its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def ask_ours(page: Page, base: str, lang: str, query: str) -> list[str]:
    """The clauses that our search page shows for a query."""
    page.goto(f"{base}{lang}/search/?q={quote(query)}")
    page.locator(".cp-search [role=status]:not(:empty)").wait_for()
    links = page.eval_on_selector_all(".cp-hits h2 a", "all => all.map(each => each.href)")
    return [_clause_of(link, 2) for link in links]


def ask_material(page: Page, base: str, lang: str, query: str) -> list[str]:
    """The sections that Material's search shows for a query, in either language."""
    del lang
    if not page.url.startswith(base):
        page.goto(base)
        page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelector('#__search').checked = true")
    box = page.locator("[data-md-component=search-query]")
    told = page.locator(".md-search-result__meta")
    box.fill("")
    box.press("End")
    expect(told).to_have_text(_WAITING)
    box.fill(query)
    box.press("End")
    expect(told).not_to_have_text(_WAITING)
    page.eval_on_selector(".md-search__scrollwrap", "each => each.scrollTo(0, 1e6)")
    page.wait_for_timeout(200)
    links = page.eval_on_selector_all(
        ".md-search-result__link", "all => all.map(each => each.href)"
    )
    # A row for the whole page stands above those of its sections; it is not counted.
    return [_clause_of(link, 1) for link in links if "#" in link]


def _clause_of(link: str, back: int) -> str:
    """``policy#clause`` of a link; Material adds the words to mark as a query."""
    path, _, fragment = unquote(link).partition("#")
    policy = path.split("?")[0].rstrip("/").split("/")[-back]
    return f"{policy}#{fragment or 'preface'}"


if __name__ == "__main__":
    main(sys.argv[1:])
