"""``clausepress widgets``: the widgets' files by themselves, with their digests."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
def widgets(folder: Path | None) -> None:
    """Print the SHA-384 of each of the widgets' files, for HTML's attribute integrity.

    With FOLDER they are also written there, to be served from a place that keeps this version.
    """
    from clausepress.files import write_atomic
    from clausepress.resources import resource
    from clausepress.site.widgets import INTEGRITY, built_widgets, integrity

    for name, content in built_widgets(resource("widgets")).items():
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomic(folder / name, content)
        if name != INTEGRITY:
            click.echo(f"{integrity(content)}  {name}")
