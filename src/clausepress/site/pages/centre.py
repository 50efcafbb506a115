"""The policy centre: every policy by whom it is for, what comes, what changed lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from clausepress.archive.index import changes_path, edition_path
from clausepress.archive.model import Kind
from clausepress.archive.published import Library, Policy, Version
from clausepress.i18n import labels
from clausepress.site.dates import readable_lang
from clausepress.site.pages.model import Content, Page, facts
from clausepress.site.pdf import pdf_path
from clausepress.site.titles import cite
from clausepress.text.model import Clause

AUDIENCES: Mapping[Kind, str] = {
    "privacy-policy": "For everyone whose personal information is processed",
    "user-agreement": "For everyone with an account",
    "service-terms": "For users of one service",
    "notice": "On one matter",
}
"""Whom a kind of document is for (labels in the catalogs)."""

_LATELY = 5


def centre_page(library: Library, lang: str, on: dt.date, *, pdf: bool) -> Page:
    """Return the policy centre in a language.

    Args:
        library: The policies, without drafts.
        lang: The language.
        on: The day.
        pdf: Whether this build has a PDF of every edition.
    """
    policies = list(library.policies.values())
    past = sorted(_events(policies, on, past=True), reverse=True)
    known = {
        "entries": [_entry(each, lang, on, pdf=pdf) for each in policies],
        "upcoming": [_event(*each, lang) for each in sorted(_events(policies, on, past=False))],
        "lately": [_event(*each, lang) for each in past[:_LATELY]],
    }
    stated = {each.stated_in for policy in policies for each in policy.file.relations}

    def make() -> Content:
        relations = _relations(library, lang, on)
        return Content({**known, "policies": library.policies, "relations": relations})

    return Page(
        url=f"{lang}/",
        lang=lang,
        template="clausepress/home.html",
        title=labels(lang)("Policies"),
        inputs=(
            facts(known),
            facts([each.file.relations for each in policies]),
            facts(
                [
                    _shown(each, on).editions[code].text_digest
                    for each in policies
                    if each.id in stated
                    for code in sorted(_shown(each, on).editions)
                ]
            ),
        ),
        make=make,
        alternates={other: f"{other}/" for other in library.languages},
    )


def _shown(policy: Policy, on: dt.date) -> Version:
    return policy.current(on) or policy.versions[-1]


def _entry(policy: Policy, lang: str, on: dt.date, *, pdf: bool) -> dict[str, Any]:
    """A policy as the page prints it: the version in force, or the one that comes."""
    version = _shown(policy, on)
    there = lang in version.editions
    return {
        "id": policy.id,
        "title": policy.title(lang),
        "audience": AUDIENCES[policy.file.kind],
        "file": version.file,
        "status": policy.status(version, on),
        "languages": sorted(version.editions),
        "json": f"{edition_path(policy.id, version.id, lang)}edition.json" if there else "",
        "pdf": pdf_path(policy.id, version.id, lang) if there and pdf else "",
        "count": len(policy.versions),
    }


def _events(
    policies: list[Policy], on: dt.date, *, past: bool
) -> Iterator[tuple[dt.date, str, str, Policy, Version]]:
    """Versions by the day they took effect, or will; the first of a policy changed nothing."""
    for policy in policies:
        for version in policy.versions:
            day = version.file.effective_on
            if day and (day <= on) == past and not (past and version is policy.versions[0]):
                yield day, policy.id, version.id, policy, version


def _event(
    day: dt.date, _policy: str, _version: str, policy: Policy, version: Version, lang: str
) -> dict[str, Any]:
    code = readable_lang(policy, version, lang)
    return {
        "date": day,
        "policy": policy.id,
        "title": policy.title(lang),
        "version": version.id,
        "note": version.file.change_note.get(lang, ""),
        "lang": code,
        "text": edition_path(policy.id, version.id, code),
        "changes": changes_path(policy, version, code),
    }


def _relations(library: Library, lang: str, on: dt.date) -> list[dict[str, str]]:
    """Which policy prevails over which, by which clause, with the clause's own place."""
    return [
        {
            "policy": policy.id,
            "title": policy.title(lang),
            "other": relation.prevails_over,
            "other_title": library.policies[relation.prevails_over].title(lang),
            "source": relation.stated_in,
            **_cited(library.policies[relation.stated_in], relation.clause, lang, on),
        }
        for policy in library.policies.values()
        for relation in policy.file.relations
        if {relation.prevails_over, relation.stated_in} <= library.policies.keys()
    ]


def _cited(policy: Policy, name: str, lang: str, on: dt.date) -> dict[str, str]:
    """How the page names the clause of this number or id, and where it stands."""
    path, published = f"{lang}/{policy.id}/", _shown(policy, on).editions.get(lang)
    clauses = published.edition.walk() if published else ()
    called = (each for each in clauses if name in (each.id, each.number, each.number.rstrip(".")))
    # Where the text in this language has none, a number still says something, an id nothing.
    found = next(called, Clause("", name if name.replace(".", "").isdigit() else ""))
    link = f"{path}#{found.id}" if found.id else path
    return {"cited": cite(policy.title(lang), found, labels(lang)), "link": link}
