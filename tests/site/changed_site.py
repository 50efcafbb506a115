"""A site whose one policy changes from version to version, the last of them a draft."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from clausepress.archive.lifecycle import today

DAY = dt.timedelta(days=1)
CONFIG = """site_name: Policies
theme: {name: material, language: zh, palette: [
  {media: "(prefers-color-scheme: light)", scheme: default},
  {media: "(prefers-color-scheme: dark)", scheme: slate}]}
plugins: [clausepress]
"""
_ZH = """---
title: 托管协议
---

本协议由您与青山公司签订。

## 一、服务

1.1 我们保存您的文件，保存期为 30 日。

1.2 您可以随时导出文件，导出免收费用。

1.3 旧设备不再支持。

## 二、责任

2.1 **<u>因您保管密码不善造成的损失，由您承担。</u>**
"""
_EN = """---
title: Hosting Terms
---

## 1. Service

1.1 We keep your files for 30 days.

1.2 You may export your files at any time, free of charge.

1.3 Old devices are no longer supported.

## 2. Liability

2.1 **<u>You bear any loss caused by a badly kept password.</u>**
"""
_EDITS: dict[str, list[tuple[str, str]]] = {
    "v2": [
        ("30 日", "45 日"),
        ("30 days", "45 days"),
        ("\n1.3 旧设备不再支持。\n", ""),
        ("\n1.3 Old devices are no longer supported.\n", ""),
    ],
    "v3": [
        ("1.2 您", "1.2 文件存放在中国境内。\n\n1.3 您"),
        ("1.2 You", "1.2 Files are stored in China.\n\n1.3 You"),
        ("**<u>", ""),
        ("</u>**", ""),
    ],
    "v4": [("免收费用", "每次收费一元"), ("free of charge", "for one yuan each")],
    "v5": [("青山公司", "尚未公布的公司"), ("Hosting", "Unannounced")],
}


def versions() -> dict[str, dict[str, Any]]:
    """Facts of each version: two old ones, one in force, one announced, a draft."""
    now = today()
    return {
        "v1": {"effective_on": "2019-09-16"},
        "v2": {
            "effective_on": "2021-01-25",
            "material_kinds": ["service-mode"],
            "change_note": {"zh": "保存期延长。", "en": "Files are kept longer."},
        },
        "v3": {"effective_on": "2023-05-01", "change_note": {"en": "Where files are stored."}},
        "v4": {"announced_on": now - DAY, "effective_on": now + 9 * DAY},
        "v5": {"announced_on": now + 30 * DAY, "effective_on": now + 60 * DAY},
    }


def write_site(folder: Path) -> Path:
    """Write the site and return its configuration."""
    policy = {"id": "terms", "kind": "service-terms", "prevails": "zh"}
    write(folder / "docs/terms/policy.yml", json.dumps(policy))
    texts = {"zh": _ZH, "en": _EN}
    for name, facts in versions().items():
        for lang, text in texts.items():
            for old, new in _EDITS.get(name, ()):
                text = text.replace(old, new)
            texts[lang] = text
            write(folder / f"docs/terms/{name}/{lang}.md", text)
        write_facts(folder, name, facts)
    write(folder / "mkdocs.yml", CONFIG)
    return folder / "mkdocs.yml"


def write_facts(folder: Path, name: str, facts: dict[str, Any]) -> None:
    """Write the facts of a version."""
    text = json.dumps({"id": name, **facts}, ensure_ascii=False, default=str)
    write(folder / f"docs/terms/{name}/version.yml", text)


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
