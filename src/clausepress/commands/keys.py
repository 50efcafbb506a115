"""``clausepress keys``: the ledger's keys, changed while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

if TYPE_CHECKING:
    from clausepress.api.settings import Settings
    from clausepress.ledger.keyfile import KeyFile, KeyKind

_kind = click.argument("kind", type=click.Choice(["log", "wrap", "mac"]))


@click.group()
def keys() -> None:
    """Change the ledger's keys without a pause: log (signs), wrap (encrypts), mac (hashes).

    The key file is that of CLAUSEPRESS_KEYS, the store that of CLAUSEPRESS_DATABASE_URL; it may be
    in use. After each change of the file, reload every server (SIGHUP, or a restart), and back the
    file up.
    """


def _settings() -> Settings:
    import os

    from clausepress.api.settings import Settings

    return Settings.from_env(os.environ)


def _file(settings: Settings) -> Path:
    from clausepress.errors import ClausepressError

    if settings.keys.lstrip().startswith("{"):
        raise ClausepressError(
            "CLAUSEPRESS_KEYS holds the keys themselves, which cannot be changed there\n"
            "  fix: write the text to a file of mode 0600, name that in CLAUSEPRESS_KEYS for this "
            "command, and give the servers its new text"
        )
    return Path(settings.keys)


@keys.command("list")
def list_() -> None:
    """Print each key: what it is for, its id, what it does, and what in the store needs it."""
    from clausepress.ledger.engines import connect_existing, transaction
    from clausepress.ledger.keyfile import KeyKind, read, unusable
    from clausepress.ledger.ledger import DEFAULT_ORIGIN, system_clock
    from clausepress.ledger.retirement import needs

    settings = _settings()
    path = _file(settings)
    try:
        file = read(path)
    except OSError as error:
        raise unusable(path, error) from error
    with transaction(connect_existing(settings.database_url)) as connection:
        for kind in get_args(KeyKind):
            for key in file.of(kind):
                writes = key.id == file.writing(kind).id
                state = "waits" if key.waiting else "writes" if writes else "reads"
                needed = needs(connection, DEFAULT_ORIGIN, kind, key.id, system_clock())
                click.echo("  ".join([kind, key.id, state, *needed]))
    for verifier in settings.read_keys().verifiers(DEFAULT_ORIGIN):
        click.echo(f"verifier key of the log: {verifier}")


@keys.command()
@_kind
@click.option("--add", "step", flag_value="add", help="Only add the new key; it waits.")
@click.option(
    "--use", "step", flag_value="use", help="Only begin to write with the key that waits."
)
def rotate(kind: KeyKind, step: str | None) -> None:
    """Make a new key and write with it from the next reload on; older ones are kept to read.

    With several server processes, do it in two steps, so that none meets what it cannot read:
    --add and reload all, then --use and reload all. Then `keys renew`, and `keys retire` later.

    Commands that write to the store (suppressions, replies, erase, retain) take the file as it is:
    run none between a change made in one step and the reload, for a server would not know yet
    what they stop. Whoever makes it in two steps need not wait.
    """
    from clausepress.ledger import keyfile

    with keyfile.edited(_file(_settings())) as edit:
        file = edit.file
        if step != "use":
            file = keyfile.add(file, kind)
        if step != "add":
            file = keyfile.use(file, kind)
        edit.write(file)
    _tell(kind, file, waits=step == "add")


def _tell(kind: KeyKind, file: KeyFile, *, waits: bool) -> None:
    from clausepress.ledger.keyfile import NAMES
    from clausepress.ledger.keys import Keys
    from clausepress.ledger.ledger import DEFAULT_ORIGIN

    if waits:
        click.echo(f"{NAMES[kind]} {file.of(kind)[-1].id} is added and waits")
        click.echo(
            f"next: reload every server (SIGHUP), then: clausepress keys rotate {kind} --use"
        )
    else:
        click.echo(f"{NAMES[kind]} {file.writing(kind).id} writes from the next reload on")
        older = [key.id for key in file.of(kind) if key.id != file.writing(kind).id]
        renew = "" if kind == "log" else " then: clausepress keys renew;"
        click.echo(
            f"next: reload every server (SIGHUP);{renew} later: clausepress keys retire {kind} "
            f"{older[0]}"
        )
    if kind == "log":
        click.echo(f"publish beside the one before: {Keys(file).verifiers(DEFAULT_ORIGIN)[-1]}")
        click.echo("until the older key is retired, both sign; /v1/log/keys hands over to the new")


@keys.command()
def renew() -> None:
    """Move what is stored from older keys to those that write, a little at a time.

    The server may run, and the command may be stopped and run again: it goes on with what is left.
    What belongs to an erased person, or came from a list as a digest, cannot be opened and stays.
    """
    from clausepress.ledger.engines import connect_existing
    from clausepress.ledger.ledger import DEFAULT_ORIGIN
    from clausepress.ledger.renewal import Renewed
    from clausepress.ledger.renewal import renew as renewal

    settings = _settings()
    held = settings.read_keys().kept(begun=True)
    done = Renewed()
    for part in renewal(connect_existing(settings.database_url), DEFAULT_ORIGIN, held):
        done += part
    click.echo(
        f"renewed: {done.wrapped} subject keys wrapped, {done.people} people and "
        f"{done.suppressions} suppressed addresses hashed by the keys that write"
    )


@keys.command()
@_kind
@click.argument("key_id", metavar="ID")
def retire(kind: KeyKind, key_id: str) -> None:
    """Take an older key out of the file, if nothing in the store needs it; exit code 1 if so.

    Copies of the store from before, and one-click links made with an HMAC key, are not looked at:
    they need it still. What a log key signed stays valid, by its public half.
    """
    from clausepress.errors import ClausepressError
    from clausepress.ledger import keyfile
    from clausepress.ledger.engines import connect_existing, transaction
    from clausepress.ledger.ledger import DEFAULT_ORIGIN, system_clock
    from clausepress.ledger.retirement import forget, needs

    settings = _settings()
    name = f"{keyfile.NAMES[kind]} {key_id}"
    with keyfile.edited(_file(settings)) as edit:
        file = keyfile.drop(edit.file, kind, key_id)
        engine = connect_existing(settings.database_url)
        with transaction(engine, write=True) as connection:
            if needed := needs(connection, DEFAULT_ORIGIN, kind, key_id, system_clock()):
                raise ClausepressError(
                    f"the {name} is needed: {', '.join(needed)}\n"
                    "  fix: run clausepress keys renew; what that leaves can only be read with it"
                )
            # Before the file: a store that asks for a key that is gone would not be opened.
            forget(connection, DEFAULT_ORIGIN, kind, key_id)
        edit.write(file)
    click.echo(f"the {name} is retired; reload every server (SIGHUP)")
