"""Freezing: whole or not at all, once only, in a chain that any change breaks."""

import datetime as dt
import hashlib
import shutil
from pathlib import Path

import msgspec
import pytest
from archive_samples import (
    GATE,
    NOW,
    SIGNER,
    VERSIONS,
    freeze,
    make_docs,
    manifest_of,
    snapshot,
    write,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clausepress.archive import checks
from clausepress.archive.freeze import freeze_version
from clausepress.archive.head import Head, digest_of
from clausepress.archive.index import edition_json, policies_json
from clausepress.archive.library import load_library
from clausepress.archive.manifest import Manifest
from clausepress.errors import ClausepressError, SourceError
from clausepress.note import Signer, open_note

OLD, NEW, NEWEST = VERSIONS
DAY = dt.date(2021, 7, 1)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return make_docs(tmp_path / "docs")


def test_a_frozen_version_is_what_was_published(docs: Path) -> None:
    before = load_library(docs)
    policy = before.policies["privacy"]
    index = policies_json(before, DAY)
    bodies = {lang: each.body for lang, each in policy.versions[-1].editions.items()}
    editions = {lang: edition_json(policy, policy.versions[-1], lang) for lang in bodies}
    done = freeze(docs, NEWEST)
    folder = docs / "privacy" / NEWEST
    assert done.files == (
        *(folder / "frozen" / name for name in ("en.html", "en.json", "zh.html", "zh.json")),
        folder / "frozen/manifest.json",
        docs / "privacy/head.note",
    )
    for lang, body in bodies.items():
        assert (folder / f"frozen/{lang}.html").read_text("utf-8") == body
        assert (folder / f"frozen/{lang}.json").read_bytes() == editions[lang]
        digest = hashlib.sha256((folder / f"{lang}.md").read_bytes()).hexdigest()
        assert done.manifest.editions[lang].source == f"sha256:{digest}"
    assert done.manifest == manifest_of(docs, NEWEST)
    assert done.manifest.frozen_at == NOW
    assert done.manifest.gate == GATE
    after = load_library(docs)
    policy = after.policies["privacy"]
    assert policies_json(after, DAY) == index
    frozen = policy.versions[-1]
    assert frozen.manifest == done.manifest
    assert [each.manifest for each in policy.versions[:-1]] == [None, None]
    for lang, published in frozen.editions.items():
        assert published.body == bodies[lang]
        assert edition_json(policy, frozen, lang) == editions[lang]
        assert published.edition == before.policies["privacy"].versions[-1].editions[lang].edition
        assert published.has_clause("a")
        assert not published.has_clause("z")


def test_the_head_is_signed_over_the_last_manifest(docs: Path) -> None:
    freeze(docs, OLD)
    freeze(docs, NEW)
    text = open_note((docs / "privacy/head.note").read_text("utf-8"), SIGNER.verifier)
    data = (docs / "privacy" / NEW / "frozen/manifest.json").read_bytes()
    assert Head.parse(text) == Head("privacy", 2, digest_of(data))
    assert text.startswith("clausepress.manifests/privacy\n2\n")
    first = (docs / "privacy" / OLD / "frozen/manifest.json").read_bytes()
    assert (manifest_of(docs, NEW).index, manifest_of(docs, NEW).previous) == (1, digest_of(first))


def test_a_frozen_text_is_not_rendered_again(docs: Path) -> None:
    """A later program may render another body; the frozen one stays."""
    freeze(docs, OLD)
    folder = docs / "privacy" / OLD / "frozen"
    body = (folder / "zh.html").read_bytes().replace(b"\n", b"\n<!-- older program -->\n", 1)
    manifest = manifest_of(docs, OLD)
    (folder / "zh.html").write_bytes(body)
    editions = {"zh": msgspec.structs.replace(manifest.editions["zh"], body=digest_of(body))}
    resign(docs, OLD, msgspec.structs.replace(manifest, editions=editions))
    (version, *_) = load_library(docs).policies["privacy"].versions
    assert version.editions["zh"].body.encode() == body


def resign(docs: Path, version: str, manifest: Manifest) -> None:
    data = msgspec.json.encode(manifest)
    (docs / "privacy" / version / "frozen/manifest.json").write_bytes(data)
    head = Head("privacy", manifest.index + 1, digest_of(data))
    write(docs / "privacy/head.note", SIGNER.sign(str(head)))


@pytest.mark.parametrize("version", [OLD, NEW])
def test_a_version_is_frozen_once(docs: Path, version: str) -> None:
    freeze(docs, OLD)
    freeze(docs, NEW)
    before = snapshot(docs)
    with pytest.raises(SourceError, match=r"not overwritten\n  fix: a correction is a new version"):
        freeze(docs, version)
    assert snapshot(docs) == before


def test_versions_may_be_frozen_in_any_order(docs: Path) -> None:
    for version in (NEWEST, OLD, NEW):
        freeze(docs, version)
    policy = load_library(docs).policies["privacy"]
    assert [each.manifest.index for each in policy.versions if each.manifest] == [1, 2, 0]


def test_a_clock_set_back_is_refused(docs: Path) -> None:
    freeze(docs, OLD)
    before = snapshot(docs)
    with pytest.raises(SourceError, match="check the clock"):
        freeze(docs, NEW, NOW - dt.timedelta(seconds=1))
    assert snapshot(docs) == before
    freeze(docs, NEW, NOW.astimezone(dt.timezone(dt.timedelta(hours=8))))
    assert manifest_of(docs, NEW).frozen_at == NOW


def test_a_run_that_was_killed_is_finished(docs: Path) -> None:
    freeze(docs, OLD)
    head = (docs / "privacy/head.note").read_bytes()
    freeze(docs, NEW)
    whole = snapshot(docs)
    # Killed between the two renames, with another killed run's folder left about.
    (docs / "privacy/head.note").write_bytes(head)
    write(docs / "privacy/.freezing-left/frozen/zh.html", "<p>")
    library = load_library(docs)
    assert [bool(each.manifest) for each in library.policies["privacy"].versions] == [
        True,
        False,
        False,
    ]
    with pytest.raises(SourceError, match=f"finish it first: clausepress freeze privacy/{NEW}"):
        freeze(docs, NEWEST)
    done = freeze(docs, NEW, NOW + dt.timedelta(hours=1))
    assert done.finished
    assert snapshot(docs) == whole


def test_a_run_that_was_killed_is_not_finished_over_an_edited_source(docs: Path) -> None:
    freeze(docs, OLD)
    (docs / "privacy/head.note").unlink()
    source = docs / "privacy" / OLD / "zh.md"
    write(source, source.read_text("utf-8").replace("其余", "别的"))
    with pytest.raises(SourceError, match="its files have changed since") as caught:
        freeze(docs, OLD)
    assert str(source) in str(caught.value)
    shutil.rmtree(docs / "privacy" / OLD / "frozen")
    freeze(docs, OLD)
    assert "别的" in (docs / "privacy" / OLD / "frozen/zh.html").read_text("utf-8")


def test_what_changes_while_it_is_frozen_is_not_frozen(docs: Path) -> None:
    library = load_library(docs)
    for name, text in (
        ("zh.md", "---\ntitle: 政策\n---\n\n1.1 另一条。 {#a}\n"),
        ("version.yml", f"id: {OLD}\nnumber: '2'\n"),
        ("en.md", "---\ntitle: Policy\n---\n\n1.1 One {#a}\n"),
    ):
        path = docs / "privacy" / OLD / name
        before = path.read_bytes() if path.exists() else None
        write(path, text)
        with pytest.raises(SourceError, match="was changed while it was being frozen"):
            freeze_version(library, "privacy", OLD, SIGNER, GATE, NOW)
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
    assert not list(docs.rglob("*frozen*"))
    assert not list(docs.rglob(".freezing*"))


@pytest.mark.parametrize(
    ("policy", "version", "words"),
    [
        ("nope", OLD, "name one of: privacy"),
        ("privacy", "nope", f"name one of: {OLD}, {NEW}, {NEWEST}"),
    ],
)
def test_what_is_not_there_is_not_frozen(docs: Path, policy: str, version: str, words: str) -> None:
    with pytest.raises(ClausepressError, match=words):
        freeze_version(load_library(docs), policy, version, SIGNER, GATE, NOW)


def test_a_key_that_readers_do_not_know_signs_nothing(docs: Path) -> None:
    stranger = Signer("example.org/press", Ed25519PrivateKey.generate())
    with pytest.raises(SourceError, match="does not list the key"):
        freeze_version(load_library(docs), "privacy", OLD, stranger, GATE, NOW)
    write(docs / "press.keys", f"{stranger.verifier}\n{SIGNER.verifier}\n")
    freeze(docs, OLD)  # signed by the second of two
    freeze_version(load_library(docs), "privacy", NEW, stranger, GATE, NOW)
    assert load_library(docs).policies["privacy"].versions[1].manifest


def test_a_broken_list_of_keys_names_its_line(docs: Path) -> None:
    write(docs / "press.keys", f"# keys\n{SIGNER.verifier}x\n")
    with pytest.raises(SourceError) as caught:
        load_library(docs)
    assert (caught.value.path, caught.value.line) == (docs / "press.keys", 2)


def test_a_folder_named_frozen_without_a_manifest_is_left_alone(docs: Path) -> None:
    write(docs / "privacy" / OLD / "frozen/zh.html", "mine")
    before = snapshot(docs)
    with pytest.raises(SourceError, match=r"is there without a manifest\.json"):
        freeze(docs, OLD)
    assert snapshot(docs) == before


def test_unfrozen_versions_are_told_once_freezing_began(docs: Path) -> None:
    freeze(docs, OLD)
    assert checks.warn_unfrozen(load_library(docs), dt.date(2021, 2, 1)) == [
        f"{docs / 'privacy' / NEW}: published but not frozen: run clausepress freeze privacy/{NEW}"
    ]
    freeze(docs, NEW)
    assert checks.warn_unfrozen(load_library(docs), dt.date(2021, 2, 1)) == []
    other = make_docs(docs.parent / "other")
    (other / "press.keys").unlink()
    assert checks.warn_unfrozen(load_library(other), DAY) == []


def test_a_policy_with_one_version_and_versions_of_one_day(docs: Path) -> None:
    shutil.rmtree(docs / "privacy" / NEW)
    shutil.rmtree(docs / "privacy" / NEWEST)
    freeze(docs, OLD)
    twin = docs / "privacy/twin"
    write(twin / "version.yml", f"id: twin\nupdated_on: {OLD}\neffective_on: {OLD}\n")
    write(twin / "zh.md", "---\ntitle: 政策\n---\n\n1.1 同日的条款。 {#a}\n")
    freeze(docs, "twin")
    policy = load_library(docs).policies["privacy"]
    assert policy.statuses(DAY) == {OLD: "superseded", "twin": "effective"}
