"""What is public and no signature proves: versions that are not frozen, later words of policy.yml.

A chain proves what it holds and is silent on all else, so that a text in force that was never
frozen would pass unseen. The sources name it by their dates, a site by its index.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from clausepress.archive.lifecycle import statuses, today
from clausepress.archive.model import PolicyFile, Status, VersionFile
from clausepress.archive.verifying.inspection import Found, Inspection
from clausepress.archive.verifying.site import INDEX, Index, IndexedPolicy
from clausepress.errors import SourceError
from clausepress.files import decode_source
from clausepress.i18n import counted
from clausepress.text.yaml import load_yaml

_T = TypeVar("_T", VersionFile, PolicyFile)


def check_rest(
    inspection: Inspection,
    policy: str,
    found: Sequence[Found],
    unfrozen: Sequence[str],
    index: Index,
    only: str,
    *,
    has_chain: bool,
) -> None:
    """Name the public versions of a policy that are not frozen, and what its facts say since.

    A version that is or was in force beside frozen ones is a finding. One that is announced, and
    a policy of which nothing is frozen, are notes. So are facts of ``policy.yml``, or of the index
    made from it, that are not those of the newest manifest: they may change between versions.

    Args:
        inspection: Reads the files, takes findings and notes.
        policy: The policy's folder.
        found: Its manifests.
        unfrozen: Version folders without one.
        index: The site's index; empty for sources.
        only: The one version to verify, empty for all.
        has_chain: Whether anything of the policy is frozen.
    """
    listed = index.get(policy)
    if inspection.layout.kind == "site":
        stand = _indexed_statuses(listed)
    else:
        stand = _source_statuses(inspection, policy, found, unfrozen, today())
    public = {
        name: status
        for name, status in stand.items()
        if name in unfrozen and only in ("", name) and status != "draft"
    }
    _name_unfrozen(inspection, policy, public, listed, has_chain=has_chain)
    if not only:
        _note_changes(inspection, policy, found, listed)


def _indexed_statuses(listed: IndexedPolicy | None) -> dict[str, Status]:
    """Where the versions stand that an index names; the one it shows is in force."""
    versions = listed.versions if listed else ()
    current = listed.current if listed else None
    return {each.id: "effective" if each.id == current else each.status for each in versions}


def _source_statuses(
    inspection: Inspection,
    policy: str,
    found: Sequence[Found],
    unfrozen: Sequence[str],
    on: dt.date,
) -> dict[str, Status]:
    """Where the versions in a policy's folder stand on a day, by folder."""
    facts = {
        each.folder: each.manifest.facts for each in found if each.manifest and not each.copied
    }
    for name in unfrozen:
        if file := _load(inspection, f"{policy}/{name}/version.yml", VersionFile):
            facts[name] = file
    named = [msgspec.structs.replace(file, id=name) for name, file in facts.items()]
    return statuses(named, on)


def _name_unfrozen(
    inspection: Inspection,
    policy: str,
    public: Mapping[str, Status],
    listed: IndexedPolicy | None,
    *,
    has_chain: bool,
) -> None:
    pages = {name: _count_pages(listed, name) for name in public}
    inspection.checked.unfrozen += len(public)
    inspection.checked.unproved_pages += sum(pages.values())
    if public and not has_chain:
        named = ", ".join(f"{name} ({status})" for name, status in public.items())
        proves = f"no signature proves {_text_on(sum(pages.values()))}"
        inspection.notes.append(f"{policy}: nothing of it is frozen, {proves}: {named}")
        return
    for name, status in public.items():
        proves = f"is not frozen, no signature proves {_text_on(pages[name])}"
        command = f"clausepress freeze {policy}/{name}"
        if status == "announced":
            inspection.notes.append(
                f"{policy}/{name}: is announced and {proves}; before it takes effect: {command}"
            )
            continue
        stands = "is in force" if status == "effective" else "was in force"
        file = INDEX if inspection.layout.kind == "site" else f"{policy}/{name}/version.yml"
        message = f"{policy}/{name} {stands} and {proves}; freeze it: {command}"
        inspection.add(file, "unproved", message)


def _note_changes(
    inspection: Inspection, policy: str, found: Sequence[Found], listed: IndexedPolicy | None
) -> None:
    proved = [each.manifest for each in found if each.proved and each.manifest]
    if not proved:
        return
    path = INDEX if inspection.layout.kind == "site" else f"{policy}/policy.yml"
    now = listed if path == INDEX else _load(inspection, path, PolicyFile)
    if now is None:
        return
    newest = max(proved, key=lambda manifest: manifest.index)
    for name, said, before in (
        ("controller", now.controller, newest.controller),
        ("prevails", now.prevails, newest.prevails),
    ):
        if said != before:
            inspection.notes.append(
                f"{path}: {name} of {policy} changed since {newest.version} was frozen:"
                f" was {before!r}, is {said!r}, which no signature proves"
            )


def _load(inspection: Inspection, path: str, shape: type[_T]) -> _T | None:
    """A file that may change; None where there is none, and, with a note, where it is faulty."""
    raw = inspection.read(path)
    if raw is None:
        return None
    try:
        return load_yaml(decode_source(raw, Path(path)), Path(path)).convert(shape)
    except SourceError as error:
        inspection.notes.append(f"does not read, so what it says was not asked: {error}")
        return None


def _count_pages(listed: IndexedPolicy | None, version: str) -> int:
    """How many pages of a site show a version's text: one an edition, two while in force."""
    versions = listed.versions if listed else ()
    editions = sum(len(each.editions) for each in versions if each.id == version)
    return editions * (2 if listed and listed.current == version else 1)


def _text_on(pages: int) -> str:
    return f"its text, on {counted(pages, 'page')}" if pages else "its text"
