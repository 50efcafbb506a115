"""``clausepress new``: a working bilingual example site."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make a working bilingual example site in FOLDER."""
    from clausepress.site.new import new_site

    new_site(folder)
    click.echo(f"made {folder}: now 'cd {folder} && clausepress serve'")
