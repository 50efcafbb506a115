"""The command line as a person meets it: wrong input, wrong usage, nothing half-written."""

import json
import subprocess
from pathlib import Path

import pytest
from commands import run

from clausepress.archive import intake
from clausepress.text.importer import import_text

TEXT = """\
某某政策

文档版号：0012

更新日期：2024 年 1 月 2 日

一、范围

1.1 **适用**于全部服务。
"""


def contents(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "my site"
    assert run("new", str(folder), cwd=tmp_path).returncode == 0
    return folder


def import_into(site: Path, *files: str, **options: str) -> subprocess.CompletedProcess[str]:
    chosen = {"policy": "terms", "version": "2024-01-02", "lang": "zh", **options}
    flags = [word for name, value in chosen.items() for word in (f"--{name}", value)]
    return run("import", *files, *flags, cwd=site)


def test_a_new_site_builds_strictly(site: Path) -> None:
    done = run("build", "--strict", cwd=site)
    assert (done.returncode, done.stderr) == (0, "")
    assert (site / "site" / "en" / "privacy" / "2025-01-01" / "index.html").is_file()


def test_the_project_s_own_texts_are_clean() -> None:
    done = run("check", cwd=Path(__file__).parents[1])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_findings_and_differences_end_with_code_one(site: Path) -> None:
    source = site / "docs" / "privacy" / "2026-01-01" / "zh.md"
    text = source.read_text(encoding="utf-8")
    source.write_text(text + "\n9.9 我们我们会通知您；；\n", encoding="utf-8")
    assert run("check", "privacy/2026-01-01/zh", cwd=site).returncode == 1
    texts = ["privacy/2026-01-01/zh", "privacy/2026-01-01/en"]
    assert run("align", *texts, cwd=site).returncode == 1
    source.write_text(text, encoding="utf-8")
    assert run("align", *texts, cwd=site).returncode == 0


def test_new_leaves_a_used_folder_alone(site: Path) -> None:
    before = contents(site)
    done = run("new", ".", cwd=site)
    assert done.returncode == 1
    assert "is not an empty folder" in done.stderr
    assert contents(site) == before


def test_import_writes_source_facts_and_report(site: Path) -> None:
    (site / "in.txt").write_text(TEXT, encoding="utf-8")
    done = import_into(site, "in.txt")
    assert done.returncode == 0, done.stderr
    folder = site / "docs" / "terms" / "2024-01-02"
    assert "## 一、范围" in (folder / "zh.md").read_text("utf-8")
    version = (folder / "version.yml").read_text("utf-8")
    assert "number: '0012'" in version
    assert "updated_on: '2024-01-02'" in version
    assert "effective_on" not in version
    rules = {note["rule"] for note in json.loads((folder / "zh.import.json").read_bytes())["notes"]}
    assert rules >= {"title", "heading-guessed", "date-missing", "kind-guessed"}
    assert run("build", "--strict", cwd=site).returncode == 0


def test_parts_of_one_text_are_joined_in_order(site: Path) -> None:
    (site / "a.txt").write_text(TEXT, encoding="utf-8")
    (site / "b.txt").write_text("1.2 其余。\n", encoding="utf-8")
    assert import_into(site, "a.txt", "b.txt").returncode == 0
    text = (site / "docs/terms/2024-01-02/zh.md").read_text("utf-8")
    assert text.index("1.1") < text.index("1.2 其余。")


def test_repairs_are_shown_and_an_editor_can_undo_them(site: Path) -> None:
    raw = TEXT.replace("全部服务。", "全部服务；**\n\n2、其余\u200b。")
    (site / "in.txt").write_bytes(raw.encode("gb18030"))
    done = import_into(site, "in.txt", format="json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["schema"] == "clausepress.import/1"
    repairs = {each["rule"]: each for each in report["repairs"]}
    assert list(repairs) == ["encoding", "stray-mark", "zero-width"]
    source = site / "docs" / "terms" / "2024-01-02" / "zh.md"
    assert "其余。" in source.read_text("utf-8")
    source.rename(site / "aside.md")
    done = import_into(site, "in.txt", undo=repairs["zero-width"]["id"])
    assert done.returncode == 0, done.stderr
    assert "line 9: left out **: it has no partner [stray-mark, id " in done.stdout
    assert "made 2 repairs, left out 1, no character lost" in done.stdout
    assert "其余\u200b。" in source.read_text("utf-8")
    stored = json.loads((source.parent / "zh.import.json").read_bytes())
    assert [each["rule"] for each in stored["undone"]] == ["zero-width"]
    assert import_into(site, "in.txt", undo="none", version="v2").returncode == 1
    flags = ("--no-repair", "--policy", "terms", "--version", "v3", "--lang", "zh")
    assert run("import", "in.txt", *flags, cwd=site).returncode == 0
    kept = site / "docs" / "terms" / "v3" / "zh.md"
    assert "全部服务；\\*\\*" in kept.read_text("utf-8")


def test_import_never_overwrites(site: Path) -> None:
    (site / "in.txt").write_text(TEXT, encoding="utf-8")
    assert import_into(site, "in.txt").returncode == 0
    source = site / "docs" / "terms" / "2024-01-02" / "zh.md"
    before = source.read_bytes()
    (site / "in.txt").write_text(TEXT + "\n1.2 新。\n", encoding="utf-8")
    done = import_into(site, "in.txt")
    assert done.returncode == 1
    assert "is not overwritten" in done.stderr
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file"),
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        ("隱私政策與條款適用於全部服務".encode("big5"), "in.txt:1: is not UTF-8"),
        (b"\xff\xfe\x00\xd8", "is not UTF-16"),
        (b"%PDF-1.7", "is a PDF"),
        (b"PK\x03\x04", "is a damaged .docx"),
        (b"a" * (50 * 1024 * 1024), "52,428,800 bytes; a source may have"),
        (b"| a | b |\n|---|---|\n| c |\n", "has 1 cells, the header has 2"),
    ],
    ids=["missing", "empty", "blank", "Big5", "UTF-16", "PDF", "docx", "50 MB", "ragged table"],
)
def test_a_bad_file_is_named_with_its_fix(site: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (site / "in.txt").write_bytes(content)
    before = contents(site)
    done = import_into(site, "in.txt")
    assert done.returncode == 1
    assert "in.txt" in done.stderr
    assert words in done.stderr
    assert "fix: " in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(site) == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"policy": "../evil"}, "cannot be the id of a policy"),
        ({"version": "2024/1"}, "cannot be the id of a version"),
        ({"version": "archive"}, "are pages of the site"),
        ({"lang": "fr"}, "no message catalog for the language 'fr'"),
    ],
)
def test_a_bad_id_writes_nothing(site: Path, options: dict[str, str], words: str) -> None:
    (site / "in.txt").write_text(TEXT, encoding="utf-8")
    before = contents(site)
    done = import_into(site, "in.txt", **options)
    assert done.returncode == 1
    assert words in done.stderr
    assert contents(site) == before


def test_an_unwritable_folder_writes_nothing(site: Path) -> None:
    (site / "in.txt").write_text(TEXT, encoding="utf-8")
    (site / "docs" / "terms").write_text("a file where the folder would be", encoding="utf-8")
    before = contents(site)
    done = import_into(site, "in.txt")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert contents(site) == before


def test_an_interrupted_import_leaves_nothing(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, written = intake.write_atomic, []

    def interrupted(path: Path, data: bytes) -> None:
        if written:
            raise KeyboardInterrupt
        real(path, data)
        written.append(path)

    imported = import_text(TEXT, lang="zh", path=site / "in.txt")
    before = contents(site)
    monkeypatch.setattr(intake, "write_atomic", interrupted)
    with pytest.raises(KeyboardInterrupt):
        intake.add_edition(site / "docs", "terms", "2024-01-02", "zh", imported)
    assert len(written) == 1
    assert contents(site) == before


def test_what_only_looks_like_markup_or_a_fact_is_text(site: Path) -> None:
    text = TEXT.replace("文档版号：0012", "平台协议") + (
        "\n1.2 若 a<b 且 c>d，或 a<b and c>d，号码 138****8000。\n\n1.3 version number: see 3.8。\n"
    )
    (site / "in.txt").write_text(text, encoding="utf-8")
    assert import_into(site, "in.txt", title="某某\n政策").returncode == 0
    folder = site / "docs" / "terms" / "2024-01-02"
    assert "number:" not in (folder / "version.yml").read_text("utf-8")
    assert run("build", "--strict", cwd=site).returncode == 0
    html = (site / "site" / "zh" / "terms" / "index.html").read_text("utf-8")
    assert "若 a&lt;b 且 c&gt;d，或 a&lt;b and c&gt;d，号码 138****8000。" in html
    assert "<h1>某某 政策</h1>" in html


def test_a_fault_in_a_source_keeps_the_old_site(site: Path) -> None:
    assert run("build", cwd=site).returncode == 0
    before = contents(site / "site")
    broken = site / "docs" / "privacy" / "2026-01-01" / "zh.md"
    broken.write_text("---\ntitle: [\n---\n\n1.1 甲\n", encoding="utf-8")
    done = run("build", cwd=site)
    assert done.returncode == 1
    assert "zh.md:2: is not valid YAML" in done.stderr
    assert "fix: " in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(site / "site") == before
    assert not (site / "site.building").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["build"], 1, "there is no such file"),
        (["serve"], 1, "there is no such file"),
        (["verify", "nothing.json"], 2, "no such file or folder"),
        (["import"], 2, "Missing argument"),
        (["import", "x.txt"], 2, "Missing option"),
        (["serve", "--port", "70000"], 2, "70000"),
        (["publish"], 2, "No such command"),
        (["check", "nowhere"], 2, "neither a file nor a text"),
        (["check"], 2, "there is no text in docs/"),
        (["build", "--fast"], 2, "No such option"),
    ],
)
def test_exit_codes(tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_receipt_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("{}", encoding="utf-8")
    done = run("verify", "r.json", cwd=tmp_path)
    assert done.returncode == 1
    assert "not a receipt" in done.stderr
