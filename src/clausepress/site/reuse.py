"""Pages that are not made again: what a build printed once stays good while its inputs do.

A page's key is the digest of its own inputs and of the shell around it: program, theme, templates,
configuration, and what every page prints. So adding a version costs the pages it changes, not those
of the archive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version as release
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

import clausepress
from clausepress.resources import resource
from clausepress.site.cache import Cache, cache_key
from clausepress.site.pages.model import Page

_PROGRAMS = ("clausepress", "mkdocs", "mkdocs-material", "jinja2", "babel")
_NO_SETTINGS = ("site_dir", "plugins", "theme", "build_date_utc")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class Reuse:
    """The pages of a build, some of which an earlier one has printed.

    Args:
        cache: Where outputs are kept.
        shell: Digest of the program and of what is around every page, as `shell_key` returns it.
    """

    def __init__(self, cache: Cache, shell: str) -> None:
        self.cache = cache
        self.shell = shell
        self._keys: dict[str, str] = {}

    def place(self, page: Page, around: str, site: Path) -> bool:
        """Put a page into the site if it was printed before; return whether it was.

        Args:
            page: The page.
            around: What it prints that is neither its own nor every page's.
            site: The folder that is being built.
        """
        own = (page.url, page.lang, page.template, page.title, page.canonical)
        others = json.dumps([page.alternates, page.without, page.indexed])
        key = cache_key(self.shell, around, *own, others, *page.inputs)
        if self.cache.place(key, site / page.url / "index.html"):
            return True
        self._keys[page.url] = key
        return False

    def keep(self, page: Page, output: str) -> None:
        """Keep what was printed for the next build."""
        self.cache.put(self._keys[page.url], output.encode())


def open_reuse(config: MkDocsConfig, around: str) -> Reuse | None:
    """Return the pages that earlier builds of a site printed, in ``.cache`` beside its
    configuration; None when other plugins or hooks may have a hand in every page.

    Args:
        config: The site's configuration.
        around: What else every page prints.
    """
    if [*config.plugins] != ["clausepress"] or config.hooks:
        return None
    folder = Path(str(config.config_file_path)).parent / ".cache" / "clausepress"
    return Reuse(Cache(folder), shell_key(config, around))


def shell_key(config: MkDocsConfig, around: str) -> str:
    """Return the digest of what is around every page of a site.

    Args:
        config: The site's configuration.
        around: What else every page prints.
    """
    files = [
        *_files(Path(clausepress.__file__).parent, "*.py", "*.po"),
        *_files(resource("overrides"), "*.html"),
        *(_files(Path(config.theme.custom_dir), "*") if config.theme.custom_dir else ()),
    ]
    return cache_key(
        *(f"{name} {release(name)}" for name in _PROGRAMS),
        _ADDRESS.sub("", repr(_settings(config))),
        *(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in files),
        around,
    )


def _settings(config: MkDocsConfig) -> list[object]:
    """What the configuration says, wherever it says it. Objects that show where they lie in memory
    may be among it: functions, parsers of Markdown."""
    values = [(name, value) for name, value in config.items() if name not in _NO_SETTINGS]
    return [values, [*config.theme.items()], [*config.plugins["clausepress"].config.items()]]


def _files(folder: Path, *patterns: str) -> Iterator[Path]:
    found: Iterable[Path] = (path for pattern in patterns for path in folder.rglob(pattern))
    yield from sorted(path for path in found if path.is_file())
