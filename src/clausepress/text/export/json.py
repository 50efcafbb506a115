"""``edition.json``: one edition with all of its text, as the site publishes it.

Its JSON Schema (draft 2020-12) is generated from the types below and lies beside this module in
``schemas/edition-1.schema.json``.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from clausepress.errors import SourceError
from clausepress.text.canonical import text_digest
from clausepress.text.export.publication import Publication, check_read
from clausepress.text.model import Edition

EDITION_SCHEMA: Literal["clausepress.edition/1"] = "clausepress.edition/1"
SCHEMA_FILE = Path(__file__).with_name("schemas") / "edition-1.schema.json"

Digest: TypeAlias = Annotated[str, msgspec.Meta(pattern="^sha256:[0-9a-f]{64}$")]


class EditionFile(msgspec.Struct, frozen=True):
    """One edition of one version of a policy, with its digests.

    Attributes:
        schema: Name and version of this format.
        edition: The text.
        policy: Policy id, null for a text outside an archive.
        version: Version id, null for a text outside an archive.
        number: 文档版号 as printed, null when the text states none.
        text_digest: ``sha256:`` and 64 hex digits over the canonical text in NFC.
        body_digest: The same over the HTML body that was published, null when none was.
        source_digest: The same over the source file, null when there is none.
    """

    schema: Literal["clausepress.edition/1"]
    policy: str | None
    version: str | None
    number: str | None
    text_digest: Digest | None
    body_digest: Digest | None
    source_digest: Digest | None
    edition: Edition


def edition_json(edition: Edition, publication: Publication) -> bytes:
    """Return an edition as ``edition.json``, byte for byte as the site has it."""
    file = EditionFile(
        schema=EDITION_SCHEMA,
        policy=publication.policy if publication.version else None,
        version=publication.version or None,
        number=publication.number or None,
        text_digest=text_digest(edition),
        body_digest=publication.body_digest or None,
        source_digest=publication.source_digest or None,
        edition=edition,
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def edition_from_json(data: bytes, *, path: Path) -> Edition:
    """Read what `edition_json` wrote.

    Args:
        data: The JSON.
        path: Its file, for messages.

    Raises:
        SourceError: Not JSON, not of this format, an id that is malformed or stands twice, a text
            that its digest denies.
    """
    try:
        file = msgspec.json.decode(data, type=EditionFile)
    except msgspec.ValidationError as error:
        raise SourceError(
            path,
            f"is not {EDITION_SCHEMA}: {error}",
            "take edition.json of a site, or the output of 'clausepress export --format json'",
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(path, f"is not JSON: {error}", "export the edition again") from error
    except RecursionError as error:
        raise SourceError(
            path, "nests its clauses too deep to be read", "export the edition again"
        ) from error
    return check_read(file.edition, file.text_digest or "", path)


def edition_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``edition.json``, generated from the types."""
    schema = msgspec.json.schema(EditionFile)
    for definition in schema["$defs"].values():
        definition["description"] = inspect.cleandoc(definition["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:clausepress:schema:edition:1",
        "title": EDITION_SCHEMA,
        **schema,
    }


def edition_schema_json() -> bytes:
    """Return the JSON Schema as it is published."""
    return msgspec.json.format(msgspec.json.encode(edition_schema()), indent=1) + b"\n"
