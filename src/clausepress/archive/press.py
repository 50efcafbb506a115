"""The keys of the press: a secret one that signs heads, and the list of those to trust.

The list lies beside the policies, is published with them, and only grows: heads signed with an
older key stay valid.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clausepress.archive.manifest import KEYS
from clausepress.errors import ClausepressError, SourceError
from clausepress.files import read_text, write_atomic
from clausepress.note import Malformed, Signer, VerifierKey


def make_key(name: str, secret: Path, docs: Path, site: Path) -> VerifierKey:
    """Make an Ed25519 key, write the secret one (mode 0600), add the other to ``press.keys``.

    Args:
        name: Name of the key, without spaces and plus signs; by custom the site's host name.
        secret: File for the secret key.
        docs: The folder of policy sources.
        site: The folder of the built site.

    Raises:
        ClausepressError: The secret file is there already or lies where it would be published,
            a bad name, a refusing disk; then nothing is left behind.
    """
    for folder in (docs, site):
        if secret.resolve().is_relative_to(folder.resolve()):
            raise ClausepressError(
                f"{secret}: lies in {folder}/, which is published\n"
                "  fix: name a file outside of it with --output"
            )
    try:
        signer = Signer(name, Ed25519PrivateKey.generate())
    except Malformed as error:
        raise ClausepressError(f"{error}\n  fix: --name is a word, e.g. the site's host") from error
    before = read_text(docs / KEYS).rstrip("\n") + "\n" if (docs / KEYS).exists() else ""
    parse_keys(before, docs / KEYS)
    written = False
    try:
        handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        written = True
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(signer.secret() + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        write_atomic(docs / KEYS, f"{before}{signer.verifier}\n".encode())
    except FileExistsError as error:
        raise ClausepressError(
            f"{secret} is there already and is not overwritten: what it signed needs it\n"
            "  fix: name another file with --output"
        ) from error
    except OSError as error:
        if written:
            secret.unlink()
        raise ClausepressError(
            f"{secret}: the key cannot be written: {error.strerror}\n"
            "  fix: nothing was kept; check free space and permissions"
        ) from error
    return signer.verifier


def load_signer(path: Path) -> Signer:
    """Return the signer in a secret key file.

    Raises:
        SourceError: It is missing, the list of public keys, others may read it, or it is no
            secret key.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SourceError(
            path,
            f"the secret key cannot be read: {error.strerror}",
            "name it with --key, or make one: clausepress keygen",
        ) from error
    text = read_text(path).strip()
    if _is_public(text):
        raise SourceError(
            path,
            "holds verifier keys, which are public and sign nothing",
            "name the secret key that 'clausepress keygen' made, by default press.key",
        )
    if os.name == "posix" and mode & 0o077:
        raise SourceError(path, "the secret key may be read by others", f"chmod 600 {path}")
    try:
        return Signer.parse(text)
    except Malformed as error:
        raise SourceError(
            path, f"is no secret key: {error}", "restore the file that 'clausepress keygen' made"
        ) from error


def _is_public(text: str) -> bool:
    """Whether a text is a list of verifier keys."""
    try:
        return bool(parse_keys(text, Path(KEYS)))
    except SourceError:
        return False


def trusted_keys(docs: Path) -> tuple[VerifierKey, ...]:
    """Return the keys in ``press.keys``; none where there is no such file.

    Raises:
        SourceError: The file cannot be read, or a line is no verifier key.
    """
    path = docs / KEYS
    return parse_keys(read_text(path), path) if path.exists() else ()


def parse_keys(text: str, path: Path) -> tuple[VerifierKey, ...]:
    """Return the verifier keys in the text of ``press.keys``; lines with # are comments.

    Raises:
        SourceError: A line that is no verifier key.
    """
    keys = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            try:
                keys.append(VerifierKey.parse(line.strip()))
            except Malformed as error:
                raise SourceError(
                    path,
                    str(error),
                    "write verifier keys, one a line, as 'clausepress keygen' prints them",
                    line=number,
                ) from error
    return tuple(keys)
