"""The gate of every script here: find a Python that is new enough, or say how to get one.

Python 3.6 can still read this file; the others may use today's language.
"""

import importlib
import os
import shutil
import subprocess
import sys

NEEDED = (3, 11)
CANDIDATES = ("python3.14", "python3.13", "python3.12", "python3.11", "python3")
ANSWERS = "import sys; sys.exit(sys.version_info[:2] < {})"


def newer_python() -> str:
    """Return a Python on PATH that is new enough and starts, or an empty string."""
    for name in CANDIDATES:
        path = shutil.which(name)
        if path:
            asked = subprocess.run(
                [path, "-c", ANSWERS.format(NEEDED)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            if asked.returncode == 0:
                return path
    return ""


def refusal(version: tuple) -> str:  # type: ignore[type-arg]
    """Say in one line why this Python does not do, and what does."""
    needed, found = (".".join(map(str, numbers)) for numbers in (NEEDED, version[:3]))
    return (
        f"Clausepress needs Python {needed} or newer and this is {found}. "
        "Install a newer one (Debian or Ubuntu: apt install python3 python3-venv; "
        "macOS: brew install python; or from python.org) and run this again."
    )


def run(module: str) -> None:
    """Hand the command line over to a module of this folder."""
    if os.name == "nt":
        sys.exit("These scripts need Linux or macOS. On Windows, run them inside WSL.")
    if tuple(sys.version_info[:2]) < NEEDED:
        other = newer_python()
        if not other:
            sys.exit(refusal(tuple(sys.version_info)))
        os.execv(other, [other, *sys.argv])  # noqa: S606 (no shell is wanted)
    guarded = importlib.import_module("_steps").guarded
    sys.exit(guarded(importlib.import_module(module).main, sys.argv[1:]))
