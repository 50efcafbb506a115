"""Word documents (``.docx``, ECMA-376) to an edition: what Word shows, numbers as it prints them.

Insertions under revision are accepted and deletions dropped; hidden text, pictures, headers and
footers are left out; each of these is said. Nothing outside the file is fetched.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from clausepress.text.blocks import SourceBlock
from clausepress.text.importer import finish, prove_nothing_lost
from clausepress.text.importing.debris import CHARACTER_RULES, characters
from clausepress.text.importing.edits import Draft, apply_repairs, choose
from clausepress.text.importing.model import Imported, ImportNote, Repair
from clausepress.text.importing.word_package import WordPackage
from clausepress.text.importing.word_text import WordParagraph, WordTable, WordText
from clausepress.text.inline import join_runs, strip_start
from clausepress.text.model import Run, Table, plain
from clausepress.text.number_runs import settle_runs
from clausepress.text.numbers import match_number
from clausepress.text.visible import visible_edition, visible_text

_SAID: dict[str, tuple[str, str]] = {
    "inserted": ("tracked-change", "accepted {n} tracked insertion{s}"),
    "deleted": ("tracked-change", "dropped {n} tracked deletion{s}"),
    "hidden": ("hidden-text", "left out {n} run{s} of hidden text"),
    "picture": ("picture", "left out {n} picture{s} or object{s}"),
    "text-box": ("text-box", "put the text of {n} text box{es} after the paragraph of each"),
    "footnote": ("footnote", "put {n} foot- or endnote{s} at the end, marked [1], [2], …"),
    "merged-cell": ("merged-cell", "kept the text of {n} merged cell{s} once, the rest is empty"),
    "table-in-table": ("table-in-table", "made {n} table{s} inside a cell text of that cell"),
    "symbol": ("symbol", "kept {n} character{s} of a symbol font by the code: look at each"),
    "formula": ("formula", "kept {n} part{s} of formulas as plain text"),
}
# What is said with its own words: "<kind> <detail>".
_DETAILS: dict[str, tuple[str, str]] = {
    "external": ("external-link", "did not fetch what the file links to: {detail}"),
    "number-format": ("number-format", "numbers of the format {detail} became digits"),
    "refused-link": ("link-left-out", "kept the words and left out the link to “{detail}”"),
    "struck": ("struck-text", "kept “{detail}”, which is struck out: remove it if it is deleted"),
    "note-missing": ("note-missing", "kept the mark {detail}: the file has no text for that note"),
}


def is_docx(path: Path, data: bytes) -> bool:
    """Whether a file is, or claims to be, a ``.docx``."""
    return data.startswith(b"PK\x03\x04") or path.suffix.lower() == ".docx"


def import_docx(
    data: bytes,
    *,
    lang: str,
    path: Path,
    title: str = "",
    repair: bool = True,
    undo: Iterable[str] = (),
    accept: Iterable[str] = (),
) -> Imported:
    """Read a Word document.

    Bold and underline are read from runs and styles; bold that only a heading style gives is
    not prominence. Lines of the report count paragraphs and table rows with text.

    Args:
        data: The file.
        lang: Language of the text, BCP 47.
        path: The file, for messages.
        title: Title to use instead of the printed one.
        repair: Remove characters that cannot be seen; Word needs no other repair.
        undo: Ids of repairs not to make.
        accept: Ids of repairs to make where ``repair`` is off.

    Raises:
        ClausepressError: A character would be lost, or no repair has one of these ids.
        SourceError: The file is damaged, encrypted, unsafe or too large.
    """
    package = WordPackage(data, path)
    try:
        text = WordText(package)
    except RecursionError as error:
        raise package.damaged("its parts are nested too deeply") from error
    rows = _rows(text.blocks)
    shown = _as_text(rows)
    found = _repairs(shown)
    choice = choose(found, (), path, repair=repair, undo=undo, accept=accept)
    _remove(rows, choice.made)
    repaired = apply_repairs(shown, choice.made)
    if not repaired.strip():
        raise package.damaged("it has no text")
    notes = _notes(text.said)
    blocks = _blocks(text.blocks)
    imported = finish(blocks, facts=repaired, lang=lang, path=path, title=title, notes=notes)
    shown_now = visible_edition(imported.edition, marks=True, title_at=imported.title_at)
    prove_nothing_lost(visible_text(repaired), shown_now, path)
    imported.repairs, imported.undone = choice.made, choice.undone
    return imported


def _rows(blocks: list[WordParagraph | WordTable]) -> list[list[list[Run]]]:
    """The text as lines of cells of runs, a paragraph one cell, its printed number a run."""
    rows: list[list[list[Run]]] = []
    for block in blocks:
        if isinstance(block, WordTable):
            rows += block.rows
        else:
            block.runs, block.number = block.shown, ""
            rows.append([block.runs])
    return rows


def _as_text(rows: list[list[list[Run]]]) -> str:
    return "\n".join("\t".join(plain(tuple(cell)) for cell in row) for row in rows)


def _repairs(shown: str) -> list[Repair]:
    draft = Draft(shown)
    for rule in CHARACTER_RULES:
        draft.revise(characters(draft.text, rule))
    return sorted(draft.repairs, key=lambda repair: repair.edits[0].at)


def _remove(rows: list[list[list[Run]]], repairs: list[Repair]) -> None:
    """Take the characters that repairs remove out of the runs."""
    starts: list[int] = []
    places: list[tuple[list[Run], int]] = []
    at = 0
    for row in rows:
        for cell in row:
            for index, run in enumerate(cell):
                starts.append(at)
                places.append((cell, index))
                at += len(run.text)
            at += 1
        at += not row
    edits = sorted((edit for each in repairs for edit in each.edits), key=lambda edit: -edit.at)
    for edit in edits:
        rank = bisect_right(starts, edit.at) - 1
        cell, index = places[rank]
        run, offset = cell[index], edit.at - starts[rank]
        rest = run.text[:offset] + run.text[offset + len(edit.remove) :]
        cell[index] = Run(rest, run.bold, run.underline, run.href)


def _blocks(found: list[WordParagraph | WordTable]) -> list[SourceBlock]:
    blocks: list[SourceBlock] = []
    line = 1
    for each in found:
        if isinstance(each, WordTable):
            cells = [tuple(join_runs(tuple(cell)) for cell in row) for row in each.rows]
            blocks.append(SourceBlock(line=line, table=Table(cells[0], tuple(cells[1:]))))
            line += len(cells)
            continue
        if runs := join_runs(tuple(each.runs)):
            number = match_number(plain(runs))
            level = min(each.level, 6)
            blocks.append(
                SourceBlock(line=line, level=level, number=number, runs=runs, bullet=each.bullet)
            )
        line += 1
    for block, number in zip(blocks, settle_runs(b.number for b in blocks), strict=True):
        block.number = number
        if number:
            block.runs = strip_start(block.runs, len(number.printed))
            block.bullet = False
            block.level = block.level if block.runs else 0
    return blocks


def _notes(said: Counter[str]) -> list[ImportNote]:
    notes: list[ImportNote] = []
    for key, count in said.items():
        if not count:
            continue
        kind, _, detail = key.partition(" ")
        if key in _SAID:
            rule, message = _SAID[key]
            s, es = ("", "") if count == 1 else ("s", "es")
            notes.append(ImportNote(0, rule, message.format(n=count, s=s, es=es)))
        elif kind == "left-out":
            what, _, words = detail.partition(" ")
            notes.append(ImportNote(0, f"{what}-left-out", f"left out the {what}: “{words}”"))
        else:
            rule, message = _DETAILS[kind]
            notes.append(ImportNote(0, rule, message.format(detail=detail)))
    return notes
