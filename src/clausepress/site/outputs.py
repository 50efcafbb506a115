"""The files of a site that are no pages: indexes, feeds, calendars, TimeMaps, what was frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from clausepress.archive.index import edition_json, edition_path, policies_json
from clausepress.archive.manifest import FILE, FOLDER, HEAD, KEYS
from clausepress.archive.memento import Link, timemap
from clausepress.archive.published import Library, Policy
from clausepress.archive.verifying.inspection import TIMESTAMP
from clausepress.site.as_of import policy_history
from clausepress.site.cache import Cache, place_copy, place_output
from clausepress.site.calendar import calendar, calendar_path
from clausepress.site.dates import Site
from clausepress.site.feeds import atom_feed, feed_path
from clausepress.site.search import archive_search, current_search, search_path
from clausepress.site.sms import reply_code, reply_path

_FROZEN = (".html", ".json")


def data_files(
    library: Library, on: dt.date, site: Site, api: str | None
) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every file as it stands on a day; drafts are in none.

    Args:
        library: The policies.
        on: The day.
        site: The site.
        api: URL of the API's ``/v1/`` folder; empty when it is beside the site, None without one.
    """
    library = library.public(on)
    yield "policies.json", policies_json(library, on)
    every = list(library.policies.values())
    for lang in library.languages:
        yield feed_path(lang), atom_feed(site, lang, every, on)
        yield calendar_path(lang), calendar(site, lang, every, on)
    for policy in every:
        if policy.file.sms and (code := reply_code(policy.file.sms)):
            yield reply_path(policy.id), code
        for lang in policy.languages:
            found = policy_history(policy, lang, on, api)
            yield feed_path(lang, policy.id), atom_feed(site, lang, [policy], on, policy=policy)
            yield calendar_path(lang, policy.id), calendar(site, lang, [policy], on, policy=policy)
            yield found.timemap, timemap(found, site.base(found.timemap))


def write_archive(library: Library, site: Path, cache: Cache | None) -> None:
    """Write every text as ``edition.json``, and what `clausepress verify` reads of a site: the
    keys, the heads of the chains and the frozen versions, copied byte for byte.

    Args:
        library: The policies, without drafts.
        site: The folder of the site.
        cache: Where outputs are kept from one build to the next.
    """
    for policy in library.policies.values():
        for version in policy.versions:
            for lang in version.editions:
                path = site / edition_path(policy.id, version.id, lang) / "edition.json"
                place_output(edition_json(policy, version, lang), path, cache)
    for uri, source in _archive_files(library):
        place_copy(source, site / uri, cache)


def write_searches(library: Library, on: dt.date, site: Path, cache: Cache | None) -> None:
    """Write what the search pages read: the texts in force of a language, the versions of a policy.

    Args:
        library: The policies, without drafts.
        on: The day.
        site: The folder of the site.
        cache: Where outputs are kept from one build to the next.

    Raises:
        SourceError: A frozen text was altered.
    """
    for lang in library.languages:
        current = current_search(library.policies.values(), lang, on)
        place_output(current, site / search_path(lang), cache)
    for policy in library.policies.values():
        for lang in policy.languages:
            whole = archive_search(policy, lang, on)
            place_output(whole, site / search_path(lang, policy.id), cache)


def _archive_files(library: Library) -> Iterator[tuple[str, Path]]:
    frozen = [
        (policy, version)
        for policy in library.policies.values()
        for version in policy.versions
        if version.manifest
    ]
    if frozen:
        yield f"archive/{KEYS}", library.root / KEYS
    for policy in dict.fromkeys(policy.id for policy, _ in frozen):
        yield f"archive/{policy}/{HEAD}", library.policies[policy].path.parent / HEAD
    for owner, version in frozen:
        folder = version.path.parent / FOLDER
        names = [FILE, *(f"{lang}{suffix}" for lang in version.editions for suffix in _FROZEN)]
        if (folder / TIMESTAMP).is_file():
            names.append(TIMESTAMP)
        for name in names:
            yield f"archive/{owner.id}/{version.id}/{name}", folder / name


def feed_links(lang: str, policy: Policy | None) -> list[Link]:
    """Return the links to feed and calendar that a page's head has: those of its policy, or of the
    site. At a bare "alternate" the theme's script would ask for a sitemap."""
    name = policy.id if policy and lang in policy.languages else ""
    return [
        Link("feed alternate", feed_path(lang, name), "application/atom+xml"),
        Link("feed alternate", calendar_path(lang, name), "text/calendar"),
    ]
