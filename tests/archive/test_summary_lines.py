"""The summary of a version: short, and every line cites a clause."""

import json
from pathlib import Path

import pytest

from clausepress.archive.library import load_library
from clausepress.errors import SourceError


def written(folder: Path, summary: object) -> Path:
    version = folder / "terms" / "v1"
    version.mkdir(parents=True)
    policy = {"id": "terms", "kind": "service-terms", "prevails": "zh"}
    (folder / "terms/policy.yml").write_text(json.dumps(policy), encoding="utf-8")
    facts = json.dumps({"id": "v1", "summary": summary})
    (version / "version.yml").write_text(facts, encoding="utf-8")
    text = "---\ntitle: 条款\n---\n\n1. 文件保存三十日。 {#keeping}\n"
    (version / "zh.md").write_text(text, encoding="utf-8")
    return folder


def line(text: str = "保存三十日。", clause: str = "keeping") -> dict[str, str]:
    return {"text": text, "clause": clause}


def test_a_summary_of_up_to_three_lines_is_read(tmp_path: Path) -> None:
    library = load_library(written(tmp_path, {"zh": [line(), line(), line()]}))
    [version] = library.policies["terms"].versions
    assert [each.clause for each in version.file.summary["zh"]] == ["keeping"] * 3


@pytest.mark.parametrize(
    ("summary", "message"),
    [
        ({"zh": [line()] * 4}, "summary.zh has 4 lines"),
        ({"zh": []}, "summary.zh has 0 lines"),
        ({"zh": [line(clause="nowhere")]}, "no clause 'nowhere' in zh.md"),
        ({"zh": [line(), line(" ")]}, "summary.zh.1: no text"),
        ({"en": [line()]}, "no edition in 'en'"),
        ({"zh": [{"text": "无出处。"}]}, "clause"),
    ],
)
def test_what_cites_no_clause_is_refused(tmp_path: Path, summary: object, message: str) -> None:
    with pytest.raises(SourceError, match=message) as found:
        load_library(written(tmp_path, summary))
    assert "fix: " in str(found.value)
