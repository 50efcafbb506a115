"""The command line: puts the commands together and turns faults into messages."""

from __future__ import annotations

import io
import sys
from typing import NoReturn

import click

from clausepress import __version__
from clausepress.commands.align import align
from clausepress.commands.build import build
from clausepress.commands.check import check
from clausepress.commands.export import export
from clausepress.commands.freeze import freeze
from clausepress.commands.ids import ids
from clausepress.commands.import_ import import_
from clausepress.commands.keygen import keygen
from clausepress.commands.keys import keys
from clausepress.commands.new import new
from clausepress.commands.notice import notice
from clausepress.commands.redline import redline
from clausepress.commands.replies import replies
from clausepress.commands.retain import retain
from clausepress.commands.serve import serve
from clausepress.commands.stores import copy_store, remake_consents
from clausepress.commands.subjects import erase, subject_export
from clausepress.commands.suppressions import suppressions
from clausepress.commands.timestamp import timestamp
from clausepress.commands.verify import verify
from clausepress.commands.widgets import widgets
from clausepress.commands.witness import witness
from clausepress.errors import ClausepressError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="clausepress")
def cli() -> None:
    """Publish legal text in versions that never change, and record people's choices."""


for command in (
    new,
    import_,
    check,
    ids,
    align,
    export,
    redline,
    keygen,
    freeze,
    notice,
    build,
    serve,
    replies,
    suppressions,
    verify,
    timestamp,
    witness,
    erase,
    subject_export,
    retain,
    copy_store,
    remake_consents,
    keys,
    widgets,
):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command line; wrong input ends with a message and exit code 1, wrong usage with 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Chinese shows escapes
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)  # whoever read our output has had enough
    except ClausepressError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    sys.exit(code or 0)
