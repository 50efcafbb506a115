"""Going on to use a service counts only after a notice of the same texts to the same person."""

from typing import Any

import msgspec

from clausepress.ledger.errors import UnknownNotice
from clausepress.ledger.keys import Keys
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import AccountChoice, Choice
from clausepress.ledger.sealing import opened


def refusal(reader: Reader, keys: Keys, choice: Choice) -> UnknownNotice | None:
    """Why the notice that a choice names is none for it; None when it is, or none is named.

    Raises StoreUnavailable, or SetupError for other keys.
    """
    if not choice.notice:
        return None
    said = reader.said(choice.notice)
    fields: dict[str, Any] = msgspec.json.decode(said.entry) if said else {}
    # Whose notice it was is told to nobody else, so another's is answered like one that is not.
    if not said or not said.wrapped or fields["kind"] != "notice-shown":
        return _unknown()
    fields = opened(keys, said.entry, said.wrapped)
    account = choice.account if isinstance(choice, AccountChoice) else None
    if fields["subject"] != choice.subject and (not account or fields.get("account") != account):
        return _unknown()
    shown = {(text["policy"], text["version"]) for text in (fields, *fields.get("documents", ()))}
    if not shown.issuperset((text.policy, text.version) for text in choice.texts()):
        return UnknownNotice("The notice was of other texts. Show one of this version, then retry.")
    return None


def _unknown() -> UnknownNotice:
    return UnknownNotice(
        "There is no such notice to this subject. Record it as kind 'notice-shown' when it is "
        "shown, and send the id of that receipt."
    )
