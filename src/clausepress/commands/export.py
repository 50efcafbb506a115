"""``clausepress export``: an edition as canonical text, JSON or Akoma Ntoso."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausepress.commands.options import docs_option

if TYPE_CHECKING:
    from clausepress.text.export import Format


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "akn"]),
    required=True,
    help="Canonical text, edition.json, or Akoma Ntoso 1.0 XML.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="File to write, or folder for several texts; nothing there is overwritten.",
)
@docs_option
def export(names: tuple[str, ...], form: Format, output: Path | None, docs: Path) -> None:
    """Write texts in a form that other programs read and that reads back as the same text.

    NAME is a file, or policy, policy/version or policy/version/lang below the sources. One text
    is printed; several need --output FOLDER.
    """
    from clausepress.archive.exports import export_texts, write_exports

    exports = export_texts(names, docs, form)
    if output is None and len(exports) == 1:
        click.echo(exports[0].data, nl=False)
    elif output is None:
        raise click.UsageError(f"{len(exports)} texts are named: give --output FOLDER")
    else:
        for path in write_exports(exports, output):
            click.echo(f"wrote {path}")
