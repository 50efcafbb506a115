"""The real server in a process of its own, which may be killed and started again."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Self

import uvicorn
from ledger_samples import House
from starlette.types import ASGIApp

# A new process is forked from one that has imported the server already: more kills a minute.
_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload(["clausepress.api.app", "uvicorn", "psycopg"])


def environment(house: House) -> dict[str, str]:
    """The settings of a server on that store."""
    return {
        "CLAUSEPRESS_DATABASE_URL": house.url,
        "CLAUSEPRESS_POLICIES": str(house.path / "policies.json"),
        "CLAUSEPRESS_KEYS": str(house.path / "keys.json"),
    }


def _serve(settings: dict[str, str], listener: socket.socket, log: Path) -> None:
    with log.open("ab") as file:
        for output in (1, 2):
            os.dup2(file.fileno(), output)
    os.environ.update(settings)
    application = "clausepress.api.app:app_from_env"
    if "LD_PRELOAD" in settings:  # takes a new program; the process stays the same
        listener.set_inheritable(True)
        command = [sys.executable, "-m", "uvicorn", "--factory", application]
        command.append(f"--fd={listener.fileno()}")
        os.execv(sys.executable, command)  # noqa: S606 - nothing in it is from outside
    uvicorn.run(application, factory=True, fd=listener.fileno())


class ServerProcess:
    """A server, and the socket on which its successors go on listening.

    Attributes:
        address: Where it listens.
        log: The file with all that it prints.
    """

    def __init__(self, house: House, settings: Mapping[str, str] | None = None) -> None:
        self._settings = environment(house) | dict(settings or {})
        self.log = house.path / "server.log"
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address: tuple[str, int] = self._listener.getsockname()
        self._process: BaseProcess = self._start()

    def _start(self) -> BaseProcess:
        process = _PROCESSES.Process(target=_serve, args=(self._settings, self._listener, self.log))
        process.start()
        return process

    def kill(self) -> None:
        """End it by kill -9, whatever it is doing, and start another."""
        assert self._process.exitcode is None, "the server ended by itself"
        self._process.kill()
        self._process.join()
        assert self._process.exitcode == -signal.SIGKILL
        self._process = self._start()

    def __enter__(self) -> Self:
        """The server is under way."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it as an operator does."""
        self._process.terminate()
        self._process.join(20)
        self._listener.close()
        assert self._process.exitcode in {0, -signal.SIGTERM}


@contextmanager
def serving(app: ASGIApp) -> Iterator[tuple[str, int]]:
    """The address of an application served by a thread of this process."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()
    server.should_exit = True
    thread.join()
