"""Huawei Cloud Message & SMS: uplink messages as a form, on request signed with AK and SK.

Format: Huawei Cloud, Message & SMS, "Receiving Uplink Messages". Signature: Huawei Cloud, API
Gateway, "AK/SK signing", SDK-HMAC-SHA256.
"""

import datetime as dt
import hashlib
import hmac
import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import msgspec

from clausepress.api.gateways.model import Call, Gateway, NotReadable, form_pairs, instant
from clausepress.ledger import Inbound
from clausepress.ledger.folding import decode

_ALGORITHM: Final = "SDK-HMAC-SHA256"
_AUTHORIZATION: Final = re.compile(
    rf"{_ALGORITHM} +Access=([^,\s]+), *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{{64}})"
)


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An access key: AK and SK."""

    access: str
    secret: str

    def __repr__(self) -> str:
        return "Key"


class Huawei(Gateway, frozen=True, kw_only=True):
    """Settings: the secret in the path, and the key if the console is set to sign."""

    key: Key | None = None

    name = "huawei"
    answer = b"{}"

    def signed(self, call: Call) -> bool:
        """See Gateway.

        How old the signature is does not matter: the same message again changes nothing, and one
        refused for a slow clock would be lost.
        """
        if self.key is None:
            return True
        given = _AUTHORIZATION.fullmatch(call.headers.get("authorization", "").strip())
        if not given or "x-sdk-date" not in given[2].split(";"):
            return False
        signature = sign(self.key.secret, call, given[2].split(";"))
        return hmac.compare_digest(self.key.access.encode(), given[1].encode()) and (
            hmac.compare_digest(signature, given[3])
        )

    def messages(self, body: bytes) -> list[Inbound]:
        """See Gateway; `createTime` is UTC."""
        fields = dict(form_pairs(body))
        key, sent = fields.get("smsMsgId", ""), fields.get("createTime", "")
        sender, text = fields.get("from", ""), fields.get("body", "")
        if not {"from", "body", "smsMsgId"} & set(fields):
            raise NotReadable("the form has none of the fields")
        return [Inbound(self.name, key or sent, sender, text, decode(body), instant(sent, dt.UTC))]


def sign(secret: str, call: Call, names: list[str]) -> str:
    """The signature of a POST, in hex, over the headers of these names."""
    path = "/".join(quote(unquote(part), safe="~") for part in _path(call).split("/"))
    query = sorted(parse_qsl(call.query, keep_blank_values=True))
    headers = dict(call.headers) | {"host": urlsplit(call.base).netloc}
    canonical = "\n".join(
        [
            "POST",
            path if path.endswith("/") else f"{path}/",
            "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in query),
            "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in names),
            ";".join(names),
            hashlib.sha256(call.body).hexdigest(),
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{_ALGORITHM}\n{call.headers.get('x-sdk-date', '')}\n{digest}"
    return hmac.new(secret.encode(), to_sign.encode(), "sha256").hexdigest()


def _path(call: Call) -> str:
    return urlsplit(call.base).path + call.path
