"""The page that shows two editions of a version side by side, clause by clause."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from clausepress.archive.index import edition_path
from clausepress.archive.published import Policy, Version
from clausepress.compare.summary import clause_names
from clausepress.i18n import labels
from clausepress.site.figures import shown_fact
from clausepress.site.pages.model import Content, Page, TocEntry, facts
from clausepress.site.pages.shelf import Shelf
from clausepress.text.alignment.parallel import Row, Side, parallel
from clausepress.text.html import render_own
from clausepress.text.model import plain
from clausepress.text.numbers import gap

_parallel = lru_cache(maxsize=2)(parallel)  # the pages of a version follow each other
_LINK = re.compile(r'href="([^"]*)"')


def counterpart(policy: Policy, version: Version, lang: str) -> str:
    """Return the language that an edition is shown beside: the one that prevails, or for that one
    the first other; empty when the version has no other."""
    wanted = (policy.prevails(version), *sorted(version.editions))
    return next((each for each in wanted if each != lang and each in version.editions), "")


def side_by_side_path(policy: Policy, version: Version, lang: str, url: str) -> str:
    """Return the path of the page, below that of the text at ``url``; empty when there is none."""
    return f"{url}side-by-side/" if counterpart(policy, version, lang) else ""


def side_by_side_pages(shelf: Shelf, version: Version) -> Iterator[Page]:
    """Yield the pages that show a version's editions beside each other: below its permanent pages,
    and below the policy's own where it is the version shown there."""
    for lang in version.editions:
        if counterpart(shelf.policy, version, lang):
            yield _page(shelf, version, lang, shelf.series[lang].path(version))
            if version.id == shelf.shown.id:
                yield _page(shelf, version, lang, shelf.alternates()[lang])


def _page(shelf: Shelf, version: Version, lang: str, url: str) -> Page:
    """Return the page of an edition beside another; ``url`` is the path of the page of its text."""
    policy, series = shelf.policy, shelf.series[lang]
    langs = (lang, counterpart(policy, version, lang))
    here, there = (version.editions[each] for each in langs)
    paths = {
        each: side_by_side_path(policy, version, each, each + url.removeprefix(lang))
        for each in version.editions
    }
    known = {
        "langs": langs,
        "status": series.statuses[version.id],
        "in_force": series.in_force is not None,
        "prevails": policy.prevails(version),
        "text_path": url,
        "translates": [here.translates, there.translates],
    }

    def make() -> Content:
        rows = _rows(policy, version, langs)
        bases = [edition_path(policy.id, version.id, each) for each in langs]
        names = clause_names(there.edition) | clause_names(here.edition)
        shown = [
            {**_shown(row, langs, bases, paths[lang]), "id": name, "name": names.get(name, "")}
            for row, name in zip(rows, _row_ids(rows), strict=True)
        ]
        return Content({"policy": policy, "version": version, "rows": shown, **known}, _toc(rows))

    return Page(
        url=paths[lang],
        lang=lang,
        template="clausepress/side-by-side.html",
        title=labels(lang)("{title}: side by side", title=here.title),
        inputs=(
            shelf.facts,
            facts(version.file, known),
            here.text_digest,
            there.text_digest,
        ),
        make=make,
        alternates=paths,
        indexed=False,
    )


def _rows(policy: Policy, version: Version, langs: tuple[str, str]) -> list[Row]:
    """The rows in the printed order of the edition that prevails, which both pages keep to."""
    first, second = sorted(langs, key=lambda lang: lang != policy.prevails(version))
    rows = _parallel(version.editions[first].edition, version.editions[second].edition)
    return rows if langs[0] == first else [row.turned() for row in rows]


def _shown(row: Row, langs: tuple[str, str], bases: list[str], page: str) -> dict[str, Any]:
    """A row as the template prints it."""
    words = labels(langs[0])
    both = bool(row.a and row.b)
    return {
        "differs": not both or bool(row.only_a or row.only_b) or row.marked[0] != row.marked[1],
        "cells": [
            _cell(side, base, lang, page)
            for side, base, lang in zip((row.a, row.b), bases, langs, strict=True)
        ],
        "only": [[shown_fact(fact, words) for fact in only] for only in (row.only_a, row.only_b)],
        "moved": row.moved,
        "marked": row.marked,
    }


def _cell(sides: tuple[Side, ...], base: str, lang: str, page: str) -> str:
    """The clauses of one side as HTML, their links as they lead from this page."""
    label = labels(lang)("Key clause:")
    own = [render_own(side.clause, level=2 + side.depth, prominent_label=label) for side in sides]
    return led("\n".join(own), base, page)


def led(html: str, base: str, page: str) -> str:
    """Return HTML of the text at ``base`` with its links as they lead from another page."""
    return _LINK.sub(lambda found: f'href="{_led(found.group(1), base, page)}"', html)


def _led(link: str, base: str, page: str) -> str:
    """One link; one that leaves the site as it is."""
    target, mark, fragment = link.partition("#")
    if ":" in target or target.startswith("/"):
        return link
    end = "/" if not target or target.endswith("/") else ""
    path = posixpath.relpath(posixpath.join(base, target), page)
    return f"{path}{end}{mark}{fragment}"


def _row_ids(rows: list[Row]) -> list[str]:
    """The id of each row: its clause's, where both editions have one that of the first; empty where
    that is another row's."""
    first = {row.a[0].clause.id for row in rows if row.a}
    return [
        row.a[0].clause.id if row.a else "" if row.b[0].clause.id in first else row.b[0].clause.id
        for row in rows
    ]


def _toc(rows: list[Row]) -> tuple[TocEntry, ...]:
    heads = [row.a[0].clause for row in rows if row.a and not row.a[0].depth]
    titles = [(head, plain(head.heading)) for head in heads if head.heading]
    return tuple(
        TocEntry(f"{head.number}{gap(head.number, title)}{title}", head.id)
        for head, title in titles
    )
