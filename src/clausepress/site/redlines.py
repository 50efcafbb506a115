"""The redlines of a build: each pair of texts is compared once, and its summary kept for others."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from clausepress.archive.published import Published
from clausepress.compare.model import Redline
from clausepress.compare.redline import redline
from clausepress.compare.summary import Summary, summarise
from clausepress.site.cache import Cache, cache_key

_WHOLE = 16  # whole redlines kept: those of pages that are made one after the other

_Pair = tuple[str, str, str]


class Redlines:
    """Redlines and their summaries by pair of texts.

    A whole redline is as large as the texts, so only the last few are kept; summaries stay.

    Args:
        cache: Where summaries are kept from one build to the next.
        program: Digest of the program that makes them.
    """

    def __init__(self, cache: Cache | None = None, program: str = "") -> None:
        self._cache = cache
        self._program = program
        self._whole: OrderedDict[_Pair, Redline] = OrderedDict()
        self._summaries: dict[_Pair, Summary] = {}

    def redline(self, old: Published, new: Published) -> Redline:
        """Return the redline of two editions in one language.

        Raises:
            SourceError: A frozen one was altered.
        """
        pair = _pair(old, new)
        found = self._whole.get(pair)
        if found is None:
            found = redline(old.edition, new.edition)
            self._whole[pair] = found
            if len(self._whole) > _WHOLE:
                self._whole.popitem(last=False)
        return found

    def summary(self, old: Published, new: Published) -> Summary:
        """Return which clauses differ between two editions in one language.

        Raises:
            SourceError: A frozen one was altered.
        """
        pair = _pair(old, new)
        found = self._summaries.get(pair)
        if found is None:
            kept = self._cache.get(self._key(pair)) if self._cache else None
            if kept is not None:
                found = msgspec.json.decode(kept, type=Summary)
            else:
                found = summarise(self.redline(old, new), old.edition, new.edition)
                if self._cache:
                    self._cache.put(self._key(pair), msgspec.json.encode(found))
            self._summaries[pair] = found
        return found

    def hold(self, old: Published, new: Published) -> None:
        """Let a later build find the summary of two editions, even if this one needs it not."""
        if self._cache:
            self._cache.hold(self._key(_pair(old, new)))

    def _key(self, pair: _Pair) -> str:
        return cache_key(self._program, "summary", *pair)


def _pair(old: Published, new: Published) -> _Pair:
    return old.path.stem, old.text_digest, new.text_digest
