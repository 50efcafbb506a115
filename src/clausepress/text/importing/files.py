"""Files to import: text of any usual encoding, in parts, or one ``.docx``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from clausepress.errors import SourceError
from clausepress.text.canonical import to_source
from clausepress.text.docx import import_docx, is_docx
from clausepress.text.export import read_export
from clausepress.text.importer import import_text
from clausepress.text.importing.decode import decode_text, read_bytes
from clausepress.text.importing.edits import choose
from clausepress.text.importing.masthead import read_facts
from clausepress.text.importing.model import Imported, ImportNote, Repair

_START = 1000  # bytes in which an export says what it is
_OTHER = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Word document (.doc) or encrypted"),
    (b"{\\rtf", "a rich text file"),
)


def import_files(
    paths: Sequence[Path],
    *,
    lang: str,
    title: str = "",
    repair: bool = True,
    undo: Iterable[str] = (),
    accept: Iterable[str] = (),
) -> Imported:
    """Read the parts of one text in order, one Word document, or one of our own exports.

    An export's edition is taken as it is; only ``title`` may change it.

    Args:
        paths: The files, at least one.
        lang: Language of the text, BCP 47.
        title: Title to use instead of the printed one.
        repair: Repair debris; without, the text is read as it stands.
        undo: Ids of repairs not to make.
        accept: Ids of open questions to answer with yes.

    Raises:
        ClausepressError: A character would be lost, or no repair has one of these ids.
        SourceError: A file that cannot be read or decoded, a damaged or unsafe ``.docx``.
    """
    title = " ".join(title.split())
    parts = [(path, read_bytes(path)) for path in paths]
    for path, data in parts:
        _refuse_other_formats(path, data)
        if is_docx(path, data):
            if len(parts) > 1:
                raise SourceError(
                    path, "a .docx is imported alone", "import the other files by themselves"
                )
            return import_docx(
                data, lang=lang, path=path, title=title, repair=repair, undo=undo, accept=accept
            )
        if _is_export(path, data):
            if len(parts) > 1:
                raise SourceError(
                    path, "an export is imported alone", "import the other files by themselves"
                )
            choose((), (), path, undo=undo, accept=accept)
            return _import_export(data, lang=lang, path=path, title=title)
    texts: list[str] = []
    converted: list[Repair] = []
    for path, data in parts:
        text, changes = decode_text(data, path)
        texts.append(text)
        converted += changes
    imported = import_text(
        "\n\n".join(texts),
        lang=lang,
        path=paths[0],
        title=title,
        repair=repair,
        undo=undo,
        accept=accept,
    )
    imported.repairs[:0] = converted
    return imported


def _is_export(path: Path, data: bytes) -> bool:
    """Whether a file is, or claims to be, an edition exported as JSON or Akoma Ntoso.

    What the file says of itself counts as much as its name, which may have lost its suffix.
    """
    suffix, start = path.suffix.lower(), data.lstrip()[:_START]
    as_json = start.startswith(b"{") and (suffix == ".json" or b'"clausepress.edition/' in start)
    return as_json or (start.startswith(b"<") and (suffix == ".xml" or b"<akomaNtoso" in start))


def _import_export(data: bytes, *, lang: str, path: Path, title: str) -> Imported:
    edition = read_export(data, lang=lang, path=path)
    if edition.lang != lang:
        raise SourceError(
            path,
            f"is a text in '{edition.lang}', not '{lang}'",
            f"import it as --lang {edition.lang}",
        )
    if title:
        edition = msgspec.structs.replace(edition, title=title)
    text = to_source(edition)
    notes = [ImportNote(0, "own-export", "read as an export of our own: nothing was decided")]
    imported = Imported(edition, notes=notes, text=text)
    read_facts(text, imported)
    return imported


def _refuse_other_formats(path: Path, data: bytes) -> None:
    for start, what in _OTHER:
        if data.startswith(start):
            raise SourceError(
                path, f"is {what}", "save it as .docx or as plain text and import that"
            )
