"""Set up what is missing, then measure what the core costs, inside `.venv`."""

from __future__ import annotations

import subprocess

from _bootstrap import ROOT, environment, prepare
from _browser import provide
from _steps import SetupError, say

USAGE = """\
./scripts/bench api [--rounds N …]         record choices over HTTP, beside posts that do nothing
./scripts/bench archive [--versions N …]   build, rebuild and grow an archive, beside plain Material
./scripts/bench redline [--runs N]         compare two versions, beside character and token diffs
./scripts/bench search [--each]            find clauses of real texts, beside Material's search
./scripts/bench site [--runs N] [--plain]  load a policy page in Lighthouse, beside bare Material
./scripts/bench text [--runs N]            parse, check, export and read back

Costs are CPU time of whole runs, so that other work on the machine counts little, and are compared
within one run. No test asserts them.
"""
BENCHES = ("api", "archive", "redline", "search", "site", "text")
BROWSERS = ("search", "site")


def main(arguments: list[str]) -> int:
    """Prepare the environment and run the benchmark that is named."""
    if {"-h", "--help"} & set(arguments) or not set(arguments[:1]) & set(BENCHES):
        say(USAGE)
        return 0 if {"-h", "--help"} & set(arguments) else 2
    script = ROOT / "scripts" / f"_bench_{arguments[0]}.py"
    env = environment(ROOT)
    python = prepare("test" if arguments[0] in BROWSERS else "run")
    if arguments[0] in BROWSERS:
        env["TEST_BROWSER"], lacking = provide(python)
        if lacking:
            raise SetupError("there is no browser", lacking)
    command = [str(python), str(script), *arguments[1:]]
    return subprocess.run(command, env=env, cwd=ROOT, check=False).returncode
