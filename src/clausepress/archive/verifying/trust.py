"""Which keys to believe, and the signed head of a policy's chain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clausepress.archive.head import Head, UnknownSigner, open_head
from clausepress.archive.press import parse_keys
from clausepress.archive.verifying.inspection import Inspection
from clausepress.errors import ArgumentError, SourceError
from clausepress.files import decode_source
from clausepress.note import Malformed, Unsigned, VerifierKey


def given_keys(texts: Sequence[str]) -> tuple[VerifierKey, ...]:
    """Return the keys that a person gave.

    Raises:
        ArgumentError: One is no verifier key.
    """
    try:
        return tuple(VerifierKey.parse(text.strip()) for text in texts)
    except Malformed as error:
        raise ArgumentError(
            f"--key: {error}\n  fix: give the line of press.keys as you have it from elsewhere"
        ) from error


def keys_to_trust(
    inspection: Inspection, given: tuple[VerifierKey, ...]
) -> tuple[VerifierKey, ...]:
    """Return the keys given, else those of the place, which prove that it agrees with itself.

    A list that is missing or broken, or does not hold a key given, is recorded.
    """
    path = inspection.layout.keys
    missing = "" if given else "without the press's keys no signature can be checked; give --key"
    raw = inspection.read(path, missing)
    listed: tuple[VerifierKey, ...] = ()
    if raw is not None:
        try:
            listed = parse_keys(decode_source(raw, Path(path)), Path(path))
        except SourceError as error:
            inspection.add(path, "altered", str(error))
        else:
            for key in given:
                if key not in listed:
                    inspection.add(path, "untrusted", f"does not hold the key given, {key}")
    return given or listed


def read_head(
    inspection: Inspection, policy: str, keys: tuple[VerifierKey, ...], *, needed: bool
) -> Head | None:
    """Return a policy's head if one of the keys signed it; anything else is recorded.

    Args:
        inspection: Reads the file and takes the findings.
        policy: The policy's folder.
        keys: Keys to trust.
        needed: Whether a missing head is a fault.
    """
    path = inspection.layout.head(policy)
    missing = "the signed head of the chain is gone: nothing of this policy is proved"
    raw = inspection.read(path, missing if needed else "")
    if raw is None or not keys:
        return None
    inspection.checked.files += 1
    try:
        head = open_head(raw.decode("utf-8"), keys)
    except UnknownSigner as error:
        which = f"whose line is missing in {inspection.layout.keys} or was not given with --key"
        message = f"{error}, {which}; nothing of this policy is proved"
        inspection.add(path, "untrusted", message)
    except Unsigned as error:
        inspection.add(path, "untrusted", f"{error}; nothing of this policy is proved")
    except (Malformed, UnicodeDecodeError) as error:
        inspection.add(path, "altered", f"is no signed head: {error}")
    else:
        if head.policy != policy:
            inspection.add(
                path, "renamed", f"is the head of the policy {head.policy}, not of {policy}"
            )
        return head
    return None
