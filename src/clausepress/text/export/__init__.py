"""Exports of an edition, each of which reads back as the same edition."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from clausepress.errors import SourceError
from clausepress.text.export.akn import edition_akn
from clausepress.text.export.akn_reader import edition_from_akn
from clausepress.text.export.json import edition_from_json, edition_json
from clausepress.text.export.publication import Publication
from clausepress.text.export.text import edition_from_text, edition_text
from clausepress.text.model import Edition

Format = Literal["text", "json", "akn"]

SUFFIXES: dict[Format, str] = {"text": ".txt", "json": ".json", "akn": ".xml"}
"""Formats with the suffix of their files."""

_WRITERS: dict[Format, Callable[[Edition, Publication], bytes]] = {
    "text": lambda edition, _publication: edition_text(edition),
    "json": edition_json,
    "akn": edition_akn,
}


def export_edition(edition: Edition, publication: Publication, form: Format) -> bytes:
    """Return an edition as canonical text, ``edition.json`` or Akoma Ntoso XML, UTF-8.

    Emphasis, numbers, ids, links and tables survive in each, and `read_export` gives the same
    edition again.
    """
    return _WRITERS[form](edition, publication)


def read_export(data: bytes, *, lang: str, path: Path) -> Edition:
    """Read an export of any format, told apart by its first character.

    Args:
        data: The file.
        lang: Language of a plain text, BCP 47; the other formats state theirs.
        path: The file, for messages.

    Raises:
        SourceError: It is none of the three, or not whole.
    """
    start = data.lstrip()[:3]
    if start.startswith(b"<"):
        return edition_from_akn(data, path=path)
    if start.startswith(b"{"):
        return edition_from_json(data, path=path)
    if start == b"---":
        return edition_from_text(data, lang=lang, path=path)
    raise SourceError(
        path,
        "is not an export",
        "an export begins with '---' (text), '{' (JSON) or '<' (Akoma Ntoso)",
    )
