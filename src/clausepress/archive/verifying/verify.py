"""Verifying an archive or a published site as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from clausepress.archive.head import Head
from clausepress.archive.manifest import FILE, FOLDER, HEAD, KEYS
from clausepress.archive.timestamps import TimeStampError, check_response
from clausepress.archive.verifying.chain import check_chain
from clausepress.archive.verifying.inspection import (
    TIMESTAMP,
    Found,
    Inspection,
    Layout,
    is_name,
)
from clausepress.archive.verifying.model import REPORT_SCHEMA, ChainHead, Report
from clausepress.archive.verifying.places import Folder, Origin, Place, UnreadableError
from clausepress.archive.verifying.root import address_above, folder_above
from clausepress.archive.verifying.since import Places, check_since
from clausepress.archive.verifying.site import INDEX, Index, check_pages, read_index
from clausepress.archive.verifying.trust import given_keys, keys_to_trust, read_head
from clausepress.archive.verifying.unfrozen import check_rest
from clausepress.archive.verifying.versions import check_version
from clausepress.errors import ArgumentError, ClausepressError
from clausepress.note import VerifierKey

_SHELL: Final = (
    "of a page only the frozen body is proved: not the shell around it (navigation, notices,"
    " styles, scripts), nor pages made from the texts, such as redlines and histories"
)


def verify_folder(
    path: Path,
    keys: Sequence[str] = (),
    authorities: Sequence[bytes] = (),
    since: Sequence[ChainHead] = (),
) -> Report:
    """Verify a folder of sources, a policy or version in one, or the folder of a built site.

    Nothing but the folder is read. A version alone is checked by its own files; the chain of its
    policy is checked in any case, since it proves the version. Which versions are in force is
    told by the dates and the present day.

    Args:
        path: The folder.
        keys: Verifier keys, one of which signed each head; without, those in the folder are
            believed.
        authorities: Certificates of time-stamp authorities to believe, DER.
        since: Heads kept from earlier, which must still be part of their chains.

    Raises:
        ArgumentError: No folder, one without any policy, one inside of a built site, a key that
            is none.
        ClausepressError: Nothing is frozen there, a certificate that is none.
    """
    if not path.is_dir():
        raise ArgumentError(f"{path}: there is no such folder\n  fix: check the path")
    if (path / INDEX).is_file() or (path / "archive" / KEYS).is_file():
        return _verify(Folder(path), Layout("site"), keys, authorities, since)
    if above := folder_above(path):
        raise _below(str(path), str(above))
    root, only, version = path, "", ""
    absolute = path.resolve()
    if (path / "version.yml").is_file() or (path / FOLDER / FILE).is_file():
        root, only, version = absolute.parents[1], absolute.parent.name, absolute.name
    elif (path / "policy.yml").is_file() or (path / HEAD).is_file():
        root, only = absolute.parent, absolute.name
    return _verify(Folder(root), Layout("archive"), keys, authorities, since, only, version)


def verify_site(
    url: str,
    keys: Sequence[str] = (),
    authorities: Sequence[bytes] = (),
    since: Sequence[ChainHead] = (),
) -> Report:
    """Verify a published site over HTTP; only its own origin is asked.

    Args:
        url: Address of the site's root.
        keys: Verifier keys, one of which signed each head; without, those of the site are
            believed.
        authorities: Certificates of time-stamp authorities to believe, DER.
        since: Heads kept from earlier, which must still be part of their chains.

    Raises:
        ArgumentError: An address below the root of a site, or of no site; a key that is none.
        ClausepressError: A bad address or certificate; a site that cannot be reached, or on which
            nothing is frozen.
    """
    place = Origin(url)
    try:
        there = place.read(INDEX)
    except UnreadableError as error:
        raise ClausepressError(f"{url}: {INDEX} {error}") from error
    if there is None and (above := address_above(url)):
        raise _below(url, above)
    return _verify(place, Layout("site"), keys, authorities, since)


def _below(target: str, root: str) -> ArgumentError:
    return ArgumentError(
        f"{target}: lies below the root of a site, which is verified as a whole\n"
        f"  fix: clausepress verify {root}"
    )


def _verify(
    place: Place,
    layout: Layout,
    keys: Sequence[str],
    authorities: Sequence[bytes],
    since: Sequence[ChainHead],
    only: str = "",
    version: str = "",
) -> Report:
    given = given_keys(keys)
    inspection = Inspection(place, layout)
    trusted = keys_to_trust(inspection, given)
    index = read_index(inspection) if layout.kind == "site" else {}
    earlier = tuple(each for each in since if only in ("", each.policy))
    policies = [only] if only else _policies(inspection, index, earlier)
    heads: dict[str, ChainHead] = {}
    places: dict[str, Places] = {}
    for policy in policies:
        head, places[policy] = _check_policy(
            inspection, policy, trusted, index, authorities, version
        )
        if head and head.policy == policy:
            heads[policy] = ChainHead(*head)
    check_since(inspection, earlier, heads, places)
    _refuse_nothing(inspection, index, policies, only, version)
    if inspection.checked.pages:
        inspection.notes.append(_SHELL)
    if len(earlier) < len(since):
        inspection.notes.append(f"only the earlier heads of {only} were compared")
    inspection.findings.sort(key=lambda each: each.file)
    return Report(
        schema=REPORT_SCHEMA,
        place=place.name,
        kind=layout.kind,
        key=tuple(map(str, trusted)),
        key_given=bool(given),
        heads=tuple(heads.values()),
        since=earlier,
        checked=inspection.checked,
        findings=tuple(inspection.findings),
        notes=tuple(inspection.notes),
    )


def _refuse_nothing(
    inspection: Inspection, index: Index, policies: Sequence[str], only: str, version: str
) -> None:
    """Raise where nothing is frozen and nothing is found that should be."""
    checked = inspection.checked
    lists = (INDEX, inspection.layout.keys)
    told = [
        each
        for each in inspection.findings
        if each.what != "unproved" and not (each.what == "missing" and each.file in lists)
    ]
    if told or (checked.versions if version else checked.policies):
        return
    where = f"{only}/{version}" if version else only or inspection.place.name
    message = f"{where}: nothing is frozen here, so there is nothing to verify\n"
    names = (inspection.names(policy) or () for policy in policies)
    if only or index or any("policy.yml" in each for each in names):
        raise ClausepressError(f"{message}  fix: 'clausepress freeze' freezes a version")
    fix = "name the folder of sources or of the built site, or the address of its root"
    raise ArgumentError(f"{message}  fix: {fix}")


def _policies(inspection: Inspection, index: Index, earlier: Sequence[ChainHead]) -> list[str]:
    there = inspection.names(inspection.layout.top) or ()
    return sorted({*filter(is_name, there), *index, *(each.policy for each in earlier)})


def _check_policy(
    inspection: Inspection,
    policy: str,
    keys: tuple[VerifierKey, ...],
    index: Index,
    authorities: Sequence[bytes],
    only: str,
) -> tuple[Head | None, Places]:
    """Verify a policy; returns its head and what the head proves."""
    folder = f"{inspection.layout.top}{policy}"
    there = {name for name in inspection.names(folder) or () if not name.startswith(".")}
    listed = {each.id for each in index[policy].versions} if policy in index else set()
    names = sorted(there | listed)
    found = [each for name in names if (each := inspection.find(policy, name))]
    head = read_head(inspection, policy, keys, needed=bool(found))
    frozen = {each.folder for each in found}
    unfrozen = [
        name
        for name in names
        if name not in frozen and (name in listed or _is_version(inspection, policy, name))
    ]
    if not found and HEAD not in there and head is None:
        check_rest(inspection, policy, found, unfrozen, index, only, has_chain=False)
        return None, {}
    inspection.checked.policies += 1
    before = len(inspection.findings)
    places = check_chain(inspection, policy, found, head, unfrozen)
    if not any(each.what == "missing" for each in inspection.findings[before:]):  # else named there
        check_rest(inspection, policy, found, unfrozen, index, only, has_chain=True)
    for each in found:
        if only in ("", each.folder) and not each.copied:
            bodies = check_version(inspection, each)
            check_timestamp(inspection, each, authorities)
            if inspection.layout.kind == "site":
                check_pages(inspection, each, bodies, index)
    return head, places


def _is_version(inspection: Inspection, policy: str, name: str) -> bool:
    if inspection.layout.kind == "site":
        return is_name(name) and "." not in name
    return "version.yml" in (inspection.names(f"{policy}/{name}") or ())


def check_timestamp(inspection: Inspection, found: Found, authorities: Sequence[bytes]) -> None:
    """Check the time stamp beside a manifest, when there is one."""
    path = found.path + TIMESTAMP
    raw = inspection.read(path)
    if raw is None:
        return
    inspection.checked.timestamps += 1
    try:
        stamp = check_response(raw, found.raw, authorities)
    except TimeStampError as error:
        inspection.add(path, "altered", str(error))
        return
    unknown = "" if authorities else ", an authority that was not checked: give --ca"
    inspection.notes.append(
        f"{path}: stamped {stamp.time:%Y-%m-%d %H:%M:%S} UTC by {stamp.authority}{unknown}"
    )
