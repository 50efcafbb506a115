"""Which accounts' separate consent lives, for the send gate: asked of thousands at once.

The same as `standings.last_of` makes of what `accounts.said_by` finds, for one matter: a test holds
both equal. Here the public fields of the entries do, nothing is opened, and what is not about that
matter is not read.
"""

from collections.abc import Collection
from typing import Final

import msgspec
from msgspec import Struct

from clausepress.ledger import lookups
from clausepress.ledger.accounts import said_by
from clausepress.ledger.keys import Keys
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import Slug
from clausepress.ledger.standings import PERSONALISATION, last_of

KINDS: Final = ("consent", "personalisation-off", "withdrawal")
"""The kinds of records that give or end separate consents."""


class Needed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The separate consent that each recipient has to have given."""

    policy: Slug
    purpose: Slug


class _Text(Struct):
    policy: str


class _Said(Struct):
    """What of an entry counts here."""

    kind: str
    policy: str
    decision: str
    mode: str
    purpose: str = ""
    documents: list[_Text] = []

    def is_about(self, needed: Needed, known: bool) -> bool:
        """Whether it decides on that consent, given whether that was decided on before."""
        if self.policy != needed.policy and _Text(needed.policy) not in self.documents:
            return False
        if self.kind == "personalisation-off":
            return needed.purpose == PERSONALISATION
        if self.kind == "withdrawal" and not self.purpose:
            return known
        return self.purpose == needed.purpose


_Event = tuple[int, bool, _Said | None]
"""Place in the log, whether it was said under the account, and what; None for an erasure."""

_read: Final = msgspec.json.Decoder(_Said).decode


def willing(reader: Reader, keys: Keys, accounts: Collection[str], needed: Needed) -> set[str]:
    """The accounts whose consent lives; raises StoreUnavailable, or SetupError for other keys."""
    if not keys.one_mac:  # a browser may have two names, which only what is sealed tells
        key = (needed.policy, "consent", needed.purpose)
        found = said_by(reader, keys, accounts)
        return {account for account, events in found.items() if last_of(events).lives(key)}
    names = list(accounts)
    ((mac_id, macs),) = keys.each("account", [name.encode() for name in names]).items()
    said: dict[bytes, list[_Event]] = {}
    since: dict[bytes, dict[bytes, int]] = {}
    lost: dict[str, dict[bytes, int]] = {}
    """By browser, or its destroyed key: the accounts that chose in it, with the place of the first
    choice, or the last."""
    for account, place, entry, _, key_id, _, browser in lookups.linked(reader, mac_id, macs, KINDS):
        events = said.setdefault(account, [])
        if entry:
            events.append((place, True, _read(entry)))
        if browser:
            first = since.setdefault(browser, {})
            first[account] = min(place, first.get(account, place))
        else:
            last = lost.setdefault(key_id or "", {})
            last[account] = max(place, last.get(account, place))
    # Whatever else was said can end a consent and give none.
    live = {account for account, events in said.items() if _lives(events, needed)}
    touched: set[bytes] = set()
    browsers = [browser for browser, chose in since.items() if not live.isdisjoint(chose)]
    for browser, place, entry in lookups.said(reader, mac_id, browsers, KINDS):
        for account, first_place in since[browser].items():
            if place > first_place:
                said[account].append((place, False, _read(entry)))
                touched.add(account)
    erasures = lookups.erasures(reader, list(lost))
    for key_id, chose in lost.items():
        for account, last_place in chose.items():
            # A key whose time was over went without an erasure.
            place, _ = erasures.get(key_id) or (last_place, "")
            said[account].append((place, False, None))
            touched.add(account)
    live -= {account for account in touched if not _lives(said[account], needed)}
    return {name for name, mac in zip(names, macs, strict=True) if mac in live}


def _lives(events: list[_Event], needed: Needed) -> bool:
    """Whether the last decision is a consent that counts; as Standings.apply has it."""
    known = live = False
    for _, own, said in sorted(events, key=_place) if len(events) > 1 else events:
        if said is None:
            live = False
        elif said.is_about(needed, known) and (own or (known and said.decision != "given")):
            known, live = True, said.decision == "given" and said.mode != "continued_use"
    return live


def _place(event: _Event) -> int:
    return event[0]
