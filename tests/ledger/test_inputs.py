"""Records, addresses, the catalog and the key file."""

import json
import logging
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ledger_samples import EN, choice, opt_out, policies, write_policies

from clausepress.archive.index import policies_json
from clausepress.archive.library import load_library
from clausepress.ledger import (
    AddressInvalid,
    Catalog,
    DigestMismatch,
    InconsistentDecision,
    Keys,
    Refused,
    SetupError,
    UnknownEdition,
    UnknownPolicy,
    UnknownPurpose,
    UnknownVersion,
)
from clausepress.ledger.address import normalise
from clausepress.ledger.keys import generate
from clausepress.ledger.kinds import check_consistent
from clausepress.ledger.records import DuplicateName, refuse_duplicates, timestamp
from clausepress.ledger.sealing import Drawn, new_id

YES = {"analytics": True, "marketing": False}
NO = {"analytics": False, "marketing": False}


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "given", "purposes": NO},
        {"decision": "refused", "purposes": YES},
        {"decision": "withdrawn", "purposes": YES},
        {"decision": "given", "purposes": {}},
        {"kind": "withdrawal", "decision": "given"},
        {"kind": "withdrawal", "decision": "refused"},
        {"kind": "personalisation-off", "decision": "given"},
    ],
)
def test_contradictions(fields: dict[str, Any]) -> None:
    with pytest.raises(InconsistentDecision):
        check_consistent(choice(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "given", "purposes": YES},
        {"decision": "refused", "purposes": NO},
        {"decision": "withdrawn", "purposes": NO},
        {"kind": "agreement", "decision": "given", "purposes": {}},
        {"kind": "agreement", "decision": "refused", "purposes": {}},
        {"kind": "withdrawal", "decision": "withdrawn", "purposes": {}},
        {"kind": "personalisation-off", "decision": "refused", "purposes": {}},
    ],
)
def test_sound_choices(fields: dict[str, Any], tmp_path: Path) -> None:
    record = choice(**fields)
    check_consistent(record)
    Catalog(write_policies(tmp_path)).check(record)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", " "), ("label", "\u3000"), ("label", "a\u0085"), ("label", "a\u200bb"),
        ("label", "\u202eb"), ("label", "\ue000"), ("label", "a\u2028b"), ("label", "a\u2029b"),
        ("label", "退订13800138000"), ("label", "１２３４５６７"), ("surface", "page-1380013"),
        ("prominent_shown", ["marketing-sms", "a13800138000"]),
    ],
)  # fmt: skip
def test_what_must_not_stand_in_a_public_entry(field: str, value: Any) -> None:
    with pytest.raises(msgspec.ValidationError, match=f"`{field}`"):
        choice(**{field: value})
    if field != "prominent_shown":
        with pytest.raises(msgspec.ValidationError, match=f"`{field}`"):
            opt_out(**{field: value})
    for sound in ("全部拒绝", "Say «no» 123456", "Ablehnen – 2021.01.25"):
        assert choice(label=sound).label == sound


@pytest.mark.parametrize(
    "written",
    [
        "138 0013 8000",
        "13800138000",
        "+86 138-0013-8000",
        "0086 13800138000",
        "１３８００１３８０００",
        " (138) 0013 8000 ",
        "+8613800138000",
    ],
)
def test_one_number_many_spellings(written: str) -> None:
    assert normalise("sms", written) == "+8613800138000"


def test_the_region_reads_national_numbers() -> None:
    assert normalise("sms", "07400 123456", "GB") == "+447400123456"
    assert normalise("sms", "+44 7400 123456", "CN") == "+447400123456"
    with pytest.raises(AddressInvalid):
        normalise("sms", "07400 123456", "ZZ")


@pytest.mark.parametrize(
    "address",
    [
        "1", "abc", "", "123456789012345678", "+", "13800138000 x5",
        "12800138000", "1380013800", "1234567", "62651515",  # possible, yet of no range in use
        "10086", "95588", "110", "+8610086", "12345", "106575550000",  # short codes
    ],
)  # fmt: skip
def test_impossible_numbers_are_not_repeated(address: str) -> None:
    with pytest.raises(AddressInvalid, match="Check the digits") as caught:
        normalise("sms", address)
    assert len(address) < 3 or address not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Li.Lei@Example.COM", "li.lei@example.com"),
        (" a+b@example.co.uk ", "a+b@example.co.uk"),
        ("李雷@例子.中国", "李雷@xn--fsqu00a.xn--fiqs8s"),
        ("ａ＠example.com", "a@example.com"),
        ("a@faß.de", "a@xn--fa-hia.de"),  # another domain than fass.de since IDNA 2008
        ("a@FASS.de", "a@fass.de"),
    ],
)
def test_mailboxes(written: str, stored: str) -> None:
    assert normalise("email", written) == stored


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "@", "a@", "@b.com", "a@b", "a b@c.com", "a@b..com", "a@-b.com", "a@b_c.com",
        "a,b@c.com", "<a@b.com>", "a\n@b.com", "a@b.com\nBcc: x@y.z", "x" * 65 + "@b.com",
        "a@" + "b" * 64 + ".com", "a@" + ".".join(["b" * 60] * 5), "a@b@c.com",
    ],
)  # fmt: skip
def test_impossible_mailboxes(address: str) -> None:
    with pytest.raises(AddressInvalid):
        normalise("email", address)


@given(st.sampled_from(["sms", "email"]), st.text(max_size=40))
def test_any_text_is_an_address_or_refused(channel: str, address: str) -> None:
    try:
        stored = normalise(channel, address)
    except AddressInvalid:
        return
    assert normalise(channel, stored) == stored


def test_the_catalog_knows_what_exists(tmp_path: Path) -> None:
    catalog = Catalog(write_policies(tmp_path))
    catalog.check(choice())
    catalog.check(choice(version="2019-09-16"))
    catalog.check(opt_out(lang="en", text_digest=EN))
    cases: list[tuple[type[Refused], dict[str, Any]]] = [
        (UnknownPolicy, {"policy": "other"}),
        (UnknownVersion, {"version": "2000-01-01"}),
        (UnknownVersion, {"version": "2022-01-01"}),  # a draft
        (UnknownEdition, {"lang": "fr"}),
        (DigestMismatch, {"text_digest": EN}),
        (UnknownPurpose, {"purposes": {"analytics": False}}),
        (UnknownPurpose, {"purposes": NO | {"x": False}}),
        (UnknownPurpose, {"purposes": NO | {"identity": False}}),
        (UnknownPurpose, {"kind": "agreement", "purposes": NO}),
        (UnknownPurpose, {"policy": "terms", "version": "2020-03-04", "purposes": {}}),
    ]
    for error, fields in cases:
        with pytest.raises(error):
            catalog.check(choice(**fields))
    assert catalog.edition("privacy", None, "zh")[0] == "2021-01-25"


def test_the_catalog_reads_what_the_archive_writes(tmp_path: Path) -> None:
    """The two halves meet in this file only; one policy of it has no version in force."""
    for policy, day in (("privacy", "2021-01-25"), ("terms", "2030-01-01")):
        folder = tmp_path / "docs" / policy
        (folder / day).mkdir(parents=True)
        (folder / "policy.yml").write_text(
            f"id: {policy}\nkind: privacy-policy\nprevails: zh\ntitle: {{zh: 政策}}\n", "utf-8"
        )
        (folder / day / "version.yml").write_text(
            f"id: {day}\nannounced_on: 2021-01-18\neffective_on: {day}\n"
        )
        (folder / day / "zh.md").write_text("---\ntitle: 政策\n---\n\n1.1 甲 {#a}\n", "utf-8")
    written = tmp_path / "policies.json"
    written.write_bytes(policies_json(load_library(tmp_path / "docs"), date(2026, 11, 21)))
    catalog = Catalog(written)
    version, edition = catalog.edition("privacy", None, "zh")
    assert (version, edition.title) == ("2021-01-25", "政策")
    assert catalog.policy("terms").current is None
    assert [v.status for v in catalog.policy("terms").versions] == ["announced"]
    for wanted in (None, "2000-01-01"):
        with pytest.raises(UnknownVersion, match="none in force"):
            catalog.edition("terms", wanted, "zh")
    announced = catalog.edition("terms", "2030-01-01", "zh")[1]
    agreed = {"kind": "agreement", "decision": "given", "purposes": {}}
    about = {"policy": "terms", "version": "2030-01-01", "text_digest": announced.text_digest}
    catalog.check(choice(**agreed, **about))


def test_the_catalog_follows_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_policies(tmp_path)
    catalog = Catalog(path)
    changed = policies()
    changed["policies"][0]["id"] = "renamed"
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps(changed))
    draft.replace(path)
    assert catalog.policy("renamed").current == "2021-01-25"

    path.write_text('{"schema": "clausepress.policies/1", "policies": [')
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert catalog.policy("renamed")
        assert caplog.text.count("The last good one stays") == 1
        path.unlink()
        assert catalog.policy("renamed")
        assert catalog.policy("renamed")
    assert caplog.text.count("The last good one stays") == 2
    write_policies(tmp_path)
    assert catalog.policy("privacy").optional_purposes()[0].id == "analytics"


def test_what_is_new_may_be_recorded_at_once_and_what_is_gone_soon_not(tmp_path: Path) -> None:
    catalog = Catalog(write_policies(tmp_path))
    record = opt_out()
    renewed = opt_out(policy="renamed")
    assert not catalog.refusal(record)
    assert catalog.refusal(renewed)
    changed = policies()
    changed["policies"][0]["id"] = "renamed"
    assert not catalog.refusal(record)
    write_policies(tmp_path, changed)
    assert not catalog.refusal(renewed)
    write_policies(tmp_path)
    time.sleep(0.06)  # for 50 ms what was published may still be recorded
    assert catalog.refusal(renewed)


@pytest.mark.parametrize("content", [None, "", "{}", '{"schema": "clausepress.policies/2"}', "[]"])
def test_no_catalog_to_begin_with(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "policies.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SetupError, match=r"policies\.json.*Build the site first"):
        Catalog(path)


def test_the_key_file_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys.json"
    drafts = [Keys.load(path), Keys.load(path)]
    assert not path.exists()
    first, second = [draft.kept(begun=False) for draft in drafts]
    assert path.stat().st_mode & 0o777 == 0o600
    assert first.mac("x", b"y") == drafts[0].mac("x", b"y") == second.mac("x", b"y")
    assert Keys.load(path).mac("x", b"y") == first.mac("x", b"y")
    assert list(path.parent.iterdir()) == [path]
    path.chmod(0o640)
    with pytest.raises(SetupError, match="chmod 600"):
        Keys.load(path)


def test_key_files_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text("{}")
    path.chmod(0o600)
    with pytest.raises(SetupError, match=r"keys\.json is not a Clausepress key file: .*`schema`"):
        Keys.load(path)
    twice = json.loads(generate())
    twice["mac"] *= 2
    with pytest.raises(SetupError, match="two HMAC keys with the id"):
        Keys.parse(json.dumps(twice))
    short = json.loads(generate())
    short["wrap"][0]["key"] = "AAAA"
    with pytest.raises(SetupError, match="wrap") as caught:
        Keys.parse(json.dumps(short), "the text")
    assert short["log"][0]["key"] not in str(caught.value)
    with pytest.raises(SetupError, match="cannot use the key file"):
        Keys.load(Path(os.devnull) / "keys.json")


def test_a_new_hash_key_is_written_and_the_old_still_read() -> None:
    old = json.loads(generate())
    added = json.loads(generate())["mac"]
    keys, newer = (
        Keys.parse(json.dumps(old)),
        Keys.parse(json.dumps(old | {"mac": old["mac"] + added})),
    )
    assert newer.mac_id == added[0]["id"]
    assert newer.mac("sms", b"n") != keys.mac("sms", b"n")
    assert newer.macs("sms", b"n")[0] == keys.macs("sms", b"n")[0]
    assert keys.mac("sms", b"n") != keys.mac("email", b"n")
    with pytest.raises(SetupError, match="does not hold"):
        keys.mac("sms", b"n", added[0]["id"])


@given(st.integers(0, 253_402_300_799_999))
def test_timestamps_are_rfc_3339(at_ms: int) -> None:
    from datetime import datetime

    text = timestamp(at_ms)
    assert len(text) == 24
    parsed = datetime.fromisoformat(text)
    assert round(parsed.timestamp() * 1000) == at_ms


def test_ids_are_crockford_base32() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(i) == 26 and set(i) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for i in ids)


def test_ids_grow_with_time() -> None:
    first = new_id()
    time.sleep(0.002)
    assert first[:10] < new_id()[:10]


@given(st.lists(st.integers(12, 64), max_size=200))
def test_random_bytes_are_drawn_in_blocks_and_never_twice(sizes: list[int]) -> None:
    drawn = Drawn()
    taken = [drawn.take(size) for size in sizes]
    assert [len(each) for each in taken] == sizes
    assert len({each[:12] for each in taken} | {each[-12:] for each in taken}) >= len(taken)


class Members(list[Any]):
    """The members of a JSON object, names maybe twice."""


def written(value: Any, ascii_only: bool, colon: str) -> str:
    """JSON with every colon inside a string written as `colon`."""
    if isinstance(value, Members):
        members = (
            written(name, ascii_only, colon) + ": " + written(each, ascii_only, colon)
            for name, each in value
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(each, ascii_only, colon) for each in value) + "]"
    text = json.dumps(value, ensure_ascii=ascii_only)
    return text.replace(":", colon) if isinstance(value, str) else text


def sent_twice(value: Any) -> set[str]:
    """The names that stand twice in any object."""
    if isinstance(value, Members):
        names = [name for name, _ in value]
        here = {name for name in names if names.count(name) > 1}
        return here.union(*(sent_twice(each) for _, each in value))
    if isinstance(value, list):
        return set().union(*(sent_twice(each) for each in value))
    return set()


NAMES = st.sampled_from(["a", "b", ":", "\\", '"', "同", "u003a"])
VALUES = st.recursive(
    st.integers() | st.booleans() | st.none() | st.text('a:"\\同', max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(st.tuples(NAMES, inner), max_size=3).map(Members)
    ),
    max_leaves=12,
)


@example(Members([("a", 1), ("a", ":")]), True, "\\u003a")  # as many colons as without the first
@given(VALUES, st.booleans(), st.sampled_from([":", "\\u003a", "\\u003A"]))
def test_a_name_sent_twice_is_refused_however_it_is_written(
    value: Any, ascii_only: bool, colon: str
) -> None:
    text = written(value, ascii_only, colon).encode()
    twice = sent_twice(value)
    if not twice:
        refuse_duplicates(text)
        return
    with pytest.raises(DuplicateName) as caught:
        refuse_duplicates(text)
    assert caught.value.name in twice
