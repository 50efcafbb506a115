"""Sites that several files only read, built once in a process, and what serves them."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from changed_site import write_site
from reading_site import ON, write_reading_site, write_wide_site

from clausepress.site.build import build_site
from clausepress.site.safety import page_headers

ROOT = Path(__file__).parents[2]
URL = "https://policies.example/"


class Handler(SimpleHTTPRequestHandler):
    """Static files with the headers of their site, without a line for each."""

    def end_headers(self) -> None:
        for name, value in page_headers(Path(self.directory)).items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        pass


@pytest.fixture(scope="session")
def serving() -> Iterator[Callable[[Path], str]]:
    """Serve a folder until the tests end; its address ends in ``/``."""
    servers: list[ThreadingHTTPServer] = []

    def serve(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for each in servers:
        each.shutdown()
        each.server_close()


@pytest.fixture(scope="session")
def project_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own site with a URL, built strictly."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "docs").symlink_to(ROOT / "docs")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (folder / "mkdocs.yml").write_text(f"site_url: {URL}\n{config}", encoding="utf-8")
    return build_site(folder / "mkdocs.yml", strict=True)


@pytest.fixture(scope="session")
def changed_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a site whose one policy changes from version to version."""
    folder = tmp_path_factory.mktemp("changed")
    write_site(folder)
    return folder


@pytest.fixture(scope="session")
def changed_site(changed_source: Path) -> Path:
    return build_site(changed_source / "mkdocs.yml")


@pytest.fixture(scope="session")
def reading_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that asks much of the page of a text."""
    return build_site(write_reading_site(tmp_path_factory.mktemp("reading")))


@pytest.fixture(scope="session")
def wide_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a site with pages of every kind, among them hard ones."""
    folder = tmp_path_factory.mktemp("wide")
    write_wide_site(folder)
    return folder


@pytest.fixture(scope="session")
def wide_site(wide_source: Path) -> Path:
    return build_site(wide_source / "mkdocs.yml", strict=True, on=ON)
