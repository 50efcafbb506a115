"""Two editions as rows to be read side by side."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from clausepress.text.alignment.parallel import Row, parallel
from clausepress.text.model import PREFACE_ID, Edition
from clausepress.text.parse import parse_source

ZH = """本条款适用于您。

## 一、服务 {#service}

1.1 我们保存文件 30 日。 {#keeping}

1.2 您可以导出文件。 {#export}

## 二、责任 {#liability}

2.1 **<u>您承担保管密码不善的损失。</u>** {#password}
"""
EN = """These terms apply to you.

## 1. Service {#service}

1.1 We keep files for 45 days. {#keeping}

1.2 Files lie in China for 10 years. {#place}

1.3 You may export files. {#export}

## 2. Liability {#liability}

2.1 You bear the loss of a badly kept password. {#password}
"""


def edition(text: str, lang: str) -> Edition:
    return parse_source(f"---\ntitle: t\n---\n\n{text}", lang=lang, path=Path("a.md")).edition


def rows(first: str = ZH, second: str = EN) -> list[Row]:
    return parallel(edition(first, "zh"), edition(second, "en"))


def ids(found: list[Row]) -> list[tuple[list[str], list[str]]]:
    return [([s.clause.id for s in row.a], [s.clause.id for s in row.b]) for row in found]


def test_each_clause_stands_beside_its_counterpart() -> None:
    assert ids(rows()) == [
        ([PREFACE_ID], [PREFACE_ID]),
        (["service"], ["service"]),
        (["keeping"], ["keeping"]),
        ([], ["place"]),
        (["export"], ["export"]),
        (["liability"], ["liability"]),
        (["password"], ["password"]),
    ]


def test_figures_and_marks_that_differ_are_told() -> None:
    by_id = {row.b[0].clause.id: row for row in rows()}
    keeping = by_id["keeping"]
    assert [each.value for each in keeping.only_a] == ["30 day"]
    assert [each.value for each in keeping.only_b] == ["45 day"]
    assert by_id["password"].marked == (True, False)
    assert not by_id["place"].only_b  # the whole clause is missing, that says it all
    turned = keeping.turned()
    assert (turned.a, turned.only_a, turned.only_b) == (keeping.b, keeping.only_b, keeping.only_a)
    assert turned.turned() == keeping


def test_a_clause_printed_elsewhere_is_told() -> None:
    lines = EN.split("\n\n")
    moved = "\n\n".join([*lines[:2], lines[4], lines[3], lines[2], *lines[5:]])
    assert any(row.moved for row in rows(second=moved))
    assert not any(row.moved for row in rows())


def test_one_empty_edition_leaves_the_other_whole() -> None:
    found = parallel(edition(ZH, "zh"), Edition("en", "t"))
    assert all(row.a and not row.b for row in found)
    assert len(found) == 6


CLAUSES = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["file", "password", "30 days", "SMS"])),
    unique_by=lambda each: each[0],
    min_size=1,
    max_size=7,
)


@given(CLAUSES, CLAUSES)
def test_every_clause_stands_in_one_row_in_the_printed_order_of_the_first(
    first: list[tuple[str, str]], second: list[tuple[str, str]]
) -> None:
    texts = [
        "\n\n".join(f"{n}. {text} {{#x-{name}}}" for n, (name, text) in enumerate(each, 1))
        for each in (first, second)
    ]
    a, b = edition(texts[0], "en"), edition(texts[1], "en")
    found = ids(parallel(a, b))
    assert [name for left, _ in found for name in left] == [each.id for each in a.walk()]
    assert sorted(name for _, right in found for name in right) == sorted(c.id for c in b.walk())
