"""The sitemap (sitemaps.org 0.9): what search engines may list, with its counterparts in other
languages. The archive is not in it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from clausepress.site.dates import Site
from clausepress.site.metadata import counterparts
from clausepress.site.pages.model import Page


def robots(site: Site) -> str:
    """Return ``robots.txt`` (RFC 9309), which names the sitemap; empty for a site that is not at
    the root of its host, where nobody would look for it."""
    at_root = urlsplit(site.url).path == "/"
    return f"User-agent: *\nAllow: /\nSitemap: {site.url}sitemap.xml\n" if at_root else ""


def sitemap(site: Site, pages: Iterable[Page], default_lang: str) -> bytes:
    """Return the sitemap of pages with their counterparts in other languages (sitemaps.org 0.9);
    empty when the site does not state its URL.

    Args:
        site: The site.
        pages: What search engines may list.
        default_lang: Language of readers for whose language there is no page.
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
        if page.canonical:
            continue
        entry = SubElement(root, "url")
        SubElement(entry, "loc").text = site.url + page.url
        for code, address in counterparts(page, site, default_lang).items():
            link = {"rel": "alternate", "hreflang": code, "href": address}
            SubElement(entry, "xhtml:link", link)
    indent(root, "")
    data: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"
