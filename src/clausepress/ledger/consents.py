"""Which accounts' separate consent lives, for the send gate: asked of thousands at once.

The log says it (`standings`, `accounts`); a table says it at once. A row stands for a record that
gave a consent under an account, by the account's key, until a later record ends it: a no under the
account, a no in a browser that it chose in before, the erasure of such a browser, or the end of the
key. The account's consent lives while there is a row. The writer keeps the table in the transaction
of the records (`consent_rows`); `verify` compares it with them (`audit_consents`).
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from msgspec import Struct, UnsetType

from clausepress.ledger import lookups
from clausepress.ledger.keys import Keys
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import Slug
from clausepress.ledger.standings import PERSONALISATION

KINDS: Final = ("consent", "personalisation-off", "withdrawal")
"""The kinds of records that give or end separate consents."""


class Needed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The separate consent that each recipient has to have given."""

    policy: Slug
    purpose: Slug


class Word(NamedTuple):
    """What a record of one of these kinds does to consents: gives one, or ends those there are.

    `purpose` is "" for every purpose of the text.
    """

    purpose: str
    gives: bool


def word(kind: str, decision: object, mode: object, purpose: str | UnsetType) -> Word:
    """What a record does, by its fields; as `standings` has it."""
    if kind == "personalisation-off":
        purpose = PERSONALISATION
    return Word(purpose or "", decision == "given" and mode != "continued_use")


def willing(reader: Reader, keys: Keys, accounts: Collection[str], needed: Needed) -> set[str]:
    """The accounts whose consent lives; raises StoreUnavailable."""
    names, live = list(accounts), set[str]()
    for mac_id, macs in keys.each("account", [name.encode() for name in names]).items():
        found = lookups.consenting(reader, needed.policy, needed.purpose, mac_id, macs)
        live.update(name for name, mac in zip(names, macs, strict=True) if mac in found)
    return live
