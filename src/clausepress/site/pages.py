"""Every page of a site, worked out from the library: what is where, in which language.

Nothing here knows MkDocs; the plugin turns each `Page` into a file, the templates print it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clausepress.archive.index import edition_path
from clausepress.archive.published import Library, Policy, Published, Version
from clausepress.compare.changes import Changes, compare_editions
from clausepress.i18n import labels
from clausepress.text.model import Clause, Edition, plain
from clausepress.text.numbers import gap

_EXCERPT = 48  # characters of a prominent clause quoted in the list of key clauses


@dataclass(frozen=True, slots=True)
class TocEntry:
    """An entry of a page's contents list: a heading of the text, with those below it."""

    title: str
    id: str
    children: tuple[TocEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site.

    Attributes:
        url: Path relative to the site's root, ending in ``/``; empty for the root itself.
        lang: Its language.
        template: Template that prints it.
        title: Its title.
        alternates: Language to path of the same page in that language, itself included.
        toc: Contents list.
        body: Ready HTML of the text, when it shows one.
        data: What else the template prints.
    """

    url: str
    lang: str
    template: str
    title: str
    alternates: dict[str, str] = field(default_factory=dict)
    toc: tuple[TocEntry, ...] = ()
    body: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def site_pages(library: Library, on: dt.date, default_lang: str) -> Iterator[Page]:
    """Yield every page of the site as it stands on a day; its root is in the default language."""
    languages = library.languages
    yield Page(
        url="",
        lang=default_lang,
        template="clausepress/languages.html",
        title=labels(default_lang)("Policies"),
        data={"homes": [labels(lang) for lang in languages], "library": library},
    )
    for lang in languages:
        yield _home(library, lang, on)
        yield _choices(library, lang, on)
        for policy in library.policies.values():
            yield _current(policy, lang, languages, on)
            yield _archive(policy, lang, languages, on)
            for version in policy.versions:
                if lang in version.editions:
                    yield _edition(
                        policy,
                        version,
                        lang,
                        on,
                        url=edition_path(policy.id, version.id, lang),
                        alternates={
                            other: edition_path(policy.id, version.id, other)
                            for other in version.editions
                        },
                    )


def current_body(body: str) -> str:
    """Return a body for the policy's own page, one folder above the version's permanent page.

    Quotes in the text are escaped, so only attributes are changed.
    """
    return body.replace('href="../../', 'href="../')


def _home(library: Library, lang: str, on: dt.date) -> Page:
    entries = [
        {"policy": policy, "version": policy.current(on), "title": policy.title(lang)}
        for policy in library.policies.values()
    ]
    return Page(
        url=f"{lang}/",
        lang=lang,
        template="clausepress/home.html",
        title=labels(lang)("Policies"),
        alternates={other: f"{other}/" for other in library.languages},
        data={"entries": entries},
    )


def _choices(library: Library, lang: str, on: dt.date) -> Page:
    policies = library.policies.values()
    return Page(
        url=f"{lang}/choices/",
        lang=lang,
        template="clausepress/choices.html",
        title=labels(lang)("Your choices"),
        alternates={other: f"{other}/choices/" for other in library.languages},
        data={
            "sms": next((policy for policy in policies if policy.file.sms), None),
            "cookies": next((policy for policy in policies if policy.file.cookies), None),
            "cites": lambda policy, clause: _in_force_has(policy, lang, clause, on),
        },
    )


def _in_force_has(policy: Policy, lang: str, clause: str, on: dt.date) -> bool:
    """Whether the text in force has the clause that the newest version gives its widget."""
    version = policy.current(on)
    return bool(version and lang in version.editions and version.editions[lang].has_clause(clause))


def _current(policy: Policy, lang: str, languages: tuple[str, ...], on: dt.date) -> Page:
    """The policy's own page: the text in force, or what stands in its place."""
    url = f"{lang}/{policy.id}/"
    alternates = {other: f"{other}/{policy.id}/" for other in languages}
    version = policy.current(on) or policy.versions[-1]
    if lang in version.editions:
        return _edition(policy, version, lang, on, url=url, alternates=alternates)
    return Page(
        url=url,
        lang=lang,
        template="clausepress/no-edition.html",
        title=policy.title(lang),
        alternates=alternates,
        data={"policy": policy, "version": version},
    )


def _archive(policy: Policy, lang: str, languages: tuple[str, ...], on: dt.date) -> Page:
    return Page(
        url=f"{lang}/{policy.id}/archive/",
        lang=lang,
        template="clausepress/archive.html",
        title=labels(lang)("Versions of {title}", title=policy.title(lang)),
        alternates={other: f"{other}/{policy.id}/archive/" for other in languages},
        data={
            "policy": policy,
            "versions": [
                {
                    "version": version,
                    "status": policy.status(version, on),
                    "links": {
                        other: edition_path(policy.id, version.id, other)
                        for other in version.editions
                    },
                }
                for version in reversed(policy.versions)
            ],
        },
    )


def _edition(
    policy: Policy,
    version: Version,
    lang: str,
    on: dt.date,
    *,
    url: str,
    alternates: dict[str, str],
) -> Page:
    published = version.editions[lang]
    permanent = edition_path(policy.id, version.id, lang)
    in_force = policy.current(on)
    return Page(
        url=url,
        lang=lang,
        template="clausepress/edition.html",
        title=published.edition.title,
        alternates=alternates,
        toc=_toc(published.edition),
        body=published.body if url == permanent else current_body(published.body),
        data={
            "policy": policy,
            "version": version,
            "published": published,
            "status": policy.status(version, on),
            "in_force": in_force if in_force and lang in in_force.editions else None,
            "permanent": permanent,
            "is_permanent": url == permanent,
            "key_clauses": _key_clauses(published.edition),
            "changes": _changes(policy, version, lang),
            "missing": [other for other in policy.languages if other not in version.editions],
        },
    )


def _key_clauses(edition: Edition) -> list[dict[str, str]]:
    return [
        {
            "id": each.id,
            "number": each.number,
            "text": each.text if len(each.text) <= _EXCERPT else each.text[: _EXCERPT - 1] + "…",
        }
        for each in edition.prominent()
    ]


def _changes(policy: Policy, version: Version, lang: str) -> tuple[Version, Changes] | None:
    """The version before this one in the same language, and what changed since."""
    index = policy.versions.index(version)
    before = [each for each in policy.versions[:index] if lang in each.editions]
    if not before:
        return None
    old: Published = before[-1].editions[lang]
    return before[-1], compare_editions(old.edition, version.editions[lang].edition)


def _toc(edition: Edition) -> tuple[TocEntry, ...]:
    return tuple(_toc_entry(clause) for clause in edition.clauses if clause.heading)


def _toc_entry(clause: Clause) -> TocEntry:
    heading = plain(clause.heading)
    return TocEntry(
        title=f"{clause.number}{gap(clause.number, heading)}{heading}",
        id=clause.id,
        children=tuple(_toc_entry(child) for child in clause.children if child.heading),
    )
