"""A frozen archive of two policies, three versions, made by the real freezing."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clausepress.archive.freeze import freeze_version
from clausepress.archive.index import policies_json
from clausepress.archive.library import load_library
from clausepress.archive.manifest import Gate
from clausepress.note import Signer
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


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer("press.example", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture(scope="session")
def frozen(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> Path:
    """The archive as it was frozen; nobody writes into it."""
    docs = tmp_path_factory.mktemp("frozen") / "docs"
    versions = {
        "privacy": {"2019-01-01": 30, "2020-01-01": 60, "2021-01-01": 90},
        "terms": {"v1": 7},
    }
    write(docs / "press.keys", f"# the press\n{signer.verifier}\n")
    for policy, each in versions.items():
        write(
            docs / policy / "policy.yml",
            f"id: {policy}\nkind: privacy-policy\nprevails: zh\ntitle: {{zh: 政策, en: Policy}}\n",
        )
        for at, (version, number) in enumerate(each.items()):
            folder = docs / policy / version
            write(folder / "version.yml", f"id: {version}\neffective_on: {2019 + at}-01-01\n")
            write(folder / "zh.md", ZH.replace("{number}", str(number)))
            text = EN.replace("{number}", str(number)).replace("{version}", version)
            write(folder / "en.md", text)
    for policy, each in versions.items():
        for version in each:
            freeze_version(load_library(docs), policy, version, signer, Gate(), NOW)
    return docs


@pytest.fixture
def docs(frozen: Path, tmp_path: Path) -> Path:
    """A copy of the frozen archive to spoil."""
    return Path(shutil.copytree(frozen, tmp_path / "docs"))


@pytest.fixture
def site(frozen: Path, tmp_path: Path) -> Path:
    """A site as a build publishes it, shells of its pages aside."""
    library = load_library(frozen)
    root = tmp_path / "site"
    root.mkdir()
    (root / "policies.json").write_bytes(policies_json(library, NOW.date()))
    for policy in library.policies.values():
        current = policy.current(NOW.date())
        for version in policy.versions:
            source, target = frozen / policy.id / version.id / "frozen", root / "archive"
            shutil.copytree(source, target / policy.id / version.id)
            for lang in version.editions:
                page = root / lang / policy.id / version.id
                body = (source / f"{lang}.html").read_text(encoding="utf-8")
                write(page / "index.html", SHELL.format(body))
                shutil.copy(source / f"{lang}.json", page / "edition.json")
                if version is current:
                    write(page.parent / "index.html", SHELL.format(current_body(body)))
        shutil.copy(frozen / policy.id / "head.note", root / "archive" / policy.id)
    shutil.copy(frozen / "press.keys", root / "archive")
    return root
