"""The widgets as a site serves them: a small loader, and a file for each element and language.

The sources are ES modules that a browser runs as they are. Here the modules that an element needs
are put into one file with the words of one language, and comments and white space are taken out, so
that a first visit asks for three files and a later one for the loader alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

import rjsmin

from clausepress import __version__
from clausepress.errors import ClausepressError
from clausepress.resources import resource

INTEGRITY = "integrity.json"
LOADER = "clausepress"
_SHARED = "cookies"
"""The element whose file has the modules that others share, so that a page has one queue."""
_QUEUE = "core"
_REDLINE = "changes"
"""The module that uses what the site's own pages compare texts with."""
_WORDS = "fetched"

_IMPORT = re.compile(r'^import (?:\* as (\w+)|\{([^}]*)\}) from "\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function\*?|class) (\w+))", re.MULTILINE)
_STYLE = re.compile(r"(?<=replaceSync\()\s*`[^`$]*`")
# The formatter's, at the end of arguments and objects; what is said stays as it is.
_LAST_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=[)}])')
# What is otherwise in a build: each language has its own files, with the words in them.
_FILE = (
    "const file = (name, _lang) => `./${name}.js`;",
    "const file = (name, lang) => `./${name}.${lang}.js`;",
)
_ASSETS = re.compile(r'(?<=from ")(?:\./|\.\./overrides/assets/)(?:redline/)?')
_NAME = re.compile(r"[\w-]+")
_TEXTS = re.compile(
    r"^export const texts = .*?^export const langOf = .*?;\n", re.MULTILINE | re.DOTALL
)
_TEXTS_BUILT = """\
export const WORDS = {};
export const texts = () => Promise.resolve(WORDS);
export const langOf = () => WORDS.lang;
"""


def built_widgets(folder: Path) -> dict[str, bytes]:
    """Return the files by name. `integrity.json` among them has the SHA-384 of each, as HTML's
    attribute `integrity` wants it (W3C Subresource Integrity).

    Args:
        folder: The sources: modules, and ``messages/<lang>.json``.

    Raises:
        ClausepressError: A module is not written as this expects.
    """
    own = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.js"))}
    own[_REDLINE] = _ASSETS.sub("./", own[_REDLINE])
    catalogs = {
        path.stem: {**json.loads(path.read_text("utf-8")), "lang": path.stem}
        for path in sorted(folder.glob("messages/*.json"))
    }
    own = {name: text.replace(*_FILE) for name, text in own.items()}
    own[_WORDS] = _TEXTS.sub(_TEXTS_BUILT, own[_WORDS])
    site = {path.stem: _ASSETS.sub("./", path.read_text("utf-8")) for path in _redline()}
    for name, text in (own | site).items():
        _check(folder / f"{name}.js", text, built=name in {LOADER, _WORDS})
    files = {name: _minified(text) for name, text in _files(own, site, catalogs)}
    digests = {name: integrity(data) for name, data in files.items()}
    index = json.dumps({"version": __version__, "files": digests}, indent=1) + "\n"
    return {**files, INTEGRITY: index.encode()}


def integrity(data: bytes) -> str:
    """Return what HTML's attribute ``integrity`` says of a file."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def _redline() -> list[Path]:
    """The modules of the site that compare two texts."""
    assets = resource("overrides") / "assets"
    return [assets / "redline.js", *sorted(assets.glob("redline/*.js"))]


def _files(
    own: Mapping[str, str], site: Mapping[str, str], catalogs: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    modules = {**own, **site}
    needs = {name: [found[3] for found in _IMPORT.finditer(text)] for name, text in modules.items()}
    inner = {each for found in needs.values() for each in found}
    shared = _order(_SHARED, needs)
    entries = {name: _order(name, needs) for name in sorted(own.keys() - inner)}
    spoken = {name for name, order in entries.items() if _WORDS in order}
    for name in sorted(entries.keys() - spoken):
        yield f"{name}.js", _bundle(modules, entries[name])
    common = _named("".join(modules[each] for each in shared))
    for lang, catalog in catalogs.items():
        for name in sorted(spoken):
            order = entries[name]
            takes = _QUEUE in order and name != _SHARED
            kept = [each for each in order if not takes or each not in shared]
            texts = _named("".join(modules[each] for each in kept))
            words = _words(texts - (common if takes else set()), catalog)
            text = _bundle(modules, kept, f"Object.assign({_variable(_WORDS)}.WORDS,{words});\n")
            if takes:
                names = ",".join(_variable(each) for each in order if each in shared)
                text = f'import{{{names}}}from"./{_SHARED}.{lang}.js";\n{text}'
            elif name == _SHARED:
                text += f"export{{{','.join(_variable(each) for each in shared[:-1])}}};\n"
            yield f"{name}.{lang}.js", text


def _order(name: str, needs: Mapping[str, Iterable[str]]) -> list[str]:
    """The modules that one needs, each after those it needs itself, it last."""
    found: dict[str, None] = {}
    for each in needs[name]:
        found.update(dict.fromkeys(_order(each, needs)))
    return [*found, name]


def _bundle(modules: Mapping[str, str], order: list[str], words: str = "") -> str:
    """Each module is a function of its own that gives back what it exports, so that names in one
    are not seen by another; the last is the file's own."""
    *inner, last = order
    parts = []
    for name in inner:
        exports = ",".join(_EXPORT.findall(modules[name]))
        body = _EXPORT.sub("", _local(modules[name]))
        parts.append(f"const {_variable(name)}=(()=>{{\n{body}\nreturn{{{exports}}};}})();\n")
    return "".join([*parts, words, _local(modules[last])])


def _local(text: str) -> str:
    """Imports, from what the other modules gave back."""

    def taken(found: re.Match[str]) -> str:
        names = found[1] or "{" + found[2].replace(" as ", ":").strip().rstrip(",") + "}"
        return f"const {names}={_variable(found[3])};\n"

    return _IMPORT.sub(taken, text)


def _variable(name: str) -> str:
    return name.replace("-", "_") + "_"


def _words(named: AbstractSet[str], catalog: Mapping[str, str]) -> str:
    mine = {key: text for key, text in catalog.items() if key in named}
    return json.dumps(mine, ensure_ascii=False, separators=(",", ":"))


def _named(source: str) -> AbstractSet[str]:
    """Every name in a source: a message that none of them is, is not used there."""
    return set(_NAME.findall(rjsmin.jsmin(source)))


def _minified(text: str) -> bytes:
    def style(found: re.Match[str]) -> str:
        return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", found[0]))

    shorter = str(rjsmin.jsmin(_STYLE.sub(style, text))).strip()
    return _LAST_COMMA.sub(r"\1", shorter).encode()


def _check(path: Path, text: str, *, built: bool) -> None:
    """An import or export that would be left over, or a place that was not found."""
    rest = _EXPORT.sub("", _IMPORT.sub("", text))
    if re.search(r"^(?:import|export) ", rest, re.MULTILINE):
        raise ClausepressError(
            f"{path}: an import or export that cannot be put into one file\n"
            '  fix: write import { name } from "./module.js", and export before a declaration'
        )
    if built and _FILE[1] not in text and _TEXTS_BUILT not in text:
        raise ClausepressError(
            f"{path}: the place where a build puts a language is not there\n"
            "  fix: keep `const file` in the loader, and in fetched.js `export const texts`"
            " with `export const langOf` after it"
        )
