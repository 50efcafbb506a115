"""What holds for any two texts."""

import re
import unicodedata

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from redline_samples import edition

from clausepress.compare.model import FOLDED, Hunk, Redline
from clausepress.compare.redline import redline
from clausepress.compare.stream import clause_text, clauses_of
from clausepress.errors import SourceError
from clausepress.text.model import Clause, Edition

WORDS = [
    "费用",
    "数据",
    "您",
    "应当",
    "三十日",
    "30 日",
    "2019-09-09",
    "的",
    "和",
    "删除",
    "the fee",
    "云",
]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map("".join)
TABLE = "\n\n| 表 | 头 |\n|---|---|\n| 丙 | 丁 |\n| **戊** | 己 |\n| 庚 | 辛 |"
LINES = st.tuples(
    st.sampled_from(["", "", "- ", "一、", "1.1 ", "1.2 ", "2.1.1 ", "（1）", "## ", "2、"]),
    SENTENCES,
    st.sampled_from(["。", "；", "", "**甲**", "（乙）", TABLE]),
).map("".join)
TEXTS = st.lists(LINES, min_size=1, max_size=12)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Edition, Edition]:
    """A text and a changed form of it: lines gone, new, doubled, moved, words replaced."""
    lines = draw(TEXTS)
    other = list(lines)
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(other)))
        kind = draw(st.sampled_from(["add", "drop", "move", "edit", "join", "turn"]))
        if kind == "add":
            other.insert(at, draw(LINES))
        elif at < len(other):
            if kind == "drop" and len(other) > 1:
                del other[at]
            elif kind == "move":
                other.insert(draw(st.integers(0, len(other) - 1)), other.pop(at))
            elif kind == "edit":
                other[at] = other[at].replace(draw(st.sampled_from(WORDS)), draw(SENTENCES))
            elif kind == "turn":
                other[at] = other[at].replace(
                    "| 丙 | 丁 |\n| **戊** | 己 |", "| **戊** | 己 |\n| 丙 | 丁 |"
                )
            elif at:
                other[at - 1] += other.pop(at)
    try:
        return edition("\n\n".join(lines)), edition("\n\n".join(other))
    except SourceError:
        reject()  # a line joined to a table is no row


CUT = ("added", "removed", "wording", "moved")  # the last one is a row of a table


def form(text: str) -> str:
    """A text without what is no word."""
    text = unicodedata.normalize("NFKC", text).translate({0x201C: '"', 0x201D: '"'})
    return re.sub(r"\s|[*|]", "", text)


def kept(clause: Clause, hunks: list[Hunk], side: str, *, number: bool) -> str:
    """What of a clause is in no hunk."""
    shift = len(clause.number)
    text = list(clause.number + clause_text(clause))
    if not number:
        text[:shift] = [""] * shift
    for hunk in hunks:
        ref = getattr(hunk, f"{side}_clause")
        span = getattr(hunk, side)
        if ref and ref.id == clause.id and span and hunk.kind in CUT:
            for at in range(span.start + shift, span.end + shift):
                text[at] = ""
    return form("".join(text))


def both_kept(found: Redline, old: Edition, new: Edition) -> tuple[str, str]:
    """What the hunks leave of both texts, in the order of the pairs."""
    before, after = clauses_of(old), clauses_of(new)
    mine, theirs = [], []
    seen_old, seen_new = set(), set()
    for pair in found.clauses:
        lead = not (
            (pair.old and pair.old.id in seen_old) or (pair.new and pair.new.id in seen_new)
        )
        if pair.old and pair.old.id not in seen_old:
            seen_old.add(pair.old.id)
            mine.append(
                kept(before[pair.old.id], list(found.hunks), "old", number=not lead)
                if pair.new
                else ""
            )
        if pair.new and pair.new.id not in seen_new:
            seen_new.add(pair.new.id)
            theirs.append(
                kept(after[pair.new.id], list(found.hunks), "new", number=not lead)
                if pair.old
                else ""
            )
    assert seen_old == set(before)
    assert seen_new == set(after)
    texts = ["".join(mine), "".join(theirs)]
    for hunk in found.hunks:
        if hunk.kind == "renamed-term":
            assert hunk.old
            assert hunk.new
            names = sorted((form(hunk.old.text), form(hunk.new.text)), key=len, reverse=True)
            texts = [re.sub("|".join(map(re.escape, names)), "\0", text) for text in texts]
    return texts[0], texts[1]


FAST = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@FAST
@given(pairs())
def test_what_the_hunks_leave_is_the_same_text(both: tuple[Edition, Edition]) -> None:
    old, new = both
    before, after = both_kept(redline(old, new), old, new)
    assert before == after


@FAST
@given(pairs())
def test_offsets_cut_the_text_that_is_told(both: tuple[Edition, Edition]) -> None:
    old, new = both
    found = redline(old, new)
    for side, clauses in (("old", clauses_of(old)), ("new", clauses_of(new))):
        for hunk in found.hunks:
            ref, span = getattr(hunk, f"{side}_clause"), getattr(hunk, side)
            if span:
                clause = clauses[ref.id]
                whole, shift = clause.number + clause_text(clause), len(clause.number)
                assert whole[span.start + shift : span.end + shift] == span.text
            if ref:
                assert clauses[ref.id].number == ref.number
    assert [hunk.id for hunk in found.hunks] == [f"h{n + 1}" for n in range(len(found.hunks))]
    assert sum(found.counts.values()) == len(found.hunks)


@FAST
@given(pairs())
def test_a_text_does_not_differ_from_itself(both: tuple[Edition, Edition]) -> None:
    for text in both:
        assert redline(text, text).hunks == ()


@FAST
@given(pairs())
def test_no_number_or_word_is_cut(both: tuple[Edition, Edition]) -> None:
    old, new = both
    found = redline(old, new)
    for side, clauses in (("old", clauses_of(old)), ("new", clauses_of(new))):
        for hunk in found.hunks:
            ref, span = getattr(hunk, f"{side}_clause"), getattr(hunk, side)
            if span and hunk.kind not in FOLDED:
                clause = clauses[ref.id]
                whole, shift = clause.number + clause_text(clause), len(clause.number)
                for at in (span.start + shift, span.end + shift):
                    around = whole[max(0, at - 1) : at + 1]
                    if at != shift:
                        assert not re.fullmatch(r"[0-9]{2}|[A-Za-z]{2}", around), hunk


@FAST
@given(pairs())
def test_turned_around_added_is_removed(both: tuple[Edition, Edition]) -> None:
    for text in both:  # short or repeated clauses can be paired in more than one right way
        bodies = [clause_text(clause) for clause in text.walk()]
        assume(len(set(bodies)) == len(bodies) and all(len(set(body)) > 9 for body in bodies))
        assume(all(3 * len(set(body)) > len(body) for body in bodies))
    there, back = redline(*both), redline(*reversed(both))
    assert bool(there.hunks) == bool(back.hunks)
    added = [h.new_clause.id for h in there.hunks if h.old_clause is None and h.new_clause]
    removed = [h.old_clause.id for h in back.hunks if h.new_clause is None and h.old_clause]
    assert sorted(added) == sorted(removed)
