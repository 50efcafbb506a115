"""The log over HTTP: files a cache may keep, and readers who need nothing else."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from click.testing import CliRunner
from ledger_samples import House, choice, new_key
from starlette.testclient import TestClient
from tlog_scales.backend import HttpBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey

from clausepress.api.app import create_app
from clausepress.cli import cli
from clausepress.errors import ClausepressError
from clausepress.ledger import Ledger
from clausepress.ledger.merkle import leaf_hash

WAIT = 20


def fill(ledger: Ledger, count: int) -> list[bytes]:
    """Record that many choices; the receipts as JSON."""
    futures = [ledger.choose(choice(), new_key()) for _ in range(count)]
    return [future.result(WAIT).receipt.to_json() for future in futures]


@pytest.fixture
def url(house: House, ledger: Ledger) -> Iterator[str]:
    """Address of the log on a real server."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(ledger, house.catalog), log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1/log"
    server.should_exit = True
    thread.join()


def test_tiles_and_how_long_they_may_be_kept(client: TestClient, ledger: Ledger) -> None:
    fill(ledger, 300)
    entries = [ledger._reader.tile(0, n, width) for n, width in ((0, 256), (1, 44))]
    full, partial = (client.get(f"/v1/log/tile/0/{name}") for name in ("000", "001.p/44"))
    assert full.content == b"".join(entries[0])
    assert partial.content == b"".join(entries[1])
    assert full.headers["content-type"] == "application/octet-stream"
    assert full.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert partial.headers["cache-control"] == "public, max-age=600"
    assert client.get("/v1/log/checkpoint").headers["cache-control"] == "public, max-age=2"
    assert client.get("/v1/log/tile/0/000.p/7").content == full.content[: 7 * 32]
    assert len(client.get("/v1/log/tile/1/000.p/1").content) == 32


def test_what_is_not_there_yet_is_not_kept(client: TestClient, ledger: Ledger) -> None:
    fill(ledger, 300)
    early = ["0/001", "0/001.p/45", "0/002.p/1", "1/000", "1/000.p/2", "2/000.p/1", "7/000"]
    never = ["entries/000", "8/000", "0/x000/000", "0/%00", "x", "0/" + "x999/" * 99]
    for path in (*early, *never, "0/x999/000", "0/x999/x999/x999/x999/x999/x999/999"):
        answer = client.get(f"/v1/log/tile/{path}")
        assert (path, answer.status_code) == (path, 404)
        assert answer.headers["cache-control"] == "no-store"


def test_an_independent_reader_agrees(url: str, ledger: Ledger) -> None:
    """tlog-scales is a reader of tlog-tiles by other hands."""
    heads, receipts = [], []
    for count in (1, 299, 400):
        receipts += fill(ledger, count)
        reader = TilesReader(HttpBackend(url))
        head = reader.get_checkpoint()
        head.verify(Vkey.from_string(ledger.verifier_key))
        assert reader.calculate_root_hash() == head.root_hash
        heads.append(head)
    for old in heads:
        proof = reader.get_consistency_proof(old.size, head.size)
        proof.check(old.root_hash, head.root_hash)
    for position in (0, 1, 255, 256, 699):
        leaf = leaf_hash(json.loads(receipts[position])["entry"].encode())
        reader.get_inclusion_proof(position, head.size).check(leaf, head.root_hash)


def test_a_witness_and_a_holder_of_a_receipt(url: str, ledger: Ledger, tmp_path: Path) -> None:
    run, seen, kept = CliRunner().invoke, tmp_path / "seen.txt", tmp_path / "receipt.json"
    kept.write_bytes(fill(ledger, 3)[1])
    look = ["witness", url, "--to", str(seen), "--key", ledger.verifier_key]
    assert run(cli, look).output.startswith("clausepress/log: 3 records, 3 since the last look")
    fill(ledger, 400)
    check = ["verify", str(kept), "--key", ledger.verifier_key, "--log", url]
    assert "has 403 records now" in run(cli, check).output
    assert run(cli, look).output.startswith("clausepress/log: 403 records, 400 since")
    assert seen.read_text() == ledger.checkpoint()


def test_a_log_begun_anew_is_caught(url: str, ledger: Ledger, house: House, tmp_path: Path) -> None:
    """The operator starts again with the same keys and fewer records: both readers see it."""
    first = House(tmp_path, f"sqlite:///{tmp_path}/first.db")
    first.keys = house.keys
    before = first.open()
    kept = tmp_path / "receipt.json"
    kept.write_bytes(fill(before, 5)[4])
    seen = tmp_path / "seen.txt"
    seen.write_text(before.checkpoint(), encoding="utf-8")
    before.close()
    look = ["witness", url, "--to", str(seen), "--key", ledger.verifier_key]
    check = ["verify", str(kept), "--log", url]
    for count, message in ((4, "shows 4 records and had 5"), (4, "does not begin with the 5")):
        fill(ledger, count)
        for command in (look, check):
            failed = CliRunner().invoke(cli, command)
            assert isinstance(failed.exception, ClausepressError)
            assert message in str(failed.exception)


def test_addresses_and_keys_that_are_none(url: str, ledger: Ledger, tmp_path: Path) -> None:
    for address, key, message in (
        (url, "nonsense", "whole line"),
        ("ftp//nowhere", ledger.verifier_key, "not the address"),
        (url + "/x", ledger.verifier_key, "publishes no checkpoint"),
        ("http://127.0.0.1:9/v1/log", ledger.verifier_key, "cannot be fetched"),
    ):
        command = ["witness", address, "--to", str(tmp_path / "seen.txt"), "--key", key]
        failed = CliRunner().invoke(cli, command)
        assert isinstance(failed.exception, ClausepressError)
        assert message in str(failed.exception)
