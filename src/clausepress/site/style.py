"""The style sheet with the words it prints, which are labels like all others."""

from __future__ import annotations

import json
from collections.abc import Iterable

from clausepress.i18n import labels

STYLE = "assets/clausepress.css"


def with_words(css: str, languages: Iterable[str]) -> str:
    """Return a style sheet with what it says to screen readers, by the language of the text.

    Args:
        css: The style sheet.
        languages: Languages of the site.
    """
    words = ((labels(lang).html_lang, labels(lang)("(external link)")) for lang in languages)
    rules = [
        f":lang({code}) {{ --cp-external: {json.dumps(text, ensure_ascii=False)}; }}"
        for code, text in words
    ]
    return "\n".join([css.rstrip(), *rules, ""])
