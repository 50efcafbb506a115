"""Every rule finds its fault and nothing else; texts without a fault print nothing."""

from pathlib import Path

import pytest
from lint_samples import CLEAN, framed, opened

from clausepress.text.lint import reference as reference_module
from clausepress.text.lint.model import RULES, Rule
from clausepress.text.lint.reference import reference
from clausepress.text.lint.run import check_text
from clausepress.text.sources import open_source

WITH_EXAMPLE = [rule for rule in RULES.values() if rule.example]


def found(folder: Path, text: str, lang: str) -> set[str]:
    return {finding.rule for finding in check_text(opened(folder, text, lang))}


def example(rule: Rule, kind: str) -> tuple[str, str]:
    assert rule.example
    body = getattr(rule.example, kind)
    lang = rule.example.lang
    return (body if rule.example.whole else framed(body, lang)), lang


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.id)
def test_the_bad_example_gives_this_rule_and_no_other(rule: Rule, tmp_path: Path) -> None:
    text, lang = example(rule, "bad")
    assert found(tmp_path, text, lang) == {rule.id}


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.id)
def test_the_good_example_gives_nothing(rule: Rule, tmp_path: Path) -> None:
    text, lang = example(rule, "good")
    assert found(tmp_path, text, lang) == set()


def test_only_the_rules_about_check_yml_have_no_example() -> None:
    without = {rule.id for rule in RULES.values() if not rule.example}
    assert without == {"ignore-reason", "ignore-rule", "ignore-unused"}


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_a_policy_without_a_fault_prints_nothing(path: Path) -> None:
    assert check_text(open_source(path, path.parent)) == []


def test_the_written_reference_is_the_generated_one() -> None:
    written = Path(reference_module.__file__).with_name("RULES.md").read_text(encoding="utf-8")
    assert written == reference()


def test_every_rule_id_is_kebab_case_and_in_the_reference() -> None:
    text = reference()
    for rule in RULES.values():
        assert rule.id == rule.id.lower()
        assert "_" not in rule.id
        assert f"### `{rule.id}`" in text
