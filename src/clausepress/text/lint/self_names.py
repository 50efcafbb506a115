"""The names by which a text calls itself: 本隐私政策, this Agreement."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from clausepress.text.lint.likeness import one_edit
from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, Piece, View

_SELF_ZH = re.compile(
    r"本((?:用户|网站|平台)?(?:服务)?|(?:个人)?(?:隐私)(?:权|保护)?)(协议|条款|政策|声明|合同)"
    r"(?!项)|本()(规则|公约)"
)
# What a text calls itself only where its title says so: an annex may be a 须知 too.
_OTHER_KIND = re.compile(r"(?:须知|告知书|承诺书|授权书|办法|准则|规范|指引)$")
_SELF_EN = re.compile(
    r"\b(?:this|the|these)\s+(privacy(?: rights?| protection)?|user|service)\s+"
    r"(policy|statement|notice|agreement|terms|contract)\b",
    re.IGNORECASE,
)
# Without a modifier only a capital tells the text itself from any other agreement.
_BARE_EN = re.compile(
    r"\b(?:[Tt]his|[Tt]hese)()\s(Agreement|Contract|Terms|Policy|Statement|Notice)\b(?! of\b)"
)
_DEFINED = re.compile(r"[“\"「]([^”\"」]{2,24})[”\"」]")


def _self_names(view: View) -> Iterator[tuple[Piece, re.Match[str], str, str]]:
    """Yield every name by which the text calls itself: modifier and noun."""
    patterns = [_SELF_ZH] if view.is_zh else [_SELF_EN, _BARE_EN]
    if view.is_zh and (kind := _OTHER_KIND.search(view.source.edition.title)):
        patterns.append(re.compile(f"本()({kind.group()})"))
    for piece in view.running():
        for pattern in patterns:
            for found in pattern.finditer(piece.text):
                modifier, noun = (part for part in found.groups() if part is not None)
                if found.group().startswith("the ") and noun.islower():
                    continue  # the service terms: any
                yield piece, found, modifier.casefold(), noun.casefold()


def _quoted_terms(view: View) -> set[str]:
    return {
        found.group(1).casefold()
        for piece in view.running()
        for found in _DEFINED.finditer(piece.text)
    }


@rule(
    "self-name-variant",
    Severity.WARNING,
    "The text calls itself by a variant of its defined name.",
    fix="use the defined name",
    example=Example(
        "zh",
        "我们通过《示例云隐私政策》（“本隐私政策”）说明规则。\n\n一、范围\n\n1.1 本隐私权政策适用"
        "于网站。\n\n"
        "1.2 您应阅读本隐私政策。",
        "我们通过《示例云隐私政策》（“本隐私政策”）说明规则。\n\n一、范围\n\n1.1 本隐私政策适用于"
        "网站。\n\n"
        "1.2 您应阅读本隐私政策。",
    ),
)
def self_name_variant(view: View) -> Iterator[Hit]:
    """Compare the full names a text gives itself, same noun, other modifier."""
    names = list(_self_names(view))
    quoted = _quoted_terms(view)
    counts = Counter((modifier, noun) for _, _, modifier, noun in names if modifier)
    main: dict[str, str] = {}
    for (modifier, noun), _ in counts.most_common():
        main.setdefault(noun, modifier)
    for piece, found, modifier, noun in names:
        if modifier and modifier != main[noun] and found.group().casefold() not in quoted:
            usual = f"本{main[noun]}{noun}" if view.is_zh else f"{main[noun]} {noun}"
            yield at_piece(
                view, piece, found.start(), f"“{found.group()}”; elsewhere the text is “{usual}”"
            )
    yield from (_against_definition if view.is_zh else _cut_short)(view, names)
    yield from () if view.is_zh else _beside_title(view, quoted)


_CAPITAL_EN = re.compile(r"\b[Tt]his ((?:[A-Z][a-z]+ ){1,5}[A-Z][a-z]+)")


def _beside_title(view: View, quoted: set[str]) -> Iterator[Hit]:
    """Tell “this Account Cancellation Notice” in an Account Closure Notice: one word is another.

    Of two words, License Agreement, the other one is a slip of the title's word only.
    """
    title = re.findall(r"\w+", view.source.edition.title.casefold())
    for piece in view.running():
        for found in _CAPITAL_EN.finditer(piece.text):
            said = found.group(1).casefold().split()
            own = title[-len(said) :]
            if len(own) < len(said) or said[-1] != own[-1] or found.group(1).casefold() in quoted:
                continue
            other = [pair for pair in zip(said, own, strict=True) if pair[0] != pair[1]]
            if len(other) == 1 and (len(said) > 2 or one_edit(*other[0])):
                usual = " ".join(own)
                yield at_piece(
                    view, piece, found.start(), f"“{found.group()}”; the title says “{usual}”"
                )


_CALLED = re.compile(r"(?:称(?:为|作)?|[（(])[“\"「](本[^”\"」]{2,8})[”\"」]")


def _against_definition(
    view: View, names: list[tuple[Piece, re.Match[str], str, str]]
) -> Iterator[Hit]:
    """Tell once the long name, or the bare one, where the text defined the other for itself.

    Without a definition 本政策 beside 本隐私政策 is a mere short form, as many texts use it.
    """
    said = {
        found.group(1)
        for piece in view.running()
        for found in _CALLED.finditer(piece.text)
        if _SELF_ZH.fullmatch(found.group(1))
    }
    if len(said) != 1:
        yield from () if said else _only_once(view, names)
        return
    defined = said.pop()
    others = [
        (piece, found)
        for piece, found, modifier, noun in names
        if noun == defined[-2:]
        and found.group() != defined
        and (not modifier or defined == f"本{noun}")
    ]
    if others:
        piece, found = others[0]
        more = f", {len(others)} times in all" if len(others) > 1 else ""
        yield at_piece(
            view,
            piece,
            found.start(),
            f"“{found.group()}”{more}; the text calls itself “{defined}”",
        )


def _only_once(view: View, names: list[tuple[Piece, re.Match[str], str, str]]) -> Iterator[Hit]:
    """Tell a short or long name that stands once in a text that else keeps to the other.

    A full name that opens the text, and one in a heading, are no slip.
    """
    said = [each for each in names if each[0].kind != "heading"]
    main = Counter(noun for _, _, _, noun in said).most_common(1)
    noun = main[0][0] if main else ""
    forms = Counter(found.group() for _, found, _, each in said if each == noun)
    if len(forms) != 2 or f"本{noun}" not in forms or min(forms.values()) > 1:
        return
    (usual, n), (rare, _) = forms.most_common()
    first = next(found.group() for _, found, _, each in said if each == noun)
    for piece, found, _, _ in said:
        if found.group() == rare and first != rare and n >= _OFTEN:
            message = f"“{rare}”; elsewhere the text is “{usual}”, {n} times"
            yield at_piece(view, piece, found.start(), message)


_OFTEN = 3


def _cut_short(view: View, names: list[tuple[Piece, re.Match[str], str, str]]) -> Iterator[Hit]:
    """Tell once “the Policy” in a text whose title and definition are “the Privacy Policy”."""
    quoted = _quoted_terms(view)
    title = view.source.edition.title.casefold()
    for modifier, noun in sorted({(each[2], each[3]) for each in names if each[2]}):
        name = f"{modifier} {noun}"
        if name not in title or not {name, f"the {name}", f"this {name}"} & quoted:
            continue
        if {noun, f"the {noun}", f"this {noun}", f"these {noun}"} & quoted:
            continue
        bare = re.compile(rf"\b(?:[Tt]he|[Tt]his|[Tt]hese) {noun.capitalize()}\b")
        places = [(piece, at) for piece in view.running() for at in bare.finditer(piece.text)]
        if places:
            piece, found = places[0]
            more = f", {_times(len(places))} in all" if len(places) > 1 else ""
            defined = f"{modifier} {noun}".title()
            message = f"“{found.group()}”{more}; the text calls itself “{defined}”"
            yield at_piece(view, piece, found.start(), message)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


@rule(
    "self-name-kind",
    Severity.NOTE,
    "The text calls itself two kinds of document, and no definition makes them one.",
    fix="use one name throughout, or define the second where it first stands",
    example=Example(
        "zh",
        "一、总则\n\n1.1 您应阅读本服务条款。\n\n1.2 本服务条款对双方有约束力。\n\n1.3 本合同由人"
        "民法院管辖。",
        "一、总则\n\n1.1 您应阅读本服务条款。\n\n1.2 本服务条款对双方有约束力。\n\n1.3 本服务条款"
        "由人民法院管辖。",
    ),
)
def self_name_kind(view: View) -> Iterator[Hit]:
    """Compare the nouns by which a text calls itself; each further name is told once."""
    names = list(_self_names(view))
    # Bare 本条款 may mean the article at hand, so only its full form names the text.
    names = [each for each in names if each[2] or each[3] != "条款"]
    quoted = _quoted_terms(view)
    counts = Counter(noun for _, _, _, noun in names)
    if len(counts) < 2:
        return
    main = counts.most_common(1)[0][0]
    usual = next(found.group() for _, found, _, noun in names if noun == main)
    calls = Counter(found.group().casefold() for _, found, _, _ in names)
    told: set[str] = set()
    for piece, found, _, noun in names:
        name = found.group().casefold()
        if noun == main or name in told or {name, noun} & quoted:
            continue
        told.add(name)
        more = f", {calls[name]} times in all" if calls[name] > 1 else ""
        mostly = f"mostly the text is “{usual}” ({_times(counts[main])})"
        if counts[noun] == counts[main]:
            mostly = f"it is “{usual}” elsewhere"
        yield at_piece(view, piece, found.start(), f"“{found.group()}”{more}; {mostly}")


@rule(
    "self-made-of-itself",
    Severity.WARNING,
    "A text said to consist of itself and something else.",
    fix="name the whole and its part differently",
    example=Example(
        "zh",
        "一、完整协议\n\n1.1 本协议由本协议与会员规则组成。",
        "一、完整协议\n\n1.1 本协议由正文与会员规则组成。",
    ),
)
def self_made_of_itself(view: View) -> Iterator[Hit]:
    """Find “本X由本X与…组成”."""
    pattern = re.compile(rf"(本[{HAN}]{{2,6}})由\1(?:与|和|及|以及)[^。；]{{1,40}}(?:组成|构成)")
    for piece in view.running():
        for found in pattern.finditer(piece.text):
            yield at_piece(view, piece, found.start(), f"“{found.group(1)}” consists of itself")
