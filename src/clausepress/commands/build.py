"""``clausepress build``: the static site."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from clausepress.commands.options import config_option


@click.command()
@config_option
@click.option("--strict", is_flag=True, default=None, help="Warnings are errors.")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Build the site as it stands on a day, to look at what is to come.",
)
@click.option("--pdf", is_flag=True, help="Make a PDF of every edition too (clausepress[pdf]).")
def build(config: Path, strict: bool | None, day: dt.datetime | None, pdf: bool) -> None:
    """Build the site; the old one stays until the new one is whole."""
    from clausepress.site.build import build_site, show_warnings

    show_warnings()
    site = build_site(config, strict=strict, on=day.date() if day else None, pdf=pdf)
    click.echo(f"built {site}" + (f" as of {day:%Y-%m-%d}: do not publish it" if day else ""))
