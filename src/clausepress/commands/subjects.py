"""``clausepress erase`` and ``subject-export``: what a person may ask of the operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from clausepress.ledger import Ledger
    from clausepress.ledger.subjects import Means


def _person(command: Callable[..., None]) -> Callable[..., None]:
    """The options that name one person."""
    for name, metavar, text in (
        ("email", "MAILBOX", "A mailbox that opted out."),
        ("sms", "NUMBER", "A number that opted out or replied; Chinese without +."),
        ("subject", "ID", "The random id of a browser, the field `subject` of its choices."),
    ):
        command = click.option(f"--{name}", metavar=metavar, help=text)(command)
    return command


def _one(names: dict[str, str | None]) -> tuple[Means, str]:
    """The one option given; raises UsageError for none or several."""
    given: list[Any] = [(means, name) for means, name in names.items() if name]
    if len(given) != 1:
        raise click.UsageError("name one person: --subject ID, --sms NUMBER or --email MAILBOX")
    means, name = given[0]
    return means, name


def _open() -> Ledger:
    import os

    from clausepress.api.settings import Settings

    return Settings.from_env(os.environ).open()[1]


@click.command()
@_person
def erase(**names: str | None) -> None:
    """Erase a person by destroying the key that their records are sealed under.

    The records stay in the log and every proof stays valid, but no one can tell any more whose
    they were. An opt-out is still obeyed, by a keyed hash. The log records the erasure. Once done
    it cannot be undone; done again, it does nothing. The store is the one that
    CLAUSEPRESS_DATABASE_URL and the other variables of the API name; it may be in use.
    """
    means, name = _one(names)
    ledger = _open()
    try:
        count = len(ledger.export(means, name).records)
        made = [done.result().receipt.fields() for done in ledger.erase(means, name)]
    finally:
        ledger.close()
    if not made:
        click.echo("nothing to erase: no record is sealed under a key of this person")
        return
    click.echo(f"erased: {count} records can be read by no one any more")
    for fields in made:
        click.echo(f"key {fields['key_id']} destroyed, as record {fields['id']} of the log says")
    for record_id in made[0]["suppressions"]:
        click.echo(f"kept: promotion to the address stays off, by record {record_id}")


@click.command("subject-export")
@_person
def subject_export(**names: str | None) -> None:
    """Print all that is recorded of a person as JSON, each record opened and with its receipt.

    Reads the whole log once. The store is the one that CLAUSEPRESS_DATABASE_URL and the other
    variables of the API name; it may be in use.
    """
    import msgspec

    means, name = _one(names)
    ledger = _open()
    try:
        found = ledger.export(means, name)
    finally:
        ledger.close()
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
