"""Building a site whole: into a folder beside the old one, then swapped."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException

from clausepress.errors import ClausepressError


def read_config(config_file: Path, *, strict: bool | None = None) -> MkDocsConfig:
    """Return the configuration of a site.

    Args:
        config_file: ``mkdocs.yml``.
        strict: Treat warnings as errors; None leaves it to the file.

    Raises:
        ClausepressError: It is missing or wrong.
    """
    if not config_file.is_file():
        raise ClausepressError(
            f"{config_file}: there is no such file\n"
            "  fix: run this in the folder of a site, name it with --config,"
            " or make a site: clausepress new my-site"
        )
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # the theme's notice is for its own users
    try:
        return load_config(str(config_file), strict=strict)
    except MkDocsException as error:
        raise ClausepressError(f"{config_file}: {error}") from error


def build_site(config_file: Path, *, strict: bool | None = None) -> Path:
    """Build a site and return its folder; on any fault the old site stays as it was.

    Raises:
        ClausepressError: A fault in the sources or the configuration, or warnings when strict.
    """
    config = read_config(config_file, strict=strict)
    site = Path(config.site_dir)
    staging = site.with_name(f"{site.name}.building")
    config.site_dir = str(staging)
    shutil.rmtree(staging, ignore_errors=True)
    try:
        config.plugins.on_startup(command="build", dirty=False)
        mkdocs_build(config)
        config.plugins.on_shutdown()
        _swap(staging, site)
    except (MkDocsException, SystemExit) as error:
        # Abort carries its own text; a strict build ends with "Aborted with N warnings".
        raise ClausepressError(str(error)) from error
    except OSError as error:
        raise ClausepressError(
            f"{error.filename or site}: cannot be written: {error.strerror}\n"
            "  fix: check free space and permissions; the old site is still there"
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return site


def watched_paths(config: MkDocsConfig) -> list[Path]:
    """Return what a live rebuild must watch: sources, templates, configuration."""
    paths = [Path(config.docs_dir), Path(str(config.config_file_path))]
    if config.theme.custom_dir:
        paths.append(Path(config.theme.custom_dir))
    return paths


def show_warnings() -> None:
    """Print MkDocs' warnings to standard error, and nothing of its progress."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    logger.propagate = False


def _swap(staging: Path, site: Path) -> None:
    old = site.with_name(f"{site.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        site.rename(old)
    staging.rename(site)
    shutil.rmtree(old, ignore_errors=True)
