"""``clausepress replies``: text messages that came back, for those who read or answer them."""

from __future__ import annotations

from typing import Final

import click

_CHUNK: Final = 128  # messages under way at once, well below what the writer queues


@click.group()
def replies() -> None:
    """Text messages that came back: pull them, read the doubtful ones, confirm opt-outs.

    The store is the one that CLAUSEPRESS_DATABASE_URL and the other variables of the API name.
    """


@replies.command()
@click.option("--every", type=click.IntRange(min=10), help="Pull again after so many seconds.")
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="So many days in China, today the last; more after it was not run for longer.",
)
def pull(every: int | None, days: int) -> None:
    """Record the replies that JD Cloud keeps; those recorded before count once."""
    import os
    import time
    from datetime import UTC, datetime

    from clausepress.api.settings import Settings
    from clausepress.errors import ClausepressError

    settings = Settings.from_env(os.environ)
    source = settings.gateways.jdcloud
    if source is None:
        raise ClausepressError(
            "CLAUSEPRESS_GATEWAYS names no jdcloud to pull from\n"
            '  fix: add {"jdcloud": {"access": …, "secret": …, "app_id": …}}'
        )
    _, ledger = settings.open()
    try:
        while True:
            try:
                messages, made = source.pull(datetime.now(UTC), days), 0
                for start in range(0, len(messages), _CHUNK):
                    answers = [ledger.receive(one) for one in messages[start : start + _CHUNK]]
                    made += sum(answer.result().created for answer in answers)
                click.echo(f"{len(messages)} replies, {made} of them new")
            except ClausepressError as error:
                if not every:
                    raise
                click.echo(f"error: {error}", err=True)
            if not every:
                return
            time.sleep(every)
    finally:
        ledger.close()


@replies.command()
@click.option("--after", type=int, default=-1, help="Position of the last one seen.")
def review(after: int) -> None:
    """Print the replies that a person has to read, one JSON object a line.

    A reply of the verdict likely-opt-out has stopped promotion to its sender already; for another
    that was meant as an opt-out, post to /v1/opt-outs.
    """
    _print("reviews", after)


@replies.command()
@click.option("--after", type=int, default=-1, help="Position of the last one sent.")
def confirm(after: int) -> None:
    """Print whose opt-out is to be confirmed by one message, one JSON object a line.

    Each number comes once for good, at the position of its first opt-out: send, keep the position,
    and go on after it. Numbers that the gateway itself answers are left out.
    """
    _print("confirmations", after)


def _print(what: str, after: int) -> None:
    import msgspec

    from clausepress.commands.stores import begun_ledger

    ledger = begun_ledger()
    try:
        found = ledger.reviews if what == "reviews" else ledger.confirmations
        for received in found(after + 1):
            click.echo(msgspec.json.encode(received._asdict()))
    finally:
        ledger.close()
