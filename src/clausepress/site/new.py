"""A new site from the bilingual example that comes with the package."""

from __future__ import annotations

import shutil
from pathlib import Path

from clausepress.errors import ClausepressError

SCAFFOLD = Path(__file__).parents[1] / "scaffold"


def new_site(folder: Path) -> None:
    """Make a working bilingual site in an empty or new folder.

    Raises:
        ClausepressError: The folder holds something, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ClausepressError(
                f"{folder} is not an empty folder and is left as it is\n  fix: name a new folder"
            )
        shutil.copytree(
            SCAFFOLD,
            folder,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        (folder / ".gitignore").write_text("site/\nvar/\n", encoding="utf-8")
    except OSError as error:
        raise ClausepressError(
            f"{folder}: cannot be written: {error.strerror}\n  fix: check the path and permissions"
        ) from error
