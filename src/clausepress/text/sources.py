"""Finding the texts a command is asked about: files, or ``policy/version/lang`` in ``docs/``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clausepress.errors import ArgumentError
from clausepress.i18n import available_languages
from clausepress.text.importer import import_text
from clausepress.text.importing.decode import decode_text, read_bytes
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source

_LAST_WORD = re.compile(r"[A-Za-z]+$")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text with its place.

    Attributes:
        name: ``policy/version/lang``, or the file as it was given.
        path: Its file.
        raw: The file's text with ``\\n`` line ends.
        edition: The text: a source file parsed, any other file as the importer reads it.
        lines: Clause id to 1-based line.
        is_source: Whether the file is a source with front matter.
    """

    name: str
    path: Path
    raw: str
    edition: Edition
    lines: dict[str, int]
    is_source: bool


def open_sources(names: Sequence[str], docs: Path) -> list[TextSource]:
    """Read the texts named.

    Args:
        names: Each an existing file, or ``policy``, ``policy/version``, ``policy/version/lang``
            below ``docs``; none means every text of ``docs``.
        docs: The folder of policy sources.

    Raises:
        ArgumentError: A name that leads nowhere.
        SourceError: A file that cannot be read or parsed.
    """
    return [open_source(path, docs) for name in names or [""] for path in _paths(name, docs)]


def open_source(path: Path, docs: Path) -> TextSource:
    """Read one file: a source with front matter, or text from elsewhere with its debris repaired.

    Raises:
        SourceError: It cannot be read or parsed.
    """
    raw = decode_text(read_bytes(path), path)[0]
    is_source = raw.startswith("---\n")
    inside = is_source and path.is_relative_to(docs)
    named = inside and len(path.relative_to(docs).parts) == 3
    lang = path.stem if named else language_of(path, raw)
    if is_source:
        parsed = parse_source(raw, lang=lang, path=path)
        edition, lines = parsed.edition, parsed.lines
    else:
        imported = import_text(raw, lang=lang, path=path)
        edition, lines = imported.edition, imported.lines
    name = path.relative_to(docs).with_suffix("").as_posix() if inside else str(path)
    return TextSource(name, path, raw, edition, lines, is_source)


def language_of(path: Path, raw: str) -> str:
    """Return the language a file's name states (``zh.md``, ``policy.en.txt``), else guess it.

    Only the languages that have a catalog are looked for: ``terms_jd.md`` states none.
    """
    found = _LAST_WORD.search(path.stem)
    if found and found.group() in available_languages():
        return found.group()
    return "zh" if len(_HAN.findall(raw)) * 10 > len(raw) else "en"


def _paths(name: str, docs: Path) -> list[Path]:
    path = Path(name)
    if name and path.is_file():
        return [path]
    parts = path.parts
    if len(parts) == 3:
        path = docs / parts[0] / parts[1] / f"{parts[2]}.md"
        if path.is_file():
            return [path]
    elif len(parts) < 3 and not path.is_absolute():
        found = sorted((docs / path).glob("*/" * (2 - len(parts)) + "*.md"))
        if found:
            return found
    if not name:
        raise ArgumentError(
            f"there is no text in {docs}/\n"
            "  fix: name a file, give the folder of sources as --docs, or import a text first"
        )
    raise ArgumentError(
        f"'{name}' is neither a file nor a text in {docs}/\n"
        "  fix: name a file, or <policy>, <policy>/<version> or <policy>/<version>/<lang>"
    )
