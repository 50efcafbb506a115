"""``clausepress serve``: site, widgets and API on one port."""

from __future__ import annotations

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
def serve(config: Path, port: int, host: str, origins: tuple[str, ...]) -> None:
    """Serve site, widgets and API on one port, rebuilt when a source changes."""
    from clausepress.server import serve as serve_site

    serve_site(config, host=host, port=port, origins=frozenset(origins))
