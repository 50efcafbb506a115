"""A backup taken under load: it is sound, a beginning of the live log, and can go on."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner
from ledger_samples import House, choice, new_key
from load import Load
from server_process import ServerProcess, environment

from clausepress.cli import cli
from clausepress.ledger import verify_receipt
from clausepress.ledger.published import PublishedLog
from clausepress.ledger.tiles import TileName
from clausepress.note import VerifierKey

WAIT = 20


def by_copy_store(house: House, to: Path) -> None:
    command = ["copy-store", house.url, f"sqlite:///{to}"]
    done = CliRunner(env=environment(house)).invoke(cli, command)
    assert done.exit_code == 0, done.output or done.exception


def by_online_backup(house: House, to: Path) -> None:
    """As `sqlite3 ledger.db ".backup …"` does it."""
    with (
        closing(sqlite3.connect(house.path / "ledger.db")) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target, pages=16)


def test_a_copy_is_a_beginning_of_the_log(house: House, tmp_path: Path) -> None:
    is_a_beginning(house, tmp_path, by_copy_store)


def test_an_online_backup_is_a_beginning_of_the_log(sqlite_house: House, tmp_path: Path) -> None:
    is_a_beginning(sqlite_house, tmp_path, by_online_backup)


def is_a_beginning(house: House, tmp_path: Path, backup: Callable[[House, Path], None]) -> None:
    with ServerProcess(house) as server, Load(server.address, connections=8) as load:
        load.more(280)
        before = dict(load.receipts)
        backup(house, tmp_path / "backup.db")
        load.more(20)
    live_url, house.url = house.url, f"sqlite:///{tmp_path}/backup.db"
    assert house.audit().findings == []
    restored = house.open()
    verifier = VerifierKey.parse(restored.verifier_key)
    for receipt in before.values():  # all that was acknowledged before the backup began
        record_id = verify_receipt(receipt, restored.verifier_key).record["id"]
        found = restored.receipt(record_id)
        assert found is not None
        assert found.to_json() == receipt
    house.url = live_url
    live = house.open()

    def fetch(path: str) -> bytes | None:
        name = TileName.parse(path)
        return live.tile(name) if name else live.checkpoint().encode()

    log = PublishedLog(fetch, verifier)
    kept = PublishedLog(lambda _path: restored.checkpoint().encode(), verifier).newest()[1]
    newest = log.newest()[1]
    assert len(before) <= kept.size < newest.size
    log.check_extends(kept, newest)
    assert restored.choose(choice(), new_key()).result(WAIT).created
    live.close()
    restored.close()
    house.url = f"sqlite:///{tmp_path}/backup.db"
    assert house.audit().findings == []
