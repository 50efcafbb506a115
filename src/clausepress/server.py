"""Site, widgets and API on one port for one machine: what ``clausepress serve`` runs."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from watchfiles import watch

from clausepress.api import loglines
from clausepress.api.app import app_of, serves
from clausepress.api.reloading import reloading
from clausepress.api.running import listening, run
from clausepress.api.settings import Settings
from clausepress.api.timegate import memento_headers
from clausepress.archive.lifecycle import today
from clausepress.errors import ClausepressError
from clausepress.files import write_atomic
from clausepress.ledger import Catalog
from clausepress.site.build import build_into, read_config, show_warnings, watched_paths
from clausepress.site.safety import page_headers

_SECURITY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_SHARED = ("widgets/", "policies.json")
_MEDIA_TYPES = {
    "feed.xml": "application/atom+xml; charset=utf-8",
    "timemap.link": "application/link-format; charset=utf-8",
}
_DAY_CHECK = 60_000  # milliseconds between looks at the calendar


class SiteFiles(StaticFiles):
    """The newest build of the site; each build lies in a folder of its own, so that an answer
    begun from one is never finished from another."""

    def __init__(self, config_file: Path, builds: Path, index: Path) -> None:
        self._config_file = config_file
        self._builds = builds
        self._index = index
        super().__init__(directory=self.rebuild(), html=True)
        self.catalog = Catalog(index)

    def rebuild(self) -> Path:
        """Build anew and serve the result; on a fault what was served stays.

        Raises:
            ClausepressError: A fault in the sources.
        """
        folder = Path(tempfile.mkdtemp(dir=self._builds)) / "site"
        build_into(folder, self._config_file)
        write_atomic(self._index, (folder / "policies.json").read_bytes())
        self.page_headers = page_headers(folder)
        self.all_directories = [folder]
        return folder

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file at ``path``, or the nearest 404 page: that of its language, or the
        site's.

        Widgets, index and texts may be read by the pages that embed them. Pages of dated versions
        carry the headers of Memento.
        """
        response = await super().get_response(path, scope)
        if response.status_code == HTTPStatus.NOT_FOUND:
            nearest, found = self.lookup_path(f"{path.split('/')[0]}/404.html")
            if found:
                response = FileResponse(nearest, HTTPStatus.NOT_FOUND)
        response.headers.update(self.page_headers)
        response.headers["Cache-Control"] = "no-cache"  # a rebuilt page shows at once
        if path.startswith(_SHARED) or Path(path).name == "edition.json":
            response.headers["Access-Control-Allow-Origin"] = "*"
        if response.status_code == HTTPStatus.OK:
            response.headers.update(memento_headers(self.catalog, path, Request(scope).url))
            if media_type := _MEDIA_TYPES.get(Path(path).name):
                response.headers["Content-Type"] = media_type
        return response


def serve(config_file: Path, *, host: str, port: int, env: Mapping[str, str]) -> None:
    """Build the site and serve it with the API until interrupted.

    Args:
        config_file: ``mkdocs.yml``.
        host: Address to listen on.
        port: Port; 0 takes a free one.
        env: The settings of the API; the texts are those of the site built here.

    Raises:
        ClausepressError: A taken port, a fault in the sources, an unusable store.
    """
    show_warnings()
    config = read_config(config_file)
    var = config_file.absolute().parent / "var"
    settings = Settings.from_env(env, var)
    loglines.configure(settings.log_level)
    with listening(host, port) as listener, tempfile.TemporaryDirectory() as builds:
        try:
            var.mkdir(exist_ok=True)
        except OSError as error:
            raise ClausepressError(
                f"{var}: cannot be made: {error.strerror}\n"
                "  fix: this folder holds the records; check the path and its permissions"
            ) from error
        _say("building the site …")
        started = time.monotonic()
        site = SiteFiles(config_file, Path(builds), var / "policies.json")
        _say(f"built in {time.monotonic() - started:.1f} s")
        catalog = site.catalog
        ledger = settings.open_ledger(catalog)
        try:
            api = app_of(settings, ledger, catalog)
            with reloading(settings, ledger), _rebuilding(site, watched_paths(config)):
                listener.listen()  # whoever reads the next line may connect at once
                address = f"http://{host}:{listener.getsockname()[1]}/"
                _say(f"serving {address} (Ctrl-C ends it)")
                app = _side_by_side(api, site)
                run(app, listener, settings.limits, api.state.health.drain)
        finally:
            ledger.close()
            _say("stopped")


async def _send_secured(send: Send, message: Message) -> None:
    if message["type"] == "http.response.start":  # refusals of a method or path too
        headers = MutableHeaders(scope=message)
        for name, value in _SECURITY.items():
            headers.setdefault(name, value)
    await send(message)


def _side_by_side(api: ASGIApp, files: SiteFiles) -> ASGIApp:
    """The API on its own paths with its own guard, the static site on all others."""
    site = Starlette(routes=[Mount("/", app=files)])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or serves(scope["path"]):
            await api(scope, receive, send)
        else:
            await site(scope, receive, partial(_send_secured, send))

    return app


@contextmanager
def _rebuilding(site: SiteFiles, paths: list[Path]) -> Iterator[None]:
    """Rebuild in the background when a source changes or a new day begins in China."""
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(site, paths, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _watch(site: SiteFiles, paths: list[Path], stop: threading.Event) -> None:
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
            site.rebuild()
        except Exception as error:  # noqa: BLE001 - an author's next change must still be seen
            known = isinstance(error, ClausepressError)
            _say(f"error: {error if known else repr(error)}\n  the site as it was is still served")
        else:
            _say(f"rebuilt in {time.monotonic() - started:.1f} s")


def _say(message: str) -> None:
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()
