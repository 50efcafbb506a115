"""One verification under way: where files lie, what was read, what was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from clausepress.archive.head import digest_of
from clausepress.archive.manifest import FILE, FOLDER, HEAD, KEYS, SCHEMA, Manifest
from clausepress.archive.verifying.model import Checked, ClauseDifference, Finding, What
from clausepress.archive.verifying.places import Place, UnreadableError

TIMESTAMP = "manifest.tsr"
"""Beside a manifest: a time-stamp response over it (RFC 3161)."""

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")


def is_name(text: str) -> bool:
    """Whether a text can name a policy, version or language, and so a folder or file."""
    return _NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a kind of place keeps things; paths are relative to its root."""

    kind: Literal["archive", "site"]

    @property
    def top(self) -> str:
        """Prefix of every path below."""
        return "archive/" if self.kind == "site" else ""

    @property
    def keys(self) -> str:
        """Return the file of verifier keys."""
        return f"{self.top}{KEYS}"

    def head(self, policy: str) -> str:
        """Return the signed head of a policy's chain."""
        return f"{self.top}{policy}/{HEAD}"

    def frozen(self, policy: str, version: str) -> str:
        """Return the folder of a version's frozen files, ending in ``/``."""
        below = "" if self.kind == "site" else f"{FOLDER}/"
        return f"{self.top}{policy}/{version}/{below}"


@dataclass(slots=True)
class Found:
    """A frozen version as it lies there, believed or not.

    Attributes:
        policy: Folder of the policy.
        folder: Folder of the version.
        path: Folder of its frozen files, ending in ``/``.
        digest: Over the manifest's bytes.
        raw: The manifest's bytes.
        manifest: What it says, None when it cannot be read.
        fault: Why not.
        proved: The signed head leads to it.
        doubted: A link denies it, so what it says of its files counts for little.
        copied: It is the manifest of another version, so this one is not frozen.
    """

    policy: str
    folder: str
    path: str
    digest: str
    raw: bytes
    manifest: Manifest | None
    fault: str
    proved: bool = False
    doubted: bool = False
    copied: bool = False

    @property
    def file(self) -> str:
        """The manifest's path."""
        return self.path + FILE


@dataclass
class Inspection:
    """A place with all that was found in it so far."""

    place: Place
    layout: Layout
    checked: Checked = field(default_factory=Checked)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(
        self, file: str, what: What, message: str, clauses: Sequence[ClauseDifference] = ()
    ) -> None:
        """Record a finding."""
        self.findings.append(Finding(file, what, message, tuple(clauses)))

    def read(self, path: str, missing: str = "", teller: Found | None = None) -> bytes | None:
        """Return a file's bytes; None when it cannot be read, which is recorded.

        Args:
            path: The file.
            missing: What to record when it is not there; nothing when empty.
            teller: The manifest that names it; if that is doubted, it is told of instead.
        """
        try:
            data = self.place.read(path)
        except UnreadableError as error:
            self.add(path, "unreadable", str(error))
            return None
        if data is None and missing:
            self.tell(teller, path, "missing", missing)
        return data

    def tell(self, teller: Found | None, path: str, what: What, message: str) -> None:
        """Record a finding on a file, or on the manifest that it rests on if that is doubted."""
        if teller and teller.doubted:
            self.add(teller.file, "altered", f"{path} is {what}: {message}")
        else:
            self.add(path, what, message)

    def names(self, path: str) -> list[str] | None:
        """Return the names in a folder, None when the place cannot list any."""
        try:
            return self.place.names(path)
        except UnreadableError as error:
            self.add(path, "unreadable", str(error))
            return []

    def find(self, policy: str, version: str) -> Found | None:
        """Read a version's manifest; None when it has none."""
        path = self.layout.frozen(policy, version)
        raw = self.read(path + FILE)
        if raw is None:
            return None
        manifest, fault = _decode(raw)
        return Found(policy, version, path, digest_of(raw), raw, manifest, fault)


def _decode(raw: bytes) -> tuple[Manifest | None, str]:
    try:
        manifest = msgspec.json.decode(raw, type=Manifest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        return None, f"it does not read as a manifest: {error}"
    names = (manifest.policy, manifest.version, *manifest.editions)
    if manifest.schema != SCHEMA or not all(map(is_name, names)):
        return None, f"it is no {SCHEMA}, or names no policy, version or language"
    return manifest, ""
