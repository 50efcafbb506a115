"""What applied on a day, and the dated states that Memento tells of."""

import contextlib
import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.archive import lifecycle
from clausepress.archive.as_of import Period, applied, periods
from clausepress.archive.memento import (
    Memento,
    accepted_day,
    history,
    http_date,
    link_header,
    timemap,
)
from clausepress.archive.model import VersionFile

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2020, 2, 15))
FIRST, SECOND = dt.date(2019, 9, 16), dt.date(2021, 1, 25)
VERSIONS = [("a", FIRST), ("b", SECOND)]
PAGES = {"a": "zh/privacy/a/", "b": "zh/privacy/b/"}


def test_each_version_applies_until_the_day_before_the_next() -> None:
    found = periods(VERSIONS)
    assert found == (Period("a", FIRST, dt.date(2021, 1, 24)), Period("b", SECOND, None))
    answers = {
        dt.date(2019, 9, 15): None,
        dt.date(2019, 9, 16): "a",
        dt.date(2020, 6, 1): "a",
        dt.date(2021, 1, 24): "a",
        dt.date(2021, 1, 25): "b",
        dt.date.max: "b",
    }
    for day, version in answers.items():
        then = applied(found, day)
        assert (then.version if then else None) == version, day


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([], ()),
        ([("a", None)], ()),
        ([("a", None), ("b", None)], ()),
        ([("a", None), ("b", SECOND)], (Period("b", SECOND),)),
        ([("a", SECOND), ("b", SECOND)], (Period("b", SECOND),)),
        ([("a", SECOND), ("b", FIRST)], (Period("b", FIRST),)),
        ([("a", dt.date.min), ("b", dt.date.max)],
         (Period("a", dt.date.min, dt.date(9999, 12, 30)), Period("b", dt.date.max))),
    ],
    ids=["none", "undated", "all undated", "one undated", "same day", "against rank", "far ends"],
)  # fmt: skip
def test_odd_dates(
    versions: list[tuple[str, dt.date | None]], expected: tuple[Period, ...]
) -> None:
    assert periods(versions) == expected


@given(st.lists(DAYS | st.none(), max_size=8), DAYS)
def test_a_day_has_the_version_that_the_site_had_in_force(
    days: list[dt.date | None], on: dt.date
) -> None:
    files = [VersionFile(f"v{i}", effective_on=day, order=i + 1) for i, day in enumerate(days)]
    in_force = lifecycle.current([file for file in files if file.effective_on], on)
    found = periods((file.id, file.effective_on) for file in files)
    then = applied(found, on)
    assert (then.version if then else None) == (in_force.id if in_force else None)
    for older, newer in pairwise(found):
        assert older.ends == newer.begins - dt.timedelta(days=1)


def test_a_day_begins_at_midnight_in_china() -> None:
    assert http_date(SECOND) == "Sun, 24 Jan 2021 16:00:00 GMT"
    assert accepted_day("Sun, 24 Jan 2021 15:59:59 GMT") == dt.date(2021, 1, 24)
    assert accepted_day("Sun, 24 Jan 2021 16:00:00 GMT") == SECOND


@given(st.dates(dt.date(1000, 1, 2)))
def test_the_date_of_a_memento_is_the_day_it_answers_for(day: dt.date) -> None:
    assert accepted_day(http_date(day)) == day


def test_the_last_and_a_leap_second_are_dates() -> None:
    assert accepted_day("Fri, 31 Dec 9999 23:59:59 GMT") == dt.date.max
    assert accepted_day("Sat, 31 Dec 2016 23:59:60 GMT") == dt.date(2017, 1, 1)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2021-01-25",
        "Mon, 25 Jan 2021 00:00:00",
        "Mon, 25 Jan 2021 00:00:00 +0800",
        "Mon, 32 Jan 2021 00:00:00 GMT",
        "Mon, 29 Feb 2021 00:00:00 GMT",
        "Mon, 25 Jan 2021 24:00:00 GMT",
        "Mon, 25 Jan 2021 00:00:61 GMT",
        "Monday, 25-Jan-21 00:00:00 GMT",
        "Mon Jan 25 00:00:00 2021",
        "Mon, 25 Jan 2021 00:00:00 gmt",
        "Mon, ２５ Jan 2021 00:00:00 GMT",
        "Mon, 25 Jan 0000 00:00:00 GMT",
    ],
)
def test_other_dates_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        accepted_day(value)


@given(st.text())
def test_any_other_text_is_a_date_or_refused(value: str) -> None:
    with contextlib.suppress(ValueError):
        accepted_day(value)


def test_what_has_not_begun_or_has_no_edition_is_no_memento() -> None:
    found = history("zh/privacy/", VERSIONS, PAGES, dt.date(2020, 1, 1))
    assert found.mementos == (Memento("zh/privacy/a/", FIRST),)
    found = history("en/privacy/", VERSIONS, {"b": "en/privacy/b/"}, dt.date(2022, 1, 1))
    assert found.mementos == (Memento("en/privacy/b/", SECOND),)
    assert [each.version for each in found.periods] == ["a", "b"]


def test_the_timemap_lists_original_timegate_and_every_memento() -> None:
    found = history("zh/privacy/", VERSIONS, PAGES, dt.date(2022, 1, 1))
    assert timemap(found, "https://example.com/").decode() == (
        '<https://example.com/zh/privacy/>; rel="original",\n'
        '<https://example.com/v1/timegate/zh/privacy>; rel="timegate",\n'
        '<https://example.com/zh/privacy/timemap.link>; rel="self";'
        ' type="application/link-format"; from="Sun, 15 Sep 2019 16:00:00 GMT";'
        ' until="Sun, 24 Jan 2021 16:00:00 GMT",\n'
        '<https://example.com/zh/privacy/a/>; rel="first memento";'
        ' datetime="Sun, 15 Sep 2019 16:00:00 GMT",\n'
        '<https://example.com/zh/privacy/b/>; rel="last memento";'
        ' datetime="Sun, 24 Jan 2021 16:00:00 GMT"\n'
    )


def test_one_memento_is_first_and_last_and_none_leaves_the_map_sound() -> None:
    one = history("zh/x/", VERSIONS[:1], {"a": "zh/x/a/"}, SECOND, "https://api.example/v1/")
    assert b'<../../zh/x/a/>; rel="first last memento"' in timemap(one, "../../")
    assert b"<https://api.example/v1/timegate/zh/x>" in timemap(one, "../../")
    none = history("zh/x/", [("a", None)], {"a": "zh/x/a/"}, SECOND)
    assert timemap(none, "../../").count(b"rel=") == 3


def test_a_memento_leads_to_its_neighbours_and_to_the_latest() -> None:
    versions = [(name, dt.date(2020, month, 1)) for month, name in enumerate("abcde", 1)]
    pages = {name: f"zh/x/{name}/" for name in "abcde"}
    found = history("zh/x/", versions, pages, dt.date(2021, 1, 1))
    rels = {link.target: link.rel for link in found.links("zh/x/c/")}
    assert rels == {
        "zh/x/": "original latest-version",
        "v1/timegate/zh/x": "timegate",
        "zh/x/timemap.link": "timemap",
        "zh/x/archive/": "version-history",
        "zh/x/a/": "first memento",
        "zh/x/b/": "prev predecessor-version memento",
        "zh/x/c/": "memento",
        "zh/x/d/": "next successor-version memento",
    }
    header = link_header(found.links("zh/x/"), "https://example.com/")
    assert "\n" not in header
    assert 'rel="original"' not in header
