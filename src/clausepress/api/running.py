"""Runs an application on a socket until it is told to end, and ends it in order."""

import gc
import importlib.util
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp

from clausepress.api import loglines
from clausepress.api.app import app_of
from clausepress.api.ending import end_within
from clausepress.api.limits import Limits
from clausepress.api.reloading import reloading
from clausepress.api.settings import Settings
from clausepress.errors import ClausepressError

_GARBAGE: Final = 20_000
"""Objects more that make the collector look: as many as some dozens of requests under way hold,
which Python's own 700 would go through again and again."""

_log = logging.getLogger(__name__)


def serve_api(settings: Settings, host: str, port: int) -> None:
    """Serve the API alone until told to end, and close the ledger.

    Raises ClausepressError: a taken port, an unusable setting or store.
    """
    loglines.configure(settings.log_level)
    with listening(host, port) as listener:
        catalog, ledger = settings.open()
        try:
            app = app_of(settings, ledger, catalog)
            listener.listen()
            _log.info("serving", extra={"host": host, "port": listener.getsockname()[1]})
            with reloading(settings, ledger):
                run(app, listener, settings.limits, app.state.health.drain)
        finally:
            ledger.close()
            _log.info("stopped")


def run(app: ASGIApp, listener: socket.socket, limits: Limits, drain: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; return when every request is answered, or late ones cut off.

    The first signal calls `drain`, the next ends the process at once. A process whose store hangs
    ends too, with status 1, once requests and store have had `limits.drain_seconds` each.
    """
    config = uvicorn.Config(
        app,
        http=_protocol(limits),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # see limits.Proxies
        timeout_keep_alive=limits.keep_alive,
        timeout_graceful_shutdown=limits.drain_seconds,
    )
    gc.freeze()  # the program itself is no garbage
    gc.set_threshold(_GARBAGE)
    _Server(config, limits, drain).run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, limits: Limits, drain: Callable[[], None]) -> None:
        super().__init__(config)
        self._limits = limits
        self._drain = drain
        self._asked = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal; uvicorn's own way would not end with status 0."""
        del frame
        if self._asked:
            os._exit(128 + sig)
        self._asked = True
        self._drain()
        delay, bound = self._limits.drain_delay, self._limits.drain_seconds
        end_within(delay + 2 * bound)
        stop = threading.Timer(delay, self._stop)
        stop.daemon = True
        stop.start()

    def _stop(self) -> None:
        self.should_exit = True


def _protocol(limits: Limits) -> Any:
    """The bounded protocol; where there is no httptools (Windows), uvicorn's other one."""
    if importlib.util.find_spec("httptools") is None:
        return "h11"
    from clausepress.api.connection import bounded

    return bounded(limits)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take the port before any work is done, so that a taken one is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, UnicodeError, TypeError) as error:
        listener.close()
        known = isinstance(error, OSError) and not isinstance(error, socket.gaierror)
        fix = (
            "end the program that holds it, or choose another with --port"
            if known
            else "--host is an address of this machine, such as 127.0.0.1"
        )
        raise ClausepressError(
            f"port {port} on {host} cannot be used: {getattr(error, 'strerror', None) or error}\n"
            f"  fix: {fix}"
        ) from error
    with listener:
        yield listener
