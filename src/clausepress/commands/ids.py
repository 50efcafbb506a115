"""``clausepress ids``: ids for clauses that have none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausepress.commands.options import docs_option
from clausepress.i18n import counted

if TYPE_CHECKING:
    from clausepress.text.ids import IdReport


@click.command()
@click.argument("names", nargs=-1)
@docs_option
@click.option("--write", is_flag=True, help="Write the suggestions that are sure enough.")
@click.option(
    "--at-least",
    type=click.FloatRange(0, 1),
    default=0.8,
    show_default=True,
    help="Confidence from which --write writes a suggestion.",
)
@click.option(
    "--accept",
    multiple=True,
    metavar="ID",
    help="Write this suggested id too, whatever its confidence; may be given several times.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
def ids(
    names: tuple[str, ...],
    docs: Path,
    write: bool,
    at_least: float,
    accept: tuple[str, ...],
    form: str,
) -> None:
    """Suggest ids for clauses that have none; the same clause has one id everywhere.

    NAMES are files or POLICY, POLICY/VERSION, POLICY/VERSION/LANG; none means all of docs.
    Nothing is changed without --write. The confidence says how sure it is that a clause is the
    one its id comes from, or that it is new.
    """
    import msgspec

    from clausepress.text.id_writing import write_ids
    from clausepress.text.ids import IdsReport, relatives_of, suggest_ids
    from clausepress.text.sources import open_sources

    if accept and not write:
        raise click.UsageError("--accept goes with --write")
    targets = open_sources(names, docs)
    reports = suggest_ids(targets, relatives_of(targets, docs))
    suggested = {each.id for report in reports for each in report.suggestions}
    if unknown := sorted(set(accept) - suggested):
        raise click.UsageError(f"--accept: no clause has the suggestion '{unknown[0]}'")
    if write:
        reports = [
            write_ids(target, report, at_least, accept)
            for target, report in zip(targets, reports, strict=True)
        ]
    if form == "json":
        found = IdsReport(sources=tuple(reports))
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1))
    else:
        for report in reports:
            _show(report)
        _sum_up(reports, at_least)
    if any(not each.written for report in reports for each in report.suggestions):
        raise click.exceptions.Exit(1)


def _show(report: IdReport) -> None:
    """Print what one source lacks as a table."""
    if not report.suggestions:
        return
    numbers = [each.number or "-" for each in report.suggestions]
    names = [each.id or "?" for each in report.suggestions]
    wide = max(4, *(len(name) for name in names)), max(6, *map(_columns, numbers))
    click.echo(f"{report.path}\n  line  {'clause':{wide[1]}}  {'id':{wide[0]}}  sure  from")
    for each, number, name in zip(report.suggestions, numbers, names, strict=True):
        pad = " " * (wide[1] - _columns(number))
        state = "written, " if each.written else ""
        click.echo(
            f"{each.line:6}  {number}{pad}  {name:{wide[0]}}  {each.confidence:4.0%}"
            f"  {state}{each.reason} | {each.text}"
        )


def _sum_up(reports: list[IdReport], at_least: float) -> None:
    """Print how many ids were written, and how the others are."""
    every = [each for report in reports for each in report.suggestions]
    left = [each for each in every if not each.written]
    sure = [each for each in left if each.id and each.confidence >= at_least]
    doubtful = [each for each in left if each.id and each.confidence < at_least]
    nameless = len(left) - len(sure) - len(doubtful)
    written = counted(len(every) - len(left), "id")
    click.echo(f"{counted(len(every), 'clause')} without an id, {written} written")
    if sure:
        click.echo(f"{len(sure)} of them at least {at_least:.0%} sure: --write writes them")
    if doubtful:
        lowest = min(each.confidence for each in doubtful)
        click.echo(
            f"{len(doubtful)} of them less than {at_least:.0%} sure: look at each, accept it by"
            f" name with --write --accept {doubtful[0].id}, or all with --write --at-least {lowest}"
        )
    if nameless:
        click.echo(
            f"{nameless} of them without a suggestion: write {{#id}} at the end of the clause"
        )


def _columns(text: str) -> int:
    """Columns a text takes in a terminal."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
