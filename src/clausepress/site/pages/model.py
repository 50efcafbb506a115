"""The shape of a page: a cheap description, and its content made when it is printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class TocEntry:
    """An entry of a page's contents list: a heading of the text, with those below it."""

    title: str
    id: str
    children: tuple[TocEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What a template prints.

    Attributes:
        data: Values by name.
        toc: Contents list.
        body: Ready HTML of the text, when the page shows one.
    """

    data: dict[str, Any] = field(default_factory=dict)
    toc: tuple[TocEntry, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site.

    Attributes:
        url: Path relative to the site's root, ending in ``/``; empty for the root itself.
        lang: Its language.
        template: Template that prints it.
        title: Its title.
        inputs: All else that its content is made of, as ids, digests and facts: two pages that
            agree in every field but ``make`` have the same content.
        make: Makes the content.
        alternates: Language to path of the same page in that language, itself included.
        without: Languages in which its counterpart only says that there is no such text.
        canonical: Path of the page that says the same and is to be preferred; empty for none.
        indexed: Whether search indexes may hold it: not when it shows words no longer in force.
    """

    url: str
    lang: str
    template: str
    title: str
    inputs: tuple[str, ...]
    make: Callable[[], Content]
    alternates: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    canonical: str = ""
    indexed: bool = True


def facts(*values: object) -> str:
    """Return values as one input of a page."""
    return msgspec.json.encode(values).decode()
