"""What a cookie choice is about: its digest changes with it, and with nothing else."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from clausepress.archive.index import policies_json
from clausepress.archive.library import load_library
from clausepress.errors import SourceError

DAY = dt.date(2026, 1, 1)
PURPOSES = "    - {id: counting, label: {zh: 计数, en: Counting}}\n"
TEXT = (
    "---\ntitle: 政策\n---\n\n"
    "1. 我们是谁 {#us}\n\n2. 我们用 Cookie 计数。{#cookies}\n\n2.1 不作他用。\n"
)
ENGLISH = "---\ntitle: Policy\n---\n\n1. Who we are {#us}\n\n2. Cookies count visits. {#cookies}\n"


def index(folder: Path, zh: str = TEXT, en: str = ENGLISH, purposes: str = PURPOSES) -> Any:
    """The cookies of policies.json, for one policy with one version."""
    policy = folder / "privacy"
    (policy / "1").mkdir(parents=True, exist_ok=True)
    head = "id: privacy\nkind: privacy-policy\nprevails: zh\n"
    head += "cookies:\n  clause: cookies\n  purposes:\n"
    (policy / "policy.yml").write_text(head + purposes, "utf-8")
    (policy / "1" / "version.yml").write_text("id: '1'\neffective_on: 2025-01-01\n", "utf-8")
    (policy / "1" / "zh.md").write_text(zh, "utf-8")
    (policy / "1" / "en.md").write_text(en, "utf-8")
    return json.loads(policies_json(load_library(folder), DAY))["policies"][0]["cookies"]


@pytest.mark.parametrize(
    "other",
    [
        {"zh": TEXT.replace("我们是谁", "我们到底是谁")},
        {"zh": TEXT.replace("2. 我们", "3. **我们**").replace("2.1", "3.1")},
        {"en": ENGLISH.replace("Cookies count", "Cookies only count")},
    ],
    ids=["another clause", "number and emphasis", "an edition that does not prevail"],
)
def test_it_stays_when_what_is_asked_stays(tmp_path: Path, other: dict[str, str]) -> None:
    assert index(tmp_path)["digest"] == index(tmp_path, **other)["digest"]


@pytest.mark.parametrize(
    "other",
    [
        {"zh": TEXT.replace("计数。", "计数并画像。")},
        {"zh": TEXT.replace("不作他用", "也作他用")},
        {"purposes": PURPOSES + PURPOSES.replace("counting", "adverts")},
        {"purposes": PURPOSES.replace("计数", "画像")},
        {"purposes": PURPOSES.replace("}}", "}, services: [{id: x, label: {zh: 甲, en: A}}]}")},
    ],
    ids=["the clause", "below it", "a purpose more", "its words", "a service"],
)
def test_it_changes_with_what_is_asked(tmp_path: Path, other: dict[str, str]) -> None:
    assert index(tmp_path)["digest"] != index(tmp_path, **other)["digest"]


def test_services_and_what_they_leave_are_published_as_written(tmp_path: Path) -> None:
    service = "services: [{id: heat, label: {zh: 热图, en: Heat map}, clears: [heat_*]}]"
    (purpose,) = index(tmp_path, purposes=PURPOSES.replace("}}", f"}}, {service}}}"))["purposes"]
    (found,) = purpose["services"]
    assert found == {"id": "heat", "label": {"zh": "热图", "en": "Heat map"}, "clears": ["heat_*"]}
    assert "clears" not in purpose


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("clears: [_count, '*']", "'*' would clear the choice itself"),
        ("clears: [c, c*]", "'c*' would clear the choice itself"),
        ("clears: [clausepress-own]", "'clausepress-own' would clear the choice itself"),
        ("services: [{id: x, label: {zh: 甲}}]", "there is no label in 'en'"),
        ("services: [{id: counting, label: {zh: 甲, en: A}}]", "cannot be the id"),
    ],
)
def test_a_purpose_that_cannot_be_is_refused(tmp_path: Path, more: str, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        index(tmp_path, purposes=PURPOSES.replace("}}", f"}}, {more}}}"))
    assert words in str(caught.value)
    assert caught.value.line == 7
