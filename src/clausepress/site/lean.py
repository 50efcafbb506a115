"""The part of the theme that our pages use: of its style sheet the rules for names that they print,
and none of its script, which is three times as large as such a page and does nothing for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from clausepress.resources import resource

STYLE = "assets/theme.css"

_PARTIALS = ("base.html", "partials/palette.html", "partials/toc-item.html", "partials/logo.html")
_SHEETS = ("main.*.css", "palette.*.css")
_ALWAYS = frozenset({"ltr", "rtl"})  # the direction comes with the language
_WORD = re.compile(r"[\w-]+")
_PIECE = re.compile(r"\"[^\"]*\"|'[^']*'|url\([^)'\"]*\)|/\*.*?\*/|.", re.DOTALL)
_INNER = re.compile(r"\([^()]*\)")
_NAME = re.compile(r"[.#](-?[A-Za-z_][\w-]*)|=[\"']?([\w-]+)[\"']?\]")
_PROPERTY = re.compile(r"--[\w-]+")
_USED = re.compile(r"var\(\s*(--[\w-]+)")


def is_lean(config: MkDocsConfig) -> bool:
    """Whether our pages can do without the rest of the theme: not where a site has scripts or
    templates of its own, which may count on it, or a switch of colours, which it moves."""
    palette = config.theme.get("palette") or ()
    options = [palette] if isinstance(palette, dict) else palette
    switch = any("toggle" in option for option in options)
    return not (config.extra_javascript or config.theme.custom_dir or switch)


def theme_style(config: MkDocsConfig, own: str) -> str:
    """Return the rules of the theme's style sheets that our pages may match.

    Args:
        config: The site's configuration, whose palette is among what they match.
        own: Our style sheet; a custom property that it names stays.

    Raises:
        FileNotFoundError: The theme's style sheets are not where they were.
    """
    theme = next(path for name in config.theme.dirs if (path := _sheets(Path(name))))
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in theme)
    ours = resource("overrides")
    sources = [*ours.rglob("*.html"), *ours.rglob("*.js")]
    sources += [theme[0].parents[2] / name for name in _PARTIALS]
    words = set(_ALWAYS).union(_WORD.findall(repr(config.theme.get("palette"))))
    for source in sources:
        words.update(_WORD.findall(source.read_text(encoding="utf-8")))
    kept = _pruned_once(text, frozenset(words))
    return without_unused(kept, set(_USED.findall(kept + own)) | set(_PROPERTY.findall(own)))


def pruned(css: str, words: AbstractSet[str]) -> str:
    """Return a style sheet without the rules that name a class, id or value of an attribute that is
    not among the words. What is in parentheses, as in ``:not(.x)``, is not looked at.

    Args:
        css: The style sheet (CSS Syntax 3), without nested rules.
        words: The names that pages print.
    """
    kept = []
    for prelude, body in _rules(css):
        if prelude.startswith(("@media", "@supports")):
            body = pruned(body, words)
        elif not prelude.startswith("@"):
            prelude = ",".join(each for each in _split(prelude, ",") if _names(each) <= words)
        if prelude and body:
            kept.append(f"{prelude}{{{body}}}")
    return "".join(kept)


def without_unused(css: str, used: AbstractSet[str]) -> str:
    """Return a style sheet without the custom properties that nothing uses; most are pictures."""
    kept = []
    for prelude, body in _rules(css):
        if prelude.startswith(("@media", "@supports")):
            body = without_unused(body, used)
        elif "--" in body:
            stated = (each.strip() for each in _split(body, ";"))
            body = ";".join(
                each
                for each in stated
                if not each.startswith("--") or each.split(":", 1)[0].strip() in used
            )
        if body:
            kept.append(f"{prelude}{{{body}}}")
    return "".join(kept)


@lru_cache(maxsize=1)
def _pruned_once(css: str, words: frozenset[str]) -> str:
    """A live rebuild finds the same theme again."""
    return pruned(css, words)


def _sheets(theme: Path) -> list[Path]:
    folder = theme / "assets" / "stylesheets"
    return [path for name in _SHEETS for path in sorted(folder.glob(name))]


def _names(selector: str) -> set[str]:
    """Classes, ids and values that an element must have for a selector to match it."""
    while (shorter := _INNER.sub("", selector)) != selector:
        selector = shorter
    return {name or value for name, value in _NAME.findall(selector)}


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield prelude and block of each rule; statements such as ``@charset`` are left out."""
    depth, prelude, block = 0, "", ""
    for piece in _PIECE.findall(css):
        if piece.startswith("/*"):
            continue
        if piece == "{":
            depth += 1
            if depth == 1:
                continue
        elif piece == "}":
            depth -= 1
            if depth == 0:
                yield prelude.strip(), block.strip()
                prelude = block = ""
                continue
        elif piece == ";" and depth == 0:
            prelude = ""
            continue
        if depth:
            block += piece
        else:
            prelude += piece


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark that is neither in a string nor in parentheses."""
    parts, depth = [""], 0
    for piece in _PIECE.findall(text):
        depth += (piece == "(") - (piece == ")")
        if piece == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts
