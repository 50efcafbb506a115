"""Demands that name no text: lines of suppression lists, and one-click links; on both stores."""

import hmac
import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import EMAIL, PHONE, House, new_key, opt_out

from clausepress.ledger import BadEntry, Demand, Inbound, Keys, Ledger, SetupError, oneclick
from clausepress.ledger.keys import generate
from clausepress.ledger.suppressions import FIELDS, read

KEYS = Keys.parse(generate())
NOW_MS = 1_772_625_600_000
DAY = 86_400_000


def demands(*lines: str, keys: Keys = KEYS) -> list[Any]:
    """What each entry says: a demand, or the words about what is wrong."""
    found = [line.demand for line in read([f"{line}\n" for line in lines], keys)]
    return [str(one) if isinstance(one, BadEntry) else one for one in found]


def take(ledger: Ledger, *lines: str) -> int:
    """Stop all of a list; how many entries are new."""
    found = [line.demand for line in ledger.read_list([f"{line}\n" for line in lines])]
    answers = [ledger.stop(one) for one in found if isinstance(one, Demand)]
    assert len(answers) == len(found), found
    return sum(answer.result().created for answer in answers)


def exported(ledger: Ledger, start: int = 0, key: str | None = None) -> list[dict[str, str] | None]:
    return [one.fields for one in ledger.suppression_list(start, key)]


LIST = [
    "number,scope,reason,source,event_time,evidence_id",
    "13800138000,marketing,complaint,another system,2024-05-06T07:08:09+08:00,row 7",
    "+8613800138001,,,,,",
    "LI.LEI@例子.com,,,,2024-05-06,",
]


def test_a_list_is_in_force_and_counts_once(ledger: Ledger) -> None:
    assert take(ledger, *LIST) == 3
    assert take(ledger, *LIST) == 0
    assert ledger.is_suppressed("sms", PHONE)
    assert ledger.is_suppressed("sms", "13800138001")
    assert ledger.is_suppressed("email", "li.lei@例子.com")
    assert not ledger.is_suppressed("email", EMAIL)
    first = next(one for one in exported(ledger) if one and one["address"] == f"+86{PHONE}")
    assert first["event_time"] == "2024-05-05T23:08:09.000Z"
    assert (first["reason"], first["source"]) == ("complaint", "another system")


def test_the_entry_names_no_one(ledger: Ledger) -> None:
    (line,) = ledger.read_list(LIST[:2])
    assert isinstance(line.demand, Demand)
    receipt = ledger.stop(line.demand).result().receipt
    fields = receipt.fields()
    assert {
        name: fields[name] for name in fields if name not in {"id", "key_id", "sealed", "at"}
    } == {
        "kind": "opt-out",
        "channel": "sms",
        "surface": "list",
        "decision": "withdrawn",
        "mode": "express",
        "reason": "complaint",
        "event_at": "2024-05-05T23:08:09.000Z",
    }
    assert "another system" not in receipt.entry
    assert ledger.receipt(receipt.id) == receipt


def test_an_export_is_an_import(house: House, ledger: Ledger, tmp_path: Any) -> None:
    take(ledger, *LIST)
    ledger.opt_out(opt_out(channel="email", address=EMAIL), new_key()).result()
    ledger.receive(Inbound("generic", "m-1", "13800138002", "TD", "{}")).result()
    rows = [one for one in exported(ledger) if one]
    assert len(rows) == 5
    assert {one["source"] for one in rows} == {"another system", "list", "page", "sms-reply"}
    (tmp_path / "other").mkdir()
    other = House(tmp_path / "other", f"sqlite:///{tmp_path}/other/ledger.db").open()
    table = [",".join(FIELDS), *(",".join(one.values()) for one in rows)]
    assert take(other, *table) == 5
    assert take(other, *map(json.dumps, rows)) == 0
    again = [one for one in exported(other) if one]
    assert {(one["address"], one["reason"], one["event_time"]) for one in again} == {
        (one["address"], one["reason"], one["event_time"]) for one in rows
    }
    other.close()


def test_the_erased_stay_in_a_list_as_digests(ledger: Ledger) -> None:
    take(ledger, *LIST)
    assert [done.result().created for done in ledger.erase("sms", PHONE)] == [True]
    (gone,) = [one for one in exported(ledger) if one and not one["address"]]
    assert gone["digest"].startswith("hmac-sha256:")
    assert gone["source"] == "list"
    assert exported(ledger, key=gone["digest"].split(":")[1])  # by the key it was made with


def test_lists_of_digests_between_two_who_share_a_key(tmp_path: Any) -> None:
    shared = {"id": "shared", "key": json.loads(generate())["mac"][0]["key"]}
    houses = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        file = json.loads(generate())
        file["mac"] = [shared, *file["mac"]]
        (path := tmp_path / name / "keys.json").write_text(json.dumps(file))
        path.chmod(0o600)
        houses.append(House(tmp_path / name, f"sqlite:///{tmp_path}/{name}/ledger.db"))
    one, two = (house.open() for house in houses)
    take(one, *LIST)
    rows = exported(one, key="shared")
    assert not any(row["address"] for row in rows if row)
    assert PHONE not in json.dumps(rows)
    assert take(two, *map(json.dumps, rows)) == 3
    assert take(two, *map(json.dumps, rows)) == 0
    assert two.is_suppressed("sms", PHONE)
    assert not two.is_suppressed("email", PHONE + "@example.com")
    assert {row["digest"] for row in exported(two) if row} == {row["digest"] for row in rows if row}
    assert exported(two, key=houses[1].keys.mac_id) == [None] * 3  # no address to hash anew
    assert houses[1].audit().findings == []
    with pytest.raises(SetupError, match="HMAC key 'other'"):
        exported(one, key="other")
    one.close()
    two.close()


@given(st.binary(min_size=32, max_size=32), st.sampled_from(["sms", "email"]), st.emails())
def test_a_digest_is_what_its_description_says(key: bytes, channel: str, name: str) -> None:
    file = json.loads(generate()) | {"mac": [{"id": "x", "key": b64encode(key).decode()}]}
    keys = Keys.parse(json.dumps(file))
    expected = hmac.digest(key, f"{channel}\0{name}".encode(), "sha256")
    assert keys.mac(channel, name.encode()) == expected
    assert keys.each(channel, [name.encode()]) == {"x": [expected]}


def test_a_delta_begins_after_what_was_seen(ledger: Ledger) -> None:
    take(ledger, *LIST[:2])
    newest = max(one.position for one in ledger.suppression_list())
    assert exported(ledger, newest + 1) == []
    take(ledger, *LIST)
    assert len(exported(ledger, newest + 1)) == 2


def test_more_than_a_page(ledger: Ledger) -> None:
    numbers = [f"+86138001{n:05}" for n in range(1100)]
    assert take(ledger, "number", *numbers) == 1100
    assert sorted(one["address"] for one in exported(ledger) if one) == numbers


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({}, "neither address nor digest"),
        ({"address": "12"}, "address is not a possible telephone number"),
        ({"email": "nobody"}, "address is not a possible telephone number"),
        ({"email": "nobody@"}, "address is not a possible e-mail address"),
        ({"address": PHONE, "channel": "fax"}, "channel is neither sms nor email"),
        ({"digest": "00"}, "channel is neither"),
        ({"digest": "00", "channel": "sms"}, "digest is not hmac-sha256"),
        ({"digest": f"hmac-sha256:x:{'0' * 64}", "channel": "sms"}, "does not hold"),
        ({"address": PHONE, "scope": "all"}, "scope is not marketing"),
        ({"address": PHONE, "reason": "13800138000"}, "reason is not of small letters"),
        ({"address": PHONE, "event_time": "yesterday"}, "event_time is not a time"),
        ({"address": PHONE, "source": "x" * 501}, "longer than 500"),
    ],
)
def test_a_bad_entry_is_told_without_what_it_holds(entry: dict[str, str], message: str) -> None:
    bad, good = demands(json.dumps(entry), json.dumps({"address": PHONE}))
    assert message in bad
    assert PHONE not in bad
    assert isinstance(good, Demand)


def test_lines_are_numbered_as_in_the_file() -> None:
    table = ["\ufeffNumber,source\r\n", '13800138000,"two\r\n', 'lines"\r\n', "\r\n", "12,\r\n"]
    assert [line.number for line in read(table, KEYS)] == [3, 5]
    rows = ["\n", '\ufeff{"address": "12"}\n', "\n", "nonsense\n", "[1]\n"]
    assert [line.number for line in read(rows, KEYS)] == [2, 4, 5]


@pytest.mark.parametrize("lines", [[], ["\n"], ["a,b\n", "1,2\n"], ["13800138000\n"]])
def test_a_file_without_a_header_is_no_list(lines: list[str]) -> None:
    with pytest.raises(BadEntry, match="names no column"):
        list(read(lines, KEYS))


def test_times(ledger: Ledger) -> None:
    last_year, to_come = "2025-03-04T12:00:00", "2999-03-04T12:00:00"
    take(ledger, "number,event_time", f"13800138000,{last_year}", f"13800138001,{to_come}")
    times = {one["address"][-1]: one["event_time"] for one in exported(ledger) if one}
    assert times["0"] == "2025-03-04T12:00:00.000Z"
    assert times["1"] < "2999"


@given(st.lists(st.text(max_size=60), max_size=6), st.sampled_from(["", "number,reason\n", "{}\n"]))
@settings(max_examples=200)
def test_any_file_is_read_or_refused(lines: list[str], first: str) -> None:
    try:
        for line in read([first, *(f"{line}\n" for line in lines)], KEYS):
            assert line.number > 0
    except BadEntry:
        pass


@given(st.emails(), st.binary(max_size=40), st.integers(0, 20))
def test_a_link_is_for_its_mailbox_alone(mailbox: str, noise: bytes, place: int) -> None:
    token = oneclick.token(KEYS, mailbox)
    assert oneclick.mailbox(KEYS, token) == mailbox
    assert oneclick.mailbox(Keys.parse(generate()), token) is None
    letters = list(token)
    letters[place] = "A" if letters[place] != "A" else "B"
    assert oneclick.mailbox(KEYS, "".join(letters)) is None
    assert oneclick.mailbox(KEYS, noise.decode("latin-1")) is None


def test_a_link_outlives_a_change_of_keys() -> None:
    file = json.loads(generate())
    token = oneclick.token(Keys.parse(json.dumps(file)), EMAIL)
    file["mac"].append({"id": "new", "key": json.loads(generate())["mac"][0]["key"]})
    newer = Keys.parse(json.dumps(file))
    assert oneclick.mailbox(newer, token) == EMAIL
    assert oneclick.token(newer, EMAIL) != token


def test_clicks_of_a_day_count_once(house: House) -> None:
    now = [NOW_MS]
    ledger = house.open(clock=lambda: now[0])
    token = ledger.one_click_token(" Li.Lei@Example.com ")
    answers = [ledger.one_click(token) for _ in range(3)]
    now[0] += DAY
    answers.append(ledger.one_click(token))
    assert [answer.result().created for answer in answers if answer] == [True, False, False, True]
    assert ledger.is_suppressed("email", EMAIL)
    assert ledger.one_click("x" * 60) is None
    (row,) = exported(ledger)
    assert row is not None
    assert row["event_time"] == "2026-03-05T12:00:00.000Z"
    ledger.close()
