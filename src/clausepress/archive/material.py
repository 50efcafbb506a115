"""What a cookie choice is about, in one digest: when it changes, the widget asks anew."""

from __future__ import annotations

import unicodedata

import msgspec

from clausepress.archive.head import digest_of
from clausepress.archive.model import Cookies
from clausepress.archive.published import Policy, Version
from clausepress.text.model import Clause, own_runs, plain


def cookies_digest(policy: Policy, version: Version, cookies: Cookies) -> str:
    """Return ``sha256:`` and 64 hex digits over the purposes of cookies and the words of the clause
    that tells of them, in the edition that prevails.

    Numbers, emphasis, layout and the rest of the text are left out: what does not change what the
    visitor agreed to does not ask again.

    Raises:
        SourceError: The edition is frozen, and its file was altered.
    """
    lang = policy.prevails(version)
    published = version.editions.get(lang) or next(iter(version.editions.values()))
    cited = (each for each in published.edition.walk() if each.id == cookies.clause)
    words = "".join(_words(clause) for clause in cited)
    about = {"clause": words, "purposes": cookies.purposes}
    return digest_of(msgspec.json.encode(about, order="sorted"))


def _words(clause: Clause) -> str:
    text = "".join(plain(tuple(own_runs(each))) for each in clause.walk())
    return "".join(unicodedata.normalize("NFC", text).split())
