"""The tree against a reference written straight from RFC 6962 section 2.1."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausepress.ledger import merkle
from clausepress.ledger.merkle import Tile, Tree


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: Sequence[bytes]) -> bytes:
    if not d:
        return sha(b"")
    if len(d) == 1:
        return sha(b"\x00" + d[0])
    k = split(len(d))
    return sha(b"\x01" + mth(d[:k]) + mth(d[k:]))


def path(m: int, d: Sequence[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: Sequence[bytes], whole: bool) -> list[bytes]:
    if m == len(d):
        return [] if whole else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], whole), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


class Stored:
    """Keeps leaves and full tiles as the store does."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []
        self.tiles: dict[tuple[int, int], Tile] = {}
        self.tree = Tree()

    def add(self, entries: Sequence[bytes]) -> merkle.Growth:
        leaves = [merkle.leaf_hash(e) for e in entries]
        growth = self.tree.extend(leaves)
        self.leaves += leaves
        self.tiles.update({(t.level, t.idx): t for t in growth.tiles})
        self.tree.accept(growth)
        return growth

    def read(self, level: int, index: int, width: int) -> list[bytes]:
        if (level, index) in self.tiles:
            hashes = self.tiles[level, index].hashes
            return [hashes[i : i + 32] for i in range(0, width * 32, 32)]
        first = index * 256
        if level:
            return [self.tiles[level - 1, i].root for i in range(first, first + width)]
        return self.leaves[first : first + width]


def entries(count: int) -> list[bytes]:
    return [b"entry %d" % i for i in range(count)]


@settings(deadline=None)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.data())
def test_tree_and_proofs_equal_the_reference(batches: list[int], data: st.DataObject) -> None:
    total = sum(batches)
    all_entries = entries(total)
    stored, size = Stored(), 0
    for count in batches:
        growth = stored.add(all_entries[size : size + count])
        index = data.draw(st.integers(size, size + count - 1))
        size += count
        assert growth.root == mth(all_entries[:size]) == stored.tree.root()
        assert growth.proof(index) == path(index, all_entries[:size])
    older = data.draw(st.integers(1, total))
    index = data.draw(st.integers(0, older - 1))
    node = merkle.nodes_from_tiles(stored.read, older)
    proof = merkle.inclusion_proof(index, older, node)
    assert proof == path(index, all_entries[:older])
    leaf, root = merkle.leaf_hash(all_entries[index]), mth(all_entries[:older])
    assert merkle.verify_inclusion(leaf, index, older, proof, root)
    consistency = merkle.consistency_proof(
        older, total, merkle.nodes_from_tiles(stored.read, total)
    )
    assert consistency == subproof(older, all_entries, True)
    assert merkle.verify_consistency(older, root, total, mth(all_entries), consistency)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 70_000))
def test_edge_is_rebuilt_from_tiles(size: int) -> None:
    stored = _big()
    rebuilt = Tree.load(size, stored.read)
    expected = Tree()
    expected.accept(expected.extend(stored.leaves[:size]))
    assert rebuilt.root() == expected.root()
    extra = [merkle.leaf_hash(b"one more")]
    assert rebuilt.extend(extra).root == expected.extend(extra).root


@given(st.integers(1, 600), st.data())
def test_altered_proofs_fail(size: int, data: st.DataObject) -> None:
    stored = Stored()
    stored.add(entries(size))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, merkle.nodes_from_tiles(stored.read, size))
    leaf, root = stored.leaves[index], stored.tree.root()
    wrong_leaf = merkle.leaf_hash(b"another")
    assert not merkle.verify_inclusion(wrong_leaf, index, size, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(leaf, size, size, proof, root)
    if proof:
        assert not merkle.verify_inclusion(leaf, index, size, proof[1:], root)
        other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index))
        assert not merkle.verify_inclusion(leaf, other, size, proof, root)


def test_growth_that_is_not_accepted_changes_nothing() -> None:
    tree = Tree()
    tree.accept(tree.extend([merkle.leaf_hash(b"kept")]))
    before = tree.root()
    tree.extend([merkle.leaf_hash(b"lost")] * 300)
    assert (tree.size, tree.root()) == (1, before)


def test_impossible_proofs_are_refused() -> None:
    node = merkle.nodes_from_tiles(Stored().read, 0)
    with pytest.raises(ValueError, match="leaf 0 is not in a tree of 0 leaves"):
        merkle.inclusion_proof(0, 0, node)
    with pytest.raises(ValueError, match="from 2 to 1"):
        merkle.consistency_proof(2, 1, node)
    root = merkle.EMPTY_ROOT
    assert not merkle.verify_consistency(0, root, 1, root, [])
    assert not merkle.verify_consistency(1, root, 1, root, [root])
    assert not merkle.verify_consistency(3, root, 5, root, [])


_BIG: list[Stored] = []


def _big() -> Stored:
    if not _BIG:
        stored = Stored()
        stored.add(entries(70_000))
        _BIG.append(stored)
    return _BIG[0]
