"""Feeds, calendars and announcements: what subscribers and readers are told, and when."""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from dated_samples import read_library, read_policy, write_policy
from hypothesis import given
from hypothesis import strategies as st

from clausepress.archive.index import policies_json
from clausepress.archive.library import load_library
from clausepress.commands.notice import notice
from clausepress.errors import ClausepressError
from clausepress.site.calendar import calendar, fold
from clausepress.site.dates import Site
from clausepress.site.feeds import ENTRIES, atom_feed
from clausepress.site.messages import find_notice, message, sms_parts
from clausepress.site.notices import notices

SITE = Site("Example Co.", "https://policies.example.com/")
ATOM = "{http://www.w3.org/2005/Atom}"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")
ON = dt.date(2026, 6, 10)
NOTE = {
    "zh": "新增一家接收方；<b>另见</b> & 附件，甲\\乙",
    "en": "One more <b>recipient</b> & co; a, b\\c",
}
OLD = {"id": "v1", "announced_on": "2025-01-01", "effective_on": "2025-01-08"}
NEW: dict[str, Any] = {
    "id": "v2",
    "announced_on": "2026-06-01",
    "effective_on": "2026-07-01",
    "material_kinds": ["sharing"],
    "reduces_rights": True,
    "change_note": NOTE,
    "contacts": {"email": "privacy@example.com", "phone": "400-000-0000"},
}
CONTROLLER = {"zh": "示例公司", "en": "Example Co."}


def feed(data: bytes) -> ET.Element:
    """A feed that keeps to RFC 4287 section 4: each element as often as it may be."""
    root = ET.fromstring(data)  # noqa: S314 - our own output
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    for each in (root, *entries):
        for name in ("id", "title", "updated"):
            (found,) = each.findall(f"{ATOM}{name}")
            assert found.text
        assert each.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
        assert RFC3339.fullmatch(each.findtext(f"{ATOM}updated", ""))
        links = [(link.get("rel"), link.get("hreflang")) for link in each.findall(f"{ATOM}link")]
        assert len(links) == len(set(links))
        assert "alternate" in {rel for rel, _ in links}
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    ids = [each.findtext(f"{ATOM}id") for each in (root, *entries)]
    assert len(ids) == len(set(ids))
    updated = [each.findtext(f"{ATOM}updated", "") for each in entries]
    assert updated == sorted(updated, reverse=True)
    if updated:
        assert root.findtext(f"{ATOM}updated") == updated[0]
    return root


def titles(root: ET.Element) -> list[str]:
    return [each.findtext(f"{ATOM}title", "") for each in root.findall(f"{ATOM}entry")]


def properties(data: bytes) -> list[dict[str, str]]:
    """The events of a calendar, unfolded and unescaped by RFC 5545 sections 3.1 and 3.3.11."""
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    found: list[dict[str, str]] = []
    for line in lines[:-1]:
        name, value = line.split(":", 1)
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            assert name == "END" or name not in found[-1]
            unescaped = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
            found[-1][name] = unescaped
    return found


def test_an_announced_version_is_in_the_feed_and_its_effect_is_not_yet(tmp_path: Path) -> None:
    policy = read_policy(tmp_path, OLD, NEW, controller=CONTROLLER)
    root = feed(atom_feed(SITE, "en", [policy], ON, policy=policy))
    assert titles(root) == [
        "Example Terms: version v2 announced",
        "Example Terms: version v1 takes effect",
        "Example Terms: version v1 announced",
    ]
    first = root.find(f"{ATOM}entry")
    assert first is not None
    links = {link.get("rel"): link.get("href") for link in first.findall(f"{ATOM}link")}
    base = "https://policies.example.com/en/terms/v2/"
    assert links == {"alternate": base, "related": f"{base}changes/"}
    assert first.findtext(f"{ATOM}summary") == f"Takes effect on 1 July 2026.\n{NOTE['en']}"
    assert [each.get("term") for each in first.findall(f"{ATOM}category")] == ["sharing"]
    later = feed(atom_feed(SITE, "en", [policy], dt.date(2026, 7, 1), policy=policy))
    assert titles(later)[0] == "Example Terms: version v2 takes effect"
    before = feed(atom_feed(SITE, "en", [policy], dt.date(2026, 5, 31), policy=policy))
    assert len(titles(before)) == 2


def test_the_day_of_the_update_stands_in_for_a_missing_announcement(tmp_path: Path) -> None:
    policy = read_policy(
        tmp_path, {"id": "v1", "updated_on": "2026-06-10", "effective_on": "2027-01-01"}
    )
    assert titles(feed(atom_feed(SITE, "en", [policy], ON))) == [
        "Example Terms: version v1 announced"
    ]


def test_ids_stay_when_versions_come_and_days_pass(tmp_path: Path) -> None:
    old = read_policy(tmp_path / "a", OLD)
    new = read_policy(tmp_path / "b", OLD, NEW)

    def ids(data: bytes) -> set[str]:
        return set(re.findall(r"urn:uuid:\S+(?=<)", data.decode()))

    first = atom_feed(SITE, "zh", [old], ON, policy=old)
    assert ids(first) < ids(atom_feed(SITE, "zh", [new], ON, policy=new))
    assert first == atom_feed(SITE, "zh", [old], dt.date(2030, 1, 1), policy=old)
    assert calendar(SITE, "zh", [old], ON) == calendar(SITE, "zh", [old], dt.date(2030, 1, 1))


def test_without_a_site_address_links_are_relative_and_ids_are_not(tmp_path: Path) -> None:
    policy = read_policy(tmp_path, OLD)
    root = feed(atom_feed(Site("Example"), "zh", [policy], ON, policy=policy))
    hrefs = [link.get("href", "") for link in root.iter(f"{ATOM}link")]
    assert all(href.startswith("../../zh/terms/") for href in hrefs)
    site = feed(atom_feed(Site("Example"), "zh", [policy], ON))
    assert [link.get("href") for link in site.findall(f"{ATOM}link")] == [
        "../zh/feed.xml",
        "../zh/",
    ]
    (event,) = properties(calendar(Site("Example"), "zh", [policy], ON))
    assert "URL" not in event


def test_a_policy_without_dates_has_an_empty_feed_and_calendar(tmp_path: Path) -> None:
    policy = read_policy(tmp_path, {"id": "v1"})
    assert titles(feed(atom_feed(SITE, "zh", [policy], ON, policy=policy))) == []
    assert properties(calendar(SITE, "zh", [policy], ON, policy=policy)) == []
    assert notices([policy], "zh", ON, 30) == []


def test_a_feed_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    day = dt.date(2020, 1, 1)
    versions = [
        {"id": f"v{i:02}", "effective_on": day + dt.timedelta(days=i)} for i in range(ENTRIES + 9)
    ]
    policy = read_policy(tmp_path, *versions, langs="zh")
    found = titles(feed(atom_feed(SITE, "zh", [policy], ON, policy=policy)))
    assert len(found) == ENTRIES
    assert found[0] == f"示例协议：版本 v{ENTRIES + 8} 生效"


def test_a_calendar_holds_past_and_announced_days_and_no_drafts(tmp_path: Path) -> None:
    draft = {"id": "v3", "announced_on": "2026-09-01", "effective_on": "9999-12-31"}
    policy = read_policy(tmp_path, OLD, NEW, draft)
    old, new = properties(calendar(SITE, "en", [policy], ON, policy=policy))
    assert old["DTSTART;VALUE=DATE"] == "20250108"
    assert new["DTSTART;VALUE=DATE"] == "20260701"
    assert new["DTSTAMP"] == "20260531T160000Z"
    assert new["SUMMARY"] == "Example Terms: version v2 takes effect"
    assert new["DESCRIPTION"] == NOTE["en"]
    assert new["URL"] == "https://policies.example.com/en/terms/v2/"
    assert old["UID"] != new["UID"]
    far = properties(calendar(SITE, "en", [policy], dt.date(2026, 9, 1), policy=policy))
    assert far[-1]["DTSTART;VALUE=DATE"] == "99991231"


@given(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), min_size=70, max_size=300))
def test_folding_keeps_every_character_and_the_limit(line: str) -> None:
    folded = fold(line)
    assert folded.replace("\r\n ", "") == line
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))


def test_a_notice_comes_with_the_announcement_and_goes_after_its_days(tmp_path: Path) -> None:
    policy = read_policy(tmp_path, OLD, NEW)
    states = {
        "2026-05-31": [],
        "2026-06-01": ["terms/v2/announced"],
        "2026-06-30": ["terms/v2/announced"],
        "2026-07-01": ["terms/v2/effective"],
        "2026-07-30": ["terms/v2/effective"],
        "2026-07-31": [],
    }
    for day, expected in states.items():
        found = notices([policy], "zh", dt.date.fromisoformat(day), 30)
        assert [each.id for each in found] == expected, day
    assert notices([policy], "zh", dt.date(2026, 7, 1), 0) == []


def test_a_notice_says_what_is_material(tmp_path: Path) -> None:
    policy = read_policy(tmp_path, OLD, NEW)
    (found,) = notices([policy], "en", ON, 30)
    assert found.prominent
    assert found.headline == "Example Terms: version v2 takes effect on 1 July 2026."
    assert found.facts == (
        "Important changes: who receives personal information. It reduces rights of yours. "
        "It applies to you only with your express agreement."
    )
    assert found.changes_path == "en/terms/v2/changes/"
    (plain,) = notices([read_policy(tmp_path / "x", OLD)], "en", dt.date(2025, 1, 2), 30)
    assert not plain.prominent
    assert plain.facts == ""
    assert plain.changes_path == ""


@pytest.mark.parametrize("fact", ["fee_change", "service_end", "reduces_rights"])
def test_each_weighty_fact_stands_out_and_is_said(tmp_path: Path, fact: str) -> None:
    plain = {**NEW, "material_kinds": [], "reduces_rights": False}
    policy = read_policy(tmp_path, OLD, {**plain, fact: True})
    (found,) = notices([policy], "zh", ON, 30)
    assert found.prominent
    assert found.facts


def test_a_version_in_one_language_is_announced_in_the_other(tmp_path: Path) -> None:
    change = {**NEW, "langs": "zh", "change_note": {"zh": "改"}, "material_kinds": []}
    policy = read_policy(tmp_path, OLD, change)
    (found,) = notices([policy], "en", ON, 30)
    assert (found.text_lang, found.text_path) == ("zh", "zh/terms/v2/")
    assert found.changes_path == "zh/terms/v2/changes/"


def test_the_index_tells_widgets_what_is_coming(tmp_path: Path) -> None:
    far = {"id": "v3", "announced_on": "2026-06-02", "effective_on": "9999-12-31"}
    library = read_library(tmp_path, OLD, NEW, far)
    (policy,) = msgspec.json.decode(policies_json(library, ON))["policies"]
    assert policy["current"] == "v1"
    assert policy["upcoming"] == "v2"
    assert policy["announced"] == ["v2", "v3"]
    second = next(each for each in policy["versions"] if each["id"] == "v2")
    assert second["editions"]["en"]["changes"] == "en/terms/v2/changes/"
    assert policy["versions"][-1]["editions"]["en"]["changes"] is None
    (policy,) = msgspec.json.decode(policies_json(library, dt.date(2026, 5, 1)))["policies"]
    assert (policy["upcoming"], policy["announced"]) == (None, [])


def test_a_mail_says_what_when_where_and_what_to_do(tmp_path: Path) -> None:
    library = read_library(tmp_path, OLD, NEW, controller=CONTROLLER)
    text = message(find_notice(library, "terms/v2", "en", ON), "mail", SITE.url)
    for words in (
        "Subject: Example Terms: version v2 takes effect on 1 July 2026.",
        "who receives personal information",
        "only with your express agreement",
        NOTE["en"],
        "https://policies.example.com/en/terms/v2/changes/",
        "you may object to us, or close your account",
        "E-mail: privacy@example.com",
        "Telephone: 400-000-0000",
        "Example Co.",
    ):
        assert words in text


def test_an_sms_names_the_sender_and_the_change_and_offers_nothing_to_opt_out(
    tmp_path: Path,
) -> None:
    library = read_library(tmp_path, OLD, NEW, controller=CONTROLLER)
    text = message(find_notice(library, "terms/v2", None, ON), "sms", SITE.url)
    assert text.startswith("【示例公司】《示例协议》版本 v2 将于2026年7月1日生效。")
    assert text.endswith("https://policies.example.com/zh/terms/v2/changes/")
    assert NOTE["zh"] in text
    assert "\n" not in text
    assert "退订" not in text
    short = message(find_notice(library, "terms/v1", "zh", ON), "sms", SITE.url)
    assert sms_parts(short) == 2
    assert "已于2025年1月8日生效" in short


def test_the_command_prints_the_text_and_counts_the_messages(tmp_path: Path) -> None:
    write_policy(tmp_path / "docs", OLD, controller=CONTROLLER)
    config = tmp_path / "mkdocs.yml"
    config.write_text("site_name: x\ntheme: material\nplugins: [clausepress]\n", encoding="utf-8")
    arguments = ["terms/v1", "--config", str(config), "--channel", "sms"]
    refused = CliRunner().invoke(notice, arguments)
    assert isinstance(refused.exception, ClausepressError)
    assert "fix: set site_url" in str(refused.exception)
    with config.open("a", encoding="utf-8") as file:
        file.write("site_url: https://policies.example.com\n")
    done = CliRunner().invoke(notice, arguments)
    assert done.exit_code == 0
    assert done.stdout.endswith("https://policies.example.com/zh/terms/v1/\n")
    assert done.stderr == f"messages in UCS-2: 2; characters: {len(done.stdout) - 1}\n"
    assert CliRunner().invoke(notice, [*arguments[:-1], "fax"]).exit_code == 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", 1), ("甲" * 70, 1), ("甲" * 71, 2), ("甲" * 134, 2), ("甲" * 135, 3), ("😀" * 36, 2)],
)
def test_parts_of_an_sms(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


@pytest.mark.parametrize(
    ("name", "lang", "words"),
    [
        ("terms/v9", None, "there is no such version\n  fix: name one of terms/v0, terms/v1"),
        ("terms", None, "there is no such version"),
        ("other/v1", None, "there is no such version"),
        ("terms/v1", "fr", "no labels in the language 'fr'\n  fix: name one of en, zh"),
        ("terms/v0", None, "states no effective date"),
    ],
)
def test_what_cannot_be_announced_is_said(
    tmp_path: Path, name: str, lang: str | None, words: str
) -> None:
    undated = {"id": "v0", "updated_on": "2020-01-01"}
    library = read_library(tmp_path, undated, OLD, langs="zh")
    with pytest.raises(ClausepressError, match=re.escape(words)):
        find_notice(library, name, lang, ON)


def test_readers_of_a_language_without_an_edition_are_told(tmp_path: Path) -> None:
    docs = write_policy(
        tmp_path / "docs",
        {"id": "v1", "announced_on": "2026-01-01", "effective_on": "2026-01-08", "langs": "zh"},
    )
    policies = list(load_library(docs).policies.values())
    on = dt.date(2026, 1, 2)
    english, chinese = (
        atom_feed(Site("Site"), lang, policies, on).decode() for lang in ("en", "zh")
    )
    assert "version v1 announced" in english
    assert 'href="../zh/terms/v1/"' in english
    ids = [set(re.findall(r"urn:uuid:[0-9a-f-]+", feed)) for feed in (english, chinese)]
    assert not ids[0] & ids[1]
    assert b"version v1 takes effect" in calendar(Site("Site"), "en", policies, on)
