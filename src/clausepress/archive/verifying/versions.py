"""The files of one frozen version against the digests in its manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from clausepress.archive.head import digest_of
from clausepress.archive.manifest import FILE, FrozenEdition, Manifest
from clausepress.archive.model import VersionFile
from clausepress.archive.verifying.clauses import Part, body_parts, differences, edition_parts
from clausepress.archive.verifying.inspection import TIMESTAMP, Found, Inspection
from clausepress.archive.verifying.model import What
from clausepress.errors import SourceError
from clausepress.text.canonical import text_digest
from clausepress.text.export.json import EditionFile
from clausepress.text.parse import parse_source
from clausepress.text.yaml import load_yaml

_RESTORE = "put it back from version control; a correction is a new version"
_RECOMPUTED = "the manifest, altered too, agrees with it"


class _File(NamedTuple):
    """A file that is there, and whether it has the digest in the manifest."""

    path: str
    data: bytes
    intact: bool

    @property
    def text(self) -> str:
        """Its text; what is not UTF-8 is shown as such."""
        return self.data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def check_version(inspection: Inspection, found: Found) -> dict[str, bytes]:
    """Compare every file of a frozen version with its manifest and record what differs.

    Returns:
        Language to frozen body, of those that are intact; none when the manifest is not read.
    """
    manifest = found.manifest
    if manifest is None:
        return {}
    inspection.checked.versions += 1
    frozen = _frozen_files(inspection, found, manifest)
    sources: dict[str, _File] = {}
    if inspection.layout.kind == "archive":
        _check_facts(inspection, found, manifest)
        sources = _sources(inspection, found, manifest)
    for lang, digests in manifest.editions.items():
        body, edition = frozen.get(f"{lang}.html"), frozen.get(f"{lang}.json")
        _check_edition(inspection, found, lang, digests, body, edition, sources.get(lang))
    return {
        lang: file.data
        for lang in manifest.editions
        if (file := frozen.get(f"{lang}.html")) and file.intact
    }


def _frozen_files(inspection: Inspection, found: Found, manifest: Manifest) -> dict[str, _File]:
    """Bodies and editions by file name; missing, renamed and added ones are recorded."""
    wanted = {
        name: want
        for lang, edition in manifest.editions.items()
        for name, want in ((f"{lang}.html", edition.body), (f"{lang}.json", edition.json))
    }
    strangers = {
        name: digest_of(inspection.read(found.path + name) or b"")
        for name in inspection.names(found.path) or ()
        if name not in wanted and name not in (FILE, TIMESTAMP)
    }
    files: dict[str, _File] = {}
    for name, want in wanted.items():
        path = found.path + name
        renamed = next((other for other, has in strangers.items() if has == want), "")
        missing = "" if renamed else f"the manifest names it; {_RESTORE}"
        if file := _open(inspection, found, path, want, missing):
            files[name] = file
        elif renamed:
            del strangers[renamed]
            inspection.add(path, "renamed", f"is there as {renamed}; give it its name again")
    for name, has in strangers.items():
        same = next((other for other, want in wanted.items() if want == has), "")
        message = f"is a copy of {same}" if same else "the manifest does not name it"
        message = f"{message}; nothing is added to a frozen version"
        inspection.tell(found, found.path + name, "added", message)
    for name, file in list(files.items()):
        theirs = next(
            (other for other, want in wanted.items() if want == digest_of(file.data)), name
        )
        if not file.intact and theirs != name:
            inspection.add(file.path, "renamed", f"holds what was frozen as {theirs}")
            del files[name]
    return files


def _check_facts(inspection: Inspection, found: Found, manifest: Manifest) -> None:
    path = f"{found.policy}/{found.folder}/version.yml"
    file = _open(
        inspection, found, path, manifest.facts_digest, f"the manifest has its digest; {_RESTORE}"
    )
    if file is None or (file.intact and not found.doubted):
        return
    try:
        now = msgspec.to_builtins(load_yaml(file.text, Path(path)).convert(VersionFile))
    except SourceError as error:
        inspection.add(path, "altered", f"does not read any more: {error}")
        return
    before = msgspec.to_builtins(manifest.facts)
    changed = [
        f"{name} was {before[name]!r}, is {now[name]!r}"
        for name in now
        if now[name] != before[name]
    ]
    if changed and file.intact:  # it has the digest beside the facts
        inspection.add(found.file, "altered", f"{path}: {'; '.join(changed)}")
    elif changed:
        inspection.add(path, "altered", f"{'; '.join(changed)}; {_RESTORE}")
    elif not found.doubted:
        inspection.add(path, "altered", f"says the same in other characters; {_RESTORE}")


def _sources(inspection: Inspection, found: Found, manifest: Manifest) -> dict[str, _File]:
    """Sources by language; missing and added ones are recorded."""
    folder = f"{found.policy}/{found.folder}/"
    sources = {}
    for lang, edition in manifest.editions.items():
        missing = f"the manifest has its digest; {_RESTORE}"
        if file := _open(inspection, found, f"{folder}{lang}.md", edition.source, missing):
            sources[lang] = file
    for name in inspection.names(folder) or ():
        if name.endswith(".md") and name.removesuffix(".md") not in manifest.editions:
            message = "was not frozen with this version; make a new version"
            inspection.tell(found, folder + name, "added", message)
    return sources


def _open(inspection: Inspection, found: Found, path: str, want: str, missing: str) -> _File | None:
    data = inspection.read(path, missing, found)
    if data is None:
        return None
    inspection.checked.files += 1
    return _File(path, data, digest_of(data) == want)


def _check_edition(
    inspection: Inspection,
    found: Found,
    lang: str,
    digests: FrozenEdition,
    body: _File | None,
    edition: _File | None,
    source: _File | None,
) -> None:
    """Body, edition JSON and source of one language: each by its digest, then by its clauses."""
    files = [file for file in (edition, body, source) if file]
    parts = {file.path: _parts(file, lang) for file in files if not (found.proved and file.intact)}
    if edition:
        _check_text_digest(inspection, found, edition, digests)
    if not parts:
        return
    files = _believed(files) if found.doubted else files
    reference = next((file for file in files if file.intact), None)
    frozen = _parts(reference, lang) if reference else None
    for file in files:
        if file is reference or file.path not in parts:
            continue
        there = parts[file.path]
        clauses = differences(frozen, there) if frozen is not None and there is not None else ()
        if not file.intact:
            inspection.add(file.path, "altered", _how(reference, clauses, there), clauses)
        elif clauses:
            message = f"differs from {_name(reference)}, and {_RECOMPUTED}"
            inspection.add(file.path, "altered", message, clauses)


def _believed(files: list[_File]) -> list[_File]:
    """Files of an edition whose manifest is altered: those that the edition JSON vouches for too.

    It holds digests of its own; a file that has one of them is what was frozen, or was altered
    with the manifest and the JSON, and then its clauses tell.
    """
    edition = next((file for file in files if file.path.endswith(".json")), None)
    read = _decode(edition.data) if edition else None
    if read is None:
        return files
    whole = read.text_digest == text_digest(read.edition)
    known = {read.body_digest, read.source_digest}
    return [
        file._replace(
            intact=file.intact or (whole if file is edition else digest_of(file.data) in known)
        )
        for file in files
    ]


def _how(reference: _File | None, clauses: tuple[object, ...], there: object) -> str:
    if there is None:
        return f"does not read any more; {_RESTORE}"
    if clauses:
        return f"differs from {_name(reference)}; {_RESTORE}"
    if reference is None:
        return f"has another digest, and nothing is left to compare it with; {_RESTORE}"
    return f"has another digest, though every clause reads the same; {_RESTORE}"


def _name(file: _File | None) -> str:
    return file.path.rpartition("/")[2] if file else ""


def _parts(file: _File, lang: str) -> Mapping[str, Part] | None:
    """The clauses in a body, an edition JSON or a source; None when it does not read."""
    suffix = file.path.rpartition(".")[2]
    return _READERS[suffix](file, lang)


def _json_parts(file: _File, lang: str) -> Mapping[str, Part] | None:
    del lang
    read = _decode(file.data)
    return edition_parts(read.edition) if read else None


def _source_parts(file: _File, lang: str) -> Mapping[str, Part] | None:
    try:
        return edition_parts(parse_source(file.text, lang=lang, path=Path(file.path)).edition)
    except SourceError:
        return None


_READERS: Mapping[str, Callable[[_File, str], Mapping[str, Part] | None]] = {
    "html": lambda file, _lang: body_parts(file.text),
    "json": _json_parts,
    "md": _source_parts,
}


def _decode(data: bytes) -> EditionFile | None:
    try:
        return msgspec.json.decode(data, type=EditionFile)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _check_text_digest(
    inspection: Inspection, found: Found, edition: _File, digests: FrozenEdition
) -> None:
    """What the edition JSON says of itself, and the digest of its text made again."""
    read = _decode(edition.data)
    if read is None or not edition.intact:
        return  # told as altered
    said = (read.policy, read.version, read.text_digest, read.body_digest)
    assert found.manifest is not None  # noqa: S101 - the caller has read it
    named = (found.manifest.policy, found.manifest.version)
    if said != (*named, digests.text, digests.body):
        message = "policy, version or a digest in it is not that of the manifest"
        inspection.add(*_blamed(found, edition.path, message))
    elif text_digest(read.edition) != digests.text:
        message = "its text does not have the text digest of the manifest"
        inspection.add(*_blamed(found, edition.path, message))


def _blamed(found: Found, path: str, message: str) -> tuple[str, What, str]:
    """The file to name where two disagree: the manifest, if that is doubted."""
    return (
        (found.file, "altered", f"{path}: {message}")
        if found.doubted
        else (path, "altered", message)
    )
