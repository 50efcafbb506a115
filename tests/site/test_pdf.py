"""Every edition as PDF, read back by another program."""

import hashlib
import json
import logging
import re
import sys
from html import unescape
from pathlib import Path

import pytest
import segno
from changed_site import CONFIG, write
from jinja2 import Environment, FileSystemLoader
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from clausepress.archive.library import load_library
from clausepress.errors import ClausepressError
from clausepress.resources import resource
from clausepress.site.build import build_site
from clausepress.site.pdf import can_make, make_pdf, paper_page

URL = "https://policies.example/base/"
ZH = """---
title: 云盘服务条款
---

## 一、服务 {#service}

1.1 您可以申请注销账户，用户所保存的数据随之删除。 {#closing}

| 项目 | 期限 |
|---|---|
| 文件 | 30 日 |

## 二、责任 {#liability}

2.1 **<u>损失由您承担，见[第一条](#service)。</u>** {#loss}
"""
EN = """---
title: Cloud Drive Terms
translates: v1 zh
---

## 1. Service {#service}

1.1 You may close your account. {#closing}

## 2. Liability {#liability}

2.1 **<u>You bear the loss.</u>** {#loss}
"""


@pytest.fixture(scope="module", autouse=True)
def chinese_font() -> None:
    """WeasyPrint, Pango and a font are there."""
    if not can_make():
        pytest.skip("WeasyPrint or the Pango library that it loads is not installed")
    try:
        make_pdf("<!doctype html><html lang=zh><title>t</title><p>注销</p></html>", "")
    except ClausepressError as error:
        pytest.skip(f"no font with Chinese characters: {error}")


def write_source(folder: Path, url: str = URL) -> Path:
    policy = {"id": "drive", "kind": "service-terms", "prevails": "zh"}
    policy["controller"] = {"zh": "青山有限公司", "en": "Green Hill Ltd."}  # type: ignore[assignment]
    write(folder / "docs/drive/policy.yml", json.dumps(policy))
    facts = {"id": "v1", "number": "202302011", "updated_on": "2023-02-01"}
    facts |= {"effective_on": "2023-03-01"}
    write(folder / "docs/drive/v1/version.yml", json.dumps(facts))
    write(folder / "docs/drive/v1/zh.md", ZH)
    write(folder / "docs/drive/v1/en.md", EN)
    write(folder / "mkdocs.yml", CONFIG + (f"site_url: {url}\n" if url else ""))
    return folder / "mkdocs.yml"


def pdf(site: Path, lang: str) -> Path:
    return site / lang / "drive" / "v1" / f"drive-v1-{lang}.pdf"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pdf")
    build_site(write_source(folder), pdf=True)
    return folder


def headings(outline: object) -> list[str]:
    if isinstance(outline, list):
        return [name for each in outline for name in headings(each)]
    return [str(outline.title)]  # type: ignore[attr-defined]


def structure(reader: PdfReader) -> list[DictionaryObject]:
    """Every element of the tree that says what is what."""
    found, pending = [], [reader.root_object["/StructTreeRoot"]]
    while pending:
        each = pending.pop()
        each = each.get_object() if isinstance(each, IndirectObject) else each
        if isinstance(each, DictionaryObject):
            found.append(each)
            kids = each.get("/K", [])
            pending += kids if isinstance(kids, list) else [kids]
    return found


def test_it_is_tagged_says_its_language_and_has_bookmarks(source: Path) -> None:
    reader = PdfReader(pdf(source / "site", "zh"))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh-Hans"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_object().get_data()
    assert reader.metadata
    assert reader.metadata.title == "云盘服务条款"
    assert reader.metadata.author == "青山有限公司"
    assert headings(reader.outline) == ["云盘服务条款", "一、服务", "二、责任"]
    kinds = {each.get("/S") for each in structure(reader)}
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure"} <= kinds


def test_its_text_can_be_copied_and_is_the_edition(source: Path) -> None:
    reader = PdfReader(pdf(source / "site", "zh"))
    text = "".join(page.extract_text() for page in reader.pages)
    plain = re.sub(r"\s", "", text)
    assert "1.1您可以申请注销账户，用户所保存的数据随之删除。" in plain
    assert not re.findall("[\u2e80-\u2fdf]", text)  # radicals that look like characters
    assert "重点条款：" not in text  # words for screen readers of a page


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", ["文档版号202302011", "版本v1", "生效日期2023年3月1日", "第1页，共1页"]),
        ("en", ["Documentnumber202302011", "Versionv1", "Effective1March2023", "Page1of1"]),
    ],
)
def test_every_page_says_what_it_is_of(source: Path, lang: str, told: list[str]) -> None:
    digest = load_library(source / "docs").policies["drive"].versions[0].editions[lang].text_digest
    for page in PdfReader(pdf(source / "site", lang)).pages:
        text = re.sub(r"\s", "", page.extract_text())
        assert digest in text
        assert all(each in text for each in told)


def test_the_code_on_paper_leads_to_the_permanent_page(source: Path) -> None:
    [figure] = [
        each
        for each in structure(PdfReader(pdf(source / "site", "zh")))
        if each.get("/S") == "/Figure"
    ]
    assert figure["/Alt"] == "固定页面的二维码"
    policy = load_library(source / "docs").policies["drive"]
    templates = Environment(loader=FileSystemLoader(resource("overrides")), autoescape=True)
    page = paper_page(policy, policy.versions[0], "zh", URL, templates)
    [image] = re.findall(r'<img src="([^"]+)"', page)
    code = segno.make(f"{URL}zh/drive/v1/", error="m")
    assert unescape(image) == code.svg_data_uri(border=2)
    assert "<img" not in paper_page(policy, policy.versions[0], "zh", "", templates)


def test_pages_lead_to_it(source: Path) -> None:
    for page, link in (("zh/drive", "v1/drive-v1-zh.pdf"), ("en/drive/v1", "drive-v1-en.pdf")):
        html = (source / "site" / page / "index.html").read_text(encoding="utf-8")
        assert f'href="{link}" type="application/pdf"' in html


def test_another_build_elsewhere_makes_the_same_bytes(source: Path, tmp_path: Path) -> None:
    other = build_site(write_source(tmp_path), pdf=True)
    assert pdf(other, "zh").read_bytes() == pdf(source / "site", "zh").read_bytes()


def test_it_is_made_once(tmp_path: Path) -> None:
    config = write_source(tmp_path)
    build_site(config, pdf=True)
    cache = tmp_path / ".cache/clausepress-pdf"
    index = cache / "index"
    keys = [line.split()[0] for line in index.read_text("ascii").splitlines()]
    for key in keys:
        (cache / key[:2] / key).unlink()
        (cache / key[:2] / key).write_bytes(b"kept")
    kept = hashlib.sha256(b"kept").hexdigest()
    index.write_text("".join(f"{key} {kept}\n" for key in keys), "ascii")
    build_site(config)  # one without PDF between leaves them
    site = build_site(config, pdf=True)
    assert [pdf(site, lang).read_bytes() for lang in ("zh", "en")] == [b"kept", b"kept"]
    write(tmp_path / "docs/drive/v1/en.md", EN.replace("the loss", "any loss"))
    build_site(config, pdf=True)
    assert pdf(site, "zh").read_bytes() == b"kept"
    assert pdf(site, "en").read_bytes().startswith(b"%PDF")


def test_without_the_extra_one_warning_says_so_and_the_site_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)  # what an import of it then finds
    config = write_source(tmp_path)
    with caplog.at_level(logging.WARNING, logger="mkdocs"):
        site = build_site(config, pdf=True)
    [told] = [each.getMessage() for each in caplog.records if "PDF" in each.getMessage()]
    assert "fix: pip install 'clausepress[pdf]'" in told
    assert not list(site.rglob("*.pdf"))
    assert "application/pdf" not in (site / "zh/drive/index.html").read_text(encoding="utf-8")


def test_characters_without_a_font_are_no_pdf_of_boxes() -> None:
    page = "<!doctype html><html lang=en><title>t</title><p>a\U0010fffd</p></html>"
    with pytest.raises(
        ClausepressError, match="no font of this machine has the characters"
    ) as told:
        make_pdf(page, "https://policies.example/zh/")
    assert "fix: install a font" in str(told.value)


def test_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>secret</text></svg>", "utf-8")
    page = f"<!doctype html><html lang=en><title>t</title><img src='{secret.as_uri()}' alt='none'>"
    plain = "<!doctype html><html lang=en><title>t</title><img src='data:,' alt='none'>"
    assert make_pdf(page, "") == make_pdf(plain, "")
