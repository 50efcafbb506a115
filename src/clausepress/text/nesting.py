"""Blocks to clauses: what belongs to what, by printed numbers and headings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from clausepress.errors import SourceError
from clausepress.text.blocks import SourceBlock
from clausepress.text.chapters import annex_titles, plain_chapters
from clausepress.text.model import PREFACE_ID, Block, Clause, Paragraph
from clausepress.text.number_runs import settle_letters
from clausepress.text.numbers import CHAPTER_SCHEMES, Number, number_word

_LEVELS = 6  # of headings in Markdown; the title has the first, chapters begin at the second


@dataclass(slots=True)
class _Node:
    """A clause under construction.

    Attributes:
        block: What it begins with.
        plain_chapter: Whether its plain number is a chapter's.
        rank: Rank of the word printed with its number, Article above Section; -1 for none.
        blocks: Its own text so far.
        children: The clauses below it so far.
    """

    block: SourceBlock
    plain_chapter: bool = False
    rank: int = -1
    blocks: list[Block] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)

    @property
    def scheme(self) -> str:
        return self.block.number.scheme if self.block.number else ""

    @property
    def depth(self) -> int:
        """Number of parts of a decimal number, 0 for any other."""
        number = self.block.number
        return len(number.values) if number and number.scheme == "decimal" else 0

    @property
    def is_chapter(self) -> bool:
        """Whether its number counts chapters rather than items."""
        return self.plain_chapter or self.scheme in CHAPTER_SCHEMES

    def is_like(self, other: _Node) -> bool:
        """Whether two clauses are numbered alike, so that they stand side by side."""
        return (
            bool(self.scheme)
            and self.scheme == other.scheme
            and self.plain_chapter == other.plain_chapter
            and self.rank == other.rank
            and bool(self.block.level) == bool(other.block.level)
        )


def nest(
    blocks: list[SourceBlock], *, path: Path
) -> tuple[tuple[Block, ...], tuple[Clause, ...], dict[str, int]]:
    """Nest blocks into preface and clauses by their numbers and headings.

    Returns:
        Preface blocks, top-level clauses, and the line of each clause id.

    Raises:
        SourceError: Two clauses with one id.
    """
    for block, number in zip(blocks, settle_letters(b.number for b in blocks), strict=True):
        block.number = number
    top = min((block.level for block in blocks if block.level), default=2)
    for place in annex_titles(blocks):
        blocks[place].level = top
    preface: list[Block] = []
    root = _Node(SourceBlock(line=0))
    stack: list[_Node] = [root]
    chapters, ranks = plain_chapters(blocks), _word_ranks(blocks)
    for place, block in enumerate(blocks):
        if block.number or block.level or (block.id and not block.table):
            word = number_word(block.number) if block.number else ""
            node = _Node(block, place in chapters, ranks.get(word, -1))
            _pop_to_parent(stack, node)
            stack[-1].children.append(node)
            stack.append(node)
            if not block.level and block.runs:
                node.blocks.append(Paragraph(block.runs, block.bullet))
            continue
        content: Block = block.table or Paragraph(block.runs, block.bullet)
        (stack[-1].blocks if len(stack) > 1 else preface).append(content)
    taken: dict[str, int] = {PREFACE_ID: blocks[0].line if blocks else 0}
    for node in _walk(root):
        _claim_explicit_id(node.block, taken, path)
    repeats: dict[str, int] = {}
    clauses = tuple(
        _clause(node, "", ordinal, taken, repeats)
        for ordinal, node in enumerate(root.children, start=1)
    )
    return tuple(preface), clauses, taken


def _pop_to_parent(stack: list[_Node], node: _Node) -> None:
    """Leave on the stack the chain of clauses that the new one belongs under."""
    if node.depth:
        while len(stack) > 1 and not _holds_decimal(stack[-1], node.depth):
            stack.pop()
        return
    siblings = [index for index, open_node in enumerate(stack) if open_node.is_like(node)]
    if not siblings and node.plain_chapter:
        siblings = [index for index, open_node in enumerate(stack) if _counts_on(open_node, node)]
    if siblings:
        del stack[siblings[-1] :]
        return
    if node.rank >= 0:
        while len(stack) > 1 and not _holds_word(stack, node):
            stack.pop()
    elif node.block.level:
        while len(stack) > 1 and not _holds_heading(stack, node):
            stack.pop()
    elif node.plain_chapter:
        while len(stack) > 1 and not (stack[-1].block.level or stack[-1].is_chapter):
            stack.pop()
    elif node.is_chapter or not node.scheme:
        # A chapter number in running text, or an unnumbered clause with an id of its own,
        # stands beside what came before unless a heading holds it.
        while len(stack) > 1 and not stack[-1].block.level:
            stack.pop()


def _word_ranks(blocks: list[SourceBlock]) -> dict[str, int]:
    """Rank of each word printed with numbers: the one that comes first is the outer one."""
    words = dict.fromkeys(number_word(block.number) for block in blocks if block.number)
    return {word: rank for rank, word in enumerate(word for word in words if word)}


def _holds_heading(stack: list[_Node], node: _Node) -> bool:
    """Whether the innermost open clause can hold a heading: a higher one, and six levels are all
    that a source can write."""
    return 0 < stack[-1].block.level < node.block.level and len(stack) < _LEVELS


def _holds_word(stack: list[_Node], node: _Node) -> bool:
    """Whether it can hold a clause whose number has a word: 第一章 one with 第一条."""
    if stack[-1].rank >= 0:
        return stack[-1].rank < node.rank
    return _holds_heading(stack, node) if node.block.level else stack[-1].block.level > 0


def _counts_on(open_node: _Node, node: _Node) -> bool:
    """Whether a plain chapter follows a chapter of another scheme: V. then 6."""
    before, number = open_node.block.number, node.block.number
    if not before or not number or not (open_node.block.level or open_node.is_chapter):
        return False
    return number.values[0] > 1 and before.values == (number.values[0] - 1,)


def _holds_decimal(open_node: _Node, depth: int) -> bool:
    """Whether a clause can be the parent of a decimal number with ``depth`` parts."""
    if open_node.depth:
        return open_node.depth < depth
    return bool(open_node.block.level) or open_node.is_chapter


def _walk(node: _Node) -> list[_Node]:
    found: list[_Node] = []
    pending = list(reversed(node.children))
    while pending:
        current = pending.pop()
        found.append(current)
        pending.extend(reversed(current.children))
    return found


def _claim_explicit_id(block: SourceBlock, taken: dict[str, int], path: Path) -> None:
    if not block.id:
        return
    if block.id in taken:
        raise SourceError(
            path,
            f"two clauses have the id '{block.id}' (the other is on line {taken[block.id]})",
            "give one of them another id; an id is never used twice",
            line=block.line,
        )
    taken[block.id] = block.line


def _clause(
    node: _Node, parent: str, ordinal: int, taken: dict[str, int], repeats: dict[str, int]
) -> Clause:
    block = node.block
    clause_id = block.id
    if not clause_id:
        wanted = derived_id(block.number, parent, ordinal)
        clause_id = wanted
        repeat = repeats.get(wanted, 1)  # every lower one is taken already
        while clause_id in taken:
            repeat += 1
            clause_id = f"{wanted}-r{repeat}"
        repeats[wanted] = repeat
        taken[clause_id] = block.line
    return Clause(
        id=clause_id,
        number=block.number.printed if block.number else "",
        number_bold=bool(block.number_mark and block.number_mark.bold),
        number_underline=bool(block.number_mark and block.number_mark.underline),
        heading=block.runs if block.level else (),
        blocks=tuple(node.blocks),
        children=tuple(
            _clause(child, clause_id, place, taken, repeats)
            for place, child in enumerate(node.children, start=1)
        ),
    )


def derived_id(number: Number | None, parent: str, ordinal: int) -> str:
    """Id of a clause whose source gives none: from its number, items under their clause."""
    if number is None:
        return f"{parent}-part-{ordinal}" if parent else f"part-{ordinal}"
    value = "-".join(str(part) for part in number.values)
    if number.scheme == "decimal":
        return f"c{value}"
    return f"{parent}-{value}" if parent else f"ch{value}"
