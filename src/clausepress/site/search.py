"""What the search page reads: the clauses of the texts in force, or of every version of a policy.

A language has one file of texts in force, and each policy one of all its versions, fetched only
when a reader asks for them; so what a reader of current texts loads does not grow with the archive.
A clause that stood in many versions is held once, with the runs of versions it stood in. The text
itself is the index: the browser looks through all of it in milliseconds, and any index of Chinese
by its word pairs would be larger than the text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from clausepress.archive.index import edition_path
from clausepress.archive.model import Status
from clausepress.archive.published import Policy, Version
from clausepress.text.model import (
    PREFACE_ID,
    Block,
    Clause,
    Edition,
    Paragraph,
    block_runs,
    own_runs,
    plain,
)
from clausepress.text.numbers import gap

FILE = "search.json"

Row: TypeAlias = tuple[str, str, str, str, bool, str]
"""Id, number, heading, own text, whether it is a key clause, and the heading of its chapter."""


@dataclass(slots=True)
class Searched:
    """A policy as the search page reads it.

    Attributes:
        id: Its id.
        title: Its title.
        versions: Id, path of the permanent page and status of each version, oldest first.
        clauses: Each clause, then the first and last place in ``versions`` of each run of versions
            that it stood in.
    """

    id: str
    title: str
    versions: list[tuple[str, str, Status]] = field(default_factory=list)
    clauses: list[tuple[Row, tuple[int, ...]]] = field(default_factory=list)


def search_path(lang: str, policy: str = "") -> str:
    """Return the path of what is searched: the texts in force, or all versions of a policy."""
    return f"{lang}/{policy}/archive/{FILE}" if policy else f"{lang}/{FILE}"


def shown_version(policy: Policy, on: dt.date) -> Version:
    """Return the version that the policy's own page shows on a day."""
    return policy.current(on) or policy.versions[-1]


def chapters(edition: Edition) -> list[tuple[str, str]]:
    """Return id and title, with its number, of each chapter that has one."""
    return [(each.id, title) for each in edition.clauses if (title := _title(each))]


def current_search(policies: Iterable[Policy], lang: str, on: dt.date) -> bytes:
    """Return what is searched by default: the texts that the policies' own pages show.

    Raises:
        SourceError: A frozen one was altered.
    """
    shown = ((policy, shown_version(policy, on)) for policy in policies)
    return msgspec.json.encode(
        [_searched(policy, [each], lang, on) for policy, each in shown if lang in each.editions]
    )


def archive_search(policy: Policy, lang: str, on: dt.date) -> bytes:
    """Return every version of a policy in a language, as `current_search` does one.

    Raises:
        SourceError: A frozen one was altered.
    """
    versions = [version for version in policy.versions if lang in version.editions]
    return msgspec.json.encode([_searched(policy, versions, lang, on)])


def _searched(policy: Policy, versions: list[Version], lang: str, on: dt.date) -> Searched:
    statuses = policy.statuses(on)
    runs = runs_of(_rows(version.editions[lang].edition) for version in versions)
    return Searched(
        policy.id,
        policy.title(lang),
        [
            (version.id, edition_path(policy.id, version.id, lang), statuses[version.id])
            for version in versions
        ],
        [(row, tuple(found)) for row, found in runs.items()],
    )


def runs_of(versions: Iterable[Iterable[Row]]) -> dict[Row, list[int]]:
    """Return the runs of each row: the first and last place of each stretch of versions with it."""
    runs: dict[Row, list[int]] = {}
    for place, rows in enumerate(versions):
        for row in rows:
            found = runs.setdefault(row, [place, place])
            if found[-1] == place - 1:
                found[-1] = place
            elif found[-1] != place:
                found += [place, place]
    return runs


def _rows(edition: Edition) -> Iterator[Row]:
    if edition.preface:
        key = any(run.prominent for block in edition.preface for run in block_runs(block))
        yield PREFACE_ID, "", "", _text(edition.preface), key, ""
    for chapter in edition.clauses:
        title = _title(chapter)
        for clause in chapter.walk():
            yield _row(clause, "" if clause is chapter else title)


def _title(chapter: Clause) -> str:
    heading = plain(chapter.heading)
    return f"{chapter.number}{gap(chapter.number, heading)}{heading}" if heading else ""


def _row(clause: Clause, chapter: str) -> Row:
    key = any(run.prominent for run in own_runs(clause))
    return clause.id, clause.number, plain(clause.heading), _text(clause.blocks), key, chapter


def _text(blocks: tuple[Block, ...]) -> str:
    """Text of blocks, a line for each paragraph and each row of a table."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(plain(block.runs))
        else:
            rows = (block.header, *block.rows)
            lines += [" · ".join(plain(cell) for cell in row) for row in rows]
    return "\n".join(lines)
