"""Inline marks of the source: emphasis, links, labels, escapes.

A mark counts only when it encloses text: it opens before a character, closes after one, and has
its partner in the same block. Any other is the author's literal character, so a stray ``**``
never leaks over the text that follows and ``138****8000`` stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from clausepress.text.model import Run, Runs

_ESCAPE = re.compile(r"\\(.)")
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\\n])+)\]\(([!-'*-~]+)\)")
_HREF = re.compile(r"https?://|mailto:|tel:|\.\./|/(?!/)|#", re.IGNORECASE)
_MARK = re.compile(r"\*+|\^\^|</?u>", re.IGNORECASE)
_LABEL = "{.label}"
_PLAIN = re.compile(r"[^\\\[{*^<]+")  # text in which no token begins
_KINDS = {2: "bold", 3: "bold", 4: "bold-again"}  # by the number of asterisks
_ESCAPED_IN_TEXT = re.compile(r"[*\\\[\]]|\^\^|</?u>|\{(?=[#.])", re.IGNORECASE)
_REACH = 40  # blocks that one mark may run on over: a long list of items, not half a document


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of source: text, a mark, a link or a label.

    ``opens`` and ``closes`` tell whether a mark stands where it can do so.
    """

    kind: str  # text, link, label, bold, bold-again, underline, underline-open, underline-close
    text: str
    href: str = ""
    opens: bool = False
    closes: bool = False


@dataclass(frozen=True, slots=True)
class _Roles:
    """What the marks of a block do: token index to role, and the marks left open."""

    roles: dict[int, str]  # open, close, skip
    dangling: dict[str, int]  # kind to index of the mark that opened and found no partner


def parse_inline(source: str) -> Runs:
    """Return the runs of one block's source."""
    tokens = _tokens(source)
    roles = _roles(tokens).roles
    runs: list[Run] = []
    bold = 0
    underline = 0
    spans: list[int] = []  # where in runs the open spans began
    closed = 0  # where the span that closed last began, for {.label}
    closed_at = -1  # the token that closed it: a label stands right after
    for index, token in enumerate(tokens):
        role = roles.get(index)
        if role in ("open", "close"):
            step = 1 if role == "open" else -1
            bold += step if token.kind == "bold" else 0
            underline += step if token.kind != "bold" else 0
            if role == "open":
                spans.append(len(runs))
            else:
                closed, closed_at = spans.pop(), index
        elif token.kind == "link":
            runs.extend(
                Run(run.text, bold > 0 or run.bold, underline > 0 or run.underline, token.href)
                for run in parse_inline(token.text)
            )
        elif role != "skip" and not (
            token.kind == "label" and closed_at == index - 1 and _apply_label(runs, closed)
        ):
            runs.append(Run(token.text, bold > 0, underline > 0))
    return join_runs(tuple(runs))


def render_inline(runs: Runs) -> str:
    """Return source that `parse_inline` reads back as these runs."""
    parts: list[str] = []
    for bold, group in groupby(runs, key=lambda run: run.bold and not run.label):
        inner = "".join(_render(run, bold=run.bold and not bold) for run in group)
        text = f"**{inner}**" if bold else inner
        if parts and parts[-1].endswith("*") and text.startswith("*"):
            parts.append("<u></u>")  # keeps two spans apart: four asterisks would join them
        parts.append(text)
    return "".join(parts)


def _render(run: Run, *, bold: bool) -> str:
    text = _ESCAPED_IN_TEXT.sub(lambda found: _escape(found.group()), run.text)
    if run.href:
        text = f"[{text}]({run.href})"
    if run.underline:
        text = f"<u>{text}</u>"
    if bold:
        text = f"**{text}**"
    return text + _LABEL if run.label else text


def strip_start(runs: Runs, count: int) -> Runs:
    """Return the runs without their first ``count`` characters and the white space after."""
    rest: list[Run] = []
    for run in runs:
        taken = min(count, len(run.text))
        count -= taken
        text = run.text[taken:]
        if not rest and not count:
            text = text.lstrip()
        if text:
            rest.append(_with_text(run, text))
    return tuple(rest)


def join_runs(runs: Runs) -> Runs:
    """Merge neighbours of equal emphasis; drop empty runs and white space at both ends."""
    joined: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if joined and _with_text(joined[-1], "") == _with_text(run, ""):
            joined[-1] = _with_text(run, joined[-1].text + run.text)
        else:
            joined.append(run)
    while joined and not joined[0].text.strip():
        joined.pop(0)
    while joined and not joined[-1].text.strip():
        joined.pop()
    if joined:
        joined[0] = _with_text(joined[0], joined[0].text.lstrip())
        joined[-1] = _with_text(joined[-1], joined[-1].text.rstrip())
    return tuple(joined)


def unbalanced_marks(source: str) -> list[str]:
    """Return the marks of one block that opened and found no partner, or closed nothing."""
    tokens = _tokens(source)
    roles = _roles(tokens).roles
    return [
        token.text
        for index, token in enumerate(tokens)
        if index not in roles and (token.opens or token.closes)
    ]


def spread_marks(sources: Sequence[str | None]) -> list[str]:
    """Close and open anew the marks that run on over several blocks.

    A mark opened in one block and closed in a later one covers the blocks between, when none of
    them has a mark of that kind of its own. Anything else is left for its own block to judge.

    Args:
        sources: Source of each block in order; None where no mark may run on (heading, table).

    Returns:
        The sources with the marks written out in each block; "" where there was None.
    """
    written = [source or "" for source in sources]
    for kind, start, end in (("bold", "**", "**"), ("underline-open", "<u>", "</u>")):
        first: int | None = None
        for index, source in enumerate(sources):
            if source is None:
                first = None
                continue
            if first is not None and index - first <= _REACH:
                if _closes(source, kind, start):
                    gap = "<u></u>" if written[first].endswith("*") else ""  # a star of the text
                    written[first] += gap + end
                    for between in range(first + 1, index):
                        written[between] = f"{start}{written[between]}{end}"
                    written[index] = start + written[index]
                    first = None
                    continue
                if not _has_marks(source, kind):
                    continue
            first = index if kind in _roles(_tokens(source)).dangling else None
    return written


def _closes(source: str, kind: str, start: str) -> bool:
    """Whether a block has a mark without a partner that a mark opened before it would close."""
    alone = _roles(_tokens(source))
    continued = _roles(_tokens(start + source))
    return (
        0 in continued.roles
        and len(continued.roles) == len(alone.roles) + 2
        and kind not in continued.dangling
    )


def _has_marks(source: str, kind: str) -> bool:
    family = kind.split("-")[0]
    return any(
        token.kind.startswith(family) and (token.opens or token.closes) for token in _tokens(source)
    )


def _with_text(run: Run, text: str) -> Run:
    return Run(text, run.bold, run.underline, run.href, run.label)


def _escape(mark: str) -> str:
    """Escape each character of a mark, so that neighbouring characters cannot form it anew."""
    return "".join(f"\\{char}" if not char.isalnum() else char for char in mark)


def _apply_label(runs: list[Run], start: int) -> bool:
    """Make the span that began at ``start`` a label; False when no emphasised span precedes."""
    span = runs[start:]
    if not span or not all(run.bold or run.underline for run in span):
        return False
    runs[start:] = [Run(r.text, r.bold, r.underline, r.href, label=True) for r in span]
    return True


def _tokens(source: str) -> list[_Token]:
    tokens: list[_Token] = []
    literal: list[str] = []

    def flush() -> None:
        if literal:
            tokens.append(_Token("text", "".join(literal)))
            literal.clear()

    end = len(source.rstrip())
    position = 0
    while position < len(source):
        if found := _PLAIN.match(source, position):
            literal.append(found.group())
            position = found.end()
            continue
        token, length, literal_text = _token_at(source, position)
        if token:
            flush()
            before = source[position - 1 : position]
            after = source[position + length : position + length + 1]
            tokens.append(_stand(token, before, after, last=position + length >= end))
        else:
            literal.append(literal_text)
        position += length
    flush()
    return tokens


def _stand(token: _Token, before: str, after: str, *, last: bool) -> _Token:
    """Tell whether a mark stands where it can open or close: next to a character."""
    if token.kind in ("bold", "underline"):
        opens = bool(after.strip())
        return replace(token, opens=opens, closes=bool(before.strip()) or (last and bool(before)))
    if token.kind in ("underline-open", "underline-close"):
        return replace(
            token, opens=token.kind == "underline-open", closes=token.kind == "underline-close"
        )
    return token


def _token_at(source: str, position: int) -> tuple[_Token | None, int, str]:
    """Return the token at a position with its length, or None with the literal text there."""
    char = source[position]
    if char == "\\" and (found := _ESCAPE.match(source, position)):
        return None, 2, found.group(1)
    if char == "[" and (found := _LINK.match(source, position)) and _HREF.match(found.group(2)):
        return _Token("link", found.group(1), found.group(2)), len(found.group()), ""
    if char == "{" and source.startswith(_LABEL, position):
        return _Token("label", _LABEL), len(_LABEL), ""
    if char in "*^<" and (found := _MARK.match(source, position)):
        mark = found.group()
        if char == "*":
            kind = _KINDS.get(len(mark), "text")
        elif char == "^":
            kind = "underline"
        else:
            kind = "underline-close" if "/" in mark else "underline-open"
        if kind == "text":
            return None, len(mark), mark
        return _Token(kind, mark), len(mark), ""
    return None, 1, char


def _roles(tokens: list[_Token]) -> _Roles:
    """Find each mark's partner."""
    found = _Roles({}, {})
    for kind in ("bold", "underline"):
        _pair_toggles(tokens, kind, found)
    opens: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "underline-open":
            opens.append(index)
        elif token.kind == "underline-close" and opens:
            found.roles[opens.pop()] = "open"
            found.roles[index] = "close"
    if opens:
        found.dangling["underline-open"] = opens[-1]
    return found


def _pair_toggles(tokens: list[_Token], kind: str, found: _Roles) -> None:
    """Pair the marks that look the same at both ends."""
    opened: int | None = None
    inside: list[int] = []  # **a****b**: one span, its inner marks say nothing
    for index, token in enumerate(tokens):
        if token.kind == "bold-again" and kind == "bold" and opened is not None:
            inside.append(index)
        if token.kind != kind:
            continue
        if opened is None:
            if token.opens:
                opened, inside = index, []
        elif token.closes and any(each.text.strip() for each in tokens[opened + 1 : index]):
            found.roles.update({opened: "open", index: "close"} | dict.fromkeys(inside, "skip"))
            opened = None
    if opened is not None:
        found.dangling[kind] = opened
