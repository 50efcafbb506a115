"""``clausepress verify``: archives, published sites, paper copies, receipts and stores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausepress.commands.options import docs_option
from clausepress.errors import ArgumentError, ClausepressError

if TYPE_CHECKING:
    from clausepress.archive.verifying.model import Report
    from clausepress.compare.paper import PaperReport


_TARGETS = (
    "TARGET is a folder of sources, a policy or version in it, the folder or address of a built"
    " site, a file with a receipt, or the database URL of a store; one text, as POLICY/VERSION/LANG"
    " or a file, only with --paper"
)


@click.command()
@click.argument("target")
@click.option(
    "--key",
    "keys",
    multiple=True,
    help="Verifier key that you have from elsewhere: a line of press.keys, or a log's /v1/log/key."
    " Of an archive or site repeatable, for a press that has changed its key.",
)
@click.option(
    "--since",
    multiple=True,
    type=click.Path(path_type=Path),
    help="What you kept of an archive or site: an earlier head.note, or an earlier report"
    " (--format json). Is all that it counts still there? Repeatable.",
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
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path),
    help="Checkpoint of the log kept elsewhere, as by a witness: does the store still hold it?",
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
    keys: tuple[str, ...],
    since: tuple[Path, ...],
    ca: Path | None,
    paper: Path | None,
    log: str | None,
    checkpoint: Path | None,
    docs: Path,
    output: str,
) -> None:
    """Check that nothing was changed; exit code 0 if so, 1 if not.

    TARGET is a folder of sources, a policy or version in it, the folder of a built site, the
    http(s) address of a published one, a file with a receipt, or the database URL of a store,
    which is read whole and needs the keys of CLAUSEPRESS_KEYS. Folders and receipts are checked
    offline; of a site only its own origin is asked. With --paper, TARGET is the text to compare
    with: policy/version/lang, or a file. With --log, a receipt is also compared with what its log
    publishes now. A text that is or was in force and is not frozen, beside frozen ones, is a
    finding too. That the newest versions or a whole policy were removed shows only against
    something kept elsewhere: keep the report, and give it with --since.

    Of a store every column of every row is compared with what the log signed. What the log does
    not know cannot be: under which idempotency key a request came, what an opt-out or reply said
    word for word beyond its entry, and whose a suppression or account was once its person is
    erased. That a store was put back as a whole shows with --checkpoint only.
    """
    archive = "" if paper else _archive_at(target, docs)
    store = target.startswith(("sqlite:", "postgresql:"))
    if log and (archive or store or paper):
        raise click.UsageError("--log is for a receipt")
    if checkpoint and (paper or not store):
        raise click.UsageError("--checkpoint is for a store")
    if not archive and (since or ca or len(keys) > 1):
        raise click.UsageError(
            "--since, --ca, and --key more than once, are for an archive or a site"
        )
    if archive:
        _archive(archive, keys, since, ca, output)
        return
    key = keys[0] if keys else None
    if paper:
        _paper(paper, target, docs, output)
    elif store:
        from clausepress.commands.stores import verify_store

        verify_store(target, key, checkpoint, output)
    elif Path(target).is_file():
        _receipt(Path(target), key, log)
    else:
        raise ArgumentError(f"{target}: there is no such file or folder\n  fix: {_TARGETS}")


def _archive_at(target: str, docs: Path) -> str:
    """The folder or address that a target names; empty when it names something else."""
    if target.startswith(("http://", "https://")) or Path(target).is_dir():
        return target
    below = docs / target
    return str(below) if below.is_dir() and not Path(target).is_file() else ""


def _archive(
    target: str, keys: tuple[str, ...], since: tuple[Path, ...], ca: Path | None, output: str
) -> None:
    import msgspec

    from clausepress.archive.timestamps import load_authorities
    from clausepress.archive.verifying.since import read_kept
    from clausepress.archive.verifying.verify import verify_folder, verify_site
    from clausepress.files import read_source

    authorities = load_authorities(read_source(ca)) if ca else ()
    kept = [head for path in since for head in read_kept(path)]
    if target.startswith(("http://", "https://")):
        report = verify_site(target, keys, authorities, kept)
    else:
        report = verify_folder(Path(target), keys, authorities, kept)
    if output == "json":
        click.echo(msgspec.json.encode(report).decode())
    else:
        _print(report)
    if report.findings:
        raise click.exceptions.Exit(1)


def _print(report: Report) -> None:
    from clausepress.i18n import counted

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
    for head in report.heads:
        frozen = counted(head.size, "frozen version")
        click.echo(f"head of {head.policy}: {frozen}, {head.digest}")
    checked = report.checked
    looked_at = [
        counted(checked.policies, "policy"),
        counted(checked.versions, "frozen version"),
        counted(checked.files, "file"),
        *([counted(checked.pages, "page")] if report.kind == "site" else []),
        counted(checked.timestamps, "time stamp"),
    ]
    clean = "all as it was frozen"
    if checked.unfrozen:
        clean = "what was frozen is as it was"
    if report.since:
        clean += f", and {counted(len(report.since), 'earlier head')} still in the chain"
    verdict = counted(len(report.findings), "finding") if report.findings else clean
    click.echo(f"{verdict}: {', '.join(looked_at)}")
    if checked.unfrozen:
        on = f", on {counted(checked.unproved_pages, 'page')}" if checked.unproved_pages else ""
        click.echo(f"not frozen, so not proved: {counted(checked.unfrozen, 'public version')}{on}")
    if not report.since:
        click.echo(
            "not told: whether the newest versions or a whole policy were removed; keep this report"
            " as --format json and give it next time with --since"
        )
    if report.key and not report.key_given:
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
    from clausepress.i18n import counted

    for each in report.differences:
        where = f"clause {each.number}" if each.number else each.clause
        said = f"[-{each.version}-]" if each.version else ""
        printed = f"{{+{each.paper}+}}" if each.paper else ""
        click.echo(f"{where}: …{each.before}{said}{printed}{each.after}…")
    aside = ", ".join(f"{count} of {kind}" for kind, count in report.set_aside.items() if count)
    if aside:
        click.echo(f"set aside, no word changed: {aside}")
    for line in report.seal:
        click.echo(f"  seal: {line}")
    words = "the same words"
    if report.differences:
        words = counted(len(report.differences), "difference")
    click.echo(f"{words}: [-what {report.text} says-]{{+what the paper says+}}")


def _receipt(receipt: Path, key: str | None, log: str | None) -> None:
    from clausepress.commands.logs import fetcher, verifier_key
    from clausepress.files import read_text
    from clausepress.ledger.errors import LedgerError, ReceiptMalformed
    from clausepress.ledger.published import PublishedLog
    from clausepress.ledger.verify import verify_receipt

    if key:
        verifier_key(key)
    text = read_text(receipt)
    if not text.lstrip().startswith("{"):
        raise ArgumentError(f"{receipt}: is no receipt\n  fix: {_TARGETS}")
    try:
        verified = verify_receipt(text, key)
    except ReceiptMalformed as error:
        raise ClausepressError(f"{receipt}: {error}\n  fix: {_TARGETS}") from error
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
