"""A redline as JSON: ``redline.json``, with its schema beside this module in ``schemas/``."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, Literal

import msgspec

from clausepress.compare.model import ClausePair, Hunk, HunkClass, Redline

REDLINE_SCHEMA: Literal["clausepress.redline/1"] = "clausepress.redline/1"
SCHEMA_FILE = Path(__file__).with_name("schemas") / "redline-1.schema.json"


class RedlineFile(msgspec.Struct, frozen=True):
    """All that differs between two editions of a policy in one language.

    Offsets count Unicode code points of a clause's own text: its heading and blocks joined by
    ``\\n``, rows of tables by ``\\n``, cells by ``\\t``. The printed number stands before the
    text, at negative offsets.

    Attributes:
        schema: Name and version of this format.
        old: The text before, as it was named.
        new: The text now.
        lang: Language of both, BCP 47.
        old_digest: Text digest of the old edition.
        new_digest: Text digest of the new edition.
        counts: Class to number of hunks.
        hunks: Every difference in the order of the text.
        clauses: Every clause of both, in the order of the new text.
    """

    schema: Literal["clausepress.redline/1"]
    old: str
    new: str
    lang: str
    old_digest: str
    new_digest: str
    counts: dict[HunkClass, int]
    hunks: tuple[Hunk, ...]
    clauses: tuple[ClausePair, ...]


def redline_json(redline: Redline, old: str, new: str) -> bytes:
    """Return a redline as JSON.

    Args:
        redline: The redline.
        old: Name of the text before.
        new: Name of the text now.
    """
    file = RedlineFile(
        schema=REDLINE_SCHEMA,
        old=old,
        new=new,
        lang=redline.lang,
        old_digest=redline.old_digest,
        new_digest=redline.new_digest,
        counts=redline.counts,
        hunks=redline.hunks,
        clauses=redline.clauses,
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def redline_schema_json() -> bytes:
    """Return the JSON Schema (draft 2020-12) of ``redline.json``, generated from the types."""
    schema: dict[str, Any] = msgspec.json.schema(RedlineFile)
    for definition in schema["$defs"].values():
        definition["description"] = inspect.cleandoc(definition["description"])
    full = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:clausepress:schema:redline:1",
        "title": REDLINE_SCHEMA,
        **schema,
    }
    return msgspec.json.format(msgspec.json.encode(full), indent=1) + b"\n"
