"""``clausepress import``: plain text and Markdown into a source folder."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--policy", required=True, help="Id of the policy, e.g. privacy.")
@click.option("--version", "version", required=True, help="Id of the version, e.g. 2021-01-25.")
@click.option("--lang", required=True, help="Language of the text, e.g. zh.")
@click.option("--title", default="", help="Title to use instead of the printed one.")
@click.option(
    "--docs",
    type=click.Path(path_type=Path),
    default=Path("docs"),
    show_default=True,
    help="Folder of policy sources.",
)
def import_(
    files: tuple[Path, ...], policy: str, version: str, lang: str, title: str, docs: Path
) -> None:
    """Turn plain text or Markdown FILES into a source folder.

    Several FILES are the parts of one text, in order. Every guess, repair and open question is
    printed and kept in LANG.import.json beside the source.
    """
    from clausepress.archive.intake import add_edition
    from clausepress.files import read_text
    from clausepress.text.importer import import_text

    raw = "\n\n".join(read_text(path) for path in files)
    imported = import_text(raw, lang=lang, path=files[0], title=title)
    written = add_edition(docs, policy, version, lang, imported)
    for note in imported.notes:
        where = f"line {note.line}" if note.line else "text"
        click.echo(f"{where}: {note.message} [{note.rule}]")
    clauses = sum(1 for _ in imported.edition.walk())
    click.echo(f"imported {clauses} clauses, no character lost; wrote:")
    for path in written:
        click.echo(f"  {path}")
