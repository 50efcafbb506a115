"""The wheel carries all it needs: another company starts a site without a clone."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked as an installer lays it out."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_the_wheel_makes_and_builds_a_site(unpacked: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    for arguments in (["new", "my-site"], ["build", "--strict", "--config", "my-site/mkdocs.yml"]):
        done = subprocess.run(
            [sys.executable, "-m", "clausepress", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
    site = tmp_path / "my-site" / "site"
    for name in (
        "zh/privacy/2025-01-01/index.html",
        "en/privacy/index.html",
        "policies.json",
        "widgets/clausepress.js",
        "widgets/cookies.zh.js",
        "assets/clausepress.css",
    ):
        assert (site / name).is_file(), name
    assert "TDexample" in (site / "en" / "choices" / "index.html").read_text("utf-8")


def test_the_wheel_holds_no_tests_and_no_sample_policies(unpacked: Path) -> None:
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    assert {name.split("/")[0] for name in names} == {"clausepress", "clausepress-0.1.0.dist-info"}
    assert not any("/tests/" in name or "weidianyun" in name for name in names)
    assert "clausepress/ledger/migrations/env.py" in names
