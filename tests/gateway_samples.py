"""What each gateway delivers and how it signs, as its documentation has it."""

import base64
import hmac
from typing import Any
from urllib.parse import urlencode

from starlette.testclient import TestClient

from clausepress.api.gateways import Call
from clausepress.api.gateways.huawei import sign

SECRET = "a-secret-of-the-path-0123"  # noqa: S105 - of this test
TOKEN = "an-auth-token-of-twilio"  # noqa: S105 - of this test
FORM = "application/x-www-form-urlencoded"
BASE = "https://consent.example.com"
CONFIG = {
    "url": BASE,
    "alibaba": {"secret": SECRET},
    "generic": {"secret": SECRET},
    "tencent": {"secret": SECRET},
    "huawei": {"secret": SECRET, "key": {"access": "AK", "secret": "SK"}},
    "twilio": {"secret": SECRET, "token": TOKEN},
}
PHONE = "+8613800138000"

ALIBABA = {
    "phone_number": "13800138000",
    "content": "TDjdcloud",
    "send_time": "2026-03-04 18:30:00",
    "dest_code": "10690000",
    "sequence_id": 1234567890,
}
TENCENT = {
    "extend": "01",
    "mobile": "13800138000",
    "nationcode": "86",
    "sign": "示例云",
    "text": "TD",
    "time": 1772620200,
}
HUAWEI = {
    "smsMsgId": "2ea20735-f856-4376-afbf-570bd70a46ee_11840135",
    "from": PHONE,
    "to": "+8610690000",
    "body": "R",
    "createTime": "2026-03-04T10:30:00Z",
}
TWILIO = {
    "MessageSid": "SM" + "0" * 32,
    "AccountSid": "AC" + "0" * 32,
    "From": "+14155552671",
    "To": "+14155550100",
    "Body": "stop texting me",
    "NumMedia": "0",
}
GENERIC = {"id": "m-1", "from": PHONE, "text": "退订", "sent_at": "2026-03-04T10:30:00Z"}
ANSWERS = {
    "alibaba": ([ALIBABA], '{"code":0,"msg":"接收成功"}', "application/json; charset=utf-8"),
    "tencent": (TENCENT, '{"result":0,"errmsg":"OK"}', "application/json; charset=utf-8"),
    "huawei": (HUAWEI, "{}", "application/json; charset=utf-8"),
    "twilio": (
        TWILIO,
        '<?xml version="1.0" encoding="UTF-8"?><Response/>',
        "text/xml; charset=utf-8",
    ),
    "generic": (GENERIC, '{"status":"ok"}', "application/json; charset=utf-8"),
}
SENDERS = dict.fromkeys(ANSWERS, PHONE) | {"twilio": TWILIO["From"]}


def path(gateway: str) -> str:
    return f"/v1/inbound/{gateway}/{SECRET}"


def signed_by_huawei(body: bytes, access: str = "AK", key: str = "SK") -> dict[str, str]:
    headers = {"x-sdk-date": "20260304T103000Z", "content-type": FORM}
    names = ["content-type", "host", "x-sdk-date"]
    signature = sign(key, Call(BASE, path("huawei"), "", headers, body), names)
    authorization = (
        f"SDK-HMAC-SHA256 Access={access}, SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    return headers | {"authorization": authorization}


def signed_by_twilio(fields: list[tuple[str, str]], url: str = "") -> dict[str, str]:
    text = (url or BASE + path("twilio")) + "".join(n + v for n, v in sorted(set(fields)))
    mac = hmac.new(TOKEN.encode(), text.encode(), "sha1").digest()
    return {"x-twilio-signature": base64.b64encode(mac).decode(), "content-type": FORM}


def deliver(client: TestClient, gateway: str, content: Any) -> Any:
    """Post what the gateway would."""
    if gateway == "huawei":
        body = urlencode(content).encode()
        return client.post(path(gateway), content=body, headers=signed_by_huawei(body))
    if gateway == "twilio":
        body = urlencode(content).encode()
        headers = signed_by_twilio(list(content.items()))
        return client.post(path(gateway), content=body, headers=headers)
    return client.post(path(gateway), json=content)
