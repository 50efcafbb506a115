"""Every label in every catalog, and every label that a template prints is there."""

import datetime as dt
import re
from pathlib import Path
from typing import get_args

import pytest

from clausepress.api import forms
from clausepress.archive.model import Status
from clausepress.compare import show_html
from clausepress.errors import ClausepressError
from clausepress.i18n import available_languages, labels
from clausepress.resources import resource
from clausepress.site import notices
from clausepress.site.pages import centre


def messages(lang: str) -> dict[str, str]:
    return labels(lang)._messages


def test_catalogs_have_the_same_labels_and_placeholders() -> None:
    first, *others = available_languages()
    for lang in others:
        assert messages(lang).keys() == messages(first).keys()
        for key, text in messages(lang).items():
            found, expected = (
                re.findall(r"\{\w+\}", each) for each in (text, messages(first)[key])
            )
            assert sorted(found) == sorted(expected), key


def test_every_printed_label_is_in_the_catalog_and_none_lies_idle() -> None:
    root = Path(resource("overrides"))
    texts = [path.read_text("utf-8") for path in root.rglob("*.html")]
    code = Path(__file__).parents[2] / "src" / "clausepress"
    rooms = ("site/**/*.py", "api/*.py", "i18n.py", "archive/editions.py", "compare/*.py")
    texts += [path.read_text("utf-8") for room in rooms for path in code.glob(room)]
    printed = set()
    for text in texts:
        call = r"(?:(?<!lang\.)\bt|self|words|labels\(\w+\))"
        printed.update(re.findall(call + r"""\(\s*["']([^"']+)["']""", text))
    printed |= {*get_args(Status), *forms._SHOWN.values(), *forms._WORDS.values()}
    printed |= {*notices.KINDS.values(), *centre.AUDIENCES.values()}
    printed |= set(show_html.CLASS_WORDS.values())
    printed |= {"Refuse", "Allow"}  # the words of each purpose's pair of buttons
    known = set(messages("en"))
    assert printed - known == set()
    assert known - printed == set()


def test_no_chinese_label_is_left_in_english() -> None:
    same = {key for key, text in messages("zh").items() if text == key}
    assert same <= {"Cookies"}


def test_dates_are_in_the_readers_words() -> None:
    day = dt.date(2021, 1, 18)
    assert labels("zh").date(day) == "2021年1月18日"
    assert labels("en").date(day) == "18 January 2021"
    assert labels("zh").date(None) == "未载明"


def test_an_unknown_language_says_what_to_do() -> None:
    with pytest.raises(ClausepressError, match="no message catalog for the language 'xx'"):
        labels("xx")
