"""Records written for other programs: nothing lost, nothing personal unasked, no formulas."""

import csv
import io
import json
import re
from itertools import starmap
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import EMAIL, PHONE, ZH, House, choice, new_key, opt_out, policies

from clausepress.cli import cli
from clausepress.errors import ClausepressError
from clausepress.ledger import Inbound, Ledger
from clausepress.ledger.consent_record import CONTEXT, Notices, consent_record
from clausepress.ledger.interchange import COLUMNS, jsonl, table
from clausepress.ledger.selection import Selected

WAIT = 20
SUBJECT = "s" * 22
DPV = {
    *("ConsentRecord", "ConsentNotice", "DataController", "DataSubject", "Process", "Purpose"),
    *("Consent", "ConsentGiven", "ConsentRefused", "ConsentWithdrawn", "ConsentRequested"),
    *("ExpressedConsent", "ExplicitlyExpressedConsent", "ConsentUnknown", "DirectMarketing"),
    *("GuardianOfDataSubject", "ParentOfDataSubject"),
    *("hasDataSubject", "hasDataController", "hasLegalBasis", "hasProcess", "hasPurpose"),
    *("hasConsentStatus", "hasNotice", "hasName", "isIndicatedBy", "hasIndicationMethod"),
    "isIndicatedAtTime",
}
"""The terms of DPV 2 that are used."""
DCT = {"identifier", "conformsTo", "language", "title", "source"}


@pytest.fixture
def filled(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A store with choices, opt-outs, a reply that says nothing, and an erased person."""
    content = policies()
    for version in content["policies"][0]["versions"]:
        version["controller"] = {"zh": "某公司", "en": "A company"}
    (house.path / "policies.json").write_text(json.dumps(content))
    ledger = house.open(clock=lambda: 1_700_000_000_000)
    given_purposes = {"analytics": True, "marketing": False}
    answers = [
        ledger.choose(choice(), new_key()),
        ledger.choose(choice(decision="given", purposes=given_purposes, label="=1+1"), new_key()),
        ledger.opt_out(opt_out(), new_key()),
        ledger.opt_out(opt_out(channel="email", address=EMAIL, surface="form"), new_key()),
        ledger.receive(Inbound("generic", "1", "13900139000", "您好", "{}", None)),
    ]
    for answer in answers:
        answer.result(WAIT)
    for done in ledger.erase("email", EMAIL):
        done.result(WAIT)
    ledger.close()
    monkeypatch.setenv("CLAUSEPRESS_KEYS", str(house.key_file))
    monkeypatch.setenv("CLAUSEPRESS_POLICIES", str(house.path / "policies.json"))
    monkeypatch.setenv("CLAUSEPRESS_DATABASE_URL", house.url)
    monkeypatch.setenv("CLAUSEPRESS_SITE", "https://policies.example/")
    return house


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, arguments)
    if done.exception:
        raise done.exception
    return done.output


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_json_lines_are_the_entries(filled: House) -> None:
    found = lines(run("export", filled.url, "--format", "jsonl"))
    assert [each["position"] for each in found] == list(range(6))
    assert [each["kind"] for each in found[2:]] == ["opt-out", "opt-out", "review", "erasure"]
    assert found[1]["purposes"] == {"analytics": True, "marketing": False}
    text = json.dumps(found, ensure_ascii=False)
    for secret in (PHONE, EMAIL, SUBJECT, "sealed", "您好"):
        assert secret not in text


def test_personal_fields_when_opened(filled: House) -> None:
    found = lines(run("export", filled.url, "--format", "jsonl", "--open"))
    assert [each.get("subject") or each.get("address") for each in found] == [
        SUBJECT, SUBJECT, f"+86{PHONE}", None, "+8613900139000", None,
    ]  # fmt: skip
    assert found[4]["text"] == "您好"


def test_records_are_chosen(filled: House) -> None:
    def places(*options: str) -> list[int]:
        found = lines(run("export", filled.url, "--format", "jsonl", *options))
        return [each["position"] for each in found]

    assert places("--kind", "opt-out") == [2, 3]
    assert places("--kind", "review", "--kind", "erasure") == [4, 5]
    assert places("--policy", "privacy") == [0, 1, 2, 3]
    assert places("--policy", "terms") == []
    assert places("--since", "2023-11-14T22:13:20Z") == [0, 1, 2, 3, 4, 5]
    assert places("--since", "2023-11-15T06:13:21+08:00") == []
    assert places("--until", "2023-11-14T22:13:20") == []
    assert places("--until", "2023-11-15") == [0, 1, 2, 3, 4, 5]


def test_a_table_for_spreadsheets(filled: House) -> None:
    text = run("export", filled.url, "--format", "csv", "--bom", "--open")
    assert text.startswith("\ufeffposition,id,at,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 6
    assert rows[1]["label"] == "'=1+1"
    assert rows[2]["address"] == f"'+86{PHONE}"
    assert json.loads(rows[1]["purposes"]) == {"analytics": True, "marketing": False}
    assert json.loads(rows[5]["other"]).keys() == {"suppressions"}
    plain = run("export", filled.url, "--format", "csv")
    assert plain.startswith("position,")
    assert PHONE not in plain


values = st.one_of(st.text(), st.booleans(), st.dictionaries(st.text(), st.text(), max_size=2))


@given(st.lists(st.dictionaries(st.sampled_from([*COLUMNS[1:], "more"]), values), max_size=5))
def test_tables_and_lines_read_back(entries: list[dict[str, Any]]) -> None:
    """Whatever the values are: as many rows, each cell what it was, and none a formula."""
    records = list(starmap(Selected, enumerate(entries)))
    rows = list(csv.DictReader(io.StringIO("".join(table(records, opened=False)), newline="")))
    assert len(rows) == len(entries)
    for fields, row in zip(entries, rows, strict=True):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
        for name, value in fields.items():
            if name != "more":
                told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                cell = row[name].removeprefix("'") if told[:1] != "'" else row[name]
                assert (cell if isinstance(value, str) else json.loads(cell)) == value
    read = [json.loads(line) for line in jsonl(records)]
    assert read == [{"position": n} | fields for n, fields in enumerate(entries)]


def check_terms(node: Any) -> None:
    """Every name is a keyword, or of a vocabulary in the context and there."""
    if isinstance(node, list):
        for each in node:
            check_terms(each)
    elif isinstance(node, dict):
        for name, value in node.items():
            if not name.startswith("@"):
                check_term(name)
            if name in {"@type", "@id"}:
                for term in value if isinstance(value, list) else [value]:
                    check_term(term)
            check_terms(value)


def check_term(term: str) -> None:
    prefix, _, name = term.partition(":")
    assert prefix in {*CONTEXT, "urn", "https"}, term
    if prefix in {"dpv", "dct"}:
        assert name in {"dpv": DPV, "dct": DCT}[prefix], term


def test_consent_records_of_27560(filled: House) -> None:
    document = json.loads(run("export", filled.url, "--format", "jsonld"))
    assert document["@context"] == dict(CONTEXT)
    nodes = document["@graph"]
    check_terms(nodes)
    assert [node["cp:position"] for node in nodes] == [0, 1, 2, 3]  # the others are no consent
    for node in nodes:  # what is mandatory in ISO/IEC TS 27560:2023
        assert node["@type"] == "dpv:ConsentRecord"
        assert node["dct:conformsTo"] == {"@id": "https://w3id.org/dpv/schema/dpv-27560#record"}
        assert node["@id"] == f"urn:clausepress:record:{node['dct:identifier']}"
        assert node["dpv:hasDataSubject"]["@id"].startswith("urn:clausepress:key:")
        assert node["dpv:hasLegalBasis"] == {"@id": "dpv:Consent"}
        assert node["dpv:hasDataController"]["dpv:hasName"] == "某公司"
        assert all(process["dpv:hasPurpose"]["@id"] for process in node["dpv:hasProcess"])
        status = node["dpv:hasConsentStatus"]
        assert status["dpv:isIndicatedBy"] == {"@id": "dpv:DataSubject"}
        assert status["dpv:isIndicatedAtTime"]["@value"] == "2023-11-14T22:13:20.000Z"
        [notice] = node["dpv:hasNotice"]
        assert notice["dct:language"] == "zh"
        assert notice["cp:textDigest"] == ZH
        url = "https://policies.example/zh/privacy/2021-01-25/"
        assert notice["dct:source"] == {"@id": url}
    assert [node["dpv:hasConsentStatus"]["@type"] for node in nodes] == [
        ["dpv:ConsentRefused"],
        ["dpv:ConsentGiven", "dpv:ExpressedConsent"],
        ["dpv:ConsentWithdrawn"],
        ["dpv:ConsentWithdrawn"],
    ]
    assert [process["dpv:hasConsentStatus"]["@id"] for process in nodes[1]["dpv:hasProcess"]] == [
        "dpv:ConsentGiven",
        "dpv:ConsentRefused",
    ]
    assert nodes[2]["dpv:hasProcess"][0]["dpv:hasPurpose"] == {"@id": "dpv:DirectMarketing"}
    assert nodes[1]["dpv:hasConsentStatus"]["dpv:hasIndicationMethod"] == "banner: =1+1"


def test_a_persons_export_as_consent_records(filled: House) -> None:
    document = json.loads(run("subject-export", "--sms", PHONE, "--format", "jsonld"))
    [node] = document["@graph"]
    check_terms(node)
    assert node["dpv:hasDataSubject"]["dct:identifier"] == [f"+86{PHONE}"]
    assert node["cp:position"] == 2
    assert json.loads(run("subject-export", "--sms", PHONE))["schema"] == "clausepress.subject/1"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"decision": "given", "mode": "separate"}, ["ConsentGiven", "ExplicitlyExpressedConsent"]),
        ({"decision": "given", "mode": "continued_use"}, ["ConsentUnknown"]),
        ({"kind": "notice-shown"}, ["ConsentRequested"]),
        ({"decision": "withdrawn", "kind": "withdrawal"}, ["ConsentWithdrawn"]),
    ],
)
def test_states(filled: House, changes: dict[str, str], state: list[str]) -> None:
    notices = Notices(filled.path / "policies.json", controller="ours")
    text = {"policy": "terms", "version": "2020-03-04", "lang": "en", "text_digest": ZH}
    fields = {"kind": "agreement", "id": "1", "key_id": "2", "at": "3", "surface": "page"}
    documents = [text | {"policy": "privacy", "version": "2021-01-25"}]
    node = consent_record(fields | text | {"documents": documents} | changes, 0, notices)
    assert node is not None
    check_terms(node)
    assert node["dpv:hasConsentStatus"]["@type"] == [f"dpv:{each}" for each in state]
    assert [notice["@id"] for notice in node["dpv:hasNotice"]] == [
        "urn:clausepress:text:terms/2020-03-04/en",
        "urn:clausepress:text:privacy/2021-01-25/en",
    ]
    assert node["dpv:hasDataController"]["dpv:hasName"] == "ours"


def test_a_guardian_decides(filled: House) -> None:
    notices = Notices(filled.path / "policies.json")
    fields = {"kind": "guardian-consent", "decision": "given", "id": "1", "key_id": "2", "at": "3"}

    def by(**more: Any) -> str:
        node = consent_record(fields | more, 0, notices)
        assert node is not None
        decided: str = node["dpv:hasConsentStatus"]["dpv:isIndicatedBy"]["@id"]
        return decided

    assert by() == "dpv:GuardianOfDataSubject"
    assert by(guardian={"relation": "parent", "contact": "x"}) == "dpv:ParentOfDataSubject"


def test_a_new_file_is_written_and_private(filled: House, tmp_path: Path) -> None:
    target = tmp_path / "records.jsonl"
    arguments = ["export", filled.url, "--format", "jsonl", "--output", str(target)]
    assert run(*arguments) == f"wrote {target}\n"
    assert target.stat().st_mode & 0o777 == 0o600
    assert len(target.read_text().splitlines()) == 6
    with pytest.raises(ClausepressError, match=r"cannot be written.*\n  fix: name a new file"):
        run(*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "akn"], "records are written as jsonl, csv, jsonld"),
        (["--format", "csv", "docs"], "give one store"),
        (["--format", "csv", "--kind", "cookie"], "'cookie' is no kind"),
        (["--format", "csv", "--since", "yesterday"], "write it like 2026-03-04"),
        (["--format", "csv", "--since", "2026-03-05", "--until", "2026-03-04"], "not before"),
    ],
)
def test_wrong_usage(filled: House, options: list[str], message: str) -> None:
    done = CliRunner().invoke(cli, ["export", filled.url, *options])
    assert done.exit_code == 2
    assert re.search(message, done.output)


def test_texts_are_not_written_as_records() -> None:
    for options in (["--format", "csv"], ["--format", "json", "--open"]):
        done = CliRunner().invoke(cli, ["export", "privacy/2021-01-25/zh", *options])
        assert done.exit_code == 2


def test_a_store_in_use_is_written_as_of_one_moment(house: House) -> None:
    from clausepress.ledger.engines import connect_existing, transaction
    from clausepress.ledger.ledger import DEFAULT_ORIGIN
    from clausepress.ledger.selection import Wanted, select_records

    ledger: Ledger = house.open()
    ledger.choose(choice(), new_key()).result(WAIT)
    with transaction(connect_existing(house.url)) as connection:
        assert len(list(select_records(connection, DEFAULT_ORIGIN, Wanted()))) == 1
        ledger.choose(choice(), new_key()).result(WAIT)
        assert len(list(select_records(connection, DEFAULT_ORIGIN, Wanted()))) == 1
    ledger.close()
