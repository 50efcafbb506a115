"""A log seen from outside: paths of tiles, consistency by tiles, what a witness keeps."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.errors import ClausepressError
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.errors import LogContradicted, LogUnreadable
from clausepress.ledger.keys import Keys, generate
from clausepress.ledger.merkle import TILE_WIDTH, Tree, leaf_hash
from clausepress.ledger.published import Fetch, PublishedLog, witness
from clausepress.ledger.tiles import TileName

SIGNER = Keys.parse(generate()).signer("example.com/log")


def publish(leaves: list[bytes]) -> dict[str, bytes]:
    """The files of a log, tiles laid out straight from their definition in tlog-tiles."""
    tree = Tree()
    growth = tree.extend([leaf_hash(leaf) for leaf in leaves])
    note = SIGNER.sign(str(Checkpoint("example.com/log", growth.size, growth.root)))
    files = {"checkpoint": note.encode()}
    level, row = 0, [leaf_hash(leaf) for leaf in leaves]
    while row:
        for start in range(0, len(row), TILE_WIDTH):
            tile = row[start : start + TILE_WIDTH]
            files[str(TileName(level, start // TILE_WIDTH, len(tile)))] = b"".join(tile)
        full = len(row) // TILE_WIDTH
        row = [growth.node(8 * (level + 1), index) for index in range(full)]
        level += 1
    return files


def log(fetch: Fetch) -> PublishedLog:
    return PublishedLog(fetch, SIGNER.verifier)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (TileName(0, 0, 256), "tile/0/000"),
        (TileName(0, 1234067, 256), "tile/0/x001/x234/067"),  # the specification's own example
        (TileName(2, 5, 1), "tile/2/005.p/1"),
        (TileName(1, 1000, 255), "tile/1/x001/000.p/255"),
    ],
)
def test_paths_of_tiles(name: TileName, path: str) -> None:
    assert str(name) == path
    assert TileName.parse(path) == name


@given(st.integers(0, 7), st.integers(0, 10**18), st.integers(1, 256))
def test_paths_read_back(level: int, index: int, width: int) -> None:
    assert TileName.parse(str(TileName(level, index, width))) == TileName(level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/00/000",
        "tile/8/000",
        "tile/0/x000/001",
        "tile/0/001/x002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p/999",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/entries/000",
        "tile/0/" + "x001/" * 9 + "000",
    ],
)
def test_what_is_no_path_of_a_tile(path: str) -> None:
    assert TileName.parse(path) is None


@given(st.integers(0, 700), st.integers(0, 700))
def test_a_log_that_grew_extends_what_it_was(first: int, more: int) -> None:
    leaves = [b"%d" % i for i in range(first + more)]
    before, after = publish(leaves[:first]), publish(leaves)
    older = log(before.get).newest()[1]
    note, newer = log(after.get).newest()
    assert note.encode() == after["checkpoint"]
    log(after.get).check_extends(older, newer)


@given(st.integers(1, 600), st.integers(0, 300), st.data())
def test_a_log_that_was_rewritten_does_not(first: int, more: int, data: st.DataObject) -> None:
    leaves = [b"%d" % i for i in range(first + more)]
    older = log(publish(leaves[:first]).get).newest()[1]
    leaves[data.draw(st.integers(0, first - 1))] = b"altered"
    fork = log(publish(leaves).get)
    with pytest.raises(LogContradicted, match="does not begin"):
        fork.check_extends(older, fork.newest()[1])


@given(st.data())
def test_wrong_tiles_prove_nothing(data: st.DataObject) -> None:
    """Whoever serves the tiles can spoil the proof, never make a wrong one come out right."""
    leaves = [b"%d" % i for i in range(600)]
    older = log(publish(leaves[:300]).get).newest()[1]
    files = publish([*leaves[:299], b"x", *leaves[300:]])
    name = data.draw(st.sampled_from(sorted(set(files) - {"checkpoint"})))
    tile = bytearray(files[name])
    tile[data.draw(st.integers(0, len(tile) - 1))] ^= 1
    files[name] = bytes(tile)
    with pytest.raises(LogContradicted):
        log(files.get).check_extends(older, log(files.get).newest()[1])


def test_a_partial_tile_may_have_become_full() -> None:
    leaves = [b"%d" % i for i in range(512)]
    older, newer = (log(publish(leaves[:n]).get).newest()[1] for n in (290, 300))
    files = publish(leaves[:300])
    del files["tile/0/001.p/44"]
    files["tile/0/001"] = publish(leaves)["tile/0/001"]
    log(files.get).check_extends(older, newer)


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("checkpoint", None, "publishes no checkpoint"),
        ("checkpoint", b"\xff", "not UTF-8"),
        ("checkpoint", b"no note", "not a checkpoint of the log"),
        ("tile/0/001.p/44", None, "publishes no tile/0/001"),
        ("tile/0/001.p/44", b"short", "not a tile of that width"),
    ],
)
def test_what_cannot_be_read(path: str, content: bytes | None, message: str) -> None:
    leaves = [b"%d" % i for i in range(300)]
    older = log(publish(leaves[:299]).get).newest()[1]
    files = publish(leaves)
    fetch: Callable[[str], bytes | None] = (files | {path: content}).get
    with pytest.raises(LogUnreadable, match=message):
        log(fetch).check_extends(older, log(fetch).newest()[1])


def test_a_checkpoint_by_another_key_or_of_another_log() -> None:
    other = Keys.parse(generate()).signer("example.com/log")
    empty = Checkpoint("example.com/other", 0, b"\0" * 32)
    for signer in (other, SIGNER):
        with pytest.raises(LogUnreadable):
            log({"checkpoint": signer.sign(str(empty)).encode()}.get).newest()


def test_a_witness_keeps_the_newest_and_the_evidence(tmp_path: Path) -> None:
    file, leaves = tmp_path / "seen.txt", [b"%d" % i for i in range(300)]

    def look(files: dict[str, bytes]) -> tuple[int, int]:
        before, kept = witness(log(files.get), SIGNER.verifier, file)
        assert file.read_bytes() == files["checkpoint"]
        return before, kept.size

    assert look(publish(leaves[:10])) == (0, 10)
    assert look(publish(leaves[:10])) == (10, 10)
    assert look(publish(leaves)) == (10, 300)
    for bad, message in (
        (publish([b"x", *leaves]), "does not begin"),
        (publish([b"x", *leaves[1:]]), "does not begin"),
        (publish(leaves[:299]), "shows 299 records and had 300"),
    ):
        with pytest.raises(LogContradicted, match=message):
            witness(log(bad.get), SIGNER.verifier, file)
        assert file.read_bytes() == publish(leaves)["checkpoint"]
        assert (tmp_path / "seen.txt.contradiction").read_bytes() == bad["checkpoint"]
    file.write_text("something else", encoding="utf-8")
    with pytest.raises(LogUnreadable, match="seen"):
        witness(log(publish(leaves).get), SIGNER.verifier, file)
    with pytest.raises(ClausepressError, match="cannot be written"):
        witness(log(publish(leaves).get), SIGNER.verifier, Path("/dev/null/seen.txt"))
