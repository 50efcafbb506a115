"""The widgets as a site serves them: small, whole, and known by their digests."""

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path

import brotli
import pytest
from click.testing import CliRunner

from clausepress import __version__
from clausepress.cli import cli
from clausepress.errors import ClausepressError
from clausepress.site.widgets import built_widgets

WIDGETS = Path(__file__).parents[2] / "widgets"
LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module")
def built() -> dict[str, bytes]:
    return built_widgets(WIDGETS)


def test_who_has_chosen_before_pays_a_kilobyte(built: dict[str, bytes]) -> None:
    assert len(brotli.compress(built["clausepress.js"])) <= 1024


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_first_visit_pays_for_two_files(built: dict[str, bytes], lang: str) -> None:
    """Loader, and the choice with settings, queue and words of one language."""
    files = (built["clausepress.js"], built[f"cookies.{lang}.js"])
    assert sum(len(brotli.compress(file)) for file in files) < 11_100


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_is_left_behind(built: dict[str, bytes], lang: str) -> None:
    catalog = json.loads((WIDGETS / "messages" / f"{lang}.json").read_text("utf-8"))
    files = b"".join(data for name, data in built.items() if name.endswith(f".{lang}.js")).decode()
    missing = [key for key, text in catalog.items() if f'"{key}":{quoted(text)}' not in files]
    assert missing == []


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def test_every_file_that_is_asked_for_is_there(built: dict[str, bytes]) -> None:
    for name, data in built.items():
        for found in re.findall(r"""(?:from|import\()"\./([^"]+)""", data.decode()):
            assert found in built, f"{name} asks for {found}"


def test_comments_are_left_out(built: dict[str, bytes]) -> None:
    assert not any(b"/**" in data or b"\n//" in data for data in built.values())


def test_the_digests_are_those_of_the_files(built: dict[str, bytes], tmp_path: Path) -> None:
    index = json.loads(built["integrity.json"])
    assert index["version"] == __version__
    assert index["files"].keys() | {"integrity.json"} == built.keys()
    done = CliRunner().invoke(cli, ["widgets", str(tmp_path / "out")], catch_exceptions=False)
    for line in done.output.splitlines():
        told, name = line.split("  ")
        digest = hashlib.sha384((tmp_path / "out" / name).read_bytes()).digest()
        assert told == "sha384-" + base64.b64encode(digest).decode() == index["files"][name]
    assert {path.name for path in (tmp_path / "out").iterdir()} == built.keys()


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("gate.js", "import {", "import gate, {", "cannot be put into one file"),
        ("store.js", "export function later", "export default function later", "into one file"),
        ("clausepress.js", "const file =", "const path =", "the place where a build"),
        ("fetched.js", "export const texts", "export const words", "the place where a build"),
    ],
)
def test_a_module_written_otherwise_is_refused(
    tmp_path: Path, name: str, old: str, new: str, words: str
) -> None:
    folder = shutil.copytree(WIDGETS, tmp_path / "widgets")
    source = (folder / name).read_text("utf-8")
    assert old in source
    (folder / name).write_text(source.replace(old, new, 1), "utf-8")
    with pytest.raises(ClausepressError, match=words) as caught:
        built_widgets(folder)
    assert name in str(caught.value)
