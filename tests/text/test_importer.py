"""Importing foreign text: every repair is reported, can be undone, and nothing else changes."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausepress.errors import ClausepressError, SourceError
from clausepress.text.canonical import to_source
from clausepress.text.importer import (
    Imported,
    find_repairs,
    import_text,
    prove_nothing_lost,
)
from clausepress.text.importing.decode import decode_text
from clausepress.text.importing.edits import apply_repairs
from clausepress.text.importing.files import import_files
from clausepress.text.importing.model import ImportReport, report
from clausepress.text.model import Block, Edition, Paragraph, Run, Table, plain
from clausepress.text.parse import parse_source
from clausepress.text.sources import open_source
from clausepress.text.visible import visible_edition, visible_source

DOCS = Path(__file__).parents[2] / "docs"


def take(
    raw: str, *, name: str = "in.txt", lang: str = "zh", undo: tuple[str, ...] = ()
) -> Imported:
    return import_text(raw, lang=lang, path=Path(name), undo=undo)


def texts(edition: Edition) -> list[str]:
    """Each clause or paragraph as one string, its number first; a table as its rows."""
    found: list[str] = []

    def put(blocks: tuple[Block, ...], number: str = "") -> None:
        for block in blocks:
            if isinstance(block, Paragraph):
                found.append(number + plain(block.runs))
                number = ""
            else:
                rows = (block.header, *block.rows)
                found.append("/".join(",".join(plain(cell) for cell in row) for row in rows))

    put(edition.preface)
    for clause in edition.walk():
        if clause.heading:
            found.append(clause.number + plain(clause.heading))
            put(clause.blocks)
        else:
            put(clause.blocks, clause.number)
    return found


CONTEXT = "\n\n用户可以查看记录。用户的权利受到保护。甲方应当按照约定履行义务。"


@pytest.mark.parametrize(
    ("raw", "rule", "wanted"),
    [
        (
            "平台会把各项服务的信息结合起来，形成统计结果并改进对用\n\n户的服务，但不公开姓名。",
            "break-joined",
            "平台会把各项服务的信息结合起来，形成统计结果并改进对用户的服务，但不公开姓名。",
        ),
        (
            "**7.1 平台依照订单向买方收取服务费用，费用标准以双方签字达成**\n\n的补充文件为准。",
            "break-joined",
            "7.1平台依照订单向买方收取服务费用，费用标准以双方签字达成的补充文件为准。",
        ),
        (
            "**平台会把各项服务的信息结合起来，形成统计结果并改进对用\n\n户的服务，但不公开。**",
            "break-joined",
            "平台会把各项服务的信息结合起来，形成统计结果并改进对用户的服务，但不公开。",
        ),
        (
            "平台已经通过国家有关部门组织的安全等级测评，\n\n并且每年复查一次。",
            "break-joined",
            "平台已经通过国家有关部门组织的安全等级测评，并且每年复查一次。",
        ),
        (
            "（1）甲；\n\n（2）放弃账户里的全部余额和各种权益（包括积分、礼券等等）\n\n且没有欠款；\n\n（3）丙；",
            "break-joined",
            "（2）放弃账户里的全部余额和各种权益（包括积分、礼券等等）且没有欠款；",
        ),
        (
            (
                "We may share your order, address and phone number with the carriers that we\n\n"
                "have chosen, and only for the delivery of your order."
            ),
            "break-joined",
            (
                "We may share your order, address and phone number with the carriers that we"
                " have chosen, and only for the delivery of your order."
            ),
        ),
        (
            "第三方收到的信息应当限于完成交付所必需的范围，并且应当在法律允许的范围\n内使用。",
            "line-joined",
            "第三方收到的信息应当限于完成交付所必需的范围，并且应当在法律允许的范围内使用。",
        ),
        ("- 4、甲 5、乙\n- 6、丙", "item-split", "5、乙"),
        ("(1) 甲； (2) 乙；\n\n(3) 丙。", "item-split", "(2)乙；"),
        ("①甲；②乙；③丙；\n\n④丁。", "item-split", "③丙；"),
        ("甲\t乙\n1\t2\n\n甲\t乙\n3\t4", "table-merged", "甲,乙/1,2/3,4"),
        (
            "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n| 甲 | 乙 |\n|---|---|\n| 3 | 4 |",
            "table-merged",
            "甲,乙/1,2/3,4",
        ),
        ("1、公开所指定的信息；**\n\n2、其余。", "stray-mark", "1、公开所指定的信息；"),
        ("**请注意本条。", "stray-mark", "请注意本条。"),
        ("<p>甲</p><p>乙<span class=x>丙</span></p>", "html-tag", "乙丙"),
        ("隐\u200b私\ufeff声明。", "zero-width", "隐私声明。"),
        ("收费\u202e100\u202c元。", "bidi-control", "收费100元。"),
        ("甲\x07乙\x1b。", "control-character", "甲乙。"),
        ("The pol\u00adicy applies.", "soft-hyphen", "The policy applies."),
    ],
)
def test_debris_is_repaired_and_said(raw: str, rule: str, wanted: str) -> None:
    imported = take(raw + CONTEXT)
    assert [each.rule for each in imported.repairs] == [rule]
    assert wanted in texts(imported.edition)
    repair = imported.repairs[0]
    assert repair.line == (raw + CONTEXT)[: repair.edits[0].at].count("\n") + 1
    assert repair.before in raw + CONTEXT
    assert repair.after in imported.text
    undone = take(raw + CONTEXT, undo=(repair.id,))
    assert (undone.repairs, undone.undone, undone.text) == ([], [repair], raw + CONTEXT)
    kept = import_text(raw + CONTEXT, lang="zh", path=Path("in.txt"), repair=False)
    assert kept.edition == undone.edition != imported.edition


@pytest.mark.parametrize(
    "raw",
    [
        "一、收集信息的范围和方式\n\n平台收集下列信息。",
        "5.4 平台从合作方取得信息、核对信息并使用信息的情形\n\n平台会核对来源。",
        "尊敬的用户，\n\n欢迎使用本服务。",
        "Dear customer,\n\nthank you for reading this.",
        "平台按照法律规定处理信息，并采取合理的措施保护信息安全\n\n如有疑问，请与平台联系。",
        "1. 甲\n\n1. 乙\n\n1. 丙",
        "1、见第 2、3 项\n\n2、乙\n\n3、丙",
        "9.2 变更包括：（1）目的；（2）方式；（3）种类。\n\n9.3 其他。",
        "（1）甲；（2）乙。\n\n其他。",
        "See 2. and 3. below.\n\n1. One\n\n2. Two",
        "甲\t乙\n1\t2\n\n安卓版本：\n\n甲\t乙\n3\t4",
        "甲\t乙\n1\t2\n\n丙\t丁\n3\t4",
        "价格**（含税）以页面为准。\n\n** 不含运费。",
        "电话 138****8000。",
        "**第一段。\n\n第二段。**",
        "按住 👨\u200d👩\u200d👧 即可。",
        "<script>alert(1)</script>",
        "1 < 2 且 3 > 2。",
        "第 1 页 共 9 页说明收费。\n\n- 3 -\n\n2024",
        "1\n\n2\n\n3",
        "公司：甲\n地址：乙\n邮编：丙",
        "平台政策\n更新日期：2024年1月2日\n\n一、甲\n第一句。\n第二句。",
        "Personal information includes\n\nyour name and address;\n\nyour phone number.",
    ],
)
def test_clean_text_is_left_alone(raw: str) -> None:
    assert find_repairs(raw, wrapped=False)[0] == []
    assert find_repairs(raw, wrapped=True)[0] == []


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: str(path)[-40:])
def test_no_repair_fires_on_the_sample_texts(path: Path) -> None:
    body = path.read_text("utf-8").split("\n---\n", 1)[1]
    repairs, questions = find_repairs(body, wrapped=False)
    assert repairs == []
    assert len(questions) <= 1  # a paragraph of one text lacks its full stop, in print too


def test_lines_of_plain_text_are_paragraphs_and_wrapped_lines_are_not() -> None:
    assert texts(take("甲政策\n第一段。\n第二段。").edition) == ["第一段。", "第二段。"]
    assert texts(take("第一句，\n第二句。", name="in.md").edition) == ["第一句，第二句。"]
    wrapped = (
        "This notice tells you which data we keep about your use of the third-\n"
        "party services. It holds for every user of the shop. We tell you when\n"
        "a part of it changes. Contact us when there is a thing you do not under-\n"
        "stand. We want you to understand what we do. There is a form for that\n"
        "on every page of the shop, and a phone number for those who like it.\n"
        "Nothing of it costs money."
    )
    assert texts(take(wrapped, lang="en").edition) == [
        wrapped.replace("third-\n", "third-").replace("under-\n", "under").replace("\n", " ")
    ]


def test_page_numbers_and_headers_go_when_every_page_has_them() -> None:
    raw = (
        "甲方手册\n\n正文一，甲方应当按照双方在合同中已经写明的约\n\n1\n\f甲方手册\n\n定履行。\n\n2\n"
        "\f甲方手册\n\n正文二。\n\n3\n\f甲方手册\n\n正文三。\n\n4\n" + CONTEXT
    )
    imported = take(raw)
    assert texts(imported.edition)[:4] == [
        "甲方手册",
        "正文一，甲方应当按照双方在合同中已经写明的约定履行。",
        "正文二。",
        "正文三。",
    ]
    rules = [each.rule for each in imported.repairs]
    assert sorted(set(rules)) == ["break-joined", "page-header", "page-number"]
    number = next(each for each in imported.repairs if each.rule == "page-number")
    kept = take(raw, undo=(number.id,))
    assert {each.rule for each in kept.undone} == {"break-joined", "page-number"}
    assert "正文一，甲方应当按照双方在合同中已经写明的约" in texts(kept.edition)


def test_an_unknown_id_is_refused_with_its_fix() -> None:
    with pytest.raises(ClausepressError, match=r"no repair has the id 'x'\n  fix: "):
        take("甲。", undo=("x",))


def test_ids_stay_when_other_lines_come_or_go() -> None:
    raw = "1、可以公开所指定的各种信息；**\n\n2、乙。"
    assert take(raw).repairs[0].id == take("另一段。\n\n" + raw).repairs[0].id


def test_the_report_alone_gives_the_repaired_text() -> None:
    raw = "1、甲；**\n\n2、乙\u200b。 3、丙。\n\n4、<b>丁</b>。"
    imported = take(raw)
    decoded = msgspec.json.decode(msgspec.json.encode(report(imported)), type=ImportReport)
    assert decoded.schema == "clausepress.import/1"
    assert apply_repairs(raw, decoded.repairs) == imported.text
    with pytest.raises(ValueError, match="does not fit"):
        apply_repairs(raw[1:], decoded.repairs)


def test_brackets_that_are_no_link_keep_every_character() -> None:
    raw = "[注](见附件)与[官网](https://example.com/)。"
    edition = take(raw).edition
    assert texts(edition) == ["[注](见附件)与官网。"]


@pytest.mark.parametrize(
    ("masthead", "facts"),
    [
        (
            "版本号：V2.3\n更新时间：2019/9/9\n生效时间：2019.9.16",
            ("V2.3", "2019-09-09", "2019-09-16"),
        ),
        (
            "版本：3\n\n最近更新：2019-09-09\n\n生效日期：\n2019年9月16日",
            ("3", "2019-09-09", "2019-09-16"),
        ),
        ("文档版号:12 发布日期:２０１９年９月９日", ("12", "2019-09-09", "None")),
        (
            "（更新日期：二〇一九年九月九日；生效日期：二○一九年十二月三十一日）",
            ("", "2019-09-09", "2019-12-31"),
        ),
        ("Version 1.4\nLast updated: September 9, 2019", ("1.4", "2019-09-09", "None")),
        (
            "Last Updated 9th September 2019 | Effective Date: Sept. 16, 2019",
            ("", "2019-09-09", "2019-09-16"),
        ),
        (
            "**Effective as of 16 September 2019**\n\nUpdated: 2019-9-9",
            ("", "2019-09-09", "2019-09-16"),
        ),
        (
            "| 更新日期 | 2019年9月9日 |\n|---|---|\n| 生效日期 | 2019年9月16日 |",
            ("", "2019-09-09", "2019-09-16"),
        ),
        ("版本２：本次更新\n发布时间 2018-01-01\n更新日期 2019-09-09", ("", "2019-09-09", "None")),
    ],
)
def test_number_and_dates_are_read_from_many_mastheads(
    masthead: str, facts: tuple[str, str, str]
) -> None:
    found = take(f"某某条款\n\n{masthead}\n\n一、甲\n\n正文。")
    assert (found.number, str(found.updated_on), str(found.effective_on)) == facts


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("更新日期：2019年13月41日", "2019年13月41 is not a date of the calendar"),
        ("更新日期：二〇一九年十三月九日", "is not a date of the calendar"),
        ("更新日期：2019年9月", "2019年9月 does not state one day"),
        ("Last updated: 09/10/2019", "does not state one day"),
    ],
)
def test_a_wrong_date_is_a_note_with_its_line(line: str, words: str) -> None:
    imported = take(f"某某条款\n\n{line}\n\n一、甲")
    note = next(note for note in imported.notes if note.rule == "date-wrong")
    assert imported.updated_on is None
    assert note.line == 3
    assert words in note.message


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", []),
        ("utf-8-sig", ["byte-order-mark"]),
        ("gb18030", ["encoding"]),
        ("gbk", ["encoding"]),
        ("utf-16", ["encoding", "byte-order-mark"]),
        ("utf-16-le", ["encoding"]),
        ("utf-16-be", ["encoding"]),
        ("utf-32", ["encoding", "byte-order-mark"]),
    ],
)
def test_usual_encodings_are_converted_and_said(encoding: str, said: list[str]) -> None:
    raw = "某某隐私政策\n\n一、适用范围 1.1\n\n本政策适用于全部服务。\n"
    text, repairs = decode_text(raw.encode(encoding), Path("in.txt"))
    assert (text, [each.rule for each in repairs]) == (raw, said)


@pytest.mark.parametrize(
    "data",
    [
        "隱私政策與條款適用於全部服務".encode("big5"),
        "café naïve".encode("latin-1"),
        b"\xff\xfe\x00\xd8",
    ],
    ids=["Big5", "Latin-1", "half a character"],
)
def test_other_encodings_are_refused_with_a_fix(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"is not (?s:.)*fix: "):
        decode_text(data, Path("in.txt"))


def test_mixed_line_ends_become_one(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes("甲。\r\n乙。\r丙。\n丁。\u2028戊。".encode())
    imported = import_files([file], lang="zh")
    assert [each.rule for each in imported.repairs] == ["line-ends"]
    assert texts(imported.edition) == ["甲。", "乙。", "丙。", "丁。", "戊。"]


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"%PDF-1.7", "is a PDF"), (b"\xd0\xcf\x11\xe0xx", "old Word"), (b"{\\rtf1 x}", "rich text")],
)
def test_other_formats_are_named(tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(data)
    with pytest.raises(SourceError, match=words):
        import_files([file], lang="zh")


@pytest.mark.parametrize(
    "raw",
    [
        "甲" * 350_000,
        "甲\u200b" * 100_000,
        "（" * 20_000,
        "- " * 20_000 + "甲",
        "** " * 20_000,
        "\n\n".join(f"{n}、甲 {n}" for n in range(5_000)),
        "商城会记录，登录的时间和\n\n使用的设备" * 2_000,
    ],
    ids=["1 MB", "zero widths", "brackets", "bullets", "marks", "items", "breaks"],
)
def test_large_input_takes_no_unreasonable_time(raw: str) -> None:
    imported = take(raw)
    assert visible_source(imported.text) == visible_edition(
        imported.edition, title_at=imported.title_at
    )


DEBRIS = st.sampled_from(
    [
        "\u200b",
        "\u202e",
        "\x07",
        "\u00ad",
        "**",
        "</u>",
        "<b>",
        "<br>",
        "\n\n",
        "\n",
        "\n\f3\n",
        "\t",
        "甲\t乙\n丙\t丁\n\n甲\t乙\n戊\t己\n",
        " 2、",
        "\n1、",
        "\n2、",
        "\n3、",
        "；",
        "第 1 页\n",
        "，",
    ]
)
WORDS = st.text(
    st.sampled_from("用户服务的权利信息平台，。；（）“”、123ab()[]{}#\\|-_<>. "),
    min_size=1,
    max_size=40,
)
DIRTY = (
    st.lists(st.one_of(WORDS, DEBRIS), min_size=1, max_size=14)
    .map("".join)
    .filter(lambda text: "{#" not in text)  # ids of our own syntax have tests of their own
)


@settings(max_examples=150)
@given(DIRTY, st.sampled_from(["in.txt", "in.md"]))
def test_with_any_debris_only_reported_edits_change_the_text(raw: str, name: str) -> None:
    if not visible_source(raw):
        return
    try:
        imported = take(raw, name=name)
    except SourceError:  # a ragged pipe table or an empty heading
        return
    assert apply_repairs(raw, imported.repairs) == imported.text
    assert visible_edition(imported.edition, title_at=imported.title_at) == visible_source(
        imported.text
    )
    ids = tuple(each.id for each in imported.repairs)
    kept = import_text(raw, lang="zh", path=Path(name), repair=False)
    assert take(raw, name=name, undo=ids).edition == kept.edition
    assert kept.text == raw
    for each in imported.repairs:
        part = take(raw, name=name, undo=(each.id,))
        assert each in part.undone
        assert apply_repairs(raw, part.repairs) == part.text
    again = import_text(to_source(imported.edition), lang="zh", path=Path(name))
    assert again.edition == imported.edition


@settings(max_examples=60)
@given(DIRTY.filter(lambda text: text.strip() != ""))
def test_an_exported_source_is_imported_as_the_same_edition(body: str) -> None:
    try:
        edition = parse_source(f"---\ntitle: 甲\n---\n\n{body}", lang="zh", path=Path("zh.md"))
    except SourceError:
        return
    again = import_text(to_source(edition.edition), lang="zh", path=Path("export.txt"))
    assert again.edition == edition.edition
    assert again.repairs == []


def test_what_looks_like_an_id_or_label_is_text() -> None:
    assert texts(take("甲 {#x}\n\n**乙**{.label} 丙").edition) == ["甲 {#x}", "乙{.label} 丙"]


def test_bold_tags_become_marks_and_other_tags_go() -> None:
    edition = take("<div>甲<strong>乙</strong>丙</div>").edition
    assert edition.preface == (Paragraph((Run("甲"), Run("乙", bold=True), Run("丙"))),)


def test_a_tab_table_keeps_bars_and_marks_of_its_cells() -> None:
    block = take("甲\t乙|丙\n**丁**\t\\\n").edition.preface[0]
    assert isinstance(block, Table)
    assert [plain(cell) for row in (block.header, *block.rows) for cell in row] == [
        "甲",
        "乙|丙",
        "丁",
        "\\",
    ]


def test_a_change_that_is_not_reported_stops_the_import() -> None:
    with pytest.raises(ClausepressError, match="would change the text at character 1"):
        prove_nothing_lost("甲丙乙", "甲乙", Path("in.txt"))


def test_the_report_has_a_schema() -> None:
    schema = msgspec.json.schema(ImportReport)
    assert set(schema["$defs"]["Repair"]["properties"]) >= {"id", "line", "rule", "before", "after"}


BROKEN = "用户应当提供真实、准确、完整的个人信息，并在信息发生变化之后及时更"
REST = "新，否则平台有权暂停服务。"


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["tight", "loose"])
@pytest.mark.parametrize(
    "page",
    [
        *("第 1 页 共 3 页", "第1页/共3页", "第2页", "2", "2 / 9", "Page 2", "— 2 —", "- 2 -"),
        *("示例服务协议", "示例服务协议 第 2 页", "第 2 页\n示例服务协议"),
    ],
)
def test_the_lines_of_a_page_go_from_inside_a_sentence(page: str, gap: str) -> None:
    raw = f"示例服务协议\n\n一、总则\n\n1.1 {BROKEN}{gap}{page}{gap}{REST}{CONTEXT}"
    imported = take(raw)
    assert [each.rule for each in imported.repairs] == ["break-joined"]
    assert f"1.1{BROKEN}{REST}" in texts(imported.edition)
    assert imported.questions == []


@pytest.mark.parametrize(
    ("line", "repaired"),
    [
        ("第 2 页", True),
        ("Page 2 of 9", True),
        ("示例服务协议 - 2 -", True),
        ("- 2 -", False),
        ("2", False),
        ("示例服务协议", False),
    ],
)
def test_the_lines_of_a_page_between_sentences_go_or_are_asked_about(
    line: str, repaired: bool
) -> None:
    raw = f"示例服务协议\n\n1.1 甲应当付款。\n{line}\n1.2 乙应当交货。\n"
    imported = take(raw)
    found = imported.repairs if repaired else imported.questions
    assert [each.rule for each in found] == ["page-line" if repaired else "page-line-possible"]
    taken = import_text(raw, lang="zh", path=Path("in.txt"), accept=[found[0].id])
    assert texts(taken.edition) == ["1.1甲应当付款。", "1.2乙应当交货。"]


@pytest.mark.parametrize(
    "raw",
    [
        "押金以租金为准，租金涨价之后押金不得低于上个月的租金，且不得少于\n3\n个月的租金。",
        "甲方手册\n\n1.1 甲方手册 2 应当随货寄出。",
        "甲乙协议\n\n更新日期：2026年1月8日\n\n甲乙协议\n\n1.1 甲应当付款。",
    ],
)
def test_figures_and_titles_of_the_text_itself_stay(raw: str) -> None:
    imported = take(raw)
    assert "page" not in "".join(each.rule for each in imported.repairs)
    assert visible_source(imported.text) == visible_source(raw)


def test_the_head_that_every_page_repeats_goes() -> None:
    raw = "甲乙协议\n\n1.1 甲。\n甲乙协议\n1.2 乙。\n甲乙协议\n1.3 丙。\n"
    imported = take(raw)
    assert [each.rule for each in imported.repairs] == ["page-line"] * 2
    assert texts(imported.edition) == ["1.1甲。", "1.2乙。", "1.3丙。"]


def test_a_form_feed_in_the_middle_of_a_line_is_asked_about() -> None:
    raw = decode_text("1. 本协议适用于示例服务，请您\f仔细阅读全文。\n".encode(), Path("in.txt"))[0]
    (question,) = take(raw).questions
    taken = import_text(raw, lang="zh", path=Path("in.txt"), accept=[question.id])
    assert texts(taken.edition) == ["1.本协议适用于示例服务，请您仔细阅读全文。"]


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (
            "2.1 买方应当付款。 2.2 逾期的，应当支付违约金。 2.3 费用不退。\n\n2.3.1 除外。",
            [
                "2.1买方应当付款。",
                "2.2逾期的，应当支付违约金。",
                "2.3费用不退。",
                "2.3.1除外。",
            ],
        ),
        (
            "2.1 按 2.2 付款。 2.2 版本另议。\n\n2.2 逾期的，应当支付违约金。",
            ["2.1按 2.2 付款。 2.2 版本另议。", "2.2逾期的，应当支付违约金。"],
        ),
        (
            "1.1 费用见 www.example.\ncom/price 的说明。",
            ["1.1费用见 www.example.com/price 的说明。"],
        ),
    ],
)
def test_decimals_on_one_line_are_split_and_an_address_is_not(raw: str, wanted: list[str]) -> None:
    assert texts(take(raw).edition) == wanted


def headings(edition: Edition) -> list[str]:
    return [clause.number + plain(clause.heading) for clause in edition.walk() if clause.heading]


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("1. 总则\n1.1 甲。\n2. 费用\n2.1 乙。\n3. 终止\n丙。", ["1.总则", "2.费用", "3.终止"]),
        ("1. Scope\nThis applies.\n2. Fees\nFees are due.", ["1.Scope", "2.Fees"]),
        ("1 总则\n1.1 甲。\n2 费用\n2.1 乙。", ["1总则", "2费用"]),
        ("一、总则\n1. 范围\n1.1 甲。\n2. 对象\n2.1 乙。", ["一、总则", "1.范围", "2.对象"]),
        ("1. 姓名\n2. 地址\n3. 电话", []),
        ("一、信息\n1. 姓名\n用于送货。\n2. 地址\n用于送货。", ["一、信息"]),
        ("1. 甲应当付款。\n说明。\n2. 乙应当交货。\n说明。", []),
    ],
)
def test_plain_numbers_are_headings_where_they_are_chapters(raw: str, wanted: list[str]) -> None:
    assert headings(take(raw).edition) == wanted


def test_unnumbered_headings_keep_their_levels_and_questions() -> None:
    raw = (
        "# Reading Club\n\n## What do we keep?\n\n### From you\n\nYour name.\n\n"
        "## Contact\n\nWrite to the desk of the club's policy office.\n"
    )
    edition = take(raw, lang="en").edition
    assert edition.title == "Reading Club"
    assert [plain(each.heading) for each in edition.clauses] == ["What do we keep?", "Contact"]
    assert [plain(each.heading) for each in edition.clauses[0].children] == ["From you"]


def test_a_heading_is_the_title_before_any_other_line_of_the_masthead() -> None:
    raw = "# Payment Terms\n\nIn force today (these “Terms”)\n\n## 1. Fees\n\nNone.\n"
    assert take(raw, lang="en").edition.title == "Payment Terms"


def test_headings_of_a_masthead_are_no_clauses() -> None:
    raw = "# Larkspur\n\n## For Members\n\n## User Agreement\n\nWelcome.\n\n1. Fees\n\nNone.\n"
    edition = take(raw, lang="en").edition
    assert edition.title == "User Agreement"
    assert len(edition.preface) == 3


def test_the_printed_title_is_kept_as_the_title_alone() -> None:
    imported = take("某公司\n\n某某服务协议\n\n更新日期：2026年1月8日\n\n一、甲\n\n乙。")
    assert (imported.edition.title, imported.title_at) == ("某某服务协议", 1)
    assert texts(imported.edition) == ["某公司", "更新日期：2026年1月8日", "一、甲", "乙。"]
    assert "title-taken" in {note.rule for note in imported.notes}
    twice = take("某公司 某某服务协议\n\n某某服务协议\n\n一、甲\n\n乙。")
    assert (texts(twice.edition)[:2], twice.title_at) == (
        ["某公司 某某服务协议", "某某服务协议"],
        None,
    )
    alone = take("某某服务协议")
    assert (texts(alone.edition), alone.title_at) == (["某某服务协议"], None)
    partly = take("**某某**服务协议\n\n一、甲\n\n乙。", name="in.md")
    assert (texts(partly.edition)[0], partly.title_at) == ("某某服务协议", None)


@pytest.mark.parametrize(
    ("name", "lang"),
    [
        ("terms_jd.md", "zh"),
        ("terms-cn.md", "zh"),
        ("25_zh_md.md", "zh"),
        ("policy.en.md", "en"),
        ("en.md", "en"),
        ("token.md", "zh"),
    ],
)
def test_only_a_known_language_is_read_from_a_name(tmp_path: Path, name: str, lang: str) -> None:
    path = tmp_path / name
    path.write_text("---\ntitle: 甲\n---\n\n一、本协议适用于全部服务。\n", encoding="utf-8")
    assert open_source(path, tmp_path / "docs").edition.lang == lang
