"""The chain of a policy's manifests: each names the one before, the signed head the last.

A version is frozen when the head counts it. One behind the head was left by a run that was
killed: its files are whole, it is not frozen yet, and freezing it again finishes the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from clausepress.archive.editions import RESTORE
from clausepress.archive.head import Head, UnknownSigner, digest_of, open_head
from clausepress.archive.manifest import FILE, FOLDER, HEAD, KEYS, SCHEMA, Manifest
from clausepress.errors import SourceError
from clausepress.note import Malformed, Unsigned, VerifierKey


@dataclass(frozen=True, slots=True)
class Link:
    """A manifest with its file and the digest over its bytes."""

    manifest: Manifest
    path: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The manifests of a policy.

    Attributes:
        links: Those that the head counts, in order.
        pending: One behind the head, left by a run that was killed.
    """

    links: tuple[Link, ...] = ()
    pending: Link | None = None

    @property
    def last(self) -> Link | None:
        """The newest frozen one."""
        return self.links[-1] if self.links else None

    def find(self, version: str) -> Link | None:
        """Return the link of a frozen version."""
        return next((link for link in self.links if link.manifest.version == version), None)


def read_chain(folder: Path, keys: tuple[VerifierKey, ...]) -> Chain:
    """Read the chain of the policy in a folder; empty where nothing was frozen.

    Raises:
        SourceError: A manifest that is altered, missing, copied or renamed, or a head that no
            key signed; the message names the file.
    """
    found = sorted(folder.glob(f"*/{FOLDER}/{FILE}"), key=str)
    head = _read_head(folder, keys)
    links = [_read_link(path, folder) for path in found]
    size = head.size if head else 0
    places: dict[int, Link] = {}
    for link in links:
        index = link.manifest.index
        if index in places:
            raise SourceError(
                link.path,
                f"has place {index} of the chain, which {places[index].path} has too",
                RESTORE,
            )
        if not 0 <= index <= size:
            raise SourceError(
                link.path,
                f"has place {index} of the chain, and the head counts {size}",
                f"restore {folder / HEAD} from version control, it is older than this manifest",
            )
        places[index] = link
    _check_links(folder, head, places)
    ordered = tuple(places[index] for index in range(size))
    return Chain(ordered, places.get(size))


def _check_links(folder: Path, head: Head | None, places: dict[int, Link]) -> None:
    """Follow the digests from the head to the first manifest."""
    size = head.size if head else 0
    wanted, holder = (head.digest if head else ""), folder / HEAD
    pending = places.get(size)
    if pending and pending.manifest.previous != wanted:
        raise SourceError(
            pending.path,
            f"does not follow the manifest that {holder} names",
            "remove the folder 'frozen' around it, then freeze the version again",
        )
    for index in range(size - 1, -1, -1):
        link = places.get(index)
        if link is None:
            raise SourceError(
                holder,
                f"the manifest at place {index} of the chain, of digest {wanted}, is not there",
                f"restore the version's folder '{FOLDER}' from version control",
            )
        if link.digest != wanted:
            raise SourceError(
                link.path,
                f"has the digest {link.digest}; {holder} was made for {wanted}",
                RESTORE,
            )
        wanted, holder = link.manifest.previous, link.path


def _read_link(path: Path, folder: Path) -> Link:
    try:
        data = path.read_bytes()
        manifest = msgspec.json.decode(data, type=Manifest)
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror}", RESTORE) from error
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise SourceError(path, f"is no manifest: {error}", RESTORE) from error
    if manifest.schema != SCHEMA:
        raise SourceError(
            path, f"is of the format {manifest.schema}, not {SCHEMA}", "update clausepress"
        )
    named, here = (manifest.policy, manifest.version), path.parent.parent
    if named != (folder.name, here.name):
        raise SourceError(
            path,
            f"is the manifest of {'/'.join(named)}: the folder was copied or renamed",
            f"give a renamed folder its name again; in a copy remove '{FOLDER}'",
        )
    return Link(manifest, path, digest_of(data))


def _read_head(folder: Path, keys: tuple[VerifierKey, ...]) -> Head | None:
    path = folder / HEAD
    if not path.exists():
        return None
    if not keys:
        raise SourceError(
            folder.parent / KEYS,
            f"there is no key to check {path} with",
            "restore it from version control",
        )
    try:
        head = open_head(path.read_text("utf-8"), keys)
    except UnknownSigner as error:
        raise SourceError(
            path,
            f"is no signed head: {error}, whose line is missing in {folder.parent / KEYS}",
            f"put the line back that begins so: lines are added to {KEYS}, never taken out; if the"
            " press has no such key, the head is a forgery",
        ) from error
    except (Malformed, Unsigned, UnicodeError) as error:
        raise SourceError(path, f"is no signed head: {error}", RESTORE) from error
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror}", RESTORE) from error
    if head.policy != folder.name:
        raise SourceError(path, f"is the head of {head.policy}: it was copied", RESTORE)
    return head
