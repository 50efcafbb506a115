"""Folds what people type on a telephone to one spelling: width, case, look-alikes, noise.

Source of the order: decode, NFKC and casefold as UAX 15 and 31 have them; here NFKD, so that
accents fall away as well (ARRÊT is ARRET).
"""

import re
import unicodedata
from typing import Final

# Letters that look like Latin ones in capitals, as they stand after casefolding. Not the whole of
# UTS 39: only letters that occur in opt-out words and brand names.
_CYRILLIC: Final = dict(zip("авекмнорстухіјѕԁԛԝһү", "abekmhopctyxijsdqwhy", strict=True))
_GREEK: Final = dict(zip("αβεζηικμνορτυχϲ", "abezhikmnoptyxc", strict=True))
_OTHER: Final = {"丅": "t", "ı": "i", "ⲧ": "t", "ꓔ": "t", "ꓓ": "d"}
_TRADITIONAL: Final = dict(
    zip(
        "訂閱絕發別擾請騷過誤給煩廣訊條閉關無該願續還來為這個時會沒說單號碼證驗見後對錯謝問題離壞"
        "復覆麼麽應傳銷讓動機準許註冊興",
        "订阅绝发别扰请骚过误给烦广讯条闭关无该愿续还来为这个时会没说单号码证验见后对错谢问题离坏"
        "复复么么应传销让动机准许注册兴",
        strict=True,
    )
)
# White letters on dark circles and squares have no decomposition.
_ENCLOSED: Final = {chr(first + i): chr(97 + i) for first in (0x1F150, 0x1F170) for i in range(26)}
_LETTERS: Final = str.maketrans(_CYRILLIC | _GREEK | _OTHER | _TRADITIONAL | _ENCLOSED)
_SKELETON: Final = str.maketrans("01", "ol")

_ENDS: Final = frozenset(",.!?;:…。！？；：，、\n\r")
# Within a word: TD-example, don't.
_JOINS: Final = frozenset("-‐‑‒–—_−'’‘ʼ`´")


def decode(octets: bytes, data_coding: int | None = None) -> str:
    """The text of a message as octets; never fails, a wrong byte shows as U+FFFD.

    Args:
        octets: The body or the user data.
        data_coding: 8 for UCS-2 (SMPP 3.4 section 5.2.19, CMPP), 15 for GB 18030 (CMPP Msg_Fmt);
            anything else is UTF-8, and GB 18030 where it is not.
    """
    if data_coding == 8:
        return octets.decode("utf-16-be", "replace")
    try:
        return octets.decode("gb18030" if data_coding == 15 else "utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("gb18030", "replace")


def fold(text: str) -> list[str]:
    """The clauses of a message, each in words with one space between; blank ones are left out.

    Small letters, without accents, emoji, punctuation and unseen characters; traditional letters
    of the words that matter are simplified, look-alikes Latin.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    plain = unicodedata.normalize("NFKD", plain).translate(_LETTERS)
    kept = "".join(map(_keep, plain))
    clauses = (" ".join(part.split()) for part in kept.split("\n"))
    return [clause for clause in clauses if clause]


def _keep(character: str) -> str:
    """What stands for a character: itself, an end of the clause, a gap or nothing."""
    if character.isalnum():
        return character
    if character in _ENDS:
        return "\n"
    if character in _JOINS:
        return ""
    category = unicodedata.category(character)
    return " " if character == "\t" or category[0] in "PZ" or category in {"Sm", "Sc"} else ""


def compact(clauses: list[str]) -> str:
    """All clauses in one word, without any space."""
    return "".join(clauses).replace(" ", "")


def skeleton(word: str) -> str:
    """What a compact word looks like: zero is o, one is l."""
    return word.translate(_SKELETON)


def is_latin(word: str) -> bool:
    """Whether a folded word is of Latin letters and digits only."""
    return bool(re.fullmatch(r"[a-z0-9]+", word))
