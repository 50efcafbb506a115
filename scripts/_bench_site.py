"""What a reader's phone makes of a policy page, beside bare Material on the same text.

Lighthouse, by npx, loads both pages as its slow phone does, by turns, from one server, which
compresses as most hosts do unless told not to. Scores are medians; they depend on the machine, so
only those of one run are to be compared. Material has no font from elsewhere here: that would cost
it more.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from clausepress.site.build import build_site

ROOT = Path(__file__).resolve().parents[1]
LIGHTHOUSE = "lighthouse@12.8.2"
POLICY, VERSION, LANG = "privacy", "2021-01-25", "zh"
BARE = """\
site_name: Policies
site_url: {url}
theme: {{name: material, language: zh, font: false}}
plugins: [search]
markdown_extensions: [attr_list]
"""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
AUDITS = {
    "first-contentful-paint": "FCP ms",
    "largest-contentful-paint": "LCP ms",
    "total-blocking-time": "TBT ms",
    "cumulative-layout-shift": "CLS",
    "total-byte-weight": "bytes",
}
PACKED = {".html", ".css", ".js", ".json", ".xml", ".svg"}


class Handler(SimpleHTTPRequestHandler):
    """Static files, text compressed, kept by browsers."""

    protocol_version = "HTTP/1.1"
    packs = True

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        if self.packs and path.suffix in PACKED:
            data = gzip.compress(data, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=31536000")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        pass


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench site", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="visits to each page")
    parser.add_argument("--failures", action="store_true", help="list our audits below full score")
    parser.add_argument("--plain", action="store_true", help="a host that compresses nothing")
    options = parser.parse_args(arguments)
    Handler.packs = not options.plain
    if not shutil.which("npx"):
        sys.exit("npx is not here\n  fix: install Node.js 20 or later; Lighthouse runs on it")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
        url = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        pages = {"bare Material": bare_page(root, url), "Clausepress": our_page(root, url)}
        visits: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
        for _ in range(options.runs):
            for name, page in pages.items():
                visits[name].append(visit(page, root / "report.json"))
        found = {name: middle(each) for name, each in visits.items()}
        show(found, options.runs)
        if options.failures:
            show_failures(root / "report.json")
        server.shutdown()


def our_page(root: Path, url: str) -> str:
    """Build the project's own site and return the page's URL."""
    folder = root / "source"
    folder.mkdir()
    (folder / "docs").symlink_to(ROOT / "docs")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (folder / "mkdocs.yml").write_text(f"site_url: {url}ours/\n{config}", encoding="utf-8")
    build_site(folder / "mkdocs.yml", strict=True).rename(root / "ours")
    return f"{url}ours/{LANG}/{POLICY}/"


def bare_page(root: Path, url: str) -> str:
    """Build the same text as a page of plain Material and return its URL."""
    folder = root / "plain"
    (folder / "docs").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / POLICY / VERSION / f"{LANG}.md", folder / "docs" / "index.md")
    (folder / "mkdocs.yml").write_text(BARE.format(url=f"{url}bare/"), encoding="utf-8")
    build = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(root / "bare")]
    subprocess.run(build, cwd=folder, check=True)
    return f"{url}bare/"


def visit(url: str, report: Path) -> dict[str, float]:
    """Let Lighthouse load a page once and return its scores and measures."""
    flags = "--headless=new --no-sandbox --disable-background-networking"
    command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", f"--chrome-flags={flags}"]
    command += ["--output=json", f"--output-path={report}"]
    command += [f"--only-categories={','.join(CATEGORIES)}"]
    browser = os.environ.get("TEST_BROWSER", "")
    subprocess.run(command, env={**os.environ, "CHROME_PATH": browser}, check=True)
    told = json.loads(report.read_bytes())
    if error := told.get("runtimeError"):
        sys.exit(f"Lighthouse: {error['message']}")
    scores = {name: told["categories"][name]["score"] for name in CATEGORIES}
    return scores | {label: told["audits"][name]["numericValue"] for name, label in AUDITS.items()}


def middle(visits: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of every value."""
    return {name: statistics.median(each[name] for each in visits) for name in visits[0]}


def show(found: dict[str, dict[str, float]], runs: int) -> None:
    """Print both pages beside each other."""
    (first, theirs), (second, ours) = found.items()
    print(f"{LIGHTHOUSE}, mobile, {os.cpu_count()} cores, medians of {runs} visits each")
    print(f"  {'':<16}{first:>14}{second:>14}   ours/bare")
    for name, bare in theirs.items():
        mine = ours[name]
        ratio = f"{mine / bare:11.2f}" if bare else f"{'-':>11}"
        print(f"  {name:<16}{bare:14.4g}{mine:14.4g}{ratio}")


def show_failures(report: Path) -> None:
    """Print the audits in which our page's last visit lost something."""
    told = json.loads(report.read_bytes())
    for name, audit in told["audits"].items():
        if audit["score"] is not None and audit["score"] < 1:
            print(
                f"  {audit['score']:.2f} {name}: {audit['title']} {audit.get('displayValue', '')}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
