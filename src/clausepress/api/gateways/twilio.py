"""Twilio: incoming message webhook, a signed form answered with TwiML.

Format: Twilio, "Messaging webhooks request"; signature: Twilio, "Webhooks security": the base64 of
an HMAC with the auth token over the exact URL and the sorted fields.
"""

import hmac
from base64 import b64encode
from typing import Final
from urllib.parse import urlsplit

from clausepress.api.gateways.model import Call, Gateway, NotReadable, form_pairs
from clausepress.ledger import Inbound
from clausepress.ledger.folding import decode

# Twilio answers these by itself and lets nothing more through to the number; only these, as they
# stand, for whoever says it in another way would get no answer at all.
_HANDLED: Final = frozenset(
    ["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"]
)


class Twilio(Gateway, frozen=True, kw_only=True):
    """Settings: the secret in the path and the account's auth token."""

    token: str

    name = "twilio"
    answer = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
    media_type = "text/xml; charset=utf-8"

    def signed(self, call: Call) -> bool:
        """See Gateway; Twilio writes the port of the URL at times and leaves it out at others."""
        given = call.headers.get("x-twilio-signature", "").encode()
        settings = call.headers.get("x-twilio-webhooks-signature-settings", "")
        digest = "sha256" if "algorithm=hmac_sha256" in settings.lower() else "sha1"
        fields = "".join(name + value for name, value in sorted(set(form_pairs(call.body))))
        tail = call.path + (f"?{call.query}" if call.query else "") + fields
        return any(
            hmac.compare_digest(self._signature(base + tail, digest), given)
            for base in _with_and_without_port(call.base)
        )

    def _signature(self, text: str, digest: str) -> bytes:
        return b64encode(hmac.new(self.token.encode(), text.encode(), digest).digest())

    def messages(self, body: bytes) -> list[Inbound]:
        """See Gateway; it tells no time, so the arrival counts."""
        fields = dict(form_pairs(body))
        if not {"MessageSid", "From", "Body"} & set(fields):
            raise NotReadable("the form has none of the fields")
        text = fields.get("Body", "")
        confirmed = fields.get("OptOutType") == "STOP" or text.strip().lower() in _HANDLED
        key = fields.get("MessageSid") or fields.get("SmsSid", "")
        sender = fields.get("From", "")
        return [Inbound(self.name, key, sender, text, decode(body), confirmed=confirmed)]


def _with_and_without_port(base: str) -> list[str]:
    parts = urlsplit(base)
    bare = f"{parts.scheme}://{parts.hostname}"
    return [f"{bare}{parts.path}", f"{bare}:{parts.port or 443}{parts.path}"]
