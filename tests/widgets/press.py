"""A real Clausepress server and a page of another site, for a real browser."""

import asyncio
import json
import runpy
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import Route as RoutedRequest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from clausepress.api.app import create_app, serves
from clausepress.ledger import Catalog, Keys, Ledger
from clausepress.site.widgets import built_widgets

from . import sign_up

JS = "text/javascript"
WIDGETS = Path(__file__).parents[2] / "widgets"
DEMO = runpy.run_path(str(WIDGETS / "demo" / "serve.py"))
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "require-trusted-types-for 'script'"
)
PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Page</title>
<link rel="icon" href="data:,">
<script type="module" src="{origin}/widgets/clausepress.js"></script>
<body><clausepress-cookies policy="privacy"><a href="/form">form</a></clausepress-cookies>
<main><h1>Page</h1><p><a href="#here" id="here">A link</a></p>{sms}</main></body></html>"""
SMS = '<clausepress-sms policy="privacy"><a href="/form">form</a></clausepress-sms>'

CHOICES = "**/v1/choices"
OPT_OUTS = "**/v1/opt-outs"
BLOCKED = """Object.defineProperty(window, 'localStorage', {
    get() { throw new DOMException('blocked', 'SecurityError'); } });"""


def edition(lang: str, version: str, title: str) -> dict[str, Any]:
    """An edition whose digest is made up, yet differs for each version and language."""
    return {
        "title": title,
        "url": f"{lang}/privacy/{version}/",
        "json": f"{lang}/privacy/{version}/edition.json",
        "text_digest": "sha256:" + f"{lang}{version}".encode().hex().ljust(64, "0")[:64],
        "body_digest": "sha256:" + "b" * 64,
        "source_digest": "sha256:" + "c" * 64,
        "translates": None,
        "prominent": ["marketing-sms"],
    }


def version(name: str, number: str, zh: str, en: str, status: str) -> dict[str, Any]:
    """A version in both languages."""
    return {
        "id": name,
        "number": number,
        "updated_on": name,
        "announced_on": name,
        "effective_on": name,
        "status": status,
        "material_kinds": [],
        "reduces_rights": False,
        "fee_change": False,
        "change_note": {},
        "contacts": {"email": "privacy@example.com"},
        "editions": {"zh": edition("zh", name, zh), "en": edition("en", name, en)},
    }


def policies(
    *versions: dict[str, Any], analytics: str = "分析与个性化", digest: str = ""
) -> dict[str, Any]:
    """policies.json with one policy; the first version is the current one, and what cookies are
    asked about is new in each unless a digest says otherwise."""
    return {
        "schema": "clausepress.policies/1",
        "languages": ["zh", "en"],
        "policies": [
            {
                "id": "privacy",
                "kind": "privacy-policy",
                "title": {"zh": "示例隐私政策", "en": "Example Privacy Policy"},
                "controller": {"zh": "示例公司", "en": "Example Co."},
                "prevails": "zh",
                "current": versions[0]["id"],
                "relations": [],
                "cookies": {
                    "clause": "cookie-uses",
                    "digest": digest or f"sha256:{versions[0]['id'].encode().hex():0<64}",
                    "purposes": [
                        {
                            "id": "identity",
                            "required": True,
                            "label": {"zh": "记住您的身份", "en": "Remember who you are"},
                        },
                        {
                            "id": "analytics",
                            "required": False,
                            "label": {"zh": analytics, "en": "Analysis and personalisation"},
                        },
                        {
                            "id": "adverts",
                            "required": False,
                            "label": {"zh": "广告", "en": "Advertising"},
                        },
                    ],
                },
                "sms": {"clause": "marketing-sms", "keyword": "TDexample"},
                "versions": list(versions),
            }
        ],
    }


OLD = version("2021-01-25", "202101151", "示例隐私政策", "Example Privacy Policy", "effective")
NEW = version("2026-03-01", "202603011", "示例隐私政策", "Example Privacy Policy", "effective")


class Served:
    """An ASGI app on a free port of 127.0.0.1, in a thread."""

    def __init__(self, app: Any, port: int = 0) -> None:
        self.app = app
        self.port = port
        self.start()

    def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(self.app, log_level="error", lifespan="off", access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        self._thread.start()
        wait_for(lambda: self._server.started)

    def stop(self) -> None:
        """Stop listening; every open connection is closed."""
        self._server.should_exit = True
        self._thread.join(10)

    @property
    def running(self) -> bool:
        """Whether it listens."""
        return self._thread.is_alive()

    @property
    def origin(self) -> str:
        """http://127.0.0.1:port"""
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """Poll until the condition holds, and give its value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    return value


def down(page: Page, address: str) -> list[str]:
    """From now on the server fails there. A list of the idempotency keys asked with, that grows."""
    keys: list[str] = []

    def fail(route: RoutedRequest) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.fulfill(status=503)

    page.route(address, fail)
    return keys


class Press:
    """The Clausepress server under test, and the shop that embeds its widgets."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "policies.json"
        self.built = False
        self._sources = StaticFiles(directory=WIDGETS)
        (folder / "widgets").mkdir()
        for name, content in built_widgets(WIDGETS).items():
            (folder / "widgets" / name).write_bytes(content)
        self._built = StaticFiles(directory=folder / "widgets")
        self.database = folder / "ledger.sqlite"
        self.publish(policies(OLD))
        here = free_port()
        self.demo = DEMO["server"](0, f"http://127.0.0.1:{here}")
        threading.Thread(target=self.demo.serve_forever, daemon=True).start()
        self.shop = Served(
            Starlette(
                routes=[
                    Route("/shop/{lang}", self._shop),
                    Route("/here", lambda _: HTMLResponse("")),
                    Route("/frame", lambda _: HTMLResponse("<p>frame</p>")),
                    Route("/slow.js", self._slow),
                    Route("/gated/{lang}", self._gated),
                    *sign_up.routes(lambda: self.server.origin),
                ]
            )
        )
        self.server = Served(self._app(folder), here)
        self._seen = 0

    def _app(self, folder: Path) -> Any:
        catalog = Catalog(self.file)
        keys = Keys.load(folder / "keys.json")
        self.ledger = Ledger.open(f"sqlite:///{self.database}", keys, catalog)
        api = create_app(
            self.ledger, catalog, origins=frozenset({self.shop.origin, self.demo_origin})
        )
        site = Starlette(
            routes=[
                Route("/policies.json", lambda _: FileResponse(self.file)),
                Route("/page/{lang}", self._page),
                Mount("/widgets", self._widgets),
                Route("/{path:path}", self._edition),
            ],
            middleware=[Middleware(CORSMiddleware, allow_origins=["*"])],
        )

        async def app(scope: Any, receive: Any, send: Any) -> None:
            beside = scope["type"] == "http" and not serves(scope["path"])
            await (site if beside else api)(scope, receive, send)

        return app

    async def _widgets(self, scope: Any, receive: Any, send: Any) -> None:
        """The widgets' own files, or those of a built site."""
        await (self._built if self.built else self._sources)(scope, receive, send)

    @property
    def demo_origin(self) -> str:
        """Where the demo shop is."""
        return f"http://127.0.0.1:{self.demo.server_port}"

    async def _slow(self, _: Request) -> Response:
        """A script that takes its time, so that what comes after it would overtake it."""
        await asyncio.sleep(0.2)
        return Response("note('slow ' + document.currentScript.crossOrigin)", media_type=JS)

    def _gated(self, request: Request) -> HTMLResponse:
        """A page of another site with content that waits for consent."""
        lang, query = request.path_params["lang"], request.query_params
        page = PAGE.format(lang=lang, origin=self.server.origin, sms=GATED)
        if more := query.get("attributes"):
            page = page.replace('policy="privacy"', f'policy="privacy" {more}', 1)
        csp = query.get("csp")
        headers = {"Content-Security-Policy": csp} if csp else {}
        if csp:
            page = page.replace("<script", '<script nonce="abc"')
        return HTMLResponse(page, headers=headers)

    def _shop(self, request: Request) -> HTMLResponse:
        """A page of another site."""
        lang = request.path_params["lang"]
        sms = "" if "no-sms" in request.query_params else SMS
        return HTMLResponse(PAGE.format(lang=lang, origin=self.server.origin, sms=sms))

    def _page(self, request: Request) -> HTMLResponse:
        """A page of our own site, under the strictest policy a page can have."""
        lang = request.path_params["lang"]
        return HTMLResponse(
            PAGE.format(lang=lang, origin="", sms=SMS), headers={"Content-Security-Policy": STRICT}
        )

    def _edition(self, request: Request) -> JSONResponse:
        """An edition.json."""
        found = self.editions.get(request.path_params["path"])
        return JSONResponse(found, status_code=200 if found else 404)

    def publish(self, data: dict[str, Any], editions: dict[str, Any] | None = None) -> None:
        """Replace policies.json as a build does: whole or not at all."""
        self.editions = editions or {}
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(data), encoding="utf-8")
        new.replace(self.file)

    def all_entries(self) -> list[dict[str, Any]]:
        """Every entry in the ledger."""
        with sqlite3.connect(self.database) as connection:
            rows = connection.execute("SELECT entry FROM record ORDER BY idx").fetchall()
        return [json.loads(entry) for (entry,) in rows]

    def entries(self) -> list[dict[str, Any]]:
        """The entries this test has made."""
        return self.all_entries()[self._seen :]

    def decisions(self) -> list[str]:
        """What those entries decide, in order."""
        return [entry["decision"] for entry in self.entries()]

    def opt_outs(self) -> list[dict[str, Any]]:
        """Those of them that opt out of messages."""
        return [entry for entry in self.entries() if entry["kind"] == "opt-out"]

    def close(self) -> None:
        """Stop both servers, then the ledger."""
        self.server.stop()
        self.shop.stop()
        self.demo.shutdown()
        self.demo.server_close()
        self.ledger.close()

    def fresh(self) -> None:
        """As a test expects it: running, with the first text."""
        if not self.server.running:
            self.server.start()
        self.publish(policies(OLD))
        self.built = False
        self._seen = len(self.all_entries())


GATED = """
<script>window.ran = []; window.note = (what) => ran.push(what);</script>
<script type="text/plain" data-purpose="analytics" id="one">note("one")</script>
<script type="text/plain" data-purpose="analytics" src="/slow.js"
  crossorigin="anonymous"></script>
<script type="text/plain" data-purpose="analytics" data-type="module">
  note("module " + !this)</script>
<script type="text/plain" data-purpose="adverts">note("adverts")</script>
<script type="text/plain" data-purpose="analytics adverts">note("both")</script>
<script type="text/plain" data-purpose="analytics">note("two")</script>
<template data-purpose="analytics">
  <p id="chart">chart</p><script>note("template")</script></template>
<iframe data-purpose="adverts" data-src="/frame" title="地图"></iframe>"""


WATCH = """
window.seen = []; window.violations = [];
for (const name of ['clausepress-choice', 'clausepress-receipt'])
  document.addEventListener(name, (e) => seen.push([name, e.detail]));
document.addEventListener('securitypolicyviolation', (e) =>
  violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""


class Shop:
    """A visitor's tab on the shop (or on our own site), with names for what is in it."""

    def __init__(self, page: Page, press: Press, lang: str = "zh", own: bool = False) -> None:
        self.page = page
        self.press = press
        self.url = (
            f"{press.server.origin}/page/{lang}" if own else f"{press.shop.origin}/shop/{lang}"
        )
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.add_init_script(WATCH)

    def visit(self) -> "Shop":
        """Open the page, or open it again."""
        self.page.goto(self.url)
        return self

    def requests(self) -> list[str]:
        """The files asked for from now on: a list that grows."""
        names: list[str] = []
        self.page.on("request", lambda request: names.append(request.url.rsplit("/", 1)[1]))
        return names

    @property
    def cookies(self) -> Locator:
        return self.page.locator("clausepress-cookies")

    @property
    def layer(self) -> Locator:
        return self.cookies.locator("[part~=layer]")

    @property
    def status(self) -> Locator:
        return self.cookies.get_by_role("status")

    @property
    def control(self) -> Locator:
        return self.cookies.locator("[part~=control]")

    @property
    def receipt(self) -> Locator:
        return self.status.locator("a")

    @property
    def sms(self) -> Locator:
        return self.page.locator("clausepress-sms")

    def button(self, name: str) -> Locator:
        """A button of the cookie element."""
        return self.cookies.get_by_role("button", name=name, exact=True)

    def accepted(self) -> "Shop":
        """Come here and agree: the consent is on record."""
        self.visit()
        self.button("全部同意").click()
        expect(self.receipt).to_be_visible()
        return self

    def offline(self, pattern: str = CHOICES) -> None:
        """From now on nothing gets through to these addresses."""
        self.page.route(pattern, lambda route: route.abort())

    def online(self, pattern: str = CHOICES) -> None:
        """They can be reached again, and the page is told."""
        self.page.unroute(pattern)
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def opt_out(self, number: str) -> None:
        """Have a number unsubscribed."""
        self.sms.get_by_label("手机号").fill(number)
        self.sms.get_by_role("button", name="退订", exact=True).click()

    def choice(self) -> Any:
        """What the page reads from the element."""
        return self.cookies.evaluate("e => e.choice")

    def chosen(self, decision: str) -> None:
        """Wait until the page reads this; with letters to deliver, that takes another file."""
        self.page.wait_for_function(
            "d => document.querySelector('clausepress-cookies').choice?.decision === d",
            arg=decision,
        )

    def events(self, name: str = "clausepress-choice") -> list[Any]:
        """The details of the events the page got."""
        return self.page.evaluate("n => seen.filter(e => e[0] === n).map(e => e[1])", name)

    def queue(self) -> int:
        """How many decisions wait to be delivered."""
        return self.page.evaluate(
            "Object.keys(localStorage).filter(k => k.startsWith('clausepress:queue:')).length"
        )
