"""Links that stop promotion to a mailbox by one click (RFC 8058).

Such a link names the mailbox, for the operator alone to read, and cannot be forged: the mailbox is
encrypted with AES-SIV (RFC 5297) under a key made from each HMAC key. It is the same in every mail
to a mailbox, needs no table, and works as long as its HMAC key is kept.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from clausepress.ledger.keys import Keys

_PURPOSE: Final = "one-click"
_LONGEST: Final = 400  # characters; 254 octets of mailbox make 360


def token(keys: Keys, mailbox: str) -> str:
    """The last part of a link, of A-Z a-z 0-9 _ -; `mailbox` is in its one spelling."""
    sealed = AESSIV(keys.mac(_PURPOSE, b"")).encrypt(mailbox.encode(), None)
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def mailbox(keys: Keys, token: str) -> str | None:
    """The mailbox of a link; None when we did not make it."""
    if len(token) > _LONGEST:
        return None
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:  # not of these letters
        return None
    for _, key in keys.macs(_PURPOSE, b""):
        try:
            return AESSIV(key).decrypt(sealed, None).decode()
        except (InvalidTag, ValueError):  # too short for a tag
            continue
    return None
