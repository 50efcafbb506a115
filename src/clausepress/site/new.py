"""A new site from the bilingual example that comes with the package."""

from __future__ import annotations

import shutil
import tempfile
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
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".clausepress-") as staging:
            made = Path(staging) / "site"
            shutil.copytree(SCAFFOLD, made, ignore=shutil.ignore_patterns("__pycache__"))
            ignored = "site/\n.cache/\n.site.lock\nvar/\n*.key\n"
            (made / ".gitignore").write_text(ignored, encoding="utf-8")
            # What is frozen is frozen byte for byte, line ends included.
            (made / ".gitattributes").write_text("docs/** -text\n", encoding="utf-8")
            made.replace(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ClausepressError(
            f"{folder}: cannot be written: {reason}\n  fix: check free space, path and permissions"
        ) from error
