"""`verify` on an archive: every change is named, and nothing else is."""

import hashlib
import json
import random
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clausepress.archive.verifying.model import ClauseDifference, Finding
from clausepress.archive.verifying.verify import verify_folder
from clausepress.errors import ArgumentError
from clausepress.note import Signer

V1, V2, V3 = (f"privacy/{year}-01-01" for year in (2019, 2020, 2021))


def findings(docs: Path) -> list[tuple[str, str]]:
    return [(each.file, each.what) for each in verify_folder(docs).findings]


def only(docs: Path) -> Finding:
    (finding,) = verify_folder(docs).findings
    return finding


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_was_frozen_is_all_right(frozen: Path, signer: Signer) -> None:
    report = verify_folder(frozen)
    assert report.findings == ()
    assert report.notes == ()
    assert (report.checked.policies, report.checked.versions) == (2, 4)
    assert (report.key, report.key_given) == ((str(signer.verifier),), False)
    assert verify_folder(frozen, [str(signer.verifier)]).key_given


def test_no_flipped_bit_passes_and_the_file_is_named(docs: Path) -> None:
    """Every file of an archive but `policy.yml`, which may change; comments of keys aside."""
    chosen = random.Random(20260501)  # noqa: S311 - a test's choice
    (docs / "press.keys").write_text((docs / "press.keys").read_text().split("\n", 1)[1])
    paths = [path for path in sorted(docs.rglob("*")) if path.is_file()]
    for path in paths:
        if path.name == "policy.yml":
            continue
        data = path.read_bytes()
        for _ in range(3):
            at, bit = chosen.randrange(len(data)), chosen.randrange(8)
            flipped = bytearray(data)
            flipped[at] ^= 1 << bit
            path.write_bytes(flipped)
            named = [each.file for each in verify_folder(docs).findings]
            name = path.relative_to(docs).as_posix()
            assert name in named, (name, at, bit)
            allowed = {name, "privacy/head.note", "terms/head.note"}
            assert set(named) <= allowed, (name, at, bit, named)
        path.write_bytes(data)
    assert findings(docs) == []


def test_an_altered_body_names_the_clause(docs: Path) -> None:
    edit(docs / V2 / "frozen" / "zh.html", "60 天", "600 天")
    finding = only(docs)
    assert (finding.file, finding.what) == (f"{V2}/frozen/zh.html", "altered")
    (clause,) = finding.clauses
    assert (clause.id, clause.number, clause.marks_only) == ("c12", "1.2", False)
    assert "60 天" in clause.frozen
    assert "600 天" in clause.found


def test_lost_emphasis_and_another_link_are_marks(docs: Path) -> None:
    edit(docs / V2 / "frozen" / "zh.html", "care@", "sale@")
    clause = only(docs).clauses[0]
    assert (clause.number, clause.marks_only) == ("2.1", True)


def test_altered_source_and_edition_name_the_clause(docs: Path) -> None:
    edit(docs / V1 / "en.md", "people", "pupils")
    edit(docs / V1 / "frozen" / "en.json", "30 days", "31 days")
    named = {each.file: each.clauses[0].number for each in verify_folder(docs).findings}
    assert named == {f"{V1}/en.md": "1.1", f"{V1}/frozen/en.json": "1.2"}


def test_a_clause_added_or_taken_out_is_told(docs: Path) -> None:
    path = docs / V1 / "en.md"
    path.write_text(path.read_text() + "\n1.3 We sell it. {#c13}\n")
    (clause,) = only(docs).clauses
    assert clause == ClauseDifference("c13", "1.3", "", "1.3 We sell it.")


def test_altered_facts_name_the_field(docs: Path) -> None:
    edit(docs / V2 / "version.yml", "2020-01-01\n", "2020-01-02\n")
    finding = only(docs)
    assert finding.file == f"{V2}/version.yml"
    assert "effective_on was '2020-01-01', is '2020-01-02'" in finding.message


@pytest.mark.parametrize("name", ["zh.md", "version.yml", "frozen/zh.html", "frozen/en.json"])
def test_a_missing_file_is_named(docs: Path, name: str) -> None:
    (docs / V2 / name).unlink()
    assert findings(docs) == [(f"{V2}/{name}", "missing")]


def test_renamed_swapped_and_added_files_are_named(docs: Path) -> None:
    frozen = docs / V2 / "frozen"
    (frozen / "zh.html").rename(frozen / "fr.html")
    (frozen / "de.html").write_text("x")
    (docs / V1 / "fr.md").write_text("---\ntitle: x\n---\n\nx\n")
    one, other = docs / V3 / "frozen" / "zh.json", docs / V3 / "frozen" / "en.json"
    a, b = one.read_bytes(), other.read_bytes()
    one.write_bytes(b)
    other.write_bytes(a)
    assert findings(docs) == [
        (f"{V1}/fr.md", "added"),
        (f"{V2}/frozen/de.html", "added"),
        (f"{V2}/frozen/zh.html", "renamed"),
        (f"{V3}/frozen/en.json", "renamed"),
        (f"{V3}/frozen/zh.json", "renamed"),
    ]


def recompute(docs: Path, version: str, lang: str = "zh") -> None:
    """Put the digest of a changed body into the manifest, as a careful forger would."""
    folder = docs / version / "frozen"
    manifest = json.loads((folder / "manifest.json").read_text())
    body = (folder / f"{lang}.html").read_bytes()
    manifest["editions"][lang]["body"] = "sha256:" + hashlib.sha256(body).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize("version", [V1, V2, V3])
def test_digests_recomputed_by_hand_are_told(docs: Path, version: str) -> None:
    edit(docs / version / "frozen" / "zh.html", "手机", "身份")
    recompute(docs, version)
    found = {each.file: each for each in verify_folder(docs).findings[::-1]}
    assert "recomputed" in found[f"{version}/frozen/manifest.json"].message
    body = found[f"{version}/frozen/zh.html"]
    assert [each.number for each in body.clauses] == ["1.2"]
    others = (f"{version}/frozen/", f"{version}/zh.md")
    assert all(name.startswith(others) for name in found)


def test_a_version_taken_out_of_the_middle_is_missed(docs: Path) -> None:
    shutil.rmtree(docs / V2 / "frozen")
    finding = only(docs)
    assert (finding.file, finding.what) == (f"{V3}/frozen/manifest.json", "missing")
    assert "place 1" in finding.message
    assert "2020-01-01" in finding.message


def test_the_last_version_taken_away_is_missed(docs: Path) -> None:
    shutil.rmtree(docs / V3)
    assert findings(docs) == [("privacy/head.note", "missing")]


def test_an_older_head_put_back_leaves_a_version_unproved(docs: Path, frozen: Path) -> None:
    head = docs / "privacy" / "head.note"
    edit(head, "\n3\n", "\n2\n")
    assert findings(docs) == [("privacy/head.note", "untrusted")]


def test_copied_renamed_and_reordered_versions_are_told(docs: Path) -> None:
    shutil.copytree(docs / V2, docs / "privacy" / "2020-06-01")
    (docs / V1).rename(docs / "privacy" / "2018-01-01")
    found = findings(docs)
    assert ("privacy/2018-01-01/frozen/manifest.json", "renamed") in found
    assert ("privacy/2020-06-01/frozen/manifest.json", "copied") in found
    assert {name.split("/")[1] for name, _ in found} == {"2018-01-01", "2020-06-01"}
    assert verify_folder(docs).checked.versions == 4


def test_reordered_versions_are_told(docs: Path) -> None:
    (docs / V1).rename(docs / "privacy" / "x")
    (docs / V2).rename(docs / V1)
    (docs / "privacy" / "x").rename(docs / V2)
    renamed = {name for name, what in findings(docs) if what == "renamed"}
    assert renamed == {f"{V1}/frozen/manifest.json", f"{V2}/frozen/manifest.json"}


def test_the_head_of_another_policy_does_not_pass(docs: Path) -> None:
    shutil.copy(docs / "terms" / "head.note", docs / "privacy" / "head.note")
    assert ("privacy/head.note", "renamed") in findings(docs)


def test_a_removed_head_or_key_list_is_told(docs: Path, signer: Signer) -> None:
    (docs / "terms" / "head.note").unlink()
    assert findings(docs) == [("terms/head.note", "missing")]
    (docs / "press.keys").unlink()
    assert ("press.keys", "missing") in findings(docs)
    assert [each.file for each in verify_folder(docs, [str(signer.verifier)]).findings] == [
        "terms/head.note"
    ]


def test_another_key_than_the_given_one_is_told(docs: Path) -> None:
    other = Signer("press.example", Ed25519PrivateKey.generate()).verifier
    report = verify_folder(docs, [str(other)])
    assert {each.file for each in report.findings} == {
        "press.keys",
        "privacy/head.note",
        "terms/head.note",
    }
    with pytest.raises(ArgumentError, match="--key"):
        verify_folder(docs, ["press.example+1234+AAAA"])


def test_of_several_keys_any_may_have_signed_a_head(docs: Path, signer: Signer) -> None:
    newer = Signer("press.example", Ed25519PrivateKey.generate())
    head = docs / "terms" / "head.note"
    head.write_text(newer.sign(head.read_text().rpartition("\n\n")[0] + "\n"))
    (finding,) = verify_folder(docs).findings
    assert (finding.file, finding.what) == ("terms/head.note", "untrusted")
    assert f"signed by {newer.verifier.label}, whose line is missing" in finding.message
    with (docs / "press.keys").open("a") as keys:
        keys.write(f"{newer.verifier}\n")
    assert findings(docs) == []
    both = [str(signer.verifier), str(newer.verifier)]
    assert verify_folder(docs, both).findings == ()
    assert verify_folder(docs, both).key == tuple(both)
    for key, unproved in zip(both, ("terms", "privacy"), strict=True):
        (finding,) = verify_folder(docs, [key]).findings
        assert finding.file == f"{unproved}/head.note"


def test_one_policy_or_version_can_be_verified_by_itself(docs: Path) -> None:
    edit(docs / V1 / "zh.md", "送货", "广告")
    assert verify_folder(docs / V2).checked.versions == 1
    assert verify_folder(docs / V2).findings == ()
    assert [each.file for each in verify_folder(docs / "privacy").findings] == [f"{V1}/zh.md"]
    assert verify_folder(docs / "terms").findings == ()


def test_a_place_without_anything_frozen_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="nothing is frozen"):
        verify_folder(tmp_path)
