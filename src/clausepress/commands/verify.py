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
    click.echo(f"valid: {verified}" if key else f"whole, signer not checked: {verified}")
    for name, value in verified.record.items():
        if name not in ("sealed", "key_id"):
            shown = value if isinstance(value, str) and value.isprintable() else repr(value)
            click.echo(f"  {name}: {shown}")
    if key is None:
        click.echo("anyone can sign a receipt: give the log's published key with --key")
