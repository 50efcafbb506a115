"""Firefox and WebKit, as far as the smoke tests need them: go to an address, ask the page.

Firefox by playwright over WebDriver BiDi; WebKitGTK by its own WebDriver (W3C WebDriver 2), on a
screen that Xvfb makes where there is none.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Playwright

from .press import free_port, wait_for


class Tab(Protocol):
    """A visitor with nothing stored, and their tab."""

    def go(self, url: str) -> None:
        """Open a page, and wait until it is loaded."""

    def ask(self, script: str) -> Any:
        """The value of a JavaScript expression, a promise's awaited."""


class MissingError(Exception):
    """The engine is not here; says how to get it."""


@contextmanager
def firefox(playwright: Playwright) -> Iterator[Callable[[], Tab]]:
    """Debian's or another Firefox. Raises MissingError."""
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if not path:
        raise MissingError("no Firefox on the path: apt install firefox-esr")
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=path)
    with closing(browser):

        class Page:
            def __init__(self) -> None:
                self._page = browser.new_context().new_page()

            def go(self, url: str) -> None:
                self._page.goto(url)

            def ask(self, script: str) -> Any:
                return self._page.evaluate(f"async () => ({script})")

        yield Page


@contextmanager
def webkit(_: Playwright) -> Iterator[Callable[[], Tab]]:
    """WebKitGTK's small browser. Raises MissingError."""
    driver = shutil.which("WebKitWebDriver")
    found = sorted(Path("/usr/lib").glob("**/webkit2gtk-4*/MiniBrowser"))
    if not driver or not found:
        raise MissingError("no WebKitGTK: apt install webkit2gtk-driver")
    screen = [] if "DISPLAY" in os.environ else ["xvfb-run", "-a"]
    if screen and not shutil.which("xvfb-run"):
        raise MissingError("no screen: apt install xvfb xauth")
    port = free_port()
    # A group of its own: xvfb-run ends neither the driver nor the screen when it is ended.
    with subprocess.Popen([*screen, driver, f"--port={port}"], start_new_session=True) as process:

        def call(method: str, path: str, body: Any = None) -> Any:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            with closing(connection):
                sent = None if body is None else json.dumps(body)
                connection.request(method, path, sent, {"Content-Type": "application/json"})
                value = json.load(connection.getresponse())["value"]
            if isinstance(value, dict) and "error" in value:
                raise RuntimeError(f"{value['error']}: {value.get('message')}")
            return value

        def ready() -> bool:
            with suppress(OSError):
                return bool(call("GET", "/status")["ready"])
            return False

        options = {"binary": str(found[0]), "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        sessions: list[str] = []

        class Page:
            def __init__(self) -> None:
                close()  # one at a time; a session forgets everything
                sessions.append(call("POST", "/session", wanted)["sessionId"])

            def go(self, url: str) -> None:
                call("POST", f"/session/{sessions[-1]}/url", {"url": url})

            def ask(self, script: str) -> Any:
                whole = f"const done = arguments[0]; Promise.resolve({script}).then(done);"
                path = f"/session/{sessions[-1]}/execute/async"
                return call("POST", path, {"script": whole, "args": []})

        def close() -> None:
            if sessions:
                call("DELETE", f"/session/{sessions.pop()}")

        try:
            wait_for(ready)
            yield Page
            close()
        finally:
            os.killpg(process.pid, 15)


ENGINES = {"firefox": firefox, "webkit": webkit}
