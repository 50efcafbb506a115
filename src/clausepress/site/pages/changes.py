"""Redline pages: a version against the one before it, an older one against the one in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clausepress.archive.published import Version
from clausepress.compare.show_html import CLASS_WORDS, render_parts
from clausepress.compare.summary import Summary
from clausepress.i18n import labels
from clausepress.site.notices import KINDS, told_facts
from clausepress.site.pages.model import Content, Page, TocEntry, facts
from clausepress.site.pages.shelf import Shelf
from clausepress.site.series import Series

_NOTES = 10  # change notes on a page that spans many versions: those of the newest


def changes_page(shelf: Shelf, version: Version, lang: str) -> Page:
    """Return the page that compares a version with the one before it."""
    series = shelf.series[lang]
    before = series.beside(version, -1)
    assert before  # noqa: S101 - a first version has no such page
    after = series.beside(version, 1)
    return _redline_page(
        shelf,
        before,
        version,
        url=series.changes(version),
        title=labels(lang)(
            "{title}: what changed in version {version}",
            title=shelf.policy.title(lang),
            version=version.id,
        ),
        told=[version],
        paths={
            "earlier": series.changes(before),
            "later": series.changes(after) if after else "",
            "to_current": series.to_current(before),
        },
        alternates={
            other: path
            for other, each in shelf.series.items()
            if version.id in each.places and (path := each.changes(version))
        },
        series=series,
    )


def to_current_page(shelf: Shelf, version: Version, lang: str) -> Page:
    """Return the page that compares an older version with the one in force."""
    series = shelf.series[lang]
    assert series.in_force  # noqa: S101 - else there is no such page
    url = series.to_current(version)
    title = labels(lang)(
        "{title}: version {version} and the text in force",
        title=shelf.policy.title(lang),
        version=version.id,
    )
    alternates = {
        other: path
        for other, each in shelf.series.items()
        if version.id in each.places and (path := each.to_current(version))
    }
    if not series.is_near(version):
        return _far_page(shelf, version, url=url, title=title, alternates=alternates, series=series)
    return _redline_page(
        shelf,
        version,
        series.in_force,
        url=url,
        title=title,
        told=series.since(version),
        paths={"earlier": "", "later": "", "to_current": ""},
        alternates=alternates,
        series=series,
    )


def _far_page(
    shelf: Shelf,
    version: Version,
    *,
    url: str,
    title: str,
    alternates: dict[str, str],
    series: Series,
) -> Page:
    """Return the page of a version many versions old: the ways to compare it. It names no newer
    version but the next, so it stays as it is."""
    after = series.beside(version, 1)
    data = {
        "version": version.id,
        "path": series.path(version),
        "next": after.id if after else "",
        "changes": series.changes(after) if after else "",
    }
    return Page(
        url=url,
        lang=series.lang,
        template="clausepress/far.html",
        title=title,
        inputs=(shelf.facts, facts(data)),
        make=lambda: Content({"policy": shelf.policy, **data}),
        alternates=alternates,
        indexed=False,
    )


def _redline_page(
    shelf: Shelf,
    old: Version,
    new: Version,
    *,
    url: str,
    title: str,
    told: Sequence[Version],
    paths: dict[str, str],
    alternates: dict[str, str],
    series: Series,
) -> Page:
    """Return a redline page.

    Args:
        shelf: The policy.
        old: The version before.
        new: The version now.
        url: Path of the page.
        title: Its title.
        told: The versions whose notes it tells, oldest first.
        paths: Pages it leads to.
        alternates: Language to path.
        series: The versions in the language of the page.
    """
    lang = series.lang
    before, now = old.editions[lang], new.editions[lang]
    kinds = [kind for kind in KINDS if any(kind in each.file.material_kinds for each in told)]
    known: dict[str, Any] = {
        **paths,
        "kinds": kinds,
        "notes": [
            {
                "version": each.id,
                "facts": told_facts(each, lang),
                "text": each.file.change_note.get(lang, ""),
            }
            for each in reversed(told[-_NOTES:])
        ],
        "untold": len(told) - len(told[-_NOTES:]),
        "old_status": series.statuses[old.id],
        "new_status": series.statuses[new.id],
        "old_path": series.path(old),
        "new_path": series.path(new),
    }

    def make() -> Content:
        found = shelf.redlines.redline(before, now)
        summary = shelf.redlines.summary(before, now)
        parts = render_parts(found, before.edition, now.edition, words=labels(lang))
        data = {
            "policy": shelf.policy,
            "old": old,
            "new": new,
            "summary": summary,
            "counts": parts.counts,
            "folded": parts.folded,
            "words": CLASS_WORDS,
            "kind_words": KINDS,
        }
        return Content({**known, **data}, _toc(summary), parts.text)

    return Page(
        url=url,
        lang=lang,
        template="clausepress/changes.html",
        title=title,
        inputs=(
            shelf.facts,
            facts(old.file, new.file, known),
            before.text_digest,
            now.text_digest,
        ),
        make=make,
        alternates=alternates,
        indexed=False,
    )


def _toc(summary: Summary) -> tuple[TocEntry, ...]:
    """The changed clauses: what a reader steps through."""
    return tuple(
        TocEntry(each.name, each.anchor()) for each in summary.changes if each.hunks and each.name
    )
