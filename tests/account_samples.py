"""Account tokens as a host's server would sign them, and what is said under them in a ledger."""

import base64
import hashlib
import hmac
import json
from concurrent.futures import Future
from typing import Any

import msgspec
from ledger_samples import ZH, House, choice, new_key

from clausepress.ledger import Answer, Keys, Ledger
from clausepress.ledger.keys import generate
from clausepress.ledger.sending import Sending
from clausepress.ledger.tokens import AccountKeys

KEY = b"k" * 32
HOST = AccountKeys([KEY])
WAIT = 20
NOON = 1_772_596_800_000  # 12:00 in China
SOON = NOON // 1000 + 900
LI, HAN = "l" * 22, "h" * 22
CONSENT: dict[str, Any] = {
    "kind": "consent",
    "decision": "given",
    "mode": "separate",
    "purpose": "marketing",
    "purposes": {},
}
ENDED = CONSENT | {"kind": "withdrawal", "decision": "withdrawn"}
WHOLE = ENDED | {"purpose": msgspec.UNSET}
PRIVACY = {"policy": "privacy", "version": "2021-01-25", "lang": "zh", "text_digest": ZH}
TERMS = PRIVACY | {"policy": "terms", "version": "2020-03-04"}
BOTH = WHOLE | TERMS | {"documents": [PRIVACY]}
AGREED = WHOLE | {"kind": "agreement", "decision": "given", "mode": "express"}


def signed(account: str, subject: str, expires: int, *, key: bytes = KEY, **changes: Any) -> str:
    """A token by RFC 7519 and RFC 7515; `header` and claims can be changed."""
    header = changes.pop("header", {"alg": "HS256", "typ": "JWT"})
    claims = {"aud": "clausepress", "sub": account, "subject": subject, "exp": expires} | changes
    text = ".".join(packed(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{packed(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def packed(octets: bytes) -> str:
    """Base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def opened(house: House) -> Ledger:
    return house.open(clock=lambda: NOON, accounts=HOST)


def say(ledger: Ledger, subject: str, account: str = "", **fields: Any) -> Answer:
    """A choice made in a browser, under an account if there is one."""
    return choose(ledger, subject, account, **fields).result(WAIT)


def choose(ledger: Ledger, subject: str, account: str = "", **fields: Any) -> Future[Answer]:
    """The same, without waiting."""
    linked = {"account_token": signed(account, subject, SOON)} if account else {}
    said = {k: v for k, v in (CONSENT | fields | linked).items() if v is not msgspec.UNSET}
    return ledger.choose(choice(subject=subject, **said), new_key())


def records(ledger: Ledger, means: Any, name: str) -> list[str]:
    return [each.receipt.id for each in ledger.export(means, name).records]


def live(ledger: Ledger, means: Any, name: str) -> list[bool]:
    return [each.live for each in ledger.state(means, name).standings]


def willing(ledger: Ledger, *accounts: str, **changes: Any) -> list[Any]:
    """What the send gate says of each account."""
    to = [{"address": f"+86138001380{n:02}", "account": name} for n, name in enumerate(accounts)]
    asked = {"policy": "privacy", "purpose": "marketing"} | changes
    question = {"message": "marketing", "channel": "sms", "to": to, "consent": asked}
    rulings = ledger.may_send(msgspec.convert(question, Sending))
    return [ruling.barrier or True for ruling in rulings]


def add_key(house: House) -> None:
    """A newer HMAC key that writes, beside the one before."""
    file = json.loads((house.path / "keys.json").read_text())
    file["mac"].append({"id": "newer", "key": json.loads(generate())["mac"][0]["key"]})
    house.keys = Keys.parse(json.dumps(file))
