"""Site, widgets and API on one port for one machine: what ``clausepress serve`` runs."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from watchfiles import watch

from clausepress.api.app import create_app, serves
from clausepress.archive.lifecycle import today
from clausepress.errors import ClausepressError
from clausepress.ledger import Catalog, Keys, Ledger
from clausepress.site.build import build_site, read_config, show_warnings, watched_paths

_SHARED = ("widgets/", "policies.json")
_DAY_CHECK = 60_000  # milliseconds between looks at the calendar


class SiteFiles(StaticFiles):
    """The built site; widgets and the index may be read by the pages that embed them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file at ``path``, or the site's own 404 page."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"  # a rebuilt page shows at once
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if path.startswith(_SHARED):
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def serve(config_file: Path, *, host: str, port: int, origins: frozenset[str]) -> None:
    """Build the site and serve it with the API until interrupted.

    Args:
        config_file: ``mkdocs.yml``.
        host: Address to listen on.
        port: Port; 0 takes a free one.
        origins: Other origins that may post choices.

    Raises:
        ClausepressError: A taken port, a fault in the sources, an unusable store.
    """
    show_warnings()
    config = read_config(config_file)
    with _listening(host, port) as listener:
        _say("building the site …")
        started = time.monotonic()
        site = build_site(config_file)
        _say(f"built {site.name}/ in {time.monotonic() - started:.1f} s")
        var = config_file.absolute().parent / "var"
        var.mkdir(exist_ok=True)
        catalog = Catalog(site / "policies.json")
        ledger = Ledger.open(
            f"sqlite:///{var / 'clausepress.db'}", Keys.load(var / "keys.json"), catalog
        )
        try:
            api = create_app(ledger, catalog, origins=origins)
            app = _side_by_side(api, site)
            with _rebuilding(config_file, watched_paths(config)):
                _run(app, listener, host)
        finally:
            ledger.close()
    _say("stopped")


def _side_by_side(api: ASGIApp, folder: Path) -> ASGIApp:
    """The API on its own paths with its own guard, the static site on all others."""
    site = Starlette(routes=[Mount("/", app=SiteFiles(directory=folder, html=True))])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        theirs = scope["type"] == "http" and not serves(scope["path"])
        await (site if theirs else api)(scope, receive, send)

    return app


def _run(app: ASGIApp, listener: socket.socket, host: str) -> None:
    listener.listen()  # whoever reads the next line may connect at once
    _say(f"serving http://{host}:{listener.getsockname()[1]}/ (Ctrl-C ends it)")
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    )
    with suppress(KeyboardInterrupt):  # uvicorn has drained and closed; it passes the signal on
        server.run(sockets=[listener])


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take the port before any work is done, so that a taken one is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ClausepressError(
            f"port {port} on {host} cannot be used: {error.strerror}\n"
            f"  fix: end the program that holds it, or choose another: --port {port + 1}"
        ) from error
    with listener:
        yield listener


@contextmanager
def _rebuilding(config_file: Path, paths: list[Path]) -> Iterator[None]:
    """Rebuild in the background when a source changes or a new day begins in China."""
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(config_file, paths, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _watch(config_file: Path, paths: list[Path], stop: threading.Event) -> None:
    day = today()
    watcher = watch(
        *paths,
        stop_event=stop,
        rust_timeout=_DAY_CHECK,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for changes in watcher:
        if not changes and today() == day:
            continue
        day = today()
        started = time.monotonic()
        try:
            build_site(config_file)
        except ClausepressError as error:
            _say(f"error: {error}\n  the site as it was is still served")
        else:
            _say(f"rebuilt in {time.monotonic() - started:.1f} s")


def _say(message: str) -> None:
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()
