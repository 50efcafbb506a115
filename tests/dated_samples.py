"""Policies with dates, written as sources and read back."""

import json
from pathlib import Path
from typing import Any

from clausepress.archive.library import load_library
from clausepress.archive.published import Library, Policy

TEXTS = {
    "zh": "---\ntitle: 示例协议\n---\n\n## 1. 总则 {#general}\n\n本协议适用于全部用户。\n",
    "en": "---\ntitle: Example Terms\n---\n\n## 1. General {#general}\n\nThey bind us both.\n",
}


def write_policy(
    docs: Path,
    *versions: dict[str, Any],
    name: str = "terms",
    langs: str = "zh en",
    **facts: Any,
) -> Path:
    """Write a policy; each version gives the fields of its ``version.yml``, and ``langs``."""
    folder = docs / name
    folder.mkdir(parents=True)
    policy = {"id": name, "kind": "service-terms", "prevails": langs.split()[0], **facts}
    (folder / "policy.yml").write_text(json.dumps(policy, ensure_ascii=False), encoding="utf-8")
    for version in versions:
        fields = dict(version)
        here = folder / fields["id"]
        here.mkdir()
        for lang in fields.pop("langs", langs).split():
            (here / f"{lang}.md").write_text(TEXTS[lang], encoding="utf-8")
        text = json.dumps(fields, ensure_ascii=False, default=str)
        (here / "version.yml").write_text(text, encoding="utf-8")
    return docs


def read_policy(tmp_path: Path, *versions: dict[str, Any], **options: Any) -> Policy:
    """A policy as the site has it."""
    (policy,) = read_library(tmp_path, *versions, **options).policies.values()
    return policy


def read_library(tmp_path: Path, *versions: dict[str, Any], **options: Any) -> Library:
    """A library with one policy."""
    return load_library(write_policy(tmp_path / "docs", *versions, **options))
