"""Outputs kept between builds: found by all that went into them, never when damaged."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.site.cache import Cache, cache_key, place_copy, place_output

KEY = cache_key("page", "zh/privacy/")


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*/*") if path.is_file()]


def kept(folder: Path, *outputs: tuple[str, bytes]) -> None:
    cache = Cache(folder)
    for key, output in outputs:
        cache.put(key, output)
    cache.finish()


def test_an_output_is_found_again_by_another_build(tmp_path: Path) -> None:
    kept(tmp_path, (KEY, "正文".encode()))
    assert Cache(tmp_path).get(KEY) == "正文".encode()
    assert Cache(tmp_path).get(cache_key("page", "en/privacy/")) is None


@pytest.mark.parametrize("keep", [0, 1, 11])
def test_a_file_cut_short_is_no_hit(tmp_path: Path, keep: int) -> None:
    kept(tmp_path, (KEY, b"a whole page"))
    [path] = stored(tmp_path)
    path.write_bytes(path.read_bytes()[:keep])
    assert Cache(tmp_path).get(KEY) is None


def test_a_changed_byte_is_no_hit(tmp_path: Path) -> None:
    kept(tmp_path, (KEY, b"a whole page"))
    [path] = stored(tmp_path)
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert Cache(tmp_path).get(KEY) is None


@pytest.mark.parametrize("index", [b"", b"\xff", b"a b c\n\n", KEY.encode() + b" 00\n"])
def test_a_damaged_index_is_no_hit(tmp_path: Path, index: bytes) -> None:
    kept(tmp_path, (KEY, b"a whole page"))
    (tmp_path / "index").write_bytes(index)
    assert Cache(tmp_path).get(KEY) is None


def test_an_output_is_put_into_a_site_as_a_link(tmp_path: Path) -> None:
    kept(tmp_path / "cache", (KEY, b"page"))
    cache, site = Cache(tmp_path / "cache"), tmp_path / "site"
    assert cache.place(KEY, site / "zh/index.html")
    [path] = stored(tmp_path / "cache")
    assert (site / "zh/index.html").samefile(path)
    assert not cache.place(cache_key("other"), site / "en/index.html")
    assert not (site / "en").exists()


def test_a_file_of_a_site_that_was_written_over_is_no_hit_and_keeps_its_bytes(
    tmp_path: Path,
) -> None:
    site, folder = tmp_path / "page.html", tmp_path / "cache"
    kept(folder, (KEY, b"page"))
    Cache(folder).place(KEY, site)
    site.write_bytes(b"minified")
    assert Cache(folder).get(KEY) is None
    kept(folder, (KEY, b"page"))
    assert site.read_bytes() == b"minified"
    assert Cache(folder).get(KEY) == b"page"


def test_what_a_build_did_not_use_is_removed(tmp_path: Path) -> None:
    other, held = cache_key("other"), cache_key("held")
    kept(tmp_path, (KEY, b"kept"), (other, b"no longer made"), (held, b"held"))
    new = Cache(tmp_path)
    new.get(KEY)
    new.hold(held)
    new.hold(cache_key("never made"))
    new.finish()
    found = Cache(tmp_path)
    assert [found.get(key) for key in (KEY, other, held)] == [b"kept", None, b"held"]
    assert len(stored(tmp_path)) == 2


@pytest.mark.parametrize("cached", [False, True])
def test_files_are_copied_with_and_without_a_cache(tmp_path: Path, cached: bool) -> None:
    source, site = tmp_path / "manifest.json", tmp_path / "site"
    source.write_bytes(b"{}")
    for turn in ("first", "second"):
        cache = Cache(tmp_path / "cache") if cached else None
        place_copy(source, site / turn / "a.json", cache)
        place_output(b"<p>", site / turn / "b.html", cache)
        if cache:
            cache.finish()
        assert (site / turn / "a.json").read_bytes() == b"{}"
        assert (site / turn / "b.html").read_bytes() == b"<p>"
        assert not (site / turn / "a.json").samefile(source)


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    cache = Cache(blocked)
    cache.put(KEY, b"page")
    assert cache.get(KEY) is None
    place_output(b"page", tmp_path / "site/page.html", cache)
    assert (tmp_path / "site/page.html").read_bytes() == b"page"
    cache.finish()


@given(st.lists(st.text(max_size=8), max_size=4), st.lists(st.text(max_size=8), max_size=4))
def test_different_inputs_have_different_keys(first: list[str], second: list[str]) -> None:
    assert (cache_key(*first) == cache_key(*second)) == (first == second)
