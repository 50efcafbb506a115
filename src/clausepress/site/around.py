"""What stands around a page's own content: policies, notices, the cookies' first layer, links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clausepress.archive.published import Library
from clausepress.i18n import available_languages, labels
from clausepress.site.dates import Site
from clausepress.site.first_layer import first_layer
from clausepress.site.notices import Notice, notices
from clausepress.site.outputs import feed_links
from clausepress.site.pages.model import Content, Page, facts


@dataclass(frozen=True, slots=True)
class Around:
    """What the pages of a build share.

    Attributes:
        library: The policies, without drafts.
        site: The site.
        standing: The line on every page, per language.
        api: URL of the API's ``/v1/`` folder; empty when it is beside the site, None without one.
        lean: Whether our pages do without the rest of the theme.
        notices: Notices per language.
        layers: The cookies' first layer per language; None where nothing is asked.
        told: What these print, per language, as an input of pages.
    """

    library: Library
    site: Site
    standing: Mapping[str, str]
    api: str | None
    lean: bool
    notices: Mapping[str, list[Notice]]
    layers: Mapping[str, dict[str, Any] | None]
    told: Mapping[str, str]

    def context(self, page: Page | None, lang: str, content: Content) -> dict[str, Any]:
        """Return what templates print around the content of a page; None for one not ours."""
        policies = self.library.policies.values()
        # Words no longer in force are shown without what is in force now: see `beside`.
        shown = page is None or page.indexed
        return {
            "page": page,
            "t": labels(lang),
            "labels": labels,
            "lang": lang,
            "site": self.site,
            "policies": policies,
            "cookies": next((policy for policy in policies if policy.file.cookies), None),
            "notice": self.standing.get(lang, ""),
            "notices": self.notices[lang] if shown else [],
            "links": [
                *content.data.get("links", ()),
                *(feed_links(lang, content.data.get("policy")) if page else ()),
            ],
            "layer": self.layers[lang] if shown else None,
            "api": self.api,
            "lean": self.lean and page is not None,
        }

    def beside(self, page: Page) -> str:
        """Return what a page prints that is neither its own nor every page's: nothing on one that
        shows words no longer in force, which is not to change with those that are."""
        return self.told[page.lang] if page.indexed else ""

    def names(self) -> str:
        """Return what every page may print of the policies, as an input of pages."""
        policies = self.library.policies.values()
        titles = {
            lang: [(each.title(lang), each.title_lang(lang)) for each in policies]
            for lang in self.library.languages
        }
        return facts([each.file for each in policies], titles)


def make_around(
    library: Library,
    on: dt.date,
    site: Site,
    standing: Mapping[str, str],
    *,
    api: str | None,
    lean: bool,
    notice_days: int,
) -> Around:
    """Return what the pages of a day share.

    Args:
        library: The policies, without drafts.
        on: The day.
        site: The site.
        standing: The line on every page, per language.
        api: As of `Around`.
        lean: As of `Around`.
        notice_days: Days for which every page announces a version after it took effect.

    Raises:
        SourceError: A frozen edition was altered.
    """
    languages = available_languages()
    policies = library.policies.values()
    found = {lang: notices(policies, lang, on, notice_days) for lang in languages}
    layers = {lang: first_layer(library, lang, on) for lang in languages}
    told = {lang: facts([each.told() for each in found[lang]], layers[lang]) for lang in languages}
    return Around(library, site, standing, api, lean, found, layers, told)
