"""Freezing in real processes: two at once, a full disk, a kill."""

import datetime as dt
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from archive_samples import SIGNER, VERSIONS, freeze, make_docs, snapshot

from clausepress.archive.chain import read_chain
from clausepress.archive.library import load_library

OLD, NEW, NEWEST = VERSIONS
DAY = dt.date(2021, 7, 1)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return make_docs(tmp_path / "docs")


RUN = """
import datetime as dt, sys
from pathlib import Path
sys.path.insert(0, {here!r})
from archive_samples import freeze
from clausepress.errors import ClausepressError
{before}
print("ready", flush=True)
sys.stdin.readline()
try:
    print("frozen", freeze(Path({docs!r}), {version!r}).manifest.index)
except ClausepressError as error:
    print(error)
    sys.exit(1)
"""


def start(docs: Path, version: str, before: str = "") -> subprocess.Popen[str]:
    """A process that freezes a version as soon as it is told."""
    here = str(Path(__file__).parent)
    code = RUN.format(here=here, docs=str(docs), version=version, before=before)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, _ = process.communicate(timeout=60)
    return process.returncode, out


def test_two_people_freezing_at_once_give_one_chain(docs: Path) -> None:
    """Two versions at once, and one of them twice."""
    wanted = [OLD, NEW, NEWEST, NEW]
    processes = [start(docs, version) for version in wanted]
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [go(process) for process in processes]
    assert sorted(code for code, _ in results) == [0, 0, 0, 1], results
    assert "not overwritten" in next(out for code, out in results if code)
    chain = read_chain(docs / "privacy", (SIGNER.verifier,))
    assert sorted(link.manifest.version for link in chain.links) == sorted(VERSIONS)
    assert load_library(docs).policies["privacy"].statuses(DAY)


def test_a_full_disk_leaves_nothing_behind(docs: Path) -> None:
    """RLIMIT_FSIZE stops a write in the middle of a file, as a full disk does."""
    freeze(docs, OLD)
    before = snapshot(docs)
    for size in (0, 64, 300, 700):
        limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
        code, out = go(start(docs, NEW, limit))
        assert code == 1, out
        assert "nothing was frozen; check free space" in out
        assert snapshot(docs) == before
    assert go(start(docs, NEW))[0] == 0


def test_a_run_killed_at_any_moment_is_finished_by_the_next(docs: Path) -> None:
    process = start(docs, OLD)
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        if list((docs / "privacy").glob(".freezing-*")):
            process.send_signal(signal.SIGKILL)
            break
    process.communicate()
    load_library(docs)  # whatever stands there, the site builds
    if not load_library(docs).policies["privacy"].versions[0].manifest:
        freeze(docs, OLD)
    (version, *_) = load_library(docs).policies["privacy"].versions
    assert version.manifest
    assert [path.name for path in (docs / "privacy").iterdir() if path.name[0] == "."] == []
