"""``clausepress verify``: checks receipts offline."""

from __future__ import annotations

from pathlib import Path

import click

from clausepress.errors import ClausepressError


@click.command()
@click.argument("receipt", type=click.Path(path_type=Path))
@click.option("--key", default=None, help="The log's verifier key, from /v1/log/key.")
def verify(receipt: Path, key: str | None) -> None:
    """Check a RECEIPT offline: its entry, its place in the log, the log's signature."""
    from clausepress.files import read_text
    from clausepress.ledger.errors import LedgerError
    from clausepress.ledger.verify import verify_receipt

    try:
        verified = verify_receipt(read_text(receipt), key)
    except LedgerError as error:
        raise ClausepressError(f"{receipt}: {error}") from error
    click.echo(f"valid: {verified}")
    for name, value in verified.record.items():
        if name not in ("sealed", "key_id"):
            click.echo(f"  {name}: {value}")
    if key is None:
        click.echo("checked with the key inside the receipt; compare it with the one published")
