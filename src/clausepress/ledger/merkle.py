"""The Merkle tree of RFC 6962 section 2.1 (= RFC 9162), kept in tiles of 256 hashes.

Pure: no clock, no storage. A node is named by `(height, index)`: the root of the complete subtree
over leaves `index << height` up to `(index + 1) << height`. Hashes are 32 bytes of SHA-256.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree `(height, index)`."""

ReadTile = Callable[[int, int, int], Sequence[bytes]]
"""Gives the first `width` hashes of the tile `(level, index)`, called `(level, index, width)`."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def range_hash(low: int, high: int, node: Node) -> bytes:
    """The Merkle tree hash of the leaves `low` up to `high`.

    `low` is a multiple of the largest power of two not above `high - low`, as in every range that
    the recursion of RFC 6962 meets.
    """
    width = high - low
    if not width:
        return EMPTY_ROOT
    end, result = high, b""
    while width:
        height = (width & -width).bit_length() - 1
        end -= 1 << height
        subtree = node(height, end >> height)
        result = node_hash(subtree, result) if result else subtree
        width &= width - 1
    return result


def _split(width: int) -> int:
    """The largest power of two smaller than `width` (which is at least 2)."""
    return 1 << ((width - 1).bit_length() - 1)


def inclusion_proof(
    index: int, size: int, node: Node, known: dict[tuple[int, int], list[bytes]] | None = None
) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, RFC 6962 section 2.1.1.

    `known` holds the paths from nodes of this tree up, and takes in more: those of neighbours end
    in the same one. Raises ValueError unless 0 ≤ index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    paths = {} if known is None else known

    def up(height: int, place: int) -> list[bytes]:
        width = 1 << height
        if width >= size:
            return []
        path = paths.get((height, place))
        if path is None:
            first = (place ^ 1) << height
            path = up(height + 1, place >> 1)
            if first + width <= size:
                path = [node(height, place ^ 1), *path]
            elif first < size:  # the right edge, not a complete subtree
                path = [range_hash(first, size, node), *path]
            paths[height, place] = path
        return path

    return up(0, index)


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Proof that the first `old` of `new` leaves are unchanged, RFC 6962 section 2.1.2.

    Raises ValueError unless 0 < old ≤ new.
    """
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new} leaves")
    low, high, whole = 0, new, True
    path: list[bytes] = []
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(range_hash(middle, high, node))
            high = middle
        else:
            path.append(range_hash(low, middle, node))
            low, whole = middle, False
    if not whole:
        path.append(range_hash(low, high, node))
    path.reverse()
    return path


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether `proof` leads from the leaf hash at `index` to `root`, RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    position, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            value = node_hash(sibling, value)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and value == root


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of `new` leaves extends that of `old`, RFC 9162 section 2.1.4.2."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position >>= 1
        last >>= 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first = node_hash(sibling, first)
            second = node_hash(sibling, second)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            second = node_hash(second, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and first == old_root and second == new_root


def nodes_from_tiles(read_tile: ReadTile, size: int) -> Node:
    """A node source over stored tiles, for a tree that holds at least `size` leaves."""
    tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def node(height: int, index: int) -> bytes:
        level, rise = divmod(height, TILE_HEIGHT)
        first = index << rise
        tile = first // TILE_WIDTH
        if (level, tile) not in tiles:
            filled = (size >> (TILE_HEIGHT * level)) - tile * TILE_WIDTH
            tiles[level, tile] = read_tile(level, tile, min(filled, TILE_WIDTH))
        start = first % TILE_WIDTH
        row = list(tiles[level, tile][start : start + (1 << rise)])
        while len(row) > 1:
            row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        return row[0]

    return node


class Tile(NamedTuple):
    """A full tile: 256 hashes of one level, and the root over them."""

    level: int
    idx: int
    root: bytes
    hashes: bytes


class Growth(NamedTuple):
    """A tree after some leaves more; the tree itself is untouched until `Tree.accept`."""

    size: int
    root: bytes
    tiles: list[Tile]
    fresh: dict[tuple[int, int], bytes]
    node: Node
    paths: dict[tuple[int, int], list[bytes]]

    def proof(self, index: int) -> list[bytes]:
        """The audit path of one of the new leaves, at this size."""
        return inclusion_proof(index, self.size, self.node, self.paths)


class Tree:
    """The right edge of a growing tree: its size and the nodes of the tiles not yet full."""

    def __init__(self) -> None:
        self.size = 0
        self._nodes: dict[tuple[int, int], bytes] = {}

    @classmethod
    def load(cls, size: int, read_tile: ReadTile) -> "Tree":
        """Rebuild the edge of a tree of `size` leaves from its stored tiles."""
        tree = cls()
        tree.size = size
        level = 0
        while filled := size >> (TILE_HEIGHT * level):
            first, width = filled - filled % TILE_WIDTH, filled % TILE_WIDTH
            row = list(read_tile(level, first // TILE_WIDTH, width)) if width else []
            height = TILE_HEIGHT * level
            while row:
                tree._nodes.update({(height, first + i): h for i, h in enumerate(row)})
                row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
                first, height = first >> 1, height + 1
            level += 1
        return tree

    def root(self) -> bytes:
        """The Merkle tree hash of all leaves."""
        return range_hash(0, self.size, self._node)

    def _node(self, height: int, index: int) -> bytes:
        return self._nodes[height, index]

    def extend(self, leaves: Iterable[bytes]) -> Growth:
        """The tree with these leaf hashes added; commit it first, then `accept` it."""
        nodes = self._nodes
        fresh: dict[tuple[int, int], bytes] = {}
        tiles: list[Tile] = []

        def node(height: int, index: int) -> bytes:
            return fresh.get((height, index)) or nodes[height, index]

        size = self.size
        for leaf in leaves:
            height, index, value = 0, size, leaf
            fresh[0, index] = value
            while index & 1:
                value = node_hash(node(height, index - 1), value)
                height, index = height + 1, index >> 1
                fresh[height, index] = value
                if height % TILE_HEIGHT == 0:
                    low, first = height - TILE_HEIGHT, index * TILE_WIDTH
                    row = b"".join(node(low, first + i) for i in range(TILE_WIDTH))
                    tiles.append(Tile(low // TILE_HEIGHT, index, value, row))
            size += 1
        return Growth(size, range_hash(0, size, node), tiles, fresh, node, {})

    def accept(self, growth: Growth) -> None:
        """Take over a growth of this tree once it is stored."""
        self.size = growth.size
        self._nodes.update(growth.fresh)
        if growth.tiles:  # keep only what lies in tiles that are still filling
            self._nodes = {
                (height, index): value
                for (height, index), value in self._nodes.items()
                if index >> (TILE_HEIGHT - height % TILE_HEIGHT)
                == self.size >> (TILE_HEIGHT * (height // TILE_HEIGHT + 1))
            }
