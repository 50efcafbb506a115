"""``clausepress erase`` and ``subject-export``: what a person may ask of the operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from clausepress.ledger.subjects import Means


def _person(command: Callable[..., None]) -> Callable[..., None]:
    """The options that name one person."""
    for name, metavar, text in (
        ("email", "MAILBOX", "A mailbox that opted out."),
        ("sms", "NUMBER", "A number that opted out or replied; Chinese without +."),
        ("account", "ID", "An account of the host's, as its tokens named it."),
        ("subject", "ID", "The random id of a browser, the field `subject` of its choices."),
    ):
        command = click.option(f"--{name}", metavar=metavar, help=text)(command)
    return command


def _one(names: dict[str, str | None]) -> tuple[Means, str]:
    """The one option given; raises UsageError for none or several."""
    given: list[Any] = [(means, name) for means, name in names.items() if name]
    if len(given) != 1:
        raise click.UsageError(
            "name one person: --subject ID, --account ID, --sms NUMBER or --email MAILBOX"
        )
    means, name = given[0]
    return means, name


@click.command()
@_person
def erase(**names: str | None) -> None:
    """Erase a person by destroying the keys that their records are sealed under.

    The records stay in the log and every proof stays valid, but no one can tell any more whose
    they were. An opt-out is still obeyed, by a keyed hash. The log records the erasure. Once done
    it cannot be undone; done again, it does nothing. The store is the one that
    CLAUSEPRESS_DATABASE_URL and the other variables of the API name; it may be in use.
    """
    from clausepress.commands.stores import begun_ledger

    means, name = _one(names)
    ledger = begun_ledger()
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
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "jsonld"]),
    default="json",
    show_default=True,
    help="With receipts, or as consent records of ISO/IEC TS 27560 and DPV.",
)
@_person
def subject_export(form: str, **names: str | None) -> None:
    """Print all that is recorded of a person, each record opened and with its receipt.

    The store is the one that CLAUSEPRESS_DATABASE_URL and the other variables of the API name; it
    may be in use.
    """
    import msgspec

    from clausepress.commands.stores import begun_ledger

    means, name = _one(names)
    ledger = begun_ledger()
    try:
        found = ledger.export(means, name)
    finally:
        ledger.close()
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    from clausepress.commands.records import published_notices
    from clausepress.ledger.interchange import jsonld
    from clausepress.ledger.selection import Selected
    from clausepress.ledger.verify import verify_receipt

    records = (
        Selected(verify_receipt(each.receipt.to_json()).position, each.record)
        for each in found.records
    )
    for part in jsonld(records, published_notices()):
        click.echo(part, nl=False)
