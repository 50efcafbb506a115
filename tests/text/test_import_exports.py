"""Importing our own exports: the edition is taken as it is."""

from pathlib import Path

import pytest

from clausepress.archive.intake import add_edition
from clausepress.errors import ClausepressError, SourceError
from clausepress.text.export import SUFFIXES, Format, export_edition
from clausepress.text.export.publication import Publication
from clausepress.text.importing.files import import_files
from clausepress.text.parse import parse_source

BODY = "更新日期：2024年1月2日\n\n## 一、适用 {#scope}\n\n1.1 **全部**服务。\n\na. 甲\n\nb. 乙\n"
EDITION = parse_source(f"---\ntitle: 某某条款\n---\n\n{BODY}", lang="zh", path=Path("a.md")).edition


def exported(folder: Path, form: Format) -> Path:
    path = folder / f"out{SUFFIXES[form]}"
    path.write_bytes(export_edition(EDITION, Publication("terms"), form))
    return path


@pytest.mark.parametrize("form", SUFFIXES)
def test_an_export_is_imported_as_the_same_edition(tmp_path: Path, form: Format) -> None:
    imported = import_files([exported(tmp_path, form)], lang="zh")
    assert imported.edition == EDITION
    assert (imported.repairs, str(imported.updated_on)) == ([], "2024-01-02")
    written = add_edition(tmp_path / "docs", "terms", "v1", "zh", imported)
    source = next(path for path in written if path.name == "zh.md")
    read = parse_source(source.read_text("utf-8"), lang="zh", path=source)
    assert read.edition == EDITION


@pytest.mark.parametrize("form", ["json", "akn"])
def test_an_export_is_known_by_what_it_says_when_its_suffix_is_lost(
    tmp_path: Path, form: Format
) -> None:
    path = exported(tmp_path, form).rename(tmp_path / "edition.txt")
    imported = import_files([path], lang="zh")
    assert (imported.edition, imported.repairs) == (EDITION, [])


def test_the_title_may_be_given_and_the_language_must_fit(tmp_path: Path) -> None:
    path = exported(tmp_path, "json")
    assert import_files([path], lang="zh", title="新题").edition.title == "新题"
    with pytest.raises(SourceError, match=r"is a text in 'zh', not 'en'\n  fix: .*--lang zh"):
        import_files([path], lang="en")
    with pytest.raises(SourceError, match="imported alone"):
        import_files([path, path], lang="zh")
    with pytest.raises(ClausepressError, match="no repair has the id 'x'"):
        import_files([path], lang="zh", undo=["x"])


def test_a_damaged_export_is_refused_and_other_text_is_not_an_export(tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    path.write_text('{"schema": "other"}', "utf-8")
    with pytest.raises(SourceError):
        import_files([path], lang="zh")
    text = tmp_path / "in.txt"
    text.write_text("{甲} 是一个代号。", "utf-8")
    assert import_files([text], lang="zh").edition.title == "in"
