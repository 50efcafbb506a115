"""`check.yml`: what an author lets stand, and what is wrong with such a file."""

from pathlib import Path

import pytest
from lint_samples import framed, opened

from clausepress.errors import SourceError
from clausepress.text.lint.model import Finding
from clausepress.text.lint.run import check_texts
from clausepress.text.sources import open_source

BAD = "一、范围\n\n1.1 您无法登陆网站。\n\n1.2 您同意本政策,并同意收集。"


def checked(folder: Path, entries: str) -> list[Finding]:
    source = opened(folder, framed(BAD, "zh"), "zh")
    (folder / "check.yml").write_text(f"ignore:\n{entries}", encoding="utf-8")
    return check_texts([source])


def rules(findings: list[Finding]) -> list[str]:
    return [each.rule for each in findings]


def test_an_entry_with_a_reason_lets_its_finding_stand_and_no_other(tmp_path: Path) -> None:
    found = checked(tmp_path, "  - rule: misprint\n    reason: The sealed text says so.\n")
    assert rules(found) == ["half-width"]


@pytest.mark.parametrize("place", ["line: 11", 'clause: "1.1"', "file: text.zh.txt"])
def test_an_entry_may_name_the_line_the_clause_or_the_file(tmp_path: Path, place: str) -> None:
    found = checked(tmp_path, f"  - rule: misprint\n    {place}\n    reason: Signed so.\n")
    assert rules(found) == ["half-width"]


def test_an_entry_for_another_line_does_not_help_and_is_told_as_unused(tmp_path: Path) -> None:
    found = checked(
        tmp_path, "  - rule: misprint\n    file: text.zh.txt\n    line: 3\n    reason: Signed.\n"
    )
    assert rules(found) == ["misprint", "half-width", "ignore-unused"]
    assert (Path(found[-1].file).name, found[-1].line) == ("check.yml", 2)


def test_an_entry_without_a_reason_is_an_error_and_is_not_followed(tmp_path: Path) -> None:
    found = checked(tmp_path, "  - rule: misprint\n")
    assert rules(found) == ["misprint", "half-width", "ignore-reason"]


def test_an_entry_for_a_rule_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    found = checked(tmp_path, "  - rule: misprints\n    reason: Signed.\n")
    assert rules(found) == ["misprint", "half-width", "ignore-rule"]


def test_an_unknown_field_names_file_line_and_fix(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"check\.yml:3: .*why"):
        checked(tmp_path, "  - rule: misprint\n    why: Signed.\n")


def test_the_policy_folder_speaks_for_all_its_versions(tmp_path: Path) -> None:
    policy = tmp_path / "privacy"
    for version in ("1", "2"):
        folder = policy / version
        folder.mkdir(parents=True)
        (folder / "version.yml").write_text("id: x\n", encoding="utf-8")
        (folder / "zh.md").write_text(
            "---\ntitle: 示例\n---\n\n" + framed(BAD, "zh"), encoding="utf-8"
        )
    (policy / "policy.yml").write_text("id: privacy\n", encoding="utf-8")
    (policy / "check.yml").write_text(
        "ignore:\n  - rule: misprint\n    reason: Signed.\n"
        "  - rule: half-width\n    file: 1/zh.md\n    reason: Signed.\n",
        encoding="utf-8",
    )
    sources = [open_source(policy / version / "zh.md", tmp_path) for version in ("1", "2")]
    found = check_texts(sources)
    assert [(each.rule, Path(each.file).parent.name) for each in found] == [("half-width", "2")]


def test_an_entry_is_not_unused_while_some_of_its_texts_were_not_checked(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("---\ntitle: x\n---\n\ntext\n", encoding="utf-8")
    found = checked(tmp_path, "  - rule: foreign-word\n    reason: Signed.\n")
    assert rules(found) == ["misprint", "half-width"]
