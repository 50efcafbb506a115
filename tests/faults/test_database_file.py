"""What may happen to the file of an SQLite ledger: no room to grow, gone, replaced."""

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from ledger_samples import House, choice, new_key

from clausepress.ledger import StoreUnavailable, verify_receipt

WAIT = 20


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let no file of this process grow past `size` bytes: writes fail as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_fails_cleanly_and_passes(sqlite_house: House) -> None:
    ledger = sqlite_house.open()
    before = [ledger.choose(choice(), new_key()).result(WAIT) for _ in range(5)]
    key = new_key()
    with full_disk(4096):  # not one page of the WAL
        futures = [ledger.choose(choice(), key if i == 0 else new_key()) for i in range(300)]
        for future in futures:
            with pytest.raises(StoreUnavailable):
                future.result(WAIT)
    after = [ledger.choose(choice(), new_key()).result(WAIT) for _ in range(5)]
    retried = ledger.choose(choice(), key).result(WAIT)
    assert retried.created
    answers = [*before, *after, retried]
    places = [verify_receipt(a.receipt.to_json()).position for a in answers]
    assert places == list(range(11))
    ledger.close()
    reopened = sqlite_house.open()
    assert all(reopened.receipt(a.receipt.id) == a.receipt for a in answers)
    reopened.close()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_database_file_that_is_gone_acknowledges_nothing(
    sqlite_house: House, replaced: bool
) -> None:
    ledger = sqlite_house.open()
    path, away = sqlite_house.path / "ledger.db", sqlite_house.path / "away.db"
    first = ledger.choose(choice(), new_key()).result(WAIT)
    path.rename(away)
    if replaced:
        shutil.copy(away, path)
    key = new_key()
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="deleted or replaced"):
            ledger.choose(choice(), key).result(WAIT)
        with pytest.raises(StoreUnavailable, match="deleted or replaced"):
            ledger.checkpoint()
    assert path.exists() is replaced  # no empty one is made in its place
    away.replace(path)
    assert ledger.choose(choice(), key).result(WAIT).created
    assert ledger.receipt(first.receipt.id) == first.receipt
    ledger.close()


def test_a_file_deleted_during_a_commit_is_noticed(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = sqlite_house.open()
    driver = ledger._writer._port
    swap = driver._file.check  # type: ignore[attr-defined]
    calls = []

    def check() -> None:
        swap()
        calls.append(1)
        if len(calls) == 1:
            (sqlite_house.path / "ledger.db").unlink()

    monkeypatch.setattr(driver._file, "check", check)  # type: ignore[attr-defined]
    with pytest.raises(StoreUnavailable, match="deleted or replaced"):
        ledger.choose(choice(), new_key()).result(WAIT)
    ledger.close()


def test_what_a_crash_left_in_the_wal_is_in_the_database_before_it_is_used(
    sqlite_house: House, tmp_path: Path
) -> None:
    """After a failed fsync the WAL may be nowhere but in the kernel's memory.

    The migration, whose connection is the last one to close, writes it anew and syncs.
    """
    ledger = sqlite_house.open()
    for _ in range(3):
        ledger.choose(choice(), new_key()).result(WAIT)
    (crashed := tmp_path / "crashed").mkdir()
    for name in ("ledger.db", "ledger.db-wal", "keys.json"):
        shutil.copy(sqlite_house.path / name, crashed / name)
    ledger.close()
    reopened = House(crashed, f"sqlite:///{crashed}/ledger.db").open()
    only = f"{(crashed / 'ledger.db').as_uri()}?immutable=1"  # without its WAL
    with closing(sqlite3.connect(only, uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM record").fetchone() == (3,)
    reopened.close()
