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
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class Reuse:
    """The pages of a build, some of which an earlier one has printed.

    Args:
        cache: Where pages are kept.
        shell: Digest of what is around every page, as `shell_key` returns it.
    """

    def __init__(self, cache: Cache, shell: str) -> None:
        self._cache = cache
        self._shell = shell
        self._keys: dict[str, str] = {}

    def place(self, page: Page, around: str, site: Path) -> bool:
        """Write a page into the site if it was printed before; return whether it was.

        Args:
            page: The page.
            around: What it prints that is neither its own nor every page's.
            site: The folder that is being built.
        """
        own = (page.url, page.lang, page.template, page.title, json.dumps(page.alternates))
        key = cache_key(self._shell, around, *own, str(page.indexed), *page.inputs)
        output = self._cache.get(key)
        if output is None:
            self._keys[page.url] = key
            return False
        path = site / page.url / "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output)
        return True

    def keep(self, page: Page, output: str) -> None:
        """Keep what was printed for the next build."""
        self._cache.put(self._keys[page.url], output.encode())

    def finish(self) -> None:
        """Forget what no page of this build needs."""
        self._cache.sweep()


def shell_key(config: MkDocsConfig, around: str) -> str:
    """Return the digest of what is around every page of a site.

    Args:
        config: The site's configuration.
        around: What else every page prints.
    """
    root = Path(str(config.config_file_path)).parent
    files = [
        *_files(Path(clausepress.__file__).parent, "*.py", "*.po"),
        *_files(resource("overrides"), "*.html"),
        *(_files(Path(config.theme.custom_dir), "*") if config.theme.custom_dir else ()),
        *(root / name for name in config.hooks),
    ]
    return cache_key(
        *(f"{name} {release(name)}" for name in _PROGRAMS),
        # A function named in the configuration shows where it lies in memory.
        _ADDRESS.sub("", repr((config.user_configs, dict(config.plugins["clausepress"].config)))),
        *(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in files),
        around,
    )


def _files(folder: Path, *patterns: str) -> Iterator[Path]:
    found: Iterable[Path] = (path for pattern in patterns for path in folder.rglob(pattern))
    yield from sorted(path for path in found if path.is_file())
