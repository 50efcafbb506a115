"""The demo shop: another site, on its own origin, that embeds the widgets.

    python widgets/demo/serve.py [--port 8001] [--clausepress http://127.0.0.1:8000]

The Clausepress server must allow this origin: clausepress serve --origin http://127.0.0.1:8001
"""

import argparse
import contextlib
import sys
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).parent))
import receipts

PAGES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/en.html": ("en.html", "text/html; charset=utf-8"),
    "/sign-up.html": ("sign-up.html", "text/html; charset=utf-8"),
    "/sign-up.en.html": ("sign-up.en.html", "text/html; charset=utf-8"),
    "/shop.css": ("shop.css", "text/css; charset=utf-8"),
}
DOCUMENTS = ("user-agreement", "privacy")
WORDS = {
    "zh": ("同意并继续", "欢迎，", "注册没有完成", "回执：", "暂时无法核对，请稍后再试。"),
    "en": (
        "Agree and continue",
        "Welcome, ",
        "No account was opened",
        "Receipts: ",
        "It cannot be checked just now; please try again later.",
    ),
}


class Shop(BaseHTTPRequestHandler):
    """A few pages with the address of Clausepress put in, and the sign-up."""

    def __init__(self, clausepress: str, *args: object) -> None:
        self.clausepress = clausepress.rstrip("/")
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer one of the pages, under a policy that lets in Clausepress and nobody else."""
        name, kind = PAGES.get(urlsplit(self.path).path, ("", ""))
        if not name:
            self.send_error(404)
            return
        text = (Path(__file__).parent / name).read_text(encoding="utf-8")
        if "AGREED" in text:
            # What the page offers without JavaScript; without Clausepress it offers nothing.
            with contextlib.suppress(OSError, KeyError):
                text = text.replace("AGREED", receipts.current(self.clausepress, DOCUMENTS))
        self._answer(200, kind, text.replace("CLAUSEPRESS", self.clausepress))

    def do_POST(self) -> None:
        """Open an account (or say that one would be) if the agreement is on record."""
        size = int(self.headers.get("Content-Length") or 0)
        if self.path != "/account" or size > 100_000:
            self.send_error(404)
            return
        form = parse_qs(self.rfile.read(size).decode("utf-8", "replace"))
        lang = "en" if form.get("lang") == ["en"] else "zh"
        label, welcome, none, shown, later = WORDS[lang]
        try:
            ids = form.get("agreement") or receipts.record(
                self.clausepress, form.get("agreed", [""])[0], lang, label
            )
            receipts.check(self.clausepress, ids, DOCUMENTS)
        except receipts.NotAgreed as reason:
            status, title, text = 422, none, str(reason)
        except OSError:
            status, title, text = 503, none, later
        else:
            status, title, text = 200, welcome + form.get("name", [""])[0], shown + ", ".join(ids)
        page = (
            f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
            f'<link rel="stylesheet" href="shop.css"><title>{escape(title)}</title>'
            f"<main><h1>{escape(title)}</h1><p>{escape(text)}</p></main></html>"
        )
        self._answer(status, "text/html; charset=utf-8", page)

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src 'self'; img-src data:; script-src {self.clausepress}; "
            f"connect-src {self.clausepress}; base-uri 'none'; form-action 'self'; "
            "require-trusted-types-for 'script'",
        )
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: a demo needs no log."""


def server(port: int, clausepress: str) -> ThreadingHTTPServer:
    """The shop on 127.0.0.1; port 0 takes a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Shop, clausepress))


def main() -> None:
    """Read the options and serve until stopped."""
    parser = argparse.ArgumentParser(description="Serve the demo shop.")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--clausepress", default="http://127.0.0.1:8000", metavar="ORIGIN")
    options = parser.parse_args()
    shop = server(options.port, options.clausepress)
    print(f"Demo shop: http://127.0.0.1:{shop.server_port}/", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        shop.serve_forever()


if __name__ == "__main__":
    main()
