"""The list of a policy's versions, and the page that tells what applied on a day."""

from __future__ import annotations

from clausepress.archive.index import edition_path
from clausepress.i18n import labels
from clausepress.site.as_of import as_of_rows
from clausepress.site.pages.model import Content, Page, facts
from clausepress.site.pages.shelf import Shelf


def archive_page(shelf: Shelf, lang: str) -> Page:
    """Return the list of versions, newest first, each with its pages."""
    policy, series = shelf.policy, shelf.series[lang]
    known = [
        {
            "status": series.statuses[version.id],
            "links": {
                other: edition_path(policy.id, version.id, other) for other in version.editions
            },
            "changes": series.changes(version),
            "to_current": series.to_current(version),
        }
        for version in policy.versions
    ]

    def make() -> Content:
        rows = zip(policy.versions, known, strict=True)
        versions = [{"version": version, **row} for version, row in rows]
        return Content({"policy": policy, "versions": versions[::-1]})

    return Page(
        url=f"{lang}/{policy.id}/archive/",
        lang=lang,
        template="clausepress/archive.html",
        title=labels(lang)("Versions of {title}", title=policy.title(lang)),
        inputs=(shelf.facts, facts([version.file for version in policy.versions], known)),
        make=make,
        alternates=shelf.alternates("archive/"),
    )


def as_of_page(shelf: Shelf, lang: str) -> Page:
    """Return the page that answers what applied on a day."""
    policy = shelf.policy
    rows = as_of_rows(policy, lang, shelf.on)
    return Page(
        url=f"{lang}/{policy.id}/as-of/",
        lang=lang,
        template="clausepress/as-of.html",
        title=labels(lang)("What applied when: {title}", title=policy.title(lang)),
        inputs=(
            shelf.facts,
            facts([(row.version.file, row.period, row.lang, row.path) for row in rows]),
        ),
        make=lambda: Content({"policy": policy, "rows": rows}),
        alternates=shelf.alternates("as-of/"),
    )
