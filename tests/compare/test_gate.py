"""What the gate lets pass, and which clause it names when it does not."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clausepress.archive.freeze import freeze_version
from clausepress.archive.library import load_library
from clausepress.archive.manifest import Gate
from clausepress.compare.gate import GateReport, check_gate
from clausepress.note import Signer

SIGNER = Signer("example.org/press", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
ON = dt.date(2026, 3, 2)
NOTE = {"change_note": "{zh: 见正文}"}
DATES = {"announced_on": "2026-03-01", "effective_on": "2026-03-20"}
OLD = """\
---
title: 隐私政策
---

## 一、我们如何收集个人信息 {#collect}

1.1 我们收集您的手机号码。 {#phone}

## 二、我们如何共享个人信息 {#share}

2.1 我们不向任何第三方提供您的信息。 {#nobody}

## 三、您的权利 {#rights}

3.1 您可以查询、更正您的信息，也可以要求删除。 {#ask}

## 四、联系我们 {#contact}

4.1 请发送邮件至 help@example.com，与示例云有限公司联系。 {#mail}
"""


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A policy of two versions in Chinese; the newer one is yet to be frozen."""
    folder = tmp_path / "docs/privacy"
    for version in ("v1", "v2"):
        (folder / version).mkdir(parents=True)
        (folder / version / "zh.md").write_text(OLD, encoding="utf-8")
    (folder / "policy.yml").write_text(
        "id: privacy\nkind: privacy-policy\nprevails: zh\n", encoding="utf-8"
    )
    (folder / "v1/version.yml").write_text(
        "id: v1\nannounced_on: 2020-01-01\neffective_on: 2020-02-01\n", encoding="utf-8"
    )
    (folder / "v2/version.yml").write_text("id: v2\neffective_on: 2026-03-20\n", encoding="utf-8")
    return tmp_path / "docs"


def gate(docs: Path, *, old: str = "", new: str = "", on: dt.date = ON, **facts: str) -> GateReport:
    """Ask the gate about the newer version, one stretch of its text replaced."""
    folder = docs / "privacy/v2"
    lines = [f"{name}: {value}" for name, value in (DATES | facts).items() if value]
    (folder / "version.yml").write_text("\n".join(["id: v2", *lines]), encoding="utf-8")
    assert old in OLD
    (folder / "zh.md").write_text(OLD.replace(old, new), encoding="utf-8")
    library = load_library(docs)
    policy = library.policies["privacy"]
    return check_gate(policy, policy.versions[-1], library.languages, on)


def freeze(docs: Path, version: str) -> None:
    (docs / "press.keys").write_text(f"{SIGNER.verifier}\n", encoding="utf-8")
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    freeze_version(load_library(docs), "privacy", version, SIGNER, Gate(historic="before"), at)


def draft(docs: Path, version: str, *facts: str, text: str = OLD) -> None:
    folder = docs / "privacy" / version
    folder.mkdir(exist_ok=True)
    (folder / "zh.md").write_text(text, encoding="utf-8")
    (folder / "version.yml").write_text("\n".join([f"id: {version}", *facts]), encoding="utf-8")


def refused(report: GateReport) -> list[tuple[str, str]]:
    return [(each.clause, each.field) for each in report.refusals]


def test_a_version_announced_in_time_passes(docs: Path) -> None:
    assert refused(gate(docs)) == []


@pytest.mark.parametrize(
    ("facts", "clause", "field"),
    [
        ({"announced_on": "2026-03-14"}, "9.1", "effective_on"),
        ({"announced_on": "2026-02-19", "service_end": "true", **NOTE}, "6.2.3", "effective_on"),
        ({"announced_on": "2026-02-18", "service_end": "true"}, "6.2.3", "change_note"),
        ({"announced_on": ""}, "9.1", "announced_on"),
        ({"effective_on": "", "order": ""}, "9.1", "effective_on"),
        ({"reduces_rights": "true"}, "9.1", "reacceptance"),
    ],
)
def test_each_refusal_names_its_clause(
    docs: Path, facts: dict[str, str], clause: str, field: str
) -> None:
    if "effective_on" in facts:
        facts["updated_on"] = "2026-03-01"
    report = gate(docs, on=dt.date(2026, 3, 14), **facts)
    assert refused(report) == [(clause, field)]
    assert all(each.message and each.fix for each in report.refusals)


@pytest.mark.parametrize(("announced", "passes"), [("2026-02-18", True), ("2026-02-19", False)])
def test_the_end_of_a_service_wants_thirty_days(docs: Path, announced: str, passes: bool) -> None:
    report = gate(docs, announced_on=announced, service_end="true", **NOTE)
    assert (not report.refusals) == passes


@pytest.mark.parametrize(("announced", "passes"), [("2026-03-13", True), ("2026-03-14", False)])
def test_a_change_wants_seven_days(docs: Path, announced: str, passes: bool) -> None:
    report = gate(docs, announced_on=announced, on=dt.date(2026, 3, 14))
    assert (not report.refusals) == passes


def test_what_is_announced_later_is_not_frozen_now(docs: Path) -> None:
    assert refused(gate(docs, on=dt.date(2026, 2, 28))) == [("9.1", "announced_on")]


def test_express_reacceptance_lets_a_cut_of_rights_pass(docs: Path) -> None:
    assert refused(gate(docs, reduces_rights="true", reacceptance="express")) == []


CHANGES = [
    (
        "service-mode",
        "9.2 (1)",
        "我们收集您的手机号码。",
        "我们收集您的手机号码、通讯录和浏览记录。",
    ),
    ("organisation", "9.2 (2)", "示例云有限公司", "样本云有限公司"),
    (
        "sharing",
        "9.2 (3)",
        "我们不向任何第三方提供您的信息。",
        "我们向物流伙伴提供您的收货地址。",
    ),
    ("rights", "9.2 (4)", "，也可以要求删除", ""),
    ("contacts", "9.2 (5)", "help@example.com", "info@example.com"),
    ("high-risk", "9.2 (6)", "手机号码。", "手机号码和面部信息。"),
]


@pytest.mark.parametrize(("kind", "clause", "old", "new"), CHANGES)
def test_a_material_change_is_proposed_and_must_be_answered(
    docs: Path, kind: str, clause: str, old: str, new: str
) -> None:
    report = gate(docs, old=old, new=new)
    assert kind in [each.kind for each in report.proposals]
    assert (clause, "material_kinds") in refused(report)
    kinds = [each.kind for each in report.proposals]
    declined = "{" + ", ".join(f"{each}: 另有说明" for each in kinds) + "}"
    assert refused(gate(docs, old=old, new=new, not_material=declined)) == []


@pytest.mark.parametrize(("kind", "clause", "old", "new"), CHANGES)
def test_a_confirmed_kind_wants_a_change_note(
    docs: Path, kind: str, clause: str, old: str, new: str
) -> None:
    kinds = ", ".join(each.kind for each in gate(docs, old=old, new=new).proposals)
    without = gate(docs, old=old, new=new, material_kinds=f"[{kinds}]")
    assert [each.field for each in without.refusals] == ["change_note"]
    assert clause in without.refusals[0].clause
    note = gate(docs, old=old, new=new, material_kinds=f"[{kinds}]", change_note="{zh: 见正文}")
    assert refused(note) == []


def test_a_change_note_is_in_every_language_of_the_site(docs: Path) -> None:
    (docs / "privacy/v1/en.md").write_text("---\ntitle: P\n---\n\n1.1 A {#a}\n", encoding="utf-8")
    facts = {"material_kinds": "[rights]", "change_note": "{zh: 见正文}", "untranslated": "[en]"}
    assert refused(gate(docs, **facts)) == [("9.2 (4)", "change_note")]
    assert refused(gate(docs, **facts | {"change_note": "{zh: 见正文, en: See the text}"})) == []


def test_a_missing_translation_is_stated(docs: Path) -> None:
    (docs / "privacy/v1/en.md").write_text("---\ntitle: P\n---\n\n1.1 A {#a}\n", encoding="utf-8")
    assert refused(gate(docs)) == [("9.1", "untranslated")]
    assert refused(gate(docs, untranslated="[en]")) == []
    assert refused(gate(docs, untranslated="[en, zh]")) == [("9.1", "untranslated")]


def test_a_few_characters_and_a_renumbering_are_not_material(docs: Path) -> None:
    report = gate(docs, old="1.1 我们收集", new="1.2 我们会收集")
    assert report.proposals == ()
    assert refused(report) == []


def test_confirmed_and_declined_at_once_is_refused(docs: Path) -> None:
    report = gate(
        docs,
        material_kinds="[rights]",
        not_material="{rights: 无}",
        change_note="{zh: 见正文}",
    )
    assert refused(report) == [("9.2 (4)", "not_material")]


SHARED = {"old": "我们不向任何第三方提供", "new": "我们向其他伙伴提供"}


@pytest.mark.parametrize("effective", ["2026-02-20", "2026-03-15"])
def test_an_unfrozen_draft_in_between_proves_nothing(docs: Path, effective: str) -> None:
    """Be it in force already, as it says."""
    freeze(docs, "v1")
    text = OLD.replace(SHARED["old"], SHARED["new"])
    draft(docs, "v1a", "announced_on: 2026-01-01", f"effective_on: {effective}", text=text)
    report = gate(docs, **SHARED)
    assert report.before == "v1"
    assert refused(report) == [("9.2 (3)", "material_kinds")]


def test_where_nothing_is_frozen_the_version_in_force_counts(docs: Path) -> None:
    draft(docs, "v1a", "announced_on: 2026-01-01", "effective_on: 2026-03-15")
    report = gate(docs, **SHARED)
    assert (report.before, refused(report)) == ("v1", [("9.2 (3)", "material_kinds")])


@pytest.mark.parametrize(("on", "passes"), [("2026-03-20", True), ("2026-03-21", False)])
def test_no_version_takes_effect_in_the_past(docs: Path, on: str, passes: bool) -> None:
    report = gate(docs, on=dt.date.fromisoformat(on))
    assert refused(report) == ([] if passes else [("9.1", "effective_on")])


def test_no_version_stands_before_what_is_frozen(docs: Path) -> None:
    draft(docs, "v3", "announced_on: 2026-03-01", "effective_on: 2026-04-01")
    freeze(docs, "v3")
    gate(docs)
    library = load_library(docs)
    policy = library.policies["privacy"]
    assert [each.id for each in policy.versions] == ["v1", "v2", "v3"]
    report = check_gate(policy, policy.versions[1], library.languages, ON)
    assert refused(report) == [("9.1", "effective_on")]
    assert "before v3" in report.refusals[0].message


CORRECTION = {
    "announced_on": "2020-01-01",
    "effective_on": "2020-02-01",
    "corrects": "v1",
    "correction_reason": "{zh: 误植}",
}


def test_a_correction_of_a_frozen_version_stands_in_its_time(docs: Path) -> None:
    assert refused(gate(docs, **CORRECTION)) == [("9.1", "effective_on")]  # v1 is no frozen one
    freeze(docs, "v1")
    assert refused(gate(docs, old="也可以要求", new="并可以要求", **CORRECTION)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("我们不向任何第三方提供", "我们向第三方提供"),
        ("您可以查询", "您不能查询"),
        ("手机号码。", "手机号码和住址。"),
        ("手机号码。", "手机号码（15 位）。"),
        ("help@example.com", "info@example.com"),
        ("，也可以要求删除", ""),
        ("3.1 您", "3.1 **<u>您</u>**"),
        ("## 四、", "3.2 如有变化请看公告。 {#news}\n\n## 四、"),
        ("3.1 您可以查询、更正您的信息，也可以要求删除。 {#ask}\n", ""),
        ("并与", "并收取 9 元，与"),
        ("请发送邮件", "请发送 3 封邮件"),
        ("## 四、", "3.2 谢谢。 {#thanks}\n\n## 四、"),
    ],
)
def test_a_correction_changes_nothing_but_slips_in_the_past(docs: Path, old: str, new: str) -> None:
    text = OLD.replace("，与示例", "，并与示例")
    facts = ("announced_on: 2020-01-01", "effective_on: 2020-02-01")
    draft(docs, "v1", *facts, text=text)
    freeze(docs, "v1")
    assert old in text
    correction = [f"{name}: {value}" for name, value in CORRECTION.items()]
    draft(docs, "v2", *correction, text=text.replace(old, new))
    library = load_library(docs)
    policy = library.policies["privacy"]
    report = check_gate(policy, policy.versions[-1], library.languages, ON)
    assert refused(report) == [("9.1", "effective_on")]
    assert "slips" in report.refusals[0].message


@pytest.mark.parametrize(
    "facts",
    [
        {"not_material": "{sharing: 一直如此}"},
        {"material_kinds": "[sharing]", **NOTE},
        {"fee_change": "true"},
        {"service_end": "true", **NOTE},
        {"reduces_rights": "true", "reacceptance": "express"},
        {"effective_on": "2020-03-01"},
    ],
)
def test_a_correction_in_the_past_states_nothing_of_weight(
    docs: Path, facts: dict[str, str]
) -> None:
    freeze(docs, "v1")
    assert refused(gate(docs, **CORRECTION | facts)) == [("9.1", "effective_on")]


def test_a_correction_in_the_past_is_compared_with_what_it_corrects(docs: Path) -> None:
    """Not with another correction, or slip by slip a text could become another one."""
    freeze(docs, "v1")
    facts = [f"{name}: {value}" for name, value in CORRECTION.items()]
    draft(docs, "v1a", *facts, text=OLD.replace("手机号码", "电话号码"))
    freeze(docs, "v1a")
    report = gate(docs, **CORRECTION)
    assert (report.before, refused(report)) == ("v1", [])


def test_a_correction_in_the_past_brings_no_other_language(docs: Path) -> None:
    freeze(docs, "v1")
    folder = docs / "privacy/v2"
    folder.joinpath("en.md").write_text("---\ntitle: P\n---\n\n1.1 A {#a}\n", encoding="utf-8")
    report = gate(docs, **CORRECTION | {"correction_reason": "{zh: 误植, en: slip}"})
    assert refused(report) == [("9.1", "effective_on")]


def test_a_correction_in_the_past_claims_no_announcement_of_its_own(docs: Path) -> None:
    freeze(docs, "v1")
    assert refused(gate(docs, **CORRECTION | {"announced_on": ""})) == []
    told = CORRECTION | {"announced_on": "2020-01-05"}
    assert refused(gate(docs, **told)) == [("9.1", "announced_on")]


def test_a_correction_of_slips_may_take_effect_on_the_day(docs: Path) -> None:
    freeze(docs, "v1")
    today = {"announced_on": ON.isoformat(), "effective_on": ON.isoformat()}
    slip = {"old": "也可以要求", "new": "并可以要求"}
    assert refused(gate(docs, **slip, **today)) == [("9.1", "effective_on")]
    assert refused(gate(docs, **slip, **CORRECTION | today)) == []
    told = {"material_kinds": "[sharing]", **NOTE}
    more = gate(docs, **SHARED, **CORRECTION | today | told)
    assert refused(more) == [("9.1", "effective_on")]
    assert "announced 7 days before" in more.refusals[0].message
    later = {"announced_on": "2026-03-01", "effective_on": "2026-03-20"}
    assert refused(gate(docs, **SHARED, **CORRECTION | later | told)) == []


def test_another_controller_in_policy_yml_is_another_organisation(docs: Path) -> None:
    path = docs / "privacy/policy.yml"
    facts = path.read_text("utf-8")
    path.write_text(facts + "controller: {zh: 示例云}\n", encoding="utf-8")
    freeze(docs, "v1")
    assert refused(gate(docs)) == []
    path.write_text(facts + "controller: {zh: 示例云, en: Example}\n", encoding="utf-8")
    assert refused(gate(docs)) == []  # the same one in another language
    path.write_text(facts + "controller: {zh: 样本云}\n", encoding="utf-8")
    report = gate(docs)
    assert refused(report) == [("9.2 (2)", "material_kinds")]
    assert "示例云" in report.refusals[0].message


def test_changed_sums_are_fees_unless_said_otherwise(docs: Path) -> None:
    text = OLD + "\n## 五、其他 {#other}\n\n5.1 基础版每月 10 元，专业版每月 1,000 元。 {#fees}\n"
    draft(docs, "v1", "announced_on: 2020-01-01", "effective_on: 2020-02-01", text=text)

    def asked(old: str, new: str, **facts: str) -> list[tuple[str, str]]:
        lines = [f"{name}: {value}" for name, value in (DATES | facts).items()]
        draft(docs, "v2", *lines, text=text.replace(old, new))
        library = load_library(docs)
        policy = library.policies["privacy"]
        return refused(check_gate(policy, policy.versions[-1], library.languages, ON))

    question = [("3.6 of the user agreement", "fee_change")]
    assert asked("10 元", "90 元") == question
    assert asked("10 元", "90 元", fee_change="false") == question
    assert asked("10 元", "10 美元") == question
    assert asked("10 元", "90 元", fee_change="true") == []
    assert asked("10 元", "90 元", not_material="{fees: 仅为举例}") == []
    assert asked("1,000 元", "一千元") == []
    assert asked("每月 10 元", "10 元/月") == []
