"""``clausepress align``: clause to clause between two editions."""

from __future__ import annotations

from pathlib import Path

import click

from clausepress.commands.options import docs_option


@click.command()
@click.argument("names", nargs=-1, required=True)
@docs_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
@click.option("--pairs", is_flag=True, help="List every pair with its confidence too.")
def align(names: tuple[str, ...], docs: Path, form: str, pairs: bool) -> None:
    """Compare two editions clause by clause: which clauses one lacks, and what differs.

    NAMES are two texts, files or POLICY/VERSION/LANG, or one POLICY/VERSION with two languages.
    """
    import msgspec

    from clausepress.text.alignment.report import align as align_texts
    from clausepress.text.alignment.show import shown
    from clausepress.text.sources import open_sources

    sources = open_sources(names, docs)
    if len(sources) != 2:
        raise click.UsageError(
            f"two texts are compared, and {len(sources)} {'was' if len(sources) == 1 else 'were'}"
            " named: " + (", ".join(source.name for source in sources) or "none")
        )
    report = align_texts(*sources)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=1))
    else:
        click.echo("\n".join(shown(report, sources[0].path, sources[1].path, pairs=pairs)))
    if not report.clean:
        raise click.exceptions.Exit(1)
