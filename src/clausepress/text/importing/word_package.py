"""The parts of a ``.docx`` (ECMA-376 part 2), read with limits and without fetching anything."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from clausepress.errors import SourceError

MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes a ``.docx`` may unpack to; a thousand pages of text are below 10 MB."""

_MAX_RATIO = 200  # WordprocessingML packs 10 to 60 times, a bomb about 1,000 times
_RATIO_FROM = 1024 * 1024  # below this size no ratio is harmful
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class _NoDoctype(ET.TreeBuilder):
    """Builds a tree and refuses a document type, and with it every entity."""

    def doctype(self, *_: object) -> None:
        raise _DoctypeError


class _DoctypeError(Exception):
    pass


class WordPackage:
    """An open ``.docx``.

    Attributes:
        path: The file, for messages.
        links: Relationship id to target of the main part's external hyperlinks.
        refused: Relationship id to target of those that are no web, mail or telephone address.
        external: Kinds of things outside the file that the main part refers to.
    """

    def __init__(self, data: bytes, path: Path) -> None:
        """Open a package.

        Raises:
            SourceError: It is damaged, encrypted, no Word document, or unpacks to too much.
        """
        self.path = path
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self.damaged(str(error)) from error
        self._check_size()
        self._names = {info.filename for info in self._zip.infolist()}
        main = self._main_part()
        self.links: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.external: set[str] = set()
        self._related: dict[str, list[str]] = {}
        self._read_relations(main)
        document = self.part(main)
        if document is None:
            raise self.damaged("it has no main document part")
        self.document: Element = document

    def related(self, kind: str) -> list[Element]:
        """Return the parts of a kind the main part refers to, e.g. ``styles``."""
        found = (self.part(name) for name in self._related.get(kind, []))
        return [each for each in found if each is not None]

    def first(self, kind: str) -> Element | None:
        """Return the first related part of a kind, or None."""
        return next(iter(self.related(kind)), None)

    def part(self, name: str) -> Element | None:
        """Return the root of an XML part, None when the package has no such part.

        Raises:
            SourceError: It is damaged, too large or has a document type.
        """
        if name not in self._names:
            return None
        try:
            with self._zip.open(name) as stream:
                data = stream.read(MAX_UNPACKED + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise self.damaged(f"{name}: {error}") from error
        if len(data) > MAX_UNPACKED:
            raise self._bomb()
        # Entities need a document type, and that is refused before any is read.
        parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314
        try:
            parser.feed(data)
            return parser.close()
        except _DoctypeError as error:
            raise SourceError(
                self.path,
                f"{name} declares a document type, which no word processor writes",
                "open it in a word processor and save it anew as .docx",
            ) from error
        except (ET.ParseError, ValueError, LookupError) as error:
            raise self.damaged(f"{name}: {error}") from error

    def damaged(self, detail: str) -> SourceError:
        """Return the error for a file that cannot be read."""
        return SourceError(
            self.path,
            f"is a damaged .docx ({detail})",
            "open it in a word processor, let it repair the file, and save it as .docx",
        )

    def _bomb(self) -> SourceError:
        return SourceError(
            self.path,
            f"unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB or is packed more than"
            f" {_MAX_RATIO} times: refused as a zip bomb",
            "save the text alone as .docx, without pictures and attachments",
        )

    def _check_size(self) -> None:
        total = 0
        for info in self._zip.infolist():
            total += info.file_size
            packed = max(info.compress_size, 1)
            if total > MAX_UNPACKED or (
                info.file_size > _RATIO_FROM and info.file_size / packed > _MAX_RATIO
            ):
                raise self._bomb()
            if info.flag_bits & 1:
                raise SourceError(self.path, "is encrypted", "save it without a password as .docx")

    def _main_part(self) -> str:
        root = self.part("_rels/.rels")
        for each in root.iter(_REL) if root is not None else ():
            if each.get("Type", "").endswith("/officeDocument"):
                return posixpath.normpath(each.get("Target", "").lstrip("/"))
        if "word/document.xml" in self._names:
            return "word/document.xml"
        raise SourceError(
            self.path, "is a zip file but no Word document", "save the text as .docx, .txt or .md"
        )

    def _read_relations(self, main: str) -> None:
        folder, name = posixpath.split(main)
        root = self.part(f"{folder}/_rels/{name}.rels".lstrip("/"))
        for each in root.iter(_REL) if root is not None else ():
            kind = each.get("Type", "").rsplit("/", 1)[-1]
            target = each.get("Target", "")
            if each.get("TargetMode") != "External":
                place = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
                self._related.setdefault(kind, []).append(posixpath.normpath(place.lstrip("/")))
            elif kind == "hyperlink":
                if re.fullmatch(
                    r"(?:https?://|mailto:|tel:)[^\s()\\*\[\]{}<>^]+", target, re.IGNORECASE
                ):
                    self.links[each.get("Id", "")] = target
                else:
                    self.refused[each.get("Id", "")] = target
            else:
                self.external.add(kind)
