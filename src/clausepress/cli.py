"""The command line: reads arguments, calls the rooms, prints for people."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from clausepress import __version__
from clausepress.errors import ClausepressError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="clausepress")
def cli() -> None:
    """Publish legal text in versions that never change, and record people's choices."""


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make a working bilingual example site in FOLDER."""
    from clausepress.site.new import new_site

    new_site(folder)
    click.echo(f"made {folder}: now 'cd {folder} && clausepress serve'")


@cli.command("import")
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


@cli.command()
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="Configuration of the site.",
)
@click.option("--strict", is_flag=True, default=None, help="Warnings are errors.")
def build(config: Path, strict: bool | None) -> None:
    """Build the site; the old one stays until the new one is whole."""
    from clausepress.site.build import build_site, show_warnings

    show_warnings()
    click.echo(f"built {build_site(config, strict=strict)}")


@cli.command()
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="Configuration of the site.",
)
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


@cli.command()
@click.argument("receipt", type=click.Path(path_type=Path))
@click.option("--key", default=None, help="The log's verifier key, from /v1/log/key.")
def verify(receipt: Path, key: str | None) -> None:
    """Check a RECEIPT offline: its entry, its place in the log, the log's signature."""
    from clausepress.files import read_text
    from clausepress.ledger.errors import LedgerError
    from clausepress.ledger.verify import verify_receipt

    try:
        verified = verify_receipt(read_text(receipt), key)
    except LedgerError as error:
        raise ClausepressError(f"{receipt}: {error}") from error
    click.echo(f"valid: {verified}")
    for name, value in verified.record.items():
        if name not in ("sealed", "key_id"):
            click.echo(f"  {name}: {value}")
    if key is None:
        click.echo("checked with the key inside the receipt; compare it with the one published")


def main() -> NoReturn:
    """Run the command line; wrong input ends with a message and exit code 1, wrong usage with 2."""
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except ClausepressError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(1)
    sys.exit(0)
