"""``clausepress check``: the lint of legal texts."""

from __future__ import annotations

from pathlib import Path

import click

from clausepress.commands.options import docs_option


@click.command()
@click.argument("texts", nargs=-1)
@docs_option
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="For people, for programs, or for forges (SARIF 2.1.0).",
)
def check(texts: tuple[str, ...], docs: Path, shape: str) -> None:
    """Look for faults in TEXTS: files, or POLICY/VERSION/LANG; all texts when none is named.

    Exit code 0 when there is no finding, 1 when there is one.
    """
    from clausepress import __version__
    from clausepress.text.lint.report import as_json, as_sarif, as_text
    from clausepress.text.lint.run import check_texts
    from clausepress.text.sources import open_sources

    sources = open_sources(texts, docs)
    findings = check_texts(sources)
    files = [str(source.path) for source in sources]
    if shape == "json":
        click.echo(as_json(findings, files))
    elif shape == "sarif":
        click.echo(as_sarif(findings, __version__))
    elif findings:
        click.echo(as_text(findings, files))
    if findings:
        raise click.exceptions.Exit(1)
