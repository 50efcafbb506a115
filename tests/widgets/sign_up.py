"""A site with a sign-up form: real texts to agree to, and a server that keeps what is posted."""

import datetime as dt
import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from playwright.sync_api import Locator, Page
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from clausepress.archive.index import edition_json, policies_json
from clausepress.archive.library import load_library

TERMS = {
    "zh": """---
title: 示例服务协议
---

## 1. 总则 {{#general}}

1.1 本协议适用于全部用户。 {{#scope}}

1.2 **<u>因用户自身原因造成的损失，由用户承担{more}。</u>** {{#loss}}

1.3 **<u>争议由被告住所地法院管辖。</u>** {{#court}}
""",
    "en": """---
title: Example Terms
---

## 1. General {{#general}}

1.1 These terms bind every user. {{#scope}}

1.2 **<u>You bear losses that you caused yourself{more}.</u>** {{#loss}}

1.3 **<u>Disputes go to the court of the defendant.</u>** {{#court}}
""",
}
PRIVACY = {
    "zh": """---
title: 示例隐私政策
---

## 1. 信息 {{#data}}

1.1 我们处理您的联系方式。 {{#contact}}

1.2 **<u>向境外提供信息的，我们另行征得您的同意{more}。</u>** {{#transfer}}

1.3 **<u>推广信息须经您同意后发送。</u>** {{#marketing}}
""",
    "en": """---
title: Example Privacy Policy
---

## 1. Data {{#data}}

1.1 We process how to reach you. {{#contact}}

1.2 **<u>We ask you separately before data goes abroad{more}.</u>** {{#transfer}}

1.3 **<u>We send offers only if you agree.</u>** {{#marketing}}
""",
}
TODAY = dt.date(2026, 6, 1)

PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Sign up</title>
<link rel="icon" href="data:,">
<script type="module" src="{origin}/widgets/clausepress.js"></script>
<main><h1>Sign up</h1>
<form method="post" action="/account">
<p><label>Name <input name="name" required></label></p>
<fieldset>
<clausepress-agree {attributes}>
<label><input type="checkbox" name="agreed" value="plain" required> I agree</label>
<button name="plain" value="yes">Plain button</button>
</clausepress-agree>
</fieldset>
<p><button type="reset">Reset</button></p>
</form></main></html>"""
FILES: dict[str, str] = {}
"""What lies at /app/, put there by a test."""
USUAL = 'name="agreement" documents="terms privacy"'


def write_docs(folder: Path, *, versions: int = 1, more: str = "") -> Path:
    """Terms with one version or two, and a privacy policy with one; `more` goes into the newest."""
    _write(folder, "terms", TERMS, [("1", "2024-01-01", ""), ("2", "2026-01-01", more)][:versions])
    _write(folder, "privacy", PRIVACY, [("1", "2024-01-01", more)])
    return folder


def _write(folder: Path, name: str, texts: dict[str, str], versions: list[Any]) -> None:
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    facts = {"id": name, "kind": "service-terms", "prevails": "zh"}
    (home / "policy.yml").write_text(json.dumps(facts), encoding="utf-8")
    for number, day, more in versions:
        here = home / number
        here.mkdir(exist_ok=True)
        dates = {"announced_on": day, "effective_on": day}
        version = {"id": number, "number": f"N{number}"} | dates
        (here / "version.yml").write_text(json.dumps(version), encoding="utf-8")
        for lang, text in texts.items():
            (here / f"{lang}.md").write_text(text.format(more=more), encoding="utf-8")


def published(docs: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a build publishes: policies.json, and each edition.json by its address."""
    library = load_library(docs)
    policies = json.loads(policies_json(library, TODAY))
    editions = {
        f"{lang}/{policy.id}/{version.id}/edition.json": json.loads(
            edition_json(policy, version, lang)
        )
        for policy in library.policies.values()
        for version in policy.versions
        for lang in version.editions
    }
    return policies, editions


def routes(origin: Callable[[], str]) -> list[Route]:
    """The sign-up page, its attributes and language given by the query, and where it posts to."""

    def page(request: Request) -> HTMLResponse:
        query = request.query_params
        attributes = query.get("attributes", USUAL)
        text = PAGE.format(lang=query.get("lang", "zh"), origin=origin(), attributes=attributes)
        return HTMLResponse(text)

    async def account(request: Request) -> JSONResponse:
        return JSONResponse(parse_qsl((await request.body()).decode()))

    def app(request: Request) -> Response:
        name = request.path_params["name"]
        return Response(FILES[name], media_type="text/javascript" if name else "text/html")

    return [
        Route("/sign-up", page),
        Route("/app/{name:path}", app),
        Route("/account", account, methods=["POST"]),
        Route("/away", lambda _: HTMLResponse(escape("left"))),
    ]


class SignUp:
    """A visitor's tab on the sign-up page."""

    def __init__(self, page: Page, press: Any) -> None:
        self.page = page
        self.press = press
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.add_init_script(
            """window.told = [];
            for (const name of ['clausepress-agree', 'clausepress-receipt', 'clausepress-refuse'])
              document.addEventListener(name, (e) => told.push([name, e.detail]));"""
        )

    def visit(self, attributes: str = USUAL, lang: str = "zh") -> "SignUp":
        """Open the page and fill in what is not about agreeing."""
        query = urlencode({"attributes": attributes, "lang": lang})
        self.page.goto(f"{self.press.shop.origin}/sign-up?{query}")
        self.page.get_by_label("Name", exact=True).fill("tea")
        return self

    @property
    def element(self) -> Locator:
        return self.page.locator("clausepress-agree")

    @property
    def box(self) -> Locator:
        return self.element.locator("#agree")

    @property
    def status(self) -> Locator:
        return self.element.get_by_role("status")

    @property
    def go(self) -> Locator:
        return self.element.locator("[part~=agree]")

    @property
    def no(self) -> Locator:
        return self.element.locator("[part~=refuse]")

    def posted(self) -> list[list[str]]:
        """What the site's server got, once the form has gone."""
        self.page.wait_for_url("**/account")
        return json.loads(self.page.locator("body").inner_text())  # type: ignore[no-any-return]

    def told(self, name: str) -> list[Any]:
        """The details of the events the page got."""
        return self.page.evaluate("n => told.filter(e => e[0] === n).map(e => e[1])", name)  # type: ignore[no-any-return]
