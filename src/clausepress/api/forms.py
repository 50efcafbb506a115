"""Pages that work without JavaScript: two forms, the receipt, the error."""

import secrets
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import HTMLResponse

from clausepress.i18n import Labels, available_languages, labels
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

_SHOWN: Final = {
    "id": "Receipt number",
    "kind": "Kind",
    "decision": "Decision",
    "at": "Time (UTC)",
    "policy": "Document",
    "version": "Version",
    "lang": "Language",
    "text_digest": "Text digest",
    "label": "Text on the button",
}
_WORDS: Final = {
    "given": "Given",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "cookies": "Cookies",
    "agreement": "Agreement",
    "withdrawal": "Withdrawal",
    "personalisation-off": "Personalisation off",
    "opt-out": "Opt-out",
}
"""Labels of a record's fields, and of the values that are words."""


def words(lang: str | None) -> Labels:
    """The labels of the language asked for, or of the first there is."""
    known = available_languages()
    return labels(lang if lang in known else known[0])


def page(t: Labels, title: str, body: str, status: int = 200) -> HTMLResponse:
    """A whole page; `title` is text, `body` is HTML."""
    return HTMLResponse(
        f'<!doctype html>\n<html lang="{t.html_lang}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_CSS}</style>\n"
        f"<main>\n<h1>{escape(title)}</h1>\n{body}\n</main>\n</html>\n",
        status,
        HEADERS,
    )


def opt_out_form(catalog: Catalog, policy_id: str, lang: str) -> HTMLResponse:
    """The opt-out form for the current version; raises the catalog's refusals."""
    policy, version, edition = _text(catalog, policy_id, lang)
    t = words(lang)
    hidden = _about(policy, version, lang, edition) | {"label": t("Opt out")}
    return page(
        t,
        t("Stop promotional messages"),
        f"<p>{t('Takes effect at once. Verification codes and service notices still come.')}</p>\n"
        + _form(
            "/v1/opt-outs",
            hidden,
            f"<fieldset><legend>{t('Channel')}</legend>"
            '<label><input type="radio" name="channel" value="sms" checked> '
            f"{t('Text message')}</label>"
            f'<label><input type="radio" name="channel" value="email"> {t("E-mail")}</label>'
            "</fieldset>"
            f'<label for="address">{t("Telephone number or e-mail address")}</label>'
            '<input id="address" name="address" required maxlength="320" aria-describedby="hint">'
            '<p id="hint" class="hint">'
            f"{t('For example 13800138000, or +44 and so on for abroad')}</p>"
            f"<div class=buttons><button>{t('Opt out')}</button></div>",
        )
        + _reference(policy, version, lang, edition),
    )


def cookies_form(catalog: Catalog, policy_id: str, lang: str) -> HTMLResponse:
    """Refuse, accept, or choose one by one; raises the catalog's refusals."""
    policy, version, edition = _text(catalog, policy_id, lang)
    t = words(lang)
    purposes = policy.optional_purposes()
    reference = _reference(policy, version, lang, edition)
    if not purposes:
        return page(
            t,
            t("Cookie choice"),
            f"<p>{t('This policy has no optional use of cookies.')}</p>{reference}",
        )
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
            f'value="{value}"> {t(word)}</label>'
            for value, word in (("false", "Refuse"), ("true", "Allow"))
        )
        + "</fieldset>"
        for purpose in purposes
    )
    save = f"{rows}<div class=buttons><button>{t('Save choice')}</button></div>"
    return page(
        t,
        t("Cookie choice"),
        f"<p>{t('Optional uses start only if you allow them. Refusing costs you nothing.')}</p>\n"
        "<div class=buttons>"
        + whole("refused", "false", t("Refuse all"))
        + whole("given", "true", t("Accept all"))
        + f"</div>\n<h2>{t('Choose one by one')}</h2>\n"
        + _form("/v1/choices", about | {"label": t("Save choice")}, save)
        + reference,
    )


def receipt_page(receipt: Receipt, lang: str | None) -> HTMLResponse:
    """The receipt for reading, and whole for keeping."""
    fields = receipt.fields()
    t = words(lang or fields.get("lang"))
    rows = "".join(_row(t(label), _value(fields[name], t)) for name, label in _SHOWN.items())
    if purposes := fields.get("purposes"):
        text = ", ".join(f"{p}: {t('Allow' if on else 'Refuse')}" for p, on in purposes.items())
        rows += _row(t("Purposes"), text)
    return page(
        t,
        t("Receipt"),
        f"<p>{t('Your choice is on record. Keep the receipt: anyone can check it offline.')}</p>\n"
        f"<dl>{rows}</dl>\n"
        f'<p><a href="/v1/receipts/{receipt.id}?download=1" download>'
        f"{t('Download the receipt (JSON)')}</a></p>\n"
        f"<details><summary>{t('The whole receipt')}</summary>"
        f"<pre>{escape(receipt.to_json().decode())}</pre></details>",
    )


def error_page(status: int, detail: str, form: str, fields: dict[str, Any]) -> HTMLResponse:
    """What went wrong with a form post, and the way back to the form of that name."""
    lang, policy = str(fields.get("lang", "")), str(fields.get("policy", ""))
    t = words(lang)
    back = f"/v1/forms/{form}?policy={quote(policy)}&lang={quote(lang)}"
    link = f'<p><a href="{escape(back)}">{t("Back to the form")}</a></p>' if policy and lang else ""
    body = f'<p role="alert" lang="en">{escape(detail)}</p>\n{link}'
    return page(t, t("Not recorded"), body, status)


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
    t = words(lang)
    return (
        f'<p class="hint">{t("About")}: '
        f'<a href="/{escape(edition.url)}">{escape(edition.title)}</a> '
        f"({escape(policy.id)}, {escape(version)})<br>{escape(edition.text_digest)}</p>"
    )


def _row(name: str, value: str) -> str:
    return f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"


def _value(value: str, t: Labels) -> str:
    return t(_WORDS[value]) if value in _WORDS else value
