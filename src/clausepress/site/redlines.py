"""The redlines of a build: each pair of texts is compared once."""

from __future__ import annotations

from collections import OrderedDict

from clausepress.archive.published import Published
from clausepress.compare.model import Redline
from clausepress.compare.redline import redline
from clausepress.compare.summary import Summary, summarise

_WHOLE = 16  # whole redlines kept: those of pages that are made one after the other

_Pair = tuple[str, str, str]


class Redlines:
    """Redlines and their summaries by pair of texts.

    A whole redline is as large as the texts, so only the last few are kept; summaries stay.
    """

    def __init__(self) -> None:
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
            found = summarise(self.redline(old, new), old.edition, new.edition)
            self._summaries[pair] = found
        return found


def _pair(old: Published, new: Published) -> _Pair:
    return old.path.stem, old.text_digest, new.text_digest
