"""Whether two editions differ by slips only: what a correction may mend in a text of the past."""

from __future__ import annotations

from clausepress.compare.decisive import amounts, decisive_change
from clausepress.compare.groups import groups_of, reworded
from clausepress.compare.model import Redline
from clausepress.compare.stream import clauses_of
from clausepress.text.model import Edition


def beyond_slips(redline: Redline, old: Edition, new: Edition) -> str:
    """Return number or id of the first clause that differs by more; empty when none does.

    More than a slip is a decisive word, a number, data named, a clause that only one edition has,
    another mark of prominence, and other words than a few.
    """
    groups = groups_of(redline, clauses_of(old), clauses_of(new))
    for group in groups:
        gone, come = group.whole(group.old), group.whole(group.new)
        if not group.old or not group.new or decisive_change(gone, come):
            return group.where
    marks = (
        hunk.new_clause or hunk.old_clause
        for hunk in redline.hunks
        if hunk.kind in ("emphasis-lost", "emphasis-gained")
    )
    for ref in (*marks, *(ref for _, ref in reworded(redline, groups))):
        if ref:
            return ref.number or ref.id
    return ""


def changed_amounts(redline: Redline, old: Edition, new: Edition) -> str:
    """Return number or id of the first clause whose sums of money differ; empty when none does."""
    for group in groups_of(redline, clauses_of(old), clauses_of(new)):
        gone, come = group.whole(group.old), group.whole(group.new)
        if gone != come and amounts(gone) != amounts(come):
            return group.where
    return ""
