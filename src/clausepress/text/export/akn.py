"""Akoma Ntoso 1.0 (OASIS LegalDocML) of an edition: ``akomaNtoso/doc``, valid against its schema.

A policy is no act, so it is a ``<doc name="policy">``. The mapping:

| model                  | Akoma Ntoso                                                          |
|------------------------|----------------------------------------------------------------------|
| title                  | ``preface/p/docTitle``                                               |
| preface                | blocks of ``preface`` after the title                                |
| clause                 | ``hcontainer name="clause"``; an annex ``name="annex"``              |
| clause id              | ``eId``, letter for letter: an id is an NCName and stands once       |
| number, heading        | ``num``, ``heading``, as printed                                     |
| own blocks             | ``content``, or ``intro`` when the clause has clauses below it       |
| paragraph, bullets     | ``p``; neighbouring bullets ``ul/li``                                |
| table                  | ``table/tr``, its first row of ``th``                                |
| bold, underline        | ``b``, ``u``; the outer one refers to ``#_prominent`` (重点条款)     |
| button label           | ``inline name="label"`` around them                                  |
| link                   | ``ref`` inside the archive, ``a`` to the web                         |
| language               | ``xml:lang`` and ``FRBRlanguage``                                    |

Ids of the metadata begin with ``_``, which no clause id does. What Akoma Ntoso has no place for
(``translates``, the text digest) is in ``meta/proprietary``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from clausepress.text.export.akn_meta import meta
from clausepress.text.export.publication import Publication
from clausepress.text.export.xml import AKN, OWN, attribute, text, uri
from clausepress.text.model import (
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

_ANNEX = re.compile(r"附件|附录|annex\b|attachment\b|appendix\b", re.IGNORECASE)
_WEB = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PROMINENT = ' class="prominent" refersTo="#_prominent"'


def edition_akn(edition: Edition, publication: Publication) -> bytes:
    """Return an edition as Akoma Ntoso XML, UTF-8."""
    lang = attribute(edition.lang)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<akomaNtoso xmlns="{AKN}" xmlns:cp="{OWN}">',
        '<doc name="policy">',
        *meta(edition, publication),
        f"<preface xml:lang={lang}>",
        f'<p class="title"><docTitle>{text(edition.title)}</docTitle></p>',
        *_blocks(edition.preface),
        "</preface>",
        f"<mainBody xml:lang={lang}>",
    ]
    for clause in edition.clauses:
        lines.extend(_clause(clause, top=True))
    if not edition.clauses:  # mainBody must hold something
        lines.append('<hcontainer name="empty"/>')
    lines += ["</mainBody>", "</doc>", "</akomaNtoso>", ""]
    return "\n".join(lines).encode()


def _clause(clause: Clause, *, top: bool = False) -> Iterator[str]:
    annex = top and _ANNEX.match(plain(clause.heading))
    yield f'<hcontainer name="{"annex" if annex else "clause"}" eId={attribute(clause.id)}>'
    if clause.number:
        yield f"<num>{_run(number_run(clause))}</num>"
    if clause.heading:
        yield f"<heading>{_inline(clause.heading)}</heading>"
    if clause.blocks:
        tag = "intro" if clause.children else "content"
        yield f"<{tag}>"
        yield from _blocks(clause.blocks)
        yield f"</{tag}>"
    for child in clause.children:
        yield from _clause(child)
    yield "</hcontainer>"


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    for bulleted, group in groupby(
        blocks, key=lambda block: isinstance(block, Paragraph) and block.bullet
    ):
        if bulleted:
            yield "<ul>"
        for block in group:
            if isinstance(block, Table):
                yield "<table>"
                yield _row(block.header, "th")
                yield from (_row(row, "td") for row in block.rows)
                yield "</table>"
            else:
                tag = "li" if bulleted else "p"
                yield f"<{tag}>{_inline(block.runs)}</{tag}>"
        if bulleted:
            yield "</ul>"


def _row(cells: tuple[Runs, ...], tag: str) -> str:
    inner = "".join(f"<{tag}><p>{_inline(cell)}</p></{tag}>" for cell in cells)
    return f"<tr>{inner}</tr>"


def _inline(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    inner = text(run.text)
    refers = _PROMINENT if run.prominent else ""
    if run.underline:
        inner = f"<u{'' if run.bold else refers}>{inner}</u>"
    if run.bold:
        inner = f"<b{refers}>{inner}</b>"
    if run.href:
        tag = "a" if _WEB.match(run.href) else "ref"
        target, encoded = uri(run.href)
        kept = ' cp:encoded="true"' if encoded else ""
        inner = f"<{tag} href={attribute(target)}{kept}>{inner}</{tag}>"
    if run.label:
        inner = f'<inline name="label">{inner}</inline>'
    return inner
