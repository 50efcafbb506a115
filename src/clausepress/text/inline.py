"""Inline marks of the source: emphasis, links, labels, escapes.

A mark counts only when it encloses text: it opens before a character, closes after one, and has
its partner in the same block, or in a later one under the rule of `clausepress.text.spread`. Any
other is the author's literal character, so a stray ``**`` never leaks over the text that follows
and ``138****8000`` stays as it is. ``__`` is no mark: contracts leave blanks with it (``第__条``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from clausepress.text.model import Run, Runs

_ESCAPE = re.compile(r"\\(.)")
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\\n])+)\]\(([!-'*-~]+)\)")
_HREF = re.compile(r"https?://|mailto:|tel:|\.\./|/(?!/)|#", re.IGNORECASE)
_MARK = re.compile(r"\*+|\^{2,}|</?u>", re.IGNORECASE)
_LABEL = "{.label}"
_PLAIN = re.compile(r"[^\\\[{*^<]+")  # text in which no token begins
_KINDS = {2: "bold", 3: "bold", 4: "bold-again"}  # by the number of asterisks
_ESCAPED_IN_TEXT = re.compile(r"[*\\\[\]]|\^\^|</?u>|\{(?=[#.])", re.IGNORECASE)


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
    """What the marks of a block do.

    ``roles`` maps the index of a token to open, close or again (``****`` inside bold: one span
    ends and the next begins), ``opener`` the index of a mark that closes to that of its partner.
    """

    roles: dict[int, str] = field(default_factory=dict)
    opener: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoneMark:
    """A mark without a partner in its block.

    Attributes:
        before: The characters before it.
        after: The characters after it.
        opens: Whether it stands where it can open.
        closes: Whether it stands where it can close.
        others: How many other marks of its kind the block has.
        last: Whether it is the last of them.
    """

    before: str
    after: str
    opens: bool
    closes: bool
    others: int
    last: bool


def parse_inline(source: str) -> Runs:
    """Return the runs of one block's source."""
    tokens = _tokens(source)
    found = _roles(tokens)
    runs: list[Run] = []
    bold = 0
    underline = 0
    began: dict[int, int] = {}  # the token that opened a span to where in runs it began
    closed_at, closed = -1, 0  # the token that closed a span, where that began: for {.label}
    for index, token in enumerate(tokens):
        role = found.roles.get(index)
        if role in ("open", "close"):
            step = 1 if role == "open" else -1
            bold += step if token.kind == "bold" else 0
            underline += step if token.kind != "bold" else 0
            if role == "open":
                began[index] = len(runs)
            else:
                closed_at, closed = index, began[found.opener[index]]
        elif role == "again":
            began[found.opener[index]] = len(runs)
        elif token.kind == "link":
            runs.extend(
                Run(run.text, bold > 0 or run.bold, underline > 0 or run.underline, token.href)
                for run in parse_inline(token.text)
            )
        elif not (token.kind == "label" and closed_at == index - 1 and _apply_label(runs, closed)):
            runs.append(Run(token.text, bold > 0, underline > 0))
    return join_runs(tuple(runs))


def render_inline(runs: Runs) -> str:
    """Return source that `parse_inline` reads back as these runs."""
    parts: list[str] = []
    for bold, group in groupby(runs, key=lambda run: run.bold and not run.label):
        inner = "".join(_render(run, bold=run.bold and not bold) for run in group)
        text = _bold(inner) if bold else inner
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
        text = _bold(text)
    return text + _LABEL if run.label else text


def _bold(text: str) -> str:
    """Beside white space alone a mark would be read as a character."""
    first = "<u></u>" if text[0].isspace() else ""
    last = "<u></u>" if text[-1].isspace() else ""
    return f"**{first}{text}{last}**"


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
    found: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind == "link":
            found += unbalanced_marks(token.text)
        elif index not in roles and (token.opens or token.closes):
            found.append(token.text)
    return found


def lone_marks(source: str) -> dict[str, LoneMark | None]:
    """Return the kinds of mark a block has, each with the only one that has no partner.

    Returns:
        ``bold``, ``underline`` (``^^``) or ``underline-open`` (``<u>`` and ``</u>``) to the mark;
        None where all have a partner, or several have none.
    """
    if not any(char in source for char in "*^<"):
        return {}
    tokens = _tokens(source)
    roles = _roles(tokens).roles
    marks: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        if token.opens or token.closes:
            kind = "underline-open" if token.kind == "underline-close" else token.kind
            marks.setdefault(kind, []).append(index)
    found: dict[str, LoneMark | None] = {}
    for kind, places in marks.items():
        alone = [index for index in places if index not in roles]
        found[kind] = None
        if len(alone) == 1:
            token = tokens[alone[0]]
            found[kind] = LoneMark(
                before=_shown(tokens[: alone[0]]),
                after=_shown(tokens[alone[0] + 1 :]),
                opens=token.opens,
                closes=token.closes,
                others=len(places) - 1,
                last=alone[0] == places[-1],
            )
    return found


def _shown(tokens: Sequence[_Token]) -> str:
    """The characters of some tokens, marks left out."""
    return "".join(each.text for each in tokens if each.kind in ("text", "link", "label"))


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
            kind = "underline" if len(mark) == 2 else "text"
        else:
            kind = "underline-close" if "/" in mark else "underline-open"
        if kind == "text":
            return None, len(mark), mark
        return _Token(kind, mark), len(mark), ""
    return None, 1, char


def _roles(tokens: list[_Token]) -> _Roles:
    """Find each mark's partner."""
    found = _Roles()
    for kind in ("bold", "underline"):
        _pair_toggles(tokens, kind, found)
    opens: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "underline-open":
            opens.append(index)
        elif token.kind == "underline-close" and opens:
            _pair(found, opens.pop(), index)
    return found


def _pair(found: _Roles, start: int, end: int) -> None:
    found.roles.update({start: "open", end: "close"})
    found.opener[end] = start


def _pair_toggles(tokens: list[_Token], kind: str, found: _Roles) -> None:
    """Pair the marks that look the same at both ends.

    A mark that can close does so when one is open; one that can only open, as it stands after a
    space, begins a span inside the open one (CommonMark, rules 9 to 12 for emphasis).
    """
    opened: list[int] = []
    again: dict[int, int] = {}  # **a****b** to the mark that was open
    for index, token in enumerate(tokens):
        if token.kind == "bold-again" and kind == "bold" and opened:
            again[index] = opened[-1]
        if token.kind != kind:
            continue
        if opened and token.closes:
            if any(each.text.strip() for each in tokens[opened[-1] + 1 : index]):
                _pair(found, opened.pop(), index)
        elif token.opens:
            opened.append(index)
    paired = set(found.opener.values())
    for index, start in again.items():
        if start in paired:
            found.roles[index] = "again"
            found.opener[index] = start
