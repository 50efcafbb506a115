"""A door to PostgreSQL that slams at a COMMIT: before it passes, behind it, or on its answer."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

Cut = Literal["before", "during", "after"]


class CommitProxy:
    """Forwards from a Unix socket to another one, message by message of the protocol.

    The next COMMIT of a transaction that inserted records is cut as `cut` says: "before" it
    reaches the server, "during" it, the server being left with it, or "after" the server answered.
    """

    def __init__(self, target: str, door: Path) -> None:
        self._target = target
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(door))
        self._listener.listen()
        self.cut: Cut | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                ends = (client, server, threading.Event(), threading.Event())
                for pump in (self._down, self._up):
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    def _up(
        self,
        client: socket.socket,
        server: socket.socket,
        held: threading.Event,
        answered: threading.Event,
    ) -> None:
        wrote, committing = False, False
        with suppress(OSError, EOFError):
            for message in _messages(client):
                wrote = wrote or b"INSERT INTO record" in message
                committing = committing or (wrote and b"COMMIT" in message)
                if committing and self.cut == "before":
                    break
                if committing and self.cut == "after":
                    held.set()  # from here on no answer passes
                server.sendall(message)
                # A query asks for its answer by itself, one in parts by Sync.
                if committing and message[:1] in {b"Q", b"S"}:
                    if self.cut == "after":
                        answered.wait(10)
                    if self.cut:
                        break
                    wrote = committing = False
        if committing:
            self.cut = None
        _end(client)
        _end(server)

    def _down(
        self,
        client: socket.socket,
        server: socket.socket,
        held: threading.Event,
        answered: threading.Event,
    ) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if not held.is_set():
                    client.sendall(data)
                elif b"COMMIT\0" in data:
                    answered.set()
        _end(client)
        _end(server)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def _messages(client: socket.socket) -> Iterator[bytes]:
    """The messages of the front end; the first ones have no letter in front of the length."""
    with client.makefile("rb") as stream:

        def read(size: int) -> bytes:
            data = stream.read(size)
            if len(data) < size:
                raise EOFError
            return data

        begun = False
        while True:
            letter = read(1) if begun else b""
            length = read(4)
            content = read(int.from_bytes(length) - 4)
            begun = begun or content[:2] == b"\x00\x03"  # the version; not a request for TLS
            yield letter + length + content
