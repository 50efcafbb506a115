"""Places: every character of every piece stands where the finding will say."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lint_samples import CLEAN, opened

from clausepress.errors import ClausepressError
from clausepress.text.lint.run import check_text
from clausepress.text.lint.view import View
from clausepress.text.sources import open_source

LINES = st.lists(
    st.one_of(
        st.builds(
            "{}{}{}".format,
            st.sampled_from(["", "一、", "二、", "3、", "1.1 ", "2.3.1. ", "（1）", "a) ", "- "]),
            st.sampled_from(["", "**", "“", "（", "<u>"]),
            st.text(
                st.sampled_from("我们会按照本政策第三条处理甲乙方：；，。 ab1.（）“”*|\t《》"),
                max_size=30,
            ),
        ),
        st.just(""),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES)
def test_any_text_is_checked_and_every_finding_has_a_line_of_it(
    lines: list[str], tmp_path: Path
) -> None:
    text = "示例协议\n\n" + "\n".join(lines) + "\n"
    try:
        source = opened(tmp_path, text, "zh")
    except ClausepressError:
        return  # a text that cannot be read is told by the importer
    findings = check_text(source)
    assert all(1 <= each.line <= len(text.split("\n")) for each in findings)
    assert findings == sorted(findings, key=lambda each: each.line)


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_each_character_of_a_piece_is_the_character_at_its_place(path: Path) -> None:
    source = open_source(path, path.parent)
    for piece in View(source).pieces:
        for char, place in zip(piece.text, piece.places, strict=True):
            if not char.isspace():
                assert source.raw[place] == char


def test_a_finding_in_a_joined_paragraph_names_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "zh.md"
    path.write_text(
        "---\ntitle: 示例\n---\n\n## 一、范围\n\n"
        "1.1 适用于网站，\n也适用于应用；\n您无法登陆网站。\n",
        encoding="utf-8",
    )
    found = [each for each in check_text(open_source(path, tmp_path)) if each.rule == "misprint"]
    assert [(each.line, each.clause) for each in found] == [(9, "1.1")]
