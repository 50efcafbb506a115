"""Titles of policies inside the words of a page, each with the language it is in; their clauses."""

from __future__ import annotations

import re
from html import escape

from clausepress.archive.published import Policy
from clausepress.i18n import Labels, labels
from clausepress.text.model import Clause, plain
from clausepress.text.numbers import gap

_DECIMAL = re.compile(r"\d+([.．]\d+)*[.．、]?")


def mark_title(text: str, policy: Policy, lang: str) -> str:
    """Return a text as HTML in which a policy's title says what language it is in (WCAG 3.1.2).

    Args:
        text: Words of a page, the title among them.
        policy: The policy.
        lang: Language of the page; a title in that one is not marked.
    """
    html, code = escape(text), policy.title_lang(lang)
    if code == lang:
        return html
    title = escape(policy.title(lang))
    return html.replace(title, f'<span lang="{labels(code).html_lang}">{title}</span>', 1)


def cite(title: str, clause: Clause, words: Labels) -> str:
    """Return a policy's title and a clause of it as its text prints it: the number, the heading.

    Args:
        title: The policy's title.
        clause: The clause; one with neither number nor heading is not named.
        words: Labels of the page's language.
    """
    number, heading = clause.number, plain(clause.heading)
    if _DECIMAL.fullmatch(number):
        cited = words("{title}, clause {clause}", title=title, clause=number.rstrip(".．、"))
        return cited + words(" ({text})", text=heading) if heading else cited
    # "Article 3" and 第三条 say themselves that they are clauses.
    name = f"{number}{gap(number, heading)}{heading}".strip()
    return words("{title}, {clause}", title=title, clause=name) if name else title
