"""Set up what is missing, then serve the site and its API from this folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from _bootstrap import ROOT, environment, prepare, venv_python
from _steps import say

if TYPE_CHECKING:
    from pathlib import Path

USAGE = """\
./scripts/serve [options]
Sets up .venv if needed, then runs `clausepress serve` with the options given.
"""


def main(arguments: list[str]) -> int:
    """Prepare the environment and become the server."""
    if {"-h", "--help"} & set(arguments):
        say(USAGE)
        if not venv_python(ROOT).exists():
            return 0
        python = venv_python(ROOT)  # its own help tells the options
    else:
        python = prepare("run")
    return become(python, arguments)


def become(python: Path, arguments: list[str]) -> NoReturn:
    """Put `clausepress serve` in this process's place, so that signals reach it."""
    os.chdir(ROOT)
    command = [str(python), "-m", "clausepress", "serve", *arguments]
    os.execve(python, command, environment(ROOT))  # noqa: S606 (no shell is wanted)
