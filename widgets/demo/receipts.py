"""What a site's own server does before it opens an account: is the agreement on record?

Only the standard library; copy it into Flask, Django or anything else.
"""

import json
import secrets
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

FRESH = timedelta(hours=1)
PATIENCE = 10  # seconds


class NotAgreed(Exception):  # noqa: N818 - named for what it says
    """There is no agreement on record that would do; the text says why."""


def check(
    clausepress: str, ids: Iterable[str], documents: Collection[str], *, guardian: bool = False
) -> dict[str, dict[str, Any]]:
    """The records of the agreement by policy id, one for each document.

    Keep the receipt ids with the account under a unique constraint: a receipt opens one account.

    Args:
        clausepress: Address of Clausepress.
        ids: What the form sent under the element's name.
        documents: Policy ids; each must have been agreed to as it is in force now.
        guardian: Whether a guardian's consent will do, too. It says that someone claimed to be the
            guardian: make sure of that before the account of a minor is opened.

    Raises:
        NotAgreed: A receipt is unknown, old, of another act, or of a text not in force, or a
            document has none.
        OSError: Clausepress cannot be reached: open no account, ask to try again.
    """
    policies = {p["id"]: p for p in _get(f"{clausepress}/policies.json")["policies"]}
    records: dict[str, dict[str, Any]] = {}
    for receipt_id in ids:
        try:
            receipt = _get(f"{clausepress}/v1/receipts/{quote(receipt_id, safe='')}")
        except HTTPError as error:
            if error.code != 404:
                raise
            raise NotAgreed("There is no such receipt.") from None
        record = json.loads(receipt["entry"])
        _check(record, policies, guardian=guardian)
        records[record["policy"]] = record
    missing = sorted(set(documents) - set(records))
    if missing:
        raise NotAgreed(f"Not agreed to: {', '.join(missing)}.")
    return records


def record(clausepress: str, agreed: str, lang: str, label: str) -> list[str]:
    """Record an agreement that came without JavaScript, and give the receipt ids.

    Args:
        clausepress: Address of Clausepress.
        agreed: What the page showed and the box sent: ``terms@2 privacy@2021-01-25``.
        lang: Language of the page.
        label: Words on the button that was pressed.

    Raises:
        NotAgreed: Clausepress refuses, for a text was changed meanwhile or never was there.
        OSError: Clausepress cannot be reached.
    """
    versions = {
        f"{policy['id']}@{version['id']}": (policy["id"], version)
        for policy in _get(f"{clausepress}/policies.json")["policies"]
        for version in policy["versions"]
    }
    subject = secrets.token_urlsafe(24)
    ids = []
    for name in agreed.split():
        policy, version = versions.get(name, ("", {}))
        edition = version.get("editions", {}).get(lang)
        if not edition:
            raise NotAgreed(f"There is no {name} in {lang}.")
        body = {
            "kind": "agreement",
            "decision": "given",
            "policy": policy,
            "version": version["id"],
            "lang": lang,
            "text_digest": edition["text_digest"],
            "subject": subject,
            "mode": "express",
            "surface": "sign-up-plain",
            "label": label,
        }
        request = Request(  # noqa: S310 - the address is the operator's own
            f"{clausepress}/v1/choices",
            json.dumps(body).encode(),
            {
                "Content-Type": "application/json",
                "Accept": "application/json",
                "Idempotency-Key": secrets.token_urlsafe(24),
            },
        )
        try:
            ids.append(_json(request)["id"])
        except HTTPError as error:
            if error.code != 422:
                raise
            raise NotAgreed(json.load(error)["detail"]) from None
    return ids


def current(clausepress: str, documents: Iterable[str]) -> str:
    """What `record` takes: each document with its version in force."""
    policies = {p["id"]: p for p in _get(f"{clausepress}/policies.json")["policies"]}
    return " ".join(f"{name}@{policies[name]['current']}" for name in documents)


def _check(record: dict[str, Any], policies: dict[str, Any], *, guardian: bool = False) -> None:
    taken = {("agreement", "express")} | ({("guardian-consent", "written")} if guardian else set())
    if (record["kind"], record.get("mode")) not in taken or record["decision"] != "given":
        raise NotAgreed("The receipt is not of an agreement to the document.")
    policy = policies.get(record["policy"], {})
    if record["version"] != policy.get("current"):
        raise NotAgreed(f"The receipt is of a text of {record['policy']} not in force.")
    (version,) = (v for v in policy["versions"] if v["id"] == record["version"])
    if record["text_digest"] != version["editions"][record["lang"]]["text_digest"]:
        raise NotAgreed(f"The text of {record['policy']} was changed since.")
    age = datetime.now(UTC) - datetime.fromisoformat(record["at"])
    if abs(age) > FRESH:
        raise NotAgreed("The receipt is not fresh.")


def _get(url: str) -> Any:
    return _json(Request(url, headers={"Accept": "application/json"}))  # noqa: S310 - as above


def _json(request: Request) -> Any:
    with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - as above
        return json.load(answer)
