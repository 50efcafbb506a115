"""Where the parts of a published log lie below its address (c2sp.org/tlog-tiles)."""

import re
from typing import Final, NamedTuple

from clausepress.ledger.merkle import TILE_WIDTH

CHECKPOINT: Final = "checkpoint"

_WIDTH: Final = "[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]"
_PATH: Final = re.compile(rf"tile/([0-7])/((?:x[0-9]{{3}}/){{0,6}}[0-9]{{3}})(?:\.p/({_WIDTH}))?")


class TileName(NamedTuple):
    """The first `width` hashes of tile `number` at `level`; a full tile has 256."""

    level: int
    number: int
    width: int

    @classmethod
    def parse(cls, path: str) -> "TileName | None":
        """Read a path in its one spelling; None for any other text.

        Levels go up to 7, which holds more leaves than an index can count.
        """
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        level, groups, width = found.groups()
        index = int(groups.replace("x", "").replace("/", ""))
        name = cls(int(level), index, int(width or TILE_WIDTH))
        return name if str(name) == path else None

    def __str__(self) -> str:
        """The path, such as `tile/0/x001/x234/067.p/5`."""
        groups = [f"{self.number % 1000:03d}"]
        rest = self.number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        part = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{'/'.join(groups)}{part}"
