"""Markdown source to `Edition`: the one parse that everything downstream uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from clausepress.errors import SourceError
from clausepress.text.blocks import read_blocks
from clausepress.text.model import Edition
from clausepress.text.nesting import nest
from clausepress.text.yaml import Mapping, load_yaml

# C0 and C1 controls, and the bidirectional controls that show text in another order than it has.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_FENCE = "---"


class FrontMatter(msgspec.Struct, forbid_unknown_fields=True):
    """Front matter of a source file.

    Attributes:
        title: The title as printed.
        translates: ``"<version> <lang>"`` or ``"earlier"``, when the text is a translation.
    """

    title: str
    translates: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An edition with the source line of each clause, for messages.

    Attributes:
        edition: The text.
        lines: Clause id to 1-based line.
    """

    edition: Edition
    lines: dict[str, int]


def parse_source(source: str, *, lang: str, path: Path) -> Parsed:
    """Parse one edition's source.

    Args:
        source: The file's text with ``\\n`` line ends.
        lang: Language of the edition, BCP 47.
        path: The file, for messages.

    Raises:
        SourceError: Broken front matter, two clauses with one id, a malformed id or table, an
            invisible control character.
    """
    if found := _INVISIBLE.search(source):
        raise SourceError(
            path,
            f"holds the invisible control character U+{ord(found.group()):04X}",
            "remove it: what is not seen must not be in a legal text",
            line=source.count("\n", 0, found.start()) + 1,
        )
    front, body, first_line = _front_matter(source, path)
    blocks = read_blocks(body, path=path, first_line=first_line)
    if not blocks:
        raise SourceError(
            path, "there is no text after the front matter", "write the text below it"
        )
    preface, clauses, lines = nest(blocks, path=path)
    edition = Edition(
        lang=lang,
        title=front.title,
        preface=preface,
        clauses=clauses,
        translates=front.translates,
    )
    return Parsed(edition, lines)


def _front_matter(source: str, path: Path) -> tuple[FrontMatter, str, int]:
    lines = source.split("\n")
    if lines[0].strip() != _FENCE:
        raise SourceError(
            path,
            "there is no front matter",
            "begin the file with three lines: ---, title: <the printed title>, ---",
            line=1,
        )
    for index in range(1, len(lines)):
        if lines[index].strip() == _FENCE:
            mapping: Mapping = load_yaml("\n".join(lines[1:index]), path, first_line=2)
            front = mapping.convert(FrontMatter)
            return front, "\n".join(lines[index + 1 :]), index + 2
    raise SourceError(
        path, "the front matter has no end", "close it with a line of three dashes: ---", line=1
    )
