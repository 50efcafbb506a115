"""The signatures and seals that close a paper copy: no words of the text, shown apart.

A block is the run of lines at the very end of which each says who signs, in what capacity, where
and when, or that no text follows. Such a line is short and no sentence, so that nothing agreed
can hide in it.
"""

from __future__ import annotations

import re
import unicodedata

from clausepress.compare.stream import squeezed

_LONGEST = 80  # characters of a line
_VALUE = r"(?:[:_].*)?"  # what is filled in behind a label
_WHO = r"(?:[甲乙丙丁]方|(?:委托|受托|被许可|许可)方|双方|各方|公司|单位)"
_SEALED = r"(?:[(](?:盖章|公章|签章|签字|签名|签字或盖章|签字/盖章|盖章/签字|加盖公章|印章)[)])"
_PERSON = r"(?:法定|授权|委托)?(?:代表人?|代理人)|负责人|经办人|签署人|签约人|法人代表"
_CHINESE_DATE = r"[0-9_]{2,}年[0-9_]+月[0-9_]+日|年月日"
_DATE = rf"{_CHINESE_DATE}|[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}"
_HAN = re.compile(
    rf"""
    [(]?(?:以下|此处|本页以下)(?:无正文|空白).*?[)]?
    | [(]?(?:本页)?(?:无正文,?)?(?:为|系)?《[^》]+》(?:之)?(?:的)?(?:签署|签字|签章)页[)]?
    | [(]?本页无正文[^)]*[)]? | (?:签署|签字|签章)页
    | {_WHO}{_SEALED}?{_VALUE} | {_WHO}?(?:{_PERSON})(?:[或/](?:{_PERSON}))?{_SEALED}?{_VALUE}
    | (?:盖章|公章|签章|签字|签名|签署|签收|印章|骑缝章){_SEALED}?{_VALUE} | {_SEALED}
    | (?:签署|签订|签字|签约|盖章)?(?:日期|时间|地点){_VALUE}
    | (?:{_DATE})+
    | [^,:、的由向给应将须]{{2,40}}(?:公司|集团){_SEALED}?
    | _+
    """,
    re.VERBOSE,
)
_LATIN = re.compile(
    r"""
    \[?\(?signature\s+page.*
    | [\[(]?the\s+remainder\s+of\s+this\s+page\s+is\s+intentionally\s+left\s+blank\.?[\])]?
    | (?:duly\s+)?(?:signed|sealed|executed)(?:\s+and\s+(?:sealed|signed))?
      (?:\s+(?:by|for|at|on|in)\b.*|\s*[:_].*|)
    | (?:for\s+and\s+)?on\s+behalf\s+of\b.*
    | (?:party\s+[ab]|the\s+(?:company|customer)|authori[sz]ed\s+(?:signatory|representative)
      | \(?(?:company\s+|common\s+|corporate\s+)?(?:seal|chop|stamp)\)?
      | signature|witness|witnessed\s+by)(?:\s*\([^)]*\))?(?:\s*[:_].*|)
    | (?:by|name|title|position|date|dated|place)\s*[:_].*
    | (?:dated?\s+)?(?:[0-9]{1,2}\s+[a-z]{3,9}|[a-z]{3,9}\s+[0-9]{1,2}),?\s+[0-9]{4}
    | (?-i:(?:[A-Z(][\w&.,')-]*\s+(?:(?:of|and|&)\s+)?){1,6}(?:Ltd|Inc|LLC|Limited|Corporation)\.?)
    | _+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。;!?]|\.\s+[a-z]")


def split_seal(paper: str, text: str) -> tuple[str, tuple[str, ...]]:
    """Part a paper's text from the block of signatures at its end.

    Args:
        paper: The text, one line a line, without headers and footers of pages.
        text: The version's text; where it ends with a line, or has it, that line is no seal.

    Returns:
        The text before the block, and the lines of the block; none when there is no block.
    """
    lines = paper.split("\n")
    own, end = {squeezed(line) for line in text.split("\n")}, squeezed(text)
    start = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        if name := squeezed(lines[at]):
            if name in own or end.endswith(name) or not _signs(lines[at]):
                break
            start = at
    block = tuple(" ".join(line.split()) for line in lines[start:] if line.strip())
    return "\n".join(lines[:start]), block


def _signs(line: str) -> bool:
    """Whether a line belongs to a block of signatures."""
    plain = unicodedata.normalize("NFKC", " ".join(line.split()))
    if len(plain) > _LONGEST or _SENTENCE.search(plain):
        return False
    return bool(_HAN.fullmatch(squeezed(line)) or _LATIN.fullmatch(plain))
