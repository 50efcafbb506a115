"""The pages for addresses that are none: one at the root in every language, where a host cannot
know which is wanted, and one in each language's folder, for hosts that look for the nearest."""

from __future__ import annotations

from collections.abc import Iterable

from clausepress.i18n import labels
from clausepress.site.pages.model import Content, Page

NOT_FOUND = "404.html"


def not_found_pages(languages: Iterable[str]) -> dict[str, str]:
    """Return path to language of those in the folders."""
    return {f"{lang}/{NOT_FOUND}": lang for lang in languages}


def not_found_page(languages: Iterable[str], lang: str) -> Page:
    """Return the page of a language's folder.

    Args:
        languages: Languages of the site, to whose policy centres it leads.
        lang: Its own.
    """
    return Page(
        url=f"{lang}/{NOT_FOUND}",
        lang=lang,
        template=NOT_FOUND,
        title=labels(lang)("There is no such page"),
        inputs=(),
        make=Content,
        alternates={other: f"{other}/" for other in languages},
        indexed=False,
    )
