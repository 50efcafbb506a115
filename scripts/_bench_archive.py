"""What an archive costs: building a site of many versions, building it again after one edit.

Every site has one policy with N frozen versions and one announced, in Chinese and English, about
3,000 characters each, a clause changing from one to the next. Beside it plain Material builds the
same texts as its own pages, in its own navigation, search off. CPU seconds and memory are those of
the whole process and its children, taken by the system.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from _bench_text import FRONT, sample

from clausepress.archive.freeze import freeze_version
from clausepress.archive.library import load_library
from clausepress.archive.manifest import Gate
from clausepress.archive.press import load_signer, make_key

SIZES = (10, 100, 1000)
CHARACTERS = 3_000
FIRST = dt.date(2000, 1, 3)
MKDOCS = """\
site_name: Archive
site_url: https://policies.example/
docs_dir: docs
site_dir: site
theme: {name: material, language: zh, font: false}
plugins: [PLUGIN]
"""
ENGLISH = """\
## Chapter {n}. Accounts and data

{n}.1 You keep your account and password safe. **<u>You bear the loss that comes of keeping them
badly.</u>** Tell us at once when someone else uses your account; we verify who you are and then
suspend its login.

{n}.2 To provide the service we collect the following and protect it under this policy:

(1) what you register with: name, mobile number and e-mail address;

(2) what is logged: time of access, IP address and **type of browser**;

(3) what you upload yourself.

| Recipient | Purpose | Data |
|---|---|---|
| First Company | text messages | mobile number |
| Second Company | **identity check** | name, number of the document |

{n}.3 We keep your data for 6 months after the service ends, unless the law says otherwise.
"""


class Cost(NamedTuple):
    """What a process cost: CPU seconds, wall seconds, peak memory in MiB."""

    cpu: float
    wall: float
    memory: float

    def __str__(self) -> str:
        return f"{self.cpu:7.2f} {self.wall:7.2f} {self.memory:6.0f}"


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench archive", description=__doc__)
    parser.add_argument("--versions", type=int, nargs="+", default=SIZES, help="sizes N")
    parser.add_argument("--runs", type=int, default=3, help="runs of each small rebuild")
    options = parser.parse_args(arguments)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; CPU s, wall s, MiB")
    for size in options.versions:
        with tempfile.TemporaryDirectory() as folder:
            one_size(Path(folder), size, options.runs)


def one_size(folder: Path, size: int, runs: int) -> None:
    """Print what N versions cost."""
    ours, plain = folder / "ours", folder / "plain"
    policy = make_site(ours, size)
    make_plain(plain, policy)
    print(f"\n{size} versions x 2 languages")
    first = run(ours, "clausepress", "build")
    report("full build", first, ours / "site")
    rival = run(plain, "mkdocs", "build", "--quiet")
    report("plain Material", rival, plain / "site")
    print(f"  {'full build : plain Material':<28}{first.cpu / rival.cpu:7.2f} of its CPU")
    again = [rebuilt(ours, policy, turn) for turn in range(runs)]
    report("after one edit", middle(again))
    spread = f"{min(each.wall for each in again):.2f}-{max(each.wall for each in again):.2f} s"
    print(f"  {'':<28}wall {spread} in {runs} runs")
    edition(policy / name(size + 1), size + 1, "freshly added")
    report("one version more", run(ours, "clausepress", "build"))


def rebuilt(site: Path, policy: Path, turn: int) -> Cost:
    """Edit the version that is not yet frozen and build."""
    newest = max(path for path in policy.iterdir() if path.is_dir())
    for path in newest.glob("*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace("6 ", f"6{turn} "), "utf-8")
    return run(site, "clausepress", "build")


def make_site(folder: Path, size: int) -> Path:
    """Write a site with so many frozen versions and one that is only announced."""
    policy = folder / "docs" / "terms"
    policy.mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(MKDOCS.replace("PLUGIN", "clausepress"), "utf-8")
    (policy / "policy.yml").write_text(
        "id: terms\nkind: service-terms\nprevails: zh\ntitle: {zh: 服务条款, en: Terms}\n", "utf-8"
    )
    make_key("bench", folder / "press.key", folder / "docs", folder / "site")
    signer = load_signer(folder / "press.key")
    for number in range(size + 1):
        edition(policy / name(number), number, f"wording {number}")
    library = load_library(folder / "docs")
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for number in range(size):
        moment = now + dt.timedelta(seconds=number)
        freeze_version(library, "terms", name(number), signer, Gate(historic="bench"), moment)
    return policy


def name(number: int) -> str:
    """Return the id of a version."""
    return f"v{number:04}"


def edition(folder: Path, number: int, words: str) -> None:
    """Write a version whose text differs from the one before in one clause."""
    folder.mkdir()
    last = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    effective = min(FIRST + dt.timedelta(days=7 * number), last)
    (folder / "version.yml").write_text(
        f"id: {folder.name}\norder: {number + 1}\neffective_on: {effective}\n"
        f"announced_on: {effective - dt.timedelta(days=7)}\n",
        "utf-8",
    )
    chinese = sample(characters=CHARACTERS).replace("[隐私政策](../privacy/)", "隐私政策")
    chinese = chinese.replace("至服务终止后", f"（{words}）至服务终止后", 1)
    english = "".join(ENGLISH.format(n=n) for n in range(1, 5))
    (folder / "zh.md").write_text(chinese, "utf-8")
    (folder / "en.md").write_text(
        f"---\ntitle: Terms\ntranslates: {folder.name} zh\n---\n\n"
        + english.replace("6 months", f"6 months ({words})", 1),
        "utf-8",
    )


def make_plain(folder: Path, policy: Path) -> None:
    """Write the same texts as pages of plain Material."""
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(MKDOCS.replace("[PLUGIN]", "[]"), "utf-8")
    (folder / "docs" / "index.md").write_text("# Archive\n", "utf-8")
    for source in policy.glob("*/*.md"):
        text = source.read_text(encoding="utf-8")
        page = folder / "docs" / source.stem / f"{source.parent.name}.md"
        page.parent.mkdir(exist_ok=True)
        page.write_text(text.replace(FRONT, "# 服务条款\n\n"), "utf-8")


def run(folder: Path, program: str, *arguments: str) -> Cost:
    """Run a program of this environment in a folder and return what it cost."""
    started = time.monotonic()
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name(program)), *arguments],
        cwd=folder,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{program} {' '.join(arguments)} failed")
    unit = 1024 if sys.platform == "linux" else 1024 * 1024
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - started, used.ru_maxrss / unit)


def middle(costs: list[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(*(statistics.median(each) for each in zip(*costs, strict=True)))


def report(what: str, cost: Cost, site: Path | None = None) -> None:
    """Print a line."""
    size = ""
    if site:
        files = [path for path in site.rglob("*") if path.is_file()]
        size = f"  {sum(path.stat().st_size for path in files) / 1e6:8.1f} MB in {len(files)} files"
    print(f"  {what:<28}{cost}{size}")


if __name__ == "__main__":
    main(sys.argv[1:])
