"""What is read from ``docs/``: editions with their digests, versions, policies, the library."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from clausepress.archive import lifecycle
from clausepress.archive.model import PolicyFile, Status, VersionFile
from clausepress.text.model import Edition


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

    def has_clause(self, name: str) -> bool:
        """Whether a clause has this id."""
        return any(clause.id == name for clause in self.edition.walk())


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
