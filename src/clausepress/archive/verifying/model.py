"""What a verification finds."""

from __future__ import annotations

from typing import Literal

import msgspec

REPORT_SCHEMA: Literal["clausepress.verify/1"] = "clausepress.verify/1"

What = Literal[
    "altered", "missing", "added", "renamed", "copied", "unproved", "untrusted", "unreadable"
]
"""What became of a file: ``unproved`` lies outside the signed chain, ``untrusted`` is a signature
or key that does not hold, ``unreadable`` could not be fetched or read."""


class ClauseDifference(msgspec.Struct, frozen=True):
    """A clause that differs.

    Attributes:
        id: Its id, ``preface`` for the text before the first clause.
        number: Its number as printed, empty when it has none.
        frozen: What was frozen, an excerpt around the first difference; empty for a clause that
            was not there.
        found: What stands there now; empty when it is gone.
        marks_only: The words are the same; emphasis, links or tags differ.
    """

    id: str
    number: str
    frozen: str
    found: str
    marks_only: bool = False


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it was frozen.

    Attributes:
        file: The file, relative to the place that was verified.
        what: What became of it.
        message: The same for a person, with what to do where it is not plain.
        clauses: The clauses that differ, where that could be told.
    """

    file: str
    what: What
    message: str
    clauses: tuple[ClauseDifference, ...] = ()


class Checked(msgspec.Struct):
    """How much was looked at.

    Attributes:
        policies: Policies of which something is frozen.
        versions: Frozen versions.
        files: Files compared with a digest.
        pages: Pages of a built site compared with a frozen body.
        timestamps: Time stamps.
        unfrozen: Public versions that are not frozen.
        unproved_pages: Pages of a built site that show those.
    """

    policies: int = 0
    versions: int = 0
    files: int = 0
    pages: int = 0
    timestamps: int = 0
    unfrozen: int = 0
    unproved_pages: int = 0


class ChainHead(msgspec.Struct, frozen=True):
    """The signed head of a policy's chain: who keeps it can tell later whether it still holds.

    Attributes:
        policy: Policy id.
        size: Number of frozen versions.
        digest: Over the manifest of the last.
    """

    policy: str
    size: int
    digest: str


class Report(msgspec.Struct, frozen=True):
    """The result of ``clausepress verify`` for a folder or a site; its ``--format json``.

    Attributes:
        schema: ``clausepress.verify/1``.
        place: What was verified.
        kind: ``archive`` for sources, ``site`` for what a build published.
        key: Verifier keys that the heads were checked with.
        key_given: Whether they came from the caller; else from the place itself.
        heads: Heads of the chains, those whose signature holds.
        since: Heads from earlier that they were compared with.
        checked: How much was looked at.
        findings: Everything that is not as it was frozen; empty when all is right.
        notes: What a reader should know of the result and is no fault.
    """

    schema: Literal["clausepress.verify/1"]
    place: str
    kind: Literal["archive", "site"]
    key: tuple[str, ...]
    key_given: bool
    heads: tuple[ChainHead, ...]
    since: tuple[ChainHead, ...]
    checked: Checked
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
