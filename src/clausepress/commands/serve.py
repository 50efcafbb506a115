"""``clausepress serve``: site, widgets and API on one port."""

from __future__ import annotations

import os
from pathlib import Path

import click

from clausepress.commands.options import config_option


@click.command()
@config_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    help="Another site that may embed the widgets, e.g. http://127.0.0.1:8001. Repeatable.",
)
@click.option("--api-only", is_flag=True, help="No site: the API as the environment sets it up.")
def serve(config: Path, port: int, host: str, origins: tuple[str, ...], *, api_only: bool) -> None:
    """Serve site, widgets and API on one port, rebuilt when a source changes.

    The API's settings are the variables CLAUSEPRESS_…, see OPERATING.md. The first SIGTERM or
    Ctrl-C ends it in order, a second one at once.
    """
    listed = os.environ.get("CLAUSEPRESS_ORIGINS", "")
    env = os.environ | {"CLAUSEPRESS_ORIGINS": ",".join([*origins, listed])}
    if api_only:
        from clausepress.api.running import serve_api
        from clausepress.api.settings import Settings

        serve_api(Settings.from_env(env), host, port)
    else:
        from clausepress.server import serve as serve_site

        serve_site(config, host=host, port=port, env=env)
