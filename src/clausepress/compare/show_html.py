"""A redline as HTML: the whole new text as a document, with every difference marked in it.

No meaning hangs on colour: insertions and deletions are ``<ins>`` and ``<del>`` with spoken
labels, everything else is told in words. There is no theme and no script in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from clausepress.compare.marks import Marks, marked_runs
from clausepress.compare.model import FOLDED, ClausePair, ClauseRef, Hunk, HunkClass, Redline
from clausepress.compare.printed import clause_name
from clausepress.compare.stream import clauses_of
from clausepress.i18n import Labels
from clausepress.text.model import Clause, Edition, Paragraph, Run, Table, number_run, plain
from clausepress.text.numbers import gap

CLASS_WORDS: Mapping[HunkClass, str] = {
    "added": "words added",
    "removed": "words removed",
    "wording": "words replaced",
    "moved": "clause or table row moved",
    "renumbered": "clause renumbered",
    "emphasis-gained": "emphasis gained",
    "emphasis-lost": "emphasis lost",
    "renamed-term": "term renamed throughout",
    "width": "full or half width",
    "space": "white space",
    "list-mark": "list mark",
    "layout": "line or paragraph border",
}
"""Label of each class, a key of the catalogs."""


class Parts(NamedTuple):
    """A redline as HTML in three parts.

    Attributes:
        counts: How many differences of each class, and every term renamed throughout.
        text: The whole new text with the differences marked.
        folded: The differences that change no word.
    """

    counts: str
    text: str
    folded: str


def render_html(redline: Redline, old: Edition, new: Edition, *, words: Labels) -> str:
    """Return a redline as an HTML fragment.

    Every hunk has its id as anchor, every clause of the new text its own; a clause that is gone
    stands where it stood, as ``old-<id>``; so does the place a moved clause left.

    Args:
        redline: What `redline` returned for the two editions.
        old: The edition before.
        new: The edition now.
        words: Labels in the language of the text.
    """
    parts = render_parts(redline, old, new, words=words)
    opening = f'<div class="cp-redline" lang="{escape(words.html_lang)}">'
    return "\n".join(filter(None, (opening, *parts, "</div>"))) + "\n"


def render_parts(redline: Redline, old: Edition, new: Edition, *, words: Labels) -> Parts:
    """Return what `render_html` joins, for a page that puts something between.

    Args:
        redline: What `redline` returned for the two editions.
        old: The edition before.
        new: The edition now.
        words: Labels in the language of the text.
    """
    page = _Page(redline, old, new, words)
    return Parts(page.counts(), page.text(), page.folded())


class _Page:
    def __init__(self, redline: Redline, old: Edition, new: Edition, words: Labels) -> None:
        self.redline = redline
        self.words = words
        self.old, self.new = clauses_of(old), clauses_of(new)
        self.hunks = {hunk.id: hunk for hunk in redline.hunks}
        self.levels = _levels(new)
        self.old_levels = _levels(old)
        self.left = self._places_left()
        self.stops = self._stops()
        self.marks = Marks(
            words("inserted:"),
            words("deleted:"),
            words("Key clause:"),
            words(CLASS_WORDS["emphasis-gained"]),
            words(CLASS_WORDS["emphasis-lost"]),
        )

    def text(self) -> str:
        lines = [f'<div class="cp-text cp-marked" lang="{escape(self.words.html_lang)}">']
        seen: set[str] = set()
        for pair in self.redline.clauses:
            if pair.new is None and pair.old:
                lines.append(self._gone(pair.old, pair.hunks))
            elif pair.new and pair.new.id not in seen:
                seen.add(pair.new.id)
                lines.append(self._clause(pair))
            if pair.old:
                lines += [self._stub(moved) for moved in self.left.get(pair.old.id, ())]
        return "\n".join([*lines, "</div>"])

    def counts(self) -> str:
        words = self.words
        items = [
            f"<li>{escape(words('{name}: {value}', name=words(CLASS_WORDS[kind]), value=count))}"
            "</li>"
            for kind, count in self.redline.counts.items()
            if kind not in FOLDED
        ]
        items += [self._renamed(h) for h in self.redline.hunks if h.kind == "renamed-term"]
        if not items:
            return f'<p class="cp-redline-counts">{escape(words("No word differs."))}</p>'
        return f'<ul class="cp-redline-counts">{"".join(items)}</ul>'

    def _renamed(self, hunk: Hunk) -> str:
        old, new = hunk.old.text if hunk.old else "", hunk.new.text if hunk.new else ""
        times = self.words("{count} times", count=hunk.count)
        return (
            f'<li id="{hunk.id}">{self.marks.deleted(escape(old))}'
            f" {self.marks.inserted(escape(new))} {escape(times)}</li>"
        )

    def _clause(self, pair: ClausePair) -> str:
        assert pair.new  # noqa: S101 - the caller looked
        clause = self.new[pair.new.id]
        hunks = [self.hunks[name] for name in pair.hunks]
        whole = next((h for h in hunks if h.old_clause is None), None)
        anchor = f' data-hunk="{whole.id}"' if whole else ""
        kind = "cp-clause cp-added" if whole else "cp-clause"
        notes = "".join(self._note(hunk) for hunk in hunks)
        start = f'<span id="{whole.id}"></span>' if whole else ""
        body = self._body(clause, [h for h in hunks if h.kind not in FOLDED], added=bool(whole))
        name = escape(clause.id)
        steps = self._steps(pair.hunks)
        return f'<section class="{kind}" id="{name}"{anchor}>{start}{notes}{body}{steps}</section>'

    def _gone(self, ref: ClauseRef, names: tuple[str, ...]) -> str:
        hunk = self.hunks[names[0]] if names else None
        anchor = f'<span id="{hunk.id}"></span>' if hunk else ""
        body = self._body(self.old[ref.id], [], removed=True)
        return (
            f'<section class="cp-clause cp-removed" id="old-{escape(ref.id)}">{anchor}{body}'
            f"{self._steps(names)}</section>"
        )

    def _steps(self, names: tuple[str, ...]) -> str:
        """Links from a clause that changed to those before and after it."""
        at = next((self.stops.index(name) for name in names if name in self.stops), None)
        if at is None:
            return ""
        before, after = self.stops[:at][-1:], self.stops[at + 1 :][:1]
        links = [(name, self.words("Previous change")) for name in before]
        links += [(name, self.words("Next change")) for name in after]
        shown = " ".join(f'<a href="#{name}">{escape(text)}</a>' for name, text in links)
        return f'<p class="cp-steps">{shown}</p>' if shown else ""

    def _stub(self, hunk: Hunk) -> str:
        """What stands where a clause stood that moved."""
        assert hunk.old_clause  # noqa: S101 - a moved clause has both
        assert hunk.new_clause  # noqa: S101 - a moved clause has both
        text = self.words(
            "Clause {number} moved from here", number=clause_name(hunk.old_clause, self.old)
        )
        return (
            f'<p class="cp-note cp-moved" id="old-{escape(hunk.old_clause.id)}">'
            f'<a href="#{escape(hunk.new_clause.id)}">{escape(text)}</a></p>'
        )

    def _note(self, hunk: Hunk) -> str:
        """What happened to a clause as a whole, or to a row of its table, above it."""
        if hunk.kind not in ("moved", "renumbered") or not hunk.old_clause or not hunk.new_clause:
            return ""
        number = clause_name(hunk.old_clause, self.old)
        if hunk.new:
            text = escape(
                self.words("Table row moved: {row}", row=hunk.new.text.replace("\t", " "))
            )
        elif hunk.kind == "renumbered":
            text = escape(self.words("Formerly {number}", number=number))
        else:
            label = escape(self.words("Moved here from {number}", number=number))
            text = f'<a href="#old-{escape(hunk.old_clause.id)}">{label}</a>'
        return f'<p class="cp-note" id="{hunk.id}">{text}</p>'

    def _body(
        self, clause: Clause, hunks: list[Hunk], *, added: bool = False, removed: bool = False
    ) -> str:
        """Number, heading and blocks of a clause, hunks marked."""
        side = "removed" if removed else "added" if added else ""
        levels = self.old_levels if removed else self.levels
        level = min(levels.get(clause.id, 1) + 1, 6)
        number = ""
        if clause.number:
            runs = marked_runs((number_run(clause),), -len(clause.number), hunks, self.marks, side)
            first = clause.heading or next(
                (b.runs for b in clause.blocks if isinstance(b, Paragraph)), ()
            )
            number = f'<span class="cp-number">{runs}</span>{gap(clause.number, plain(first))}'
        parts: list[str] = []
        at = 0
        if clause.heading:
            text = marked_runs(clause.heading, 0, hunks, self.marks, side)
            parts.append(f"<h{level}>{number}{text}</h{level}>")
            number, at = "", len(plain(clause.heading)) + 1
        for block in clause.blocks:
            if isinstance(block, Table):
                parts.append(self._table(block, at, hunks, side))
                at += sum(len(plain(cell)) + 1 for row in _rows(block) for cell in row)
                continue
            text = marked_runs(block.runs, at, hunks, self.marks, side)
            kind = ' class="cp-item"' if block.bullet else ""
            parts.append(f"<p{kind}>{number}{'• ' if block.bullet else ''}{text}</p>")
            number, at = "", at + len(plain(block.runs)) + 1
        if not clause.heading and not clause.blocks:
            # A clause of nothing but its number may still have lost words.
            parts.append(f"<p>{number}{marked_runs((Run(''),), 0, hunks, self.marks, side)}</p>")
        elif number:
            parts.insert(0, f"<p>{number}</p>")
        return "\n".join(parts)

    def _table(self, table: Table, at: int, hunks: list[Hunk], side: str) -> str:
        lines: list[str] = []
        for index, row in enumerate(_rows(table)):
            tag = 'th scope="col"' if index == 0 else "td"
            cells: list[str] = []
            for cell in row:
                text = marked_runs(cell, at, hunks, self.marks, side)
                cells.append(f"<{tag}>{text}</{tag[:2]}>")
                at += len(plain(cell)) + 1
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return f'<div class="cp-table" tabindex="0"><table>{"".join(lines)}</table></div>'

    def folded(self) -> str:
        """Differences that change no word, closed until a reader opens them."""
        boxes: list[str] = []
        for kind in (kind for kind in self.redline.counts if kind in FOLDED):
            name = self.words(
                "{name}: {value}",
                name=self.words(CLASS_WORDS[kind]),
                value=self.redline.counts[kind],
            )
            items = "".join(
                self._folded_item(hunk) for hunk in self.redline.hunks if hunk.kind == kind
            )
            boxes.append(
                f'<details class="cp-folded cp-box"><summary>{escape(name)}</summary>'
                f"<ul>{items}</ul></details>"
            )
        return "\n".join(boxes)

    def _folded_item(self, hunk: Hunk) -> str:
        ref = hunk.new_clause or hunk.old_clause
        assert ref  # noqa: S101 - a folded hunk stands in a clause
        old, new = (
            span.text.replace("\n", "⏎").replace("\t", "⇥").replace(" ", "␣") if span else ""
            for span in (hunk.old, hunk.new)
        )
        link = f'<a href="#{escape(ref.id)}">{escape(clause_name(ref, self.new))}</a>'
        return (
            f'<li id="{hunk.id}">{link} {self.marks.deleted(escape(old)) if old else ""}'
            f"{self.marks.inserted(escape(new)) if new else ''}</li>"
        )

    def _stops(self) -> list[str]:
        """The first hunk that a reader sees of each clause."""
        shown = [
            [
                name
                for name in pair.hunks
                if self.hunks[name].kind not in FOLDED and self.hunks[name].kind != "renamed-term"
            ]
            for pair in self.redline.clauses
        ]
        return list(dict.fromkeys(names[0] for names in shown if names))

    def _places_left(self) -> dict[str, list[Hunk]]:
        """For each old clause that stayed, the moved ones that stood behind it."""
        moved = {
            h.old_clause.id: h
            for h in self.redline.hunks
            if h.kind == "moved" and h.old_clause and h.new is None
        }
        gone = {pair.old.id for pair in self.redline.clauses if pair.old and pair.moved}
        places: dict[str, list[Hunk]] = {}
        last = next(iter(self.old))
        for name in self.old:
            if name in moved:
                places.setdefault(last, []).append(moved[name])
            elif name not in gone:
                last = name
        return places


def _rows(table: Table) -> Iterator[tuple[tuple[Run, ...], ...]]:
    yield table.header
    yield from table.rows


def _levels(edition: Edition) -> dict[str, int]:
    """How deep each clause stands, 1 at the top."""
    levels: dict[str, int] = {}

    def visit(clause: Clause, level: int) -> None:
        levels[clause.id] = level
        for child in clause.children:
            visit(child, level + 1)

    for clause in edition.clauses:
        visit(clause, 1)
    return levels
