"""An edition from its source, or as it was frozen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from clausepress.archive.head import digest_of
from clausepress.archive.manifest import FOLDER, FrozenEdition
from clausepress.errors import SourceError
from clausepress.files import decode_source, read_source
from clausepress.i18n import available_languages, labels
from clausepress.text.canonical import text_digest
from clausepress.text.export.json import EditionFile
from clausepress.text.html import body_digest, render_body
from clausepress.text.ids import aliases
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source

RESTORE = "restore it from version control; a correction is a new version"

_DECODED = 64  # editions kept after they were asked for


@dataclass(frozen=True, slots=True)
class ParsedEdition:
    """An edition parsed from its source, a `Published`."""

    edition: Edition
    path: Path
    body: str
    source_digest: str
    text_digest: str
    body_digest: str

    @property
    def title(self) -> str:
        """Its title."""
        return self.edition.title

    @property
    def translates(self) -> str:
        """Edition that it translates."""
        return self.edition.translates

    @property
    def prominent(self) -> tuple[str, ...]:
        """Ids of the clauses with prominent text."""
        return tuple(each.id for each in self.edition.prominent())

    def has_clause(self, name: str) -> bool:
        """Whether a clause has this id."""
        return _has_clause(self.edition, name)


@dataclass(frozen=True, slots=True)
class FrozenFiles:
    """An edition as it was frozen, a `Published`: its files are read when they are asked for."""

    path: Path
    frozen: FrozenEdition

    @property
    def title(self) -> str:
        """Its title."""
        return self.frozen.title

    @property
    def translates(self) -> str:
        """Edition that it translates."""
        return self.frozen.translates

    @property
    def prominent(self) -> tuple[str, ...]:
        """Ids of the clauses with prominent text."""
        return self.frozen.prominent

    @property
    def source_digest(self) -> str:
        """SHA-256 over the source file."""
        return self.frozen.source

    @property
    def text_digest(self) -> str:
        """SHA-256 over the canonical text."""
        return self.frozen.text

    @property
    def body_digest(self) -> str:
        """SHA-256 over the body."""
        return self.frozen.body

    @property
    def edition(self) -> Edition:
        """The text.

        Raises:
            SourceError: Its file was altered.
        """
        return _decode(self._file(".json"), self.frozen.json)

    @property
    def body(self) -> str:
        """Its HTML body.

        Raises:
            SourceError: Its file was altered.
        """
        return read_frozen(self._file(".html"), self.frozen.body).decode()

    @property
    def json(self) -> bytes:
        """Its ``edition.json``.

        Raises:
            SourceError: Its file was altered.
        """
        return read_frozen(self._file(".json"), self.frozen.json)

    def has_clause(self, name: str) -> bool:
        """Whether a clause has this id."""
        return _has_clause(self.edition, name)

    def check(self) -> None:
        """Compare source, body and JSON with their digests.

        Raises:
            SourceError: One was edited, deleted or renamed.
        """
        read_frozen(self.path, self.frozen.source)
        read_frozen(self._file(".html"), self.frozen.body)
        read_frozen(self._file(".json"), self.frozen.json)

    def _file(self, suffix: str) -> Path:
        return self.path.parent / FOLDER / f"{self.path.stem}{suffix}"


def parse_edition(path: Path) -> ParsedEdition:
    """Read a source, ``<lang>.md``.

    Raises:
        SourceError: It is no source, or in a language without a message catalog.
    """
    lang = path.stem
    if lang not in available_languages():
        raise SourceError(
            path,
            f"'{lang}' is not a language with a message catalog",
            f"name the file after one of: {', '.join(available_languages())}",
        )
    raw = read_source(path)
    edition = parse_source(decode_source(raw, path), lang=lang, path=path).edition
    words = labels(lang)
    body = render_body(
        edition,
        html_lang=words.html_lang,
        prominent_label=words("Key clause:"),
        aliases=aliases(edition),
    )
    return ParsedEdition(
        edition=edition,
        path=path,
        body=body,
        source_digest=digest_of(raw),
        text_digest=text_digest(edition),
        body_digest=body_digest(body),
    )


def read_frozen(path: Path, digest: str) -> bytes:
    """Return the bytes of a file of a frozen version.

    Raises:
        SourceError: It is gone, or has another digest.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(
            path, f"belongs to a frozen version and cannot be read: {error.strerror}", RESTORE
        ) from error
    if digest_of(data) != digest:
        raise SourceError(
            path, f"was frozen with the digest {digest} and now has {digest_of(data)}", RESTORE
        )
    return data


def _has_clause(edition: Edition, name: str) -> bool:
    return any(clause.id == name for clause in edition.walk())


@lru_cache(maxsize=_DECODED)
def _decode(path: Path, digest: str) -> Edition:
    """The edition in a frozen JSON file; its digest was made over what an edition wrote."""
    return msgspec.json.decode(read_frozen(path, digest), type=EditionFile).edition
