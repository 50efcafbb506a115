"""Heads that an auditor kept, against the chain of today.

A signed head proves what it counts, and an older head does too: who puts one back and removes the
newest versions, or removes a policy whole, leaves nothing that contradicts itself. Only a head
kept elsewhere tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from clausepress.archive.head import Head
from clausepress.archive.verifying.inspection import Inspection, is_name
from clausepress.archive.verifying.model import REPORT_SCHEMA, ChainHead
from clausepress.errors import ArgumentError, SourceError
from clausepress.files import read_text
from clausepress.i18n import counted
from clausepress.note import Malformed, unchecked_text

Places = Mapping[int, str]
"""Digests of the manifests that a head proves, by place in the chain."""


class _Kept(msgspec.Struct, frozen=True):
    """What is asked of an earlier report."""

    schema: str
    heads: tuple[ChainHead, ...]


def read_kept(path: Path) -> tuple[ChainHead, ...]:
    """Return the heads in a file kept from earlier: a ``head.note`` or a report as JSON.

    Signatures are not asked: what somebody kept is their own evidence.

    Raises:
        ArgumentError: It cannot be read, is neither, or holds no head.
    """
    try:
        text = read_text(path)
        if text.lstrip().startswith("{"):
            kept = msgspec.json.decode(text, type=_Kept)
            heads = kept.heads if kept.schema == REPORT_SCHEMA else ()
        else:
            heads = (ChainHead(*Head.parse(unchecked_text(text))),)
    except SourceError as error:
        raise ArgumentError(f"--since {error}") from error
    except (msgspec.MsgspecError, Malformed) as error:
        raise _no_head(path, str(error)) from error
    if not heads or not all(is_name(each.policy) and each.size > 0 for each in heads):
        raise _no_head(path, "it names no head of a policy")
    return heads


def check_since(
    inspection: Inspection,
    earlier: Sequence[ChainHead],
    heads: Mapping[str, ChainHead],
    places: Mapping[str, Places],
) -> None:
    """Record every earlier head that is not part of its policy's chain any more.

    Args:
        inspection: Takes the findings.
        earlier: Heads kept from earlier.
        heads: Heads of today by policy, those whose signature holds.
        places: What they prove, by policy.
    """
    for each in earlier:
        head, index = heads.get(each.policy), each.size - 1
        path = inspection.layout.head(each.policy)
        frozen = counted(each.size, "frozen version")
        was = f"{each.policy} had {frozen}, the last of {each.digest}"
        if head is None:
            if not any(it.file == path and it.what == "unreadable" for it in inspection.findings):
                message = f"{was}, and now there is no head whose signature holds"
                inspection.add(path, "missing", message)
        elif head.size < each.size:
            message = f"{was}, and now its head counts {head.size}: an older head was put back"
            inspection.add(path, "missing", f"{message}, and what it does not count was removed")
        elif index not in places[each.policy]:
            message = f"{was}, and the chain is broken before it reaches place {index}"
            inspection.add(path, "unproved", message)
        elif (now := places[each.policy][index]) != each.digest:
            message = f"{was}, and now the manifest at place {index} has {now}: the chain was"
            inspection.add(path, "altered", f"{message} written anew")


def _no_head(path: Path, reason: str) -> ArgumentError:
    return ArgumentError(
        f"--since {path}: is neither a head nor a report: {reason}\n"
        "  fix: give a head.note, or what 'clausepress verify --format json' printed"
    )
