"""Slips in names, and numbers in words: the readers behind the rules, on generated input."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from lint_samples import HEADS, TAILS, opened

from clausepress.text.lint.amounts import read_en, read_zh
from clausepress.text.lint.run import check_text
from clausepress.text.lint.variants import slips_en, slips_zh

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
WORD = st.text(st.characters(min_codepoint=0x61, max_codepoint=0x7A), min_size=6, max_size=9)


@given(st.lists(HAN, min_size=4, max_size=8, unique=True), st.data())
def test_a_name_with_one_inner_character_replaced_is_a_slip(
    chars: list[str], data: st.DataObject
) -> None:
    term = "".join(chars)
    at = data.draw(st.integers(1, len(term) - 2))
    other = data.draw(HAN.filter(lambda char: char not in term))
    slip = term[:at] + other + term[at + 1 :]
    text = f"。{term}。{term}。{term}。{slip}。"
    assert slips_zh(term, text, company=False) == [slip]
    assert slips_zh(term, f"。{term}。{slip}。", company=False) == []


@given(WORD)
def test_a_plural_is_no_slip_and_a_doubled_letter_is_one(word: str) -> None:
    term = "Q" + word.rstrip("s") + "q"
    text = f"The {term} and the {term}s, each {term}’s own, and {term}."
    assert slips_en({term}, text) == {}
    doubled = term + "q"
    assert slips_en({term}, f"{text} {doubled} pays.") == {doubled: term}


def test_the_product_of_the_title_is_no_slip_of_the_company_until_it_acts(tmp_path: Path) -> None:
    head = HEADS["zh"].replace("示例云平台协议", "竹溪短信服务条款")
    body = (
        "一、总则\n\n1.1 竹溪通信有限公司（以下简称“竹溪通信”）提供服务。\n\n"
        "1.2 竹溪通信保障接口的稳定，竹溪通信公布价格。\n\n1.3 竹溪通信可以另行通知您。\n\n"
    )
    found = {}
    for words in ("竹溪短信的价格另行公布。", "竹溪短信有权另行公布价格。"):
        text = f"{head}\n{body}1.4 {words}\n\n{TAILS['zh']}\n"
        found[words] = [each.rule for each in check_text(opened(tmp_path, text, "zh"))]
    assert list(found.values()) == [[], ["term-spelling"]]


UNITS = ("", "拾", "佰", "仟")


def in_words_zh(value: int) -> str:
    """A number below 10¹² in financial digits, as it is written on bills."""
    said = ""
    for power, myriad in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, value = divmod(value, power)
        digits = "".join(
            "零壹贰叁肆伍陆柒捌玖"[int(digit)] + (UNITS[3 - place] if digit != "0" else "")
            for place, digit in enumerate(f"{part:04}")
        )
        said += digits.rstrip("零") + myriad if part else "零"
    return said.strip("零").replace("零零", "零").replace("零零", "零")


@given(st.integers(1, 10**12 - 1))
def test_a_chinese_amount_reads_back(value: int) -> None:
    assert read_zh(in_words_zh(value)) == value


ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def in_words_en(value: int) -> str:
    """A number below 10⁶ in English words."""
    if value >= 1000:
        rest = f" {in_words_en(value % 1000)}" if value % 1000 else ""
        return f"{in_words_en(value // 1000)} thousand{rest}"
    if value >= 100:
        rest = f" and {in_words_en(value % 100)}" if value % 100 else ""
        return f"{in_words_en(value // 100)} hundred{rest}"
    if value >= 20:
        rest = f"-{in_words_en(value % 10)}" if value % 10 else ""
        return TENS.split()[value // 10 - 2] + rest
    return ONES.split()[value]


@given(st.integers(1, 10**6 - 1))
def test_an_english_amount_reads_back(value: int) -> None:
    assert read_en(in_words_en(value)) == value


def test_words_that_are_no_one_number_are_not_read() -> None:
    assert read_zh("二零二六") is None
    assert read_en("ten two") is None
