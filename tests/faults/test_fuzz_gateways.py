"""Mangled deliveries of every gateway: no 500, no forged one taken, none counted twice."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from gateway_samples import ANSWERS, CONFIG, FORM, path, signed_by_huawei, signed_by_twilio
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import House
from starlette.testclient import TestClient

from clausepress.api.app import create_app
from clausepress.api.gateways import Gateways
from clausepress.api.gateways.model import form_pairs
from clausepress.ledger import Ledger

EXAMPLES = int(os.environ.get("FAULT_EXAMPLES", "25"))
SIGNED: dict[str, Callable[[bytes], dict[str, str]]] = {
    "huawei": signed_by_huawei,
    "twilio": lambda body: signed_by_twilio(form_pairs(body)),
}


def delivery(gateway: str) -> bytes:
    """The body as the gateway sends it."""
    content: Any = ANSWERS[gateway][0]
    return (urlencode(content) if gateway in SIGNED else json.dumps(content)).encode()


def nested(body: bytes, depth: int) -> bytes:
    return b'{"items":[' * depth + body + b"]}" * depth


def encoded(body: bytes, name: str) -> bytes:
    return base64.b64encode(body) if name == "base64" else body.decode().encode(name)


def flipped(body: bytes, place: int, change: int) -> bytes:
    place %= len(body)
    return body[:place] + bytes([body[place] ^ change]) + body[place + 1 :]


def manglings(body: bytes) -> st.SearchStrategy[bytes]:
    """The body cut, flipped, encoded in another way, nested, repeated or with rubbish inside."""
    size = len(body)
    return st.one_of(
        st.integers(0, size).map(lambda end: body[:end]),
        st.builds(flipped, st.just(body), st.integers(0, size), st.integers(1, 255)),
        st.sampled_from(["utf-16", "utf-32", "utf-7", "utf-8-sig", "base64"]).map(
            lambda name: encoded(body, name)
        ),
        st.sampled_from([1, 2, 30, 500, 5000]).map(lambda depth: nested(body, depth)),
        st.builds(
            lambda count, by: by.join([body] * count), st.integers(2, 60), st.binary(max_size=2)
        ),
        st.builds(lambda at, what: body[:at] + what + body[at:], st.integers(0, size), st.binary()),
        st.binary(max_size=200),
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Ledger]]:
    """A client of an application with every gateway, and its ledger."""
    folder = tmp_path_factory.mktemp("gateways")
    house = House(folder, f"sqlite:///{folder}/ledger.db")
    ledger = house.open()
    gateways = Gateways.parse(json.dumps(CONFIG))
    with TestClient(create_app(ledger, house.catalog, gateways=gateways)) as client:
        yield client, ledger
    ledger.close()
    assert house.audit().findings == []


@settings(max_examples=EXAMPLES)
@given(data=st.data(), gateway=st.sampled_from(sorted(ANSWERS)))
def test_mangled_deliveries(
    server: tuple[TestClient, Ledger], data: st.DataObject, gateway: str
) -> None:
    client, ledger = server
    body = data.draw(manglings(delivery(gateway)))
    headers = {"content-type": FORM} | SIGNED.get(gateway, lambda _body: {})(body)
    first = client.post(path(gateway), content=body, headers=headers)
    assert first.status_code in {200, 400}, first.text
    size = ledger.size()
    again = client.post(path(gateway), content=body, headers=headers)
    assert (again.status_code, again.text) == (first.status_code, first.text)
    assert ledger.size() == size


@settings(max_examples=EXAMPLES)
@given(data=st.data(), gateway=st.sampled_from(sorted(SIGNED)))
def test_forged_deliveries(
    server: tuple[TestClient, Ledger], data: st.DataObject, gateway: str
) -> None:
    """Another body under the signature of a real one, or another signature of the same body."""
    client, ledger = server
    real, size = delivery(gateway), ledger.size()
    body, headers = real, SIGNED[gateway](real)
    name = "authorization" if gateway == "huawei" else "x-twilio-signature"
    if data.draw(st.booleans()):
        body = data.draw(manglings(real).filter(lambda other: not same(gateway, other, real)))
    else:
        signature = headers[name].rpartition("Signature=")[2]
        place = data.draw(st.integers(0, len(signature) - 2))  # the last one may end in loose bits
        wrong = data.draw(
            st.sampled_from("0123456789abcdef").filter(lambda c: c != signature[place])
        )
        forged = signature[:place] + wrong + signature[place + 1 :]
        headers[name] = headers[name].replace(signature, forged)
    answer = client.post(path(gateway), content=body, headers=headers)
    assert answer.status_code == 401, answer.text
    assert ledger.size() == size


def same(gateway: str, body: bytes, real: bytes) -> bool:
    """Whether the two are one to the signature: Twilio signs the set of the form's fields."""
    if gateway == "huawei":
        return body == real
    return signed_by_twilio(form_pairs(body)) == signed_by_twilio(form_pairs(real))
