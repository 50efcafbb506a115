"""Real faults of real stores: a full disk, a lost connection, a COMMIT whose answer is lost."""

import os
import resource
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from ledger_samples import House, choice, new_key
from sqlalchemy import make_url

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
    with full_disk((sqlite_house.path / "ledger.db-wal").stat().st_size):
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


def test_a_killed_backend_loses_nothing(tmp_path: Path, postgres_url: str) -> None:
    ledger = House(tmp_path, postgres_url).open()
    answers = [ledger.choose(choice(), new_key()).result(WAIT)]
    for _ in range(3):
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        futures = [ledger.choose(choice(), new_key()) for _ in range(20)]
        answers += [future.result(WAIT) for future in futures]
    assert all(a.created for a in answers)
    assert [verify_receipt(a.receipt.to_json()).position for a in answers] == list(range(61))
    assert all(ledger.receipt(a.receipt.id) == a.receipt for a in answers)
    ledger.close()


class Proxy:
    """A door to PostgreSQL that can slam just after a COMMIT went through it."""

    def __init__(self, target: str, door: Path) -> None:
        self._target = target
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(door))
        self._listener.listen()
        self.slam = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                for ends in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, upward: bool) -> None:
        wrote = False
        with suppress(OSError):
            while data := source.recv(65536):
                wrote = wrote or b"INSERT INTO record" in data
                sink.sendall(data)
                if upward and self.slam and wrote and b"COMMIT" in data:
                    self.slam -= 1
                    # Let the server finish its answer before the line is cut: it closes first.
                    source.shutdown(socket.SHUT_RDWR)
                    break
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()


def test_a_commit_whose_answer_is_lost(
    tmp_path: Path, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = make_url(postgres_url)
    folder = url.query.get("host") or url.host
    if not isinstance(folder, str) or not Path(folder).is_dir():
        pytest.skip("needs PostgreSQL on a Unix socket")
    door = Path("/tmp") / f"cp-{os.getpid()}-{new_key()[:6]}"  # noqa: S108 - short socket path
    door.mkdir()
    proxy = Proxy(f"{folder}/.s.PGSQL.5432", door / ".s.PGSQL.5432")
    through = url.update_query_dict({"host": str(door)}).render_as_string(hide_password=False)
    ledger = House(tmp_path, through).open()
    answers = [ledger.choose(choice(), new_key()).result(WAIT)]
    for _ in range(3):
        proxy.slam = 1
        futures = [ledger.choose(choice(), new_key()) for _ in range(3)]
        answers += [future.result(WAIT) for future in futures]
        assert proxy.slam == 0
    assert all(a.created for a in answers)
    assert [verify_receipt(a.receipt.to_json()).position for a in answers] == list(range(10))
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM record").fetchone() == (10,)
    ledger.close()
    proxy.close()
    (door / ".s.PGSQL.5432").unlink()
    door.rmdir()
