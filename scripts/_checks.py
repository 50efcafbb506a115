"""Set up what is missing, then run every check, or only the tests that are named."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from _bootstrap import ROOT, environment, prepare
from _browser import provide
from _steps import say

USAGE = """\
./scripts/test             every check: style, types, imports, spelling, widgets, tests
./scripts/test ARGUMENTS   only pytest, with these arguments (a path, -k WORD, -x …)

TEST_BROWSER=/path         the browser to use
REQUIRE_BROWSER=1 or CI=1  count a missing browser as a failure
NO_UV=1                    set up with pip even if uv is there
"""
COMMANDS = [
    str(path) for path in (ROOT / "scripts").iterdir() if not path.suffix and path.is_file()
]
AT_ONCE = ["-n", "2", "--dist", "loadfile"]  # the whole run; much of it waits for browsers
SHOWN = 60  # lines of a failed check's output
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"


class Check(NamedTuple):
    """A static check: its name, what it runs and where."""

    name: str
    command: list[str]
    folder: Path


class Result(NamedTuple):
    """How a check ended."""

    name: str
    ok: bool
    seconds: float
    output: str
    command: str


def main(arguments: list[str]) -> int:
    """Run the checks; the exit status is 0 only when all of them passed."""
    if arguments[:1] in (["-h"], ["--help"]):
        say(USAGE)
        return 0
    python = prepare("test")
    browser, lacking = provide(python)
    if lacking:
        say(f"No browser found: its tests will be skipped. Fix: {lacking}")
    results = [] if arguments else run_checks(static_checks(python))
    counts = run_pytest(python, arguments, browser, lacking)
    failed = [result.name for result in results if not result.ok]
    if lacking and required():
        failed.append("finding a browser")
    if lacking or not arguments:
        say(summary(counts, len(results), failed, lacking))
    return 1 if failed or counts["status"] else 0


def required() -> bool:
    """Tell whether a missing browser counts as a failure."""
    settings = (os.environ.get(name, "") for name in ("CI", "REQUIRE_BROWSER"))
    return any(value.lower() not in {"", "0", "false", "no"} for value in settings)


def static_checks(python: Path) -> list[Check]:
    """List the checks that run nothing of the project, the slow ones first."""
    run = [str(python), "-m"]
    deno = str(python.parent / "deno")
    here, widgets = ROOT, ROOT / "widgets"
    scripts = sorted(str(path) for path in (ROOT / "scripts").glob("*.py"))
    return [
        Check("mypy", [*run, "mypy"], here),
        Check("deptry", [*run, "deptry", "--no-ansi", "src"], here),
        Check("mypy scripts", [*run, "mypy", "--cache-dir=.mypy_cache/scripts", *scripts], here),
        Check("deno check", [deno, "check", "--no-remote", ".", "../overrides/assets"], widgets),
        Check("lint-imports", [str(python), "-c", LINT_IMPORTS], here),
        Check("codespell", [*run, "codespell_lib"], here),
        Check("deno lint", [deno, "lint"], widgets),
        Check("deno fmt", [deno, "fmt", "--check"], widgets),
        Check("vulture", [*run, "vulture"], here),
        Check("ruff check", [*run, "ruff", "check", ".", *COMMANDS], here),
        Check("ruff format", [*run, "ruff", "format", "--check", ".", *COMMANDS], here),
    ]


def run_checks(checks: list[Check]) -> list[Result]:
    """Run checks side by side; print a line for each and the output of those that fail."""
    results = []
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for future in as_completed([pool.submit(run_check, check) for check in checks]):
            result = future.result()
            results.append(result)
            say(f"{result.name:<14}{'ok' if result.ok else 'FAILED':<8}{result.seconds:.1f} s")
            if not result.ok:
                say(excerpt(result))
    return results


def excerpt(result: Result) -> str:
    """Return the start of a failed check's output and how to see it all."""
    lines = result.output.strip().splitlines()
    shown = [f"  | {line}" for line in lines[:SHOWN]]
    if len(lines) > SHOWN:
        shown.append(f"  | … {len(lines) - SHOWN} more lines")
    return "\n".join([*shown, f"  To repeat it: {result.command}"])


def run_check(check: Check) -> Result:
    """Run one check and keep its output."""
    started = time.monotonic()
    settings = {"NO_COLOR": "1", "MYPYPATH": str(ROOT / "scripts"), "DENO_NO_UPDATE_CHECK": "1"}
    done = subprocess.run(
        check.command,
        cwd=check.folder,
        env={**environment(ROOT), **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    seconds = time.monotonic() - started
    output = done.stdout.decode(errors="replace")
    place = "" if check.folder == ROOT else f"cd {check.folder.name} && "
    command = place + shlex.join(part.replace(f"{ROOT}/", "") for part in check.command)
    return Result(check.name, done.returncode == 0, seconds, output, command)


def run_pytest(python: Path, arguments: list[str], browser: str, lacking: str) -> dict[str, int]:
    """Run pytest in the open; return its counts and its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "counts.json"
        env = environment(ROOT)
        env.update(TEST_BROWSER=browser, NO_BROWSER=lacking)
        runner = ROOT / "scripts" / "_pytest_run.py"
        command = [str(python), str(runner), str(report), *(arguments or AT_ONCE)]
        child = subprocess.Popen(command, env=env, cwd=ROOT)
        try:
            status = child.wait()
        except BaseException:
            with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                child.wait(20)  # pytest got the signal too and clears up
            child.kill()
            raise
        counts = json.loads(report.read_text()) if report.exists() else {}
    return {**counts, "status": status}


def summary(counts: dict[str, int], checks: int, failed: list[str], lacking: str) -> str:
    """Write the last line: `N passed, N failed` over checks and tests, and what was skipped."""
    bad = counts.get("failed", 0) + counts.get("error", 0)
    if counts["status"] and not bad:
        bad = 1  # pytest itself could not run
    good = counts.get("passed", 0) + checks - sum(name != "finding a browser" for name in failed)
    line = f"{good} passed, {bad + len(failed)} failed"
    if counts.get("skipped"):
        line += f", {counts['skipped']} skipped"
    if failed:
        line += f" ({', '.join(failed)})"
    if lacking:
        line += f"; browser tests skipped, no browser: {lacking}"
    return line
