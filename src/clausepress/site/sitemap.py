"""The sitemap (sitemaps.org 0.9): what search engines may list, with its counterparts in other
languages. The archive is not in it."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from clausepress.i18n import labels
from clausepress.site.dates import Site
from clausepress.site.pages.model import Page


def sitemap(site: Site, pages: Iterable[Page]) -> bytes:
    """Return the sitemap of pages with their counterparts in other languages (sitemaps.org 0.9);
    empty when the site does not state its URL.

    Args:
        site: The site.
        pages: What search engines may list.
    """
    if not site.url:
        return b""
    root = Element(
        "urlset",
        {
            "xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9",
            "xmlns:xhtml": "http://www.w3.org/1999/xhtml",
        },
    )
    for page in pages:
        entry = SubElement(root, "url")
        SubElement(entry, "loc").text = site.url + page.url
        for lang, url in page.alternates.items() if len(page.alternates) > 1 else ():
            code = labels(lang).html_lang
            link = {"rel": "alternate", "hreflang": code, "href": site.url + url}
            SubElement(entry, "xhtml:link", link)
    indent(root, "")
    data: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"
