"""Plain text or Markdown from elsewhere to an edition, with a report of every decision.

The rule is honesty. Debris of page breaks, web pages and word processors is repaired, each
repair is an edit that is reported and can be undone, and the proof is exact: the text with the
reported edits made has the visible characters of the edition, or nothing is written. What was
guessed or could not be decided is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from clausepress.errors import ClausepressError, SourceError
from clausepress.text.blocks import SourceBlock, is_table, read_blocks
from clausepress.text.importing.debris import (
    CHARACTER_RULES,
    characters,
    html_tags,
    page_furniture,
)
from clausepress.text.importing.edits import Draft, apply_repairs, choose, line_map
from clausepress.text.importing.joins import break_joins, line_joins, open_hyphens, open_questions
from clausepress.text.importing.layout import (
    empty_headings,
    glued_items,
    split_tables,
    stray_marks,
    tab_table_end,
)
from clausepress.text.importing.masthead import read_facts
from clausepress.text.importing.model import Imported, ImportNote, Repair
from clausepress.text.importing.pages import stray_page_lines
from clausepress.text.importing.shape import decide_headings, find_title, take_title
from clausepress.text.model import Edition, plain
from clausepress.text.nesting import nest
from clausepress.text.parse import parse_source
from clausepress.text.visible import LINK, visible_edition, visible_source

__all__ = ["ImportNote", "Imported", "Repair", "find_repairs", "import_text"]

_MARKDOWN = frozenset({".md", ".markdown"})
_FRONT_MATTER = re.compile(r"---\n(?:translates: .*\n)?title: ")
_STRAY = re.compile(r"(?<!\*)\*\*(?!\*)|</?u>", re.IGNORECASE)
_BRACKET = re.compile(r"\[(?=[^\[\]\n]+\]\()")


def import_text(
    raw: str,
    *,
    lang: str,
    path: Path,
    title: str = "",
    repair: bool = True,
    undo: Iterable[str] = (),
    accept: Iterable[str] = (),
) -> Imported:
    """Read plain text or Markdown.

    A file of our own, with front matter, is read as it is. In Markdown (``.md``) a single line
    end does not end a paragraph, in any other file it does unless a sentence goes on over it.

    Args:
        raw: The text with ``\\n`` line ends.
        lang: Its language, BCP 47.
        path: Its file, for messages; its suffix tells Markdown.
        title: Title to use instead of the printed one.
        repair: Repair debris; without, the text is read as it stands.
        undo: Ids of repairs not to make.
        accept: Ids of open questions to answer with yes.

    Raises:
        ClausepressError: A character would be lost, or no repair has one of these ids.
        SourceError: No text, a malformed Markdown table, a fault in a file of our own.
    """
    own = _own_source(raw, lang, path, title)
    wrapped = path.suffix.lower() in _MARKDOWN
    found, questions = find_repairs(raw, wrapped=wrapped) if not own else ([], [])
    choice = choose(found, questions, path, repair=repair, undo=undo, accept=accept)
    if own:
        return own
    text = apply_repairs(raw, choice.made)
    notes: list[ImportNote] = []
    blocks = _blocks(text, line_map(raw, choice.made), path, notes)
    if not blocks:
        raise SourceError(path, "there is no text in it", "check that it is the right file")
    imported = finish(blocks, facts=text, lang=lang, path=path, title=title, notes=notes)
    shown = visible_edition(imported.edition, title_at=imported.title_at)
    prove_nothing_lost(visible_source(text), shown, path)
    imported.repairs, imported.undone = choice.made, choice.undone
    imported.questions, imported.text = choice.questions, text
    return imported


def find_repairs(raw: str, *, wrapped: bool) -> tuple[list[Repair], list[Repair]]:
    """Return every repair a text calls for, and those that only an editor can decide.

    Both are in order of their lines.

    Args:
        raw: The text with ``\\n`` line ends.
        wrapped: Whether a single line end does not end a paragraph, as in Markdown.
    """
    draft = Draft(raw)
    for rule in CHARACTER_RULES:
        draft.revise(characters(draft.text, rule))
    draft.revise(html_tags(draft.text))
    draft.revise(empty_headings(draft.text))
    draft.revise(page_furniture(draft.text))
    draft.revise(split_tables(draft.text))
    questions = [] if wrapped else draft.ask(open_hyphens(draft.text))
    if not wrapped:
        draft.revise(line_joins(draft.text))
    draft.revise(break_joins(draft.text, wrapped=wrapped))
    draft.revise(stray_page_lines(draft.text, sure=True))
    draft.revise(glued_items(draft.text))
    draft.revise(stray_marks(draft.text, wrapped=wrapped))
    breaks = list(open_questions(draft.text, wrapped=wrapped))
    questions += draft.ask([*breaks, *stray_page_lines(draft.text, sure=False, asked=breaks)])
    return _in_order(draft.repairs), _in_order(questions)


def _in_order(repairs: list[Repair]) -> list[Repair]:
    return sorted(repairs, key=lambda repair: repair.edits[0].at)


def finish(
    blocks: list[SourceBlock],
    *,
    facts: str,
    lang: str,
    path: Path,
    title: str,
    notes: list[ImportNote],
) -> Imported:
    """Decide title, headings and nesting, and read the printed facts.

    Args:
        blocks: The text's blocks.
        facts: The text as lines, to read number and dates from.
        lang: Its language.
        path: Its file, for messages.
        title: Title to use instead of the printed one.
        notes: Where guesses and open questions are noted.
    """
    title = title or find_title(blocks, path, notes)
    decide_headings(blocks, notes)
    preface, clauses, lines = nest(blocks, path=path)
    printed = Edition(lang=lang, title=title, preface=preface, clauses=clauses)
    edition, title_at = take_title(printed)
    if title_at is not None:
        notes.append(ImportNote(0, "title-taken", "the title stands above the text, not in it"))
    imported = Imported(edition, notes=notes, lines=lines, text=facts, title_at=title_at)
    read_facts(facts, imported)
    notes.sort(key=lambda note: note.line)
    return imported


def prove_nothing_lost(before: str, after: str, path: Path) -> None:
    """Compare the visible characters of a text with those of its edition.

    Raises:
        ClausepressError: They differ.
    """
    if before == after:
        return
    at = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    raise ClausepressError(
        f"{path}: importing would change the text at character {at:,}:"
        f" '{before[max(0, at - 10) : at + 20]}' would read '{after[max(0, at - 10) : at + 20]}'\n"
        "  fix: nothing was written; simplify the markup at that place and import again"
    )


def _own_source(raw: str, lang: str, path: Path, title: str) -> Imported | None:
    """Read a file of our own, as exported; None when it is none."""
    if not _FRONT_MATTER.match(raw):
        return None
    parsed = parse_source(raw, lang=lang, path=path)
    edition = parsed.edition
    if title:
        edition = Edition(lang, title, edition.preface, edition.clauses, edition.translates)
    notes = [ImportNote(1, "own-source", "read as a source of our own: nothing was decided")]
    imported = Imported(edition, notes=notes, lines=parsed.lines, text=raw)
    read_facts(raw, imported)
    return imported


def _blocks(
    text: str, numbers: list[int], path: Path, notes: list[ImportNote]
) -> list[SourceBlock]:
    """Split into blocks, tab-separated tables recognised.

    Args:
        text: The text.
        numbers: For each of its lines, the line of the text as it came.
        path: The file, for messages; its suffix tells Markdown.
        notes: Where decisions are noted.
    """
    lines = text.split("\n")
    wrapped = path.suffix.lower() in _MARKDOWN
    source: list[str] = []
    places: list[int] = []

    def put(line: str, number: int) -> None:
        source.append(line)
        places.append(number)

    index = 0
    while index < len(lines):
        if is_table(lines, index):
            end = index + 2
            while end < len(lines) and lines[end].strip().startswith("|"):
                end += 1
            for row in range(index, end):
                put(lines[row] if row == index + 1 else _literal(lines[row]), numbers[row])
        elif (end := tab_table_end(lines, index)) > index:
            put("", numbers[index])
            for row in range(index, end):
                cells = _literal(lines[row].strip("\n\f ")).replace("|", "\\|").split("\t")
                put("| " + " | ".join(cells) + " |", numbers[row])
                if row == index:
                    put("|" + "---|" * len(cells), numbers[row])
            notes.append(
                ImportNote(
                    numbers[index],
                    "tab-table",
                    f"read {end - index} tab-separated lines as a table",
                )
            )
            put("", numbers[end - 1])
        else:
            end = index + 1
            put(_literal(lines[index]), numbers[index])
            if not wrapped:
                put("", numbers[index])
        index = end
    blocks = read_blocks("\n".join(source), path=path)
    for block in blocks:
        block.line = places[block.line - 1]
    _note_strays(blocks, notes)
    return blocks


def _literal(line: str) -> str:
    """Escape what our own source would take for a mark: here it is the text's own character."""
    escaped = line.replace("\\", "\\\\").replace("{#", "{\\#").replace("{.", "{\\.")
    if "](" not in escaped:
        return escaped
    links = {found.start() for found in LINK.finditer(escaped)}
    return _BRACKET.sub(lambda found: found.group() if found.start() in links else "\\[", escaped)


def _note_strays(blocks: list[SourceBlock], notes: list[ImportNote]) -> None:
    notes.extend(
        ImportNote(
            block.line,
            "stray-mark",
            f"kept {found.group()} as characters: it has no partner",
        )
        for block in blocks
        if (found := _STRAY.search(plain(block.runs)))
    )
