"""Which decisions, modes and fields go with each kind of choice."""

import json
import time
from typing import Any, get_args

import msgspec
import pytest
from account_samples import HOST, signed
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import EN, ZH, House, choice, new_key, notice_shown, policies, write_policies

from clausepress.ledger import (
    Catalog,
    InconsistentDecision,
    Ledger,
    Refused,
    StoreUnavailable,
    UnknownClause,
    UnknownNotice,
    verify_receipt,
)
from clausepress.ledger.kinds import check_consistent
from clausepress.ledger.records import Choice, Decision, Kind, Mode, kind_of, public_fields

TERMS = {"policy": "terms", "version": "2020-03-04", "lang": "zh", "text_digest": ZH}
CONTACT = "guardian@example.com"
GUARDIAN = {"relation": "parent", "contact": CONTACT, "evidence": "signed letter of 2 March"}
RECEIPT = "0" * 26
NONE: dict[str, Any] = {"purposes": {}}
SOUND: dict[str, dict[str, Any]] = {
    "cookies": {"kind": "cookies", "decision": "refused"},
    "agreement": NONE | {"kind": "agreement", "decision": "given", "documents": [TERMS]},
    "refusal": NONE | {"kind": "agreement", "decision": "refused", "mode": "written"},
    "consent": NONE
    | {"kind": "consent", "decision": "given", "mode": "separate", "purpose": "marketing"},
    "guardian": NONE
    | {"kind": "guardian-consent", "decision": "given", "mode": "written", "guardian": GUARDIAN},
    "use": NONE
    | {"kind": "continued-use", "decision": "given", "mode": "continued_use", "notice": RECEIPT},
    "off": NONE | {"kind": "personalisation-off", "decision": "refused"},
    "withdrawal": NONE | {"kind": "withdrawal", "decision": "withdrawn"},
    "one withdrawal": NONE
    | {"kind": "withdrawal", "decision": "withdrawn", "purpose": "marketing"},
}
SHOWN = {
    "kind": "notice-shown",
    "policy": "privacy",
    "version": "2021-01-25",
    "lang": "zh",
    "text_digest": ZH,
    "subject": "s" * 22,
    "surface": "banner",
    "notice_grade": "enhanced",
}


def shown(**changes: Any) -> Choice:
    """A notice shown, with changes."""
    return msgspec.convert(SHOWN | changes, Choice)


def test_every_kind_is_recorded(ledger: Ledger) -> None:
    notice = {"notice": notice_shown(ledger)}
    for name, fields in SOUND.items():
        sent = fields | notice if name == "use" else fields
        receipt = ledger.choose(choice(**sent), new_key()).result().receipt
        record = verify_receipt(receipt.to_json(), ledger.verifier_key).record
        assert record["kind"] == fields["kind"]
        assert not {"subject", "guardian", "account", "account_token"} & set(record)
        assert CONTACT not in receipt.to_json().decode()


def test_use_goes_on_only_after_a_notice_of_the_same_texts_to_the_same_person(
    ledger: Ledger,
) -> None:
    shown_first = notice_shown(ledger, documents=[TERMS])
    others = notice_shown(ledger, "o" * 22)
    earlier = notice_shown(ledger, version="2019-09-16")
    agreed = ledger.choose(choice(**SOUND["agreement"]), new_key()).result().receipt.id
    for notice, documents in (
        (RECEIPT, []),  # there is none
        (others, []),
        (earlier, []),
        (agreed, []),
        (notice_shown(ledger), [TERMS]),
    ):
        use = choice(**SOUND["use"] | {"notice": notice, "documents": documents})
        with pytest.raises(UnknownNotice):
            ledger.choose(use, new_key()).result(20)
    key = new_key()
    use = choice(**SOUND["use"] | {"notice": shown_first, "documents": [TERMS]})
    first = ledger.choose(use, key).result(20)
    for done in ledger.erase("subject", "s" * 22):
        done.result(20)
    # Of an erased person nobody knows what was shown; what came before is the same again.
    assert ledger.choose(use, key).result(20).receipt == first.receipt
    with pytest.raises(UnknownNotice):
        ledger.choose(use, new_key()).result(20)


def test_a_notice_counts_for_the_account_in_each_browser(sqlite_house: House) -> None:
    ledger = sqlite_house.open(accounts=HOST)
    soon = int(time.time()) + 600
    notice = notice_shown(ledger, account_token=signed("acc-1", "s" * 22, soon))
    for account, subject in (("acc-1", "b" * 22), ("acc-2", "c" * 22)):
        use = choice(
            **SOUND["use"] | {"notice": notice},
            subject=subject,
            account_token=signed(account, subject, soon),
        )
        made = ledger.choose(use, new_key())
        assert (made.exception(20) is None) == (account == "acc-1")
    ledger.close()
    with pytest.raises(StoreUnavailable):
        ledger.choose(choice(**SOUND["use"]), new_key())


def test_a_notice_shown_is_no_decision(ledger: Ledger) -> None:
    record = ledger.choose(shown(), new_key()).result().receipt.fields()
    assert not {"decision", "mode", "label"} & set(record)
    assert record["notice_grade"] == "enhanced"


def test_an_agreement_names_all_its_texts_and_what_was_shown(ledger: Ledger) -> None:
    english = TERMS | {"lang": "en", "text_digest": EN, "prominent_shown": ["liability"]}
    agreed = choice(**SOUND["agreement"] | {"documents": [english]}, prominent_shown=["sms"])
    fields = ledger.choose(agreed, new_key()).result().receipt.fields()
    assert fields["prominent_shown"] == ["sms"]
    assert fields["documents"] == [english]


def test_what_was_shown_is_a_prominent_clause(sqlite_house: House) -> None:
    listed = policies()
    for policy, clauses in zip(listed["policies"], (["sms"], []), strict=True):
        for version in policy["versions"]:
            version["editions"]["zh"]["prominent"] = clauses
    write_policies(sqlite_house.path, listed)
    check = Catalog(sqlite_house.path / "policies.json").check
    check(choice(**SOUND["agreement"], prominent_shown=["sms"]))
    check(choice(**SOUND["agreement"], lang="en", text_digest=EN, prominent_shown=["any"]))
    check(choice(**SOUND["consent"] | {"purpose": "transfer"}, prominent_shown=["transfer"]))
    terms = TERMS | {"prominent_shown": ["sms"]}
    for changes, field in (
        ({"prominent_shown": ["sms", "transfer"]}, "prominent_shown"),
        ({"documents": [terms]}, "documents[0].prominent_shown"),
    ):
        with pytest.raises(UnknownClause) as refused:
            check(choice(**SOUND["agreement"] | changes))
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("name", "changes", "field"),
    [
        # Use without a decision passes for no consent at all.
        *((n, {"mode": "continued_use"}, "mode") for n in SOUND if n != "use"),
        ("use", {"mode": "express"}, "mode"),
        ("use", {"decision": "refused"}, "decision"),
        ("use", {"notice": None}, "notice"),
        ("agreement", {"mode": "separate"}, "mode"),
        ("agreement", {"decision": "withdrawn"}, "decision"),
        ("agreement", {"purpose": "marketing"}, "purpose"),
        ("agreement", {"guardian": GUARDIAN}, "guardian"),
        ("agreement", {"decision": None}, "decision"),
        ("agreement", {"label": None}, "label"),
        ("agreement", {"documents": [TERMS, TERMS]}, "documents"),
        ("agreement", {"documents": [TERMS | {"policy": "privacy"}]}, "documents"),
        ("consent", {"mode": "express"}, "mode"),
        ("consent", {"purpose": None}, "purpose"),
        ("consent", {"documents": [TERMS]}, "documents"),
        ("guardian", {"mode": "express"}, "mode"),
        ("guardian", {"guardian": None}, "guardian"),
        ("cookies", {"purpose": "marketing"}, "purpose"),
        ("cookies", {"services": {"video": True}}, "decision"),
        ("off", {"decision": "given"}, "decision"),
        ("withdrawal", {"decision": "given"}, "decision"),
        ("withdrawal", {"notice_grade": "general"}, "notice_grade"),
    ],
)
def test_what_does_not_go_together(name: str, changes: dict[str, Any], field: str) -> None:
    fields = msgspec.to_builtins(choice(**SOUND[name])) | changes
    broken = msgspec.convert({k: v for k, v in fields.items() if v is not None}, Choice)
    with pytest.raises(InconsistentDecision) as caught:
        check_consistent(broken)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decision": "given"}, "decision"),
        ({"mode": "express"}, "mode"),
        ({"label": "OK"}, "label"),
        ({"notice_grade": None}, "notice_grade"),
    ],
)
def test_a_notice_has_no_decision(changes: dict[str, Any], field: str) -> None:
    fields = {name: value for name, value in (SHOWN | changes).items() if value}
    with pytest.raises(InconsistentDecision) as caught:
        check_consistent(msgspec.convert(fields, Choice))
    assert caught.value.field == field


@given(
    st.sampled_from(get_args(Kind)),
    st.sampled_from(get_args(Decision)),
    st.sampled_from(get_args(Mode)),
    st.booleans(),
)
def test_use_and_agreement_never_pass_for_a_separate_consent(
    kind: Kind, decision: Decision, mode: Mode, named: bool
) -> None:
    """Whatever is sent: only the kind `consent`, by an own act, gives a purpose."""
    extra = {"purpose": "marketing"} if named else {}
    record = choice(kind=kind, decision=decision, mode=mode, purposes={}, **extra)
    try:
        check_consistent(record)
    except InconsistentDecision:
        return
    fields = public_fields(record)
    assert kind_of(record) == kind
    if fields.get("purpose") and decision == "given":
        assert (kind, mode in {"separate", "written"}) == ("consent", True)
    assert (mode == "continued_use") == (kind == "continued-use")


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (TERMS | {"policy": "none"}, "documents[1].policy"),
        (TERMS | {"version": "1999-01-01"}, "documents[1].version"),
        (TERMS | {"lang": "fr"}, "documents[1].lang"),
        (TERMS | {"text_digest": EN}, "documents[1].text_digest"),
    ],
)
def test_every_text_of_an_agreement_is_checked(
    tmp_path: Any, document: dict[str, Any], field: str
) -> None:
    content = policies()
    content["policies"].append(content["policies"][1] | {"id": "more"})
    catalog = Catalog(write_policies(tmp_path, content))
    first = TERMS | {"policy": "more"}
    with pytest.raises(Refused) as caught:
        catalog.check(choice(**SOUND["agreement"] | {"documents": [first, document]}))
    assert caught.value.field == field


def test_services_are_those_of_the_policys_purposes(tmp_path: Any) -> None:
    content = policies()
    content["policies"][0]["cookies"]["purposes"][1]["services"] = [{"id": "video", "label": {}}]
    catalog = Catalog(write_policies(tmp_path, content))
    allowed = choice(decision="given", services={"video": True})
    check_consistent(allowed)
    catalog.check(allowed)
    with pytest.raises(Refused, match="video") as caught:
        catalog.check(choice(decision="given", services={"maps": True}))
    assert caught.value.field == "services"


def test_a_guardian_is_sealed_and_opened_for_the_operator(house: House, ledger: Ledger) -> None:
    ledger.choose(choice(**SOUND["guardian"]), new_key()).result()
    stored = house.path.glob("ledger.db*")
    assert not any(CONTACT.encode() in path.read_bytes() for path in stored)
    (record,) = ledger.export("subject", "s" * 22).records
    assert record.record["guardian"] == GUARDIAN
    assert json.dumps(GUARDIAN["contact"]) not in record.receipt.entry
