"""``clausepress retain``: what was kept long enough can be read by no one any more."""

from __future__ import annotations

import click


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would be destroyed.")
def retain(*, dry_run: bool) -> None:
    """Destroy the keys of records that were kept as long as their kind is, and print how many.

    CLAUSEPRESS_RETENTION says how long: kind=duration with commas between, such as
    "cookies=P13M,review=P6M,agreement=P3Y" (ISO 8601: years, months, days). A kind that is not
    named is kept until its person is erased. Records, proofs and suppressions stay; the log
    records what was destroyed. A month of records goes at once, when the last of them may. Run it
    daily; the server may run. The store is the one that CLAUSEPRESS_DATABASE_URL and the other
    variables of the API name.
    """
    import os
    from collections import Counter

    from clausepress.commands.stores import begun_ledger
    from clausepress.errors import ArgumentError
    from clausepress.ledger import SetupError
    from clausepress.ledger.retention import parse_periods

    try:
        periods = parse_periods(os.environ.get("CLAUSEPRESS_RETENTION") or "")
    except SetupError as error:
        raise SetupError(f"CLAUSEPRESS_RETENTION: {error}") from error
    if not periods:
        raise ArgumentError(
            "CLAUSEPRESS_RETENTION names no kind, so everything is kept\n"
            '  fix: set it, for example: CLAUSEPRESS_RETENTION="cookies=P13M,review=P6M"'
        )
    ledger = begun_ledger()
    records, destroyed = Counter[str](), 0
    try:
        for due in ledger.retain(periods, dry_run=dry_run):
            records.update(due.records)
            destroyed += len(due.disposal.keys)
    finally:
        ledger.close()
    for kind, period in periods.items():
        end = "would be closed" if dry_run else "closed"
        click.echo(f"{kind}, kept {period}: {records.pop(kind, 0)} records {end}")
    would = "would be destroyed" if dry_run else "destroyed"
    click.echo(f"{destroyed} keys {would}; records, proofs and suppressions stay")
