"""Inline marks of the source: emphasis, links, labels, escapes.

A mark counts only when it is balanced inside its block; any other is the author's literal
character, so a stray ``**`` never leaks over the text that follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clausepress.text.model import Run, Runs

_ESCAPE = re.compile(r"\\(.)")
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\\n])+)\]\(([^()\s]*)\)")
_LABEL = re.compile(r"\{\.label\}")
_HREF = re.compile(r"(?:https?://|mailto:|tel:|\.{0,2}/|#|[\w.-]+(?:/|$))", re.IGNORECASE)
_REACH = 40  # blocks that one mark may run on over: a long list of items, not half a document
_MARK = re.compile(r"\*\*|\^\^|</?u>", re.IGNORECASE)
_ESCAPED_IN_TEXT = re.compile(r"[*\\\[\]]|\^\^|</?u>|\{(?=[#.])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # text, bold, underline-open, underline-close, underline-toggle, label, link
    text: str
    href: str = ""
    at: int = 0  # where it begins in the source


def parse_inline(source: str) -> Runs:
    """Return the runs of one block's source."""
    tokens = _tokens(source)
    balanced = _balanced(tokens)
    runs: list[Run] = []
    bold = underline = False
    opened = 0  # index in runs where the last closed span began, for {.label}
    spans: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "text" or index not in balanced:
            if token.kind == "link":
                runs.extend(
                    Run(run.text, bold or run.bold, underline or run.underline, token.href)
                    for run in parse_inline(token.text)
                )
            elif token.kind != "label" or not _apply_label(runs, opened):
                runs.append(Run(token.text, bold, underline))
            continue
        closing = (token.kind == "bold" and bold) or token.kind == "underline-close"
        closing = closing or (token.kind == "underline-toggle" and underline)
        if closing:
            opened = spans.pop() if spans else len(runs)
        else:
            spans.append(len(runs))
        if token.kind == "bold":
            bold = not bold
        else:
            underline = not closing
    return join_runs(tuple(runs))


def render_inline(runs: Runs) -> str:
    """Return source that `parse_inline` reads back as these runs."""
    parts: list[str] = []
    for run in runs:
        text = _ESCAPED_IN_TEXT.sub(lambda found: _escape(found.group()), run.text)
        if run.href:
            text = f"[{text}]({run.href})"
        if run.underline:
            text = f"<u>{text}</u>"
        if run.bold:
            text = f"**{text}**"
        if run.label:
            text += "{.label}"
        parts.append(text)
    return "".join(parts)


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
    """Return the emphasis marks of one block that have no partner and so stand as characters."""
    tokens = _tokens(source)
    balanced = _balanced(tokens)
    marks = {"bold", "underline-open", "underline-close", "underline-toggle"}
    return [
        token.text
        for index, token in enumerate(tokens)
        if token.kind in marks and index not in balanced
    ]


def spread_marks(sources: Sequence[str | None]) -> list[str]:
    """Close and open anew the marks that run on over several blocks.

    A mark opened in one block and closed in a later one covers the blocks between, when none of
    them has a mark of that kind of its own. Anything else is left for its own block to judge, so
    a stray mark never leaks.

    Args:
        sources: Source of each block in order; None where no mark may run on (heading, table).

    Returns:
        The sources with the marks written out in each block; "" where there was None.
    """
    written = [source or "" for source in sources]
    for kind, start, end in (("bold", "**", "**"), ("underline", "<u>", "</u>")):
        for first, last in _runs_on([_marks(source, kind) for source in sources], written):
            written[first] += end
            for between in range(first + 1, last):
                written[between] = f"{start}{written[between]}{end}"
            written[last] = start + written[last]
    return written


def _marks(source: str | None, kind: str) -> list[int] | None:
    """Positions of a block's marks of a kind that have no partner in it."""
    if source is None:
        return None
    tokens = [token for token in _tokens(source) if token.kind.startswith(kind)]
    if kind == "bold":
        return [token.at for token in tokens] if len(tokens) % 2 else ([-1] if tokens else [])
    opens = [token.at for token in tokens if token.kind.endswith("open")]
    closes = [token.at for token in tokens if token.kind.endswith("close")]
    if len(opens) == len(closes):
        return [-1] if tokens else []
    return opens if len(opens) > len(closes) else closes


def _runs_on(marks: list[list[int] | None], written: list[str]) -> list[tuple[int, int]]:
    """Pairs of blocks between which a mark runs on."""
    pairs: list[tuple[int, int]] = []
    first: int | None = None
    for index, found in enumerate(marks):
        if found is None or found == [-1]:
            first = None
        elif found:
            if first is not None and found[0] > 0 and index - first <= _REACH:
                pairs.append((first, index))
                first = None
            else:
                text_follows = written[index][found[-1] + 2 :].strip("*<u>{}. ")
                first = index if text_follows else None
    return pairs


def _with_text(run: Run, text: str) -> Run:
    return Run(text, run.bold, run.underline, run.href, run.label)


def _escape(mark: str) -> str:
    """Escape each character of a mark, so that neighbouring characters cannot form it anew."""
    return "".join(f"\\{char}" if not char.isalnum() else char for char in mark)


def _apply_label(runs: list[Run], start: int) -> bool:
    """Make the span that began at ``start`` a label; False when no emphasised span precedes."""
    span = runs[start:]
    if not span or not any(run.prominent for run in span):
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

    position = 0
    while position < len(source):
        token, length, literal_text = _token_at(source, position)
        if token:
            flush()
            tokens.append(replace(token, at=position))
        else:
            literal.append(literal_text)
        position += length
    flush()
    return tokens


def _token_at(source: str, position: int) -> tuple[_Token | None, int, str]:
    """Return the token at a position with its length, or None with the literal text there."""
    char = source[position]
    if char == "\\" and (found := _ESCAPE.match(source, position)):
        return None, 2, found.group(1)
    if char == "[" and (found := _LINK.match(source, position)) and _HREF.match(found.group(2)):
        return _Token("link", found.group(1), found.group(2)), len(found.group()), ""
    if char == "{" and _LABEL.match(source, position):
        return _Token("label", "{.label}"), len("{.label}"), ""
    if char in "*^<" and (found := _MARK.match(source, position)):
        kind = {"**": "bold", "^^": "underline-toggle", "<u>": "underline-open"}.get(
            found.group().lower(), "underline-close"
        )
        return _Token(kind, found.group()), len(found.group()), ""
    return None, 1, char


def _balanced(tokens: list[_Token]) -> set[int]:
    """Indexes of the marks that have a partner in this block."""
    balanced: set[int] = set()
    for kind in ("bold", "underline-toggle"):
        marks = [index for index, token in enumerate(tokens) if token.kind == kind]
        balanced.update(marks[: len(marks) // 2 * 2])
    opens: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "underline-open":
            opens.append(index)
        elif token.kind == "underline-close" and opens:
            balanced.update((opens.pop(), index))
    return balanced
