"""`verify --since`: what an auditor kept tells what no file left behind can."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from clausepress.archive.head import Head, digest_of
from clausepress.archive.verifying.model import Report
from clausepress.archive.verifying.since import read_kept
from clausepress.archive.verifying.verify import verify_folder
from clausepress.cli import cli
from clausepress.errors import ArgumentError
from clausepress.note import Signer

YEARS = (2019, 2020, 2021)


def manifest(docs: Path, place: int) -> Path:
    return docs / f"privacy/{YEARS[place]}-01-01/frozen/manifest.json"


def note(docs: Path, size: int, signer: Signer) -> str:
    """The head that `privacy` had when so many of its versions were frozen."""
    return signer.sign(str(Head("privacy", size, digest_of(manifest(docs, size - 1).read_bytes()))))


def roll_back(docs: Path, size: int, signer: Signer) -> None:
    """Put an older head back and remove what it does not count."""
    (docs / "privacy/head.note").write_text(note(docs, size, signer))
    for year in YEARS[size:]:
        shutil.rmtree(docs / f"privacy/{year}-01-01")


def verify_since(docs: Path, kept: Path) -> Report:
    return verify_folder(docs, since=read_kept(kept))


@pytest.fixture
def kept(frozen: Path, tmp_path: Path) -> Path:
    """A report on the whole archive, kept from earlier."""
    path = tmp_path / "kept.json"
    path.write_bytes(msgspec.json.encode(verify_folder(frozen)))
    return path


def test_the_report_lists_the_heads(frozen: Path) -> None:
    found = {each.policy: (each.size, each.digest) for each in verify_folder(frozen).heads}
    assert found["privacy"] == (3, digest_of(manifest(frozen, 2).read_bytes()))
    assert found["terms"][0] == 1


@pytest.mark.parametrize("now", [1, 2, 3])
@pytest.mark.parametrize("earlier", [1, 2, 3])
def test_a_chain_may_only_grow(docs: Path, signer: Signer, earlier: int, now: int) -> None:
    head = docs.parent / "earlier.note"
    head.write_text(note(docs, earlier, signer))
    roll_back(docs, now, signer)
    assert verify_folder(docs).findings == ()  # nothing in the folder contradicts itself
    report = verify_since(docs, head)
    named = [(each.file, each.what) for each in report.findings]
    assert named == ([("privacy/head.note", "missing")] if now < earlier else [])
    assert [each.size for each in report.since] == [earlier]


def test_a_policy_that_was_removed_is_missed(docs: Path, kept: Path) -> None:
    assert verify_since(docs, kept).findings == ()
    shutil.rmtree(docs / "terms")
    assert verify_folder(docs).findings == ()
    (finding,) = verify_since(docs, kept).findings
    assert (finding.file, finding.what) == ("terms/head.note", "missing")
    shutil.rmtree(docs / "privacy")
    assert len(verify_since(docs, kept).findings) == 2


def test_a_policy_that_was_removed_from_a_site_is_missed(site: Path, kept: Path) -> None:
    assert verify_since(site, kept).findings == ()
    index = json.loads((site / "policies.json").read_text())
    index["policies"] = [each for each in index["policies"] if each["id"] != "terms"]
    (site / "policies.json").write_text(json.dumps(index))
    shutil.rmtree(site / "archive/terms")
    (finding,) = verify_since(site, kept).findings
    assert (finding.file, finding.what) == ("archive/terms/head.note", "missing")


def test_a_chain_written_anew_with_the_same_key_is_told(
    docs: Path, kept: Path, signer: Signer
) -> None:
    text = manifest(docs, 2).read_text().replace('"historic": ""', '"historic": "so"')
    manifest(docs, 2).write_text(text)
    (docs / "privacy/head.note").write_text(note(docs, 3, signer))
    assert verify_folder(docs).findings == ()
    (finding,) = verify_since(docs, kept).findings
    assert finding.what == "altered"
    assert "privacy had 3 frozen" in finding.message


def test_a_broken_chain_cannot_be_compared_below_the_break(docs: Path, signer: Signer) -> None:
    head = docs.parent / "earlier.note"
    head.write_text(note(docs, 1, signer))
    manifest(docs, 1).write_text(manifest(docs, 1).read_text() + " ")
    manifest(docs, 2).unlink()
    found = [each.what for each in verify_since(docs, head).findings]
    assert "unproved" in found


def test_a_policy_alone_is_compared_with_its_own_heads(docs: Path, kept: Path) -> None:
    report = verify_since(docs / "terms", kept)
    assert [each.policy for each in report.since] == ["terms"]
    assert report.notes == ("only the earlier heads of terms were compared",)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{",
        '{"schema": "clausepress.verify/1", "heads": []}',
        '{"schema": "other/1", "heads": [{"policy": "p", "size": 1, "digest": "x"}]}',
        '{"schema": "clausepress.verify/1", "heads": [{"policy": "..", "size": 1, "digest": "x"}]}',
        "clausepress.manifests/p\n1\nAAAA\n",
    ],
)
def test_what_holds_no_head_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "kept"
    path.write_text(text)
    with pytest.raises(ArgumentError, match="neither a head nor a report"):
        read_kept(path)
    with pytest.raises(ArgumentError, match="cannot be read"):
        read_kept(tmp_path / "nowhere")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["verify", *map(str, arguments)])


def test_the_command_says_what_it_cannot_tell(docs: Path, signer: Signer, tmp_path: Path) -> None:
    first = run(docs)
    assert "head of privacy: 3 frozen versions, sha256:" in first.output
    assert "head of terms: 1 frozen version, sha256:" in first.output
    assert "not told: whether the newest versions or a whole policy were removed" in first.output
    report = tmp_path / "report.json"
    report.write_text(run(docs, "--format", "json").output)
    head = shutil.copy(docs / "privacy/head.note", tmp_path / "kept.note")
    again = run(docs, "--since", report, "--since", head)
    assert again.exit_code == 0
    assert "all as it was frozen, and 3 earlier heads still in the chain" in again.output
    assert "not told" not in again.output
    roll_back(docs, 2, signer)
    assert run(docs, "--key", signer.verifier).exit_code == 0
    back = run(docs, "--key", signer.verifier, "--since", head)
    assert back.exit_code == 1
    assert "privacy/head.note: missing: privacy had 3 frozen" in back.output
    assert "1 finding: 2 policies, 3 frozen versions" in back.output
    assert run(head, "--since", head).exit_code == 2
