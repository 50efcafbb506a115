"""``clausepress freeze``: a version made final."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausepress.commands.options import docs_option
from clausepress.errors import ClausepressError

if TYPE_CHECKING:
    from clausepress.archive.manifest import Gate
    from clausepress.archive.published import Library


@click.command()
@click.argument("version", metavar="POLICY/VERSION")
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    default=Path("press.key"),
    show_default=True,
    help="Secret key, as 'clausepress keygen' made it.",
)
@click.option(
    "--historic",
    metavar="REASON",
    default="",
    help="Do not ask the gate, and record why: for a version published before.",
)
@docs_option
def freeze(version: str, key: Path, historic: str, docs: Path) -> None:
    """Make a version final: its pages never change again.

    The gate is asked first, and the material kinds of version.yml are recorded as confirmed.
    What is frozen is never overwritten; a correction is a new version.
    """
    from clausepress.archive.freeze import freeze_version
    from clausepress.archive.library import load_library
    from clausepress.archive.press import load_signer

    policy_id, slash, version_id = version.partition("/")
    if not slash or not policy_id or not version_id or "/" in version_id:
        raise click.UsageError(f"'{version}' is not of the form POLICY/VERSION")
    signer = load_signer(key)
    library = load_library(docs)
    gate = _ask_gate(library, policy_id, version_id, historic.strip())
    done = freeze_version(library, policy_id, version_id, signer, gate, dt.datetime.now(dt.UTC))
    if done.finished:
        click.echo(f"{version}: finished what an earlier run had begun")
    click.echo(f"frozen {version}, number {done.manifest.index + 1} of {policy_id}; wrote:")
    for path in done.files:
        click.echo(f"  {path}")


def _ask_gate(library: Library, policy_id: str, version_id: str, historic: str) -> Gate:
    """What the gate let pass; raises ClausepressError with every refusal."""
    from clausepress.archive.freeze import find_version
    from clausepress.archive.lifecycle import today
    from clausepress.archive.manifest import Gate
    from clausepress.compare.gate import check_gate

    policy, version = find_version(library, policy_id, version_id)
    if historic:
        effective = version.file.effective_on
        if effective and effective > today():
            raise ClausepressError(
                f"{version.path}: it takes effect on {effective}, which is yet to come\n"
                "  fix: --historic is for what was published before; leave it out"
            )
        return Gate(historic=historic)
    if version.manifest is None:
        report = check_gate(policy, version, library.languages, today())
        if report.refusals:
            shown = "\n".join(
                f"  clause {each.clause}: {each.message}\n    fix: {each.fix}"
                for each in report.refusals
            )
            against = f" (compared with {report.before})" if report.before else ""
            raise ClausepressError(
                f"{version.path}: the gate does not let it pass{against}:\n{shown}"
            )
        if announced := version.file.announced_on or version.file.updated_on:
            click.echo(
                f"announced on {announced}, as version.yml states; first frozen today, {today()}"
            )
        if report.before:
            click.echo(f"compared with {report.before}")
        for each in report.proposals:
            answer = "confirmed" if each.kind in version.file.material_kinds else "declined"
            click.echo(f"{answer}: {each.kind} (clause {each.clause or '–'}: {each.reason})")
    return Gate(kinds=version.file.material_kinds)
