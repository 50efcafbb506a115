"""A small archive: three versions of a policy, and the key of its press."""

import datetime as dt
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clausepress.archive.freeze import Freezing, freeze_version
from clausepress.archive.library import load_library
from clausepress.archive.manifest import Gate, Manifest
from clausepress.note import Signer

SIGNER = Signer("example.org/press", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
NOW = dt.datetime(2021, 2, 1, 8, 30, tzinfo=dt.UTC)
GATE = Gate(historic="published before")
VERSIONS = ("2019-09-16", "2021-01-25", "2021-06-01")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def make_docs(root: Path) -> Path:
    """Three unfrozen versions of ``privacy``, the newest in both languages."""
    write(
        root / "privacy/policy.yml",
        "id: privacy\nkind: privacy-policy\nprevails: zh\ntitle: {zh: 政策, en: Policy}\n",
    )
    for version in VERSIONS:
        write(
            root / "privacy" / version / "version.yml",
            f"id: {version}\nupdated_on: {version}\neffective_on: {version}\n",
        )
        text = f"1.1 版本{version}的**重要**条款。 {{#a}}\n\n1.2 其余条款。 {{#b}}\n"
        write(root / "privacy" / version / "zh.md", f"---\ntitle: 政策\n---\n\n{text}")
    write(
        root / "privacy" / VERSIONS[-1] / "en.md",
        f"---\ntitle: Policy\ntranslates: {VERSIONS[-1]} zh\n---\n\n1.1 **One** {{#a}}\n",
    )
    write(root / "press.keys", f"# keys of the press\n{SIGNER.verifier}\n")
    return root


def freeze(docs: Path, version: str, now: dt.datetime = NOW) -> Freezing:
    return freeze_version(load_library(docs), "privacy", version, SIGNER, GATE, now)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def manifest_of(docs: Path, version: str) -> Manifest:
    """The manifest of a frozen version."""
    data = (docs / "privacy" / version / "frozen/manifest.json").read_bytes()
    return msgspec.json.decode(data, type=Manifest)
