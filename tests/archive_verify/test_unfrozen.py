"""`verify` names what is public and was never frozen, and facts that changed since."""

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from verify_samples import NOW, add_version, publish, write

from clausepress.archive.freeze import freeze_version
from clausepress.archive.library import load_library
from clausepress.archive.manifest import Gate
from clausepress.archive.verifying.model import Report
from clausepress.archive.verifying.verify import verify_folder
from clausepress.cli import cli
from clausepress.errors import ArgumentError, ClausepressError
from clausepress.note import Signer

NEW = "2022-01-01"
LATER = "effective_on: 2999-01-01\n"


def both(docs: Path) -> tuple[Report, Report]:
    """The reports on sources and on the site made from them."""
    return verify_folder(docs), verify_folder(publish(docs, docs.parent / "site"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["verify", *map(str, arguments)])


@pytest.mark.parametrize(
    ("version", "day", "stands", "pages"),
    [("v4.1", "2022-01-01", "is in force", 4), ("v0.9", "2018-01-01", "was in force", 2)],
)
def test_a_text_that_took_effect_unfrozen_is_a_finding(
    docs: Path, signer: Signer, version: str, day: str, stands: str, pages: int
) -> None:
    add_version(docs, "privacy", version, f"effective_on: {day}")
    sources, site = both(docs)
    for report, file in ((sources, f"privacy/{version}/version.yml"), (site, "policies.json")):
        (finding,) = report.findings
        assert (finding.file, finding.what) == (file, "unproved")
        assert f"privacy/{version} {stands} and is not frozen" in finding.message
        assert (report.checked.versions, report.checked.unfrozen) == (4, 1)
    assert f"its text, on {pages} pages" in site.findings[0].message
    assert (site.checked.pages, site.checked.unproved_pages) == (14 - pages, pages)
    told = run(docs.parent / "site")
    assert told.exit_code == 1
    assert f"not frozen, so not proved: 1 public version, on {pages} pages" in told.output
    freeze_version(load_library(docs), "privacy", version, signer, Gate(historic="old"), NOW)
    assert [report.findings for report in both(docs)] == [(), ()]


def test_an_announced_text_that_is_not_frozen_is_a_note(docs: Path) -> None:
    add_version(docs, "privacy", NEW, f"announced_on: 2026-01-01\n{LATER}")
    sources, site = both(docs)
    for report in (sources, site):
        assert report.findings == ()
        assert f"privacy/{NEW}: is announced and is not frozen" in report.notes[0]
    told = run(docs)
    assert told.exit_code == 0
    assert "all as it was frozen" not in told.output
    assert "what was frozen is as it was: 2 policies, 4 frozen versions" in told.output


def test_a_draft_is_not_public(docs: Path) -> None:
    add_version(docs, "privacy", NEW, f"announced_on: 2998-01-01\n{LATER}")
    for report in both(docs):
        assert (report.findings, report.checked.unfrozen) == ((), 0)


def test_a_policy_of_which_nothing_is_frozen_is_a_note(docs: Path) -> None:
    write(docs / "notice/policy.yml", "id: notice\nkind: notice\nprevails: zh\n")
    add_version(docs, "notice", "a", "effective_on: 2021-01-01")
    add_version(docs, "notice", "b", f"announced_on: 2026-01-01\n{LATER}")
    for report in both(docs):
        assert report.findings == ()
        assert report.checked.policies == 2
        assert report.notes[0].startswith("notice: nothing of it is frozen")
        assert {"a (effective)", "b (announced)"} == set(
            report.notes[0].rpartition(": ")[2].split(", ")
        )


def test_the_version_that_a_site_shows_is_in_force_whatever_its_status(docs: Path) -> None:
    add_version(docs, "privacy", NEW, f"effective_on: {NEW}")
    index = publish(docs, docs.parent / "site") / "policies.json"
    text = index.read_text()
    assert '"status": "effective"' in text
    index.write_text(text.replace('"status": "effective"', '"status": "announced"'))
    (finding,) = verify_folder(index.parent).findings
    assert finding.what == "unproved"


def test_a_named_folder_with_nothing_frozen_in_it_is_an_error(docs: Path) -> None:
    folder = add_version(docs, "privacy", NEW, f"effective_on: {NEW}")
    write(docs / "notice/policy.yml", "id: notice\nkind: notice\nprevails: zh\n")
    notice = add_version(docs, "notice", "a", "effective_on: 2021-01-01")
    for target in (folder, notice, notice.parent):
        with pytest.raises(ClausepressError, match="nothing is frozen here") as refused:
            verify_folder(target)
        assert refused.value.exit_code == 1
    older = verify_folder(docs / "privacy/2020-01-01")
    assert (older.findings, older.notes, older.checked.unfrozen) == ((), (), 0)


def test_a_removed_manifest_is_missed_even_from_its_own_folder(docs: Path) -> None:
    for file in (docs / "privacy/2020-01-01/frozen").iterdir():
        file.unlink()
    (finding,) = verify_folder(docs / "privacy/2020-01-01").findings
    assert finding.what == "missing"
    (same,) = verify_folder(docs).findings
    assert same == finding


def test_an_archive_in_which_nothing_is_frozen_yet_is_no_wrong_usage(tmp_path: Path) -> None:
    write(tmp_path / "notice/policy.yml", "id: notice\nkind: notice\nprevails: zh\n")
    add_version(tmp_path, "notice", "a", "effective_on: 2021-01-01")
    with pytest.raises(ClausepressError, match="nothing is frozen here") as refused:
        verify_folder(tmp_path)
    assert not isinstance(refused.value, ArgumentError)


def test_facts_that_do_not_read_are_a_note(docs: Path) -> None:
    folder = add_version(docs, "privacy", NEW, f"effective_on: {NEW}")
    (folder / "version.yml").write_text("id: [")
    report = verify_folder(docs)
    assert report.findings == ()
    assert f"privacy/{NEW}/version.yml" in report.notes[0]


@pytest.mark.parametrize(
    ("line", "name"), [("controller: {zh: 新公司}\n", "controller"), ("prevails: en\n", "prevails")]
)
def test_facts_of_a_policy_that_changed_since_are_a_note(docs: Path, line: str, name: str) -> None:
    path = docs / "privacy/policy.yml"
    text = (
        path.read_text().replace("prevails: zh\n", "") if name == "prevails" else path.read_text()
    )
    path.write_text(text + line)
    sources, site = both(docs)
    for report, file in ((sources, "privacy/policy.yml"), (site, "policies.json")):
        assert report.findings == ()
        note = report.notes[0]
        assert note.startswith(f"{file}: {name} of privacy changed since 2021-01-01 was frozen")


def test_the_present_day_counts(docs: Path) -> None:
    """What takes effect today is in force; China's day is at most one ahead of any clock's."""
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    add_version(docs, "terms", "v2", f"announced_on: 2026-01-01\neffective_on: {today}")
    (finding,) = verify_folder(docs).findings
    assert "terms/v2 is in force" in finding.message
