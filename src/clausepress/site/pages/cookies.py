"""The cookie register: what cookies are used for, as the policy states it, beside its clause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec

from clausepress.archive.index import edition_path
from clausepress.archive.model import Cookies, Purpose, Service
from clausepress.archive.published import Library, Policy
from clausepress.i18n import labels
from clausepress.site.pages.model import Content, Page, facts
from clausepress.site.pages.parallel import led
from clausepress.site.titles import cite
from clausepress.text.html import render_own


def cookies_page(library: Library, lang: str, on: dt.date) -> Page | None:
    """Return the register of every policy that asks about cookies; None when none does.

    Args:
        library: The policies, without drafts.
        lang: The language.
        on: The day.
    """
    policies = library.policies.values()
    found = [(policy, policy.file.cookies) for policy in policies if policy.file.cookies]
    if not found:
        return None
    url = f"{lang}/cookies/"
    return Page(
        url=url,
        lang=lang,
        template="clausepress/cookies.html",
        title=labels(lang)("Cookie register"),
        inputs=tuple(
            facts(each.file, each.title(lang), _text_in_force(each, lang, on)) for each, _ in found
        ),
        make=lambda: Content({"registers": [_register(*each, lang, on, url) for each in found]}),
        alternates={other: f"{other}/cookies/" for other in library.languages},
    )


def _register(
    policy: Policy, cookies: Cookies, lang: str, on: dt.date, page: str
) -> dict[str, Any]:
    return {
        "policy": policy,
        "rows": [row for purpose in cookies.purposes for row in _rows(purpose, lang)],
        **_clause(policy, cookies.clause, lang, on, page),
    }


def _rows(purpose: Purpose, lang: str) -> Iterator[dict[str, Any]]:
    """A purpose, and below it each service inside it."""
    services = () if purpose.services is msgspec.UNSET else purpose.services
    rows: tuple[Purpose | Service, ...] = (purpose, *services)
    for each in rows:
        yield {
            "label": _words(each, lang),
            "inner": each is not purpose,
            "required": purpose.required,
            "clears": () if each.clears is msgspec.UNSET else each.clears,
        }


def _words(each: Purpose | Service, lang: str) -> str:
    return each.label.get(lang) or next(iter(each.label.values()), each.id)


def _clause(policy: Policy, name: str, lang: str, on: dt.date, page: str) -> dict[str, str]:
    """The words of the clause in force that has this id, and where it stands."""
    version = policy.current(on)
    path = f"{lang}/{policy.id}/"
    found = None
    if version and lang in version.editions:
        clauses = version.editions[lang].edition.walk()
        found = next((each for each in clauses if each.id == name), None)
    if not (version and found):
        return {"clause": "", "cited": "", "link": path}
    label = labels(lang)("Key clause:")
    words = "\n".join(render_own(each, level=3, prominent_label=label) for each in found.walk())
    base = edition_path(policy.id, version.id, lang)
    return {
        "clause": led(words, base, page),
        "cited": cite(policy.title(lang), found, labels(lang)),
        "link": f"{path}#{name}",
    }


def _text_in_force(policy: Policy, lang: str, on: dt.date) -> str:
    version = policy.current(on)
    return version.editions[lang].text_digest if version and lang in version.editions else ""
