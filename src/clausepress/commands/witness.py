"""``clausepress witness``: keep watch over a log from outside."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("url")
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File that keeps the newest checkpoint seen.",
)
@click.option(
    "--key", required=True, help="The log's verifier key, from a place that the log cannot change."
)
def witness(url: str, file: Path, key: str) -> None:
    """Check that the log at URL only ever grows; exit code 0 if so, 1 if not.

    URL is the log's address, such as https://policies.example/v1/log. Each run compares the newest
    checkpoint with the one in the file, by the log's own tiles, and keeps the newer one. Run it
    from time to time on a machine that the operator of the log has no hand in.
    """
    from clausepress.commands.logs import fetcher, verifier_key
    from clausepress.ledger.published import PublishedLog
    from clausepress.ledger.published import witness as look

    verifier = verifier_key(key)
    before, kept = look(PublishedLog(fetcher(url), verifier), verifier, file)
    click.echo(
        f"{kept.origin}: {kept.size} records, {kept.size - before} since the last look; "
        f"checkpoint kept in {file}"
    )
