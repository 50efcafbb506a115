"""What a page's head says of it to programs: title, description, canonical address, counterparts in
other languages, and schema.org data.

The page of a text in force and the permanent page of that version say the same, so search engines
are asked to prefer the former, which stays right; once superseded, a version's page is canonical to
itself. Superseded versions and comparisons are not for search engines at all: a reader who comes
from one should not take words for binding that no longer are. They stay linked from the archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clausepress.archive.index import edition_path
from clausepress.archive.published import Policy, Published, Version
from clausepress.i18n import labels
from clausepress.site.dates import Site
from clausepress.site.pages.model import Page


@dataclass(frozen=True, slots=True)
class Head:
    """What a page's head says.

    Attributes:
        title: Title of the window, the same for no other page.
        description: A sentence for lists of search results.
        canonical: Its address, or that of the page which says the same and is to be preferred;
            empty when the site does not state its URL.
        counterparts: ``hreflang`` and address of the same page in each language, its own among
            them; empty unless there are several and the site states its URL.
        document: What it is, in schema.org's terms (JSON-LD); None for a page without a text.
    """

    title: str
    description: str
    canonical: str
    counterparts: dict[str, str]
    document: dict[str, Any] | None


def page_head(page: Page, data: dict[str, Any], site: Site, default_lang: str) -> Head:
    """Return what the head of a page says.

    Args:
        page: The page.
        data: What its template prints.
        site: The site.
        default_lang: Language of readers for whose language there is no page.
    """
    t, title, name = labels(page.lang), page.title, site.named(page.lang)
    description = t(
        "{title}. Every version stays at its own address, with its changes.", title=title
    )
    document = None
    version = getattr(data.get("version"), "id", "")
    if f"/{version}/" in page.url and version not in title:
        title = t("{title} (version {version})", title=title, version=version)
    if "published" in data:
        file = data["version"].file
        description = t(
            "{title}, {status}. Number: {number}. Updated: {updated}. Effective: {effective}.",
            title=title,
            status=t(data["status"]),
            number=file.number or t("not stated"),
            updated=t.date(file.updated_on),
            effective=t.date(file.effective_on),
        )
        document = _document(page, data, site)
    return Head(
        title=f"{title} - {name}" if page.url else name,
        description=description,
        canonical=site.url and site.url + (page.canonical or page.url),
        counterparts=counterparts(page, site, default_lang),
        document=document,
    )


def counterparts(page: Page, site: Site, default_lang: str) -> dict[str, str]:
    """Return ``hreflang`` and address of the same page in each language that really has it."""
    found = {
        labels(lang).html_lang: site.url + url
        for lang, url in page.alternates.items()
        if lang not in page.without
    }
    if not site.url or len(found) < 2 or page.lang in page.without or page.canonical:
        return {}
    default = page.alternates.get(default_lang, "")
    known = default and default_lang not in page.without
    return {**found, "x-default": site.url + default} if known else found


def _document(page: Page, data: dict[str, Any], site: Site) -> dict[str, Any]:
    policy: Policy = data["policy"]
    version: Version = data["version"]
    published: Published = data["published"]
    before: Version | None = data["before"]
    file, t = version.file, labels(page.lang)

    def address(path: str) -> str:
        return site.base(page.url) + path

    def edition(version_id: str, lang: str) -> dict[str, str]:
        url = address(edition_path(policy.id, version_id, lang))
        return {"@type": "DigitalDocument", "@id": url, "inLanguage": labels(lang).html_lang}

    original = published.translates.split()
    controller = policy.controller(version).get(page.lang)
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "@id": address(data["permanent"]),
        "url": address(page.canonical or page.url),
        "name": published.title,
        "inLanguage": t.html_lang,
        "version": version.id,
        "identifier": [each for each in (file.number, published.text_digest) if each],
        "creativeWorkStatus": t(data["status"]),
        "datePublished": file.announced_on and file.announced_on.isoformat(),
        "dateModified": file.updated_on and file.updated_on.isoformat(),
        "publisher": controller and {"@type": "Organization", "name": controller},
        "isPartOf": {"@type": "WebSite", "name": site.named(page.lang), "url": address("") or "./"},
        "isBasedOn": before and edition(before.id, page.lang),
        "translationOfWork": len(original) == 2 and edition(*original),
        "workTranslation": [edition(version.id, lang) for lang in data["translations"]],
        "encoding": {
            "@type": "MediaObject",
            "encodingFormat": "application/json",
            "contentUrl": address(f"{data['permanent']}edition.json"),
        },
    }
    return {name: value for name, value in found.items() if value}
