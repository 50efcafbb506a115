"""The root of the site that a folder or an address lies in, for who names a page of it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from clausepress.archive.verifying.places import Origin, UnreadableError
from clausepress.archive.verifying.site import INDEX

_DEPTH = 6  # folders between a page and the root, at most: /en/policy/version/changes/, a prefix


def folder_above(path: Path) -> Path | None:
    """Return the folder of the built site above a folder of it; None when there is none."""
    above = path.resolve().parents[:_DEPTH]
    return next(
        (each for each in above if (each / INDEX).is_file() and (each / "archive").is_dir()), None
    )


def address_above(url: str) -> str:
    """Return the address of the site's root above a page of it; empty when there is none.

    Only addresses of the same origin are asked.
    """
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name]
    for size in range(len(names) - 1, max(-1, len(names) - 1 - _DEPTH), -1):
        root = f"{parts.scheme}://{parts.netloc}/{''.join(f'{name}/' for name in names[:size])}"
        try:
            index = Origin(root).read(INDEX)
        except UnreadableError:
            return ""
        if index and index.lstrip().startswith(b"{"):  # some hosts answer anything with a page
            return root
    return ""
