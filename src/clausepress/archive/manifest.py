"""The manifest of a frozen version: what was published, in digests, linked to the one before.

A policy's manifests form a chain: each holds the digest of the one frozen before it, and the
head, a C2SP signed note, holds their number and the digest of the last. Whoever trusts the key
and the head can tell any change to any frozen version.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from clausepress.archive.model import MaterialKind, VersionFile

SCHEMA = "clausepress.manifest/1"
FOLDER = "frozen"
FILE = "manifest.json"
HEAD = "head.note"
"""Beside ``policy.yml``: the signed head of the policy's chain."""
KEYS = "press.keys"
"""Beside the policies: verifier keys of the press, one a line; lines with # are comments."""


class FrozenEdition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the index says of an edition, and its digests, each ``sha256:`` and 64 hex digits.

    Attributes:
        title: Its title.
        translates: Edition that it translates, empty when it states none.
        prominent: Ids of the clauses with prominent text, in order.
        source: Over the source file, ``<lang>.md``.
        text: Over the canonical text; survives any change of tool or theme.
        body: Over the frozen body, ``frozen/<lang>.html``.
        json: Over the frozen edition, ``frozen/<lang>.json``.
    """

    title: str
    translates: str
    prominent: tuple[str, ...]
    source: str
    text: str
    body: str
    json: str


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the gate let pass.

    Attributes:
        kinds: Material kinds that the editor confirmed.
        historic: Why the gate was not asked: a version published before this press had it.
    """

    kinds: tuple[MaterialKind, ...] = ()
    historic: str = ""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``frozen/manifest.json``.

    Attributes:
        schema: Name of this format.
        policy: Policy id.
        version: Version id.
        index: Place in the policy's chain, from 0, in the order of freezing.
        previous: Digest over the bytes of the manifest at ``index - 1``, empty for the first.
        frozen_at: When it was frozen, UTC, whole seconds.
        tool: Name and version of the program that froze it.
        controller: What ``policy.yml`` said of the controller, per language.
        prevails: Language of the edition that prevails, as ``policy.yml`` said.
        facts: What ``version.yml`` said.
        facts_digest: Over the bytes of ``version.yml``.
        editions: Digests per language.
        gate: What the gate let pass.
    """

    schema: str
    policy: str
    version: str
    index: int
    previous: str
    frozen_at: dt.datetime
    tool: str
    controller: dict[str, str]
    prevails: str
    facts: VersionFile
    facts_digest: str
    editions: dict[str, FrozenEdition]
    gate: Gate
