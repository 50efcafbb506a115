"""``clausepress keygen``: the key that signs the archive."""

from __future__ import annotations

from pathlib import Path

import click

from clausepress.commands.options import config_option


@click.command()
@click.option(
    "--name",
    default="clausepress/press",
    show_default=True,
    help="Name of the key, e.g. the site's host.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    help="File for the secret key; press.key beside mkdocs.yml when left out.",
)
@config_option
def keygen(name: str, output: Path | None, config: Path) -> None:
    """Make the Ed25519 key that signs what is frozen.

    The secret key goes into a file that only you may read; the verifier key is added to
    press.keys in the folder of sources, and is published with the site.
    """
    from clausepress.archive.manifest import KEYS
    from clausepress.archive.press import make_key, trusted_keys
    from clausepress.site.build import read_config

    site = read_config(config)
    docs = Path(site.docs_dir)
    secret = output or config.parent / "press.key"
    verifier = make_key(name, secret, docs, Path(site.site_dir))
    click.echo(f"secret key:   {secret}")
    click.echo(f"verifier key: {verifier}")
    click.echo(f"              added to {docs / KEYS}")
    if older := [key.label for key in trusted_keys(docs) if key != verifier]:
        click.echo(
            f"Heads signed by {', '.join(older)} stay valid: leave every line in {KEYS}.\n"
            "The next freezing of a policy signs its head with the new key."
        )
    click.echo(
        f"Keep {secret.name} out of version control and off the site, and back it up.\n"
        "Publish the verifier key in a second place too, e.g. in print or in a register, so that"
        " readers can compare it."
    )
