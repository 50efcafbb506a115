"""Planted faults are found, each by its rule and no other; near misses print nothing."""

from pathlib import Path

import pytest
from lint_samples import framed, opened
from plants import BLOCKS, PLANTS, RIGHT

from clausepress.text.lint.run import check_text

CHAPTERS = {"zh": "一、范围\n\n1.1 ", "en": "1. Scope\n\n1.1 "}


def rules(folder: Path, body: str, lang: str) -> list[str]:
    return [each.rule for each in check_text(opened(folder, framed(body, lang), lang))]


@pytest.mark.parametrize(("rule", "lang", "sentence"), PLANTS)
def test_a_planted_sentence_gives_its_rule_only(
    rule: str, lang: str, sentence: str, tmp_path: Path
) -> None:
    assert set(rules(tmp_path, CHAPTERS[lang] + sentence, lang)) == {rule}


@pytest.mark.parametrize(("rule", "lang", "body"), BLOCKS)
def test_a_fault_among_neighbours_gives_its_rule_once(
    rule: str, lang: str, body: str, tmp_path: Path
) -> None:
    assert rules(tmp_path, body, lang) == [rule]


@pytest.mark.parametrize(("lang", "sentence"), RIGHT)
def test_a_near_miss_prints_nothing(lang: str, sentence: str, tmp_path: Path) -> None:
    assert rules(tmp_path, CHAPTERS[lang] + sentence, lang) == []
