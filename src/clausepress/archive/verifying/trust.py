"""Which keys to believe, and the signed head of a policy's chain."""

from __future__ import annotations

from pathlib import Path

from clausepress.archive.head import Head
from clausepress.archive.press import parse_keys
from clausepress.archive.verifying.inspection import Inspection
from clausepress.errors import ClausepressError, SourceError
from clausepress.files import decode_source
from clausepress.note import Malformed, Unsigned, VerifierKey, open_note


def given_key(text: str) -> VerifierKey:
    """Return the key that a person gave.

    Raises:
        ClausepressError: It is no verifier key.
    """
    try:
        return VerifierKey.parse(text.strip())
    except Malformed as error:
        raise ClausepressError(
            f"--key: {error}\n  fix: give the line of press.keys as you have it from elsewhere"
        ) from error


def keys_to_trust(inspection: Inspection, given: VerifierKey | None) -> tuple[VerifierKey, ...]:
    """Return the key given, else those of the place, which prove that it agrees with itself.

    A list that is missing or broken, or does not hold the key given, is recorded.
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
            if given and given not in listed:
                inspection.add(path, "untrusted", f"does not hold the key given, {given}")
    return (given,) if given else listed


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
    refusal = ""
    for key in keys:
        try:
            head = Head.parse(open_note(raw.decode("utf-8"), key))
        except Unsigned as error:
            refusal = str(error)
        except (Malformed, UnicodeDecodeError) as error:
            inspection.add(path, "altered", f"is no signed head: {error}")
            return None
        else:
            if head.policy != policy:
                inspection.add(
                    path, "renamed", f"is the head of the policy {head.policy}, not of {policy}"
                )
            return head
    of = f"no key of {inspection.layout.keys} signed it" if len(keys) > 1 else refusal
    inspection.add(path, "untrusted", f"{of}; nothing of this policy is proved")
    return None
