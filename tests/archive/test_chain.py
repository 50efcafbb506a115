"""What is changed after freezing is named; no byte of the chain can be another."""

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import msgspec
import pytest
from archive_samples import (
    NOW,
    SIGNER,
    VERSIONS,
    freeze,
    make_docs,
    manifest_of,
    write,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from clausepress.archive.chain import read_chain
from clausepress.archive.head import Head, digest_of
from clausepress.archive.index import policies_json
from clausepress.archive.library import load_library
from clausepress.errors import SourceError
from clausepress.note import Malformed, Signer

OLD, NEW, NEWEST = VERSIONS
DAY = dt.date(2021, 7, 1)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return make_docs(tmp_path / "docs")


Edit = Callable[[Path], object]


def flip(name: str) -> Edit:
    def edit(docs: Path) -> None:
        path = docs / "privacy" / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    return edit


def remove(name: str) -> Edit:
    return lambda docs: (docs / "privacy" / name).unlink()


def rename(name: str, other: str) -> Edit:
    return lambda docs: (docs / "privacy" / name).rename(docs / "privacy" / other)


def recompute(docs: Path) -> None:
    """Edit a body and put its new digest into the manifest."""
    folder = docs / "privacy" / OLD / "frozen"
    body = (folder / "zh.html").read_bytes().replace("重要".encode(), "次要".encode())
    (folder / "zh.html").write_bytes(body)
    text = (folder / "manifest.json").read_text("utf-8")
    write(
        folder / "manifest.json",
        text.replace(manifest_of(docs, OLD).editions["zh"].body, digest_of(body)),
    )


def recompute_chain(docs: Path) -> None:
    """The same, with the links behind it and the head made to fit, which no key has signed."""
    recompute(docs)
    first = (docs / "privacy" / OLD / "frozen/manifest.json").read_bytes()
    second = docs / "privacy" / NEW / "frozen/manifest.json"
    manifest = msgspec.structs.replace(manifest_of(docs, NEW), previous=digest_of(first))
    second.write_bytes(msgspec.json.encode(manifest))
    forger = Signer(SIGNER.verifier.name, Ed25519PrivateKey.generate())
    head = Head("privacy", 2, digest_of(second.read_bytes()))
    write(docs / "privacy/head.note", forger.sign(str(head)))


def copy(docs: Path) -> None:
    shutil.copytree(docs / "privacy" / OLD, docs / "privacy/2022-01-01")


def add_language(docs: Path) -> None:
    write(docs / "privacy" / OLD / "en.md", "---\ntitle: Policy\n---\n\n1.1 One {#a}\n")


def older_head(docs: Path) -> None:
    head = (docs / "privacy/head.note").read_bytes()
    freeze(docs, NEWEST)
    (docs / "privacy/head.note").write_bytes(head)
    rename(f"{NEWEST}/frozen/manifest.json", "x.json")(docs)
    data = json.loads((docs / "privacy/x.json").read_text("utf-8")) | {"index": 3}
    write(docs / "privacy" / NEWEST / "frozen/manifest.json", json.dumps(data))


@pytest.mark.parametrize(
    ("edit", "file", "words"),
    [
        (flip(f"{OLD}/frozen/zh.html"), f"privacy/{OLD}/frozen/zh.html", "now has"),
        (flip(f"{OLD}/frozen/zh.json"), f"privacy/{OLD}/frozen/zh.json", "now has"),
        (flip(f"{OLD}/zh.md"), f"privacy/{OLD}/zh.md", "now has"),
        (flip(f"{OLD}/version.yml"), f"privacy/{OLD}/version.yml", "now has"),
        (
            flip(f"{NEW}/frozen/manifest.json"),
            f"privacy/{NEW}/frozen/manifest.json",
            "version control",
        ),
        (flip("head.note"), "privacy/head.note", "no signed head"),
        (remove(f"{OLD}/frozen/zh.html"), f"privacy/{OLD}/frozen/zh.html", "cannot be read"),
        (remove(f"{OLD}/frozen/zh.json"), f"privacy/{OLD}/frozen/zh.json", "cannot be read"),
        (remove(f"{OLD}/zh.md"), f"privacy/{OLD}/zh.md", "cannot be read"),
        (
            remove(f"{OLD}/frozen/manifest.json"),
            f"privacy/{NEW}/frozen/manifest.json",
            "place 0 .* is not there",
        ),
        (remove(f"{NEW}/frozen/manifest.json"), "privacy/head.note", "place 1 .* is not there"),
        (remove("head.note"), f"privacy/{NEW}/frozen/manifest.json", "the head counts 0"),
        (remove("../press.keys"), "press.keys", "no key to check"),
        (
            rename(f"{OLD}/frozen/zh.html", f"{OLD}/frozen/en.html"),
            f"privacy/{OLD}/frozen/zh.html",
            "cannot be read",
        ),
        (rename(OLD, "renamed"), "privacy/renamed/frozen/manifest.json", "copied or renamed"),
        (copy, "privacy/2022-01-01/frozen/manifest.json", "copied or renamed"),
        (add_language, f"privacy/{OLD}/en.md", "was added after"),
        (recompute, f"privacy/{OLD}/frozen/manifest.json", "was made for"),
        (recompute_chain, "privacy/head.note", "no signed head: it is signed by example.org/press"),
        (older_head, f"privacy/{NEWEST}/frozen/manifest.json", "the head counts 2"),
    ],
)
def test_whatever_is_changed_later_is_named(docs: Path, edit: Edit, file: str, words: str) -> None:
    freeze(docs, OLD)
    freeze(docs, NEW)
    edit(docs)
    with pytest.raises(SourceError, match=words) as caught:
        load_library(docs)
    assert caught.value.path == docs / file
    assert "\n  fix: " in str(caught.value)


def test_a_head_of_an_older_key_names_the_line_that_is_missing(docs: Path) -> None:
    freeze(docs, OLD)
    newer = Signer("example.org/press", Ed25519PrivateKey.generate()).verifier
    write(docs / "press.keys", f"{newer}\n{SIGNER.verifier}\n")
    assert load_library(docs).policies["privacy"].versions[0].manifest
    write(docs / "press.keys", f"{newer}\n")
    with pytest.raises(SourceError, match="whose line is missing") as caught:
        load_library(docs)
    assert caught.value.path == docs / "privacy/head.note"
    assert f"signed by {SIGNER.verifier.label}, " in str(caught.value)
    assert "put the line back" in str(caught.value)
    assert "version control" not in str(caught.value)


def test_controller_and_prevailing_language_stay_as_they_were_frozen(docs: Path) -> None:
    path = docs / "privacy/policy.yml"
    text = path.read_text("utf-8")
    write(path, f"{text}controller: {{zh: 甲公司}}\n")
    freeze(docs, OLD)
    write(path, f"{text.replace('prevails: zh', 'prevails: en')}controller: {{zh: 乙公司}}\n")
    policy = load_library(docs).policies["privacy"]
    old, *_, newest = policy.versions
    assert (policy.controller(old), policy.prevails(old)) == ({"zh": "甲公司"}, "zh")
    assert (policy.controller(newest), policy.prevails(newest)) == ({"zh": "乙公司"}, "en")
    index = json.loads(policies_json(load_library(docs), DAY))["policies"][0]
    said = {each["id"]: (each["controller"]["zh"], each["prevails"]) for each in index["versions"]}
    assert (said[OLD], said[NEWEST]) == (("甲公司", "zh"), ("乙公司", "en"))


def test_a_file_altered_behind_a_loaded_library_is_not_published(docs: Path) -> None:
    freeze(docs, OLD)
    (version, *_) = load_library(docs).policies["privacy"].versions
    flip(f"{OLD}/frozen/zh.html")(docs)
    flip(f"{OLD}/frozen/zh.json")(docs)
    published = version.editions["zh"]
    for name in ("body", "edition"):
        with pytest.raises(SourceError, match="now has"):
            getattr(published, name)


@settings(max_examples=10, deadline=None)
@given(st.permutations(VERSIONS), st.randoms(use_true_random=False))
def test_any_changed_byte_breaks_the_chain(order: list[str], random: Random) -> None:
    """Manifests and head, frozen in any order: no byte of them may be another."""
    with tempfile.TemporaryDirectory() as folder:
        docs = make_docs(Path(folder) / "docs")
        for place, version in enumerate(order):
            freeze(docs, version, NOW + dt.timedelta(minutes=place))
        keys = (SIGNER.verifier,)
        chain = read_chain(docs / "privacy", keys)
        assert [link.manifest.version for link in chain.links] == order
        assert not chain.pending
        for path in (docs / "privacy/head.note", *(link.path for link in chain.links)):
            before = path.read_bytes()
            for _ in range(20):
                changed = bytearray(before)
                changed[random.randrange(len(before))] ^= random.randrange(1, 256)
                path.write_bytes(changed)
                with pytest.raises(SourceError):
                    read_chain(docs / "privacy", keys)
            path.write_bytes(before)
        assert read_chain(docs / "privacy", keys) == chain


names = st.text(st.characters(categories=["Ll", "Nd"]), min_size=1)


@given(names, st.integers(1, 10**15), st.binary(min_size=32, max_size=32))
def test_heads_round_trip(policy: str, size: int, digest: bytes) -> None:
    head = Head(policy, size, f"sha256:{digest.hex()}")
    assert Head.parse(str(head)) == head


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clausepress.manifests/p\n1\n", "three lines"),
        ("other/p\n1\nAAAA\n", "three lines"),
        (f"clausepress.manifests/p\n0\n{'A' * 43}=\n", "counts one"),
        ("clausepress.manifests/p\n1\nAAAA\n", "32 bytes"),
        (f"clausepress.manifests/p\n01\n{'A' * 43}=\n", "leading zeroes"),
    ],
)
def test_malformed_heads(text: str, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        Head.parse(text)
