"""What a choice on record costs: posts over HTTP with their proofs, beside posts that do nothing.

One server process with both, one client process, in turns. A goal is a ratio within one run: the
posts per second of the two at 64 connections, and those of the ledger with many rows and with few.
The CPU of the server process is told as well, which other work on the machine changes little; how
long a commit takes is the disk's matter.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import uvicorn
import uvloop
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clausepress.api.app import create_app
from clausepress.ledger import Answer, Catalog, Choice, Keys, Ledger

DIGEST = "sha256:" + "0" * 64
CONNECTIONS = 64
FEW = 1_000
WINDOW = 4_000
CHOICE: dict[str, Any] = {
    "kind": "agreement",
    "decision": "given",
    "policy": "terms",
    "version": "1",
    "lang": "zh",
    "text_digest": DIGEST,
    "subject": "s" * 22,
    "mode": "express",
    "surface": "page",
    "label": "同意",
}


class Load(NamedTuple):
    """What a stretch of requests took: wall and server CPU seconds, milliseconds of each."""

    wall: float
    cpu: float
    each: list[float]

    def rate(self) -> float:
        """Requests a second."""
        return len(self.each) / self.wall


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench api", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="length of a stretch")
    parser.add_argument("--rounds", type=int, default=3, help="stretches of each kind")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the grown ledger")
    parser.add_argument("--database-url", help="postgresql://…, an empty database; SQLite if none")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve is not None:
        serve(options.serve, options.folder, options.database_url)
        return
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of the rounds")
    with tempfile.TemporaryDirectory() as folder:
        over_http(Path(folder), options)
    if not options.database_url:
        with tempfile.TemporaryDirectory() as folder:
            growing(Path(folder), options.rows)


def open_ledger(folder: Path, url: str | None) -> tuple[Catalog, Ledger]:
    """A ledger with one policy."""
    edition = {"title": "协议", "url": "zh/terms/1/", "text_digest": DIGEST}
    version = {"id": "1", "status": "effective", "editions": {"zh": edition}}
    policy = {"id": "terms", "title": {"zh": "协议"}, "current": "1", "versions": [version]}
    index = {"schema": "clausepress.policies/1", "languages": ["zh"], "policies": [policy]}
    (folder / "policies.json").write_text(json.dumps(index))
    catalog = Catalog(folder / "policies.json")
    keys = Keys.load(folder / "keys.json")
    return catalog, Ledger.open(url or f"sqlite:///{folder}/ledger.db", keys, catalog)


def serve(handle: int, folder: Path, url: str | None) -> None:
    """The API, with a post that does nothing and the CPU seconds of the process."""
    catalog, ledger = open_ledger(folder, url)

    async def nothing(request: Request) -> Response:
        await request.body()
        return Response(b"{}", 201)

    async def cpu(_request: Request) -> Response:
        return Response(str(time.process_time()))

    app = create_app(ledger, catalog)
    app.router.routes += [Route("/nothing", nothing, methods=["POST"]), Route("/cpu", cpu)]
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    server.run(sockets=[socket.socket(fileno=handle)])
    ledger.close()


class Client(asyncio.Protocol):
    """One connection: posts, waits for the answer, posts again until the end."""

    def __init__(self, path: str, until: float, each: list[float]) -> None:
        self.path, self.until, self.each = path, until, each
        self.body = json.dumps(CHOICE).encode()
        self.ended = asyncio.get_running_loop().create_future()
        self.got = b""

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self.transport = transport
        self.post()

    def post(self) -> None:
        """Send a choice under a new key."""
        self.began = time.perf_counter()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {secrets.token_hex(12)}\r\nContent-Length: {len(self.body)}\r\n\r\n"
        )
        self.transport.write(head.encode() + self.body)

    def data_received(self, data: bytes) -> None:
        """Take an answer, whole or in parts."""
        self.got += data
        head, gap, rest = self.got.partition(b"\r\n\r\n")
        if not gap or len(rest) < int(head.lower().split(b"content-length: ")[1].split(b"\r")[0]):
            return
        if not head.startswith(b"HTTP/1.1 201"):
            raise SystemExit(f"the server answered: {self.got.decode()}")
        self.got = b""
        now = time.perf_counter()
        self.each.append((now - self.began) * 1000)
        if now < self.until:
            self.post()
        else:
            self.transport.close()
            self.ended.set_result(None)


async def load(address: tuple[str, int], path: str, connections: int, seconds: float) -> Load:
    """Keep that many connections busy."""
    loop, each = asyncio.get_running_loop(), list[float]()
    before, began = await server_cpu(address), time.perf_counter()
    clients = [Client(path, began + seconds, each) for _ in range(connections)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, *address)  # type: ignore[misc] # a factory
    await asyncio.gather(*(client.ended for client in clients))
    return Load(time.perf_counter() - began, await server_cpu(address) - before, each)


async def server_cpu(address: tuple[str, int]) -> float:
    """CPU seconds that the server has used so far."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"GET /cpu HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return float(answer.rpartition(b"\r\n\r\n")[2])


def over_http(folder: Path, options: argparse.Namespace) -> None:
    """Choices beside posts that do nothing, on many connections and on one."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    command = [sys.executable, __file__, f"--serve={listener.fileno()}", f"--folder={folder}"]
    if options.database_url:
        command.append(f"--database-url={options.database_url}")
    server = subprocess.Popen(command, pass_fds=[listener.fileno()])
    try:
        for connections in (CONNECTIONS, 1):
            runs: dict[str, list[Load]] = {"/nothing": [], "/v1/choices": []}
            for _ in range(options.rounds):
                for path, found in runs.items():
                    stretch = load(listener.getsockname(), path, connections, options.seconds)
                    found.append(uvloop.run(stretch))
            print(f"\n{connections} connections   posts/s   server CPU ms   p50 ms   p99 ms")
            for path, found in runs.items():
                rate = statistics.median(one.rate() for one in found)
                cpu = statistics.median(one.cpu / len(one.each) * 1000 for one in found)
                each = statistics.quantiles([t for one in found for t in one.each], n=100)
                print(f"  {path:<14}{rate:>10.0f}{cpu:>16.3f}{each[49]:>9.2f}{each[98]:>9.2f}")
            pairs = zip(runs["/v1/choices"], runs["/nothing"], strict=True)
            ratio = statistics.median(choice.rate() / nothing.rate() for choice, nothing in pairs)
            goal = ">= 0.45" if connections > 1 else "p50 of a choice <= 0.5 ms"
            print(f"  ratio {ratio:.2f}   goal {goal}")
    finally:
        server.terminate()
        server.wait()


def growing(folder: Path, rows: int) -> None:
    """What the ledger alone stores a second, with few rows and with many."""
    _, ledger = open_ledger(folder, None)
    rates = {}
    size = 0
    for goal in (FEW, rows):
        store(ledger, goal - size, 2048)
        wall, cpu = time.perf_counter(), time.process_time()
        store(ledger, WINDOW, CONNECTIONS)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        size, rates[goal] = goal + WINDOW, (WINDOW / wall, cpu / WINDOW * 1000)
    ledger.close()
    print("\nledger alone, 64 at once    records/s   CPU ms each")
    for goal, (rate, cpu) in rates.items():
        print(f"  from {goal:>9,} rows {rate:>16.0f}{cpu:>14.3f}")
    print(f"  ratio {rates[rows][0] / rates[FEW][0]:.2f}   goal >= 0.9 at 1,000,000 rows")


def store(ledger: Ledger, count: int, at_once: int) -> None:
    """Record choices of as many people, with so many under way at once."""
    under_way: deque[Future[Answer]] = deque()
    for _ in range(count):
        choice = msgspec.convert(CHOICE | {"subject": secrets.token_urlsafe(18)}, Choice)
        under_way.append(ledger.choose(choice, secrets.token_hex(12)))
        if len(under_way) >= at_once:
            under_way.popleft().result()
    for future in under_way:
        future.result()


if __name__ == "__main__":
    main(sys.argv[1:])
