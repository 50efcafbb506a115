"""The demo shop: another site, on its own origin, that embeds the widgets.

    python widgets/demo/serve.py [--port 8001] [--clausepress http://127.0.0.1:8000]

The Clausepress server must allow this origin: clausepress serve --origin http://127.0.0.1:8001
"""

import argparse
import contextlib
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

PAGES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/en.html": ("en.html", "text/html; charset=utf-8"),
    "/shop.css": ("shop.css", "text/css; charset=utf-8"),
}


class Shop(BaseHTTPRequestHandler):
    """Three files, with the address of Clausepress put in."""

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
        body = text.replace("CLAUSEPRESS", self.clausepress).encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src 'self'; img-src data:; script-src {self.clausepress}; "
            f"connect-src {self.clausepress}; base-uri 'none'; form-action 'none'; "
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
