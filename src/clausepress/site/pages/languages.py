"""Pages where a reader picks a language: the root, and a policy's folder in the archive, where
links from frozen bodies lead when these are read where they lie.
"""

from __future__ import annotations

from clausepress.archive.published import Library, Policy
from clausepress.i18n import labels
from clausepress.site.pages.model import Content, Page, facts

_Card = tuple[str, str, list[tuple[str, str]]]
"""A language, the path of its page, and path and title of each page that it offers."""


def languages_page(library: Library, lang: str) -> Page:
    """Return the root page.

    Args:
        library: The policies, without drafts.
        lang: Its own language.
    """
    policies = library.policies.values()
    cards = [
        (
            code,
            f"{code}/",
            [(f"{code}/{p.id}/", p.title(code)) for p in policies if code in p.languages],
        )
        for code in library.languages
    ]
    return _page("", lang, labels(lang)("Policies"), cards)


def folder_page(policy: Policy, lang: str) -> Page:
    """Return the page of a policy's folder in the archive. A version's folder has none, since
    nothing is added to what is frozen.

    Args:
        policy: The policy, without drafts.
        lang: Its own language, if the policy has it.
    """
    lang = lang if lang in policy.languages else policy.languages[0]
    cards = []
    for code in policy.languages:
        path = f"{code}/{policy.id}/"
        versions = labels(code)("All versions")
        cards.append((code, path, [(path, policy.title(code)), (f"{path}archive/", versions)]))
    return _page(f"archive/{policy.id}/", lang, policy.title(lang), cards)


def _page(url: str, lang: str, title: str, cards: list[_Card]) -> Page:
    return Page(
        url=url,
        lang=lang,
        template="clausepress/languages.html",
        title=title,
        inputs=(facts(cards),),
        make=lambda: Content({"cards": [(labels(code), *rest) for code, *rest in cards]}),
        indexed=not url,
    )
