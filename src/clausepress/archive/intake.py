"""Writing an imported text into ``docs/`` as a source folder that builds."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import yaml

from clausepress.archive.library import id_fault
from clausepress.archive.model import Kind, PolicyFile, VersionFile
from clausepress.errors import ClausepressError
from clausepress.files import read_text, write_atomic
from clausepress.i18n import available_languages
from clausepress.text.canonical import to_source
from clausepress.text.importing.model import Imported, ImportNote, report
from clausepress.text.parse import parse_source
from clausepress.text.yaml import load_yaml

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("隐私", "privacy-policy"),
    ("privacy", "privacy-policy"),
    ("服务条款", "service-terms"),
    ("terms", "service-terms"),
    ("协议", "user-agreement"),
    ("agreement", "user-agreement"),
)


def add_edition(docs: Path, policy: str, version: str, lang: str, imported: Imported) -> list[Path]:
    """Write source, ``version.yml``, ``policy.yml`` and the report of an import.

    Nothing is overwritten, and nothing is left behind when a file cannot be written. Notes on
    what was guessed or found to differ are added to ``imported.notes``.

    Args:
        docs: The folder of policy sources.
        policy: Policy id.
        version: Version id.
        lang: Language of the text.
        imported: The text.

    Returns:
        The files written.

    Raises:
        ClausepressError: A bad id or language, an edition that is there already, a full disk.
    """
    for name, what in ((policy, "policy"), (version, "version")):
        if fix := id_fault(name):
            raise ClausepressError(f"'{name}' cannot be the id of a {what}\n  fix: {fix}")
    if lang not in available_languages():
        raise ClausepressError(
            f"there is no message catalog for the language '{lang}'\n"
            f"  fix: --lang is one of {', '.join(available_languages())}"
        )
    folder = docs / policy / version
    source = folder / f"{lang}.md"
    if source.exists():
        raise ClausepressError(
            f"{source} is there already and is not overwritten\n"
            "  fix: import it as another --version, or move the file away"
        )
    text = to_source(imported.edition, ids=False)
    if parse_source(text, lang=lang, path=source).edition != imported.edition:
        text = to_source(imported.edition)  # its ids are its own, not derived
    if parse_source(text, lang=lang, path=source).edition != imported.edition:
        raise ClausepressError(
            f"{source}: the source would not read back as the same text; nothing was written\n"
            "  fix: this is a fault of clausepress; please report it with the text"
        )
    outputs: dict[Path, bytes] = {}
    _policy_file(docs / policy / "policy.yml", policy, lang, imported, outputs)
    _version_file(folder / "version.yml", version, imported, outputs)
    encoded = msgspec.json.format(msgspec.json.encode(report(imported)), indent=1) + b"\n"
    outputs[folder / f"{lang}.import.json"] = encoded
    outputs[source] = text.encode()  # last: it is what a second import would find
    return _write_all(outputs)


def _policy_file(
    path: Path, policy: str, lang: str, imported: Imported, outputs: dict[Path, bytes]
) -> None:
    if path.exists():
        return
    title = imported.edition.title
    kind: Kind = next((kind for word, kind in _KINDS if word in title.lower()), "notice")
    imported.notes.append(
        ImportNote(0, "kind-guessed", f"policy.yml: took the kind to be '{kind}' from the title")
    )
    imported.notes.append(
        ImportNote(0, "prevails-guessed", f"policy.yml: '{lang}' is put as the prevailing language")
    )
    outputs[path] = _yaml(
        msgspec.to_builtins(PolicyFile(id=policy, kind=kind, prevails=lang, title={lang: title}))
    )


def _version_file(path: Path, version: str, imported: Imported, outputs: dict[Path, bytes]) -> None:
    found = VersionFile(
        id=version,
        number=imported.number,
        updated_on=imported.updated_on,
        effective_on=imported.effective_on,
    )
    if not path.exists():
        outputs[path] = _yaml(msgspec.to_builtins(found))
        return
    there = load_yaml(read_text(path), path).convert(VersionFile)
    for name in ("number", "updated_on", "effective_on"):
        printed, written = getattr(found, name), getattr(there, name)
        if printed and printed != written:
            imported.notes.append(
                ImportNote(
                    0, "version-differs", f"the text prints {name} {printed}, {path} says {written}"
                )
            )


def _yaml(data: dict[str, Any]) -> bytes:
    kept = {
        key: value for key, value in data.items() if value not in (None, "", {}, (), [], False, 0)
    }
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False).encode()


def _write_all(outputs: dict[Path, bytes]) -> list[Path]:
    written: list[Path] = []
    made = [
        parent
        for path in outputs
        for parent in (path.parent, path.parent.parent)
        if not parent.exists()
    ]
    try:
        for path, data in outputs.items():
            write_atomic(path, data)
            written.append(path)
    except BaseException as error:
        for path in written:
            path.unlink()
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        if not isinstance(error, OSError):
            raise
        raise ClausepressError(
            f"{error.filename or 'the folder'}: cannot be written: {error.strerror}\n"
            "  fix: nothing was kept; check free space and permissions, then import again"
        ) from error
    return written
