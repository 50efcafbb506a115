"""Rewrite requirements/: run.in from pyproject.toml, then the pinned and hashed .txt files."""

from __future__ import annotations

import os
import tomllib

from _bootstrap import ROOT, SETTINGS, find_uv
from _steps import SetupError, say, step

USAGE = """\
./scripts/lock             pin again what pyproject.toml and test.in ask for, changing little
./scripts/lock --upgrade   take the newest versions (other options of `uv pip compile` work too)
"""
HEADER = "# Written from pyproject.toml by scripts/lock.\n"
OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
)
SOURCES = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS")


def main(arguments: list[str]) -> int:
    """Write run.in, then compile the test set and, held to it, the run set."""
    if {"-h", "--help"} & set(arguments):
        say(USAGE)
        return 0
    for name in SOURCES:
        os.environ.pop(name, None)
    uv = find_uv()
    if not uv:
        raise SetupError("uv is not there", "pip install uv, and unset NO_UV.")
    folder = ROOT / "requirements"
    (folder / "run.in").write_text(run_in((ROOT / "pyproject.toml").read_text()))
    for name, held in (("test", []), ("run", ["--constraints", "requirements/test.txt"])):
        files = [f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"]
        step(
            f"Locking requirements/{name}.txt",
            [uv, "pip", "compile", *OPTIONS, *files, *held, *arguments],
            fix="see the lines above: two requirements disagree, or the network is down.",
            cwd=ROOT,
            env=SETTINGS,
        )
    return 0


def run_in(pyproject: str) -> str:
    """Return the requirements of the package and of all its extras, one a line."""
    project = tomllib.loads(pyproject)["project"]
    extras = project.get("optional-dependencies", {}).values()
    wanted = [*project["dependencies"], *(each for extra in extras for each in extra)]
    return HEADER + "".join(f"{each}\n" for each in wanted)
