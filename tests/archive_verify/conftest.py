"""A frozen archive of two policies, four versions, made by the real freezing."""

import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from verify_samples import EN, NOW, ZH, publish, write

from clausepress.archive.freeze import freeze_version
from clausepress.archive.library import load_library
from clausepress.archive.manifest import Gate
from clausepress.note import Signer


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
    """The frozen archive as a site."""
    return publish(frozen, tmp_path / "site")
