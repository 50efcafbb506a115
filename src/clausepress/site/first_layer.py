"""The first layer of the cookie choice in a page's own HTML: there as soon as the loader knows that
nothing was chosen, and without scripts a form that leads to the server's."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from clausepress.archive.index import edition_path
from clausepress.archive.material import cookies_digest
from clausepress.archive.published import Library
from clausepress.resources import resource


def first_layer(library: Library, lang: str, on: dt.date) -> dict[str, Any] | None:
    """Return what the template prints, in the widgets' own words; None where nothing is asked.

    Keys: ``policy``; ``material``, the digest of what is asked about; ``text``, what is around the
    policy's name; ``title``, ``url`` and ``lang`` of its edition; ``refuse``, ``accept``,
    ``settings``.

    Raises:
        SourceError: A frozen edition was altered.
    """
    policy = next((each for each in library.policies.values() if each.file.cookies), None)
    version = policy.current(on) if policy else None
    if not policy or not version or not (cookies := policy.file.cookies):
        return None
    if all(purpose.required for purpose in cookies.purposes):
        return None
    words = json.loads((resource("widgets") / "messages" / f"{lang}.json").read_text("utf-8"))
    shown = next(
        each for each in (lang, policy.file.prevails, *version.editions) if each in version.editions
    )
    ask = words["ask"].replace("{number}", version.file.number or words["unstated"])
    return {
        "policy": policy.id,
        "material": cookies_digest(policy, version, cookies),
        "text": re.split(r"\{policy\}", ask),
        "title": words["title"].replace("{title}", version.editions[shown].title),
        "url": edition_path(policy.id, version.id, shown),
        "lang": shown,
        **{name: words[name] for name in ("refuse", "accept", "settings")},
    }
