"""What differs between two editions that should say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from clausepress.text.alignment.facts import Fact, differing, facts, latin_keywords
from clausepress.text.alignment.features import Terms, Unit, own_text, terms_of, weighed
from clausepress.text.alignment.glossary import concepts, is_watched, words
from clausepress.text.alignment.match import Matching, in_order, match_editions
from clausepress.text.alignment.merge import Match
from clausepress.text.alignment.model import (
    AlignmentReport,
    ClauseRef,
    EditionRef,
    Finding,
    OneSided,
    Pair,
)
from clausepress.text.alignment.sentences import inline_items, sentences, unmatched_sentences
from clausepress.text.model import (
    PREFACE_ID,
    Block,
    Clause,
    Edition,
    Paragraph,
    Run,
    Table,
    own_runs,
)
from clausepress.text.sources import TextSource

_SHARE = 0.5  # difference of the marked share of a clause that is worth a look
_EXCERPT = 60


def align(a: TextSource, b: TextSource) -> AlignmentReport:
    """Compare two editions clause by clause.

    Args:
        a: An edition.
        b: Another, in another language or of another version.

    Returns:
        The pairs, the clauses in one edition only, and what differs inside the pairs.
    """
    matching = match_editions(a.edition, b.edition)
    shown_as, findings = _translation(a, b)
    return AlignmentReport(
        a=_edition_ref(a),
        b=_edition_ref(b),
        shown_as=shown_as,
        pairs=tuple(
            Pair(
                tuple(matching.a[i].clause.id for i in match.a),
                tuple(matching.b[j].clause.id for j in match.b),
                match.confidence,
                match.basis,
            )
            for match in matching.matches
        ),
        only=(
            *_one_sided("a", matching.a, matching.only_a(), a),
            *_one_sided("b", matching.b, matching.only_b(), b),
        ),
        findings=(*findings, *_Comparison(a, b, matching).findings()),
    )


def _edition_ref(source: TextSource) -> EditionRef:
    edition = source.edition
    return EditionRef(source.name, edition.lang, edition.title, edition.translates)


def _one_sided(side: str, units: list[Unit], only: list[int], source: TextSource) -> list[OneSided]:
    found = []
    for index in only:
        unit = units[index]
        above = units[unit.parent].clause if unit.parent >= 0 else None
        terms: dict[str, None] = {}
        for meant in concepts(unit.text, source.edition.lang):
            if len(meant) == 1:
                terms.update(dict.fromkeys(meant))
        found.append(
            OneSided(
                side,
                _ref(unit.clause, source),
                (above.number or above.id) if above else "",
                tuple(terms)[:6],
            )
        )
    return found


def _ref(clause: Clause, source: TextSource) -> ClauseRef:
    text = " ".join("".join(run.text for run in own_runs(clause)).split())
    short = text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
    return ClauseRef(clause.id, clause.number, source.lines.get(clause.id, 0), short)


def _translation(a: TextSource, b: TextSource) -> tuple[str, list[Finding]]:
    """Say what translates what; a translation that does not say is one of an earlier text."""
    if a.edition.lang == b.edition.lang:
        return "", []
    stated = [(each, other) for each, other in ((a, b), (b, a)) if each.edition.translates]
    if not stated:
        message = (
            "neither edition states what it translates; write 'translates: <version> <lang>' or "
            "'translates: earlier' in the front matter of the translation"
        )
        return "translation of an earlier text", [Finding("translates", None, None, message)]
    edition, other = stated[-1]
    named = edition.edition.translates
    if named == "earlier":
        return "translation of an earlier text", []
    parts = other.name.split("/")
    if len(parts) == 3 and named != f"{parts[1]} {parts[2]}":
        message = f"{edition.name} states that it translates {named}, not {parts[1]} {parts[2]}"
        return f"translation of {named}", [Finding("translates", None, None, message)]
    return f"translation of {named}", []


class _Comparison:
    """Findings inside the matched clauses of two texts."""

    def __init__(self, a: TextSource, b: TextSource, matching: Matching) -> None:
        self.a, self.b, self.matching = a, b, matching
        self.languages = (a.edition.lang, b.edition.lang)
        self.translated = a.edition.lang.split("-")[0] != b.edition.lang.split("-")[0]
        sizes = [sum(unit.length for unit in each) for each in (matching.a, matching.b)]
        self.ratio = sizes[1] / sizes[0] if all(sizes) else 1.0
        self.names = {word.lower() for each in (a, b) for word in words(each.edition.title)}

    def findings(self) -> list[Finding]:
        found = self._compare(_preface(self.a.edition), _preface(self.b.edition), whole=False)
        pairs = [(match.a[0], match.b[0]) for match in self.matching.matches]
        kept = set(in_order(pairs))
        for match in self.matching.matches:
            left = [self.matching.a[i].clause for i in match.a]
            right = [self.matching.b[j].clause for j in match.b]
            found += self._place(match, left, right, in_place=(match.a[0], match.b[0]) in kept)
            found += self._compare(left, right)
        return found

    def _finding(
        self,
        kind: str,
        left: Sequence[Clause],
        right: Sequence[Clause],
        message: str,
        only_a: Iterable[str] = (),
        only_b: Iterable[str] = (),
    ) -> Finding:
        return Finding(
            kind,
            _ref(left[0], self.a),
            _ref(right[0], self.b),
            message,
            tuple(only_a),
            tuple(only_b),
        )

    def _differs(
        self,
        kind: str,
        left: Sequence[Clause],
        right: Sequence[Clause],
        only_a: Sequence[str],
        only_b: Sequence[str],
    ) -> list[Finding]:
        if not only_a and not only_b:
            return []
        parts = [
            f"only in {name}: {', '.join(only)}"
            for name, only in zip(self._sides(), (only_a, only_b), strict=True)
            if only
        ]
        return [self._finding(kind, left, right, "; ".join(parts), only_a, only_b)]

    def _sides(self) -> tuple[str, str]:
        if self.languages[0] != self.languages[1]:
            return self.languages
        return "the first", "the second"

    def _place(
        self, match: Match, left: list[Clause], right: list[Clause], *, in_place: bool
    ) -> list[Finding]:
        found = []
        one, other = self.matching.a[match.a[0]], self.matching.b[match.b[0]]
        if not in_place:
            found.append(
                self._finding("order", left, right, "stands at another place in the order")
            )
        if len(left) > 1 or len(right) > 1:
            shown = [" + ".join(each.number or each.id for each in side) for side in (left, right)]
            message = f"split differently: {shown[0]} is {shown[1]}"
            found.append(self._finding("split", left, right, message))
        elif bool(one.number) != bool(other.number) or (
            one.number and other.number and one.number.values[-1:] != other.number.values[-1:]
        ):
            message = (
                f"numbered {left[0].number or 'not at all'} and {right[0].number or 'not at all'}"
            )
            found.append(self._finding("number", left, right, message))
        return found

    def _compare(
        self, left: Sequence[Clause], right: Sequence[Clause], *, whole: bool = True
    ) -> list[Finding]:
        texts = _text(left), _text(right)
        found: list[Finding] = []
        only = differing(facts(texts[0], self.languages[0]), facts(texts[1], self.languages[1]))
        for kind in ("figure", "date", "contact"):
            found += self._differs(
                kind, left, right, _values(only[0], kind), _values(only[1], kind)
            )
        found += self._keywords(left, right, texts)
        if self.translated and whole:
            found += self._terms(left, right, texts)
        if whole:
            found += self._sentences(left, right, texts)
        found += self._items(left, right, texts)
        found += self._emphasis(left, right)
        return found

    def _keywords(
        self, left: Sequence[Clause], right: Sequence[Clause], texts: tuple[str, str]
    ) -> list[Finding]:
        only: list[list[str]] = []
        for mine, other, lang in zip(texts, texts[::-1], self.languages, strict=True):
            there = {part for word in words(other) for part in _forms(word)}
            translated = _translated_words(mine, lang) if self.translated else set()
            only.append(
                sorted(
                    shown
                    for key, shown in latin_keywords(mine).items()
                    if key not in there
                    and not set(_forms(shown)) & (there | self.names | translated)
                )
            )
        return self._differs("keyword", left, right, only[0], only[1])

    def _terms(
        self, left: Sequence[Clause], right: Sequence[Clause], texts: tuple[str, str]
    ) -> list[Finding]:
        meant = [concepts(text, lang) for text, lang in zip(texts, self.languages, strict=True)]
        only = []
        for mine, other in (meant, meant[::-1]):
            there = set().union(*other) if other else set()
            only.append(
                sorted(
                    {term for each in mine if len(each) == 1 for term in each if is_watched(term)}
                    - there
                )
            )
        return self._differs("term", left, right, only[0], only[1])

    def _sentences(
        self, left: Sequence[Clause], right: Sequence[Clause], texts: tuple[str, str]
    ) -> list[Finding]:
        split = [sentences(text) for text in texts]
        if max(map(len, split)) < 2:
            return []
        weights: list[list[Terms]] = [
            [weighed(terms_of(each, lang, other), self.matching.rare) for each in part]
            for part, lang, other in zip(split, self.languages, self.languages[::-1], strict=True)
        ]
        lost_a, lost_b = unmatched_sentences(split[0], split[1], weights[0], weights[1], self.ratio)
        return self._differs(
            "sentence",
            left,
            right,
            [_short(split[0][index]) for index in lost_a],
            [_short(split[1][index]) for index in lost_b],
        )

    def _items(
        self, left: Sequence[Clause], right: Sequence[Clause], texts: tuple[str, str]
    ) -> list[Finding]:
        found = []
        counts = [len(inline_items(text)) for text in texts]
        for index, side in enumerate((left, right)):
            counts[index] = counts[index] or len(side) - 1
        if counts[0] != counts[1] and all(counts):
            message = f"counts off {counts[0]} items and {counts[1]}"
            found.append(self._finding("items", left, right, message))
        bullets = [
            sum(isinstance(block, Paragraph) and block.bullet for block in _blocks(side))
            for side in (left, right)
        ]
        if bullets[0] != bullets[1] and all(bullets):
            message = f"lists {bullets[0]} points and {bullets[1]}"
            found.append(self._finding("items", left, right, message))
        tables = [
            [len(block.rows) for block in _blocks(side) if isinstance(block, Table)]
            for side in (left, right)
        ]
        if tables[0] != tables[1]:
            shown = [", ".join(f"{rows} rows" for rows in each) or "no table" for each in tables]
            found.append(
                self._finding("table", left, right, f"tables of {shown[0]}; of {shown[1]}")
            )
        return found

    def _emphasis(self, left: Sequence[Clause], right: Sequence[Clause]) -> list[Finding]:
        shares = [_marked_share(side) for side in (left, right)]
        if bool(shares[0]) == bool(shares[1]) and abs(shares[0] - shares[1]) < _SHARE:
            return []
        names = self._sides()
        if shares[0] and shares[1]:
            message = f"marked: {shares[0]:.0%} in {names[0]}, {shares[1]:.0%} in {names[1]}"
        else:
            message = f"marked as prominent in {names[0] if shares[0] else names[1]} only"
        return [self._finding("emphasis", left, right, message)]


def _preface(edition: Edition) -> list[Clause]:
    return [Clause(PREFACE_ID, blocks=edition.preface)]


def _blocks(side: Sequence[Clause]) -> list[Block]:
    return [block for clause in side for block in clause.blocks]


def _text(side: Sequence[Clause]) -> str:
    return "\n".join(map(own_text, side))


def _values(only: list[Fact], kind: str) -> list[str]:
    return [fact.value for fact in only if fact.kind == kind]


def _forms(word: str) -> tuple[str, ...]:
    """Forms a code may be found under: with its plural ending, its possessive, its hyphen."""
    lower = re.sub(r"['’]s$", "", word.lower())
    return lower, lower.removesuffix("s"), *lower.split("-")


def _translated_words(text: str, lang: str) -> set[str]:
    """Words of terms the glossary knows (SMS, ID card): found by their meaning, not as codes."""
    return {word.lower().removesuffix("s") for word in words(text) if concepts(word, lang)} | (
        {"id", "icp"} if lang.startswith("en") else set()
    )


def _short(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"


def _marked_share(side: Sequence[Clause]) -> float:
    """Share of a clause's characters that is marked as prominent."""
    runs: list[Run] = [run for clause in side for run in own_runs(clause)]
    total = sum(len(run.text.strip()) for run in runs)
    return sum(len(run.text.strip()) for run in runs if run.prominent) / total if total else 0.0
