"""Every page of a site, worked out from the library: what is where, in which language.

Nothing here knows MkDocs; the plugin turns each `Page` into a file, the templates print it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from clausepress.archive.published import Library
from clausepress.site.pages.archive import archive_page, as_of_page
from clausepress.site.pages.centre import centre_page
from clausepress.site.pages.changes import changes_page, to_current_page
from clausepress.site.pages.choices import choices_page
from clausepress.site.pages.compare import compare_page
from clausepress.site.pages.cookies import cookies_page
from clausepress.site.pages.edition import current_page, edition_page
from clausepress.site.pages.history import history_page
from clausepress.site.pages.languages import folder_page, languages_page
from clausepress.site.pages.model import Page
from clausepress.site.pages.parallel import side_by_side_pages
from clausepress.site.pages.search import search_page
from clausepress.site.pages.shelf import Shelf, shelve
from clausepress.site.redlines import Redlines


def site_pages(
    library: Library,
    on: dt.date,
    default_lang: str,
    redlines: Redlines,
    api: str | None = "",
    *,
    pdf: bool = False,
) -> Iterator[Page]:
    """Yield every page of the site as it stands on a day; drafts have none.

    Args:
        library: The policies.
        on: The day.
        default_lang: Language of the root.
        redlines: Redlines of this build.
        api: URL of the API's ``/v1/`` folder; empty when it is beside the site, None without one.
        pdf: Whether this build has a PDF of every edition.
    """
    shown = library.public(on)
    languages = shown.languages
    yield languages_page(shown, default_lang)
    for lang in languages:
        yield centre_page(shown, lang, on, pdf=pdf)
        if register := cookies_page(shown, lang, on):
            yield register
        yield search_page(shown, lang, on)
        if api is not None:
            yield choices_page(shown, lang, on)
    for policy in shown.policies.values():
        yield folder_page(policy, default_lang)
        shelf = shelve(policy, languages, on, api, redlines, pdf=pdf)
        for lang in languages:
            yield from _policy_pages(shelf, lang)
        for version in policy.versions:
            yield from side_by_side_pages(shelf, version)


def _policy_pages(shelf: Shelf, lang: str) -> Iterator[Page]:
    series = shelf.series[lang]
    # Pages that need the same redline follow each other.
    for version in series.versions:
        yield edition_page(shelf, version, lang)
        if series.changes(version):
            yield changes_page(shelf, version, lang)
        if series.to_current(version):
            yield to_current_page(shelf, version, lang)
    yield current_page(shelf, lang)
    yield archive_page(shelf, lang)
    yield as_of_page(shelf, lang)
    if series.versions:
        yield compare_page(shelf, lang)
        yield history_page(shelf, lang)
