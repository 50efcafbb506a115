"""Running every rule over texts."""

from __future__ import annotations

from collections.abc import Sequence

from clausepress.text.lint import (
    amounts,
    characters,
    contacts,
    contents,
    dates,
    facts,
    foreign,
    ignores,
    lists,
    names,
    numbering,
    parties,
    references,
    repeats,
    self_names,
    sentences,
    structure,
    terms,
    topics,
    widths,
    wording,
)
from clausepress.text.lint.model import RULES, Finding, Hit, Rule
from clausepress.text.lint.view import View
from clausepress.text.sources import TextSource

FAMILIES = (
    numbering,
    contents,
    structure,
    references,
    topics,
    self_names,
    terms,
    names,
    parties,
    sentences,
    lists,
    repeats,
    characters,
    widths,
    foreign,
    wording,
    facts,
    dates,
    amounts,
    contacts,
    ignores,
)
"""The modules of rules, in the order of the reference."""


def check_text(source: TextSource) -> list[Finding]:
    """Return every finding of one text by line, entries of ``check.yml`` not yet asked."""
    view = View(source)
    findings = {
        _finding(rule, hit, source)
        for rule in RULES.values()
        if rule.check
        for hit in rule.check(view)
    }
    return sorted(findings, key=lambda each: (each.line, each.rule, each.message))


def check_texts(sources: Sequence[TextSource]) -> list[Finding]:
    """Return every finding of some texts that no entry of ``check.yml`` lets stand.

    Raises:
        SourceError: A ``check.yml`` that cannot be read.
    """
    entries = ignores.Ignores()
    found = [
        finding for source in sources for finding in entries.keep(source.path, check_text(source))
    ]
    return found + entries.faults({source.path for source in sources})


def _finding(rule: Rule, hit: Hit, source: TextSource) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        file=str(source.path),
        line=hit.line,
        clause=_printed(hit),
        clause_id=hit.node.clause.id if hit.node else "",
        message=hit.message,
        fix=hit.fix or rule.fix,
        excerpt=hit.excerpt,
    )


def _printed(hit: Hit) -> str:
    """The clause number a person would say: an item with the numbered clause that holds it."""
    parts: list[str] = []
    node = hit.node
    while node:
        if node.number:
            parts.append(node.printed)
            if len(node.number.values) > 1 or node.clause.heading:
                break
        node = node.parent
    return " ".join(reversed(parts))
