"""What the commands share that look at a published log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clausepress.ledger.published import Fetch
    from clausepress.note import VerifierKey


def verifier_key(text: str) -> VerifierKey:
    """Read a verifier key; raises ArgumentError saying where to get one."""
    from clausepress.errors import ArgumentError
    from clausepress.note import Malformed, VerifierKey

    try:
        return VerifierKey.parse(text.strip())
    except Malformed as error:
        raise ArgumentError(
            f"--key: {error}\n  fix: give the whole line that the log has at /v1/log/key"
        ) from None


def fetcher(url: str) -> Fetch:
    """Reads below a log's address, http or https; its errors are ClausepressErrors."""
    from clausepress.archive.verifying.places import Origin, UnreadableError
    from clausepress.errors import ClausepressError

    origin = Origin(url)

    def fetch(path: str) -> bytes | None:
        try:
            return origin.read(path)
        except UnreadableError as error:
            raise ClausepressError(f"{url}: {path}: {error}") from error

    return fetch
