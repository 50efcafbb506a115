"""``policies.json`` and ``edition.json``: what the widgets, the API and other programs read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from clausepress.archive.editions import FrozenFiles
from clausepress.archive.material import cookies_digest
from clausepress.archive.model import Status
from clausepress.archive.published import Library, Policy, Published, Version
from clausepress.text.export import export_edition
from clausepress.text.export.publication import Publication

INDEX_SCHEMA = "clausepress.policies/1"


def edition_path(policy: str, version: str, lang: str) -> str:
    """Return the permanent path of an edition's page, relative to the site's root."""
    return f"{lang}/{policy}/{version}/"


def changes_path(policy: Policy, version: Version, lang: str) -> str:
    """Return the path of the page that compares a version with the one before it in a language,
    relative to the site's root; empty for the first, and where there is no such edition.
    """
    first = next((each.id for each in policy.versions if lang in each.editions), version.id)
    if lang not in version.editions or version.id == first:
        return ""
    return f"{edition_path(policy.id, version.id, lang)}changes/"


def to_current_path(policy: str, version: str, lang: str) -> str:
    """Return the path of the page that compares an older version with the one in force, relative to
    the site's root."""
    return f"{edition_path(policy, version, lang)}to-current/"


def policies_json(library: Library, on: dt.date) -> bytes:
    """Return the index of every policy, version and edition as it stands on a day."""
    index = {
        "schema": INDEX_SCHEMA,
        "languages": library.languages,
        "policies": [_policy(policy, on) for policy in library.policies.values()],
    }
    return msgspec.json.format(msgspec.json.encode(index), indent=1) + b"\n"


def edition_json(policy: Policy, version: Version, lang: str) -> bytes:
    """Return one edition with all of its text, numbers, emphasis and tables.

    Raises:
        SourceError: It is frozen, and its file was altered.
    """
    published = version.editions[lang]
    if isinstance(published, FrozenFiles):
        return published.json
    publication = Publication(
        policy=policy.id,
        version=version.id,
        number=version.file.number,
        body_digest=published.body_digest,
        source_digest=published.source_digest,
    )
    return export_edition(published.edition, publication, "json")


def _policy(policy: Policy, on: dt.date) -> dict[str, Any]:
    file = policy.file
    current = policy.current(on)
    statuses = policy.statuses(on)
    versions = [
        _version(policy, version, statuses[version.id]) for version in reversed(policy.public(on))
    ]
    announced = [each["id"] for each in reversed(versions) if each["status"] == "announced"]
    return {
        "id": policy.id,
        "kind": file.kind,
        "title": {lang: policy.title(lang) for lang in policy.languages},
        "controller": file.controller,
        "prevails": file.prevails,
        "current": current.id if current else None,
        "upcoming": announced[0] if announced else None,
        "announced": announced,
        "relations": file.relations,
        "cookies": _cookies(policy, current),
        "sms": file.sms,
        "versions": versions,
    }


def _cookies(policy: Policy, current: Version | None) -> dict[str, Any] | None:
    """Clause and purposes, and the digest of both: what a choice is about."""
    if not (cookies := policy.file.cookies):
        return None
    about = {"clause": cookies.clause, "purposes": cookies.purposes}
    return about | {"digest": cookies_digest(policy, current, cookies) if current else None}


def _version(policy: Policy, version: Version, status: Status) -> dict[str, Any]:
    file = version.file
    return {
        "id": file.id,
        "number": file.number or None,
        "updated_on": file.updated_on,
        "announced_on": file.announced_on,
        "effective_on": file.effective_on,
        "status": status,
        "controller": policy.controller(version),
        "prevails": policy.prevails(version),
        "material_kinds": file.material_kinds,
        "reduces_rights": file.reduces_rights,
        "reacceptance": file.reacceptance,
        "fee_change": file.fee_change,
        "service_end": file.service_end,
        "corrects": file.corrects or None,
        "correction_reason": file.correction_reason,
        "change_note": file.change_note,
        "contacts": file.contacts,
        "editions": {
            lang: {
                **_edition(edition_path(policy.id, version.id, lang), published),
                "changes": changes_path(policy, version, lang) or None,
            }
            for lang, published in version.editions.items()
        },
    }


def _edition(url: str, published: Published) -> dict[str, Any]:
    return {
        "title": published.title,
        "url": url,
        "json": f"{url}edition.json",
        **_digests(published),
        "translates": published.translates or None,
        "prominent": published.prominent,
    }


def _digests(published: Published) -> dict[str, str]:
    return {
        "text_digest": published.text_digest,
        "body_digest": published.body_digest,
        "source_digest": published.source_digest,
    }
