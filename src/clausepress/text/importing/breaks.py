"""Whether a sentence goes on over a break between two lines: surely, perhaps, or not.

What stands before the break is looked at for what cannot be an end, what stands after it for
what cannot be a beginning, and the text's own words for what belongs together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clausepress.text.importing.lines import Line
from clausepress.text.importing.usage import Usage
from clausepress.text.numbers import CHAPTER_SCHEMES, Number

_NO_START = re.compile(r"[，。、；：！？）】》」』〉％%,;!?)\]’”]|\.(?:\s|$)")
_GOES_ON = re.compile(r"[的们了吗呢]|等[，。；、]")
_JOINING = re.compile(r"[且及]|或者|以及|和(?![平谐解])")
# Words that no sentence, item or title ends with.
_NO_END = re.compile(
    r"(?:[或且若被把将]|以及|或者|并且|而且|如果|由于|对于|关于|按照|依照|(?<!法律)根据|包括|这些|那些|任何"
    r"|应当|必须|不得|您的|我们的|(?<![参给赋])与|(?<![总温缓饱])和|(?<!服)从|(?<!涉|以|普|波)及)$"
)
# Words that open a sentence more often than they go on in the middle of one.
_OPENERS = re.compile(
    r"如|若|您|我们|本|为|在|当|对|根据|请|此外|同时|但|因|除|任何|该|上述|以[上下]|有关|一旦|凡|另|其中|前述|双方|甲方|乙方|用户"
)
_NO_END_LATIN = re.compile(
    r"\b(?:the|an?|of|to|and|or|by|with|from|your|our|their|its|any|that|which|not|is|are|will"
    r"|may|shall|must|if|when|such)$"
)
_OPENING = "（(“《「『〈"
_BRACKETS = {"（": "）", "(": ")", "“": "”", "《": "》", "【": "】", "「": "」", "『": "』"}
_FIGURE_ON = re.compile(
    r"[.．]\d|[％%]|年(?![龄度])|月|日(?![常志])|元|天|小时|个(?:工作日|月|自然日)"
    r"|条(?![款件])|款(?!项)|项(?!目)"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LABEL = re.compile(
    r"[^，。；,.;]{1,14}[：:](?!//)"
)  # "公司：", "Address:" of masthead and signature
_FACT = re.compile(r"[\d\s年月日./-]+")
_ADDRESS = re.compile(r"(?:https?:/{0,2}|www\.|[\w.+-]+@)[!-~]*$")
_TOP_DOMAIN = re.compile(r"(?:com|cn|net|org|gov|edu|io|co|cc|eu|uk|de|jp|hk)\b(?! [a-z])")
_WHOLE_ADDRESS = re.compile(
    r"(?:(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/[!-~]*)?|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
)

_RUNNING = 20  # Han characters a paragraph must have before it can be broken text, not a title
_RUNNING_LATIN = 60  # the same for text in Latin letters, in characters
_ITEM = 6  # Han characters of an item that may break off after a word that ends nothing
_SALUTATION = 20  # a line that ends in a comma and is shorter greets someone
_BOUND = 0.3  # share of a character's places after another that makes them one word
_INSIDE = 120  # characters a bracket that a break cuts may hold on either side


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a break.

    Attributes:
        sure: Whether the sentence surely goes on; else it is a question.
        insert: What stood in place of the break: nothing or a space.
        hyphen: Whether the hyphen before the break goes too; None when that is a question.
    """

    sure: bool
    insert: str
    hyphen: bool | None = False


def judge(
    before: Line,
    after: Line,
    neighbours: Sequence[Line],
    known: Usage,
    gap: str,
    *,
    page: bool = False,
) -> Verdict | None:
    """Judge the break between two lines; None where a sentence ends or a block begins.

    Args:
        before: The line before the break, with all that was joined to it.
        after: The line after it.
        neighbours: The line above ``before``, and the two below ``after``, where there are any:
            their text tells whether the break is the rule of a list.
        known: The text's words.
        gap: The white space between.
        page: Whether a page number stands between.
    """
    if before.solid or after.solid or _LABEL.match(after.core) or _FACT.fullmatch(after.core):
        return None
    if before.number and before.core == before.number.printed and not after.begins:
        return _bare_number(before.number, after)
    if re.search(r"\d[.．]$", before.core) and re.match(r"\d+(?:[％%元]|\s*版)", after.core):
        return Verdict(sure=bool(re.search(r"[\u3400-\u9fff，,]", before.core)), insert="")
    if not after.begins and _cut_domain(before.core, after.core):
        return Verdict(sure=True, insert="")
    if before.ended:
        return None
    if after.begins:
        return _inside_citation(before, after)
    certain = _certain(before, after)
    sure = certain or (
        _latin_sure(before, after, neighbours, known)
        or _han_sure(before, after, known)
        or _item_break(before, after, neighbours)
        or (page and _runs_over(before, after, known))
        or (_in_ended_list(before, neighbours) and _item_runs_over(before, after, known))
    )
    sure = sure and (certain or not _labelled(before))
    asked = sure or (page and after.ended) or _possible(before, after, neighbours, known)
    return _seam(before, after, known, gap, sure=sure) if asked else None


def _bare_number(number: Number, after: Line) -> Verdict | None:
    """A break right after a clause number."""
    items = number.scheme not in CHAPTER_SCHEMES and after.ended
    return Verdict(sure=number.scheme == "decimal", insert=" ") if items else None


def _inside_citation(before: Line, after: Line) -> Verdict | None:
    """A break after an opening bracket or 第: what looks like a number is a reference."""
    if not after.number or len(before.core) < 8:
        return None
    if before.core.endswith("第"):
        return Verdict(sure=True, insert="")
    return Verdict(sure=False, insert="") if before.core[-1] in _OPENING else None


def _certain(before: Line, after: Line) -> bool:
    """Whether the characters at the break cannot end or begin a line of any kind."""
    if _NO_START.match(after.core) or before.core[-1] in _OPENING:
        return True
    if _leaves_open(before.core, after.core):
        return True
    if re.search(r"\d$", before.core) and _FIGURE_ON.match(after.core):
        return len(_HAN.findall(before.core)) >= 3 or len(before.core) >= 30
    return _cut_address(before.core, after.core) == "sure"


def _cut_address(before: str, after: str) -> str:
    """Whether a break cuts a web or mail address: "sure", "maybe" or ""."""
    left, right = re.search(r"[!-~]+$", before), re.match(r"[!-~]+", after)
    if not left or not right:
        return ""
    if re.match(r"@[\w-]+\.|\.(?:com|cn|org|net)\b", after) and re.search(r"\w$", before):
        return "sure"
    if not _ADDRESS.search(left.group()):
        return ""
    if re.search(r"(?:@|https?:?/{0,2}|www\.?)$", before) or re.match(r"[/.]\w", after):
        return "sure"
    joined = (left.group() + right.group()).rstrip(".,;)")
    if _WHOLE_ADDRESS.search(left.group()) is None and _WHOLE_ADDRESS.search(joined):
        return "sure"
    return "maybe" if right.group().rstrip(".,;") != "" and right.group()[0].islower() else ""


def _cut_domain(before: str, after: str) -> bool:
    """Whether a break cuts a web or mail address after a full stop: www.example. and com."""
    left = re.search(r"(?:www\.|https?://|@)[\w.-]*\.$", before)
    return left is not None and _TOP_DOMAIN.match(after) is not None


def _han_sure(before: Line, after: Line, known: Usage) -> bool:
    han = len(_HAN.findall(before.core))
    if not after.ended or len(after.core) < 2:
        return False
    if han >= _ITEM and _NO_END.search(before.core):
        return True
    if not re.search(r"[，。；、]", before.core):
        return False
    last, first = before.core[-1], after.core[0]
    if last in "，、":
        return han >= _SALUTATION
    if han < _RUNNING:
        return False
    if _GOES_ON.match(after.core):
        return True
    if known.begins_sentence(after.core):
        return False
    if re.search(r"[，。]", before.core) and not _OPENERS.match(after.core):
        return known.side_by_side(last, first)
    return _one_han_word(last, first, known)


def _runs_over(before: Line, after: Line, known: Usage, least: int = _RUNNING) -> bool:
    """Whether running text has no end, and what follows opens as sentences do not."""
    running = len(_HAN.findall(before.core)) >= least and re.search(r"[，。]", before.core)
    opens = _OPENERS.match(after.core) or known.begins_sentence(after.core)
    return bool(running and after.ended and _HAN.match(after.core) and not opens)


def _item_runs_over(before: Line, after: Line, known: Usage) -> bool:
    """The same for an item whose neighbours end as sentences do, so that it is no title."""
    han = len(_HAN.findall(before.core))
    if not after.ended or han < _ITEM // 2:
        return False
    last, first = before.core[-1], after.core[0]
    if last == "，" or _JOINING.match(after.core):
        return True
    bound = bool(_HAN.match(last) and _HAN.match(first)) and known.one_word(
        last, first, linked=_BOUND
    )
    if bound and not known.begins_sentence(after.core):
        return True
    return _runs_over(before, after, known, least=_RUNNING // 2)


def _labelled(before: Line) -> bool:
    return len(before.core) < 40 and _LABEL.match(before.core) is not None


def _one_han_word(last: str, first: str, known: Usage) -> bool:
    return bool(_HAN.match(last) and _HAN.match(first) and known.one_word(last, first))


def _leaves_open(before: str, after: str) -> bool:
    """Whether a bracket or quote opened before a break is closed after it."""
    for opening, closing in _BRACKETS.items():
        if before.count(opening) == before.count(closing) + 1:
            ends, begins = after.find(closing), after.find(opening)
            near = before.rfind(opening) > before.rfind(closing)
            if near and 0 <= ends <= _INSIDE and (begins < 0 or ends < begins):
                return len(before) - before.rfind(opening) <= _INSIDE
    return False


def _item_break(before: Line, after: Line, neighbours: Sequence[Line]) -> bool:
    """Whether an item lacks the mark that ends its neighbours, and the next paragraph has it.

    Items of one list end alike: one that ends in nothing, an unnumbered paragraph that ends as
    the items do, and then the next number, is an item that was cut in two.
    """
    number = before.number
    siblings = [each for each in neighbours if number and each.number]
    steps = [_step(before, each) for each in siblings]
    if not number or (steps[-2:] not in ([-1, 1], [1, 2]) and steps[:2] != [-1, 1]):
        return False
    near = [each for each, step in zip(siblings, steps, strict=True) if step in (-1, 1, 2)]
    marks = {each.core[-1] for each in near}
    long = len(_HAN.findall(before.core)) >= _SALUTATION or len(before.core) >= _RUNNING_LATIN
    return long and (marks <= set("；;") or marks <= set("。.")) and after.core[-1] in marks


def _step(item: Line, other: Line) -> int:
    """How many items later another item of the same list stands; 0 when it is of another."""
    if not item.number or not other.number or item.number.scheme != other.number.scheme:
        return 0
    mine, others = item.number.values, other.number.values
    return others[-1] - mine[-1] if mine[:-1] == others[:-1] else 0


def _in_ended_list(item: Line, neighbours: Sequence[Line]) -> bool:
    """Whether a numbered neighbour has the end mark that this item lacks."""
    return any(_same_list(item, each) and each.ended for each in neighbours)


def _same_list(item: Line, other: Line) -> bool:
    """Whether two lines are numbered alike, and not as chapters are."""
    number = item.number
    return bool(
        number
        and other.number
        and number.scheme == other.number.scheme
        and number.scheme not in CHAPTER_SCHEMES
        and len(number.values) == len(other.number.values)
    )


def _latin_sure(before: Line, after: Line, neighbours: Sequence[Line], known: Usage) -> bool:
    if not re.search(r"[A-Za-z0-9,)’”'-]$", before.core) or not after.ended:
        return False
    running = len(before.core) >= _RUNNING_LATIN and before.core.count(" ") >= 8
    within = re.search(r"[a-z)”’][.!?][”’)]? [A-Z“(]", before.core) is not None
    if not running and not within:
        return False
    if _NO_END_LATIN.search(before.core) or (within and known.phrase(before.core, after.core)):
        return True
    return bool(
        after.core[:1].islower()
        and re.search(r"[.!?][”’\"')]*$", after.core)
        and not _listed(after, neighbours)
    )


def _listed(after: Line, neighbours: Sequence[Line]) -> bool:
    """Whether the line after next begins small too, as the items of a list without marks."""
    below = [each for each in neighbours if each.start > after.start]
    return bool(below) and below[0].core[:1].islower()


def _possible(before: Line, after: Line, neighbours: Sequence[Line], known: Usage) -> bool:
    """Whether a person should look: running text without an end, or a word that goes on."""
    if _cut_address(before.core, after.core):
        return True
    if re.search(r"\d$", before.core) and re.match(r"\d", after.core):
        return after.ended and len(before.core) >= _RUNNING
    han = len(_HAN.findall(before.core))
    if han * 4 >= len(before.core):
        if re.search(r"[，。；]", before.core) and han >= _SALUTATION // 2:
            return True
        unlike = not known.begins_sentence(after.core) and not _OPENERS.match(after.core)
        listed = _in_ended_list(before, neighbours)
        wordlike = _one_han_word(before.core[-1], after.core[0], known) and han > 2
        goes_on = _GOES_ON.match(after.core) or _NO_END.search(before.core)
        return after.ended and bool(
            goes_on or before.core.endswith("的") or (unlike and (listed or wordlike))
        )
    small = after.core[:1].islower() and not _listed(after, neighbours)
    if small or _NO_END_LATIN.search(before.core):
        return after.ended
    running = len(before.core) >= _RUNNING_LATIN and before.core.count(" ") >= 8
    return running and re.search(r"[a-z][,.;] ", before.core) is not None


def _seam(before: Line, after: Line, known: Usage, gap: str, *, sure: bool) -> Verdict:
    """The verdict with what stood at the break."""
    last, first = before.core[-1], after.core[0]
    if last == "-" and re.search(r"[a-z]-$", before.core) and first.islower():
        belongs = known.hyphen(before.core, after.core)
        return Verdict(sure, "", None if belongs is None else not belongs)
    if wide(last) or wide(first) or _NO_START.match(first) or last in "(/@":
        return Verdict(sure, "")
    if _cut_address(before.core, after.core) or (last.isdigit() and _FIGURE_ON.match(after.core)):
        return Verdict(sure, "")
    spaced = gap[:1] in (" ", "\u00a0") or gap[-1:] in (" ", "\u00a0")
    if last.isalpha() and first.isalpha() and not spaced:
        insert = known.seam(before.core, after.core)
        return Verdict(sure and insert is not None, " " if insert is None else insert)
    return Verdict(sure, " ")


def wide(char: str) -> bool:
    """Whether a character takes no space beside it."""
    return ord(char) >= 0x2E80 or char in "“”‘’…—"
