"""Titles of policies inside the words of a page, each with the language it is in."""

from __future__ import annotations

from html import escape

from clausepress.archive.published import Policy
from clausepress.i18n import labels


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
