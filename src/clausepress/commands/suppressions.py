"""``clausepress suppressions``: who gets no promotion, as files to and from other systems."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

_CHUNK: Final = 512  # entries under way at once, well below what the writer queues


@click.group()
def suppressions() -> None:
    """Suppression lists: take over those of other systems, and hand ours to them.

    The store is the one that CLAUSEPRESS_DATABASE_URL and the other variables of the API name; it
    may be in use. An entry has channel, address or digest, scope, reason, source, event_time and
    evidence_id.
    """


@suppressions.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_(file: Path) -> int:
    """Stop promotion to all of a list, CSV with a header or JSON Lines in UTF-8.

    What was imported before counts once. Lines that cannot be read are told, without what they
    hold, and do not stop the rest; exit code 1 then.
    """
    import os
    from itertools import islice

    from clausepress.api.settings import Settings
    from clausepress.errors import SourceError
    from clausepress.ledger import BadEntry

    read = made = bad = 0
    _, ledger = Settings.from_env(os.environ).open()
    try:
        with file.open(encoding="utf-8", errors="replace", newline="") as lines:
            entries = ledger.read_list(lines)
            while chunk := list(islice(entries, _CHUNK)):
                answers = []
                for line in chunk:
                    if isinstance(line.demand, BadEntry):
                        bad += 1
                        click.echo(f"{file}:{line.number}: {line.demand}", err=True)
                    else:
                        answers.append(ledger.stop(line.demand))
                read += len(answers)
                made += sum(answer.result().created for answer in answers)
    except BadEntry as error:
        fix = "begin with a line like channel,address,reason,event_time, or use JSON Lines"
        raise SourceError(file, str(error), fix) from None
    finally:
        ledger.close()
    click.echo(f"{read} entries in force, {made} of them new; {bad} lines not read")
    return 1 if bad else 0


@suppressions.command()
@click.option("--format", "format_", type=click.Choice(["csv", "jsonl"]), default="csv")
@click.option("--after", type=int, default=-1, help="Position of the newest one seen.")
@click.option("--digests", metavar="KEY", help="No address; digests by the HMAC key of this id.")
def export(format_: str, after: int, digests: str | None) -> None:
    """Print all suppressions, or those made since; what was printed is counted on stderr.

    An entry of an erased person has a digest only. With --digests, those whose digest is by
    another key are left out and counted.
    """
    import csv
    import hashlib
    import io

    import msgspec

    from clausepress.commands.stores import begun_ledger
    from clausepress.errors import ArgumentError
    from clausepress.ledger import SetupError
    from clausepress.ledger.suppressions import FIELDS

    told = left = 0
    newest, digest = after, hashlib.sha256()

    def put(text: str) -> None:
        digest.update(text.encode())
        click.echo(text, nl=False)

    def row(values: list[str]) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(values)
        return text.getvalue()

    ledger = begun_ledger()
    try:
        try:
            found = ledger.suppression_list(after + 1, digests)
        except SetupError:
            raise ArgumentError(
                f"--digests: the key file has no HMAC key {digests!r}\n"
                "  fix: give the id of one of those under mac in the key file"
            ) from None
        if format_ == "csv":
            put(row(list(FIELDS)))
        for one in found:
            newest = max(newest, one.position)
            if one.fields is None:
                left += 1
                continue
            told += 1
            line = row(list(one.fields.values())) if format_ == "csv" else None
            put(line or msgspec.json.encode(one.fields).decode() + "\n")
    finally:
        ledger.close()
    click.echo(
        f"{told} suppressions, {left} left out, newest at position {newest}, "
        f"sha256:{digest.hexdigest()}",
        err=True,
    )
