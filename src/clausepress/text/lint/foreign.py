"""Words of the other language left in a sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from clausepress.text.lint.english import FUNCTION_WORDS, is_english
from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, View

_BETWEEN = re.compile(
    rf"(?<=[{HAN}])\s*\b(?:and|or|the|of|for|with|to|in|by|is|are)\b\s*(?=[{HAN}])"
)
# A run of Latin words; what touches a digit, dot, slash or sign is an address or an identifier.
_RUN = re.compile(
    r"(?<![\w.@/:#=&%$~<>{}\[\]|+*-])[A-Za-z][a-z]*(?:[ ][A-Za-z][a-z]*)*"
    r"(?![\w@/:#=&%$~<>{}\[\]|+*-]|\.\w)",
    re.ASCII,
)
_SAID = re.compile(r"[“\"「《（(‘'`【][^”\"」》）)’'`】]*[”\"」》）)’'`】]")
_OFTEN = 4  # a word that stands so often is a term of the text
_CAPITALS = frozenset({"And", "Or", "The", "Our", "Your"})
_CONNECTIVES = frozenset({"and", "or", "the", "of", "our", "your", "is", "are", "shall"})


@rule(
    "foreign-word",
    Severity.WARNING,
    "An English word left in a Chinese sentence: and, partners, will.",
    fix="translate the word, or define it in quotation marks",
    example=Example(
        "zh",
        "一、告知\n\n1.1 我们会告知您事件的情况 and 影响。",
        "一、告知\n\n1.1 我们会告知您事件的情况和影响。",
    ),
)
def foreign_word(view: View) -> Iterator[Hit]:
    """Find ordinary English words beside Chinese characters, those in quotes and brackets aside."""
    if not view.is_zh:
        return
    runs = [(piece, run) for piece in view.pieces for run in _runs(piece.text)]
    often = Counter(word for _, run in runs for word in set(run.group().split()))
    defined = {
        word
        for piece in view.pieces
        for said in _SAID.finditer(piece.text)
        for word in re.findall(r"[a-z]+", said.group())
    }
    terms = defined.union(word for word, n in often.items() if n >= _OFTEN) - FUNCTION_WORDS
    for piece, run in runs:
        word = _left(run.group(), terms)
        if word and (piece.kind != "cell" or _BETWEEN.search(piece.text)):
            at = run.start() + run.group().index(word)
            yield at_piece(view, piece, at, f"“{word}” in a Chinese sentence")


def _runs(text: str) -> Iterator[re.Match[str]]:
    """Yield runs of Latin words that touch a Chinese character, outside quotes and brackets."""
    bare = _SAID.sub(lambda said: "\0" * len(said.group()), text)
    for run in _RUN.finditer(bare):
        before, after = bare[: run.start()].rstrip()[-1:], bare[run.end() :].lstrip()[:1]
        if re.match(f"[{HAN}]", before) or re.match(f"[{HAN}]", after):
            yield run


def _left(run: str, terms: set[str]) -> str:
    """The word of a run that was left untranslated, empty when the run may stand."""
    words = run.split()
    first, last = words[0], words[-1]
    if first == "to" and len(last) == 1:
        return ""  # to B, to C: kinds of business
    if len(words) == 1 and len(first) < 2:
        return ""
    # All of a run must be prose: one unknown word makes it a name or an identifier.
    if all(word.islower() and is_english(word) and word not in terms for word in words):
        return run
    if len(words) == 1:
        return first if first in _CAPITALS else ""
    if first in FUNCTION_WORDS:
        return first
    return last if last in _CONNECTIVES else ""


_HAN_RUN = re.compile(rf"[{HAN}]+")
_NAMES = re.compile(r"(?:公司|集团|法|条例|办法|规定|标准|中心|委员会|院|局|部|文|版|语|体)$")


@rule(
    "chinese-word",
    Severity.WARNING,
    "Chinese words left in an English sentence.",
    fix="translate them, or put the original in brackets behind its translation",
    example=Example(
        "en",
        "1. Notice\n\nWe will tell you what 情况 has been found and what we do about it.",
        "1. Notice\n\nWe will tell you what has been found and what we do about it.",
    ),
)
def chinese_word(view: View) -> Iterator[Hit]:
    """Find Chinese characters in running English; a text in both languages is left alone."""
    if view.lang != "en":
        return
    pieces = [piece for piece in view.running() if _HAN_RUN.search(piece.text)]
    if len(pieces) * 5 > max(len(view.pieces), 15):
        return
    for piece in pieces:
        bare = _SAID.sub(lambda said: "\0" * len(said.group()), piece.text)
        for run in _HAN_RUN.finditer(bare):
            before, after = bare[: run.start()].rstrip(), bare[run.end() :].lstrip()
            english = len(re.findall(r"[A-Za-z]+", bare)) >= 4 and before[-1:] not in "：:|/-–—·"
            named = _NAMES.search(run.group()) or after[:1] in {"(", "（", "|", "/", "\0"}
            sentence = re.search(r"[，。；]", piece.text) and len(run.group()) >= 6
            if (english and not named) or sentence:
                yield at_piece(
                    view, piece, run.start(), f"“{run.group()[:12]}” in an English sentence"
                )
                break
