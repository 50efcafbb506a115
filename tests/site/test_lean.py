"""What our pages take from the theme: the rules that they use, and none of its script."""

import re
from pathlib import Path

import pytest
from changed_site import CONFIG, write_site
from hypothesis import given
from hypothesis import strategies as st

from clausepress.site.build import build_site
from clausepress.site.lean import pruned, without_unused

NAMES = st.sampled_from(["a", "b", "md-x", "md-x__y"])
SELECTORS = st.builds(lambda names: "".join(f".{name}" for name in names), st.lists(NAMES))
RULES = st.lists(st.tuples(st.lists(SELECTORS, min_size=1), st.booleans()), max_size=6)


@given(RULES, st.sets(NAMES))
def test_a_selector_stays_if_pages_print_all_its_names(
    rules: list[tuple[list[str], bool]], words: set[str]
) -> None:
    def printed(selectors: list[str], wide: bool) -> str:
        rule = ",".join(f"p{each}" for each in selectors) + '{content:"};{"}'
        return f"@media (min-width:9em){{{rule}}}" if wide else rule

    def kept(selectors: list[str]) -> list[str]:
        return [each for each in selectors if set(re.findall(r"[\w-]+", each)) <= words]

    expected = "".join(printed(kept(each), wide) for each, wide in rules if kept(each))
    assert pruned("".join(printed(*each) for each in rules), words) == expected


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("p:not(.gone){color:red}", "p:not(.gone){color:red}"),
        ("[data-x=gone]{color:red}[data-x=here]{top:0}", "[data-x=here]{top:0}"),
        ("a:is(.gone,.here) .gone,b{top:0}", "b{top:0}"),
        ('@charset "x";/* .a{ */b{top:0}', "b{top:0}"),
        ("@supports (top:0){.gone{top:0}}", ""),
        ("@keyframes x{0%{top:0}to{top:1px}}", "@keyframes x{0%{top:0}to{top:1px}}"),
    ],
)
def test_what_is_left_of_a_rule(css: str, left: str) -> None:
    assert pruned(css, {"here"}) == left


def test_pictures_that_nothing_shows_are_left_out() -> None:
    css = ":root{--a:url('data:,;}{');--b:1}@media print{p{--a:2}}p{top:var(--b)}"
    assert without_unused(css, {"--b"}) == ":root{--b:1}p{top:var(--b)}"


def test_pages_have_the_theme_they_use_and_others_all_of_it(tmp_path: Path) -> None:
    config = write_site(tmp_path)
    (tmp_path / "docs/about.md").write_text("# About\n", "utf-8")
    site = build_site(config, strict=True)
    ours = (site / "zh/terms/index.html").read_text("utf-8")
    theirs = (site / "about/index.html").read_text("utf-8")
    assert "bundle" not in ours
    assert "stylesheets/main" not in ours
    assert "bundle" in theirs
    assert "stylesheets/main" in theirs
    whole = next((site / "assets/stylesheets").glob("main.*.css")).stat().st_size
    assert (site / "assets/theme.css").stat().st_size < whole / 3


@pytest.mark.parametrize(
    "setting",
    [
        "extra_javascript: [mine.js]\n",
        "theme: {name: material, palette: [{toggle: {icon: material/eye, name: x}}]}\n",
    ],
)
def test_a_site_that_asks_more_of_the_theme_keeps_it(tmp_path: Path, setting: str) -> None:
    config = write_site(tmp_path)
    (tmp_path / "docs/mine.js").write_text("", "utf-8")
    own = "site_name: Policies\nplugins: [clausepress]\n" if setting[0] == "t" else CONFIG
    config.write_text(f"{own}{setting}", "utf-8")
    site = build_site(config)
    page = (site / "zh/terms/index.html").read_text("utf-8")
    assert "bundle" in page
    assert "stylesheets/main" in page
    assert not (site / "assets/theme.css").exists()
