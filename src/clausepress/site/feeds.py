"""Atom feeds (RFC 4287): versions announced and taking effect, per policy and for the site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from clausepress.archive.lifecycle import CHINA
from clausepress.archive.published import Policy
from clausepress.i18n import labels
from clausepress.site.dates import Event, Site, events
from clausepress.site.notices import KINDS

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
"""Entries of a feed, the newest; the archive page has them all."""


def feed_path(lang: str, policy: str = "") -> str:
    """Return the path of a policy's feed, or of the site's in a language."""
    return f"{lang}/{policy}/feed.xml" if policy else f"{lang}/feed.xml"


def atom_feed(
    site: Site, lang: str, policies: Sequence[Policy], on: dt.date, *, policy: Policy | None = None
) -> bytes:
    """Return a feed of what has happened by a day.

    Args:
        site: The site.
        lang: Language of the feed.
        policies: Policies it tells of.
        on: The day; announced versions are told on it, their effect when it comes.
        policy: The one policy it is about, for its title and address.
    """
    t = labels(lang)
    uri = feed_path(lang, policy.id if policy else "")
    base = site.base(uri)
    told = [event for event in events(policies, lang, on) if event.day <= on][:ENTRIES]
    title = t("Changes to {title}", title=policy.title(lang) if policy else site.named(lang))
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": t.html_lang})
    _text(feed, "title", title)
    _text(feed, "id", f"urn:uuid:{site.id(uri)}")
    _text(feed, "updated", _instant(told[0].day if told else dt.date(1970, 1, 1)))
    _link(feed, "self", base + uri, "application/atom+xml")
    _link(feed, "alternate", base + uri.removesuffix("feed.xml"), "text/html")
    author = policy.file.controller.get(lang) if policy else None
    _text(SubElement(feed, "author"), "name", author or site.named(lang))
    for event in told:
        _entry(feed, event, site, base)
    indent(feed)
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + tostring(feed, encoding="unicode").encode() + b"\n"


def _entry(feed: Element, event: Event, site: Site, base: str) -> None:
    entry = SubElement(feed, "entry")
    t = labels(event.lang)
    instant = _instant(event.day)
    _text(entry, "title", event.title)
    _text(entry, "id", f"urn:uuid:{site.id(event.id_path, event.what)}")
    _text(entry, "updated", instant)
    _text(entry, "published", instant)
    _link(entry, "alternate", base + event.path, "text/html")
    if event.changes:
        _link(entry, "related", base + event.changes, "text/html", title=t("See every change"))
    for kind in event.version.file.material_kinds:
        SubElement(entry, "category", {"term": kind, "label": t(KINDS[kind])})
    effective = event.version.file.effective_on
    facts = [t("Takes effect on {date}.", date=t.date(effective))] if effective else []
    _text(entry, "summary", "\n".join([*facts, *filter(None, [event.note])]) or event.title)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _characters(text)


def _link(parent: Element, rel: str, href: str, media_type: str, *, title: str = "") -> None:
    more = {"title": title} if title else {}
    SubElement(parent, "link", {"rel": rel, "href": href, "type": media_type, **more})


def _instant(day: dt.date) -> str:
    """00:00 Asia/Shanghai of a day, as RFC 3339 writes it."""
    return dt.datetime.combine(day, dt.time(), CHINA).isoformat()


def _characters(text: Iterable[str]) -> str:
    """The characters that XML 1.0 can hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
