"""A page with one element, for the frame of a site that cannot run our scripts in its own pages.

A page that anyone may frame could be laid under another one, so that a click meant for that becomes
a consent. So the page is for one parent, named in its address and listed in CLAUSEPRESS_ORIGINS;
the browser refuses any other (`frame-ancestors`, CSP 3), and the script talks to no other.
"""

from html import escape
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from clausepress.api.problems import Problem
from clausepress.i18n import available_languages, labels

_ATTRIBUTES: Final = {
    "agree": ("documents", "separate", "agreed", "minors", "guardian-form", "surface"),
    "choices": ("log-key",),
    "sms": ("policy", "channel"),
}
"""What each element takes from the query. Cookies are asked about in the page that sets them."""


class Frame:
    """The endpoint.

    Args:
        origins: Whose pages may frame it.
        site: The site's URL, ending in `/`; empty when the API is beside it.
    """

    def __init__(self, origins: frozenset[str], site: str) -> None:
        self._origins = origins
        self._site = site or "/"
        parts = urlsplit(site)
        self._from = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "'self'"

    async def show(self, request: Request) -> Response:
        """The page. Raises Problem: 403 for a parent not listed, 404 for no such element."""
        element, query = request.path_params["element"], request.query_params
        if element not in _ATTRIBUTES:
            raise Problem(404, f"There are frames of: {', '.join(_ATTRIBUTES)}.")
        if (parent := query.get("parent", "")) not in self._origins:
            raise Problem(
                403,
                "Name the origin of the page around the frame: ?parent=https://www.example.com. "
                "The operator lists allowed origins in CLAUSEPRESS_ORIGINS.",
                slug="origin-not-allowed",
            )
        known = available_languages()
        lang = query["lang"] if query.get("lang") in known else known[0]
        t = labels(lang)
        given = {name: query[name] for name in _ATTRIBUTES[element] if name in query}
        given |= {"base": self._site, "api": "/v1/", "lang": lang}
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        instead = ""
        if element == "sms":  # a form is framed nowhere
            href = f"/v1/forms/opt-out?policy={quote(query.get('policy', ''))}&lang={lang}"
            label = t("Stop promotional messages")
            instead = f'<a target="_blank" href="{escape(href)}">{label}</a>'
        scripts = "".join(
            f'<script type="module" src="{escape(self._site)}widgets/{name}.js"></script>\n'
            for name in ("clausepress", "frame")
        )
        page = (
            f'<!doctype html>\n<html lang="{t.html_lang}">\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>Clausepress</title>\n{scripts}"
            f'<body data-parent="{escape(parent)}">\n'
            f"<clausepress-{element}{attributes}>{instead}</clausepress-{element}>\n</body>\n</html>\n"
        )
        policy = (
            f"default-src 'none'; script-src {self._from}; connect-src 'self' {self._from}; "
            f"base-uri 'none'; form-action 'none'; frame-ancestors {parent}; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        return HTMLResponse(page, 200, {"Content-Security-Policy": policy})
