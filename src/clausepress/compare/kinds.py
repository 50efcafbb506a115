"""Which of the six material changes a redline points to, for an editor to confirm or decline.

The kinds are those of clause 9.2 of the privacy policy (GB/T 35273-2020 annex D). What is proposed
here is a reason to look, never a finding of law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from clausepress.archive.model import MaterialKind, VersionFile
from clausepress.compare.contacts import contacts_of, without_contacts
from clausepress.compare.decisive import Change, amounts, decisive_change
from clausepress.compare.model import Hunk, Redline
from clausepress.compare.recipients import changed_recipients, without_recipients
from clausepress.compare.stream import clause_text, clauses_of
from clausepress.text.model import Clause, Edition, plain

CLAUSE_OF_KIND: Mapping[MaterialKind, str] = {
    "service-mode": "9.2 (1)",
    "organisation": "9.2 (2)",
    "sharing": "9.2 (3)",
    "rights": "9.2 (4)",
    "contacts": "9.2 (5)",
    "high-risk": "9.2 (6)",
}
"""Where the privacy policy promises a prominent notice of each kind."""

_CHAPTERS: Mapping[MaterialKind, re.Pattern[str]] = {
    "sharing": re.compile(
        r"共享|转让|披露|委托处理|第三方|shar|disclos|transfer|third part|recipient", re.IGNORECASE
    ),
    "rights": re.compile(
        r"您的权利|管理.{0,8}信息|访问.{0,6}更正|注销|撤回|your rights|you manage|access|withdraw|"
        r"clos(?:e|ing).{0,12}account",
        re.IGNORECASE,
    ),
    "service-mode": re.compile(
        r"收集|使用.{0,8}信息|处理.{0,8}信息|collect|how we (?:use|process)", re.IGNORECASE
    ),
}
_COMPANY = re.compile(
    r"[\u4e00-\u9fff（）()]{1,8}(?:有限|股份|集团)公司|"
    r"(?:[A-Z][\w&.-]*\s+){1,5}(?:Co\.|Inc\b|LLC\b|Limited\b|GmbH\b|Corp(?:oration)?\b)"
)
_SENSITIVE = re.compile(
    r"面部|人脸|指纹|声纹|虹膜|生物识别|基因|病历|健康生理|宗教信仰|高风险|"
    r"\b(?:facial|face recognition|fingerprint|biometric|genetic|health record|high risk)",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"信息|数据|\binformation\b|\bdata\b", re.IGNORECASE)
_WORD = re.compile(r"[\u3400-\u9fff]|[A-Za-z]+|\d+")
_FEW = 6  # Han characters or words below which a change that decides nothing is of style only


@dataclass(frozen=True, slots=True)
class Proposal:
    """A material kind that the redline points to.

    Attributes:
        kind: The kind.
        clause: Printed number or id of the clause that gives the reason; empty for the facts.
        reason: What was seen, in English.
    """

    kind: MaterialKind
    clause: str
    reason: str


def propose_kinds(
    redline: Redline, old: Edition, new: Edition, before: VersionFile, after: VersionFile
) -> tuple[Proposal, ...]:
    """Return what a redline and the facts of two versions point to, one proposal a kind.

    Args:
        redline: What changed between the editions.
        old: The edition before.
        new: The edition now.
        before: Facts of the version before.
        after: Facts of the version now.
    """
    found: dict[MaterialKind, Proposal] = {}
    for proposal in _proposals(redline, old, new, before, after):
        found.setdefault(proposal.kind, proposal)
    return tuple(found[kind] for kind in CLAUSE_OF_KIND if kind in found)


def changed_amounts(redline: Redline, old: Edition, new: Edition) -> str:
    """Return number or id of the first clause whose sums of money differ; empty when none does."""
    for group in _groups(redline, clauses_of(old), clauses_of(new)):
        gone, come = group.whole(group.old), group.whole(group.new)
        if gone != come and amounts(gone) != amounts(come):
            return group.where
    return ""


def _proposals(
    redline: Redline, old: Edition, new: Edition, before: VersionFile, after: VersionFile
) -> Iterator[Proposal]:
    """What was seen, the plainest reason first."""
    if before.contacts != after.contacts:
        yield Proposal("contacts", "", "the contacts in version.yml differ")
    old_clauses, new_clauses = clauses_of(old), clauses_of(new)
    old_chapters, new_chapters = _chapters(old), _chapters(new)
    groups = _groups(redline, old_clauses, new_clauses)
    old_contacts, new_contacts = (
        contacts_of(_Group.text(each)) for each in (old_clauses, new_clauses)
    )
    for group in groups:
        yield from _of_names(group, old_contacts, new_contacts)
        gone, come = group.whole(group.old), group.whole(group.new)
        if set(_SENSITIVE.findall(come)) - set(_SENSITIVE.findall(gone)):
            reason = "sensitive data is named that was not (PIPL art. 55)"
            yield Proposal("high-risk", group.where, reason)
    for hunk in redline.shown():
        yield from _of_hunk(hunk, old_chapters, new_chapters)
    row = changed_recipients(redline, old_clauses, new_clauses)
    if row:
        clause = new_clauses.get(row[0]) or old_clauses[row[0]]
        yield Proposal(
            "sharing", clause.number or clause.id, f"the row “{row[1]}” of recipients differs"
        )
    for group in groups:
        yield from _of_decisive_words(group, old_chapters, new_chapters)


@dataclass(slots=True)
class _Group:
    """Clauses that belong together: a pair, or those of a split or a merge."""

    old: dict[str, Clause] = field(default_factory=dict)
    new: dict[str, Clause] = field(default_factory=dict)

    @property
    def where(self) -> str:
        clause = next(iter((self.new or self.old).values()))
        return clause.number or clause.id

    @staticmethod
    def whole(clauses: Mapping[str, Clause]) -> str:
        """Their own text."""
        return "\n".join(map(clause_text, clauses.values()))

    @staticmethod
    def text(clauses: Mapping[str, Clause]) -> str:
        """Their own text without tables of recipients, whose names are no company of ours."""
        return "\n".join(clause_text(without_recipients(each)) for each in clauses.values())


def _groups(redline: Redline, old: Mapping[str, Clause], new: Mapping[str, Clause]) -> list[_Group]:
    """The clauses as the redline pairs them, whole clauses added or removed too."""
    by_old: dict[str, _Group] = {}
    by_new: dict[str, _Group] = {}
    groups: list[_Group] = []
    for pair in redline.clauses:
        group = (by_old.get(pair.old.id) if pair.old else None) or (
            by_new.get(pair.new.id) if pair.new else None
        )
        if group is None:
            group = _Group()
            groups.append(group)
        if pair.old:
            by_old[pair.old.id] = group
            group.old[pair.old.id] = old[pair.old.id]
        if pair.new:
            by_new[pair.new.id] = group
            group.new[pair.new.id] = new[pair.new.id]
    return groups


def _chapters(edition: Edition) -> dict[str, str]:
    """Clause id to the headings it stands under, its own included."""
    chapters: dict[str, str] = {}

    def visit(clause: Clause, above: str) -> None:
        chapter = f"{above} {plain(clause.heading)}".strip()
        chapters[clause.id] = chapter
        for child in clause.children:
            visit(child, chapter)

    for clause in edition.clauses:
        visit(clause, "")
    return chapters


def _of_names(
    group: _Group, old_contacts: frozenset[str], new_contacts: frozenset[str]
) -> Iterator[Proposal]:
    """Names and contacts, which a hunk may hold in part only.

    A clause that only one edition has is asked for contacts that the other has nowhere.
    """
    gone, come = group.text(group.old), group.text(group.new)
    if gone == come:
        return
    if group.old and group.new and set(_COMPANY.findall(gone)) != set(_COMPANY.findall(come)):
        yield Proposal("organisation", group.where, "the name of a company differs")
    before, after = contacts_of(gone), contacts_of(come)
    if before != after and (
        (group.old and group.new) or before - new_contacts or after - old_contacts
    ):
        yield Proposal("contacts", group.where, "a mailbox or telephone number differs")


def _of_hunk(
    hunk: Hunk, old_chapters: Mapping[str, str], new_chapters: Mapping[str, str]
) -> Iterator[Proposal]:
    if hunk.kind not in ("added", "removed", "wording"):
        return
    gone = hunk.old.text if hunk.old else ""
    come = hunk.new.text if hunk.new else ""
    ref = hunk.new_clause or hunk.old_clause
    clause = (ref.number or ref.id) if ref else ""
    if len(_WORD.findall(gone + come)) < _FEW or ref is None:
        return
    chapters = [
        new_chapters.get(hunk.new_clause.id, "") if hunk.new_clause else "",
        old_chapters.get(hunk.old_clause.id, "") if hunk.old_clause else "",
    ]
    for chapter in chapters:
        kind = _kind_of(chapter)
        if kind:
            yield Proposal(kind, clause, f"words differ under “{chapter}”")
            return


def _of_decisive_words(
    group: _Group, old_chapters: Mapping[str, str], new_chapters: Mapping[str, str]
) -> Iterator[Proposal]:
    """A negation, an obligation, a number: material under such a chapter, be it one character."""
    gone, come = (without_contacts(group.text(each)) for each in (group.old, group.new))
    change = decisive_change(gone, come) if gone != come else None
    if change is None:
        return
    what = _told(change)
    chapters = [new_chapters.get(each, "") for each in group.new]
    chapters += [old_chapters.get(each, "") for each in group.old]
    for chapter in chapters:
        kind = _kind_of(chapter)
        if kind:
            yield Proposal(kind, group.where, f"{what} under “{chapter}”")
            return
    kind = _kind_of(change.sentences) if _PERSONAL.search(change.sentences) else None
    if kind:
        yield Proposal(kind, group.where, f"{what} in a sentence on personal information")


def _told(change: Change) -> str:
    before, after = (", ".join(words) for words in (change.gone, change.come))
    if before and after:
        return f"“{before}” became “{after}”"
    if before or after:
        return f"“{before}” is gone" if before else f"“{after}” is new"
    return "the order of obligations differs"


def _kind_of(words: str) -> MaterialKind | None:
    """The kind whose subject some words are, be they a chapter's heading."""
    return next((kind for kind, pattern in _CHAPTERS.items() if pattern.search(words)), None)
