"""``clausepress import``: text, Markdown, Word and our own exports into a source folder."""

from __future__ import annotations

from pathlib import Path

import click

from clausepress.commands.options import docs_option
from clausepress.i18n import counted


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--policy", required=True, help="Id of the policy, e.g. privacy.")
@click.option("--version", "version", required=True, help="Id of the version, e.g. 2021-01-25.")
@click.option("--lang", required=True, help="Language of the text, e.g. zh.")
@click.option("--title", default="", help="Title to use instead of the printed one.")
@click.option("--no-repair", is_flag=True, help="Keep the debris of page breaks and the like.")
@click.option(
    "--undo",
    multiple=True,
    metavar="ID",
    help="Leave out the repair with this id; may be given several times.",
)
@click.option(
    "--accept",
    multiple=True,
    metavar="ID",
    help="Answer the open question with this id with yes; may be given several times.",
)
@docs_option
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Print for people, or the report as JSON.",
)
def import_(
    files: tuple[Path, ...],
    policy: str,
    version: str,
    lang: str,
    title: str,
    no_repair: bool,
    undo: tuple[str, ...],
    accept: tuple[str, ...],
    docs: Path,
    output: str,
) -> None:
    """Turn plain text, Markdown, a .docx or an export into a source folder.

    Several FILES are the parts of one text, in order. Every repair, guess and open question is
    printed and kept in LANG.import.json beside the source.

    To undo a repair, give its id as --undo; to have one made that is only asked about, give its
    id as --accept; at the first import or again after moving LANG.md away: nothing is
    overwritten. Undoing a repair undoes those that rest on it. With --no-repair, nothing but the
    repairs accepted is made.

    A JSON or Akoma Ntoso export is taken as it is.
    """
    import msgspec

    from clausepress.archive.intake import add_edition
    from clausepress.text.importing.files import import_files
    from clausepress.text.importing.model import report

    imported = import_files(
        files, lang=lang, title=title, repair=not no_repair, undo=undo, accept=accept
    )
    written = add_edition(docs, policy, version, lang, imported)
    if output == "json":
        click.echo(msgspec.json.encode(report(imported)).decode())
        return
    for repair in (*imported.repairs, *imported.questions):
        if not repair.edits:
            click.echo(f"file: {repair.message} [{repair.rule}]")
            continue
        click.echo(f"line {repair.line}: {repair.message} [{repair.rule}, id {repair.id}]")
        click.echo(f"  before: {_shown(repair.before)}\n  after:  {_shown(repair.after)}")
    for note in imported.notes:
        where = f"line {note.line}" if note.line else "text"
        click.echo(f"{where}: {note.message} [{note.rule}]")
    if imported.questions:
        asked = counted(len(imported.questions), "open question")
        click.echo(f"{asked}: answer one with yes by --accept ID")
    clauses = sum(1 for _ in imported.edition.walk())
    click.echo(
        f"imported {counted(clauses, 'clause')}, made {counted(len(imported.repairs), 'repair')},"
        f" left out {len(imported.undone)}, no character lost; wrote:"
    )
    for path in written:
        click.echo(f"  {path}")


def _shown(text: str) -> str:
    """One line with every character that cannot be seen as its escape."""
    line = "".join(
        char if char.isprintable() or char == "\u3000" else char.encode("unicode_escape").decode()
        for char in text
    )
    return line if len(line) <= 160 else f"{line[:78]} … {line[-78:]}"
