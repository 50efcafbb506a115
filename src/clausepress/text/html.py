"""An edition's body as HTML: the part of a page that is frozen and digested.

It needs neither a theme nor a script: marks are `<strong><u>`, numbers are text, tables are
tables, and nothing is numbered by the browser.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from html import escape
from itertools import groupby
from types import MappingProxyType

from clausepress.text.model import (
    PREFACE_ID,
    Block,
    Clause,
    Edition,
    Paragraph,
    Run,
    Runs,
    Table,
    number_run,
    plain,
)
from clausepress.text.numbers import gap


def render_body(
    edition: Edition,
    *,
    html_lang: str,
    prominent_label: str,
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the body of an edition.

    Links to other policies are relative to the version's permanent page.

    Args:
        edition: The text.
        html_lang: Value of its ``lang`` attribute (BCP 47), e.g. ``zh-Hans``.
        prominent_label: Words that tell a screen reader of a prominent clause.
        aliases: Other anchors that lead to a clause: alias to clause id.
    """
    writer = _Writer(prominent_label, aliases)
    parts = [f'<div class="cp-text" lang="{escape(html_lang)}">']
    if edition.preface:
        parts.append(
            f'<div class="cp-preface" id="{PREFACE_ID}">{writer.blocks(edition.preface)}</div>'
        )
    parts.extend(writer.clause(clause, 2) for clause in edition.clauses)
    parts.append("</div>")
    return "\n".join(parts) + "\n"


def render_own(clause: Clause, *, level: int, prominent_label: str) -> str:
    """Return a clause by itself, as it stands in the body: number, heading and own blocks, without
    its anchors and the clauses below it.

    Args:
        clause: The clause.
        level: Level of its heading, 2 for one at the top.
        prominent_label: Words that tell a screen reader of a prominent clause.
    """
    return "\n".join(_Writer(prominent_label, {}).own(clause, level))


def body_digest(body: str) -> str:
    """Return ``sha256:`` and 64 hex digits over the body's UTF-8 bytes (FIPS 180-4)."""
    return "sha256:" + hashlib.sha256(body.encode()).hexdigest()


class _Writer:
    def __init__(self, prominent_label: str, aliases: Mapping[str, str]) -> None:
        self._anchors: dict[str, str] = {}
        for alias, clause_id in aliases.items():
            anchors = self._anchors.get(clause_id, "")
            self._anchors[clause_id] = f'{anchors}<span id="{escape(alias)}"></span>'
        self._label = f'<span class="cp-label">{escape(prominent_label)}</span>'

    def clause(self, clause: Clause, level: int) -> str:
        anchors = self._anchors.get(clause.id, "")
        parts = [f'<section class="cp-clause" id="{escape(clause.id)}">{anchors}']
        parts += self.own(clause, level)
        parts.extend(self.clause(child, level + 1) for child in clause.children)
        parts.append("</section>")
        return "\n".join(parts)

    def own(self, clause: Clause, level: int) -> list[str]:
        parts: list[str] = []
        blocks = clause.blocks
        if clause.heading:
            tag = f"h{min(level, 6)}"
            parts.append(f"<{tag}>{self._numbered(clause, clause.heading)}</{tag}>")
        elif blocks and isinstance(blocks[0], Paragraph) and not blocks[0].bullet:
            parts.append(f"<p>{self._numbered(clause, blocks[0].runs)}</p>")
            blocks = blocks[1:]
        elif clause.number:
            parts.append(f"<p>{self._numbered(clause, ())}</p>")
        if blocks:
            parts.append(self.blocks(blocks))
        return parts

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        parts: list[str] = []
        for bulleted, group in groupby(blocks, key=_is_bullet):
            if bulleted:
                items = "".join(f"<li>{self._block_text(block)}</li>" for block in group)
                parts.append(f"<ul>{items}</ul>")
            else:
                parts.extend(self._block(block) for block in group)
        return "\n".join(parts)

    def _block(self, block: Block) -> str:
        return self._table(block) if isinstance(block, Table) else f"<p>{self.runs(block.runs)}</p>"

    def _block_text(self, block: Block) -> str:
        return self.runs(block.runs) if isinstance(block, Paragraph) else ""

    def _table(self, table: Table) -> str:
        header = "".join(f'<th scope="col">{self.runs(cell)}</th>' for cell in table.header)
        rows = "\n".join(
            "<tr>" + "".join(f"<td>{self.runs(cell)}</td>" for cell in row) + "</tr>"
            for row in table.rows
        )
        return (
            '<div class="cp-table" tabindex="0"><table>\n'
            f"<thead><tr>{header}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
        )

    def _numbered(self, clause: Clause, runs: Runs) -> str:
        """The number and the text after it; a number marked with its text is under one mark."""
        number = _number(clause, runs)
        if not number_run(clause).prominent:
            return number + self.runs(runs)
        if runs and runs[0].prominent:
            return self.runs(runs, lead=number)
        return f"<b>{number.rstrip()}</b> {self.runs(runs)}"

    def runs(self, runs: Runs, lead: str = "") -> str:
        """Text with neighbouring prominent runs under one mark and one spoken label."""
        parts: list[str] = []
        for prominent, group in groupby(runs, key=lambda run: run.prominent):
            text = lead + "".join(_run(run) for run in group)
            lead = ""
            if prominent:
                text = f'<strong class="cp-prominent">{self._label}<u>{text}</u></strong>'
            parts.append(text)
        return "".join(parts)


def _is_bullet(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.bullet


def _number(clause: Clause, runs: Runs) -> str:
    if not clause.number:
        return ""
    space = gap(clause.number, plain(runs))
    return f'<a class="cp-number" href="#{escape(clause.id)}">{escape(clause.number)}</a>{space}'


def _run(run: Run) -> str:
    text = escape(run.text)
    if run.label:
        text = f'<b class="cp-button">{text}</b>'
    if not run.href:
        return text
    if run.href.startswith("../"):  # to another policy: one folder further from a version's page
        return f'<a href="../{escape(run.href)}">{text}</a>'
    rel = ' rel="external noopener"' if "://" in run.href else ""
    return f'<a href="{escape(run.href)}"{rel}>{text}</a>'
