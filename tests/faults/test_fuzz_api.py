"""Every endpoint of /openapi.json with made-up requests: no 500, and answers as described."""

import json
import os
from collections.abc import Iterator

import pytest
import schemathesis
from api_samples import tokens
from gateway_samples import CONFIG, SECRET
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ledger_samples import ZH, House, choice, new_key
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from starlette.types import ASGIApp

from clausepress.api import openapi
from clausepress.api.admin import AdminScope
from clausepress.api.app import create_app
from clausepress.api.gateways import Gateways
from clausepress.ledger import Ledger

EXAMPLES = int(os.environ.get("FAULT_EXAMPLES", "10"))
TOKEN = "a-token-of-the-host-0123456789"  # noqa: S105 - of these tests
SCOPES: tuple[AdminScope, ...] = ("send", "subjects", "export", "metrics", "review")
REAL = {"policy": "privacy", "version": "2021-01-25", "lang": "zh", "text_digest": ZH}
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ASGIApp, Ledger]]:
    """An application with everything set up, and its ledger."""
    path = tmp_path_factory.mktemp("fuzz")
    house = House(path, f"sqlite:///{path}/ledger.db")
    ledger = house.open()
    gateways = Gateways.parse(json.dumps(CONFIG))
    yield (
        create_app(ledger, house.catalog, gateways=gateways, tokens=tokens(TOKEN, *SCOPES)),
        ledger,
    )
    ledger.close()
    assert house.audit().findings == []


@pytest.fixture(scope="module")
def described(fuzzed: tuple[ASGIApp, Ledger]) -> schemathesis.BaseSchema:
    """The description, as the application gives it."""
    return schemathesis.openapi.from_asgi("/openapi.json", fuzzed[0])


@pytest.fixture(scope="module")
def known(fuzzed: tuple[ASGIApp, Ledger]) -> str:
    """Id of a receipt."""
    return fuzzed[1].choose(choice(), new_key()).result(20).receipt.id


OPERATIONS = [
    (path, method)
    for path, methods in json.loads(openapi.document())["paths"].items()
    for method in methods
    if method in {"get", "post"}
]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_breaks_the_server(
    described: schemathesis.BaseSchema, known: str, path: str, method: str
) -> None:
    operation = described[path][method]
    made_up = st.one_of(*map(operation.as_strategy, schemathesis.GenerationMode))

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=made_up, luck=st.integers(0, 15))
    def send(case: schemathesis.Case, luck: int) -> None:
        # Some get further than what is made up would: by a known text, key, token, secret or id.
        if luck & 1 and isinstance(case.body, dict) and "text_digest" in case.body:
            case.body = case.body | REAL
        if luck & 2:
            case.headers["Idempotency-Key"] = new_key()
        if luck & 4:
            case.headers["Authorization"] = f"Bearer {TOKEN}"
        for name, real in {"secret": SECRET, "id": known}.items():
            if name in case.path_parameters and luck & 8:
                case.path_parameters[name] = real
        case.call_and_validate(checks=CHECKS)

    send()
