"""The canonical text of an edition: normalised source, and the digest over it.

Numbers, clause ids, emphasis and tables are all in it, the look of a page is not; so the text
digest survives any change of theme or library, and a round trip gives the same edition.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from clausepress.text.inline import render_inline
from clausepress.text.model import Block, Clause, Edition, Paragraph, Runs, Table, number_run, plain
from clausepress.text.numbers import gap, match_number

_BLOCK_START = re.compile(r"#{1,6}\s|[-*+]\s|\||---|\\")
_MARKS_BEFORE = re.compile(r"(?:\*\*|<u>|\[)+")
_NOT_PLAIN = re.compile(  # control, bidi and other characters that YAML or a source refuses
    '["\\\\]|[^ -~\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd'
    "\U00010000-\U0010ffff]"
)
_ID_AT_END = re.compile(r"\{#[^{}\s]*\}\s*$")


def to_source(edition: Edition, *, ids: bool = True) -> str:
    """Return the edition as source that `parse_source` reads back as the same edition.

    Args:
        edition: The text.
        ids: Write every clause id; without, ids are left to be derived.
    """
    front = [f"title: {_quoted(edition.title)}"]
    if edition.translates:
        front.append(f"translates: {_quoted(edition.translates)}")
    blocks = [_block(block) for block in edition.preface]
    for clause in edition.clauses:
        blocks.extend(_clause(clause, 0, ids=ids))
    return "---\n" + "\n".join(front) + "\n---\n\n" + "\n\n".join(blocks) + "\n"


def text_digest(edition: Edition) -> str:
    """Return ``sha256:`` and 64 hex digits over the NFC canonical text (FIPS 180-4, UAX #15)."""
    canonical = unicodedata.normalize("NFC", to_source(edition))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _clause(clause: Clause, depth: int, *, ids: bool) -> list[str]:
    # A clause with neither number nor heading is a clause by its id alone.
    mark = f"{{#{clause.id}}}" if ids or not (clause.number or clause.heading) else ""
    blocks = list(clause.blocks)
    lead = blocks[0].runs if blocks and isinstance(blocks[0], Paragraph) else ()
    space = gap(clause.number, plain(clause.heading or lead))
    number = render_inline((number_run(clause),)) + space if clause.number else ""
    if clause.heading:
        first = "#" * min(depth + 2, 6) + " " + number + _inline(clause.heading, number)
    elif blocks and isinstance(opening := blocks[0], Paragraph) and _on_one_line(clause, opening):
        first = ("- " if opening.bullet else "") + number + _inline(opening.runs, number)
        del blocks[0]
    else:
        first = number
    lines = [f"{first.rstrip()} {mark}".rstrip()]
    lines.extend(_block(block) for block in blocks)
    for child in clause.children:
        lines.extend(_clause(child, depth + 1, ids=ids))
    return lines


def _on_one_line(clause: Clause, opening: Paragraph) -> bool:
    """Whether a number and the first paragraph read back from one line as what they are."""
    if not clause.number:
        return True
    text = plain(opening.runs)
    found = match_number(clause.number + gap(clause.number, text) + text)
    return not opening.bullet and found is not None and found.printed == clause.number


def _inline(runs: Runs, number: str) -> str:
    """Text after a number or heading mark, escaped where it would read as a number itself."""
    text = render_inline(runs)
    return text if number else _guard(text, plain(runs))


def _block(block: Block) -> str:
    if isinstance(block, Table):
        rows = [_row(block.header), "|" + "---|" * len(block.header)]
        return "\n".join([*rows, *(_row(row) for row in block.rows)])
    text = _guard(render_inline(block.runs), plain(block.runs))
    return f"- {text}" if block.bullet else text


def _guard(text: str, printed: str) -> str:
    """Escape the first character where it would begin another kind of block."""
    marks = _MARKS_BEFORE.match(text)
    start = marks.end() if marks else 0
    if not text.startswith("\\", start) and (match_number(printed) or _BLOCK_START.match(text)):
        text = f"{text[:start]}\\{text[start:]}"
    return _ID_AT_END.sub(lambda found: "{\\" + found.group()[1:], text)


def _row(cells: tuple[Runs, ...]) -> str:
    return "| " + " | ".join(render_inline(cell).replace("|", "\\|") for cell in cells) + " |"


def _quoted(value: str) -> str:
    """A YAML 1.1 double-quoted scalar; what YAML does not print is escaped."""
    return '"' + _NOT_PLAIN.sub(_yaml_escape, value) + '"'


def _yaml_escape(found: re.Match[str]) -> str:
    char = found.group()
    return f"\\{char}" if char in '"\\' else f"\\U{ord(char):08x}"
