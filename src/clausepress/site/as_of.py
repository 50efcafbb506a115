"""The page that tells what applied on a day: its rows, its links, the dated states behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clausepress.archive.as_of import Period, periods
from clausepress.archive.index import edition_path
from clausepress.archive.memento import History, history
from clausepress.archive.published import Policy, Version
from clausepress.site.dates import readable_lang


@dataclass(frozen=True, slots=True)
class Row:
    """A version in the table.

    Attributes:
        version: The version.
        period: When it applied; None when it states no date, or was replaced on its first day.
        lang: Language of the page it leads to: the reader's, else the one that prevails.
        path: Its permanent page.
    """

    version: Version
    period: Period | None
    lang: str
    path: str


def as_of_rows(policy: Policy, lang: str, on: dt.date) -> list[Row]:
    """Return the rows of the table as known on a day, newest first; drafts are left out."""
    public = policy.public(on)
    by_version = {each.version: each for each in periods(_dated(public))}
    return [_row(policy, each, lang, by_version.get(each.id)) for each in reversed(public)]


def policy_history(policy: Policy, lang: str, on: dt.date, api: str | None) -> History:
    """Return the dated states of a policy's page in a language.

    Args:
        policy: The policy.
        lang: The language.
        on: The day as of which they are told.
        api: URL of the API's ``/v1/`` folder; empty when it is beside the site, None without one.
    """
    public = policy.public(on)
    pages = {
        each.id: edition_path(policy.id, each.id, lang) for each in public if lang in each.editions
    }
    return history(f"{lang}/{policy.id}/", _dated(public), pages, on, api)


def _dated(versions: Sequence[Version]) -> list[tuple[str, dt.date | None]]:
    return [(each.id, each.file.effective_on) for each in versions]


def _row(policy: Policy, version: Version, lang: str, period: Period | None) -> Row:
    shown = readable_lang(policy, version, lang)
    return Row(version, period, shown, edition_path(policy.id, version.id, shown))
