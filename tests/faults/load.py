"""Load on a server that fails, and the proof that it lost, doubled and forged nothing."""

import asyncio
import json
import secrets
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Self

import msgspec
from click.testing import CliRunner
from ledger_samples import House, body, choice, new_key, opt_out

from clausepress.cli import cli
from clausepress.ledger import Choice, Ledger, OptOut
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.merkle import consistency_proof, nodes_from_tiles, verify_consistency
from clausepress.note import VerifierKey, open_note

CONNECTIONS = 16
WAIT = 60
Record = Choice | OptOut


class Load:
    """Connections that post for ever; each sends a record again until it is acknowledged.

    They are spread over the servers given, which share a store; a retry goes to whichever.

    Attributes:
        receipts: What was acknowledged, by idempotency key.
        sent: The records, by idempotency key.
        statuses: How often each status was answered.
        contradicted: Keys whose two receipts differ.
        slowest: Seconds of the longest wait for an answer.
        broken: How many connections ended without one.
        shares: How many answers each server gave.
    """

    def __init__(self, *servers: tuple[str, int], connections: int = CONNECTIONS) -> None:
        self._servers = servers
        self._connections = connections
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = ThreadPoolExecutor(1)
        self.receipts: dict[str, bytes] = {}
        self.sent: dict[str, Record] = {}
        self.statuses: Counter[int] = Counter()
        self.contradicted: list[str] = []
        self.slowest = 0.0
        self.broken = 0
        self.shares: Counter[tuple[str, int]] = Counter()

    def __enter__(self) -> Self:
        """Begin to post."""
        self._running = self._thread.submit(self._loop.run_until_complete, self._run())
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        """Stop once every record sent is acknowledged."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.shutdown(wait=False)
        if failed is None:  # the first fault is the one to tell
            self._running.result(WAIT)
            self._loop.close()

    def more(self, count: int) -> None:
        """Wait until that many more records are acknowledged."""
        wanted = len(self.receipts) + count
        self._until(lambda: len(self.receipts) >= wanted)

    def refused(self) -> None:
        """Wait until the server says that it cannot store."""
        before = self.statuses[503]
        self._until(lambda: self.statuses[503] > before)

    def _until(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + WAIT
        while not reached():
            if self._running.done():
                self._running.result()
            assert time.monotonic() < end, f"no progress: {self.statuses}, {self.broken} broken"
            time.sleep(0.001)

    async def _run(self) -> None:
        async with asyncio.timeout(None) as limit, asyncio.TaskGroup() as group:
            for number in range(self._connections):
                group.create_task(self._post_for_ever(number))
            await self._stop.wait()
            limit.reschedule(asyncio.get_running_loop().time() + WAIT / 2)

    async def _post_for_ever(self, number: int) -> None:
        count = 0
        connection = _Connection(self._servers[number % len(self._servers)])
        while not self._stop.is_set():
            count += 1
            if self.receipts and secrets.randbelow(10) == 0:  # a retry of what was acknowledged
                key = secrets.choice(list(self.receipts))
            else:
                key, record = new_key(), _record(number, count)
                self.sent[key] = record
            await self._settle(connection, key)
        connection.close()

    async def _settle(self, connection: "_Connection", key: str) -> None:
        """Send a record until it is acknowledged."""
        while True:
            began = time.monotonic()
            try:
                status, content = await connection.post(key, self.sent[key])
            except (OSError, asyncio.IncompleteReadError):
                self.broken += 1
                connection.close()
                await asyncio.sleep(0.01)
                continue
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.statuses[status] += 1
            self.shares[connection.address] += 1
            if status in {200, 201}:
                break
            assert status == 503, content
            await asyncio.sleep(0.05)
        if self.receipts.setdefault(key, content) != content:
            self.contradicted.append(key)


def _record(number: int, count: int) -> Record:
    if count % 8 == 0:
        return opt_out(address=f"138{number:04}{count % 10000:04}")
    return choice(subject=f"{number:04}-{count % 50:017}")


class _Connection:
    """One HTTP connection at a time, without a library, which would cost more than the server."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, key: str, record: Record) -> tuple[int, bytes]:
        """Status and content of the answer; raises OSError or IncompleteReadError."""
        self._ends = self._ends or await asyncio.open_connection(*self.address)
        reader, writer = self._ends
        content = msgspec.json.encode(body(record))
        path = "/v1/choices" if isinstance(record, Choice) else "/v1/opt-outs"
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
        return int(head[9:12]), await reader.readexactly(length)

    def close(self) -> None:
        if self._ends:
            self._ends[1].close()
        self._ends = None


def prove(house: House, load: Load) -> None:
    """Nothing acknowledged is lost, nothing is there twice, and all of it is one log.

    The server has stopped; every record that was ever sent is acknowledged by now.
    """
    assert load.contradicted == []
    assert set(load.receipts) == set(load.sent)
    _verify(house)
    ledger = house.open()  # fails if records, tree and head do not agree
    for key, record in load.sent.items():
        submit = ledger.choose if isinstance(record, Choice) else ledger.opt_out
        answer = submit(record, key).result(WAIT)
        assert not answer.created, "an acknowledged record was lost"
        assert answer.receipt.to_json() == load.receipts[key]
    extended(ledger, [json.loads(receipt)["proof"] for receipt in load.receipts.values()])
    assert house.audit().records == len(load.sent), "a record is there twice"
    ledger.close()
    if house.url.startswith("sqlite"):
        with closing(sqlite3.connect(house.path / "ledger.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _verify(house: House) -> None:
    keys = {"CLAUSEPRESS_KEYS": str(house.path / "keys.json")}
    done = CliRunner(env=keys).invoke(cli, ["verify", house.url])
    assert done.exit_code == 0, done.output or done.exception
    assert done.output.startswith("whole: ")


def extended(ledger: Ledger, proofs: list[str]) -> None:
    """The log begins with every checkpoint that was seen, each place taken once."""
    verifier = VerifierKey.parse(ledger.verifier_key)
    newest = Checkpoint.parse(open_note(ledger.checkpoint(), verifier))
    node = nodes_from_tiles(ledger._reader.tile, newest.size)
    for note in {proof.partition("\n\n")[2] for proof in proofs}:
        seen = Checkpoint.parse(open_note(note, verifier))
        path = consistency_proof(seen.size, newest.size, node)
        assert verify_consistency(seen.size, seen.root, newest.size, newest.root, path)
    places = Counter(proof.split("\n")[1] for proof in proofs)
    assert max(places.values()) == 1
