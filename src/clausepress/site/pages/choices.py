"""The page where a reader makes choices."""

from __future__ import annotations

import datetime as dt

from clausepress.archive.published import Library, Policy
from clausepress.i18n import labels
from clausepress.site.pages.model import Content, Page, facts


def choices_page(library: Library, lang: str, on: dt.date) -> Page:
    """Return the page where a reader makes choices.

    Args:
        library: The policies, without drafts.
        lang: The language.
        on: The day.
    """
    policies = library.policies.values()
    sms = next((policy for policy in policies if policy.file.sms), None)
    cookies = next((policy for policy in policies if policy.file.cookies), None)
    asked = [policy for policy in (sms, cookies) if policy]
    return Page(
        url=f"{lang}/choices/",
        lang=lang,
        template="clausepress/choices.html",
        title=labels(lang)("Your choices"),
        inputs=tuple(facts(policy.file, _text_in_force(policy, lang, on)) for policy in asked),
        make=lambda: Content(
            {
                "sms": sms,
                "cookies": cookies,
                "cites": lambda policy, clause: _in_force_has(policy, lang, clause, on),
            }
        ),
        alternates={other: f"{other}/choices/" for other in library.languages},
    )


def _text_in_force(policy: Policy, lang: str, on: dt.date) -> str:
    version = policy.current(on)
    return version.editions[lang].text_digest if version and lang in version.editions else ""


def _in_force_has(policy: Policy, lang: str, clause: str, on: dt.date) -> bool:
    """Whether the text in force has the clause that the newest version gives its widget."""
    version = policy.current(on)
    return bool(version and lang in version.editions and version.editions[lang].has_clause(clause))
