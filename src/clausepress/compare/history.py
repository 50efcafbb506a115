"""A clause through the versions: where it changed, followed back under each number it had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clausepress.compare.summary import ClauseChange, Summary, clause_names
from clausepress.text.model import Edition


@dataclass(frozen=True, slots=True)
class Event:
    """A version in which a clause changed, and how."""

    version: str
    change: ClauseChange


@dataclass(frozen=True, slots=True)
class ClauseHistory:
    """A clause of the newest version.

    Attributes:
        id: Its id there.
        name: Its number there, else the beginning of its heading; may be empty.
        events: The versions in which it changed, newest first; none since the first version.
    """

    id: str
    name: str
    events: tuple[Event, ...]


def clause_histories(
    newest: Edition, summaries: Sequence[tuple[str, Summary]]
) -> tuple[ClauseHistory, ...]:
    """Return the history of every clause of an edition, in the order of its text.

    Args:
        newest: The newest edition.
        summaries: Each version with its changes against the one before, newest first.
    """
    names = clause_names(newest)
    ids = {name: name for name in names}  # of those that were there, at the version looked at
    events: dict[str, list[Event]] = {name: [] for name in names}
    for version, summary in summaries:
        changes = {each.new.id: each for each in summary.changes if each.new}
        for name, then in list(ids.items()):
            change = changes.get(then)
            if change:
                events[name].append(Event(version, change))
            if change and change.old is None:
                del ids[name]
            else:
                ids[name] = summary.origins.get(then, then)
    return tuple(ClauseHistory(each, name, tuple(events[each])) for each, name in names.items())


def removals(summaries: Sequence[tuple[str, Summary]]) -> tuple[Event, ...]:
    """Return every clause that was taken out, newest version first.

    Args:
        summaries: As for `clause_histories`.
    """
    return tuple(
        Event(version, change) for version, summary in summaries for change in summary.removed
    )
