"""Exports of named texts, with what the archive knows of each, written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clausepress.archive.head import digest_of
from clausepress.archive.library import load_library
from clausepress.archive.published import Library
from clausepress.errors import ClausepressError
from clausepress.files import write_atomic
from clausepress.text.export import SUFFIXES, Format, export_edition
from clausepress.text.export.publication import Publication
from clausepress.text.sources import TextSource, open_sources


@dataclass(frozen=True, slots=True)
class Export:
    """One exported text.

    Attributes:
        filename: Name for its file, language before the suffix: ``privacy.2021-01-25.zh.txt``.
        data: The export, UTF-8.
    """

    filename: str
    data: bytes


def export_texts(names: Sequence[str], docs: Path, form: Format) -> list[Export]:
    """Export the texts named.

    Args:
        names: As for `clausepress.text.sources.open_sources`; a text named twice is taken once.
        docs: The folder of policy sources.
        form: ``text``, ``json`` or ``akn``.

    Raises:
        ClausepressError: A name that leads nowhere.
        SourceError: A text, or the archive around it, that cannot be read.
    """
    texts = {text.path.resolve(): text for text in open_sources(names, docs)}
    archived = any(_is_archived(path, docs) for path in texts)
    library = load_library(docs) if archived else None
    exports = []
    for path, text in texts.items():
        inside = library and _is_archived(path, docs)
        known = _archived(library, path) if library and inside else _loose(text)
        ending = "" if known.policy.endswith(f".{text.edition.lang}") else f".{text.edition.lang}"
        place = f"{known.policy}.{known.version}" if known.version else known.policy
        filename = f"{place}{ending}{SUFFIXES[form]}"
        exports.append(Export(filename, export_edition(text.edition, known, form)))
    return exports


def write_exports(exports: Sequence[Export], output: Path) -> list[Path]:
    """Write exports to a file, or below a folder when there are several or it is one.

    Returns:
        The files written.

    Raises:
        ClausepressError: A file that is there already, two exports with one name, a refusing
            disk; then nothing is left behind.
    """
    folder = len(exports) > 1 or output.is_dir()
    outputs: dict[Path, bytes] = {}
    for each in exports:
        path = output / each.filename if folder else output
        if path.exists() or path in outputs:
            raise ClausepressError(
                f"{path} is there already and is not overwritten\n"
                "  fix: name another --output, or move the file away"
            )
        outputs[path] = each.data
    made = [parent for parent in [output, *output.parents] if folder and not parent.exists()]
    try:
        for path, data in outputs.items():
            write_atomic(path, data)
    except OSError as error:
        for path in outputs:
            with suppress(OSError):
                path.unlink()
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        raise ClausepressError(
            f"{error.filename or output}: cannot be written: {error.strerror}\n"
            "  fix: nothing was kept; check free space and permissions, then export again"
        ) from error
    return list(outputs)


def _is_archived(path: Path, docs: Path) -> bool:
    return path.parents[2:3] == (docs.resolve(),) and (path.parent / "version.yml").is_file()


def _archived(library: Library, path: Path) -> Publication:
    policy = library.policies[path.parent.parent.name]
    version = next(each for each in policy.versions if each.id == path.parent.name)
    published = version.editions[path.stem]
    file = version.file
    dates = [
        day
        for each in policy.versions
        for day in (each.file.announced_on, each.file.updated_on, each.file.effective_on)
        if day
    ]
    return Publication(
        policy=policy.id,
        version=version.id,
        kind=policy.file.kind,
        number=file.number,
        updated_on=file.updated_on,
        announced_on=file.announced_on,
        effective_on=file.effective_on,
        first_on=min(dates, default=None),
        controller=policy.controller(version).get(path.stem, ""),
        prevails=policy.prevails(version),
        body_digest=published.body_digest,
        source_digest=published.source_digest,
    )


def _loose(text: TextSource) -> Publication:
    return Publication(policy=text.path.stem, source_digest=digest_of(text.path.read_bytes()))
