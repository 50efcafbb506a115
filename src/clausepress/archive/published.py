"""What is read from ``docs/``: editions with their digests, versions, policies, the library."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from clausepress.archive import lifecycle
from clausepress.archive.manifest import Manifest
from clausepress.archive.model import PolicyFile, Status, VersionFile
from clausepress.text.model import Edition


class Published(Protocol):
    """An edition ready for a page, parsed from its source or frozen.

    Attributes:
        path: Its source file.
        title: Its title.
        translates: Edition that it translates, empty when it states none.
        prominent: Ids of the clauses with prominent text, in order.
        source_digest: SHA-256 over the source file.
        text_digest: SHA-256 over the canonical text.
        body_digest: SHA-256 over the body.
    """

    @property
    def path(self) -> Path: ...

    @property
    def title(self) -> str: ...

    @property
    def translates(self) -> str: ...

    @property
    def prominent(self) -> tuple[str, ...]: ...

    @property
    def source_digest(self) -> str: ...

    @property
    def text_digest(self) -> str: ...

    @property
    def body_digest(self) -> str: ...

    @property
    def edition(self) -> Edition:
        """The text. A frozen one is read when asked for; raises SourceError if it was altered."""

    @property
    def body(self) -> str:
        """Its HTML body. A frozen one is read when asked for, as `edition` is."""

    def has_clause(self, name: str) -> bool:
        """Whether a clause has this id."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its editions by language; it is frozen when it has a manifest."""

    file: VersionFile
    path: Path
    editions: dict[str, Published]
    manifest: Manifest | None = None

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

    def statuses(self, on: dt.date) -> dict[str, Status]:
        """Return where each version stands on a day, by id."""
        return lifecycle.statuses([version.file for version in self.versions], on)

    def status(self, version: Version, on: dt.date) -> Status:
        """Return where a version stands on a day."""
        return self.statuses(on)[version.id]

    def public(self, on: dt.date) -> tuple[Version, ...]:
        """Return the versions that are no drafts on a day, oldest first."""
        statuses = self.statuses(on)
        return tuple(version for version in self.versions if statuses[version.id] != "draft")

    def controller(self, version: Version) -> dict[str, str]:
        """Return the controller per language: the one a frozen version was frozen with, else the
        one of ``policy.yml``."""
        return version.manifest.controller if version.manifest else self.file.controller

    def prevails(self, version: Version) -> str:
        """Return the language of the edition that prevails: the one a frozen version was frozen
        with, else the one of ``policy.yml``."""
        return version.manifest.prevails if version.manifest else self.file.prevails

    def title(self, lang: str) -> str:
        """Return the policy's title in a language, or in the one that `title_lang` returns."""
        return self._title_in(self.title_lang(lang))

    def title_lang(self, lang: str) -> str:
        """Return the language of the title that a language gets: that one, else the one that
        prevails, else any that has one."""
        wanted = (lang, self.file.prevails, *self.file.title, *self.versions[-1].editions)
        return next(each for each in wanted if self._title_in(each))

    def _title_in(self, lang: str) -> str:
        """The title in a language, of the newest edition where the policy states none; or empty."""
        if title := self.file.title.get(lang):
            return title
        newest_first = (version.editions.get(lang) for version in reversed(self.versions))
        return next((each.title for each in newest_first if each), "")


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

    def public(self, on: dt.date) -> Library:
        """Return what may be shown on a day: no drafts, and no policy that has nothing else."""
        shown = {
            name: Policy(policy.file, policy.path, versions)
            for name, policy in self.policies.items()
            if (versions := policy.public(on))
        }
        return Library(self.root, shown)
