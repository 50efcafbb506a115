"""Which of the six material changes a redline points to, for an editor to confirm or decline.

The kinds are those of clause 9.2 of the privacy policy (GB/T 35273-2020 annex D). What is proposed
here is a reason to look, never a finding of law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clausepress.archive.model import Contacts, MaterialKind, VersionFile
from clausepress.compare.contacts import comparable, contacts_of, without_contacts
from clausepress.compare.decisive import Change, decisive_change
from clausepress.compare.groups import FEW, Group, chapters_of, groups_of, reworded, words_of
from clausepress.compare.model import ClauseRef, Hunk, Redline
from clausepress.compare.recipients import changed_recipients
from clausepress.compare.stream import clauses_of
from clausepress.text.model import Edition

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
# What the heading of a chapter tells of short changes; too common to tell it of any words.
_HEADINGS: Mapping[MaterialKind, re.Pattern[str]] = {
    "sharing": re.compile(
        r"(?<!您)提供(?!.{0,2}服务)|出境|境外|abroad|overseas|cross-border|outside .{0,30}China|"
        r"(?<!you )\bprovid",
        re.IGNORECASE,
    ),
    "service-mode": re.compile(
        r"保存|存储|存放|储存|保留|\bkeep|\bretain|\bretention|\bstor(?:e|ing|age)\b", re.IGNORECASE
    ),
}
_COMPANY = re.compile(
    r"[\u4e00-\u9fff（）()]{1,8}(?:有限|股份|集团)公司|"
    r"(?:[A-Z][\w&.-]*\s+){1,5}(?:Co\.|Inc\b|LLC\b|Limited\b|GmbH\b|Corp(?:oration)?\b)"
)
_SENSITIVE = re.compile(
    r"面部|面容|人脸|指纹|声纹|虹膜|生物识别|基因|病历|健康生理|宗教信仰|高风险|"
    r"\b(?:facial|face recognition|fingerprint|biometric|genetic|health record|high risk)",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"信息|数据|\binformation\b|\bdata\b", re.IGNORECASE)


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


def _proposals(
    redline: Redline, old: Edition, new: Edition, before: VersionFile, after: VersionFile
) -> Iterator[Proposal]:
    """What was seen, the plainest reason first."""
    if any(
        comparable(getattr(before.contacts, name)) != comparable(getattr(after.contacts, name))
        for name in Contacts.__struct_fields__
    ):
        yield Proposal("contacts", "", "the contacts in version.yml differ")
    old_clauses, new_clauses = clauses_of(old), clauses_of(new)
    old_chapters, new_chapters = chapters_of(old), chapters_of(new)
    groups = groups_of(redline, old_clauses, new_clauses)
    old_contacts, new_contacts = (
        contacts_of(Group.text(each)) for each in (old_clauses, new_clauses)
    )
    for group in groups:
        yield from _of_names(group, old_contacts, new_contacts)
        gone, come = group.whole(group.old), group.whole(group.new)
        if set(_SENSITIVE.findall(come)) - set(_SENSITIVE.findall(gone)):
            reason = "sensitive data is named that was not (PIPL art. 55)"
            yield Proposal("high-risk", group.where, reason)
    for where in _less_prominent(redline, old, new, groups):
        yield Proposal("rights", where, "words are no longer marked as prominent")
    for hunk, ref in reworded(redline, groups):
        yield from _of_hunk(hunk, ref, old_chapters, new_chapters)
    row = changed_recipients(redline, old_clauses, new_clauses)
    if row:
        clause = new_clauses.get(row[0]) or old_clauses[row[0]]
        yield Proposal(
            "sharing", clause.number or clause.id, f"the row “{row[1]}” of recipients differs"
        )
    renamed = [
        (hunk.old.text, hunk.new.text)
        for hunk in redline.hunks
        if hunk.kind == "renamed-term" and hunk.old and hunk.new
    ]
    for group in groups:
        yield from _of_whole_clauses(group, old_chapters, new_chapters)
        yield from _of_decisive_words(group, old_chapters, new_chapters, renamed)


def _of_names(
    group: Group, old_contacts: frozenset[str], new_contacts: frozenset[str]
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
    hunk: Hunk, ref: ClauseRef, old_chapters: Mapping[str, str], new_chapters: Mapping[str, str]
) -> Iterator[Proposal]:
    chapters = [
        new_chapters.get(hunk.new_clause.id, "") if hunk.new_clause else "",
        old_chapters.get(hunk.old_clause.id, "") if hunk.old_clause else "",
    ]
    for chapter in chapters:
        kind = _kind_of(chapter)
        if kind:
            yield Proposal(kind, ref.number or ref.id, f"words differ under “{chapter}”")
            return


def _less_prominent(
    redline: Redline, old: Edition, new: Edition, groups: Sequence[Group]
) -> Iterator[str]:
    """Where a clause, or more than a word or two of it, lost its mark."""
    for hunk in redline.hunks:
        ref = hunk.new_clause or hunk.old_clause
        lost = hunk.old.text if hunk.old and hunk.kind == "emphasis-lost" else ""
        if ref and len(words_of(lost)) >= FEW:
            yield ref.number or ref.id
    before, after = ({each.id for each in edition.prominent()} for edition in (old, new))
    for group in groups:
        if group.new and before & group.old.keys() and not after & group.new.keys():
            yield group.where


def _of_whole_clauses(
    group: Group, old_chapters: Mapping[str, str], new_chapters: Mapping[str, str]
) -> Iterator[Proposal]:
    """A clause that only one edition has, headings alone and contacts set aside."""
    if group.old and group.new:
        return
    clauses = group.new or group.old
    if not any(clause.blocks for clause in clauses.values()):
        return
    text = without_contacts(group.text(clauses))
    if len(words_of(text)) >= FEW:
        chapters = [(new_chapters if group.new else old_chapters)[each] for each in clauses]
        kind = _told_kind(chapters, text) or "service-mode"
        yield Proposal(kind, group.where, "a clause is new" if group.new else "a clause is gone")


def _of_decisive_words(
    group: Group,
    old_chapters: Mapping[str, str],
    new_chapters: Mapping[str, str],
    renamed: Sequence[tuple[str, str]],
) -> Iterator[Proposal]:
    """A negation, an obligation, a period: material wherever it stands, be it one character.

    What no chapter or sentence tells the kind of is a matter of how the service works; figures
    without a unit are then no matter, and sums of money are asked about as fees.
    """
    gone, come = (without_contacts(group.text(each)) for each in (group.old, group.new))
    change = decisive_change(gone, come, renamed) if gone != come else None
    if change is None:
        return
    chapters = [new_chapters.get(each, "") for each in group.new]
    chapters += [old_chapters.get(each, "") for each in group.old]
    kind = _told_kind(chapters, change.sentences)
    if kind is None and change.figures:
        return
    under = f" under “{chapters[0]}”" if chapters[0] else ""
    yield Proposal(kind or "service-mode", group.where, _told(change) + under)


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


def _told_kind(chapters: Sequence[str], words: str) -> MaterialKind | None:
    """The kind told by the chapters, by their wider words, by a sentence on personal information.

    Of a chapter on two things the words themselves tell which.
    """
    for chapter in chapters:
        if kind := _kind_of(chapter):
            return kind
    for chapter in chapters:
        fitting = [kind for kind, pattern in _HEADINGS.items() if pattern.search(chapter)]
        if fitting:
            return next((kind for kind in fitting if _HEADINGS[kind].search(words)), fitting[0])
    return _kind_of(words) if _PERSONAL.search(words) else None
