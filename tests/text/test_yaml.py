"""A mistake in a YAML file is told with its line, its field and the fix."""

from pathlib import Path

import pytest

from clausepress.archive.model import VersionFile
from clausepress.errors import SourceError
from clausepress.text.yaml import load_yaml

SUMMARY = """\
id: v1
summary:
  zh:
    - {text: 文件保存三十日。, clause: keeping}
  en:
    - {text: Files are kept for thirty days., clause: keeping}
"""


@pytest.mark.parametrize(
    ("line", "at", "message", "fix"),
    [
        (
            "    - text: Passwords are yours.\n",
            7,
            "summary.en.1: missing required field 'clause'",
            "add the field 'clause'",
        ),
        (
            "    - {text: Passwords are yours., clauses: password}\n",
            7,
            "summary.en.1.clauses: the file contains unknown field 'clauses'",
            "remove it or correct its name; fields here are: text, clause",
        ),
        (
            "change_note:\n  zh: 一\n  en: [one]\n",
            9,
            "change_note.en: Expected 'str', got 'array'",
            "correct the value",
        ),
        (
            "not_material:\n  fees: 一\n  nonsense: 二\n",
            9,
            "not_material.nonsense: this value is not known",
            "correct the value",
        ),
    ],
)
def test_a_mistake_below_a_key_of_the_authors_names_the_key(
    line: str, at: int, message: str, fix: str
) -> None:
    with pytest.raises(SourceError) as found:
        load_yaml(SUMMARY + line, Path("version.yml")).convert(VersionFile)
    assert str(found.value) == f"version.yml:{at}: {message}\n  fix: {fix}"
