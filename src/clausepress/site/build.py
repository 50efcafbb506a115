"""Building a site whole: into a folder of its own, put in the old one's place when complete."""

from __future__ import annotations

import datetime as dt
import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jinja2
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError, MkDocsException

from clausepress.errors import ClausepressError
from clausepress.site.plugin import ClausepressPlugin


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
        config = load_config(str(config_file), strict=strict)
    except MkDocsException as error:
        raise ClausepressError(f"{config_file}: {error}") from error
    if "clausepress" not in config.plugins:
        raise ClausepressError(
            f"{config_file}: the plugin is not switched on\n"
            "  fix: add 'clausepress' under 'plugins:'"
        )
    return config


def build_site(
    config_file: Path,
    *,
    strict: bool | None = None,
    on: dt.date | None = None,
    pdf: bool = False,
) -> Path:
    """Build a site and return its folder; on any fault the old site stays as it was.

    Two builds of one site wait for each other; a build that was killed leaves the old site, or
    the next one puts it back.

    Args:
        config_file: ``mkdocs.yml``.
        strict: Treat warnings as errors; None leaves it to the file.
        on: The day whose state it shows, in China; None is today.
        pdf: Make a PDF of every edition, whatever the file says.

    Raises:
        ClausepressError: A fault in the sources or the configuration, or warnings when strict.
    """
    site = Path(read_config(config_file, strict=strict).site_dir).resolve()
    try:
        with (
            _locked(site),
            tempfile.TemporaryDirectory(prefix=f".{site.name}-", dir=site.parent) as folder,
        ):
            staging = Path(folder) / site.name
            build_into(staging, config_file, strict=strict, on=on, pdf=pdf)
            _swap(staging, site)
    except OSError as error:
        raise ClausepressError(
            f"{site}: the site cannot be written: {error.strerror or error}\n"
            "  fix: check free space and permissions; the old site is still there"
        ) from error
    return site


def build_into(
    folder: Path,
    config_file: Path,
    *,
    strict: bool | None = None,
    on: dt.date | None = None,
    pdf: bool = False,
) -> None:
    """Build a site into a new folder; arguments as of `build_site`.

    Raises:
        ClausepressError: A fault in the sources, templates or configuration, a full disk, or
            warnings when strict.
    """
    config = read_config(config_file, strict=strict)
    config.site_dir = str(folder)
    plugin = config.plugins["clausepress"]
    if isinstance(plugin, ClausepressPlugin):
        plugin.on, plugin.pdf = on, pdf
    try:
        config.plugins.on_startup(command="build", dirty=False)
        mkdocs_build(config)
        config.plugins.on_shutdown()
    except (MkDocsException, SystemExit) as error:
        # MkDocs ends with an Abort that only counts; the fault itself is what it was handling.
        fault = error.__context__ if isinstance(error.__context__, BuildError) else error
        raise ClausepressError(str(fault)) from error
    except (jinja2.TemplateError, UnicodeError) as error:
        where = getattr(error, "filename", None) or getattr(error, "name", None) or "a page"
        raise ClausepressError(
            f"{where}: {error}\n"
            "  fix: correct the template or page; every source is UTF-8, and themes other than"
            " Material need templates of their own"
        ) from error
    except OSError as error:
        raise ClausepressError(
            f"{folder.name}: the site cannot be written: {error.strerror or error}\n"
            "  fix: check free space and permissions; the old site is still there"
        ) from error


def watched_paths(config: MkDocsConfig) -> list[Path]:
    """Return what a live rebuild must watch: sources, templates, configuration."""
    paths = [Path(config.docs_dir), Path(str(config.config_file_path))]
    if config.theme.custom_dir:
        paths.append(Path(config.theme.custom_dir))
    return paths


def show_warnings() -> None:
    """Print MkDocs' warnings to standard error, and nothing of its progress.

    Its errors come as exceptions as well and are told there.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("warning: %(message)s"))
    handler.addFilter(lambda record: record.levelno == logging.WARNING)
    logger = logging.getLogger("mkdocs")
    logger.handlers = [handler]
    logger.setLevel(logging.WARNING)
    logger.propagate = False


@contextmanager
def _locked(site: Path) -> Iterator[None]:
    """Hold the site's lock; the file stays, so that it is the same for everyone."""
    site.parent.mkdir(parents=True, exist_ok=True)
    with site.with_name(f".{site.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _recover(site)
        yield


def _aside(site: Path) -> Path:
    return site.with_name(f".{site.name}.old")


def _recover(site: Path) -> None:
    """Put the old site back when a build was killed between the two renames of its swap."""
    old = _aside(site)
    if old.exists() and not site.exists():
        old.rename(site)


def _swap(staging: Path, site: Path) -> None:
    old = _aside(site)
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        site.rename(old)
    staging.rename(site)
    shutil.rmtree(old, ignore_errors=True)
