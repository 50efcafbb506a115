"""Writing ids into sources: every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec

from clausepress.errors import ClausepressError, SourceError
from clausepress.files import write_atomic
from clausepress.text.ids import IdReport, source_blocks
from clausepress.text.model import Clause, Edition
from clausepress.text.parse import parse_source
from clausepress.text.sources import TextSource

_LINE = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")


def write_ids(
    target: TextSource, report: IdReport, at_least: float, accepted: Collection[str] = ()
) -> IdReport:
    """Write the suggestions that are sure enough into a source; every other byte stays.

    Args:
        target: The source.
        report: Its suggestions.
        at_least: Confidence from which a suggestion is written, 0 to 1.
        accepted: Ids that are written whatever their confidence.

    Returns:
        The report with what was written marked.

    Raises:
        ClausepressError: The version is frozen, or the file changed since it was read.
        SourceError: The file would not read back as the same text.
    """
    frozen = target.path.parent / "frozen"
    chosen = [
        each
        for each in report.suggestions
        if each.id and (each.confidence >= at_least or each.id in accepted)
    ]
    if frozen.exists() and chosen:
        raise ClausepressError(
            f"{target.path}: this version is frozen ({frozen}), its source is not changed\n"
            "  fix: give the ids in the next version"
        )
    if not chosen:
        return report
    data = target.path.read_bytes()
    text = data.decode("utf-8")
    lines = _LINE.split(text)
    if _read(text) != target.raw:
        raise ClausepressError(f"{target.path}: the file changed meanwhile\n  fix: run it again")
    blocks = source_blocks(target)
    for suggestion in chosen:
        block = blocks[suggestion.line]
        at = block.line + block.joined - 2
        body = lines[at].rstrip()
        lines[at] = f"{body} {{#{suggestion.id}}}{lines[at][len(body) :]}"
    changed = "".join(lines)
    _check(target, _read(changed), {each.line: each.id for each in chosen})
    write_atomic(target.path, changed.encode("utf-8"))
    done = {each.line for each in chosen}
    return IdReport(
        name=report.name,
        path=report.path,
        suggestions=tuple(
            msgspec.structs.replace(each, written=each.line in done) for each in report.suggestions
        ),
    )


def _read(text: str) -> str:
    """A file's text as `read_text` gives it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _check(target: TextSource, changed: str, ids: dict[int, str]) -> None:
    """Refuse ids that would change anything but ids."""
    parsed = parse_source(changed, lang=target.edition.lang, path=target.path)
    alike = _alike(parsed.edition, target.edition)
    for line, clause_id in ids.items():
        if parsed.lines.get(clause_id) != line or not alike:
            raise SourceError(
                target.path,
                f"with {{#{clause_id}}} the source would not read back as the same text",
                "write the id by hand at the end of the clause's first paragraph",
                line=line,
            )


def _alike(a: Edition, b: Edition) -> bool:
    """Whether two texts are equal but for ids."""

    def bare(clause: Clause) -> Clause:
        children = tuple(map(bare, clause.children))
        return msgspec.structs.replace(clause, id="", children=children)

    one, other = (
        msgspec.structs.replace(each, clauses=tuple(map(bare, each.clauses))) for each in (a, b)
    )
    return one == other
