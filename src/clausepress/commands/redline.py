"""``clausepress redline``: what differs between two versions of a text."""

from __future__ import annotations

from pathlib import Path

import click

from clausepress.commands.options import docs_option


@click.command()
@click.argument("old")
@click.argument("new")
@docs_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "json"]),
    default="text",
    show_default=True,
    help="For a terminal, for a page, or for programs.",
)
@click.option("--all", "everything", is_flag=True, help="Show what changes no word too (text).")
@click.option(
    "--output", type=click.Path(path_type=Path), help="File to write instead of printing."
)
def redline(
    old: str, new: str, docs: Path, form: str, everything: bool, output: Path | None
) -> None:
    """Show what differs between two versions of a text in one language, clause by clause.

    OLD and NEW are files or POLICY/VERSION/LANG. Exit code 0 when they are the same, 1 when they
    differ, 2 for wrong usage and for what cannot be read or written.
    """
    from clausepress.compare.redline import redline as compare
    from clausepress.compare.report import redline_json
    from clausepress.compare.show_html import render_html
    from clausepress.compare.show_text import render_text
    from clausepress.errors import ArgumentError, ClausepressError
    from clausepress.files import write_atomic
    from clausepress.i18n import labels
    from clausepress.text.sources import open_sources

    try:
        sources = open_sources([old, new], docs)
    except ClausepressError as error:
        raise ArgumentError(str(error)) from error  # 1 would say that they differ
    if len(sources) != 2:
        raise click.UsageError(
            "OLD and NEW name one text each; these were found: "
            + ", ".join(source.name for source in sources)
        )
    before, after = (source.edition for source in sources)
    if before.lang != after.lang:
        raise click.UsageError(
            f"a redline is of one language: {sources[0].name} is in '{before.lang}',"
            f" {sources[1].name} in '{after.lang}'; `clausepress align` compares languages"
        )
    found = compare(before, after)
    if form == "json":
        shown = redline_json(found, sources[0].name, sources[1].name).decode()
    elif form == "html":
        shown = render_html(found, before, after, words=labels(found.lang))
    else:
        shown = render_text(found, before, after, everything=everything)
    if output:
        try:
            write_atomic(output, shown.encode())
        except OSError as error:
            raise ArgumentError(
                f"{output}: cannot be written: {error.strerror}\n"
                "  fix: check the folder, free space and permissions"
            ) from error
    else:
        click.echo(shown, nl=False)
    if found.hunks:
        raise click.exceptions.Exit(1)
