"""Stable ids for clauses that have none: found, suggested with a confidence, written on request.

A clause keeps its id in every language and version, so an id is first looked for on the same
clause elsewhere; only a clause found nowhere gets a new one. An id that any version has used is
never given to another clause.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from clausepress.errors import ClausepressError, SourceError
from clausepress.files import write_atomic
from clausepress.text.alignment.features import clause_number, own_text
from clausepress.text.alignment.match import match_editions
from clausepress.text.id_names import Names
from clausepress.text.model import PREFACE_ID, Clause, Edition
from clausepress.text.parse import SourceBlock, derived_id, parse_source, read_blocks
from clausepress.text.sources import TextSource, open_source

SCHEMA = "clausepress.ids/1"
REVIEW = 0.8
"""Confidence of what a person should look at, though nothing speaks against it."""
_LINE = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_CARRIED = 0.6  # confidence of a match below which nothing is taken from it
_CONFLICT = 0.5  # confidence of an id where another text says otherwise


class Suggestion(msgspec.Struct, frozen=True):
    """An id for one clause.

    Attributes:
        line: 1-based line the clause begins on.
        number: Its printed number.
        text: The first words of it.
        id: The id; empty when the editor must choose one.
        confidence: 0 to 1.
        reason: Where the id comes from, or why there is none.
        written: Whether it was written into the source.
    """

    line: int
    number: str
    text: str
    id: str
    confidence: float
    reason: str
    written: bool = False


class IdReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one source lacks.

    Attributes:
        name: ``policy/version/lang`` or the file.
        path: The file.
        suggestions: One for each clause without an id, in printed order.
    """

    name: str
    path: str
    suggestions: tuple[Suggestion, ...]


class IdsReport(msgspec.Struct, frozen=True, kw_only=True):
    """The ids that several sources lack: ``clausepress.ids/1``."""

    schema: str = SCHEMA
    sources: tuple[IdReport, ...]


def ids_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `IdsReport`, ``clausepress.ids/1``.

    ``sources`` lists for each source ``name``, ``path`` and ``suggestions``: line, number, text,
    id, confidence, reason, written.
    """
    return msgspec.json.schema(IdsReport)


class _Known:
    """A text with what is known of its ids; suggestions are added as they are made."""

    def __init__(self, source: TextSource) -> None:
        self.source = source
        self.clauses = list(source.edition.walk())
        self.ids: dict[int, str] = {}
        """Place of a clause in printed order to its id."""
        self.sure: dict[int, float] = {}
        self.suggestions: list[Suggestion] = []
        blocks = _blocks(source) if source.is_source else {}
        for place, clause in enumerate(self.clauses):
            block = blocks.get(source.lines.get(clause.id, 0))
            if block and block.id == clause.id:
                self.ids[place], self.sure[place] = clause.id, 1.0

    @property
    def version(self) -> str:
        """The version's folder name."""
        return self.source.path.parent.name

    @property
    def lang(self) -> str:
        """Language of the text."""
        return self.source.edition.lang

    def edition(self) -> Edition:
        """The text with every id known so far, for the matcher."""
        places = iter(range(len(self.clauses)))

        def with_ids(clause: Clause) -> Clause:
            known = self.ids.get(next(places), clause.id)
            children = tuple(with_ids(child) for child in clause.children)
            return msgspec.structs.replace(clause, id=known, children=children)

        edition = self.source.edition
        return msgspec.structs.replace(edition, clauses=tuple(map(with_ids, edition.clauses)))


def suggest_ids(
    targets: Sequence[TextSource], relatives: Iterable[TextSource] = ()
) -> list[IdReport]:
    """Suggest an id for every clause that has none.

    Args:
        targets: The sources to complete. English comes first, so that the others take its words.
        relatives: Other languages and versions of the same policies, for reading only.

    Returns:
        A report for each target, in the order given.

    Raises:
        ClausepressError: A text that is no source.
    """
    for target in targets:
        if not target.is_source:
            raise ClausepressError(
                f"{target.path}: ids are written into sources, and this file has no front matter\n"
                "  fix: import it first: clausepress import"
            )
    known: dict[Path, _Known] = {}
    for source in (*targets, *relatives):
        known.setdefault(source.path.resolve(), _Known(source))
    wanted = {target.path.resolve() for target in targets}
    for key in sorted(wanted, key=lambda path: (path.parent.name, path.stem != "en", path.stem)):
        here = known[key]
        family = [
            other
            for path, other in known.items()
            if path != key and path.parent.parent == key.parent.parent
        ]
        _complete(here, family)
    return [
        IdReport(
            name=target.name,
            path=str(target.path),
            suggestions=tuple(known[target.path.resolve()].suggestions),
        )
        for target in targets
    ]


def relatives_of(targets: Iterable[TextSource], docs: Path) -> list[TextSource]:
    """Read every language and version of the policies that some texts of ``docs`` belong to."""
    folders = {target.path.parent.parent for target in targets if target.path.is_relative_to(docs)}
    return [
        open_source(path, docs)
        for folder in sorted(folders)
        for path in sorted(folder.glob("*/*.md"))
    ]


def write_ids(target: TextSource, report: IdReport, at_least: float) -> IdReport:
    """Write the suggestions that are sure enough into a source; every other byte stays.

    Args:
        target: The source.
        report: Its suggestions.
        at_least: Confidence from which a suggestion is written, 0 to 1.

    Returns:
        The report with what was written marked.

    Raises:
        ClausepressError: The version is frozen, or the file changed since it was read.
        SourceError: The file would not read back as the same text.
    """
    frozen = target.path.parent / "frozen"
    chosen = [each for each in report.suggestions if each.id and each.confidence >= at_least]
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
    blocks = _blocks(target)
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


def aliases(edition: Edition) -> dict[str, str]:
    """Return the anchors by number that older links to a text may use, and the ids they mean now.

    For each clause: the id that was derived from its number before it had one of its own
    (``c4-1-2``), and its plain decimal number (``4.1.2``). A number printed twice is no alias, and
    none is the id of a clause.

    Returns:
        Alias to clause id, in printed order.
    """
    real = {clause.id for clause in edition.walk()} | {PREFACE_ID}
    found: dict[str, str] = {}
    named: Counter[str] = Counter()
    pending = [(clause, "", "", at) for at, clause in enumerate(edition.clauses, start=1)][::-1]
    while pending:
        clause, parent, old_parent, ordinal = pending.pop()
        number = clause_number(clause)
        old = derived_id(number, old_parent, ordinal)
        wanted = dict.fromkeys((old, derived_id(number, parent, ordinal)))
        if number and number.scheme == "decimal":
            wanted[".".join(map(str, number.values))] = None
        for alias in wanted:
            named[alias] += 1
            found.setdefault(alias, clause.id)
        pending += [
            (child, clause.id, old, at) for at, child in enumerate(clause.children, start=1)
        ][::-1]
    return {
        alias: clause_id
        for alias, clause_id in found.items()
        if named[alias] == 1 and alias not in real
    }


def _complete(here: _Known, family: list[_Known]) -> None:
    """Suggest an id for each clause of a text that has none, and take the suggestions as known."""
    missing = [place for place in range(len(here.clauses)) if place not in here.ids]
    if not missing:
        return
    nearest = _nearest_first(here, family)
    offers = _offers(here, nearest, set(missing))
    taken = {clause_id for each in (here, *family) for clause_id in each.ids.values()}
    taken |= {PREFACE_ID, *aliases(here.edition())}
    used = set(here.ids.values())
    wanted = Counter(offer.id for offer in offers.values())
    given: dict[int, _Offer] = {}
    for place, offer in sorted(offers.items(), key=lambda each: (each[1].rank, -each[1].sure)):
        if offer.id in used:
            continue
        if wanted[offer.id] > 1:  # two clauses here look like the one there: for review
            offer = _Offer(offer.id, min(offer.sure, REVIEW), offer.reason, offer.rank)
        given[place] = offer
        used.add(offer.id)
    # A clause elsewhere that found none here may be one of those left: no new id is then sure.
    lost = [each for each in nearest if set(each.ids.values()) - used]
    parents = _parents(here.source.edition)
    names = Names(here.clauses, here.lang)
    for place in missing:
        if place not in given:
            above = parents[place]
            prefix = ""
            number = clause_number(here.clauses[place])
            if above >= 0 and not (number and number.scheme == "decimal"):
                prefix = here.ids.get(above, "")
            name, sure, reason = names.new(place, prefix, taken)
            if lost and sure > REVIEW:
                sure = REVIEW
                reason += f"; {lost[0].source.name} has clauses that were not found here"
            given[place] = _Offer(name, sure, reason)
        offer = given[place]
        if offer.id:
            here.ids[place], here.sure[place] = offer.id, offer.sure
            taken.add(offer.id)
        here.suggestions.append(_suggestion(here, place, offer))


def _nearest_first(here: _Known, family: list[_Known]) -> list[_Known]:
    """The same version first, then the same language, the version before ahead of all others."""
    earlier = sorted({each.version for each in family if each.version < here.version})
    before = earlier[-1] if earlier else ""
    return sorted(
        family,
        key=lambda each: (
            each.version != here.version,
            each.lang != here.lang,
            each.version != before,
            each.source.name,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Offer:
    """An id for a clause; ``rank`` is lower the nearer the text it comes from."""

    id: str
    sure: float
    reason: str
    rank: int = 0


def _offers(here: _Known, nearest: list[_Known], missing: set[int]) -> dict[int, _Offer]:
    """Ids of the same clause in other texts, by place."""
    found: dict[int, _Offer] = {}
    mine = here.edition()
    for rank, other in enumerate(nearest):
        if not other.ids:
            continue
        for match in match_editions(mine, other.edition()).matches:
            place, there = match.a[0], match.b[0]
            if place not in missing or there not in other.ids or match.confidence < _CARRIED:
                continue
            sure = round(min(match.confidence, other.sure[there]), 3)
            where = f"{other.source.name} {other.clauses[there].number}".rstrip()
            state = "" if other.sure[there] == 1 else ", itself a suggestion"
            offer = _Offer(other.ids[there], sure, f"the same clause in {where}{state}", rank)
            first = found.setdefault(place, offer)
            if first.id != offer.id:
                reason = f"{first.reason}; but {where} has '{offer.id}'"
                found[place] = _Offer(first.id, min(first.sure, _CONFLICT), reason, first.rank)
            elif first.sure < sure and first.sure > _CONFLICT:
                found[place] = _Offer(offer.id, sure, offer.reason, first.rank)
    return found


def _parents(edition: Edition) -> list[int]:
    """Place of the clause above each clause, -1 at the top, in printed order."""
    found: list[int] = []

    def add(clause: Clause, parent: int) -> None:
        found.append(parent)
        place = len(found) - 1
        for child in clause.children:
            add(child, place)

    for clause in edition.clauses:
        add(clause, -1)
    return found


def _suggestion(here: _Known, place: int, offer: _Offer) -> Suggestion:
    clause = here.clauses[place]
    text = " ".join(own_text(clause).split())
    short = text if len(text) <= 40 else text[:39] + "…"
    line = here.source.lines.get(clause.id, 0)
    return Suggestion(line, clause.number, short, offer.id, offer.sure, offer.reason)


def _blocks(source: TextSource) -> dict[int, SourceBlock]:
    """The blocks of a source by the line they begin on."""
    lines = source.raw.split("\n")
    end = next(at for at in range(1, len(lines)) if lines[at].strip() == "---")
    body = "\n".join(lines[end + 1 :])
    return {block.line: block for block in read_blocks(body, path=source.path, first_line=end + 2)}


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
