"""What was said under accounts, and in their browsers since without them.

Nobody has to log in to say no: a refusal or withdrawal made in a browser counts for each account
that had chosen in it before. A yes counts for the account it was said under only. Of an erased
browser nobody can tell any more what was taken back in it, so its erasure ends what those accounts
had given until then.

Nothing is decrypted here, unless a change of HMAC keys is under way: the send gate asks it of
thousands.
"""

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from clausepress.ledger import lookups
from clausepress.ledger.keys import Keys
from clausepress.ledger.lookups import Linked, Named
from clausepress.ledger.reader import Reader
from clausepress.ledger.sealing import opened
from clausepress.ledger.standings import Event


def said_by(
    reader: Reader, keys: Keys, accounts: Collection[str], kinds: Collection[str] = ()
) -> dict[str, list[Event]]:
    """The choices of each account that made any, of these kinds or of all.

    Raises StoreUnavailable, or SetupError for other keys.
    """
    said: dict[str, list[Event]] = {}
    since: dict[Named, dict[str, int]] = {}
    """By browser: each account that chose in it, and the place of its first choice there."""
    lost: dict[str, dict[str, int]] = {}
    """By the destroyed key of a browser: each account, and the place of its last choice there."""
    for account, made in _under(reader, keys, accounts, kinds):
        events = said.setdefault(account, [])
        if made.entry and (fields := _read(made.entry, kinds)):
            events.append(Event(made.place, fields))
        if made.browser is None:
            last = lost.setdefault(made.browser_key, {})
            last[account] = max(made.place, last.get(account, made.place))
        for browser in _names(keys, made):
            first = since.setdefault(browser, {})
            first[account] = min(made.place, first.get(account, made.place))
    for browser, place, entry in lookups.said(reader, list(since), kinds):
        for account, first_place in since[browser].items():
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
    reader: Reader, keys: Keys, accounts: Collection[str], kinds: Collection[str]
) -> Iterator[tuple[str, Linked]]:
    """All that was said under each account, with the entries that are needed."""
    ordered = list(accounts)
    if not keys.one_mac:  # each is to be opened
        kinds = ()
    for mac_id, macs in keys.each("account", [name.encode() for name in ordered]).items():
        by_mac = dict(zip(macs, ordered, strict=True))
        for made in lookups.linked(reader, mac_id, macs, kinds):
            yield by_mac[made.account], made


def _read(entry: bytes, kinds: Collection[str]) -> dict[str, Any] | None:
    fields: dict[str, Any] = msgspec.json.decode(entry)
    return fields if not kinds or fields["kind"] in kinds else None


def _names(keys: Keys, made: Linked) -> list[Named]:
    """What the browser of a choice is stored under: one name for each HMAC key."""
    if made.browser is None:
        return []
    if made.entry is None or keys.one_mac:
        return [made.browser]
    subject: str = opened(keys, made.entry, made.wrapped)["subject"]
    return keys.macs("subject", subject.encode())
