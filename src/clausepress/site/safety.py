"""What a page may load, run and send: its Content Security Policy (CSP 3), and headers beside it.

The policy is in every page, for hosts that send no headers of their own; ``_headers``, which static
hosts such as Netlify and Cloudflare Pages read and `clausepress serve` sends, adds what a page
cannot say of itself. A few inline scripts, the theme's and two of ours, are allowed by their
digests, worked out from the theme that is installed; they are the same on every page, so nothing
that a text smuggled in could be among them.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig

FILE = "_headers"

_THEME_SCRIPTS = ("announce", "base", "consent", "content", "palette")
_SCRIPTS = (
    *(f"partials/javascripts/{name}.html" for name in _THEME_SCRIPTS),
    "clausepress/led.html",
    "clausepress/scheme.html",
    "clausepress/unfolded.html",
)
_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL)
_FEATURES = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope"),
    *("hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
)
_SHARED = ("/widgets/*", "/policies.json", "/:lang/:policy/:version/edition.json")


def script_hashes(env: Environment, config: MkDocsConfig) -> list[str]:
    """Return the sources (CSP 3, 2.3.1) of the inline scripts that pages have."""
    values = {"config": config, "features": config.theme.get("features") or []}
    pages = (env.get_template(name).render(values) for name in _SCRIPTS)
    scripts = (script for page in pages for script in _SCRIPT.findall(page))
    return [
        f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in scripts
    ]


def page_policy(hashes: Iterable[str], api: str | None) -> str:
    """Return the policy that is in every page.

    Args:
        hashes: Sources of inline scripts.
        api: URL of the API's ``/v1/`` folder; empty when it is beside the site, None without one.
    """
    parts = urlsplit(api or "")
    own = ["'self'", f"{parts.scheme}://{parts.netloc}"] if parts.netloc else ["'self'"]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *hashes],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # the theme's icons are data of its style sheet
        "connect-src": own,
        "form-action": own,
        "base-uri": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["clausepress"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def headers_file(policy: str, root: str) -> str:
    """Return ``_headers``: headers by path, in the form that static hosts share.

    Args:
        policy: The policy of the pages.
        root: Path of the site on its host, ``/`` for the root.
    """
    # A page in another site's frame could be made to look like consent given there.
    every = {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'self'",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _FEATURES),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    blocks = {"/*": every, **{path: {"Access-Control-Allow-Origin": "*"} for path in _SHARED}}
    lines = []
    for path, headers in blocks.items():
        lines.append(root.rstrip("/") + path)
        lines += [f"  {name}: {value}" for name, value in headers.items()]
    return "\n".join(lines) + "\n"


def page_headers(site: Path) -> dict[str, str]:
    """Return the headers that every page of a built site is sent with."""
    _, *lines = (site / FILE).read_text(encoding="utf-8").splitlines()
    own = lines[: next((at for at, line in enumerate(lines) if line[:1] != " "), len(lines))]
    return dict(line.strip().split(": ", 1) for line in own)
