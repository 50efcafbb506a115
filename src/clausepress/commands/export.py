"""``clausepress export``: texts and records in forms that other programs read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from clausepress.commands.options import docs_option
from clausepress.commands.records import export_store, is_store

if TYPE_CHECKING:
    from clausepress.ledger.interchange import RecordFormat
    from clausepress.text.export import Format

_TEXTS = ("text", "json", "akn")
_RECORDS = ("jsonl", "csv", "jsonld")


def _moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Any:
    if value is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("write it like 2026-03-04 or 2026-03-04T10:30:00+08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice([*_TEXTS, *_RECORDS]),
    required=True,
    help="Of a text: canonical text, edition.json, Akoma Ntoso 1.0 XML. Of records: JSON Lines,"
    " CSV, or JSON-LD by ISO/IEC TS 27560 and DPV.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="File to write, or folder for several texts; nothing there is overwritten.",
)
@click.option("--kind", "kinds", multiple=True, help="Records of this kind only; repeatable.")
@click.option("--policy", "policies", multiple=True, help="Records about it only; repeatable.")
@click.option("--since", callback=_moment, metavar="TIME", help="Records made then or later.")
@click.option("--until", callback=_moment, metavar="TIME", help="Records made before.")
@click.option("--open", "opened", is_flag=True, help="Personal fields too, by CLAUSEPRESS_KEYS.")
@click.option("--bom", is_flag=True, help="CSV with a byte order mark, as spreadsheets want it.")
@click.option("--controller", default="", help="For JSON-LD, where the texts name none.")
@docs_option
def export(
    names: tuple[str, ...],
    form: str,
    output: Path | None,
    docs: Path,
    **records: Any,
) -> None:
    """Write texts, or the records of a store, in a form that other programs read.

    NAME is a file, or policy, policy/version or policy/version/lang below the sources; such a text
    reads back as the same text. One text is printed; several need --output FOLDER. Or NAME is the
    database URL of a store, which may be in use: its records are written in the order of the log,
    public fields only unless --open is given.
    """
    from clausepress.ledger.selection import Wanted

    stores = [name for name in names if is_store(name)]
    if stores:
        if len(names) > 1:
            raise click.UsageError("give one store, and no texts with it")
        if form not in _RECORDS:
            raise click.UsageError(f"records are written as {', '.join(_RECORDS)}")
        since, until = records["since"], records["until"]
        if since and until and since >= until:
            raise click.UsageError("--since is not before --until, so there is nothing to write")
        export_store(
            stores[0],
            Wanted(records["kinds"], records["policies"], since, until),
            cast("RecordFormat", form),
            output,
            opened=records["opened"],
            mark=records["bom"],
            controller=records["controller"],
        )
        return
    if form not in _TEXTS:
        raise click.UsageError(f"texts are written as {', '.join(_TEXTS)}")
    if any(records.values()):
        raise click.UsageError("--kind, --policy, --since, --until, --open … are for a store")
    _texts(names, cast("Format", form), output, docs)


def _texts(names: tuple[str, ...], form: Format, output: Path | None, docs: Path) -> None:
    from clausepress.archive.exports import export_texts, write_exports

    exports = export_texts(names, docs, form)
    if output is None and len(exports) == 1:
        click.echo(exports[0].data, nl=False)
    elif output is None:
        raise click.UsageError(f"{len(exports)} texts are named: give --output FOLDER")
    else:
        for path in write_exports(exports, output):
            click.echo(f"wrote {path}")
