"""The page that compares any two versions of a policy, in the browser."""

from __future__ import annotations

from typing import Any

from clausepress.compare.show_html import CLASS_WORDS
from clausepress.i18n import Labels, labels
from clausepress.site.pages.model import Content, Page, facts
from clausepress.site.pages.shelf import Shelf

_WORDS = (
    "{name}: {value}",
    "{count} times",
    "No word differs.",
    "inserted:",
    "deleted:",
    "Key clause:",
    "Previous change",
    "Next change",
    "Clause {number} moved from here",
    "Moved here from {number}",
    "Formerly {number}",
    "Table row moved: {row}",
)


def view_labels(words: Labels) -> dict[str, Any]:
    """Return the labels that ``assets/redline-view.js`` prints."""
    return {
        "lang": words.html_lang,
        "words": {each: words(each) for each in _WORDS},
        "classes": {kind: words(name) for kind, name in CLASS_WORDS.items()},
    }


def compare_page(shelf: Shelf, lang: str) -> Page:
    """Return the page: a form for readers with scripts, static comparisons for all."""
    policy, series = shelf.policy, shelf.series[lang]
    entries = [
        {
            "id": version.id,
            "effective_on": version.file.effective_on,
            "status": series.statuses[version.id],
            "path": series.path(version),
            "before": before.id if (before := series.beside(version, -1)) else "",
            "changes": series.changes(version),
            "to_current": to_current if series.is_near(version) else "",
        }
        for version in reversed(series.versions)
        for to_current in (series.to_current(version),)
    ]
    return Page(
        url=f"{lang}/{policy.id}/compare/",
        lang=lang,
        template="clausepress/compare.html",
        title=labels(lang)("{title}: compare two versions", title=policy.title(lang)),
        inputs=(shelf.facts, facts(entries)),
        make=lambda: Content(
            {"policy": policy, "entries": entries, "labels": view_labels(labels(lang))}
        ),
        alternates={
            other: f"{other}/{policy.id}/compare/"
            for other, each in shelf.series.items()
            if each.versions
        },
    )
