"""What a choice on record costs: posts over HTTP with their proofs, beside posts that do nothing.

The real server in one process, the client in another, all posts in turns. The goals are ratios
within one run: posts a second of a choice and of a post that is only read, at 64 connections; those
of a ledger with many rows and of one with few. Every choice is a new person's. Beside the rates
stands the CPU that the server process spent on a request, which other work on the machine changes
less, and the client's, which has to be well below it; PostgreSQL's own processes are not in it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from _bench_gate import gate, matcher
from _bench_load import Address, Load, Post, in_turns, spread
from _bench_stores import CHOICE, House, fill, houses, strangers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clausepress.api import bodies
from clausepress.api.admin import Token, Tokens
from clausepress.api.app import create_app
from clausepress.api.limits import Limits
from clausepress.api.running import run
from clausepress.ledger import Choice

CONNECTIONS = 64
FEW = 1_000
JSON = "application/json; charset=utf-8"
READS_METRICS = "of-the-servers-started-here-only"


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench api", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="length of a stretch")
    parser.add_argument("--rounds", type=int, default=5, help="stretches of each kind")
    parser.add_argument("--rows", type=int, default=100_000, help="of the grown ledger; 0 for none")
    parser.add_argument("--suppressed", type=int, default=100_000, help="addresses; 0 for none")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL started for this")
    parser.add_argument("--database-url", help="postgresql://…, where databases may be made")
    parser.add_argument("--processes", type=int, default=1, help="of the API on one PostgreSQL")
    parser.add_argument("--c15t", help="URL of a running @c15t/backend that takes its posts")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve:
        handle, folder, url = options.serve
        serve(int(handle), House(Path(folder), url))
        return
    if options.processes > 1 and not (options.postgres or options.database_url):
        parser.error("--processes needs --postgres or --database-url")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; median (least-most)")
    measure = partial(
        in_turns, seconds=options.seconds, rounds=options.rounds, server_cpu=server_cpu
    )
    with houses(options.postgres, options.database_url) as new:
        beside_nothing(new(), measure, options.c15t)
        if options.processes > 1:
            side_by_side(new, measure, options.processes)
        if options.rows:
            grown(new, measure, options.rows)
        if options.suppressed:
            gate(new(), options.suppressed, options.rounds)
    matcher(options.rounds)


Measure = Callable[..., dict[str, list[Load]]]


def serve(handle: int, house: House) -> None:
    """The API, with posts that do nothing and the CPU seconds of the process."""
    catalog, ledger = house.open()

    async def nothing(request: Request) -> Response:
        await bodies.read_body(request)
        return Response(b"{}", 201, media_type=JSON)

    async def checked(request: Request) -> Response:
        bodies.media_type(request)
        bodies.idempotency_key(request.headers.get("idempotency-key"))
        bodies.from_json(await bodies.read_body(request), Choice)
        return Response(b"{}", 201, media_type=JSON)

    async def cpu(_request: Request) -> Response:
        return Response(str(time.process_time()))

    scopes = Token(sha256=sha256(READS_METRICS.encode()).hexdigest(), scopes=frozenset({"metrics"}))
    app = create_app(ledger, catalog, tokens=Tokens({"bench": scopes}))
    app.router.routes[1:1] = [  # beside the choices: a route costs more the later it stands
        Route("/nothing", nothing, methods=["POST"]),
        Route("/checked", checked, methods=["POST"]),
        Route("/cpu", cpu),
    ]
    run(app, socket.socket(fileno=handle), Limits(), app.state.health.drain)
    ledger.close()


@contextmanager
def server(house: House) -> Iterator[Address]:
    """A process that serves the ledger."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    handle = listener.fileno()
    command = [sys.executable, __file__, "--serve", str(handle), str(house.folder), house.url]
    process = subprocess.Popen(command, pass_fds=[handle])
    try:
        yield listener.getsockname()
    finally:
        process.terminate()
        process.wait()


def server_cpu(address: Address) -> float:
    """CPU seconds that the server has used so far; 0 when it does not tell."""
    return float(_get(address, "/cpu") or 0)


def turns(addresses: Sequence[Address]) -> tuple[float, float, float]:
    """What servers did so far: transactions, their records, and the seconds that they held the
    head of the log in them."""
    lines = [line for address in addresses for line in _get(address, "/metrics").splitlines()]
    names = ("commit_seconds_count", "batch_records_sum", "commit_seconds_sum")
    count, records, seconds = (
        sum(float(line.split()[1]) for line in lines if line.startswith(f"clausepress_{name} "))
        for name in names
    )
    return count, records, seconds


def _get(address: Address, path: str) -> str:
    with socket.create_connection(address) as connection:
        lines = (f"GET {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {READS_METRICS}")
        connection.sendall("\r\n".join((*lines, "Connection: close", "", "")).encode())
        with connection.makefile("rb") as stream:
            head, _, rest = stream.read().partition(b"\r\n\r\n")
    return rest.decode() if head.startswith(b"HTTP/1.1 200") else ""


def our_post(path: str, *addresses: Address, name: str = "") -> Post:
    """Choices, each of a new person under a new key."""
    start, _, end = (
        json.dumps(CHOICE | {"subject": "*"}, ensure_ascii=False).encode().partition(b"*")
    )
    length = len(start) + len(end) + 24
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\nIdempotency-Key: "
    ).encode()

    def request() -> bytes:
        key, subject = secrets.token_hex(12).encode(), secrets.token_hex(12).encode()
        return b"".join((head, key, b"\r\n\r\n", start, subject, end))

    return Post(name or path, addresses, request)


def their_post(url: str) -> Post:
    """Consents as @c15t/backend takes them, each of a new person."""
    place = urlsplit(url)
    letters = str.maketrans("0", "z")  # their ids are base58, which has no 0

    def request() -> bytes:
        body = json.dumps(
            {
                "type": "cookie_banner",
                "subjectId": f"sub_{secrets.token_hex(12).translate(letters)}",
                "domain": "example.com",
                "preferences": {"necessary": True, "measurement": True, "marketing": False},
                "givenAt": time.time_ns() // 1_000_000,
                "metadata": {"v": "1"},
            }
        )
        return (
            f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nOrigin: http://localhost:3000"
            f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    return Post("@c15t/backend", [(place.hostname or "", place.port or 80)], request)


def beside_nothing(house: House, measure: Measure, c15t: str | None) -> None:
    """Choices beside posts that do nothing, on many connections and on one."""
    with server(house) as address:
        posts = [our_post(path, address) for path in ("/nothing", "/checked", "/v1/choices")]
        if c15t:
            posts.append(their_post(c15t))
        for connections in (CONNECTIONS, 1):
            found = measure(posts, connections)
            table(f"{connections} connections" if connections > 1 else "1 connection", found)
            ratio(found, "/v1/choices", "/nothing", ">= 0.45" if connections > 1 else "")
            ratio(found, "/v1/choices", "/checked")
            if c15t:
                ratio(found, "/v1/choices", "@c15t/backend", ">= 30" if connections > 1 else "")
            if connections == 1:
                middle = [statistics.median(one.each) for one in found["/v1/choices"]]
                print(f"  p50 of a choice {spread(middle, 2)} ms   goal <= 0.5 ms")


def side_by_side(new: Callable[[], House], measure: Measure, most: int) -> None:
    """Choices put to one process, to two, and so on, each time of one log in a new database."""
    numbers = [number for number in (1, 2, 4, 8, 16) if number < most] + [most]
    with ExitStack() as running:
        posts = []
        for number in numbers:
            house = new()
            addresses = [running.enter_context(server(house)) for _ in range(number)]
            name = f"{number} process{'es' if number > 1 else ''}"
            posts.append(our_post("/v1/choices", *addresses, name=name))
        found = measure(posts, CONNECTIONS)
        table("one log", found)
        for post in posts:
            count, records, seconds = turns(post.addresses)
            held = f"{seconds / count * 1000:.2f} ms"
            print(f"  {post.name}: {records / count:.1f} records a batch, head held {held} for it")
        for post in posts[1:]:
            ratio(found, post.name, posts[0].name)


def grown(new: Callable[[], House], measure: Measure, rows: int) -> None:
    """Choices put to a ledger with few rows and to one with many."""
    few, many = new(), new()
    fill(few, strangers(FEW))
    began = time.perf_counter()
    fill(many, strangers(rows))
    print(f"\n{rows:,} rows put in within {time.perf_counter() - began:.0f} s")
    names = [f"{FEW:,} rows", f"{rows:,} rows"]
    with server(few) as less, server(many) as more:
        posts = [
            our_post("/v1/choices", address, name=name)
            for address, name in zip((less, more), names, strict=True)
        ]
        found = measure(posts, CONNECTIONS)
    table(f"choices, {CONNECTIONS} connections", found)
    ratio(found, names[1], names[0], ">= 0.9 at 1,000,000 rows")


def table(title: str, found: dict[str, list[Load]]) -> None:
    """Print what was measured."""
    print(
        f"\n{title:<24}{'posts/s':<26}{'server CPU us':<22}{'client':>6}{'p50 ms':>9}{'p99 ms':>9}"
    )
    for name, loads in found.items():
        rate, cost = spread([one.rate() for one in loads]), spread([one.cost() for one in loads])
        client = statistics.median(one.client / len(one.each) * 1e6 for one in loads)
        each = statistics.quantiles([took for one in loads for took in one.each], n=100)
        print(f"  {name:<22}{rate:<26}{cost:<22}{client:>6.0f}{each[49]:>9.2f}{each[98]:>9.2f}")
    print(f"  load of the machine {os.getloadavg()[0]:.1f}")


def ratio(found: dict[str, list[Load]], one: str, other: str, goal: str = "") -> None:
    """Print how the rates of two compare, turn by turn, and the CPU of their servers."""
    pairs = list(zip(found[one], found[other], strict=True))
    rates = spread([first.rate() / second.rate() for first, second in pairs], 2)
    line = f"  {one} / {other}: rate {rates}"
    if all(second.server for _, second in pairs):
        costs = spread([second.cost() / first.cost() for first, second in pairs], 2)
        line += f", by CPU {costs}"
    print(line + (f"   goal {goal}" if goal else ""))


if __name__ == "__main__":
    main(sys.argv[1:])
