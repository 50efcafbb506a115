"""The whole of ``docs/`` read at once: policies, versions, editions, digests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from clausepress.archive import checks, lifecycle
from clausepress.archive.chain import Link, read_chain
from clausepress.archive.editions import FrozenFiles, parse_edition, read_frozen
from clausepress.archive.model import Kind, PolicyFile, VersionFile
from clausepress.archive.press import trusted_keys
from clausepress.archive.published import Library, Policy, Published, Version
from clausepress.errors import SourceError
from clausepress.files import read_text
from clausepress.note import VerifierKey
from clausepress.text.yaml import Mapping, load_yaml

_ID = re.compile(r"[a-z0-9][a-z0-9.-]*")
_RESERVED = frozenset({"archive", "as-of", "choices", "compare", "history"})  # pages of ours


def id_fault(name: str) -> str:
    """Return what to write instead when a name cannot be an id, else an empty string.

    Ids of policies and versions stand in URLs and folder names.
    """
    if name in _RESERVED:
        return f"take another name: {', '.join(sorted(_RESERVED))} are pages of the site"
    if name.endswith((".html", ".ics", ".json", ".link", ".md", ".xml")):
        return "take a name that does not end like a file"
    return "" if _ID.fullmatch(name) else "use lower-case letters, digits, '-' and '.'"


def load_library(docs: Path) -> Library:
    """Read every policy folder below ``docs``.

    Frozen versions are not parsed: their files are compared with the digests of their manifests,
    and these with the signed head.

    Raises:
        SourceError: The first fault found, with file, line and fix.
    """
    if not docs.is_dir():
        raise SourceError(docs, "there is no such folder", "make it, or run 'clausepress new'")
    keys = trusted_keys(docs)
    found = [_load_policy(path, keys) for path in sorted(docs.glob("*/policy.yml"))]
    _check_no_strays(docs, found)
    found.sort(key=lambda policy: get_args(Kind).index(policy.file.kind))
    policies = {policy.id: policy for policy in found}
    if not policies:
        raise SourceError(
            docs,
            "no policy is there",
            "add <policy>/policy.yml, or import a text: clausepress import",
        )
    checks.check_relations(policies)
    return Library(docs, policies)


def _load_policy(path: Path, keys: tuple[VerifierKey, ...]) -> Policy:
    mapping = load_yaml(read_text(path), path)
    file = mapping.convert(PolicyFile)
    _check_id(file.id, path, mapping, "policy")
    chain = read_chain(path.parent, keys)
    frozen = {link.manifest.version: link for link in chain.links}
    seen: dict[str, Path] = {}
    versions = [
        _open_frozen(folder, frozen[folder.name])
        if folder.name in frozen
        else _load_version(folder, seen)
        for folder in sorted(path.parent.iterdir(), key=lambda folder: folder.name)
        if folder.name in frozen or any(folder.glob("version.y*ml")) or any(folder.glob("*.md"))
    ]
    if not versions:
        raise SourceError(
            path,
            "the policy has no version",
            "add a folder <version>/ with version.yml and <lang>.md",
        )
    checks.check_order(versions)
    checks.check_corrections(versions)
    ordered = lifecycle.by_age([version.file for version in versions])
    rank = {file.id: place for place, file in enumerate(ordered)}
    versions.sort(key=lambda version: rank[version.id])
    policy = Policy(file, path, tuple(versions))
    if file.prevails not in policy.languages:
        raise SourceError(
            path,
            f"the prevailing language '{file.prevails}' has no edition",
            f"name one of {', '.join(policy.languages)}, or add {file.prevails}.md",
            line=mapping.line("prevails"),
        )
    checks.check_policy(policy, mapping)
    return policy


def _load_version(folder: Path, seen: dict[str, Path]) -> Version:
    path = folder / "version.yml"
    if not path.is_file():
        raise SourceError(
            folder,
            "this version folder has no version.yml",
            f"write version.yml with id: {folder.name}",
        )
    mapping = load_yaml(read_text(path), path)
    file = mapping.convert(VersionFile)
    if file.id in seen:
        raise SourceError(
            path,
            f"the id '{file.id}' is already that of {seen[file.id]}",
            "a version is never published twice: give the new one its own id and folder",
            line=mapping.line("id"),
        )
    seen[file.id] = path
    _check_id(file.id, path, mapping, "version")
    checks.check_dates(file, path, mapping)
    editions: dict[str, Published] = {
        source.stem: parse_edition(source) for source in sorted(folder.glob("*.md"))
    }
    if not editions:
        raise SourceError(folder, "this version has no edition", "add its text: zh.md, en.md")
    checks.check_summary(file, editions, path, mapping)
    return Version(file, path, editions)


def _open_frozen(folder: Path, link: Link) -> Version:
    """A frozen version, once its files are those of the manifest."""
    manifest = link.manifest
    path = folder / "version.yml"
    read_frozen(path, manifest.facts_digest)
    for source in sorted(folder.glob("*.md")):
        if source.stem not in manifest.editions:
            raise SourceError(
                source,
                f"was added after {folder.name} was frozen",
                "move it to a new version; a frozen one stays as it is",
            )
    editions: dict[str, Published] = {}
    for lang, digests in manifest.editions.items():
        edition = FrozenFiles(folder / f"{lang}.md", digests)
        edition.check()
        editions[lang] = edition
    return Version(manifest.facts, path, editions, manifest)


def _check_id(name: str, path: Path, mapping: Mapping, what: str) -> None:
    if fix := id_fault(name):
        raise SourceError(
            path, f"'{name}' cannot be the id of a {what}", fix, line=mapping.line("id")
        )
    if name != path.parent.name:
        raise SourceError(
            path,
            f"the id is '{name}' but the folder is '{path.parent.name}'",
            f"a {what} lies in a folder of its id: rename one; give a copied folder its own id",
            line=mapping.line("id"),
        )


def _check_no_strays(docs: Path, policies: list[Policy]) -> None:
    """A policy or version at a place where nobody looks would be published as plain Markdown."""
    known = {policy.path for policy in policies}
    known |= {version.path for policy in policies for version in policy.versions}
    found = [path for path in docs.rglob("*.y*ml") if path.stem in ("policy", "version")]
    for path in sorted({*found} - known):
        raise SourceError(
            path,
            "lies where no policy is looked for",
            "put it at <policy>/policy.yml or <policy>/<version>/version.yml",
        )
