"""The five real documents: imported whole, every number in order, every mark and no other."""

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausepress.files import read_text
from clausepress.text.importer import Imported, import_text
from clausepress.text.importing.edits import apply_repairs
from clausepress.text.model import Run, Table, block_runs, own_runs, plain
from clausepress.text.visible import visible_edition, visible_source

SOURCES = Path(__file__).parents[3] / "shared" / "sources"
NAMES = [
    "privacy-policy.2019-09-16.zh",
    "privacy-policy.2021-01-25.zh",
    "privacy-policy.en",
    "user-agreement.202003041.zh",
    "weidianyun-service-terms.zh",
]
pytestmark = pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the real documents are not beside the project"
)


def source(name: str) -> str:
    return read_text(SOURCES / f"{name}.txt")


@functools.cache
def imported(name: str, *, repair: bool = True) -> Imported:
    lang = "en" if name.endswith(".en") else "zh"
    return import_text(source(name), lang=lang, path=SOURCES / f"{name}.txt", repair=repair)


def runs(text: Imported) -> Iterator[Run]:
    for block in text.edition.preface:
        yield from block_runs(block)
    for clause in text.edition.walk():
        yield from own_runs(clause)


@pytest.mark.parametrize("repair", [True, False], ids=["repaired", "as it stands"])
@pytest.mark.parametrize("name", NAMES)
def test_no_character_is_lost_reported_repairs_aside(name: str, repair: bool) -> None:
    text = imported(name, repair=repair)
    repaired = apply_repairs(source(name), text.repairs)
    assert visible_edition(text.edition, title_at=text.title_at) == visible_source(repaired)
    assert bool(text.repairs) == (repair and not name.startswith("weidianyun"))
    assert repair or repaired == source(name)


@pytest.mark.parametrize("name", NAMES)
def test_undoing_every_repair_gives_the_text_as_it_stands(name: str) -> None:
    lang = "en" if name.endswith(".en") else "zh"
    ids = [each.id for each in imported(name).repairs]
    text = import_text(source(name), lang=lang, path=SOURCES / f"{name}.txt", undo=ids)
    assert text.edition == imported(name, repair=False).edition


@pytest.mark.parametrize("repair", [True, False], ids=["repaired", "as it stands"])
@pytest.mark.parametrize("name", NAMES)
def test_every_number_that_opens_a_line_is_a_clause_number_in_order(
    name: str, repair: bool
) -> None:
    # An independent reading of the printed numbers: at the start of a line, after list marks.
    pattern = re.compile(
        r"^[ \t]*(?:#+[ \t]*|-[ \t]+)?(?:\*\*)?(?:"
        r"([一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+(?:\.\d+)+\.?(?=[\s一-龥])"
        r"|\d+[、.](?=[\s一-龥])|[（(]\d+[）)]|[a-z]\)|[IVX]+\.(?= )))",
        re.MULTILINE,
    )
    text = imported(name, repair=repair)
    printed = pattern.findall(apply_repairs(source(name), text.repairs))
    assert [clause.number for clause in text.edition.walk() if clause.number] == printed


@pytest.mark.parametrize("name", NAMES)
def test_every_bold_span_and_no_other_is_prominent(name: str) -> None:
    text = source(name)
    spans = [
        span
        for line in re.split(r"\n\s*\n|\n(?=- )", text)
        if line.count("**") % 2 == 0
        for span in re.findall(r"\*\*(.*?)\*\*", line, re.DOTALL)
    ]
    squeeze = re.compile(r"\s+")
    expected = squeeze.sub("", "".join(spans))
    marked = "".join(run.text for run in runs(imported(name)) if run.prominent)
    numbers = {clause.number for clause in imported(name).edition.walk()}
    # A clause number inside bold is printed apart from the text, so it is set aside on both sides.
    for number in sorted(numbers, key=len, reverse=True):
        if number:
            expected = expected.replace(number, "")
            marked = marked.replace(number, "")
    assert squeeze.sub("", marked) == expected


def test_masthead_facts_are_read_and_missing_ones_are_said() -> None:
    pp19 = imported("privacy-policy.2019-09-16.zh")
    assert (pp19.number, str(pp19.updated_on), str(pp19.effective_on)) == (
        "019091120",
        "2019-09-09",
        "2019-09-16",
    )
    terms = imported("weidianyun-service-terms.zh")
    assert (terms.number, terms.updated_on, terms.effective_on) == ("", None, None)
    assert {note.rule for note in terms.notes} >= {
        "title-missing",
        "number-missing",
        "date-missing",
    }


def sdk_tables(text: Imported) -> list[Table]:
    return [
        block
        for clause in text.edition.walk()
        for block in clause.blocks
        if isinstance(block, Table)
    ]


def test_the_sdk_table_a_page_break_cut_is_one_table_again() -> None:
    tables = sdk_tables(imported("privacy-policy.2021-01-25.zh"))
    assert [len(table.rows) for table in tables] == [6, 4]
    assert plain(tables[0].rows[0][0]) == "扫脸实名"
    cut = sdk_tables(imported("privacy-policy.2021-01-25.zh", repair=False))
    assert [len(table.rows) for table in cut] == [2, 4, 4]


# Every repair that the real texts call for, and no other: line and rule.
EXPECTED = {
    "privacy-policy.2019-09-16.zh": [
        (170, "line-joined"),
        (227, "break-joined"),
        (295, "line-joined"),
    ],
    "privacy-policy.2021-01-25.zh": [
        (27, "item-split"),
        (145, "table-merged"),
        (178, "stray-mark"),
        (188, "break-joined"),
        (202, "break-joined"),
        (324, "break-joined"),
    ],
    "privacy-policy.en": [(1, "html-tag")],
    "user-agreement.202003041.zh": [(line, "break-joined") for line in (45, 61, 121, 139, 323)],
    "weidianyun-service-terms.zh": [],
}


@pytest.mark.parametrize("name", NAMES)
def test_exactly_the_debris_is_repaired(name: str) -> None:
    assert [(each.line, each.rule) for each in imported(name).repairs] == EXPECTED[name]


def test_the_plain_chapters_stand_side_by_side() -> None:
    edition = imported("privacy-policy.2019-09-16.zh").edition
    chapters = [clause.number for clause in edition.clauses]
    assert chapters == [
        "",
        "一、",
        "二、",
        "三、",
        "四、",
        "五、",
        "六、",
        "七、",
        "八、",
        "九、",
        "十、",
        "",
    ]
    agreement = imported("user-agreement.202003041.zh").edition
    assert [clause.number for clause in agreement.clauses] == [f"{n}、" for n in range(1, 13)]
    english = imported("privacy-policy.en").edition
    numbers = ["", "I.", "II.", "III.", "IV.", "V.", "6.", "7.", "8.", "IX.", "X.", ""]
    assert [clause.number for clause in english.clauses] == numbers
