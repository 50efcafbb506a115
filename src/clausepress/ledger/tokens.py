"""Account tokens: by them the host's server says whose account a browser's choice is made under.

A token is a JSON Web Token in its compact form (RFC 7519) signed with HMAC-SHA-256 ("HS256", RFC
7518 section 3.2), so any library makes it, and this does, too:

    import base64, hashlib, hmac, json, time

    def account_token(key: bytes, account: str, subject: str) -> str:
        pack = lambda octets: base64.urlsafe_b64encode(octets).rstrip(b"=")
        claims = {"aud": "clausepress", "sub": account, "subject": subject,
                  "exp": int(time.time()) + 900}
        parts = [{"alg": "HS256", "typ": "JWT"}, claims]
        text = b".".join(pack(json.dumps(part).encode()) for part in parts)
        return (text + b"." + pack(hmac.digest(key, text, "sha256"))).decode()

`account` is the host's own id of the account, no name, number or mailbox; `subject` is the
browser's, as in its choices. Whoever has no key can link nobody's account to anything.
"""

import hmac
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from clausepress.ledger.errors import AccountTokenExpired, AccountTokenInvalid

AUDIENCE: Final = "clausepress"
LONGEST: Final = 86_400
"""Seconds from now at which a token may expire at the latest."""

AccountKey = Annotated[bytes, Meta(min_length=32, max_length=64)]
Account = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:|-]{1,128}$(?!\n)")]


class _Header(Struct):
    alg: Literal["HS256"]


class _Claims(Struct):
    aud: str | list[str]
    sub: Account
    subject: str
    exp: float


class Vouched(NamedTuple):
    """What an authentic token says.

    Attributes:
        account: The account.
        refusal: Why the token counts for nothing new, being expired; a choice made under it while
            it was not is the same when it comes again.
    """

    account: str
    refusal: AccountTokenExpired | None


class AccountKeys:
    """The keys that the host signs with; several while they are being changed."""

    def __init__(self, keys: Iterable[bytes] = ()) -> None:
        self._keys = list(keys)

    def read(self, token: str, subject: str, now_ms: int) -> Vouched:
        """What a token says of the account of a subject, at the clock's Unix milliseconds.

        Raises AccountTokenInvalid when it is not the host's, or not for this subject.
        """
        if not self._keys:
            raise AccountTokenInvalid(
                "This server knows no key of the host's. Leave account_token out, or have the "
                "operator set CLAUSEPRESS_ACCOUNT_KEYS."
            )
        claims = self._claims(token)
        if AUDIENCE not in ([claims.aud] if isinstance(claims.aud, str) else claims.aud):
            raise AccountTokenInvalid(f"The account token is not for us. Set aud to {AUDIENCE}.")
        if not hmac.compare_digest(claims.subject.encode(), subject.encode()):
            raise AccountTokenInvalid(
                "The account token is for another subject. Sign it for the subject of this choice."
            )
        left = claims.exp - now_ms / 1000
        if left > LONGEST:
            raise AccountTokenInvalid(
                "The account token is good for more than a day. Set exp to some minutes from now."
            )
        expired = (
            None
            if left > 0
            else AccountTokenExpired(
                "The account token is expired. Get a new one from the host; send the choice again."
            )
        )
        return Vouched(claims.sub, expired)

    def _claims(self, token: str) -> _Claims:
        signed, _, shown = token.rpartition(".")
        header, _, claims = signed.partition(".")
        try:
            mac = _unpack(shown)
            macs = [hmac.digest(key, signed.encode(), "sha256") for key in self._keys]
            # All are compared, so that the time tells of no key.
            if sum(hmac.compare_digest(each, mac) for each in macs):
                msgspec.json.decode(_unpack(header), type=_Header)
                return msgspec.json.decode(_unpack(claims), type=_Claims)
        except (ValueError, msgspec.MsgspecError):
            pass
        raise AccountTokenInvalid(
            "The account token is none that the host signed. It is a JWT, HS256, with the claims "
            "aud, sub, subject and exp, signed with a key of CLAUSEPRESS_ACCOUNT_KEYS."
        )


NO_ACCOUNTS: Final = AccountKeys()


def _unpack(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
