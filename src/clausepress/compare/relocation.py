"""Clauses of earlier versions that are not under their id any more, and where they went."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from clausepress.compare.summary import Summary


@dataclass(frozen=True, slots=True)
class Relocated:
    """A clause of an earlier version that a link may still name.

    Attributes:
        id: The id it had.
        name: Its number then, else the beginning of its heading; may be empty.
        version: The version in which it got another id, was merged or removed.
        to: The clause it is, or is part of, in the newest version; empty when it was removed.
    """

    id: str
    name: str
    version: str
    to: str


def relocations(
    summaries: Iterable[tuple[str, Summary]], ids: Container[str]
) -> tuple[Relocated, ...]:
    """Return every clause of the versions before whose id the newest one does not have, in the
    order in which they went.

    Args:
        summaries: Each version with its changes against the one before, oldest first.
        ids: Ids of the newest version's clauses.
    """
    found: dict[str, Relocated] = {}
    for version, summary in summaries:
        for name, each in found.items():
            if after := summary.successors.get(each.to):
                left = replace(each, to=after.id)
                found[name] = left if after.id else replace(left, version=version)
        for name, after in summary.successors.items():
            found[name] = Relocated(name, after.name, version, after.id)
    return tuple(
        each if each.to in ids else replace(each, to="")
        for each in found.values()
        if each.id not in ids
    )
