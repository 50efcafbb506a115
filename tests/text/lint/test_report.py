"""What `clausepress check` prints, for people, programs and forges."""

import json
from pathlib import Path

import msgspec
from click.testing import CliRunner
from lint_samples import framed

from clausepress.commands.check import check
from clausepress.text.lint.model import RULES
from clausepress.text.lint.report import Report, report_schema

BAD = "一、范围\n\n1.1 您无法登陆网站。"
GOOD = "一、范围\n\n1.1 您无法登录网站。"


def run(folder: Path, body: str, *options: str) -> tuple[int, str]:
    path = folder / "text.zh.txt"
    path.write_text(framed(body, "zh"), encoding="utf-8")
    result = CliRunner().invoke(check, [str(path), "--docs", str(folder), *options])
    return result.exit_code, result.output


def test_a_clean_text_prints_nothing_and_exits_0(tmp_path: Path) -> None:
    assert run(tmp_path, GOOD) == (0, "")


def test_people_read_file_line_clause_rule_and_fix(tmp_path: Path) -> None:
    code, output = run(tmp_path, BAD)
    assert code == 1
    assert "text.zh.txt:11: warning: clause 1.1: “登陆” [misprint]" in output
    assert "fix: write “登录”" in output


def test_json_reads_back_as_the_documented_shape(tmp_path: Path) -> None:
    code, output = run(tmp_path, BAD, "--format", "json")
    report = msgspec.json.decode(output, type=Report)
    assert code == 1
    assert report.schema == "clausepress.check/1"
    assert [(each.rule, each.line, each.clause) for each in report.findings] == [
        ("misprint", 11, "1.1")
    ]
    assert report_schema()["$ref"].endswith("/Report")


def test_json_of_a_clean_text_is_whole_and_empty(tmp_path: Path) -> None:
    code, output = run(tmp_path, GOOD, "--format", "json")
    assert code == 0
    assert json.loads(output)["findings"] == []


def test_sarif_names_rules_levels_and_places(tmp_path: Path) -> None:
    code, output = run(tmp_path, BAD, "--format", "sarif")
    log = json.loads(output)
    (driver, results) = (log["runs"][0]["tool"]["driver"], log["runs"][0]["results"])
    assert code == 1
    assert log["version"] == "2.1.0"
    assert [each["id"] for each in driver["rules"]] == list(RULES)
    (result,) = results
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "misprint"
    assert result["level"] == "warning"
    place = result["locations"][0]["physicalLocation"]
    assert place["region"]["startLine"] == 11
    assert place["artifactLocation"]["uri"].endswith("text.zh.txt")


def test_a_name_that_leads_nowhere_is_told_with_its_fix(tmp_path: Path) -> None:
    result = CliRunner().invoke(check, ["no-such-policy", "--docs", str(tmp_path)])
    assert result.exit_code == 1
    assert "no-such-policy" in str(result.exception)


def test_counts_are_in_the_right_number(tmp_path: Path) -> None:
    assert run(tmp_path, BAD)[1].endswith("1 finding in 1 text: 1 warning\n")
    twice = BAD + "\n\n1.2 您无法登陆应用。"
    assert run(tmp_path, twice)[1].endswith("2 findings in 1 text: 2 warnings\n")


def test_fields_are_named_in_the_language_of_the_text(tmp_path: Path) -> None:
    fixes = {}
    for lang in ("zh", "en"):
        path = tmp_path / f"bare.{lang}.txt"
        path.write_text("1. One\n\nWrite to a@example.com.\n", encoding="utf-8")
        fixes[lang] = CliRunner().invoke(check, [str(path), "--docs", str(tmp_path)]).output
    assert "print 文档版号" in fixes["zh"]
    assert "print the document number" in fixes["en"]
    assert fixes["en"].isascii()


def test_a_fix_quotes_only_words_that_can_be_written(tmp_path: Path) -> None:
    fixes = {}
    for sentence in ("The data shall be delete at once.", "We recieve the form."):
        path = tmp_path / "text.en.txt"
        path.write_text(framed(f"1. Scope\n\n1.1 {sentence}", "en"), encoding="utf-8")
        output = CliRunner().invoke(check, [str(path), "--docs", str(tmp_path)]).output
        fixes[sentence] = [line for line in output.splitlines() if line.startswith("  fix: ")]
    assert list(fixes.values()) == [
        ["  fix: use the participle after “be”"],
        ["  fix: write “receive”"],
    ]


def test_two_names_that_stand_once_each_are_not_weighed(tmp_path: Path) -> None:
    output = run(tmp_path, "一、范围\n\n1.1 您应阅读本合同。\n\n1.2 本协议一式两份。")[1]
    assert "“本协议”; it is “本合同” elsewhere [self-name-kind]" in output
