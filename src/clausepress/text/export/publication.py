"""What is known of an edition beside its text, and the checks on one that is read back."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from clausepress.errors import SourceError
from clausepress.text.canonical import text_digest
from clausepress.text.model import PREFACE_ID, Edition

_VALID_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Publication:
    """Where an edition stands among policies and versions; what is not stated is left empty.

    Attributes:
        policy: Policy id; for a loose file a name made from the file's.
        version: Version id, empty for a loose file.
        kind: Kind of policy, e.g. ``privacy-policy``.
        number: 文档版号 as printed.
        updated_on: 更新日期.
        announced_on: Day the version was announced.
        effective_on: 生效日期.
        first_on: Earliest date that any version of the policy states.
        controller: The controller (个人信息处理者) in the edition's language.
        prevails: Language of the edition that prevails.
        body_digest: Digest of the published body.
        source_digest: Digest of the source file.
    """

    policy: str
    version: str = ""
    kind: str = "policy"
    number: str = ""
    updated_on: dt.date | None = None
    announced_on: dt.date | None = None
    effective_on: dt.date | None = None
    first_on: dt.date | None = None
    controller: str = ""
    prevails: str = ""
    body_digest: str = ""
    source_digest: str = ""


def check_read(edition: Edition, digest: str, path: Path) -> Edition:
    """Return an edition that was read from an export, if it is whole.

    Args:
        edition: The text.
        digest: The text digest that the export states, empty when it states none.
        path: Its file, for messages.

    Raises:
        SourceError: A malformed or repeated clause id, or text that the digest denies.
    """
    seen = {PREFACE_ID}
    for clause in edition.walk():
        if clause.id in seen:
            raise SourceError(
                path,
                f"two clauses have the id '{clause.id}'",
                "give one of them another id; an id is never used twice",
            )
        if not _VALID_ID.fullmatch(clause.id):
            raise SourceError(
                path,
                f"'{clause.id}' is not a clause id",
                "use a letter followed by letters, digits, '-', '_' or '.'",
            )
        seen.add(clause.id)
    if digest and digest != (found := text_digest(edition)):
        raise SourceError(
            path,
            f"the text was changed after the export: its digest is {found}, it states {digest}",
            "export the edition again; to read an edited export, take the digest out of it",
        )
    return edition
