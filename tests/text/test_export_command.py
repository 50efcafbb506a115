"""`clausepress export` prints or writes texts, and never overwrites or leaves half of them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clausepress.commands.export import export
from clausepress.errors import ClausepressError
from clausepress.text.export import read_export
from clausepress.text.sources import open_source

DOCS = Path(__file__).parents[2] / "docs"
ZH = DOCS / "privacy" / "2021-01-25" / "zh.md"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(export, [*map(str, arguments), "--docs", str(DOCS)])


@pytest.mark.parametrize("form", ["text", "json", "akn"])
def test_one_text_is_printed_and_reads_back(form: str) -> None:
    done = run("privacy/2021-01-25/zh", "--format", form)
    assert done.exit_code == 0
    again = read_export(done.stdout_bytes, lang="zh", path=Path("-"))
    assert again == open_source(ZH, DOCS).edition


def test_several_texts_go_into_a_folder_named_by_policy_version_and_language(
    tmp_path: Path,
) -> None:
    done = run("privacy/2021-01-25", "--format", "akn", "--output", tmp_path / "new" / "out")
    assert done.exit_code == 0
    names = {path.name for path in (tmp_path / "new" / "out").iterdir()}
    assert names == {"privacy.2021-01-25.en.xml", "privacy.2021-01-25.zh.xml"}
    assert str(tmp_path / "new" / "out" / "privacy.2021-01-25.en.xml") in done.output


def test_several_texts_without_a_folder_are_wrong_usage() -> None:
    done = run("privacy/2021-01-25", "--format", "text")
    assert done.exit_code == 2
    assert "2 texts are named: give --output FOLDER" in done.output


def test_an_exported_text_is_a_source_that_every_command_reads(tmp_path: Path) -> None:
    assert run(ZH, "--format", "text", "--output", tmp_path).exit_code == 0
    again = open_source(tmp_path / "privacy.2021-01-25.zh.txt", DOCS)
    assert again.is_source
    assert again.edition == open_source(ZH, DOCS).edition


def test_a_loose_file_keeps_its_name_and_says_its_language(tmp_path: Path) -> None:
    for name in ("policy.md", "terms.en.md"):
        (tmp_path / name).write_text("---\ntitle: 条款\n---\n\n## 一、总则\n\n1.1 甲方应当付款。\n")
    out = tmp_path / "out"
    files = [tmp_path / "policy.md", tmp_path / "terms.en.md"]
    assert run(*files, "--format", "json", "--output", out).exit_code == 0
    assert {path.name for path in out.iterdir()} == {"policy.zh.json", "terms.en.json"}
    assert b'"policy": null' in (out / "policy.zh.json").read_bytes()


def test_nothing_is_overwritten_and_nothing_else_is_written_then(tmp_path: Path) -> None:
    (tmp_path / "privacy.2021-01-25.zh.txt").write_text("mine")
    done = run("privacy/2021-01-25", "--format", "text", "--output", tmp_path)
    assert isinstance(done.exception, ClausepressError)
    assert "is there already and is not overwritten" in str(done.exception)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
    single = run(ZH, "--format", "text", "--output", tmp_path / "privacy.2021-01-25.zh.txt")
    assert isinstance(single.exception, ClausepressError)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.zh.md").write_text(f"---\ntitle: T\n---\n\n{folder}\n")
    files = [tmp_path / "a" / "p.zh.md", tmp_path / "b" / "p.zh.md"]
    done = run(*files, "--format", "text", "--output", tmp_path / "out")
    assert isinstance(done.exception, ClausepressError)
    assert not (tmp_path / "out").exists()


def test_a_disk_that_refuses_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clausepress.archive import exports

    written: list[Path] = []
    real = exports.write_atomic

    def full(path: Path, data: bytes) -> None:
        if written:
            raise OSError(28, "No space left on device", str(path))
        real(path, data)
        written.append(path)

    monkeypatch.setattr(exports, "write_atomic", full)
    out = tmp_path / "deep" / "out"
    done = run("privacy/2021-01-25", "--format", "json", "--output", out)
    assert isinstance(done.exception, ClausepressError)
    assert "No space left on device" in str(done.exception)
    assert written
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_leads_nowhere_is_told() -> None:
    done = run("privacy/1999", "--format", "text")
    assert isinstance(done.exception, ClausepressError)
    assert "is neither a file nor a text" in str(done.exception)
