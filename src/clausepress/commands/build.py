"""``clausepress build``: the static site."""

from __future__ import annotations

from pathlib import Path

import click

from clausepress.commands.options import config_option


@click.command()
@config_option
@click.option("--strict", is_flag=True, default=None, help="Warnings are errors.")
def build(config: Path, strict: bool | None) -> None:
    """Build the site; the old one stays until the new one is whole."""
    from clausepress.site.build import build_site, show_warnings

    show_warnings()
    click.echo(f"built {build_site(config, strict=strict)}")
