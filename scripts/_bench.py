"""Set up what is missing, then measure how long the core takes, inside `.venv`."""

from __future__ import annotations

import subprocess

from _bootstrap import ROOT, environment, prepare
from _steps import say

USAGE = """\
./scripts/bench text [--runs N]   parse, check, export and read back; prints medians of N runs

Times are CPU milliseconds, so that other work on the machine counts little. No test asserts them.
"""


def main(arguments: list[str]) -> int:
    """Prepare the environment and run the benchmark that is named."""
    if {"-h", "--help"} & set(arguments) or arguments[:1] != ["text"]:
        say(USAGE)
        return 0 if {"-h", "--help"} & set(arguments) else 2
    script = ROOT / "scripts" / "_bench_text.py"
    command = [str(prepare("run")), str(script), *arguments[1:]]
    return subprocess.run(command, env=environment(ROOT), cwd=ROOT, check=False).returncode
