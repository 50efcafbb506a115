"""PostgreSQL killed, paused, its backends ended, its answer to COMMIT lost."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from commit_proxy import CommitProxy, Cut
from ledger_samples import House, body, choice, new_key
from load import Load, extended, prove
from server_process import ServerProcess, environment, serving
from sqlalchemy import make_url

from clausepress.api.app import create_app
from clausepress.api.limits import Limits
from clausepress.ledger import SetupError, StoreUnavailable, engines, postgres
from clausepress.ledger.engines import connect_existing, transaction

PAUSE = float(os.environ.get("FAULT_PAUSE", "3"))
CUTS = 5
MARGIN = 5  # seconds, for a busy machine
WAIT = 20


def processes(postgres: Any) -> list[Any]:
    """The postmaster and its children."""
    psutil = pytest.importorskip("psutil")
    postmaster = psutil.Process(postgres.get_pid())
    return [postmaster, *postmaster.children()]


def test_postgres_killed_and_started_again(own_postgres: Any, own_house: House) -> None:
    psutil = pytest.importorskip("psutil")
    with ServerProcess(own_house) as server, Load(server.address) as load:
        for _ in range(2):
            load.more(50)
            postmaster, *backends = processes(own_postgres)
            postmaster.kill()
            psutil.wait_procs([postmaster, *backends], timeout=WAIT)
            load.refused()
            own_postgres.ensure_postgres_running()
        load.more(50)
    prove(own_house, load)


def test_backends_terminated_under_load(tmp_path: Path, postgres_url: str) -> None:
    house = House(tmp_path, postgres_url)
    with ServerProcess(house) as server, Load(server.address) as load:
        for _ in range(5):
            load.more(20)
            with closing(psycopg.connect(postgres_url, autocommit=True)) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        load.more(20)
    prove(house, load)


@contextmanager
def paused(postgres: Any) -> Iterator[None]:
    """Every process of PostgreSQL stands still."""
    psutil = pytest.importorskip("psutil")
    postmaster = psutil.Process(postgres.get_pid())

    def all_of(act: str) -> None:
        getattr(postmaster, act)()  # first: then no child comes any more
        for child in postmaster.children():
            with suppress(psutil.NoSuchProcess):  # its connection has just ended
                getattr(child, act)()

    try:
        all_of("suspend")
        yield
    finally:
        all_of("resume")


def test_postgres_paused(own_postgres: Any, own_house: House) -> None:
    """Every request is answered within the deadline, reads as well."""
    deadline = PAUSE / 3
    ledger = own_house.open()
    app = create_app(ledger, own_house.catalog, limits=Limits(deadline=deadline))
    with serving(app) as address, Load(address) as load:
        load.more(50)
        known = next(iter(load.receipts.values()))
        with paused(own_postgres):
            end = time.monotonic() + PAUSE
            for path in ("readyz", "v1/log/checkpoint", f"v1/receipts/{json.loads(known)['id']}"):
                url = f"http://{address[0]}:{address[1]}/{path}"
                answer = httpx.get(url, timeout=PAUSE)
                assert answer.status_code == 503
                assert answer.headers["retry-after"]
                assert answer.elapsed.total_seconds() < deadline + MARGIN
            load.refused()
            before = len(load.receipts)
            time.sleep(max(0, end - time.monotonic()))
            assert len(load.receipts) == before
        load.more(50)
        assert load.slowest < deadline + MARGIN
    ledger.close()
    prove(own_house, load)


def test_a_ledger_ends_although_postgres_is_paused(
    own_postgres: Any, own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does a command that reads, or waits for its records: nothing is known to be stored."""
    monkeypatch.setattr(postgres, "STILL_SECONDS", 1)
    monkeypatch.setattr(engines, "_WHOLE_TABLES_SECONDS", 1)
    monkeypatch.setattr(postgres, "_SECONDS", 2)  # for the connection anew
    monkeypatch.setitem(engines._LIMITS, "connect_timeout", 2)
    with closing(own_house.open()) as ledger:
        ledger.state("subject", "s" * 22)  # there is a connection to read by
        with paused(own_postgres):
            with pytest.raises(StoreUnavailable, match="does not answer"):
                ledger.state("subject", "s" * 22)
            with pytest.raises(StoreUnavailable, match="PostgreSQL"):
                ledger.choose(choice(), new_key()).result(WAIT)
            began = time.monotonic()
            ledger.close()
            assert time.monotonic() - began < MARGIN
    with pytest.raises(SetupError, match="did not answer within 1 seconds"):
        _read_whole_tables(own_house, own_postgres)
    assert own_house.audit().records <= 1


def _read_whole_tables(house: House, postgres: Any) -> None:
    with transaction(connect_existing(house.url)) as connection, paused(postgres):
        connection.exec_driver_sql("SELECT 1")


@pytest.mark.parametrize(
    "command",
    [
        ("clausepress", "serve", "--api-only"),
        ("uvicorn", "--factory", "clausepress.api.app:app_from_env"),
    ],
    ids=["serve", "uvicorn"],
)
def test_a_server_ends_although_postgres_is_paused(
    own_postgres: Any, own_house: House, command: tuple[str, ...]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = os.environ | environment(own_house)
    environ["CLAUSEPRESS_LIMITS"] = "deadline=0.5,drain_seconds=1"
    server = subprocess.Popen(
        [sys.executable, "-m", *command, "--port", str(port)],
        env=environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT) as client:
        _await(client)
        with paused(own_postgres):
            sent = {"json": body(choice()), "headers": {"Idempotency-Key": new_key()}}
            assert client.post("/v1/choices", **sent).status_code == 503
            assert client.get("/v1/log/checkpoint").status_code == 503
            server.send_signal(signal.SIGTERM)
            _, told = server.communicate(timeout=WAIT)
    assert server.returncode == 1
    last = json.loads(told.splitlines()[-1])
    assert (last["level"], last["event"][:9]) == ("error", "the store")


def _await(client: httpx.Client) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        try:
            assert client.get("/healthz").status_code == 200
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not start")


@pytest.fixture
def proxy(own_postgres: Any) -> Iterator[tuple[CommitProxy, Path]]:
    """The proxy and the folder of its socket."""
    url = make_url(own_postgres.get_uri())
    folder = url.query.get("host") or url.host
    if not isinstance(folder, str) or not Path(folder).is_dir():
        pytest.skip("needs PostgreSQL on a Unix socket")
    door = Path("/tmp") / f"cp-{os.getpid()}-{new_key()[:6]}"  # noqa: S108 - short socket path
    door.mkdir()
    opened = CommitProxy(f"{folder}/.s.PGSQL.5432", door / ".s.PGSQL.5432")
    yield opened, door
    opened.close()
    (door / ".s.PGSQL.5432").unlink()
    door.rmdir()


@pytest.mark.parametrize("cut", ["before", "during", "after"])
def test_the_connection_is_cut_at_commit(
    own_house: House, proxy: tuple[CommitProxy, Path], cut: Cut
) -> None:
    direct, (slam, door) = own_house.url, proxy
    url = make_url(direct).update_query_dict({"host": str(door)})
    own_house.url = url.render_as_string(hide_password=False)
    ledger = own_house.open()
    answers = [ledger.choose(choice(), new_key()).result(WAIT)]
    for _ in range(CUTS):
        slam.cut = cut
        keys = [new_key() for _ in range(3)]
        made = [future.result(WAIT) for future in [ledger.choose(choice(), key) for key in keys]]
        assert slam.cut is None  # it was cut
        assert all(answer.created for answer in made)
        again = [ledger.choose(choice(), key).result(WAIT) for key in keys]
        assert [answer.receipt for answer in again] == [answer.receipt for answer in made]
        assert not any(answer.created for answer in again)
        answers += made
    extended(ledger, [answer.receipt.proof for answer in answers])
    ledger.close()
    own_house.url = direct
    assert own_house.audit()._replace(checkpoints=0) == (1 + 3 * CUTS, 0, 0, 0, [], [])
