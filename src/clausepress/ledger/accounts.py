"""What was said under accounts, and in their browsers since without them.

Nobody has to log in to say no: a refusal or withdrawal made in a browser counts for each account
that had chosen in it before. A yes counts for the account it was said under only. Of an erased
browser nobody can tell any more what was taken back in it, so its erasure ends what those accounts
had given until then.

Nothing is decrypted here, unless a change of HMAC keys is under way.
"""

from collections.abc import Collection, Iterator

import msgspec

from clausepress.ledger import lookups
from clausepress.ledger.keys import Keys
from clausepress.ledger.reader import Reader
from clausepress.ledger.sealing import opened
from clausepress.ledger.standings import Event

_Named = tuple[str, bytes]
"""Whom the store knows by a keyed hash: the id of the HMAC key, and the hash."""


def said_by(reader: Reader, keys: Keys, accounts: Collection[str]) -> dict[str, list[Event]]:
    """The choices of each account that made any.

    Raises StoreUnavailable, or SetupError for other keys.
    """
    said: dict[str, list[Event]] = {}
    since: dict[_Named, dict[str, int]] = {}
    """By browser: each account that chose in it, and the place of its first choice there."""
    lost: dict[str, dict[str, int]] = {}
    """By the destroyed key of a browser: each account, and the place of its last choice there."""
    for account, place, entry, wrapped, browser_key, browser in _under(reader, keys, accounts):
        said.setdefault(account, []).append(Event(place, msgspec.json.decode(entry)))
        if browser is None:
            last = lost.setdefault(browser_key, {})
            last[account] = max(place, last.get(account, place))
        for name in _names(keys, entry, wrapped, browser) if browser else ():
            first = since.setdefault(name, {})
            first[account] = min(place, first.get(account, place))
    for mac_id in {named_by for named_by, _ in since}:
        macs = [mac for named_by, mac in since if named_by == mac_id]
        for mac, place, entry in lookups.said(reader, mac_id, macs):
            for account, first_place in since[mac_id, mac].items():
                if place > first_place:
                    said[account].append(Event(place, msgspec.json.decode(entry), own=False))
    erasures = lookups.erasures(reader, list(lost))
    for key_id, places in lost.items():
        for account, last_place in places.items():
            # A key whose time was over went without an erasure.
            place, at = erasures.get(key_id) or (last_place, "")
            said[account].append(Event(place, {"kind": "erasure", "at": at}, own=False))
    return said


def _under(
    reader: Reader, keys: Keys, accounts: Collection[str]
) -> Iterator[tuple[str, int, bytes, bytes, str, _Named | None]]:
    """All that was said under each account; see lookups.Linked."""
    ordered = list(accounts)
    for mac_id, macs in keys.each("account", [name.encode() for name in ordered]).items():
        by_mac = dict(zip(macs, ordered, strict=True))
        for mac, place, entry, wrapped, key_id, named_by, browser in lookups.linked(
            reader, mac_id, macs
        ):
            name = (named_by, browser) if named_by and browser else None
            yield by_mac[mac], place, entry or b"", wrapped, key_id or "", name


def _names(keys: Keys, entry: bytes, wrapped: bytes, browser: _Named) -> list[_Named]:
    """What the browser of a choice is stored under: one name for each HMAC key."""
    if keys.one_mac:
        return [browser]
    subject: str = opened(keys, entry, wrapped)["subject"]
    return keys.macs("subject", subject.encode())
