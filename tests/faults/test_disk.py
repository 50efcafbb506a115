"""A full disk and an fsync that fails, at every step of a commit of the real server."""

import mmap
import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ledger_samples import House
from load import Load, prove
from server_process import ServerProcess

STEPS = int(os.environ.get("FAULT_STEPS", "3"))
FOR_EVER = 2**31 - 1
WRITES, SYNCS = 0, 1


class Disk:
    """What the disk of the server does; `shim` is to be preloaded into it."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None or not sys.platform.startswith("linux"):
            pytest.skip("no C compiler, or not Linux: a disk cannot be made to fail")
        shim, faults = folder / "disk.so", folder / "faults"
        source = Path(__file__).with_name("disk.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
        faults.write_bytes(bytes(16))
        self.settings = {"LD_PRELOAD": str(shim), "DISK_FAULTS": str(faults), "DISK_NAME": ".db"}
        with faults.open("r+b") as file:
            self._faults = mmap.mmap(file.fileno(), 16)

    def fail(self, kind: int, after: int, times: int) -> None:
        """Let writes or syncs fail that many times, after some more that succeed."""
        struct.pack_into("ii", self._faults, 8 * kind, after, times)

    def works(self) -> None:
        """No fault from now on."""
        self._faults[:] = bytes(16)

    def failed(self, kind: int) -> bool:
        """Whether all faults asked for took place."""
        return struct.unpack_from("ii", self._faults, 8 * kind)[1] == 0


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@contextmanager
def failing(disk: Disk, kind: int, load: Load) -> Iterator[None]:
    """The disk fails; nothing is acknowledged until it works again."""
    disk.fail(kind, 0, FOR_EVER)
    load.refused()
    load.refused()
    before = len(load.receipts)
    yield
    assert len(load.receipts) == before
    disk.works()
    load.more(20)


@pytest.mark.parametrize("kind", [WRITES, SYNCS], ids=["full", "fsync"])
def test_a_disk_that_fails(sqlite_house: House, disk: Disk, kind: int) -> None:
    with ServerProcess(sqlite_house, disk.settings) as server, Load(server.address) as load:
        load.more(20)
        for after in range(STEPS):  # once, at each step of a commit
            disk.fail(kind, after, 1)
            while not disk.failed(kind):
                load.more(1)
            load.more(20)
        with failing(disk, kind, load):
            time.sleep(0.3)
        with failing(disk, kind, load):
            server.kill()
    prove(sqlite_house, load)
