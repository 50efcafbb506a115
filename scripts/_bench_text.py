"""How long reading, checking and exporting a text takes, measured on a made-up one.

Two questions: what an edition of 10,000 characters costs, against Python-Markdown on the same
text in the same run; and whether the cost of a clause stays the same from 1,000 clauses to 10,000.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from clausepress.text.export import SUFFIXES, Format, export_edition, read_export
from clausepress.text.export.publication import Publication
from clausepress.text.importer import import_text
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source
from clausepress.text.sources import TextSource

PATH = Path("bench.zh.md")
FRONT = "---\ntitle: 示例服务条款\n---\n\n"
CHARACTERS = 10_000
CLAUSES = (1_000, 3_000, 10_000)
GOALS = {"parse": 30.0, "check": 300.0}  # milliseconds for 10,000 characters
YARDSTICK = "Python-Markdown"
CHAPTER = """\
## {han}、账户与数据

{n}.1 您应当妥善保管账户和密码。**<u>因您保管不善而产生的损失，由您自行承担。</u>**
如发现账户被他人使用，请立即通知我们，我们会在核实您的身份之后采取暂停登录等措施。

{n}.2 为了向您提供服务，我们会收集下列信息，并按照[隐私政策](../privacy/)加以保护：

（1）注册信息，包括姓名、手机号码和电子邮箱；

（2）日志信息，包括访问时间、IP 地址和**浏览器类型**；

（3）您主动上传的内容。

{n}.3 我们与下列合作方共享必要的信息：

| 合作方 | 用途 | 信息 |
|---|---|---|
| 甲公司 | 短信通知 | 手机号码 |
| 乙公司 | **实名核验** | 姓名、证件号码 |

{n}.4 我们保存您的信息至服务终止后 6 个月，法律另有规定的除外。到期之后：

- 可以删除的，我们予以删除；

- 不能删除的，我们作匿名化处理。

{n}.5 您可以点击**同意**{{.label}}继续，也可以随时撤回同意。
"""
IN_CHAPTER = 9  # clauses
HAN = "一二三四五六七八九"

Times = dict[str, list[float]]


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench text", description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="runs that the median is taken of")
    runs = parser.parse_args(arguments).runs
    print(f"Python {platform.python_version()}, CPU milliseconds, median (min-max) of {runs} runs")
    one_edition(runs)
    linearity(max(3, runs // 3))


def one_edition(runs: int) -> None:
    """Print what an edition of 10,000 characters costs."""
    source = sample(characters=CHARACTERS)
    jobs = operations(source)
    body = source.removeprefix(FRONT)
    markdown = importlib.import_module("markdown").markdown
    jobs[YARDSTICK] = lambda: markdown(body, extensions=["tables", "attr_list"])
    times = measure(jobs, runs)
    yard = statistics.median(times[YARDSTICK])
    print(f"\nOne edition, {len(source):,} characters{'':<18}x {YARDSTICK}   goal")
    for name, found in times.items():
        goal = f"<= {GOALS[name]:.0f} ms" if name in GOALS else ""
        print(f"  {name:<16}{spread(found):<28}{statistics.median(found) / yard:>10.2f}   {goal}")


def linearity(runs: int) -> None:
    """Print what a clause costs in texts of growing length."""
    costs: dict[str, list[float]] = {}
    print(f"\nMicroseconds a clause, median of {runs} runs")
    for clauses in CLAUSES:
        for name, found in measure(operations(sample(clauses=clauses)), runs).items():
            costs.setdefault(name, []).append(statistics.median(found) * 1000 / clauses)
    print(f"  {'clauses':<16}{''.join(f'{count:>10,}' for count in CLAUSES)}   last : first")
    for name, each in costs.items():
        print(
            f"  {name:<16}{''.join(f'{cost:>10.1f}' for cost in each)}{each[-1] / each[0]:>12.2f}"
        )


def sample(*, characters: int = 0, clauses: int = 0) -> str:
    """Return a source of at least so many characters or clauses."""
    parts = [FRONT]
    size = len(FRONT)
    while size < characters or (len(parts) - 1) * IN_CHAPTER < clauses:
        index = len(parts) - 1
        chapter = CHAPTER.format(han=HAN[index % 9], n=index % 9 + 1)
        parts.append(f"{chapter}\n")
        size += len(parts[-1])
    return "".join(parts)


def operations(source: str) -> dict[str, Callable[[], object]]:
    """Return what is measured, by name."""
    parsed = parse_source(source, lang="zh", path=PATH)
    edition, place = parsed.edition, Publication("bench")
    jobs: dict[str, Callable[[], object]] = {
        "parse": lambda: parse_source(source, lang="zh", path=PATH),
    }
    check = checker()
    if check:
        text = TextSource("bench", PATH, source, edition, parsed.lines, is_source=True)
        jobs["check"] = lambda: check(text)
    body = source.removeprefix(FRONT)
    jobs["import"] = lambda: import_text(body, lang="zh", path=PATH)
    for form in SUFFIXES:
        jobs[f"export {form}"] = writing(form, edition, place)
        jobs[f"read {form}"] = reading(export_edition(edition, place, form))
    return jobs


def writing(form: Format, edition: Edition, place: Publication) -> Callable[[], object]:
    """Return a job that exports."""
    return lambda: export_edition(edition, place, form)


def reading(data: bytes) -> Callable[[], object]:
    """Return a job that reads an export."""
    return lambda: read_export(data, lang="zh", path=PATH)


def checker() -> Callable[[TextSource], object] | None:
    """Return `clausepress check` for one text, where this version has it."""
    try:
        found: Callable[[TextSource], object]
        found = importlib.import_module("clausepress.text.lint.run").check_text
    except ImportError:
        return None
    return found


def measure(jobs: dict[str, Callable[[], object]], runs: int) -> Times:
    """Run all jobs in turn, so that a busy spell of the machine falls on all of them."""
    times: Times = {name: [] for name in jobs}
    for run in range(runs + 1):  # the first one warms up
        for name, job in jobs.items():
            gc.collect()
            started = time.process_time()
            job()
            if run:
                times[name].append((time.process_time() - started) * 1000)
    return times


def spread(found: list[float]) -> str:
    """Return median, minimum and maximum."""
    return f"{statistics.median(found):8.1f} ({min(found):.1f}-{max(found):.1f})"


if __name__ == "__main__":
    main(sys.argv[1:])
