"""A policy with what its pages share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from clausepress.archive.memento import History
from clausepress.archive.published import Policy, Version
from clausepress.site.as_of import policy_history
from clausepress.site.pages.model import facts
from clausepress.site.redlines import Redlines
from clausepress.site.series import Series, policy_series


@dataclass(frozen=True, slots=True)
class Shelf:
    """A policy as the pages of a day see it.

    Attributes:
        policy: The policy, without drafts.
        on: The day.
        series: Its versions by language, for every language of the site.
        histories: Its dated states by language.
        redlines: Redlines of this build.
        facts: What is known of the policy itself, an input of its pages.
        pdf: Whether this build has a PDF of every edition.
    """

    policy: Policy
    on: dt.date
    series: Mapping[str, Series]
    histories: Mapping[str, History]
    redlines: Redlines
    facts: str
    pdf: bool

    @property
    def shown(self) -> Version:
        """The version that the policy's own page shows: the one in force, else the newest."""
        return self.policy.current(self.on) or self.policy.versions[-1]

    def alternates(self, name: str = "") -> dict[str, str]:
        """Return language to path of a page that every language has."""
        return {lang: f"{lang}/{self.policy.id}/{name}" for lang in self.series}


def shelve(
    policy: Policy,
    languages: tuple[str, ...],
    on: dt.date,
    api: str | None,
    redlines: Redlines,
    *,
    pdf: bool,
) -> Shelf:
    """Return a policy's shelf.

    Args:
        policy: The policy, without drafts.
        languages: Languages of the site.
        on: The day.
        api: URL of the API's ``/v1/`` folder; empty when it is beside the site, None without one.
        redlines: Redlines of this build.
        pdf: Whether this build has a PDF of every edition.
    """
    return Shelf(
        policy,
        on,
        policy_series(policy, languages, on),
        {lang: policy_history(policy, lang, on, api) for lang in languages},
        redlines,
        facts(policy.file, policy.languages),
        pdf,
    )
