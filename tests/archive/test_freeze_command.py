"""``clausepress keygen`` and ``clausepress freeze`` on a site."""

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from archive_samples import (
    VERSIONS,
    make_docs,
    manifest_of,
    snapshot,
    write,
)
from commands import run

from clausepress.archive.manifest import Gate

OLD, NEW, NEWEST = VERSIONS
DAY = dt.date(2021, 7, 1)


def clausepress(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return run(*args, cwd=folder)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    docs = make_docs(tmp_path / "docs")
    (docs / "press.keys").unlink()
    write(
        tmp_path / "mkdocs.yml",
        "site_name: Policies\ntheme: {name: material}\nplugins: [clausepress]\n",
    )
    return tmp_path


def test_keygen_freeze_and_freeze_again(site: Path) -> None:
    made = clausepress(site, "keygen", "--name", "example.org")
    assert made.returncode == 0, made.stderr
    key = site / "press.key"
    assert key.stat().st_mode & 0o777 == 0o600
    listed = (site / "docs/press.keys").read_text("utf-8")
    assert listed in made.stdout.replace("verifier key: ", "\n")
    assert listed.startswith("example.org+")
    assert key.read_text("utf-8").strip() not in made.stdout

    refused = clausepress(site, "keygen")
    assert refused.returncode == 1
    assert "not overwritten" in refused.stderr
    assert (site / "docs/press.keys").read_text("utf-8") == listed

    done = clausepress(site, "freeze", f"privacy/{OLD}", "--historic", "published on paper")
    assert done.returncode == 0, done.stderr
    assert f"frozen privacy/{OLD}, number 1 of privacy" in done.stdout
    assert manifest_of(site / "docs", OLD).gate == Gate(historic="published on paper")
    again = clausepress(site, "freeze", f"privacy/{OLD}")
    assert again.returncode == 1
    assert "a correction is a new version" in again.stderr
    assert clausepress(site, "freeze", "privacy").returncode == 2

    key.chmod(0o640)
    assert "may be read by others" in clausepress(site, "freeze", f"privacy/{NEW}").stderr


def test_the_gate_is_asked(site: Path) -> None:
    assert clausepress(site, "keygen").returncode == 0
    refused = clausepress(site, "freeze", f"privacy/{NEWEST}")
    assert refused.returncode == 1
    assert f"docs/privacy/{NEWEST}/version.yml: the gate does not let it pass" in refused.stderr
    assert "clause 9.1: a version is announced 7 days before" in refused.stderr
    assert "\n    fix: " in refused.stderr
    assert not list((site / "docs").rglob("frozen"))
    write(
        site / "docs/privacy" / OLD / "version.yml",
        f"id: {OLD}\nannounced_on: 2019-09-09\neffective_on: 2999-09-16\nuntranslated: [en]\n"
        "material_kinds: [contacts]\nchange_note: {zh: 联系方式有变。, en: New contacts.}\n",
    )
    done = clausepress(site, "freeze", f"privacy/{OLD}")
    assert done.returncode == 0, done.stderr
    stated = "announced on 2019-09-09, as version.yml states; first frozen today, "
    assert [line[:-10] for line in done.stdout.splitlines() if "announced" in line] == [stated]
    assert manifest_of(site / "docs", OLD).gate == Gate(kinds=("contacts",))


def test_a_new_site_keeps_secret_keys_out_of_git_and_line_ends_as_they_are(tmp_path: Path) -> None:
    assert clausepress(tmp_path, "new", "shop").returncode == 0
    assert "*.key" in (tmp_path / "shop/.gitignore").read_text("utf-8").splitlines()
    assert (tmp_path / "shop/.gitattributes").read_text("utf-8") == "docs/** -text\n"


def test_a_second_key_is_added_to_the_first(site: Path) -> None:
    for name in ("one", "two"):
        made = clausepress(site, "keygen", "--name", name, "--output", f"{name}.key")
        assert made.returncode == 0, made.stderr
    keys = (site / "docs/press.keys").read_text("utf-8").splitlines()
    assert [key.split("+")[0] for key in keys] == ["one", "two"]
    older = "+".join(keys[0].split("+")[:2])
    assert f"Heads signed by {older} stay valid" in made.stdout
    assert "leave every line in press.keys" in made.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--output", "docs/privacy/press.key"), "which is published"),
        (("--output", "site/press.key"), "which is published"),
        (("--output", "link/press.key"), "which is published"),
        (("--output", "nowhere/press.key"), "cannot be written"),
        (("--name", "two words"), "--name is a word"),
        (("--name", "a+b"), "--name is a word"),
    ],
)
def test_a_key_is_not_made_where_it_would_be_published(
    site: Path, args: tuple[str, str], words: str
) -> None:
    (site / "link").symlink_to(site / "docs")
    before = snapshot(site)
    made = clausepress(site, "keygen", *args)
    assert (made.returncode, words in made.stderr) == (1, True), made.stderr
    assert snapshot(site) == before


def test_a_strict_build_wants_published_versions_frozen(site: Path) -> None:
    assert clausepress(site, "build", "--strict").returncode == 0
    assert clausepress(site, "keygen").returncode == 0
    for version in VERSIONS[:2]:
        freezing = clausepress(site, "freeze", f"privacy/{version}", "--historic", "before")
        assert freezing.returncode == 0, freezing.stderr
    built = clausepress(site, "build", "--strict")
    assert built.returncode == 1
    assert f"published but not frozen: run clausepress freeze privacy/{NEWEST}" in built.stderr
    clausepress(site, "freeze", f"privacy/{NEWEST}", "--historic", "before")
    policy = site / "docs/privacy/policy.yml"
    write(policy, policy.read_text("utf-8").replace("prevails: zh", "prevails: en"))
    assert clausepress(site, "build", "--strict").returncode == 0
    english = (site / "site/en/privacy" / NEWEST / "index.html").read_text("utf-8")
    assert "This edition is a translation." in english  # as it was when it was frozen
    frozen = (site / "docs/privacy" / OLD / "frozen/zh.html").read_bytes()
    page = (site / "site/zh/privacy" / OLD / "index.html").read_bytes()
    assert frozen.strip() in page
    assert not list((site / "site").rglob("*.key"))
