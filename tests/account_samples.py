"""Account tokens as a host's server would sign them, for the tests of the ledger and of the API."""

import base64
import hashlib
import hmac
import json
from typing import Any

from clausepress.ledger.tokens import AccountKeys

KEY = b"k" * 32
HOST = AccountKeys([KEY])


def signed(account: str, subject: str, expires: int, *, key: bytes = KEY, **changes: Any) -> str:
    """A token by RFC 7519 and RFC 7515; `header` and claims can be changed."""
    header = changes.pop("header", {"alg": "HS256", "typ": "JWT"})
    claims = {"aud": "clausepress", "sub": account, "subject": subject, "exp": expires} | changes
    text = ".".join(packed(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{packed(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def packed(octets: bytes) -> str:
    """Base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
