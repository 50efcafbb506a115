"""The page that tells in which versions each clause changed."""

from __future__ import annotations

from itertools import pairwise

from clausepress.compare.history import Event, clause_histories, removals
from clausepress.compare.show_html import CLASS_WORDS
from clausepress.i18n import labels
from clausepress.site.pages.model import Content, Page, facts
from clausepress.site.pages.shelf import Shelf


def history_page(shelf: Shelf, lang: str) -> Page:
    """Return the history of every clause of the newest version in a language."""
    policy, series = shelf.policy, shelf.series[lang]
    newest, first = series.versions[-1], series.versions[0]
    for before, version in pairwise(series.versions):
        shelf.redlines.hold(before.editions[lang], version.editions[lang])

    def make() -> Content:
        summaries = [
            (version.id, shelf.redlines.summary(before.editions[lang], version.editions[lang]))
            for version in reversed(series.versions)
            if (before := series.beside(version, -1))
        ]
        clauses = clause_histories(newest.editions[lang].edition, summaries)
        versions = {version.id: version for version in series.versions}
        return Content(
            {
                "policy": policy,
                "newest": newest,
                "first": first,
                "changed": [each for each in clauses if each.events],
                "unchanged": [each for each in clauses if not each.events],
                "removed": _anchored(removals(summaries), {each.id for each in clauses}),
                "versions": versions,
                "changes": {version.id: series.changes(version) for version in series.versions},
                "paths": {version.id: series.path(version) for version in series.versions},
                "older": {
                    version.id: series.path(before)
                    for version in series.versions
                    if (before := series.beside(version, -1))
                },
                "words": CLASS_WORDS,
            }
        )

    return Page(
        url=f"{lang}/{policy.id}/history/",
        lang=lang,
        template="clausepress/history.html",
        title=labels(lang)("{title}: history of the clauses", title=policy.title(lang)),
        inputs=(
            shelf.facts,
            facts(
                [
                    (each.id, each.file.effective_on, each.editions[lang].text_digest)
                    for each in series.versions
                ]
            ),
        ),
        make=make,
        alternates={
            other: f"{other}/{policy.id}/history/"
            for other, each in shelf.series.items()
            if each.versions
        },
    )


def _anchored(removed: tuple[Event, ...], taken: set[str]) -> list[tuple[str, Event]]:
    """Each removed clause with the id that leads to it; empty where that leads elsewhere."""
    found = []
    for event in removed:
        name = event.change.old.id if event.change.old else ""
        found.append(("" if name in taken else name, event))
        taken.add(name)
    return found
