"""Text messages that came back: from what a gateway says to a record, and back for reading."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from clausepress.ledger import address
from clausepress.ledger.errors import AddressInvalid
from clausepress.ledger.keys import Keys
from clausepress.ledger.keywords import match_reply
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import Reply, canonical
from clausepress.ledger.sealing import opened


class Inbound(NamedTuple):
    """A message as a gateway delivers it.

    Attributes:
        gateway: Who delivers it, such as "twilio".
        key: The gateway's own id of the message, or what stands for one: another delivery of the
            same message has the same.
        sender: The sender's number in any spelling; national ones are Chinese.
        text: The message as decoded.
        raw: The item as it came.
        sent_ms: When it was sent, Unix milliseconds; None if the gateway does not say.
        confirmed: Whether the gateway itself answers the sender that the opt-out worked.
    """

    gateway: str
    key: str
    sender: str
    text: str
    raw: str
    sent_ms: int | None = None
    confirmed: bool = False


class Received(NamedTuple):
    """A recorded reply, opened for a person or a program that may know the number.

    Attributes:
        position: Its place in the log, from 0.
        id: The record's id.
        at: When it was recorded, RFC 3339.
        event_at: When it was sent, RFC 3339.
        gateway: Who delivered it.
        verdict: See `keywords.Verdict`; "unreadable" for a message without a usable number.
        address: The sender in E.164; empty when unreadable.
        text: What it says; the item as it came when unreadable.
    """

    position: int
    id: str
    at: str
    event_at: str
    gateway: str
    verdict: str
    address: str
    text: str


def read(inbound: Inbound, keywords: Sequence[str]) -> Reply:
    """The record of a message, read for what it says."""
    said = match_reply(inbound.text, keywords)
    try:
        number = address.sender(inbound.sender)
    except AddressInvalid:
        number = ""
    return Reply(
        gateway=inbound.gateway,
        verdict=said.verdict if number else "unreadable",
        suppresses=bool(number) and said.suppresses,
        to_review=not number or said.to_review,
        address=number,
        text=inbound.text,
        raw=inbound.raw,
        sent_ms=inbound.sent_ms,
        confirmed=inbound.confirmed,
    )


def identity(inbound: Inbound, reply: Reply) -> bytes:
    """What two deliveries of one message have in common.

    Number and text are part of it, so that an id used twice by a gateway loses no opt-out.
    """
    number = reply.address or inbound.raw
    return canonical([inbound.gateway, inbound.key, number, inbound.text])


def received(reader: Reader, keys: Keys, start: int, *, confirm: bool) -> Iterator[Received]:
    """Recorded replies from a place in the log on: those to review, or those to confirm."""
    kinds = ["opt-out", "review"] if confirm else ["review"]
    while page := reader.sealed(kinds, start):
        start = page[-1].position + 1
        for row in page:
            fields = opened(keys, row.entry, row.wrapped)
            if confirm and not _to_confirm(reader, keys, fields):
                continue
            yield Received(
                row.position,
                fields["id"],
                fields["at"],
                fields["event_at"],
                fields["gateway"],
                fields["verdict"],
                fields["address"],
                fields["text"] if fields["address"] else fields["raw"],
            )


def _to_confirm(reader: Reader, keys: Keys, fields: dict[str, Any]) -> bool:
    """Whether a reply was the first to stop promotion to its sender, and nobody has told so."""
    if fields.get("decision") != "withdrawn" or "gateway" not in fields or fields["confirmed"]:
        return False
    macs = keys.macs("sms", fields["address"].encode())
    return reader.suppressions("sms", macs)[:1] == [fields["id"]]
