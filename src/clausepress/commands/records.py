"""Records of a store: how ``clausepress export`` writes them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from clausepress.ledger.consent_record import Notices
    from clausepress.ledger.interchange import RecordFormat
    from clausepress.ledger.selection import Selected, Wanted


def is_store(name: str) -> bool:
    """Whether a name is the database URL of a store."""
    return name.startswith(("sqlite:", "postgresql:"))


def export_store(
    url: str,
    wanted: Wanted,
    form: RecordFormat,
    output: Path | None,
    *,
    opened: bool,
    mark: bool,
    controller: str,
) -> None:
    """Write the records asked for to a new file, or print them; never all of them in memory.

    Raises ClausepressError: no such store, other keys, a file that is there already.
    """
    from clausepress.commands.stores import begun_keys
    from clausepress.ledger.engines import connect_existing, transaction
    from clausepress.ledger.ledger import DEFAULT_ORIGIN
    from clausepress.ledger.retention import KINDS
    from clausepress.ledger.selection import select_records

    known = (*KINDS, "erasure", "disposal")
    for kind in wanted.kinds:
        if kind not in known:
            raise click.UsageError(f"--kind: {kind!r} is no kind; there are {', '.join(known)}")
    keys = begun_keys() if opened else None
    with transaction(connect_existing(url)) as connection:
        records = select_records(connection, DEFAULT_ORIGIN, wanted, keys)
        text = _written(records, form, opened=opened, mark=mark, controller=controller)
        if output is None:
            for part in text:
                click.echo(part, nl=False)
        else:
            _write(output, text)
            click.echo(f"wrote {output}")


def published_notices(controller: str = "") -> Notices:
    """The texts that CLAUSEPRESS_POLICIES names; raises SetupError."""
    from clausepress.api.settings import Settings
    from clausepress.ledger.consent_record import Notices

    settings = Settings.from_env(os.environ)
    return Notices(settings.policies, settings.site, controller)


def _written(
    records: Iterator[Selected], form: RecordFormat, *, opened: bool, mark: bool, controller: str
) -> Iterator[str]:
    from clausepress.ledger import interchange

    if form == "csv":
        return interchange.table(records, opened=opened, mark=mark)
    if form == "jsonl":
        return interchange.jsonl(records)
    return interchange.jsonld(records, published_notices(controller))


def _write(path: Path, text: Iterator[str]) -> None:
    """Write a file that only its owner may read; one that was begun and failed is taken away."""
    from clausepress.errors import ClausepressError

    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ClausepressError(
            f"{path}: cannot be written: {error.strerror}\n  fix: name a new file with --output"
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.writelines(text)
    except BaseException:
        path.unlink()
        raise
