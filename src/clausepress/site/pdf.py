"""Every edition as PDF/UA, by WeasyPrint (the extra ``pdf``): tagged, with bookmarks and text that
can be copied. The same edition, program and fonts give the same bytes, so each is made once and
kept.
"""

from __future__ import annotations

import logging
from importlib.metadata import version as release
from pathlib import Path

import segno
from jinja2 import Environment

from clausepress.archive.index import edition_path
from clausepress.archive.published import Library, Policy, Version
from clausepress.errors import ClausepressError
from clausepress.i18n import labels
from clausepress.site.cache import Cache, cache_key

_PROGRAMS = ("weasyprint", "pydyf")
_VARIANT = "pdf/ua-1"
_MISSING_GLYPH = ".notdef glyph"


def pdf_path(policy: str, version: str, lang: str) -> str:
    """Return the path of an edition's PDF, relative to the site's root."""
    return f"{edition_path(policy, version, lang)}{policy}-{version}-{lang}.pdf"


def can_make() -> bool:
    """Whether WeasyPrint is installed, and the system's Pango that it loads."""
    try:
        import weasyprint  # noqa: F401 - loading it is the question
    except (ImportError, OSError):
        return False
    return True


def write_pdfs(
    library: Library, site: Path, url: str, templates: Environment, cache: Cache
) -> None:
    """Write the PDF of every edition.

    Args:
        library: The policies, without drafts.
        site: The folder of the site.
        url: The site's URL ending in ``/``; empty when it is not stated: then there is no QR code.
        templates: The site's templates.
        cache: Where PDFs are kept from one build to the next.

    Raises:
        ClausepressError: No font has a character of a text.
        SourceError: A frozen text was altered.
    """
    for policy in library.policies.values():
        for version in policy.versions:
            for lang in version.editions:
                page = paper_page(policy, version, lang, url, templates)
                key = cache_key(*(f"{name} {release(name)}" for name in _PROGRAMS), page)
                target = site / pdf_path(policy.id, version.id, lang)
                if not cache.place(key, target):
                    made = make_pdf(page, url + edition_path(policy.id, version.id, lang))
                    cache.put(key, made)
                    target.write_bytes(made)
    cache.finish()


def paper_page(
    policy: Policy, version: Version, lang: str, url: str, templates: Environment
) -> str:
    """Return an edition as HTML for paper, self-contained.

    Args:
        policy: The policy.
        version: The version.
        lang: Language of the edition.
        url: The site's URL ending in ``/``, or empty.
        templates: The site's templates.
    """
    permanent = url + edition_path(policy.id, version.id, lang) if url else ""
    return templates.get_template("clausepress/paper.html").render(
        labels=labels,
        lang=lang,
        version=version,
        published=version.editions[lang],
        controller=policy.controller(version).get(lang, ""),
        several=len(version.editions) > 1,
        prevails=policy.prevails(version),
        url=permanent,
        qr=segno.make(permanent, error="m").svg_data_uri(border=2) if permanent else "",
    )


def make_pdf(page: str, base: str) -> bytes:
    """Return an HTML page as PDF/UA-1 (ISO 14289-1); nothing is fetched from anywhere.

    Args:
        page: The page.
        base: URL that its links are relative to; without a scheme they are left out.

    Raises:
        ClausepressError: No font has one of its characters.
    """
    import weasyprint

    missing = _Missing()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(missing)
    try:
        fetcher = weasyprint.URLFetcher(allowed_protocols=["data"])
        document = weasyprint.HTML(
            string=page, base_url=base if "://" in base else None, url_fetcher=fetcher
        )
        made: bytes = document.write_pdf(pdf_variant=_VARIANT)
    finally:
        logger.removeHandler(missing)
    if missing.found:
        raise ClausepressError(
            f"{base}: no font of this machine has the characters {' '.join(missing.found[:10])}\n"
            "  fix: install a font for them, for Chinese e.g. fonts-noto-cjk, or build without PDF"
        )
    return made


class _Missing(logging.Handler):
    """Characters that WeasyPrint printed as boxes."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(_MISSING_GLYPH) and isinstance(record.args, tuple):
            self.found.append(str(record.args[0]))
