"""The chain of a policy's manifests, walked back from the signed head.

Only what the head leads to is proved. A manifest whose digests were recomputed by hand has
another digest itself, so the link to it, in the manifest behind it or in the head, denies it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clausepress.archive.head import Head
from clausepress.archive.verifying.inspection import Found, Inspection

_BROKEN: Final = (
    "{policy}: what was frozen before place {index} of the chain is not proved by the signature,"
    " because the link from that place is broken; put that manifest back and verify again"
)


def check_chain(
    inspection: Inspection,
    policy: str,
    found: Sequence[Found],
    head: Head | None,
    unfrozen: Sequence[str],
) -> dict[int, str]:
    """Mark the manifests that are proved, and record every other one and every gap.

    Args:
        inspection: Takes the findings.
        policy: The policy's folder.
        found: Every manifest in it.
        head: Its head, None when there is none to trust: then nothing is proved.
        unfrozen: Version folders without a manifest, to be named where one is missing.

    Returns:
        Digests that the signature proves, by place in the chain, of manifests there or not.
    """
    left = list(found)
    for each in found:
        if each.manifest is None:
            inspection.add(each.file, "altered", f"{each.fault}; its files cannot be checked")
            left.remove(each)
    proved: dict[int, str] = {}
    if head is None:
        return proved
    unreadable = len(found) - len(left)
    wanted, holder, sure = head.digest, inspection.layout.head(policy), True
    for index in range(head.size - 1, -1, -1):
        if sure:
            proved[index] = wanted
        linked = _with_digest(left, wanted)
        here = linked or _claiming(left, index, found) or _misplaced(left, head, found)
        if here is None:
            if unreadable:
                unreadable -= 1  # one of those recorded above had this place
            else:
                _missing(inspection, holder, index, wanted, unfrozen)
            if sure and index:
                inspection.notes.append(_BROKEN.format(policy=policy, index=index))
            wanted, sure = "", False
            continue
        left.remove(here)
        if sure and not linked:
            inspection.add(here.file, "altered", _denied(holder, wanted, here, index))
            if index:
                inspection.notes.append(_BROKEN.format(policy=policy, index=index))
        here.doubted = linked is None
        here.proved = sure = sure and linked is not None
        _check_name(inspection, here)
        assert here.manifest is not None  # noqa: S101 - the unreadable ones were set aside
        wanted, holder = here.manifest.previous, here.file
    _record_leftovers(inspection, left, head, found)
    return proved


def _denied(holder: str, wanted: str, here: Found, index: int) -> str:
    return (
        f"{holder} holds the digest {wanted} for place {index} of the chain, this file has"
        f" {here.digest}; digests in it may have been recomputed, the signature of the head cannot"
    )


def _with_digest(left: Sequence[Found], wanted: str) -> Found | None:
    """The manifest with a digest; of several, the one in the folder of its name."""
    same = [each for each in left if each.digest == wanted]
    return next(filter(_is_at_home, same), same[0] if same else None)


def _claiming(left: Sequence[Found], index: int, found: Sequence[Found]) -> Found | None:
    """The manifest that says it has a place in the chain and that no link leads to."""
    claims = [
        each
        for each in left
        if each.manifest and each.manifest.index == index and not _is_linked(each, found)
    ]
    return next(filter(_is_at_home, claims), claims[0] if claims else None)


def _misplaced(left: Sequence[Found], head: Head, found: Sequence[Found]) -> Found | None:
    """The one manifest that no link leads to and that says it has a place that is not free."""
    lost = [
        each
        for each in left
        if (manifest := each.manifest)
        and not _is_linked(each, found)
        and manifest.previous != head.digest  # else frozen after the head was signed
        and (manifest.index >= head.size or _is_taken(each, found))
    ]
    return lost[0] if len(lost) == 1 else None


def _is_linked(each: Found, found: Sequence[Found]) -> bool:
    return any(other.manifest and other.manifest.previous == each.digest for other in found)


def _is_taken(each: Found, found: Sequence[Found]) -> bool:
    index = each.manifest.index if each.manifest else None
    return any(
        other is not each and other.manifest and other.manifest.index == index for other in found
    )


def _is_at_home(each: Found) -> bool:
    named = each.manifest
    return bool(named and (named.policy, named.version) == (each.policy, each.folder))


def _missing(
    inspection: Inspection, holder: str, index: int, wanted: str, unfrozen: Sequence[str]
) -> None:
    names = f"; without frozen files here: {', '.join(unfrozen)}" if unfrozen else ""
    named = f" with the digest {wanted}" if wanted else ""
    inspection.add(
        holder,
        "missing",
        f"the manifest{named} at place {index} of the chain is not there: the version was removed,"
        f" or its frozen folder renamed{names}",
    )


def _check_name(inspection: Inspection, here: Found) -> None:
    """A proved version in a folder of another name."""
    if _is_at_home(here) or here.manifest is None:
        return
    named = f"{here.manifest.policy}/{here.manifest.version}"
    inspection.add(
        here.file,
        "renamed",
        f"is the manifest of {named}, but lies in {here.policy}/{here.folder}:"
        " the folder was renamed; give it its name again",
    )


def _record_leftovers(
    inspection: Inspection, left: Sequence[Found], head: Head, found: Sequence[Found]
) -> None:
    in_chain = {each.digest: each for each in found if each not in left}
    for each in left:
        manifest = each.manifest
        assert manifest is not None  # noqa: S101 - the unreadable ones were set aside
        each.copied = each.digest in in_chain or manifest.policy != each.policy
        if each.copied:
            inspection.add(
                each.file,
                "copied",
                f"is a copy of the manifest of {manifest.policy}/{manifest.version};"
                " a new version is frozen by itself",
            )
        elif manifest.index >= head.size:
            inspection.add(
                each.file,
                "unproved",
                f"stands at place {manifest.index}, but the signed head knows of {head.size} only:"
                f" freezing was cut short (run clausepress freeze {each.policy}/{each.folder}"
                " again), or an older head was put back",
            )
        else:
            inspection.add(
                each.file,
                "added",
                f"says that it stands at place {manifest.index} of the chain, where the signed head"
                " leads to another manifest",
            )
