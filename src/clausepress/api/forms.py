"""Pages that work without JavaScript: two forms, the receipt, the error."""

import secrets
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import HTMLResponse

from clausepress.api.messages import words
from clausepress.ledger.catalog import Catalog, Edition, Policy
from clausepress.ledger.records import Receipt

_CSS: Final = Path(__file__).with_name("pages.css").read_text("utf-8")
_CSS_HASH: Final = b64encode(sha256(_CSS.encode()).digest()).decode()

HEADERS: Final = {
    "Cache-Control": "private, no-store",  # each page holds fresh keys, or a person's receipt
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_CSS_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Under no-referrer a browser would post our own form with "Origin: null" (Fetch standard,
    # "append a request Origin header") and the origin check would refuse it.
    "Referrer-Policy": "same-origin",
}

_SHOWN: Final = (
    "id",
    "kind",
    "decision",
    "at",
    "policy",
    "version",
    "lang",
    "text_digest",
    "label",
)


def page(lang: str, title: str, body: str, status: int = 200) -> HTMLResponse:
    """A whole page; `title` is text, `body` is HTML."""
    return HTMLResponse(
        f'<!doctype html>\n<html lang="{escape(lang)}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_CSS}</style>\n"
        f"<main>\n<h1>{escape(title)}</h1>\n{body}\n</main>\n</html>\n",
        status,
        HEADERS,
    )


def opt_out_form(catalog: Catalog, policy_id: str, lang: str) -> HTMLResponse:
    """The opt-out form for the current version; raises the catalog's refusals."""
    policy, version, edition = _text(catalog, policy_id, lang)
    chosen, w = words(lang)
    hidden = _about(policy, version, lang, edition) | {"label": w["opt_out"]}
    return page(
        chosen,
        w["opt_out_title"],
        f"<p>{w['opt_out_intro']}</p>\n"
        + _form(
            "/v1/opt-outs",
            hidden,
            f"<fieldset><legend>{w['channel']}</legend>"
            f'<label><input type="radio" name="channel" value="sms" checked> {w["sms"]}</label>'
            f'<label><input type="radio" name="channel" value="email"> {w["email"]}</label>'
            "</fieldset>"
            f'<label for="address">{w["address"]}</label>'
            '<input id="address" name="address" required maxlength="320" aria-describedby="hint">'
            f'<p id="hint" class="hint">{w["address_hint"]}</p>'
            f"<div class=buttons><button>{w['opt_out']}</button></div>",
        )
        + _reference(policy, version, lang, edition),
    )


def cookies_form(catalog: Catalog, policy_id: str, lang: str) -> HTMLResponse:
    """Refuse, accept, or choose one by one; raises the catalog's refusals."""
    policy, version, edition = _text(catalog, policy_id, lang)
    chosen, w = words(lang)
    purposes = policy.optional_purposes()
    reference = _reference(policy, version, lang, edition)
    if not purposes:
        return page(chosen, w["cookies_title"], f"<p>{w['cookies_none']}</p>{reference}")
    # One random subject for the page: whichever button is pressed, it is the same person.
    about = _about(policy, version, lang, edition) | {
        "kind": "cookies",
        "mode": "express",
        "subject": secrets.token_urlsafe(24),
    }

    def whole(decision: str, allowed: str, label: str) -> str:
        fields = about | {"decision": decision, "label": label}
        fields |= {f"purposes.{purpose.id}": allowed for purpose in purposes}
        return _form("/v1/choices", fields, f"<button>{label}</button>")

    rows = "".join(
        f"<fieldset><legend>{escape(purpose.label.get(lang, purpose.id))}</legend>"
        + "".join(
            f'<label><input type="radio" required name="purposes.{escape(purpose.id)}" '
            f'value="{value}"> {w[word]}</label>'
            for value, word in (("false", "refuse"), ("true", "allow"))
        )
        + "</fieldset>"
        for purpose in purposes
    )
    save = f"{rows}<div class=buttons><button>{w['save']}</button></div>"
    return page(
        chosen,
        w["cookies_title"],
        f"<p>{w['cookies_intro']}</p>\n<div class=buttons>"
        + whole("refused", "false", w["refuse_all"])
        + whole("given", "true", w["accept_all"])
        + f"</div>\n<h2>{w['by_purpose']}</h2>\n"
        + _form("/v1/choices", about | {"label": w["save"]}, save)
        + reference,
    )


def receipt_page(receipt: Receipt, lang: str | None) -> HTMLResponse:
    """The receipt for reading, and whole for keeping."""
    fields = receipt.fields()
    chosen, w = words(lang or fields.get("lang"))
    rows = "".join(_row(w[name], _value(fields[name], w)) for name in _SHOWN)
    if purposes := fields.get("purposes"):
        text = ", ".join(f"{p}: {w['allow' if on else 'refuse']}" for p, on in purposes.items())
        rows += _row(w["purposes"], text)
    return page(
        chosen,
        w["receipt_title"],
        f"<p>{w['receipt_intro']}</p>\n<dl>{rows}</dl>\n"
        f'<p><a href="/v1/receipts/{receipt.id}?download=1" download>{w["download"]}</a></p>\n'
        f"<details><summary>{w['receipt_json']}</summary>"
        f"<pre>{escape(receipt.to_json().decode())}</pre></details>",
    )


def error_page(status: int, detail: str, form: str, fields: dict[str, Any]) -> HTMLResponse:
    """What went wrong with a form post, and the way back to the form of that name."""
    lang, policy = str(fields.get("lang", "")), str(fields.get("policy", ""))
    chosen, w = words(lang)
    back = f"/v1/forms/{form}?policy={quote(policy)}&lang={quote(lang)}"
    link = f'<p><a href="{escape(back)}">{w["back"]}</a></p>' if policy and lang else ""
    body = f'<p role="alert" lang="en">{escape(detail)}</p>\n{link}'
    return page(chosen, w["error_title"], body, status)


def with_decision(fields: dict[str, Any]) -> dict[str, Any]:
    """Form fields with the decision that radio buttons alone cannot state.

    The form that asks purpose by purpose has one button, so what was decided follows from them.
    """
    if fields.get("kind") != "cookies" or "decision" in fields:
        return fields
    allowed = any(v == "true" for name, v in fields.items() if name.startswith("purposes."))
    return fields | {"decision": "given" if allowed else "refused"}


def _text(catalog: Catalog, policy_id: str, lang: str) -> tuple[Policy, str, Edition]:
    version, edition = catalog.edition(policy_id, None, lang)
    return catalog.policy(policy_id), version, edition


def _about(policy: Policy, version: str, lang: str, edition: Edition) -> dict[str, str]:
    return {
        "policy": policy.id,
        "version": version,
        "lang": lang,
        "text_digest": edition.text_digest,
        "surface": "form",
    }


def _form(action: str, hidden: dict[str, str], inner: str) -> str:
    """A form with its own fresh idempotency key: each button is a decision of its own."""
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in (hidden | {"idempotency_key": secrets.token_urlsafe(24)}).items()
    )
    return f'<form method="post" action="{action}">{fields}{inner}</form>'


def _reference(policy: Policy, version: str, lang: str, edition: Edition) -> str:
    _, w = words(lang)
    return (
        f'<p class="hint">{w["about"]}: '
        f'<a href="/{escape(edition.url)}">{escape(edition.title)}</a> '
        f"({escape(policy.id)}, {escape(version)})<br>{escape(edition.text_digest)}</p>"
    )


def _row(name: str, value: str) -> str:
    return f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"


def _value(value: str, w: Any) -> str:
    return w.get(value, value) if value in {"given", "refused", "withdrawn"} else str(value)
