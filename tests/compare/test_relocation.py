"""Where the clauses of earlier versions went."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from clausepress.compare.redline import redline
from clausepress.compare.relocation import relocations
from clausepress.compare.summary import Successor, Summary, summarise
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source

FILES = "我们保存您的文件三十日，到期之后全部删除。"
EXPORT = "您可以随时导出文件，导出不收任何费用。"
OLD = "旧设备自本年起不再获得支持与更新。"


def edition(*clauses: tuple[str, str]) -> Edition:
    text = "\n\n".join(f"{n}. {text} {{#{name}}}" for n, (name, text) in enumerate(clauses, 1))
    return parse_source(f"---\ntitle: t\n---\n\n{text}\n", lang="zh", path=Path("a.md")).edition


def found(*editions: Edition) -> list[tuple[str, str, str, str]]:
    summaries = [
        (f"v{at}", summarise(redline(old, new), old, new))
        for at, (old, new) in enumerate(pairwise(editions), start=2)
    ]
    ids = {clause.id for clause in editions[-1].walk()}
    return [(each.id, each.name, each.version, each.to) for each in relocations(summaries, ids)]


def test_a_clause_under_another_id_and_a_removed_one() -> None:
    assert found(
        edition(("files", FILES), ("export", EXPORT), ("old", OLD)),
        edition(("keeping", FILES), ("export", EXPORT)),
    ) == [("files", "1.", "v2", "keeping"), ("old", "3.", "v2", "")]


def test_it_is_followed_through_versions_until_it_is_removed() -> None:
    first = edition(("a", FILES), ("b", EXPORT))
    second = edition(("a2", FILES), ("b", EXPORT))
    third = edition(("a3", FILES), ("b", EXPORT))
    assert found(first, second, third) == [("a", "1.", "v2", "a3"), ("a2", "1.", "v3", "a3")]
    last = edition(("b", EXPORT))
    assert found(first, second, third, last) == [
        ("a", "1.", "v4", ""),
        ("a2", "1.", "v4", ""),
        ("a3", "1.", "v4", ""),
    ]


def test_an_id_that_came_back_is_no_relocation() -> None:
    first, second = edition(("a", FILES), ("b", EXPORT)), edition(("b", EXPORT))
    assert found(first, second, first) == []


def test_a_clause_merged_into_another_leads_to_that_one() -> None:
    apart = edition(("files", FILES), ("export", EXPORT))
    together = edition(("files", FILES + EXPORT))
    assert found(apart, together) == [("export", "2.", "v2", "files")]


def test_a_clause_that_was_split_is_still_there() -> None:
    together = edition(("files", FILES + EXPORT))
    apart = edition(("files", FILES), ("export", EXPORT))
    assert not summarise(redline(together, apart), together, apart).successors


NAMES = "abcdef"
STEPS = st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["", *NAMES])), max_size=5)


@given(STEPS, st.sets(st.sampled_from(NAMES)))
def test_every_link_leads_to_a_clause_that_is_there_or_says_that_it_is_gone(
    steps: list[dict[str, str]], ids: set[str]
) -> None:
    summaries = [
        (str(at), Summary({}, (), {}, {old: Successor(new, old) for old, new in step.items()}))
        for at, step in enumerate(steps)
    ]
    left = relocations(summaries, ids)
    assert {each.id for each in left} == {name for step in steps for name in step} - ids
    assert all(not each.to or each.to in ids for each in left)
    assert len({each.id for each in left}) == len(left)
