"""The page of a text: permanent for each version, and the policy's own for the one in force."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from unicodedata import east_asian_width

from clausepress.archive.index import edition_path
from clausepress.archive.published import Published, Version
from clausepress.compare.relocation import Relocated, relocations
from clausepress.compare.summary import clause_names
from clausepress.i18n import labels
from clausepress.site.notices import corrected
from clausepress.site.pages.model import Content, Page, TocEntry, facts
from clausepress.site.pages.parallel import side_by_side_path
from clausepress.site.pages.shelf import Shelf
from clausepress.site.pdf import pdf_path
from clausepress.site.series import Series
from clausepress.text.definitions import defined_terms
from clausepress.text.model import Clause, Edition, plain
from clausepress.text.numbers import gap
from clausepress.text.reading import length

_ANCHOR = re.compile(r' id="([^"]+)"')
_EXCERPT = 96  # columns of a key clause quoted in the list of them, two for a Han character


def edition_page(shelf: Shelf, version: Version, lang: str) -> Page:
    """Return the permanent page of a version."""
    alternates = {
        other: edition_path(shelf.policy.id, version.id, other) for other in version.editions
    }
    return _edition(shelf, version, lang, alternates[lang], alternates)


def current_page(shelf: Shelf, lang: str) -> Page:
    """Return the policy's own page: the text in force, or what stands in its place."""
    policy = shelf.policy
    alternates = shelf.alternates()
    version = shelf.shown
    if lang in version.editions:
        return _edition(shelf, version, lang, alternates[lang], alternates)
    return Page(
        url=alternates[lang],
        lang=lang,
        template="clausepress/no-edition.html",
        title=policy.title(lang),
        inputs=(shelf.facts, version.id, facts({k: v.title for k, v in version.editions.items()})),
        make=lambda: Content({"policy": policy, "version": version}),
        alternates=alternates,
        without=_without(version, alternates),
    )


def current_body(body: str) -> str:
    """Return a body for the policy's own page, one folder above the version's permanent page.

    Quotes in the text are escaped, so only attributes are changed.
    """
    return body.replace('href="../../', 'href="../')


def _edition(
    shelf: Shelf, version: Version, lang: str, url: str, alternates: dict[str, str]
) -> Page:
    policy, series = shelf.policy, shelf.series[lang]
    published, before = version.editions[lang], series.beside(version, -1)
    permanent, status = series.path(version), series.statuses[version.id]
    known = {
        "status": status,
        "in_force": series.in_force is not None,
        "permanent": permanent,
        "is_permanent": url == permanent,
        "changes_path": series.changes(version),
        "to_current": series.to_current(version),
        "links": shelf.histories[lang].links(url),
        "missing": [other for other in policy.languages if other not in version.editions],
        "prevails": policy.prevails(version),
        "corrections": _corrections(series, version),
        "manifest": f"archive/{policy.id}/{version.id}/manifest.json" if version.manifest else "",
        "controller": policy.controller(version).get(lang, ""),
        "translations": [
            other
            for other, each in version.editions.items()
            if each.translates == f"{version.id} {lang}"
        ],
        "beside": side_by_side_path(policy, version, lang, url),
        "pdf": pdf_path(policy.id, version.id, lang) if shelf.pdf else "",
    }
    # Links to a version's permanent page lead to its own clauses, others to those of any version.
    earlier = () if url == permanent else series.until(version)

    def make() -> Content:
        edition = published.edition
        data = {
            "policy": policy,
            "version": version,
            "published": published,
            "before": before,
            "summary": _summary(shelf, before, published, lang),
            "key_clauses": _key_clauses(edition),
            "length": length(edition),
            "terms": defined_terms(edition),
            "names": clause_names(edition),
            "relocated": _relocated(shelf, earlier, lang, published.body),
        }
        body = published.body if url == permanent else current_body(published.body)
        return Content({**known, **data}, _toc(edition), body)

    return Page(
        url=url,
        lang=lang,
        template="clausepress/edition.html",
        title=published.title,
        inputs=(
            shelf.facts,
            facts(version.file, known, published.translates),
            published.text_digest,
            published.body_digest,
            facts(before.id, before.editions[lang].text_digest) if before else "",
            facts([(each.id, each.editions[lang].text_digest) for each in earlier]),
        ),
        make=make,
        alternates=alternates,
        without=_without(version, alternates),
        canonical=f"{lang}/{policy.id}/" if url == permanent and version is shelf.shown else "",
        indexed=status not in ("superseded", "archived"),
    )


def _without(version: Version, alternates: dict[str, str]) -> tuple[str, ...]:
    return tuple(other for other in alternates if other not in version.editions)


def _corrections(series: Series, version: Version) -> list[dict[str, str]]:
    """Sentences on what a version corrects and what corrects it, each with the other's page."""
    t, lang = labels(series.lang), series.lang
    found = []
    if other := version.file.corrects:
        told = corrected(t("It corrects version {version}", version=other), version, lang)
        found.append({"text": told, "path": edition_path(series.policy.id, other, lang)})
    if later := series.corrections.get(version.id):
        told = corrected(t("Corrected by version {version}", version=later.id), later, lang)
        found.append({"text": told, "path": series.path(later)})
    return found


def _summary(shelf: Shelf, before: Version | None, published: Published, lang: str) -> object:
    return shelf.redlines.summary(before.editions[lang], published) if before else None


def _relocated(
    shelf: Shelf, versions: Sequence[Version], lang: str, body: str
) -> tuple[Relocated, ...]:
    """The clauses that earlier versions had and the last one's body has no anchor for."""
    summaries = (
        (now.id, shelf.redlines.summary(before.editions[lang], now.editions[lang]))
        for before, now in pairwise(versions)
    )
    return relocations(summaries, set(_ANCHOR.findall(body)))


def _key_clauses(edition: Edition) -> list[dict[str, str]]:
    return [
        {
            "id": each.id,
            "number": each.number,
            "text": _excerpt(each.text),
        }
        for each in edition.prominent()
    ]


def _excerpt(text: str) -> str:
    columns = accumulate(1 + (east_asian_width(char) in "WF") for char in text)
    fits = sum(column < _EXCERPT for column in columns)
    return text if len(text) <= fits + 1 else text[:fits] + "…"


def _toc(edition: Edition) -> tuple[TocEntry, ...]:
    return tuple(_toc_entry(clause) for clause in edition.clauses if clause.heading)


def _toc_entry(clause: Clause) -> TocEntry:
    heading = plain(clause.heading)
    return TocEntry(
        title=f"{clause.number}{gap(clause.number, heading)}{heading}",
        id=clause.id,
        children=tuple(_toc_entry(child) for child in clause.children if child.heading),
    )
