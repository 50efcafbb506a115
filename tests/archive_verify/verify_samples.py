"""Texts of the archive that is verified, and the site made from it."""

import datetime as dt
import shutil
from pathlib import Path

from clausepress.archive.index import edition_json, policies_json
from clausepress.archive.library import load_library
from clausepress.site.pages.edition import current_body

NOW = dt.datetime(2026, 5, 1, 8, 0, tzinfo=dt.UTC)

ZH = """---
title: 隐私政策
---

本政策说明我们怎样处理您的信息。

## 1. 范围 {#scope}

1.1 我们在中国境内提供服务。{#c11}

1.2 **<u>我们收集您的手机号码 {number} 天。</u>** {#c12}

| 字段 | 用途 |
|---|---|
| 手机号码 | 登录 |
| 地址 | 送货 |

## 2. 联系 {#contact}

2.1 您可以写信给 [客服](mailto:care@shop.example)。{#c21}
"""

EN = """---
title: Privacy policy
translates: {version} zh
---

## 1. Scope {#scope}

1.1 We serve people in China. {#c11}

1.2 **<u>We keep your telephone number for {number} days.</u>** {#c12}
"""


SHELL = "<html><head><title>x</title><script>1 < 2</script></head><body>\n{}\n</body></html>\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def publish(docs: Path, root: Path) -> Path:
    """Make a site as a build publishes it, shells of its pages aside."""
    library = load_library(docs).public(NOW.date())
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    (root / "policies.json").write_bytes(policies_json(library, NOW.date()))
    for policy in library.policies.values():
        current = policy.current(NOW.date())
        for version in policy.versions:
            if version.manifest:
                frozen = docs / policy.id / version.id / "frozen"
                shutil.copytree(frozen, root / "archive" / policy.id / version.id)
            for lang, published in version.editions.items():
                page = root / lang / policy.id / version.id
                write(page / "index.html", SHELL.format(published.body))
                (page / "edition.json").write_bytes(edition_json(policy, version, lang))
                if version is current:
                    write(page.parent / "index.html", SHELL.format(current_body(published.body)))
        if (docs / policy.id / "head.note").exists():
            shutil.copy(docs / policy.id / "head.note", root / "archive" / policy.id)
    shutil.copy(docs / "press.keys", root / "archive")
    return root


def add_version(docs: Path, policy: str, version: str, facts: str) -> Path:
    """Write a version that nobody freezes; returns its folder."""
    folder = docs / policy / version
    write(folder / "version.yml", f"id: {version}\n{facts}\n")
    write(folder / "zh.md", ZH.replace("{number}", "120"))
    write(folder / "en.md", EN.replace("{number}", "120").replace("{version}", version))
    return folder
