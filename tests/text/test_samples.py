"""The policy set in docs/: complete, with the facts of the originals, in words of our own."""

import re
from itertools import groupby
from pathlib import Path

import pytest

from clausepress.archive.library import load_library
from clausepress.archive.published import Library
from clausepress.files import read_text
from clausepress.text.importer import import_text
from clausepress.text.model import Edition, Table, plain
from clausepress.text.visible import visible_edition

ROOT = Path(__file__).parents[2]
SOURCES = ROOT.parent / "shared" / "sources"
needs_sources = pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the real documents are not beside the project"
)
ORIGINALS = [
    ("privacy", "2019-09-16", "privacy-policy.2019-09-16.zh"),
    ("privacy", "2021-01-25", "privacy-policy.2021-01-25.zh"),
    ("user-agreement", "202003041", "user-agreement.202003041.zh"),
    ("weidianyun", "undated-1", "weidianyun-service-terms.zh"),
]
COPIED = 18  # Han characters in a row with nothing between; the longest names stay below


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(ROOT / "docs")


def edition(library: Library, policy: str, version: str, lang: str) -> Edition:
    found = next(each for each in library.policies[policy].versions if each.id == version)
    return found.editions[lang].edition


def numbers(text: Edition) -> list[str]:
    return [clause.number for clause in text.walk() if clause.number]


@needs_sources
@pytest.mark.parametrize(("policy", "version", "name"), ORIGINALS)
def test_a_sample_has_the_clause_numbers_of_its_original(
    library: Library, policy: str, version: str, name: str
) -> None:
    original = import_text(read_text(SOURCES / f"{name}.txt"), lang="zh", path=Path(name)).edition
    ours = [
        re.sub(r"\W", "", number) for number in numbers(edition(library, policy, version, "zh"))
    ]
    theirs = [re.sub(r"\W", "", number) for number in numbers(original)]
    inline_items = ["1", "2", "3", "4", "5", "6"]  # 9.2: one paragraph in print, six items here
    if policy == "privacy" and version == "2019-09-16":
        at = ours.index("92") + 1
        assert ours[at : at + 6] == inline_items
        del ours[at : at + 6]
    assert ours == theirs


@needs_sources
@pytest.mark.parametrize(("policy", "version", "name"), ORIGINALS)
def test_no_sentence_is_copied(library: Library, policy: str, version: str, name: str) -> None:
    source = read_text(SOURCES / f"{name}.txt")
    known = {source[i : i + COPIED] for i in range(len(source) - COPIED + 1)}
    copied = []
    for clause in edition(library, policy, version, "zh").walk():
        for block in clause.blocks:
            if isinstance(block, Table):
                continue  # the SDK table's cells are facts
            for text in re.findall(rf"[\u4e00-\u9fff]{{{COPIED},}}", plain(block.runs)):
                copied += [
                    text[i : i + COPIED]
                    for i in range(len(text) - COPIED + 1)
                    if text[i : i + COPIED] in known
                ]
    assert copied == []


def test_editions_of_a_version_have_the_same_clauses_and_marks(library: Library) -> None:
    for policy in library.policies.values():
        for version in policy.versions:
            chinese, english = version.editions["zh"].edition, version.editions["en"].edition
            assert [c.id for c in chinese.walk()] == [c.id for c in english.walk()], version.path
            assert [p.id for p in chinese.prominent()] == [p.id for p in english.prominent()]
            assert english.translates == f"{version.id} zh"
            decimals = [
                [n.rstrip(".") for n in numbers(text) if n[0].isdigit() and "." in n.rstrip(".")]
                for text in (chinese, english)
            ]
            assert decimals[0] == decimals[1]


def test_the_sdk_tables_of_2021(library: Library) -> None:
    for lang in ("zh", "en"):
        text = edition(library, "privacy", "2021-01-25", lang)
        clause = next(clause for clause in text.walk() if clause.number == "5.1.4")
        tables = [block for block in clause.blocks if isinstance(block, Table)]
        assert [len(table.rows) for table in tables] == [6, 4]


@pytest.mark.parametrize(
    ("policy", "version", "lang", "facts"),
    [
        (
            "privacy",
            "2021-01-25",
            "zh",
            ["TDjdcloud", "jdcloud@jd.com", "400-615-1212", "privacy@jd.com"],
        ),
        ("privacy", "2021-01-25", "zh", ["3个工作日", "三十日", "三十天", "5年", "18周岁"]),
        (
            "privacy",
            "2021-01-25",
            "en",
            ["TDjdcloud", "jdcloud@jd.com", "400-615-1212", "privacy@jd.com"],
        ),
        ("privacy", "2019-09-16", "zh", ["TDjdcloud", "3个工作日", "5年"]),
        (
            "user-agreement",
            "202003041",
            "zh",
            ["同意并继续", "7天", "12个月", "万分之五", "大兴区"],
        ),
        ("user-agreement", "202003041", "en", ["Agreeandcontinue", "Daxing"]),
        ("weidianyun", "undated-1", "zh", ["jiancha@jd.com", "400-601-3618", "二十万元", "10日"]),
        ("account-closure", "undated-1", "zh", ["3个工作日", "5年", "400-615-1212"]),
    ],
)
def test_facts_and_figures_carry_over(
    library: Library, policy: str, version: str, lang: str, facts: list[str]
) -> None:
    text = visible_edition(edition(library, policy, version, lang))
    assert [fact for fact in facts if fact not in text] == []


def test_brand_aside_unchanged_clauses_are_identical(library: Library) -> None:
    old = {c.id: c for c in edition(library, "privacy", "2019-09-16", "zh").walk()}
    changed = []
    for clause in edition(library, "privacy", "2021-01-25", "zh").walk():
        if clause.id not in old:
            continue
        words = [
            "".join(plain(b.runs) for b in c.blocks if not isinstance(b, Table)).replace(
                "京东智联云", "京东云"
            )
            for c in (old[clause.id], clause)
        ]
        if words[0] != words[1]:
            changed.append(clause.id)
    assert len(changed) <= 12
    assert all(len(list(group)) == 1 for _, group in groupby(changed))
