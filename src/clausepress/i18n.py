"""Labels and dates in a reader's language: gettext catalogs read as they are, dates by Babel.

A language is there when it has a catalog; its locale and its ``lang`` attribute are entries of
the catalog itself, so a third language needs no code.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Literal

from babel.core import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.units import format_unit

from clausepress.errors import ClausepressError

_LOCALES = Path(__file__).parent / "locale"


class Labels:
    """The labels of one language.

    Attributes:
        lang: Language of the sources it serves, e.g. ``zh``.
        html_lang: Value for ``lang`` attributes, e.g. ``zh-Hans``.
        locale: Babel locale for dates, e.g. ``zh_Hans_CN``.
        name: The language's own name.
    """

    def __init__(self, lang: str, messages: dict[str, str]) -> None:
        self.lang = lang
        self._messages = messages
        self.html_lang = self("(html lang)")
        self.locale = self("(locale)")
        self.name = self("(language name)")

    def __call__(self, message: str, **values: object) -> str:
        """Return a label, its ``{placeholders}`` filled in.

        Raises:
            KeyError: The catalog has no such label: a fault of the program, found by a test.
        """
        text = self._messages[message]
        return text.format(**values) if values else text

    def date(self, date: dt.date | None) -> str:
        """Return a date in words, or the label for a date the text does not state."""
        if date is None:
            return self("not stated")
        return format_date(date, format="long", locale=self.locale)

    def language(self, lang: str) -> str:
        """Return the name of a language in the words of this one: ``Chinese``."""
        return str(Locale.parse(self.locale).languages[lang.split("-")[0]])

    def number(self, number: float) -> str:
        """Return a number as the language writes it: ``6,308``."""
        return format_decimal(number, locale=self.locale)

    def quantity(self, number: float, unit: str) -> str:
        """Return a number with its unit in words, in the plural the language asks for: ``2 days``.

        Args:
            number: The number.
            unit: A unit of CLDR, e.g. ``duration-day``.
        """
        # Babel finds no long form where CLDR says that it is the short one.
        form: Literal["short", "long"] = "short" if self("(form of units)") == "short" else "long"
        return format_unit(number, unit, form, locale=self.locale)


def counted(number: int, noun: str) -> str:
    """Return a number with its English noun: ``1 policy``, ``2 policies``, ``0 files``."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("cy") else f"{noun}s"
    return f"{number} {plural}"


def available_languages() -> tuple[str, ...]:
    """Languages that have a catalog, sorted."""
    return tuple(sorted(path.parent.parent.name for path in _LOCALES.glob("*/LC_MESSAGES/*.po")))


@cache
def labels(lang: str) -> Labels:
    """Return the labels of a language.

    Raises:
        ClausepressError: There is no catalog for it.
    """
    path = _LOCALES / lang / "LC_MESSAGES" / "clausepress.po"
    if not path.is_file():
        raise ClausepressError(
            f"there is no message catalog for the language '{lang}'\n"
            f"  fix: name the file after one of {', '.join(available_languages())},"
            " or add a catalog"
        )
    with path.open("rb") as stream:
        catalog = read_po(stream, locale=lang)
    messages = {str(entry.id): str(entry.string) for entry in catalog if entry.id and entry.string}
    return Labels(lang, messages)
