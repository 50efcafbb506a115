"""Findings, rules and the registry that every family of rules writes itself into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from clausepress.text.lint.view import Node, Piece, View, shorten


class Severity(StrEnum):
    """How much a finding matters; the words are the levels of SARIF 2.1.0 (3.58.6)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(msgspec.Struct, frozen=True):
    """One fault at one place.

    Attributes:
        rule: Id of the rule.
        severity: How much it matters.
        file: The file, as it was named.
        line: 1-based line of the file; 1 for the text as a whole.
        clause: Printed number of the clause, empty outside any numbered clause.
        clause_id: Id of the clause, empty before the first one.
        message: What is wrong.
        fix: What to do about it.
        excerpt: The words at fault.
    """

    rule: str
    severity: Severity
    file: str
    line: int
    clause: str
    clause_id: str
    message: str
    fix: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule yields: a place and what is wrong there.

    Attributes:
        line: 1-based line.
        node: The clause, None in the preface.
        message: What is wrong.
        excerpt: The words at fault.
        fix: What to do here, when the rule's own fix is too general.
    """

    line: int
    node: Node | None
    message: str
    excerpt: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the fault and the same text without it.

    Attributes:
        lang: Language of both.
        bad: Must give exactly one kind of finding: this rule's.
        good: Must give none.
        whole: The two are whole texts; otherwise they stand in a text with number, dates and
            a contact.
    """

    lang: str
    bad: str
    good: str
    whole: bool = False


Check = Callable[[View], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the lint.

    Attributes:
        id: Kebab-case name, stable: people write it into ``check.yml``.
        family: Name of its module, the heading it stands under in the reference.
        severity: Severity of its findings.
        summary: One line: what it finds.
        fix: What to do about a finding.
        example: Text with and without the fault; None for the rules about ``check.yml``.
        check: Finds the fault in a text; None for the rules about ``check.yml``.
    """

    id: str
    family: str
    severity: Severity
    summary: str
    fix: str
    example: Example | None = None
    check: Check | None = None


RULES: dict[str, Rule] = {}
"""Every rule by id, in the order of the reference."""


def rule(
    name: str, severity: Severity, summary: str, *, fix: str, example: Example
) -> Callable[[Check], Check]:
    """Register the function below as the check of a rule."""

    def register(check: Check) -> Check:
        family = check.__module__.rpartition(".")[2]
        RULES[name] = Rule(name, family, severity, summary, fix, example, check)
        return check

    return register


def at_piece(view: View, piece: Piece, at: int, message: str, *, fix: str = "") -> Hit:
    """Return a hit at a character of a piece, with the words around it as excerpt."""
    excerpt = shorten(piece.text, at if at >= 0 else len(piece.text))
    return Hit(view.line_of(piece, at), piece.node, message, excerpt, fix)


def at_node(node: Node, message: str, *, fix: str = "") -> Hit:
    """Return a hit at a clause, with its number and first words as excerpt."""
    return Hit(node.line, node, message, shorten(f"{node.printed} {node.title}".strip(), 0), fix)


def at_line(view: View, line: int, message: str, *, fix: str = "") -> Hit:
    """Return a hit at a raw line, with its first characters as excerpt."""
    return Hit(line, view.node_at(line), message, shorten(view.lines[line - 1].strip(), 0), fix)
