"""How long a text is, and how long it takes to read."""

from hypothesis import given
from hypothesis import strategies as st

from clausepress.text.model import Clause, Edition, Paragraph, Run, Table
from clausepress.text.reading import length


def edition(*texts: str) -> Edition:
    blocks = tuple(Paragraph((Run(text),)) for text in texts)
    return Edition("zh", "条款", clauses=(Clause("c1", number="1.1", blocks=blocks),))


def test_characters_and_words_are_counted_apart() -> None:
    found = length(edition("我们使用 third-party SDKs，共 1,200 个。"))
    assert (found.characters, found.words, found.minutes) == (2 + 6, 3, 1)


def test_headings_tables_and_the_preface_count_and_numbers_do_not() -> None:
    cell = (Run("甲乙"),)
    text = Edition(
        "zh",
        "条款",
        preface=(Paragraph((Run("序言"),)),),
        clauses=(Clause("c1", "一、", (Run("标题"),), (Table((cell,), ((cell,),)),)),),
    )
    assert length(text).characters == 2 + 2 + 2 + 4


def test_minutes_follow_the_speed_of_each_script() -> None:
    assert length(edition("字" * 348)).minutes == 1
    assert length(edition("字" * 349)).minutes == 2
    assert length(edition("word " * 475)).minutes == 3


@given(st.text(max_size=60), st.text(max_size=60))
def test_more_text_never_takes_less_time(first: str, second: str) -> None:
    one, both = length(edition(first)), length(edition(first, second))
    assert one.minutes <= both.minutes
    assert one.characters <= both.characters
