"""Word documents: what Word shows, numbers as it prints them, and nothing unsafe."""

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from clausepress.errors import SourceError
from clausepress.text.canonical import to_source
from clausepress.text.docx import import_docx
from clausepress.text.importer import Imported
from clausepress.text.importing.files import import_files
from clausepress.text.model import Edition, Paragraph, Table, plain
from clausepress.text.parse import parse_source

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>
 <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr>
 <w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="clause"/><w:basedOn w:val="a"/>
 <w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="key"><w:name w:val="Key"/><w:rPr><w:b/><w:u w:val="single"/>
 </w:rPr></w:style>
<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr>
</w:style>
"""


def level(at: int, style: str, pattern: str, *, start: int = 1, extra: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{extra}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def numbering(*levels: str, nums: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{nums}'
    )


CLAUSES = numbering(
    level(0, "chineseCounting", "%1、"),
    level(1, "decimal", "%1.%2", extra="<w:isLgl/>"),
    level(2, "lowerLetter", "%3)"),
    level(3, "lowerRoman", "(%4)"),
)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(text: str, *, style: str = "", at: int | None = None, num: int = 1, inner: str = "") -> str:
    chosen = f'<w:pStyle w:val="{style}"/>' if style else ""
    if at is not None:
        chosen += f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{num}"/></w:numPr>'
    return f"<w:p><w:pPr>{chosen}</w:pPr>{run(text) if text else ''}{inner}</w:p>"


def docx(body: str, *, lists: str = CLAUSES, links: str = "", **parts: str) -> bytes:
    kinds = {"styles": STYLES, "numbering": lists, **parts}
    relations = "".join(
        f'<Relationship Id="p{kind}" Type="{R}/{kind}" Target="{kind}.xml"/>' for kind in kinds
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{R}/officeDocument"'
            ' Target="word/document.xml"/></Relationships>',
        )
        file.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{RELATIONS}">{relations}{links}</Relationships>',
        )
        file.writestr(
            "word/document.xml", f"<w:document {SPACES}><w:body>{body}</w:body></w:document>"
        )
        for kind, content in kinds.items():
            file.writestr(f"word/{kind}.xml", f"<w:{kind} {SPACES}>{content}</w:{kind}>")
    return buffer.getvalue()


def take(data: bytes, **options: Any) -> Imported:
    imported = import_docx(data, lang="zh", path=Path("in.docx"), **options)
    source = to_source(imported.edition, ids=False)
    assert parse_source(source, lang="zh", path=Path("zh.md")).edition == imported.edition
    return imported


def shown(edition: Edition) -> list[str]:
    """Each paragraph with the number before it, emphasis as marks."""

    def text(block: Paragraph) -> str:
        return "".join(
            f"{'*' * r.bold}{'_' * r.underline}{r.text}{'_' * r.underline}{'*' * r.bold}"
            for r in block.runs
        )

    found = [text(block) for block in edition.preface if isinstance(block, Paragraph)]
    for clause in edition.walk():
        own = [text(block) for block in clause.blocks if isinstance(block, Paragraph)]
        lead = text(Paragraph(clause.heading)) if clause.heading else (own.pop(0) if own else "")
        found += [clause.number + lead, *own]
    return found


def rules(imported: Imported) -> set[str]:
    return {note.rule for note in imported.notes}


def test_clauses_are_numbered_as_word_shows_them() -> None:
    body = (
        p("某某政策")
        + p("范围", style="1")
        + p("甲", style="2")
        + p("子项", at=2)
        + p("子项", at=2)
        + p("细项", at=3)
        + p("乙", style="2")
        + p("子项又从头", at=2)
        + p("方式", style="1")
        + p("丙", style="2")
    )
    assert shown(take(docx(body)).edition) == [
        "一、范围",
        "1.1甲",
        "a)子项",
        "b)子项",
        "(i)细项",
        "1.2乙",
        "a)子项又从头",
        "二、方式",
        "2.1丙",
    ]


@pytest.mark.parametrize(
    ("style", "pattern", "start", "first"),
    [
        ("decimal", "%1.", 1, ["1.", "2.", "3."]),
        ("decimal", "第%1条", 9, ["第9条", "第10条", "第11条"]),
        ("chineseCounting", "第%1章", 9, ["第九章", "第十章", "第十一章"]),
        ("chineseCountingThousand", "（%1）", 20, ["（二十）", "（二十一）", "（二十二）"]),
        ("chineseCountingThousand", "%1、", 109, ["一百零九、", "一百一十、", "一百一十一、"]),
        ("upperRoman", "%1.", 3, ["III.", "IV.", "V."]),
        ("lowerRoman", "(%1)", 8, ["(viii)", "(ix)", "(x)"]),
        ("lowerLetter", "%1)", 25, ["y)", "z)", "aa)"]),
        ("upperLetter", "%1.", 1, ["A.", "B.", "C."]),
        ("decimalEnclosedCircle", "%1", 1, ["①", "②", "③"]),
        ("decimalFullWidth", "（%1）", 9, ["（９）", "（１０）", "（１１）"]),
        ("ideographTraditional", "%1、", 1, ["甲、", "乙、", "丙、"]),
        ("chineseLegalSimplified", "%1、", 9, ["玖、", "壹拾、", "壹拾壹、"]),
        ("decimalZero", "%1.", 9, ["09.", "10.", "11."]),
        ("ordinal", "%1", 1, ["1st", "2nd", "3rd"]),
        ("none", "附件：", 1, ["附件：", "附件：", "附件："]),
    ],
)
def test_number_formats(style: str, pattern: str, start: int, first: list[str]) -> None:
    lists = numbering(level(0, style, pattern, start=start))
    imported = take(docx("".join(p("正文", at=0) for _ in first), lists=lists))
    squeezed = [text.replace(" ", "") for text in shown(imported.edition)]
    assert squeezed == [f"{number}正文" for number in first]


def test_lists_restart_where_word_restarts_them() -> None:
    again = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num>'
    )
    never = level(1, "decimal", "%2)", extra='<w:lvlRestart w:val="0"/>')
    lists = numbering(level(0, "decimal", "%1、", start=5), never, nums=again)
    body = (
        p("甲", at=0)
        + p("子", at=1)
        + p("乙", at=0)
        + p("子", at=1)
        + p("另一列", at=0, num=2)
        + p("接着", at=0, num=3)
        + p("无号", at=0, num=0)
        + p("无此列", at=0, num=77)
    )
    found = [text.replace(" ", "") for text in shown(take(docx(body, lists=lists)).edition)]
    assert found == ["5、甲", "1)子", "6、乙", "2)子", "1、另一列", "2、接着", "无号", "无此列"]


def test_an_unknown_number_format_is_said_and_bullets_are_bullets() -> None:
    lists = numbering(level(0, "hebrew1", "%1."), level(1, "bullet", "\uf0b7"))
    imported = take(docx(p("甲", at=0) + p("点", at=1), lists=lists))
    assert "number-format" in rules(imported)
    clause = imported.edition.clauses[0]
    assert (clause.number, clause.blocks[1]) == (
        "1.",
        Paragraph(clause.blocks[1].runs, bullet=True),
    )  # type: ignore[union-attr]


def test_bold_and_underline_come_from_runs_and_styles() -> None:
    body = (
        p("标题", style="1")
        + p("", inner=run("甲") + run("乙", "<w:b/>") + run("丙", '<w:u w:val="single"/>'))
        + p("", inner=run("丁", '<w:rStyle w:val="Strong"/>') + run("戊", '<w:b w:val="0"/>'))
        + p("全段", style="key")
        + p("", style="key", inner=run("又粗", '<w:rStyle w:val="Strong"/><w:u w:val="none"/>'))
    )
    assert shown(take(docx(body)).edition) == [
        "一、标题",
        "甲*乙*_丙_",
        "*丁*戊",
        "*_全段_*",
        "又粗",
    ]


def test_tracked_changes_are_resolved_and_hidden_text_is_left_out() -> None:
    body = p(
        "",
        inner=run("保留")
        + f"<w:ins>{run('新增')}</w:ins>"
        + "<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
        + f"<w:moveTo>{run('移入')}</w:moveTo><w:moveFrom>{run('移出')}</w:moveFrom>"
        + run("隐藏", "<w:vanish/>"),
    )
    joined = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("前半") + "</w:p>" + p("后半")
    imported = take(docx(body + joined))
    assert shown(imported.edition) == ["保留新增移入", "前半后半"]
    assert {"tracked-change", "hidden-text"} <= rules(imported)


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def test_tables_keep_every_cell_and_say_which_were_merged() -> None:
    rows = [
        cell("场景", '<w:gridSpan w:val="2"/>') + cell("机构"),
        cell("推送", '<w:vMerge w:val="restart"/>') + cell("标识") + cell("甲"),
        cell("", "<w:vMerge/>") + cell("型号"),
    ]
    body = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    frame = f"<w:tbl><w:tr>{cell('框中文字')}</w:tr></w:tbl>"
    imported = take(docx(p("前") + body + frame))
    table = imported.edition.preface[1]
    assert isinstance(table, Table)
    assert [[plain(each) for each in row] for row in (table.header, *table.rows)] == [
        ["场景", "", "机构"],
        ["推送", "标识", "甲"],
        ["", "型号", ""],
    ]
    assert shown(imported.edition) == ["前", "框中文字"]
    assert "merged-cell" in rules(imported)


def test_notes_text_boxes_breaks_and_links() -> None:
    link = (
        f'<Relationship Id="h" Type="{R}/hyperlink" Target="https://example.com/a"'
        ' TargetMode="External"/>'
        f'<Relationship Id="x" Type="{R}/attachedTemplate" Target="http://192.0.2.1/t.dotm"'
        ' TargetMode="External"/>'
        f'<Relationship Id="j" Type="{R}/hyperlink" Target="javascript:alert(1)"'
        ' TargetMode="External"/>'
    )
    box = (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>"
        f"{p('框内')}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f"<w:txbxContent>{p('框内')}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    body = (
        p(
            "",
            inner=f'<w:hyperlink r:id="h">{run("官网")}</w:hyperlink>'
            f'<w:hyperlink r:id="j">{run("脚本")}</w:hyperlink>'
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
        )
        + p("第一行", inner=f"<w:r><w:br/></w:r>{run('第二行')}{box}")
        + p("", inner="<w:r><w:fldChar/><w:instrText>PAGEREF x</w:instrText></w:r>" + run("三"))
    )
    note = "".join(
        f'<w:footnote w:id="{at}">{p(text)}</w:footnote>' for at, text in ((2, "注文。"), (3, "无"))
    )
    imported = take(docx(body, links=link, footnotes=note, header=p("页眉")))
    assert shown(imported.edition) == [
        "官网脚本[1]",
        "第一行",
        "第二行",
        "框内",
        "三",
        "[1] 注文。",
    ]
    first = imported.edition.preface[0]
    assert isinstance(first, Paragraph)
    assert [run.href for run in first.runs] == ["https://example.com/a", ""]
    assert {"footnote", "text-box", "external-link", "header-left-out"} <= rules(imported)


def test_literal_marks_of_our_syntax_stay_characters() -> None:
    lines = [
        "# 甲",
        "- 乙",
        "**丙**",
        "| 丁 |",
        "{#x} 庚",
        "[戊](https://a.b)",
        "---",
        "1.1 己",
        "\\",
    ]
    imported = take(docx("".join(p(line) for line in lines)))
    assert [text.replace(" ", "") for text in shown(imported.edition)] == [
        line.replace(" ", "") for line in lines
    ]


def test_characters_that_cannot_be_seen_are_removed_and_can_be_kept() -> None:
    body = p("", inner=run("隐\u200b私", "<w:b/>") + run("政\u200b策")) + p("甲\u00ad乙")
    imported = take(docx(body))
    assert shown(imported.edition) == ["*隐私*政策", "甲乙"]
    assert [each.rule for each in imported.repairs] == ["zero-width", "soft-hyphen"]
    kept = take(docx(body), undo=[imported.repairs[1].id])
    assert shown(kept.edition) == ["*隐私*政策", "甲\u00ad乙"]
    assert shown(take(docx(body), repair=False).edition)[0] == "*隐\u200b私*政\u200b策"


def test_title_number_and_dates_are_read() -> None:
    body = "".join(
        p(line) for line in ("某某服务协议", "版本号：3", "生效日期：2024年1月2日", "一、甲")
    )
    imported = take(docx(body))
    assert (imported.edition.title, imported.number) == ("某某服务协议", "3")
    assert str(imported.effective_on) == "2024-01-02"


def rezip(data: bytes, name: str, content: bytes | str) -> bytes:
    """The same package with one part replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content)
    return buffer.getvalue()


def lying_sizes(data: bytes) -> bytes:
    """A package whose directory says that every part is ten bytes long."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = struct.pack("<I", 10)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


GOOD = docx(p("甲"))
DOCTYPE = f'<!DOCTYPE w [<!ENTITY a "b">]><w:document {SPACES}><w:body/></w:document>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (rezip(GOOD, "word/media/a.bin", b"\0" * 70_000_000), "zip bomb"),
        (rezip(GOOD, "word/document.xml", b" " * 3_000_000), "zip bomb"),
        (rezip(GOOD, "word/document.xml", DOCTYPE), "document type"),
        (rezip(GOOD, "word/styles.xml", DOCTYPE.encode("utf-16")), "document type"),
        (rezip(GOOD, "word/document.xml", "<w:document>"), "damaged"),
        (rezip(GOOD, "word/document.xml", f"<w:document {SPACES}/>"), "no body"),
        (rezip(GOOD, "_rels/.rels", f'<Relationships xmlns="{RELATIONS}"/>'), ""),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (GOOD[:60] + b"\xff" * 40 + GOOD[100:], "damaged"),
        (lying_sizes(GOOD), "damaged"),
        (b"PK\x03\x04", "damaged"),
        (docx(""), "no text"),
        (docx("<w:sdt>" * 5_000 + p("甲") + "</w:sdt>" * 5_000), "damaged"),
    ],
    ids=[
        "bomb",
        "ratio",
        "doctype",
        "doctype in UTF-16",
        "broken XML",
        "no body",
        "no relation",
        "cut",
        "overwritten",
        "lying sizes",
        "stub",
        "empty",
        "deep",
    ],
)
def test_a_damaged_or_unsafe_file_is_named_with_its_fix(data: bytes, words: str) -> None:
    if not words:
        assert shown(take(data).edition) == ["甲"]
        return
    with pytest.raises(SourceError) as caught:
        take(data)
    assert words in str(caught.value)
    assert "in.docx: " in str(caught.value)
    assert "fix: " in str(caught.value)


def test_a_zip_that_is_no_document_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "in.docx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "甲")
    with pytest.raises(SourceError, match="no Word document"):
        import_files([file], lang="zh")


def test_a_docx_is_imported_alone(tmp_path: Path) -> None:
    file = tmp_path / "in.docx"
    file.write_bytes(GOOD)
    with pytest.raises(SourceError, match="imported alone"):
        import_files([file, file], lang="zh")
    assert shown(import_files([file], lang="zh").edition) == ["甲"]


def test_what_is_struck_out_or_leads_nowhere_is_said() -> None:
    link = (
        f'<Relationship Id="bad" Type="{R}/hyperlink" Target="javascript:alert(1)"'
        ' TargetMode="External"/>'
    )
    body = (
        p("", inner=run("甲方应当付款。") + run("乙方应当付款。", "<w:strike/>"))
        + p("", inner=f'<w:hyperlink r:id="bad">{run("此处")}</w:hyperlink>')
        + p("丙", inner='<w:r><w:footnoteReference w:id="7"/></w:r>')
    )
    imported = take(docx(body, links=link))
    assert shown(imported.edition) == ["甲方应当付款。乙方应当付款。", "此处", "丙[1]"]
    said = {note.rule: note.message for note in imported.notes}
    assert "乙方应当付款。" in said["struck-text"]
    assert "javascript:alert(1)" in said["link-left-out"]
    assert "[1]" in said["note-missing"]
    assert "footnote" not in said


def test_counts_of_one_are_in_the_singular() -> None:
    body = p("", inner=f'<w:ins w:id="1">{run("甲")}</w:ins>') + p(
        "", inner=run("乙", "<w:vanish/>")
    )
    said = {note.message for note in take(docx(body)).notes}
    assert {"accepted 1 tracked insertion", "left out 1 run of hidden text"} <= said
