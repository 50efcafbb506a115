"""An alignment report as lines for people."""

from __future__ import annotations

from pathlib import Path

from clausepress.text.alignment.model import AlignmentReport, ClauseRef


def shown(report: AlignmentReport, path_a: Path, path_b: Path, *, pairs: bool) -> list[str]:
    """Return the lines of a report: pairs if wanted, clauses in one edition, findings, a sum.

    Args:
        report: The report.
        path_a: File of the first edition.
        path_b: File of the second.
        pairs: Whether to list the pairs.
    """
    paths = {"a": path_a, "b": path_b}
    sides = {"a": report.a, "b": report.b}
    lines = [f"{report.a.name} ({report.a.lang}) and {report.b.name} ({report.b.lang})"]
    if report.shown_as:
        lines.append(f"the translation is shown as: {report.shown_as}")
    if pairs:
        lines += [
            f"  {' + '.join(pair.a)} = {' + '.join(pair.b)} ({pair.confidence:.0%} by {pair.basis})"
            for pair in report.pairs
        ]
    for one in report.only:
        about = f" [{', '.join(one.about)}]" if one.about else ""
        under = f" under {one.under}" if one.under else ""
        lines.append(
            f"{_where(paths[one.side], one.clause)}: only in {sides[one.side].name}: "
            f"{_name(one.clause)}{under}: {one.clause.text}{about}"
        )
    for finding in report.findings:
        if finding.a is None or finding.b is None:
            lines.append(f"{path_b}: {finding.message} [{finding.kind}]")
            continue
        lines.append(
            f"{_where(path_a, finding.a)} {_name(finding.a)} = "
            f"{_where(path_b, finding.b)} {_name(finding.b)}: {finding.message} [{finding.kind}]"
        )
    lines.append(
        f"{len(report.pairs)} pairs, {len(report.only)} clauses in one edition only, "
        f"{len(report.findings)} differences"
    )
    return lines


def _where(path: Path, clause: ClauseRef) -> str:
    return f"{path}:{clause.line}" if clause.line else str(path)


def _name(clause: ClauseRef) -> str:
    return clause.number or clause.id
