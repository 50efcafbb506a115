"""Whole stores: how ``verify`` audits one, ``copy-store`` and ``remake-consents``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from clausepress.ledger import Keys, Ledger
    from clausepress.ledger.audit import Audit
    from clausepress.note import VerifierKey


def begun_keys() -> Keys:
    """The keys that a store was made with; raises ClausepressError when there are none."""
    import os

    from clausepress.api.settings import Settings

    return Settings.from_env(os.environ).read_keys().kept(begun=True)


def begun_ledger() -> Ledger:
    """The store that the environment names, which is there: nobody is looked for in a new one.

    The caller closes it. Raises SetupError.
    """
    import os

    from clausepress.api.settings import Settings
    from clausepress.ledger.engines import connect_existing
    from clausepress.ledger.errors import SetupError

    settings = Settings.from_env(os.environ)
    try:
        connect_existing(settings.database_url).dispose()
    except SetupError as error:
        raise SetupError(f"CLAUSEPRESS_DATABASE_URL: {error}") from error
    return settings.open()[1]


def _described(audit: Audit) -> str:
    """What an audit looked at, in one line."""
    counts = (
        f"{audit.records} records under {audit.checkpoints} checkpoints,"
        f" {audit.suppressions} suppressed addresses, {audit.erasures} erasures"
    )
    return "; not compared: ".join([counts, *audit.left_out])


def verify_store(url: str, key: str | None, checkpoint: Path | None, output: str) -> None:
    """Audit the store at a database URL and print the findings; exit code 1 if there are any.

    `key` is the verifier key that the log must have, `checkpoint` a file with one of its
    checkpoints that the log must begin with, `output` is "text" or "json".
    """
    import msgspec

    from clausepress.errors import ClausepressError
    from clausepress.files import read_text
    from clausepress.ledger.audit import audit
    from clausepress.ledger.engines import connect_existing, transaction
    from clausepress.ledger.ledger import DEFAULT_ORIGIN
    from clausepress.ledger.published import read_checkpoint

    keys = begun_keys()
    verifiers = keys.verifiers(DEFAULT_ORIGIN)
    verifier = keys.signer(DEFAULT_ORIGIN).verifier
    if key is not None and key.strip() not in map(str, verifiers):
        raise ClausepressError(f"--key: the keys of CLAUSEPRESS_KEYS sign as {verifier}")
    kept = None
    if checkpoint:
        note = read_text(checkpoint)
        kept = read_checkpoint(note, _signer(note, verifiers) or verifier, str(checkpoint))
    with transaction(connect_existing(url)) as connection:
        report = audit(connection, DEFAULT_ORIGIN, keys, kept)
    if output == "json":
        click.echo(msgspec.json.encode(report._asdict() | {"key": str(verifier)}))
    else:
        for finding in report.findings:
            click.echo(finding)
        click.echo(f"{'altered' if report.findings else 'whole'}: {_described(report)}")
        click.echo(f"log key: {verifier}")
    if report.findings:
        raise click.exceptions.Exit(1)


def _signer(note: str, verifiers: list[VerifierKey]) -> VerifierKey | None:
    """Which of a log's keys signed; None for a text that is no note, or is by none of them."""
    from clausepress.note import Malformed, first_signer

    try:
        return first_signer(note, verifiers)
    except Malformed:
        return None


@click.command("copy-store")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy_store(source: str, target: str) -> None:
    """Copy a store with its proofs, from one database to another; exit code 0 if it is whole.

    FROM and TO are database URLs: sqlite:////path/to.db or postgresql://…. The copy is of one
    moment, is checked as `verify` checks a store, and is there only if it is sound. FROM may be in
    use, so a copy is also a backup; to go on with the copy, stop the server before. The keys are
    those of CLAUSEPRESS_KEYS.
    """
    from clausepress.errors import ClausepressError
    from clausepress.ledger.copying import copy_log
    from clausepress.ledger.engines import connect, connect_existing
    from clausepress.ledger.errors import StoreDamaged
    from clausepress.ledger.ledger import DEFAULT_ORIGIN

    keys = begun_keys()
    origin = connect_existing(source)
    _, copy = connect(target, DEFAULT_ORIGIN)
    try:
        done = copy_log(origin, copy, DEFAULT_ORIGIN, keys)
    except StoreDamaged as error:
        raise ClausepressError("\n  ".join([f"{error}:", *error.findings])) from error
    click.echo(f"copied and whole: {_described(done.audit)}")
    if done.since:
        click.echo(
            f"the source got {done.since} records more while it was copied: keep this as a backup;"
            " to go on with it, stop the server and copy again"
        )


@click.command("remake-consents")
@click.argument("url", metavar="DATABASE_URL")
def remake_consents(url: str) -> None:
    """Make the consents that the send gate goes by anew from the log.

    For a store of which `verify` finds nothing else wrong. Records wait meanwhile, so stop the
    server, or let it answer 503.
    """
    from clausepress.ledger.consent_remaking import remake_consents as remake
    from clausepress.ledger.engines import connect_existing
    from clausepress.ledger.ledger import DEFAULT_ORIGIN

    click.echo(f"made anew: {remake(connect_existing(url), DEFAULT_ORIGIN)} consents")
