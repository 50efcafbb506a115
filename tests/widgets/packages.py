"""Packages that only a few tests need, from their registries, kept in .cache/ from run to run.

Fetching them and starting five servers takes minutes: `EXAMPLES=1 ./scripts/test tests/widgets`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[2] / ".cache" / "examples"


def from_npm(folder: str, *names: str) -> Path:
    """A folder with these packages in its node_modules; skips where they cannot be had."""
    if not (npm := shutil.which("npm")):
        pytest.skip("npm is not installed")
    home = CACHE / folder
    command = [npm, "install", "--prefix", str(home), "--no-audit", "--no-fund", *names]
    return _install(home, home / "node_modules" / names[-1], command)


def from_pypi(name: str) -> Path:
    """A folder to put on the path; skips where the package cannot be had."""
    home = CACHE / name
    command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(home), name]
    return _install(home, home / name, command)


def _install(home: Path, there: Path, command: list[str]) -> Path:
    if not os.environ.get("EXAMPLES"):
        pytest.skip("EXAMPLES=1 runs the examples with packages from npm and PyPI")
    if not there.exists():
        home.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=120)
        except (subprocess.SubprocessError, OSError) as error:
            shutil.rmtree(home, ignore_errors=True)
            pytest.skip(f"{there.name} cannot be had: {error}")
    return home
