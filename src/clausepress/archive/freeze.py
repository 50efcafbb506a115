"""Freezing a version: its bodies, editions and manifest, and the signed head that counts them.

Everything is written and synced beside the version first; then two renames publish it, the
folder's and the head's. Killed before the first, nothing happened; killed between, the next run
finishes.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from clausepress import __version__
from clausepress.archive.chain import Chain, Link, read_chain
from clausepress.archive.editions import RESTORE, FrozenFiles, read_frozen
from clausepress.archive.head import Head, digest_of
from clausepress.archive.index import edition_json
from clausepress.archive.manifest import (
    FILE,
    FOLDER,
    HEAD,
    KEYS,
    SCHEMA,
    FrozenEdition,
    Gate,
    Manifest,
)
from clausepress.archive.model import VersionFile
from clausepress.archive.press import trusted_keys
from clausepress.archive.published import Library, Policy, Version
from clausepress.errors import ClausepressError, SourceError
from clausepress.files import decode_source, read_source
from clausepress.note import Signer
from clausepress.text.yaml import load_yaml

_STAGING = ".freezing-"


class Freezing(NamedTuple):
    """What a run did.

    Attributes:
        manifest: That of the frozen version.
        files: The files written.
        finished: Whether it finished an earlier run that was killed.
    """

    manifest: Manifest
    files: tuple[Path, ...]
    finished: bool


def freeze_version(
    library: Library, policy_id: str, version_id: str, signer: Signer, gate: Gate, now: dt.datetime
) -> Freezing:
    """Freeze a version, whole or not at all; of two at once, one waits for the other.

    Args:
        library: What ``docs/`` holds.
        policy_id: Policy id.
        version_id: Version id.
        signer: Signs the head; its key stands in ``press.keys``.
        gate: What the gate let pass; nothing is asked of it here.
        now: The present instant, with a time zone.

    Raises:
        ClausepressError: No such version, a key that is not listed, a full disk.
        SourceError: The version is frozen already, its files are others than those that were
            read, the clock was set back, an earlier run must be finished first.
    """
    policy, version = find_version(library, policy_id, version_id)
    keys = trusted_keys(library.root)
    if signer.verifier not in keys:
        raise SourceError(
            library.root / KEYS,
            f"does not list the key {signer.verifier}",
            "name the secret key of a listed one with --key; 'clausepress keygen' makes and lists",
        )
    folder = policy.path.parent
    try:
        with _locked(folder):
            chain = read_chain(folder, keys)
            _check_may_freeze(chain, version)
            if chain.pending:
                return _finish(chain.pending, folder, signer)
            manifest, files = _content(chain, policy, version, gate, now)
            _publish(manifest, files, folder, signer)
    except OSError as error:
        raise ClausepressError(
            f"{folder}: cannot be written: {error.strerror}\n"
            "  fix: nothing was frozen; check free space and permissions, then freeze again"
        ) from error
    frozen = version.path.parent / FOLDER
    return Freezing(manifest, (*(frozen / name for name in files), folder / HEAD), finished=False)


def find_version(library: Library, policy_id: str, version_id: str) -> tuple[Policy, Version]:
    """Return a policy and one of its versions.

    Raises:
        ClausepressError: There is no such policy or version.
    """
    policy = library.policies.get(policy_id)
    if policy is None:
        raise ClausepressError(
            f"there is no policy '{policy_id}' in {library.root}/\n"
            f"  fix: name one of: {', '.join(library.policies)}"
        )
    for version in policy.versions:
        if version.id == version_id:
            return policy, version
    raise ClausepressError(
        f"{policy_id} has no version '{version_id}'\n"
        f"  fix: name one of: {', '.join(each.id for each in policy.versions)}"
    )


def _check_may_freeze(chain: Chain, version: Version) -> None:
    link = chain.find(version.id)
    if link:
        raise SourceError(
            link.path,
            f"{version.id} was frozen at {link.manifest.frozen_at.isoformat()} and is not"
            " overwritten",
            "a correction is a new version: copy the sources to a new folder, without"
            f" '{FOLDER}', and write corrects: {version.id} and correction_reason",
        )
    pending = chain.pending
    if pending and pending.manifest.version != version.id:
        name = f"{pending.manifest.policy}/{pending.manifest.version}"
        raise SourceError(
            pending.path,
            f"freezing {name} was cut short",
            f"finish it first: clausepress freeze {name}",
        )


def _finish(pending: Link, folder: Path, signer: Signer) -> Freezing:
    """Sign the head over what a run that was killed had already frozen."""
    manifest = pending.manifest
    version = folder / manifest.version
    try:
        read_frozen(version / "version.yml", manifest.facts_digest)
        for lang, digests in manifest.editions.items():
            FrozenFiles(version / f"{lang}.md", digests).check()
    except SourceError as error:
        raise SourceError(
            pending.path,
            f"freezing was cut short, and its files have changed since ({error.path})",
            f"remove the folder {pending.path.parent}, then freeze the version again",
        ) from error
    with _staged(folder, {HEAD: _head(manifest, pending.digest, signer)}) as staging:
        (staging / HEAD).replace(folder / HEAD)
        _sync(folder)
    return Freezing(manifest, (folder / HEAD,), finished=True)


def _content(
    chain: Chain, policy: Policy, version: Version, gate: Gate, now: dt.datetime
) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest and every file of the folder by name, from what was read before the lock."""
    last = chain.last
    at = now.astimezone(dt.UTC).replace(microsecond=0)
    if last and at < last.manifest.frozen_at:
        raise SourceError(
            last.path,
            f"was frozen at {last.manifest.frozen_at.isoformat()}, and the clock says"
            f" {at.isoformat()}",
            "check the clock of this machine; the chain is in the order of time",
        )
    facts = read_source(version.path)
    if load_yaml(decode_source(facts, version.path), version.path).convert(VersionFile) != (
        version.file
    ):
        raise _changed(version.path)
    if {path.stem for path in version.path.parent.glob("*.md")} != set(version.editions):
        raise _changed(version.path.parent)
    files: dict[str, bytes] = {}
    editions: dict[str, FrozenEdition] = {}
    for lang, published in sorted(version.editions.items()):
        if digest_of(read_source(published.path)) != published.source_digest:
            raise _changed(published.path)
        body, encoded = published.body.encode(), edition_json(policy, version, lang)
        files |= {f"{lang}.html": body, f"{lang}.json": encoded}
        editions[lang] = FrozenEdition(
            title=published.title,
            translates=published.translates,
            prominent=published.prominent,
            source=published.source_digest,
            text=published.text_digest,
            body=published.body_digest,
            json=digest_of(encoded),
        )
    manifest = Manifest(
        schema=SCHEMA,
        policy=policy.id,
        version=version.id,
        index=len(chain.links),
        previous=last.digest if last else "",
        frozen_at=at,
        tool=f"clausepress {__version__}",
        controller=policy.file.controller,
        prevails=policy.file.prevails,
        facts=version.file,
        facts_digest=digest_of(facts),
        editions=editions,
        gate=gate,
    )
    files[FILE] = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    return manifest, files


def _publish(manifest: Manifest, files: dict[str, bytes], folder: Path, signer: Signer) -> None:
    frozen = folder / manifest.version / FOLDER
    if frozen.exists():
        raise SourceError(
            frozen, f"is there without a {FILE}", f"{RESTORE}; remove what was never frozen"
        )
    head = _head(manifest, digest_of(files[FILE]), signer)
    outputs = {f"{FOLDER}/{name}": data for name, data in files.items()} | {HEAD: head}
    with _staged(folder, outputs) as staging:
        (staging / FOLDER).rename(frozen)
        try:
            _sync(frozen.parent)
            (staging / HEAD).replace(folder / HEAD)
        except BaseException:
            frozen.rename(staging / FOLDER)  # removed with what was staged
            raise
        _sync(folder)


def _head(manifest: Manifest, digest: str, signer: Signer) -> bytes:
    return signer.sign(str(Head(manifest.policy, manifest.index + 1, digest))).encode()


def _changed(path: Path) -> SourceError:
    return SourceError(path, "was changed while it was being frozen", "freeze the version again")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the policy's lock, the folder itself; sweep up behind a run that was killed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in folder.glob(f"{_STAGING}*"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(handle)


@contextmanager
def _staged(folder: Path, outputs: dict[str, bytes]) -> Iterator[Path]:
    """A folder with files that are safely on the disk; what is left in it goes with it."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=_STAGING) as name:
        staging = Path(name)
        for path, data in outputs.items():
            target = staging / path
            target.parent.mkdir(exist_ok=True)
            with target.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        for parent in {(staging / each).parent for each in outputs}:
            _sync(parent)
        yield staging


def _sync(folder: Path) -> None:
    """Put a folder's names on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
