"""``clausepress verify``: archives, published sites, paper copies and receipts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausepress.commands.options import docs_option
from clausepress.errors import ClausepressError

if TYPE_CHECKING:
    from clausepress.archive.verifying.model import Report
    from clausepress.compare.paper import PaperReport


@click.command()
@click.argument("target")
@click.option(
    "--key",
    default=None,
    help="Verifier key that you have from elsewhere: a line of press.keys, or a log's /v1/log/key.",
)
@click.option(
    "--ca",
    type=click.Path(path_type=Path),
    help="Root certificates (PEM) of time-stamp authorities to believe.",
)
@click.option(
    "--paper",
    type=click.Path(path_type=Path),
    help="Text of a signed copy (.txt, .docx, pdftotext output) to compare with TARGET.",
)
@click.option(
    "--log",
    default=None,
    help="Address of the log, …/v1/log: is the receipt still in what it publishes now?",
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
def verify(
    target: str,
    key: str | None,
    ca: Path | None,
    paper: Path | None,
    log: str | None,
    docs: Path,
    output: str,
) -> None:
    """Check that nothing was changed; exit code 0 if so, 1 if not.

    TARGET is a folder of sources, a policy or version in it, the folder of a built site, the
    http(s) address of a published one, or a file with a receipt. Folders and receipts are checked
    offline; of a site only its own origin is asked. With --paper, TARGET is the text to compare
    with: policy/version/lang, or a file. With --log, a receipt is also compared with what its log
    publishes now.
    """
    if paper:
        _paper(paper, target, docs, output)
    elif target.startswith(("http://", "https://")) or Path(target).is_dir():
        _archive(target, key, ca, output)
    elif Path(target).is_file() or not docs.joinpath(target).is_dir():
        _receipt(Path(target), key, log)
    else:
        _archive(str(docs / target), key, ca, output)


def _archive(target: str, key: str | None, ca: Path | None, output: str) -> None:
    import msgspec

    from clausepress.archive.timestamps import load_authorities
    from clausepress.archive.verifying.verify import verify_folder, verify_site
    from clausepress.files import read_source

    authorities = load_authorities(read_source(ca)) if ca else ()
    if target.startswith(("http://", "https://")):
        report = verify_site(target, key, authorities)
    else:
        report = verify_folder(Path(target), key, authorities)
    if output == "json":
        click.echo(msgspec.json.encode(report).decode())
    else:
        _print(report)
    if report.findings:
        raise click.exceptions.Exit(1)


def _print(report: Report) -> None:
    for finding in report.findings:
        click.echo(f"{finding.file}: {finding.what}: {finding.message}")
        for clause in finding.clauses:
            name = f"{clause.number} ({clause.id})" if clause.number else clause.id or "around it"
            if clause.marks_only:
                click.echo(f"  clause {name}: same words, other emphasis, links or tags")
            else:
                click.echo(
                    f"  clause {name}\n    frozen: {clause.frozen}\n    found:  {clause.found}"
                )
    for note in report.notes:
        click.echo(f"note: {note}")
    checked = report.checked
    verdict = f"{len(report.findings)} findings" if report.findings else "all as it was frozen"
    pages = f", {checked.pages} pages" if report.kind == "site" else ""
    click.echo(
        f"{verdict}: {checked.policies} policies, {checked.versions} frozen versions,"
        f" {checked.files} files{pages}, {checked.timestamps} time stamps"
    )
    if not report.key_given:
        click.echo(
            "the keys are those of the place itself, which proves that it agrees with itself only;"
            " compare this key with one you have from elsewhere, or give that with --key:"
        )
        for each in report.key:
            click.echo(f"  {each}")


def _paper(paper: Path, target: str, docs: Path, output: str) -> None:
    import msgspec

    from clausepress.compare.paper import compare_paper, read_paper, version_text

    edition = version_text(target, docs)
    report = compare_paper(edition, read_paper(paper, edition.lang), target)
    if output == "json":
        click.echo(msgspec.json.encode(report).decode())
    else:
        _print_paper(report)
    if report.differences:
        raise click.exceptions.Exit(1)


def _print_paper(report: PaperReport) -> None:
    for each in report.differences:
        where = f"clause {each.number}" if each.number else each.clause
        click.echo(f"{where}: …{each.before}[-{each.version}-]{{+{each.paper}+}}{each.after}…")
    aside = ", ".join(f"{count} of {kind}" for kind, count in report.set_aside.items() if count)
    if aside:
        click.echo(f"set aside, no word changed: {aside}")
    words = f"{len(report.differences)} differences" if report.differences else "the same words"
    click.echo(f"{words}: [-what {report.text} says-]{{+what the paper says+}}")


def _receipt(receipt: Path, key: str | None, log: str | None) -> None:
    from clausepress.commands.logs import fetcher, verifier_key
    from clausepress.files import read_text
    from clausepress.ledger.errors import LedgerError
    from clausepress.ledger.published import PublishedLog
    from clausepress.ledger.verify import verify_receipt

    try:
        verified = verify_receipt(read_text(receipt), key)
    except LedgerError as error:
        raise ClausepressError(f"{receipt}: {error}") from error
    click.echo(f"valid: {verified}" if key else f"whole, signer not checked: {verified}")
    for name, value in verified.record.items():
        if name not in ("sealed", "key_id"):
            shown = value if isinstance(value, str) and value.isprintable() else repr(value)
            click.echo(f"  {name}: {shown}")
    if key is None:
        click.echo("anyone can sign a receipt: give the log's published key with --key")
    if log:
        published = PublishedLog(fetcher(log), verifier_key(verified.verifier_key))
        _, newest = published.newest()
        published.check_extends(verified.checkpoint, newest)
        click.echo(f"still in the log: {log} has {newest.size} records now, this one among them")
