"""The page that finds clauses; without scripts, the contents of every text in force."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clausepress.archive.index import edition_path
from clausepress.archive.published import Library
from clausepress.i18n import Labels, labels
from clausepress.site.pages.model import Content, Page, facts
from clausepress.site.search import chapters, search_path, shown_version


def search_url(lang: str) -> str:
    """Return the path of the search page in a language."""
    return f"{lang}/search/"


def search_page(library: Library, lang: str, on: dt.date) -> Page:
    """Return the search page of a language.

    Args:
        library: The policies, without drafts.
        lang: The language.
        on: The day.
    """
    shown = [
        (policy, version)
        for policy in library.policies.values()
        for version in (shown_version(policy, on),)
        if lang in version.editions
    ]
    archives = {
        policy.id: search_path(lang, policy.id)
        for policy in library.policies.values()
        if lang in policy.languages
    }

    def make() -> Content:
        entries = [
            {
                "policy": policy,
                "path": edition_path(policy.id, version.id, lang),
                "chapters": chapters(version.editions[lang].edition),
            }
            for policy, version in shown
        ]
        found = {"current": search_path(lang), "archives": archives, **_words(labels(lang))}
        policies = [policy for policy in library.policies.values() if policy.id in archives]
        return Content({"entries": entries, "policies": policies, "search": found})

    return Page(
        url=search_url(lang),
        lang=lang,
        template="clausepress/search.html",
        title=labels(lang)("Search the policies"),
        inputs=(
            facts(archives, [policy.title(lang) for policy in library.policies.values()]),
            *(
                facts(policy.file, version.id, version.editions[lang].text_digest)
                for policy, version in shown
            ),
        ),
        make=make,
        alternates={other: search_url(other) for other in library.languages},
    )


def _words(t: Labels) -> dict[str, Any]:
    """What ``assets/search.js`` prints, and the words that tell nothing."""
    return {
        "small": t("(small words)"),
        "words": {
            "found": t("Clauses found: {count}."),
            "near": t("No clause holds all of it. The nearest: {count}."),
            "none": t("Nothing was found. Try fewer or other words, or search all versions."),
            "empty": t("Type a word or a clause number, such as 5.1."),
            "failed": t("The texts could not be loaded. Check the connection and try again."),
            "key": t("Key clause"),
            "versions": t("Versions: {versions} ({status})"),
            "preface": t("Introduction"),
            "comma": t(", "),
            "effective": t("effective"),
            "announced": t("announced"),
            "superseded": t("superseded"),
            "archived": t("archived"),
        },
    }
