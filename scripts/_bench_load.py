"""Keeps connections busy with posts, in the process of the one who measures.

Plain sockets and no event loop: a client of a fraction of the server's cost, so that the server is
what is measured.
"""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import NamedTuple

Address = tuple[str, int]


class Post(NamedTuple):
    """What is posted where: `request` gives the bytes of the next request.

    The connections are spread over the servers' addresses.
    """

    name: str
    addresses: Sequence[Address]
    request: Callable[[], bytes]


class Load(NamedTuple):
    """What a stretch of posts took: wall seconds, CPU seconds of each side, milliseconds each."""

    wall: float
    server: float
    client: float
    each: list[float]

    def rate(self) -> float:
        """Requests a second."""
        return len(self.each) / self.wall

    def cost(self) -> float:
        """CPU microseconds of the server for one request; 0 when the server does not tell."""
        return self.server / len(self.each) * 1e6


class _Connection:
    def __init__(self, post: Post, address: Address) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = post.request
        self._got = b""
        self._began = 0.0

    def send(self) -> None:
        """Send the next request."""
        self._got = b""
        self._began = time.perf_counter()
        self.socket.sendall(self._request())

    def receive(self) -> float | None:
        """Milliseconds of the request, once its answer is whole."""
        self._got += self.socket.recv(1 << 16)
        head, gap, rest = self._got.partition(b"\r\n\r\n")
        if not gap or len(rest) < _length(head):
            return None
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            raise SystemExit(f"the server answered: {self._got.decode(errors='replace')}")
        return (time.perf_counter() - self._began) * 1000


def _length(head: bytes) -> int:
    lower = head.lower()
    if b"chunked" in lower:
        raise SystemExit("the server answers in chunks, which this client does not read")
    return int(lower.partition(b"content-length: ")[2].partition(b"\r")[0])


def load(
    post: Post, connections: int, seconds: float, server_cpu: Callable[[Address], float]
) -> Load:
    """Post on so many connections, each as soon as it has its answer."""
    before = sum(map(server_cpu, post.addresses))
    cpu, began = time.process_time(), time.perf_counter()
    each: list[float] = []
    with selectors.DefaultSelector() as selector:
        for _, address in zip(range(connections), cycle(post.addresses), strict=False):
            connection = _Connection(post, address)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        while selector.get_map():
            for key, _ in selector.select():
                took = key.data.receive()
                if took is None:
                    continue
                each.append(took)
                if time.perf_counter() - began < seconds:
                    key.data.send()
                else:
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
    wall, client = time.perf_counter() - began, time.process_time() - cpu
    return Load(wall, sum(map(server_cpu, post.addresses)) - before, client, each)


def in_turns(
    posts: Sequence[Post],
    connections: int,
    seconds: float,
    rounds: int,
    server_cpu: Callable[[Address], float],
) -> dict[str, list[Load]]:
    """Measure all in turns, so that a busy spell of the machine falls on all; by name."""
    found: dict[str, list[Load]] = {post.name: [] for post in posts}
    for turn in range(rounds + 1):
        for post in posts:
            taken = load(post, connections, seconds, server_cpu)
            if turn:  # the first one warms up
                found[post.name].append(taken)
    return found


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The median, and in brackets the least and the most."""
    middle = statistics.median(values)
    return f"{middle:,.{digits}f} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"
