"""The pages of a published site against the frozen bodies and editions beside them.

Only the body of a page is frozen. The shell around it, navigation, styles and scripts, may
change with the theme and is not proved.
"""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import msgspec

from clausepress.archive.head import digest_of
from clausepress.archive.index import INDEX_SCHEMA, edition_path
from clausepress.archive.manifest import FrozenEdition
from clausepress.archive.model import Status
from clausepress.archive.verifying.clauses import body_parts, differences
from clausepress.archive.verifying.inspection import Found, Inspection, is_name

INDEX = "policies.json"
_BODY = b'<div class="cp-text"'
_HIDING = frozenset({"template", "noscript", "textarea", "title", "iframe", "select"})


class IndexedEdition(msgspec.Struct, frozen=True):
    """What ``policies.json`` says of an edition, as far as it is verified."""

    url: str
    json: str
    text_digest: str
    body_digest: str


class IndexedVersion(msgspec.Struct, frozen=True):
    """A version in ``policies.json``."""

    id: str
    status: Status
    controller: dict[str, str]
    prevails: str
    editions: dict[str, IndexedEdition]


class IndexedPolicy(msgspec.Struct, frozen=True):
    """A policy in ``policies.json``."""

    id: str
    current: str | None
    controller: dict[str, str]
    prevails: str
    versions: tuple[IndexedVersion, ...]


class _Index(msgspec.Struct, frozen=True):
    schema: str
    policies: tuple[IndexedPolicy, ...]


Index = dict[str, IndexedPolicy]


def read_index(inspection: Inspection) -> Index:
    """Return the policies of a site by id; what is wrong with ``policies.json`` is recorded."""
    raw = inspection.read(INDEX, "the index of the site is gone: build the site again")
    if raw is None:
        return {}
    inspection.checked.files += 1
    try:
        index = msgspec.json.decode(raw, type=_Index)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        inspection.add(INDEX, "altered", f"does not read as an index: {error}")
        return {}
    names: list[Any] = [policy.id for policy in index.policies]
    for policy in index.policies:
        names += [policy.current or policy.id]
        names += [name for each in policy.versions for name in (each.id, *each.editions)]
    if index.schema != INDEX_SCHEMA or not all(map(is_name, names)):
        inspection.add(INDEX, "altered", f"is no {INDEX_SCHEMA}, or names no policy or version")
        return {}
    return {policy.id: policy for policy in index.policies}


def check_pages(
    inspection: Inspection,
    found: Found,
    bodies: Mapping[str, bytes],
    index: Index,
) -> None:
    """Compare a frozen version with its pages, the editions beside them, and the index.

    Args:
        inspection: Reads the files and takes the findings.
        found: The frozen version.
        bodies: Language to frozen body, of those that are intact.
        index: The site's index.
    """
    if found.manifest is None:
        return
    policy = index.get(found.policy)
    versions = policy.versions if policy else ()
    listed = next((each for each in versions if each.id == found.folder), None)
    if listed is None:
        if index:
            inspection.add(
                INDEX, "missing", f"does not name {found.policy}/{found.folder}, which is frozen"
            )
        return
    for name, now, before in (
        ("controller", listed.controller, found.manifest.controller),
        ("prevails", listed.prevails, found.manifest.prevails),
    ):
        if now != before:
            inspection.add(
                INDEX,
                "altered",
                f"{found.policy}/{found.folder}: {name} was frozen as {before!r}, is {now!r}",
            )
    for lang in sorted({*listed.editions} - {*found.manifest.editions}):
        inspection.add(
            INDEX, "added", f"{found.policy}/{found.folder}: names {lang}, which was not frozen"
        )
    for lang, digests in found.manifest.editions.items():
        _check_index(inspection, found, lang, digests, listed.editions.get(lang))
        path = edition_path(found.policy, found.folder, lang)
        _check_edition_json(inspection, f"{path}edition.json", digests)
        if lang in bodies:
            _check_page(inspection, f"{path}index.html", bodies[lang])
            if policy and policy.current == found.folder:
                body = bodies[lang].replace(b'href="../../', b'href="../')
                _check_page(inspection, f"{lang}/{found.policy}/index.html", body)


def _check_index(
    inspection: Inspection,
    found: Found,
    lang: str,
    digests: FrozenEdition,
    listed: IndexedEdition | None,
) -> None:
    named = f"{found.policy}/{found.folder}/{lang}"
    if listed is None:
        inspection.add(INDEX, "missing", f"does not name {named}, which is frozen")
        return
    path = edition_path(found.policy, found.folder, lang)
    said = (listed.url, listed.json, listed.text_digest, listed.body_digest)
    if said != (path, f"{path}edition.json", digests.text, digests.body):
        inspection.add(INDEX, "altered", f"gives another address or digest of {named}")


def _check_edition_json(inspection: Inspection, path: str, digests: FrozenEdition) -> None:
    raw = inspection.read(path, "the edition of a frozen version; build the site again")
    if raw is None:
        return
    inspection.checked.files += 1
    if digest_of(raw) != digests.json:
        inspection.add(path, "altered", "is not the frozen edition, as the manifest names it")


def _check_page(inspection: Inspection, path: str, body: bytes) -> None:
    raw = inspection.read(path, "the page of a frozen version; build the site again")
    if raw is None:
        return
    inspection.checked.pages += 1
    at = raw.find(body)
    if at >= 0 and raw.count(_BODY) == 1:
        if _is_hidden(raw[:at]):
            inspection.add(path, "altered", "holds the frozen body where no reader sees it")
        return
    if raw.count(_BODY) > 1:
        inspection.add(path, "altered", "holds more than one text")
        return
    shown = raw[max(raw.find(_BODY), 0) :].decode("utf-8", "replace")
    frozen = body_parts(body.decode("utf-8"))
    there = {name: part for name, part in body_parts(shown).items() if name}
    clauses = differences({name: part for name, part in frozen.items() if name}, there)
    inspection.add(path, "altered", "does not hold the frozen body byte for byte", clauses)


def _is_hidden(before: bytes) -> bool:
    """Whether what follows this part of a page stands in a comment, script or hidden element."""
    reader = _Shell(convert_charrefs=False)
    try:
        reader.feed(before.decode("utf-8", "replace"))
    except AssertionError:  # how html.parser refuses a broken "<!["
        return True
    return bool(reader.rawdata.strip() or reader.cdata_elem or reader.hiding)


class _Shell(HTMLParser):
    hiding = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.hiding += tag in _HIDING

    def handle_endtag(self, tag: str) -> None:
        self.hiding -= tag in _HIDING and self.hiding > 0
