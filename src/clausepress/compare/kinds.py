"""Which of the six material changes a redline points to, for an editor to confirm or decline.

The kinds are those of clause 9.2 of the privacy policy (GB/T 35273-2020 annex D). What is proposed
here is a reason to look, never a finding of law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clausepress.archive.model import MaterialKind, VersionFile
from clausepress.compare.model import Hunk, Redline
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
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\d.])(?:\+?\d{1,3}[- ])?\d{3,4}-\d{3,4}(?:-\d{3,4})?(?![\d.])"
)
_SENSITIVE = re.compile(
    r"面部|人脸|指纹|声纹|虹膜|生物识别|基因|病历|健康生理|宗教信仰|高风险|"
    r"\b(?:facial|face recognition|fingerprint|biometric|genetic|health record|high risk)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\u3400-\u9fff]|[A-Za-z]+|\d+")
_FEW = 6  # Han characters or words of change below which a chapter alone says nothing


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
    if before.contacts != after.contacts:
        found["contacts"] = Proposal("contacts", "", "the contacts in version.yml differ")
    old_chapters, new_chapters = _chapters(old), _chapters(new)
    for proposal in _of_clauses(redline, clauses_of(old), clauses_of(new)):
        found.setdefault(proposal.kind, proposal)
    for hunk in redline.shown():
        for proposal in _of_hunk(hunk, old_chapters, new_chapters):
            found.setdefault(proposal.kind, proposal)
    return tuple(found[kind] for kind in CLAUSE_OF_KIND if kind in found)


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


def _of_clauses(
    redline: Redline, old: Mapping[str, Clause], new: Mapping[str, Clause]
) -> Iterator[Proposal]:
    """Names and contacts, which a hunk may hold in part only, clause against clause."""
    for pair in redline.clauses:
        if pair.old and pair.new:
            gone, come = _sentences(old[pair.old.id]), _sentences(new[pair.new.id])
            where = pair.new.number or pair.new.id
            if set(_COMPANY.findall(gone)) != set(_COMPANY.findall(come)):
                yield Proposal("organisation", where, "the name of a company differs")
            if set(_CONTACT.findall(gone)) != set(_CONTACT.findall(come)):
                yield Proposal("contacts", where, "a mailbox or telephone number differs")


def _sentences(clause: Clause) -> str:
    """A clause's own text without its tables: a recipient listed there is no change of company."""
    return "\n".join(line for line in clause_text(clause).split("\n") if "\t" not in line)


def _of_hunk(
    hunk: Hunk, old_chapters: Mapping[str, str], new_chapters: Mapping[str, str]
) -> Iterator[Proposal]:
    if hunk.kind not in ("added", "removed", "wording"):
        return
    gone = hunk.old.text if hunk.old else ""
    come = hunk.new.text if hunk.new else ""
    ref = hunk.new_clause or hunk.old_clause
    clause = (ref.number or ref.id) if ref else ""
    if set(_SENSITIVE.findall(come)) - set(_SENSITIVE.findall(gone)):
        yield Proposal("high-risk", clause, "sensitive data is named that was not (PIPL art. 55)")
    if len(_WORD.findall(gone + come)) < _FEW or ref is None:
        return
    chapter = (new_chapters if hunk.new_clause else old_chapters).get(ref.id, "")
    for kind, pattern in _CHAPTERS.items():
        if pattern.search(chapter):
            yield Proposal(kind, clause, f"words differ under “{chapter}”")
            return
