"""JD Cloud SMS: it pushes nothing in a public format, so the replies of a day are asked for.

Format and signature (JDCLOUD2-HMAC-SHA256): JD Cloud's own SDK for Python, services/sms v1,
`POST /regions/{regionId}/reply`, and core/signer.
"""

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import msgspec

from clausepress.api.gateways.model import CHINA, NotReadable, instant, json_content, raw, words
from clausepress.errors import ClausepressError
from clausepress.ledger import Inbound

_ALGORITHM: Final = "JDCLOUD2-HMAC-SHA256"
_SERVICE: Final = "sms"
_SECONDS: Final = 20
_MOST: Final = 32 << 20  # bytes; a day of replies, and an end to a body without one


class JdCloud(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings: the access key, the application, where it is."""

    access: str
    secret: str
    app_id: str
    region: str = "cn-north-1"
    endpoint: str = "https://sms.jdcloud-api.com"

    def __post_init__(self) -> None:
        """Refuse another scheme than http(s); raises ValueError."""
        if not self.endpoint.startswith(("https://", "http://")):
            raise ValueError("Field `endpoint` is a URL with https")

    def __repr__(self) -> str:
        return type(self).__name__

    def pull(self, now: dt.datetime, days: int) -> list[Inbound]:
        """The replies of the last days in China, today's too; those asked for before among them.

        Raises ClausepressError, without the answer's text, when JD Cloud does not give them.
        """
        today = now.astimezone(CHINA).date()
        asked = [today - dt.timedelta(days=back) for back in reversed(range(days))]
        return [message for day in asked for message in self._day(day, now)]

    def _day(self, day: dt.date, now: dt.datetime) -> list[Inbound]:
        url = f"{self.endpoint}/v1/regions/{self.region}/reply"
        asked = {"regionId": self.region, "appId": self.app_id, "dataDate": day.isoformat()}
        body = json.dumps(asked).encode()
        headers = self.sign(url, body, now, secrets.token_hex(16))
        request = Request(url, body, dict(headers))  # noqa: S310 - the operator's own endpoint
        fix = "\n  fix: check `jdcloud` in CLAUSEPRESS_GATEWAYS, and the network"
        try:
            with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - as above
                return messages(answer.read(_MOST))
        except HTTPError as error:
            raise ClausepressError(f"JD Cloud answers {error.code} for its replies{fix}") from None
        except (OSError, HTTPException) as error:  # the latter when it is no HTTP
            raise ClausepressError(f"JD Cloud does not answer: {type(error).__name__}{fix}") from (
                None
            )
        except NotReadable as error:
            raise ClausepressError(f"JD Cloud's answer is not a list of replies: {error}") from None

    def sign(self, url: str, body: bytes, now: dt.datetime, nonce: str) -> Mapping[str, str]:
        """The headers of a POST, with its signature."""
        at = f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
        parts = urlsplit(url)
        signed = {
            "content-type": "application/json",
            "host": parts.netloc,
            "x-jdcloud-date": at,
            "x-jdcloud-nonce": nonce,
        }
        names = ";".join(signed)
        canonical = "\n".join(
            [
                "POST",
                parts.path,
                "",
                "".join(f"{name}:{value}\n" for name, value in signed.items()),
                names,
                hashlib.sha256(body).hexdigest(),
            ]
        )
        scope = [at[:8], self.region, _SERVICE, "jdcloud2_request"]
        key = f"JDCLOUD2{self.secret}".encode()
        for part in scope:
            key = hmac.new(key, part.encode(), "sha256").digest()
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        to_sign = "\n".join([_ALGORITHM, at, "/".join(scope), digest])
        signature = hmac.new(key, to_sign.encode(), "sha256").hexdigest()
        del signed["host"]  # the client sends it
        credential = f"{self.access}/{'/'.join(scope)}"
        return signed | {
            "Authorization": (
                f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, "
                f"Signature={signature}"
            )
        }


def messages(body: bytes) -> list[Inbound]:
    """The replies in an answer; it gives no ids. Raises NotReadable for anything but a list."""
    items = _within(_within(json_content(body), "result"), "data")
    if not isinstance(items, list):
        raise NotReadable("it has no result")
    found = []
    for item in items:
        app, sender, text, sent = words(item, "appId", "phoneNum", "content", "dataTime")
        key = f"{app}|{sent}"
        found.append(Inbound("jdcloud", key, sender, text, raw(item), instant(sent, CHINA)))
    return found


def _within(content: Any, name: str) -> Any:
    return content.get(name, content) if isinstance(content, dict) else content
