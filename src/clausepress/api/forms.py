"""Pages that work without JavaScript: two forms, the receipt, the error."""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import HTMLResponse

from clausepress.api.problems import Problem
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

_ACTIONS: Final = {"opt-out": "/v1/opt-outs", "cookies": "/v1/choices"}

_SHOWN: Final = {
    "id": "Receipt number",
    "kind": "Kind",
    "decision": "Decision",
    "mode": "Mode",
    "purpose": "Purpose",
    "at": "Time (UTC)",
    "policy": "Document",
    "version": "Version",
    "lang": "Language",
    "text_digest": "Text digest",
    "label": "Text on the button",
    "notice": "Receipt of the notice",
    "notice_grade": "Grade of the notice",
}
_WORDS: Final = {
    "given": "Given",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "cookies": "Cookies",
    "agreement": "Agreement",
    "consent": "Separate consent",
    "guardian-consent": "Consent of a guardian",
    "continued-use": "Continued use",
    "notice-shown": "Notice shown",
    "withdrawal": "Withdrawal",
    "personalisation-off": "Personalisation off",
    "opt-out": "Opt-out",
    "express": "Express",
    "separate": "Separate",
    "written": "In writing",
    "continued_use": "By continued use",
    "general": "General",
    "enhanced": "Enhanced",
    "just-in-time": "Just in time",
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
            _ACTIONS["opt-out"],
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
        return _form(_ACTIONS["cookies"], fields, f"<button>{label}</button>")

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
        + _form(_ACTIONS["cookies"], about | {"label": t("Save choice")}, save)
        + reference,
    )


def prefers_html(accept: str) -> bool:
    """Whether `text/html` is asked for by name, and no less than JSON (RFC 9110 section 12.5.1)."""
    quality = {"text/html": 0.0, "application/json": 0.0}
    for item in accept.lower().split(","):
        name, *parameters = [part.strip() for part in item.split(";")]
        if name in quality:
            weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
            try:
                quality[name] = float(weight)
            except ValueError:
                continue
    return 0 < quality["text/html"] >= quality["application/json"]


def one_click_form(lang: str | None) -> HTMLResponse:
    """What a one-click link shows to a person: a form that posts what a mail program would."""
    t = words(lang)
    return page(
        t,
        t("Stop promotional messages"),
        f"<p>{t('Takes effect at once. Verification codes and service notices still come.')}</p>\n"
        '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">'
        f"<div class=buttons><button>{t('Opt out')}</button></div></form>",
    )


def receipt_page(receipt: Receipt, lang: str | None) -> HTMLResponse:
    """The receipt for reading, and whole for keeping."""
    fields = receipt.fields()
    t = words(lang or fields.get("lang"))
    rows = "".join(
        _row(t(label), _value(fields[name], t)) for name, label in _SHOWN.items() if name in fields
    )
    if switches := fields.get("purposes", {}) | fields.get("services", {}):
        text = ", ".join(f"{p}: {t('Allow' if on else 'Refuse')}" for p, on in switches.items())
        rows += _row(t("Purposes"), text)
    rows += _shown(t, fields)
    for number, document in enumerate(fields.get("documents", ()), 2):
        rows += _row(
            f"{t('Document')} {number}",
            f"{document['policy']}, {document['version']}, {document['lang']}",
        )
        rows += _row(t("Text digest"), document["text_digest"]) + _shown(t, document)
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


def error_page(problem: Problem, form: str, fields: dict[str, Any]) -> HTMLResponse:
    """What went wrong with a form post, and the way back to the form of that name.

    When the store failed, the same fields may be sent again under the same key: if they were
    stored after all, they still count once.
    """
    lang, policy = str(fields.get("lang", "")), str(fields.get("policy", ""))
    t = words(lang)
    status = problem.document.status
    text = _explained(t, problem)
    body = (
        f'<p role="alert">{escape(text)}</p>\n'
        if text
        else (f'<p role="alert" lang="en">{escape(str(problem))}</p>\n')
    )
    if status == HTTPStatus.SERVICE_UNAVAILABLE and "idempotency_key" in fields:
        again = f"<div class=buttons><button>{t('Send again')}</button></div>"
        body += _form(_ACTIONS[form], fields, again) + "\n"
    own = form == "opt-out" or fields.get("kind", "cookies") == "cookies"  # or a page of the host's
    if own and policy and lang:
        back = f"/v1/forms/{form}?policy={quote(policy)}&lang={quote(lang)}"
        body += f'<p><a href="{escape(back)}">{t("Back to the form")}</a></p>'
    answer = page(t, t("Not recorded"), body, status)
    answer.headers.update(problem.headers)
    return answer


def _explained(t: Labels, problem: Problem) -> str | None:
    """The common problems in the reader's language; None for the others."""
    if problem.document.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return t("The records cannot be reached now. Send it again; it counts only once.")
    return {
        "address-not-valid": t("Check the number or address; abroad, begin with + and country."),
        "link-not-valid": t("The link is not whole. Copy it again from the mail, to its end."),
        "digest-mismatch": t("The text has changed since. Go back, read it and send again."),
        "unknown-policy": t("There is no such document here."),
        "unknown-version": t("This document has no such version in force."),
        "unknown-edition": t("This document is not published in this language."),
        "account-token-not-valid": t("Your sign-in was not recognised. Sign in again and repeat."),
        "account-token-expired": t("Your sign-in was not recognised. Sign in again and repeat."),
        "unknown-purpose": t("The choice does not fit this document. Go back and choose again."),
        "unknown-clause": t("The choice does not fit this document. Go back and choose again."),
        "unknown-notice": t("The choice does not fit this document. Go back and choose again."),
        "idempotency-mismatch": t("This page was sent before with other content. Open it anew."),
        "idempotency-key-missing": t("A part of the page is missing. Open it anew."),
    }.get(problem.slug or "")


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


def _form(action: str, hidden: Mapping[str, Any], inner: str) -> str:
    """A form with its own fresh idempotency key, unless the fields bring one along.

    Each button is a decision of its own.
    """
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(one)}">'
        for name, value in ({"idempotency_key": secrets.token_urlsafe(24)} | dict(hidden)).items()
        for one in ([value] if isinstance(value, str) else value)
    )
    return f'<form method="post" action="{action}">{fields}{inner}</form>'


def _reference(policy: Policy, version: str, lang: str, edition: Edition) -> str:
    t = words(lang)
    return (
        f'<p class="hint">{t("About")}: '
        f'<a href="/{escape(edition.url)}">{escape(edition.title)}</a> '
        f"({escape(policy.id)}, {escape(version)})<br>{escape(edition.text_digest)}</p>"
    )


def _shown(t: Labels, text: Mapping[str, Any]) -> str:
    clauses = text.get("prominent_shown")
    return _row(t("Key clauses shown"), ", ".join(clauses)) if clauses else ""


def _row(name: str, value: str) -> str:
    return f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"


def _value(value: str, t: Labels) -> str:
    return t(_WORDS[value]) if value in _WORDS else value
