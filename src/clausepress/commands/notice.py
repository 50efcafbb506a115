"""``clausepress notice``: the text that announces a version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausepress.commands.options import config_option
from clausepress.errors import ClausepressError

if TYPE_CHECKING:
    from clausepress.site.messages import Channel


@click.command()
@click.argument("name", metavar="POLICY/VERSION")
@click.option("--lang", default=None, help="Language; by default the one that prevails.")
@click.option(
    "--channel",
    type=click.Choice(["mail", "sms", "site"]),
    required=True,
    help="E-mail, SMS or a web page.",
)
@config_option
def notice(name: str, lang: str | None, channel: Channel, config: Path) -> None:
    """Print the text that announces a version: what changes, when, where to read it.

    It is a service message: it sells nothing and asks for no agreement. Of an SMS it says on
    standard error in how many messages it is sent.
    """
    from clausepress.archive.library import load_library
    from clausepress.archive.lifecycle import today
    from clausepress.site.build import read_config
    from clausepress.site.messages import find_notice, message, sms_parts

    site = read_config(config)
    found = find_notice(load_library(Path(site.docs_dir)), name, lang, today())
    if not site.site_url:
        raise ClausepressError(
            f"{config}: the site's address is not stated, and a message needs full links\n"
            "  fix: set site_url, e.g. https://policies.example.com/"
        )
    text = message(found, channel, str(site.site_url))
    click.echo(text)
    if channel == "sms":
        click.echo(f"messages in UCS-2: {sms_parts(text)}; characters: {len(text)}", err=True)
