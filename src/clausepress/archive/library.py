"""The whole of ``docs/`` read at once: policies, versions, editions, digests."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from clausepress.archive import lifecycle
from clausepress.archive.model import Kind, PolicyFile, Status, VersionFile
from clausepress.errors import SourceError
from clausepress.files import read_text
from clausepress.i18n import available_languages, labels
from clausepress.text.canonical import text_digest
from clausepress.text.html import body_digest, render_body
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source
from clausepress.text.yaml import Mapping, load_yaml

_ID = re.compile(r"[a-z0-9][a-z0-9.-]*")
_RESERVED = frozenset({"archive", "as-of", "choices"})  # pages of the site beside the texts


def id_fault(name: str) -> str:
    """Return what to write instead when a name cannot be an id, else an empty string.

    Ids of policies and versions stand in URLs and folder names.
    """
    if name in _RESERVED:
        return f"take another name: {', '.join(sorted(_RESERVED))} are pages of the site"
    return "" if _ID.fullmatch(name) else "use lower-case letters, digits, '-' and '.'"


@dataclass(frozen=True, slots=True)
class Published:
    """An edition ready for a page.

    Attributes:
        edition: The text.
        path: Its source file.
        body: Its HTML body.
        source_digest: SHA-256 over the source file's text.
        text_digest: SHA-256 over the canonical text.
        body_digest: SHA-256 over the body.
    """

    edition: Edition
    path: Path
    body: str
    source_digest: str
    text_digest: str
    body_digest: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its editions by language."""

    file: VersionFile
    path: Path
    editions: dict[str, Published]

    @property
    def id(self) -> str:
        """The version's id, in URLs."""
        return self.file.id


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy with its versions, oldest first."""

    file: PolicyFile
    path: Path
    versions: tuple[Version, ...]

    @property
    def id(self) -> str:
        """The policy's id, in URLs."""
        return self.file.id

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages any version of it has, sorted."""
        return tuple(sorted({lang for version in self.versions for lang in version.editions}))

    def current(self, on: dt.date) -> Version | None:
        """Return the version in force on a day."""
        found = lifecycle.current([version.file for version in self.versions], on)
        return next(
            (version for version in self.versions if found and version.id == found.id), None
        )

    def status(self, version: Version, on: dt.date) -> Status:
        """Return where a version stands on a day."""
        return lifecycle.status(version.file, [each.file for each in self.versions], on)

    def title(self, lang: str) -> str:
        """Return the policy's title in a language, or in the one that prevails."""
        titles = self.file.title
        if lang in titles:
            return titles[lang]
        for version in reversed(self.versions):
            if lang in version.editions:
                return version.editions[lang].edition.title
        prevailing = self.versions[-1].editions
        return titles.get(self.file.prevails) or next(iter(prevailing.values())).edition.title


@dataclass(frozen=True, slots=True)
class Library:
    """Every policy of a site, by id: privacy policies first, then agreements, terms, notices."""

    root: Path
    policies: dict[str, Policy]

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages any policy has, sorted."""
        return tuple(
            sorted({lang for policy in self.policies.values() for lang in policy.languages})
        )


def load_library(docs: Path) -> Library:
    """Read every policy folder below ``docs``.

    Raises:
        SourceError: The first fault found, with file, line and fix.
    """
    if not docs.is_dir():
        raise SourceError(docs, "there is no such folder", "make it, or run 'clausepress new'")
    found = [_load_policy(path) for path in sorted(docs.glob("*/policy.yml"))]
    found.sort(key=lambda policy: get_args(Kind).index(policy.file.kind))
    policies = {policy.id: policy for policy in found}
    if not policies:
        raise SourceError(
            docs,
            "no policy is there",
            "add <policy>/policy.yml, or import a text: clausepress import",
        )
    _check_relations(policies)
    return Library(docs, policies)


def _load_policy(path: Path) -> Policy:
    mapping = load_yaml(read_text(path), path)
    file = mapping.convert(PolicyFile)
    _check_id(file.id, path, mapping, "policy")
    versions = []
    seen: dict[str, Path] = {}
    for folder in sorted(each for each in path.parent.iterdir() if each.is_dir()):
        version = _load_version(folder, seen)
        versions.append(version)
    if not versions:
        raise SourceError(
            path,
            "the policy has no version",
            "add a folder <version>/ with version.yml and <lang>.md",
        )
    order = [version.id for version in lifecycle.by_age([version.file for version in versions])]
    versions.sort(key=lambda version: order.index(version.id))
    policy = Policy(file, path, tuple(versions))
    if file.prevails not in policy.languages:
        raise SourceError(
            path,
            f"the prevailing language '{file.prevails}' has no edition",
            f"name one of {', '.join(policy.languages)}, or add {file.prevails}.md",
            line=mapping.line("prevails"),
        )
    _check_clauses(policy, mapping)
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
    if file.effective_on and file.updated_on and file.effective_on < file.updated_on:
        raise SourceError(
            path,
            f"it takes effect ({file.effective_on}) before it was updated ({file.updated_on})",
            "correct one of the two dates",
            line=mapping.line("effective_on"),
        )
    editions = {source.stem: _load_edition(source) for source in sorted(folder.glob("*.md"))}
    if not editions:
        raise SourceError(folder, "this version has no edition", "add its text: zh.md, en.md")
    return Version(file, path, editions)


def _load_edition(path: Path) -> Published:
    lang = path.stem
    if lang not in available_languages():
        raise SourceError(
            path,
            f"'{lang}' is not a language with a message catalog",
            f"name the file after one of: {', '.join(available_languages())}",
        )
    source = read_text(path)
    edition = parse_source(source, lang=lang, path=path).edition
    words = labels(lang)
    body = render_body(edition, html_lang=words.html_lang, prominent_label=words("Key clause:"))
    return Published(
        edition=edition,
        path=path,
        body=body,
        source_digest="sha256:" + hashlib.sha256(source.encode()).hexdigest(),
        text_digest=text_digest(edition),
        body_digest=body_digest(body),
    )


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


def _check_clauses(policy: Policy, mapping: Mapping) -> None:
    """The clause that a widget cites must stand in the newest version."""
    newest = policy.versions[-1]
    for name, section in (("cookies", policy.file.cookies), ("sms", policy.file.sms)):
        if section is None:
            continue
        for lang, published in newest.editions.items():
            if all(clause.id != section.clause for clause in published.edition.walk()):
                raise SourceError(
                    policy.path,
                    f"{name}.clause: no clause '{section.clause}' in {newest.id}/{lang}.md",
                    "name the id of the clause that the text gives it: {#id}",
                    line=mapping.line(f"{name}.clause"),
                )


def _check_relations(policies: dict[str, Policy]) -> None:
    for policy in policies.values():
        for relation in policy.file.relations:
            for other in (relation.prevails_over, relation.stated_in):
                if other not in policies:
                    raise SourceError(
                        policy.path,
                        f"relations name the policy '{other}', which is not there",
                        f"name one of: {', '.join(policies)}",
                    )
