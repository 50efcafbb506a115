"""Stable ids for clauses that have none: found, suggested with a confidence, written on request.

A clause keeps its id in every language and version, so an id is first looked for on the same
clause elsewhere; only a clause found nowhere gets a new one. The confidence says how sure it is
that the clause is the same one, or that it is new: how the id reads is a matter of taste. An id
that any version has used is never given to another clause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from clausepress.errors import ClausepressError
from clausepress.text.alignment.features import clause_number, own_text
from clausepress.text.blocks import SourceBlock, read_blocks
from clausepress.text.id_evidence import DOUBT, Known, Offer, compared, newness, offers
from clausepress.text.id_names import Names
from clausepress.text.model import PREFACE_ID, Clause, Edition
from clausepress.text.nesting import derived_id
from clausepress.text.sources import TextSource, open_source

SCHEMA = "clausepress.ids/1"
SURE = 0.8
"""Confidence from which a suggestion is written unless a person says otherwise."""
_CLEAR = 0.1  # by how much a claim is to be better than the next


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


def suggest_ids(
    targets: Sequence[TextSource], relatives: Iterable[TextSource] = ()
) -> list[IdReport]:
    """Suggest an id for every clause that has none.

    Args:
        targets: The sources to complete. English comes first, whatever its version, so that the
            others take its words.
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
    known: dict[Path, Known] = {}
    for source in (*targets, *relatives):
        key = source.path.resolve()
        if key not in known:
            known[key] = _known(source)
    wanted = {target.path.resolve() for target in targets}
    found: dict[Path, list[Suggestion]] = {}
    for key in sorted(wanted, key=lambda path: (path.stem != "en", path.parent.name, path.stem)):
        here = known[key]
        family = [
            other
            for path, other in known.items()
            if path != key and path.parent.parent == key.parent.parent
        ]
        found[key] = _complete(here, family)
    return [
        IdReport(
            name=target.name,
            path=str(target.path),
            suggestions=tuple(found[target.path.resolve()]),
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


def _known(source: TextSource) -> Known:
    """A text with the ids that are written in it."""
    known = Known(source, list(source.edition.walk()))
    blocks = source_blocks(source) if source.is_source else {}
    for place, clause in enumerate(known.clauses):
        block = blocks.get(source.lines.get(clause.id, 0))
        if block and block.id == clause.id:
            known.ids[place], known.sure[place] = clause.id, 1.0
    return known


def _complete(here: Known, family: list[Known]) -> list[Suggestion]:
    """Suggest an id for each clause of a text that has none, and take the suggestions as known."""
    missing = [place for place in range(len(here.clauses)) if place not in here.ids]
    if not missing:
        return []
    texts = compared(here, _nearest_first(here, family))
    given, rivals = _carried(here, offers(here, texts, set(missing)))
    taken = {clause_id for each in (here, *family) for clause_id in each.ids.values()}
    taken |= {PREFACE_ID, *aliases(here.edition())}
    used = {*here.ids.values(), *(offer.id for offer in given.values())}
    new = newness(texts, [place for place in missing if place not in given], used)
    parents = _parents(here.source.edition)
    names = Names(here.clauses, here.lang)
    found: list[Suggestion] = []
    for place in missing:
        if place in new:
            number = clause_number(here.clauses[place])
            under = not (number and number.scheme == "decimal")
            prefix = here.ids.get(parents[place], "") if under else ""
            name, reason = names.new(place, prefix, taken)
            sure, against = new[place]
            if place in rivals and sure > DOUBT:
                sure, against = DOUBT, "it may be a part of one that is elsewhere"
            reason = f"{reason}; {against}" if name and sure < SURE else reason
            given[place] = Offer(name, sure if name else 0.0, reason)
        offer = given[place]
        if offer.id:
            here.ids[place], here.sure[place] = offer.id, offer.sure
            taken.add(offer.id)
        found.append(_suggestion(here, place, offer))
    return found


def _carried(here: Known, offered: dict[int, Offer]) -> tuple[dict[int, Offer], set[int]]:
    """Give each id to the clause with the best claim.

    Returns:
        Offers by place, for review where another clause's claim is almost as good; and the clauses
        of those other claims.
    """
    used = set(here.ids.values())
    claims: dict[str, list[tuple[int, Offer]]] = {}
    for place, offer in sorted(offered.items(), key=lambda each: (-each[1].sure, each[0])):
        if offer.id not in used:
            claims.setdefault(offer.id, []).append((place, offer))
    given: dict[int, Offer] = {}
    rivals: set[int] = set()
    for name, ((place, best), *others) in claims.items():
        close = [other for other, offer in others if best.sure - offer.sure < _CLEAR]
        if close:
            rivals.update(close)
            reason = f"{best.reason}; another clause here looks like it too"
            best = Offer(name, min(best.sure, DOUBT), reason)
        given[place] = best
    return given, rivals


def _nearest_first(here: Known, family: list[Known]) -> list[Known]:
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


def _suggestion(here: Known, place: int, offer: Offer) -> Suggestion:
    clause = here.clauses[place]
    text = " ".join(own_text(clause).split())
    short = text if len(text) <= 40 else text[:39] + "…"
    line = here.source.lines.get(clause.id, 0)
    return Suggestion(line, clause.number, short, offer.id, offer.sure, offer.reason)


def source_blocks(source: TextSource) -> dict[int, SourceBlock]:
    """The blocks of a source by the line they begin on."""
    lines = source.raw.split("\n")
    end = next(at for at in range(1, len(lines)) if lines[at].strip() == "---")
    body = "\n".join(lines[end + 1 :])
    return {block.line: block for block in read_blocks(body, path=source.path, first_line=end + 2)}
