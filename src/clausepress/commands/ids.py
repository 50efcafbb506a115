"""``clausepress ids``: ids for clauses that have none."""

from __future__ import annotations

from pathlib import Path

import click

from clausepress.commands.options import docs_option


@click.command()
@click.argument("names", nargs=-1)
@docs_option
@click.option("--write", is_flag=True, help="Write the suggestions that are sure enough.")
@click.option(
    "--at-least",
    type=click.FloatRange(0, 1),
    default=0.9,
    show_default=True,
    help="Confidence from which --write writes a suggestion.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
def ids(names: tuple[str, ...], docs: Path, write: bool, at_least: float, form: str) -> None:
    """Suggest ids for clauses that have none; the same clause has one id everywhere.

    NAMES are files or POLICY, POLICY/VERSION, POLICY/VERSION/LANG; none means all of docs.
    Nothing is changed without --write.
    """
    import msgspec

    from clausepress.text.ids import IdsReport, relatives_of, suggest_ids, write_ids
    from clausepress.text.sources import open_sources

    targets = open_sources(names, docs)
    reports = suggest_ids(targets, relatives_of(targets, docs))
    if write:
        reports = [
            write_ids(target, report, at_least)
            for target, report in zip(targets, reports, strict=True)
        ]
    if form == "json":
        found = IdsReport(sources=tuple(reports))
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1))
    else:
        for report in reports:
            for each in report.suggestions:
                name = each.id or "?"
                state = "written: " if each.written else ""
                click.echo(
                    f"{report.path}:{each.line}: {state}{{#{name}}} {each.confidence:.0%} "
                    f"{each.reason} | {each.number} {each.text}"
                )
        total = sum(len(report.suggestions) for report in reports)
        done = sum(each.written for report in reports for each in report.suggestions)
        click.echo(f"{total} clauses without an id, {done} ids written")
    if any(not each.written for report in reports for each in report.suggestions):
        raise click.exceptions.Exit(1)
