"""Dated events of a site: a version announced, a version taking effect. Feeds and calendars tell
them, each in its own format.

Only stated dates are events; a version that states none has none. As in the lifecycle, the day of
the update stands in for that of an announcement that the version does not state.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from clausepress.archive.index import changes_path, edition_path
from clausepress.archive.published import Policy, Version
from clausepress.i18n import labels


@dataclass(frozen=True, slots=True)
class Site:
    """Where a site is and what it is called.

    Attributes:
        name: Its name, in no language or in all of them.
        url: Its URL ending in ``/``; empty when it is not stated.
        names: Its name per language.
    """

    name: str
    url: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, lang: str) -> str:
        """Return its name in a language."""
        return self.names.get(lang, self.name)

    def base(self, uri: str) -> str:
        """Return what stands before paths in a file at ``uri``: the URL, or steps to the root."""
        return self.url or "../" * uri.count("/")

    def id(self, *names: str) -> str:
        """Return an identifier of a thing of this site, the same in every build (RFC 9562 5.5).

        It keeps to the site's URL, or to its name when no URL is stated.
        """
        root = uuid.uuid5(uuid.NAMESPACE_URL, self.url or self.name)
        return str(uuid.uuid5(root, "/".join(names)))


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to a version on a day, told in one language.

    Attributes:
        what: Announced, or taking effect.
        day: The day, in China.
        policy: The policy.
        version: The version.
        lang: Language it is told in.
        path: The version's permanent page, in that language if it has such an edition.
        changes: The page of its changes; empty for a first version.
    """

    what: Literal["announced", "effective"]
    day: dt.date
    policy: Policy
    version: Version
    lang: str
    path: str
    changes: str

    @property
    def title(self) -> str:
        """The event in a line."""
        t = labels(self.lang)
        title, version = self.policy.title(self.lang), self.version.id
        if self.what == "announced":
            return t("{title}: version {version} announced", title=title, version=version)
        return t("{title}: version {version} takes effect", title=title, version=version)

    @property
    def id_path(self) -> str:
        """What tells it from every other event in any language."""
        return edition_path(self.policy.id, self.version.id, self.lang)

    @property
    def note(self) -> str:
        """What changed, as the editor says it."""
        return self.version.file.change_note.get(self.lang, "")


def readable_lang(policy: Policy, version: Version, lang: str) -> str:
    """Return the language to read a version in: the one asked for, else the one that prevails, else
    any it has."""
    wanted = (lang, policy.file.prevails, *version.editions)
    return next(each for each in wanted if each in version.editions)


def events(policies: Iterable[Policy], lang: str, on: dt.date) -> list[Event]:
    """Return the events of policies in a language that are known on a day, newest first.

    A version announced by then has its future effective date among them.
    """
    found = [event for policy in policies for event in _of_policy(policy, lang, on)]
    # What takes effect on the day of its announcement was announced first.
    return sorted(found, key=lambda event: (event.day, event.what, event.path), reverse=True)


def _of_policy(policy: Policy, lang: str, on: dt.date) -> Iterator[Event]:
    for version in policy.public(on):
        shown = readable_lang(policy, version, lang)
        path = edition_path(policy.id, version.id, shown)
        changes = changes_path(policy, version, shown)
        file = version.file
        announced, effective = file.announced_on or file.updated_on, file.effective_on
        if announced and announced <= on:
            yield Event("announced", announced, policy, version, lang, path, changes)
        if effective:
            yield Event("effective", effective, policy, version, lang, path, changes)
