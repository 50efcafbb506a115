"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

docs_option = click.option(
    "--docs",
    type=click.Path(path_type=Path),
    default=Path("docs"),
    show_default=True,
    help="Folder of policy sources.",
)

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="Configuration of the site.",
)
