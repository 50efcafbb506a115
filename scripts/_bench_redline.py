"""What a redline costs and how much it strikes, beside what else there is, on the same two texts.

A made-up Chinese policy of some 11,000 characters is changed in known places: a term renamed
throughout, figures, words, a clause with a table inserted, width and line ends at random. Beside
ours: difflib on characters, difflib on tokens, and ``git diff --word-diff`` where git is there.
"""

from __future__ import annotations

import argparse
import difflib
import platform
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clausepress.compare.model import FOLDED
from clausepress.compare.redline import redline
from clausepress.compare.stream import clause_text, tokenise
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source

GOAL = 200.0  # milliseconds a pair
CHAPTERS = 9
HAN = "一二三四五六七八九"
WORDS = re.findall(
    r"\w+",
    "您 我们 账户 数据 费用 通知 服务 期限 期满 之后 可以 应当 不得 收集 保存 删除 共享 更正 授权"
    " 同意 联系 地址 电话 邮箱 密码 安全 措施 责任 损失 争议 法院 合同 第三方 关联方 合作方 协商"
    " 书面 及时",
)
TABLE = (
    "\n\n| 单位 | 用途 | 数据 |\n|---|---|---|\n"
    "| 甲公司 | 短信 | 手机号 |\n| 乙公司 | 核验 | 姓名 |"
)


@dataclass(slots=True)
class Outcome:
    """What a method found: its hunks, and the share of the old text that it strikes."""

    hunks: int
    struck: float


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench redline", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs that the median is taken of")
    runs = parser.parse_args(arguments).runs
    print(f"Python {platform.python_version()}, CPU milliseconds, median (min-max) of {runs} runs")
    old, new, edits = sample()
    before, after = edition(old), edition(new)
    print(f"\nTwo texts of {len(old):,} and {len(new):,} characters, {edits} true differences")
    print(f"  {'method':<22}{'CPU ms':<28}{'x ours':>7}{'hunks':>8}{'struck':>9}   goal")
    methods: dict[str, Callable[[], Outcome]] = {
        "clausepress": lambda: ours(before, after),
        "difflib, characters": lambda: by_difflib(list(old), list(new)),
        "difflib, tokens": lambda: by_difflib(tokens(old), tokens(new)),
    }
    if shutil.which("git"):
        methods["git --word-diff"] = lambda: by_git(old, new)
    times, outcomes = measure(methods, runs)
    base = statistics.median(times["clausepress"])
    for name, found in times.items():
        median = statistics.median(found)
        spread = f"{median:8.1f} ({min(found):.1f}-{max(found):.1f})"
        outcome = outcomes[name]
        goal = f"<= {GOAL:.0f} ms, <= 30 hunks" if name == "clausepress" else ""
        print(
            f"  {name:<22}{spread:<28}{median / base:>7.2f}{outcome.hunks:>8}"
            f"{outcome.struck:>9.1%}   {goal}"
        )
    linearity()


def linearity() -> None:
    """Print what a character costs in texts of growing length."""
    print("\nOurs in texts of growing length")
    for chapters in (9, 45, 180):
        old, new, _ = sample(chapters)
        before, after = edition(old), edition(new)
        started = time.process_time()
        redline(before, after)
        spent = time.process_time() - started
        each = spent / len(old) * 1e6
        print(f"  {len(old):>9,} characters{spent * 1000:>10.0f} ms{each:>8.1f} us each")


def measure(
    methods: dict[str, Callable[[], Outcome]], runs: int
) -> tuple[dict[str, list[float]], dict[str, Outcome]]:
    """Run all methods in turn, so that a busy spell of the machine falls on all of them."""
    times: dict[str, list[float]] = {name: [] for name in methods}
    outcomes: dict[str, Outcome] = {}
    for run in range(runs + 1):  # the first one warms up
        for name, job in methods.items():
            started = spent()
            outcomes[name] = job()
            if run:
                times[name].append((spent() - started) * 1000)
    return times, outcomes


def spent() -> float:
    """CPU seconds of this process and of the ones it ran."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime


def sample(chapters: int = CHAPTERS) -> tuple[str, str, int]:
    """Return a text, its changed form, and how many differences were made."""
    chance = random.Random(7)  # noqa: S311 - the same texts every time
    old: list[str] = []
    new: list[str] = []
    edits = 1  # the rename
    for chapter in range(1, chapters + 1):
        title = "".join(chance.choices(WORDS, k=3))
        name = f"{HAN[(chapter - 1) % 9]}、{title}"
        old.append(name)
        new.append(name)
        for item in range(1, 11):
            clause = f"{(chapter - 1) % 9 + 1}.{item} 青云" + "，".join(
                "".join(chance.choices(WORDS, k=chance.randint(2, 5)))
                + chance.choice(["", "", f" {chance.randint(3, 90)} 日", "青云"])
                for _ in range(12)
            )
            old.append(f"{clause}。")
            changed, made = alter(clause, item, chapter, chance)
            new.append(f"{changed}。")
            edits += made
    new[len(new) // 2] += TABLE
    return "\n\n".join(old), "\n\n".join(new).replace("青云", "青智云"), edits + 1


def alter(clause: str, item: int, chapter: int, chance: random.Random) -> tuple[str, int]:
    """Change a clause now and then; return it and the number of true differences."""
    if (item, chapter % 3) == (3, 0):
        return clause.replace("，", "，另行约定的除外，", 1), 1
    if (item, chapter % 3) == (5, 1):
        at = clause.rindex("，")
        return clause[:at] + "，其余从其规定", 1
    if item == 7:
        return clause.replace("，", ",", 2), 0
    if item == 8:
        at = chance.randint(8, len(clause) - 2)
        while not "\u4e00" <= clause[at] <= "\u9fff" or not "\u4e00" <= clause[at - 1] <= "\u9fff":
            at += 1 if at < len(clause) - 2 else 6 - at
        return f"{clause[:at]}\n\n{clause[at:]}", 0
    return clause, 0


def edition(text: str) -> Edition:
    """Parse a text."""
    source = f"---\ntitle: 示例\n---\n\n{text}\n"
    return parse_source(source, lang="zh", path=Path("bench.zh.md")).edition


def ours(old: Edition, new: Edition) -> Outcome:
    """Redline of clausepress."""
    found = redline(old, new)
    shown = [hunk for hunk in found.hunks if hunk.kind not in FOLDED]
    struck = sum(len(h.old.text) for h in shown if h.old and h.kind in ("removed", "wording"))
    whole = sum(len(run) for run in _texts(old))
    return Outcome(len(shown), struck / whole)


def _texts(edition: Edition) -> list[str]:
    return [clause_text(clause) for clause in edition.walk()]


def tokens(text: str) -> list[str]:
    """Tokens as the redline reads them."""
    return [form for _, _, form in tokenise(text)]


def by_difflib(old: list[str], new: list[str]) -> Outcome:
    """Differences by Python's own library."""
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    edits = [code for code in codes if code[0] != "equal"]
    struck = sum(len("".join(old[i1:i2])) for _, i1, i2, _, _ in edits)
    return Outcome(len(edits), struck / len("".join(old)))


def by_git(old: str, new: str) -> Outcome:
    """Differences by ``git diff --word-diff``."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("old", "new")]
        for path, text in zip(paths, (old, new), strict=True):
            path.write_text(text, "utf-8")
        command = ["git", "diff", "--no-index", "--word-diff=porcelain", *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.split("\n")[5:]
    gone = [line[1:] for line in lines if line.startswith("-")]
    come = [line for line in lines if line.startswith("+")]
    return Outcome(len(gone) + len(come), sum(map(len, gone)) / len(old))


if __name__ == "__main__":
    main(sys.argv[1:])
