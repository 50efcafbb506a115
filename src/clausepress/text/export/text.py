"""Plain text of an edition: its canonical source, nothing else.

There is one plain form, because a second one would be a second truth. It has the title, every
number as printed, headings, bullets and pipe tables as a person reads them in a terminal; its
marks (``**``, ``<u>``) are visible and unambiguous, where a reading form such as 〖…〗 could not be
told from brackets of the text; it is the text that the text digest is taken over (in NFC); and it
is a source file, so every command reads it.
"""

from __future__ import annotations

from pathlib import Path

from clausepress.errors import SourceError
from clausepress.text.canonical import to_source
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source


def edition_text(edition: Edition) -> bytes:
    """Return the canonical text, UTF-8."""
    return to_source(edition).encode()


def edition_from_text(data: bytes, *, lang: str, path: Path) -> Edition:
    """Read what `edition_text` wrote.

    Args:
        data: The text, UTF-8.
        lang: Its language, BCP 47: the one thing that the text does not state.
        path: Its file, for messages.

    Raises:
        SourceError: It is not UTF-8 or not a source.
    """
    try:
        source = data.decode()
    except UnicodeDecodeError as error:
        raise SourceError(
            path, f"is not UTF-8 (offset {error.start:,})", "export the edition again"
        ) from error
    return parse_source(source, lang=lang, path=path).edition
