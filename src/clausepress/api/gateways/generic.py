"""A format of our own, for gateways without an adapter and for bridges from SMPP or CMPP.

An object, an array of them, or {"items": […]}: {"id", "from", "text", "sent_at"}. Instead of `text`
a bridge may send the octets it got: {"octets": base64, "data_coding": 8}, see `folding.decode`.
"""

import datetime as dt
from base64 import b64decode
from binascii import Error as Base64Error

from clausepress.api.gateways.model import Gateway, instant, json_items, raw, words
from clausepress.ledger import Inbound
from clausepress.ledger.folding import decode


class Generic(Gateway, frozen=True, kw_only=True):
    """Settings: the secret in the path."""

    name = "generic"
    answer = b'{"status":"ok"}'

    def messages(self, body: bytes) -> list[Inbound]:
        """See Gateway; `sent_at` is RFC 3339 or Unix time, UTC if it names no zone."""
        found = []
        for item in json_items(body):
            key, sender, text, sent, octets, coding = words(
                item, "id", "from", "text", "sent_at", "octets", "data_coding"
            )
            if octets:
                text = _decoded(octets, coding) or text
            key = key or sent
            found.append(Inbound(self.name, key, sender, text, raw(item), instant(sent, dt.UTC)))
        return found


def _decoded(octets: str, coding: str) -> str:
    try:
        data = b64decode(octets)
    except (ValueError, Base64Error):
        return ""
    return decode(data, int(coding) if coding in {"8", "15"} else None)
