"""What is counted, and that nobody is in it."""

from collections.abc import Iterator

import pytest
from api_samples import tokens
from ledger_samples import PHONE, House, body, choice, new_key, opt_out
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from clausepress.api.app import create_app
from clausepress.ledger import Ledger

TOKEN = "a-token-of-the-host-0123456789"  # noqa: S105 - of these tests


@pytest.fixture
def client(house: House, ledger: Ledger) -> Iterator[TestClient]:
    """A client of an application whose metrics are open to it."""
    app = create_app(ledger, house.catalog, tokens=tokens(TOKEN, "metrics"))
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"}) as opened:
        yield opened


def numbers(client: TestClient) -> dict[str, float]:
    """Every sample by its name and labels."""
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        " ".join([sample.name, *dict(sorted(sample.labels.items())).values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_batches_and_suppressions(client: TestClient, ledger: Ledger) -> None:
    for record, path in ((choice(), "choices"), (opt_out(), "opt-outs"), (opt_out(), "opt-outs")):
        headers = {"Idempotency-Key": new_key()}
        client.post(f"/v1/{path}", json=body(record), headers=headers)
    client.post("/v1/choices", json={})
    client.get(f"/v1/receipts/{PHONE}")
    client.request(PHONE, f"/{PHONE}")
    found = numbers(client)
    assert found["clausepress_requests_total POST /v1/choices 201"] == 1
    assert found["clausepress_requests_total POST /v1/choices 400"] == 1
    assert found["clausepress_requests_total POST /v1/opt-outs 201"] == 2
    assert found["clausepress_requests_total GET /v1/receipts/{id} 404"] == 1
    assert found["clausepress_requests_total other none 404"] == 1
    assert found["clausepress_request_seconds_count /v1/choices"] == 2
    assert found["clausepress_log_records"] == ledger.size() == 3
    assert found["clausepress_batch_records_count"] == 3
    assert found["clausepress_commit_seconds_sum"] > 0
    assert found["clausepress_suppressions_total"] == 2
    assert found["clausepress_queue_records"] == 0
    assert found["clausepress_store_faults_total"] == 0
    assert not any(PHONE in name for name in found)


def test_faults_of_the_store(client: TestClient, house: House) -> None:
    path = house.path / "ledger.db"
    path.rename(house.path / "away.db")
    headers = {"Idempotency-Key": new_key()}
    assert client.post("/v1/choices", json=body(choice()), headers=headers).status_code == 503
    assert numbers(client)["clausepress_store_faults_total"] == 1


def test_two_applications_count_apart(client: TestClient, house: House, ledger: Ledger) -> None:
    other = create_app(ledger, house.catalog, tokens=tokens(TOKEN, "metrics"))
    client.get("/openapi.json")
    with TestClient(other, headers=dict(client.headers)) as second:
        assert "clausepress_requests_total GET /openapi.json 200" not in numbers(second)
