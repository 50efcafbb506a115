"""The versions of a policy in one language, as the pages of a day see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from clausepress.archive.index import changes_path, edition_path, to_current_path
from clausepress.archive.model import Status
from clausepress.archive.published import Policy, Version

_NEAR = 10
"""Versions before the one in force whose comparison with it is a page that holds the redline. One
redline for each older version, made again with every new one, would cost more with each year."""


@dataclass(frozen=True, slots=True)
class Series:
    """The versions that have an edition in a language.

    Attributes:
        policy: The policy, without drafts.
        lang: The language.
        versions: The versions, oldest first; may be empty.
        statuses: Where each version stands, by id.
        in_force: The version in force, if it is one of them.
        places: Place of each in ``versions``, by id.
        corrections: The version that corrects another, by the id of that other.
    """

    policy: Policy
    lang: str
    versions: tuple[Version, ...]
    statuses: Mapping[str, Status]
    in_force: Version | None
    places: Mapping[str, int]
    corrections: Mapping[str, Version]

    def beside(self, version: Version, step: int) -> Version | None:
        """Return the version so many steps after one, before it when negative."""
        place = self.places[version.id] + step
        return self.versions[place] if 0 <= place < len(self.versions) else None

    def path(self, version: Version) -> str:
        """Return the permanent page of a version; empty when it is not one of these."""
        known = version.id in self.places
        return edition_path(self.policy.id, version.id, self.lang) if known else ""

    def changes(self, version: Version) -> str:
        """Return the page that compares a version with the one before it; empty for the first."""
        return changes_path(self.policy, version, self.lang)

    def to_current(self, version: Version) -> str:
        """Return the page that compares a version with the one in force; empty unless it is
        older."""
        older = (
            self.in_force
            and version.id in self.places
            and self.places[version.id] < self.places[self.in_force.id]
        )
        return to_current_path(self.policy.id, version.id, self.lang) if older else ""

    def is_near(self, version: Version) -> bool:
        """Whether a version's comparison with the one in force is made when the site is built."""
        return len(self.since(version)) <= _NEAR

    def until(self, version: Version) -> tuple[Version, ...]:
        """Return the versions up to one, itself included, oldest first."""
        return self.versions[: self.places[version.id] + 1]

    def since(self, version: Version) -> tuple[Version, ...]:
        """Return the versions after one up to the one in force, oldest first."""
        last = self.places[self.in_force.id] if self.in_force else -1
        return self.versions[self.places[version.id] + 1 : last + 1]


def policy_series(policy: Policy, languages: tuple[str, ...], on: dt.date) -> dict[str, Series]:
    """Return the series of a policy by language.

    Args:
        policy: The policy, without drafts.
        languages: Languages of the site.
        on: The day.
    """
    statuses, in_force = policy.statuses(on), policy.current(on)
    return {lang: _series(policy, lang, statuses, in_force) for lang in languages}


def _series(
    policy: Policy, lang: str, statuses: Mapping[str, Status], in_force: Version | None
) -> Series:
    versions = tuple(version for version in policy.versions if lang in version.editions)
    return Series(
        policy,
        lang,
        versions,
        statuses,
        in_force if in_force and lang in in_force.editions else None,
        {version.id: place for place, version in enumerate(versions)},
        {version.file.corrects: version for version in versions if version.file.corrects},
    )
