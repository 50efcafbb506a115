"""``clausepress timestamp``: RFC 3161 time stamps over manifests."""

from __future__ import annotations

from pathlib import Path

import click

from clausepress.commands.options import docs_option
from clausepress.errors import ClausepressError


@click.group()
def timestamp() -> None:
    """Have an authority vouch for the time of a frozen version (RFC 3161).

    Nothing is sent: send the request to an authority by yourself, e.g. curl -H 'Content-Type:
    application/timestamp-query' --data-binary @req.tsq -o reply.tsr ADDRESS.
    """


@timestamp.command()
@click.argument("version", metavar="POLICY/VERSION")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="File to write.")
@docs_option
def request(version: str, output: Path, docs: Path) -> None:
    """Write a request over the manifest of a frozen version."""
    from clausepress.archive.timestamps import request_bytes
    from clausepress.files import read_source, write_atomic

    if output.exists():
        raise ClausepressError(
            f"{output} is there already and is not overwritten\n  fix: name another --output"
        )
    data = request_bytes(read_source(_manifest(version, docs)))
    try:
        write_atomic(output, data)
    except OSError as error:
        raise ClausepressError(
            f"{output}: cannot be written: {error.strerror}\n"
            "  fix: check free space and permissions"
        ) from error
    click.echo(f"wrote {output}; attach the reply: clausepress timestamp attach {version} REPLY")


@timestamp.command()
@click.argument("version", metavar="POLICY/VERSION")
@click.argument("reply", type=click.Path(path_type=Path))
@click.option(
    "--ca",
    type=click.Path(path_type=Path),
    help="Root certificates (PEM) of the authority; without, its signature is not checked.",
)
@docs_option
def attach(version: str, reply: Path, ca: Path | None, docs: Path) -> None:
    """Check an authority's REPLY and keep it beside the manifest."""
    from clausepress.archive.timestamps import attach_response, load_authorities
    from clausepress.files import read_source

    authorities = load_authorities(read_source(ca)) if ca else ()
    path, stamp = attach_response(_manifest(version, docs), read_source(reply), authorities)
    click.echo(f"wrote {path}: {stamp.time:%Y-%m-%d %H:%M:%S} UTC by {stamp.authority}")
    if not ca:
        click.echo("its signature was not checked: give the authority's root with --ca")


def _manifest(version: str, docs: Path) -> Path:
    from clausepress.archive.manifest import FILE, FOLDER

    path = docs / version / FOLDER / FILE
    if not path.is_file():
        raise ClausepressError(
            f"{docs / version} is no frozen version\n"
            "  fix: name POLICY/VERSION; 'clausepress freeze' freezes one"
        )
    return path
