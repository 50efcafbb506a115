"""Findings for people, for programs and for forges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import msgspec

from clausepress.i18n import counted
from clausepress.text.lint.model import RULES, Finding, Severity

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Report(msgspec.Struct, frozen=True):
    """Everything ``clausepress check --format json`` prints.

    Attributes:
        schema: Name and version of this shape.
        files: The texts that were checked.
        findings: Every finding, by text and line.
    """

    schema: str
    files: tuple[str, ...]
    findings: tuple[Finding, ...]


def as_text(findings: Sequence[Finding], files: Sequence[str]) -> str:
    """Return findings for people: place, severity, message, rule, the words, the fix."""
    parts: list[str] = []
    for each in findings:
        where = f"{each.file}:{each.line}"
        clause = f" clause {each.clause.rstrip('.、．')}:" if each.clause else ""
        parts.append(f"{where}: {each.severity}:{clause} {each.message} [{each.rule}]")
        if each.excerpt:
            parts.append(f"    {each.excerpt}")
        parts.append(f"  fix: {each.fix}")
    if findings:
        counts = Counter(each.severity for each in findings)
        said = ", ".join(counted(counts[each], each) for each in Severity if counts[each])
        total = f"{counted(len(findings), 'finding')} in {counted(len(files), 'text')}"
        parts.append(f"{total}: {said}")
    return "\n".join(parts)


def as_json(findings: Sequence[Finding], files: Sequence[str]) -> str:
    """Return findings as JSON.

    The shape is `Report`; ``report_schema`` gives its JSON Schema. ``severity`` is one of
    ``error``, ``warning``, ``note``; ``line`` counts from 1; ``clause`` is the printed number,
    empty where there is none.
    """
    report = Report("clausepress.check/1", tuple(files), tuple(findings))
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `as_json`, generated from the types."""
    return msgspec.json.schema(Report)


def as_sarif(findings: Sequence[Finding], version: str) -> str:
    """Return findings as SARIF 2.1.0 (OASIS standard, 2020), which forges show inline.

    Args:
        findings: The findings.
        version: Version of clausepress, for ``tool.driver``.
    """
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.summary},
            "help": {"text": rule.fix},
            "defaultConfiguration": {"level": rule.severity.value},
        }
        for rule in RULES.values()
    ]
    places = {name: index for index, name in enumerate(RULES)}
    results = [
        {
            "ruleId": each.rule,
            "ruleIndex": places[each.rule],
            "level": each.severity.value,
            "message": {"text": f"{each.message}\nfix: {each.fix}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(PurePath(each.file).as_posix())},
                        "region": {"startLine": each.line, "snippet": {"text": each.excerpt}},
                    },
                    "logicalLocations": [{"name": each.clause_id or "preface", "kind": "member"}],
                }
            ],
        }
        for each in findings
    ]
    log = {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "clausepress", "version": version, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode()
