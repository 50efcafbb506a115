"""Outputs kept between builds: found by all that went into them, never when damaged."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.site.cache import Cache, cache_key

KEY = cache_key("page", "zh/privacy/")


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_output_is_found_again_by_another_build(tmp_path: Path) -> None:
    Cache(tmp_path).put(KEY, "正文".encode())
    assert Cache(tmp_path).get(KEY) == "正文".encode()
    assert Cache(tmp_path).get(cache_key("page", "en/privacy/")) is None


@pytest.mark.parametrize("keep", [0, 10, 32, 33])
def test_a_file_cut_short_is_no_hit(tmp_path: Path, keep: int) -> None:
    Cache(tmp_path).put(KEY, b"a whole page")
    [path] = stored(tmp_path)
    path.write_bytes(path.read_bytes()[:keep])
    assert Cache(tmp_path).get(KEY) is None


def test_a_changed_byte_is_no_hit(tmp_path: Path) -> None:
    Cache(tmp_path).put(KEY, b"a whole page")
    [path] = stored(tmp_path)
    data = bytearray(path.read_bytes())
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert Cache(tmp_path).get(KEY) is None


def test_what_a_build_did_not_use_is_removed(tmp_path: Path) -> None:
    old = Cache(tmp_path)
    other = cache_key("other")
    old.put(KEY, b"kept")
    old.put(other, b"no longer made")
    new = Cache(tmp_path)
    new.get(KEY)
    new.sweep()
    assert Cache(tmp_path).get(KEY) == b"kept"
    assert Cache(tmp_path).get(other) is None
    assert len(stored(tmp_path)) == 1


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    cache = Cache(blocked)
    cache.put(KEY, b"page")
    assert cache.get(KEY) is None
    cache.sweep()


@given(st.lists(st.text(max_size=8), max_size=4), st.lists(st.text(max_size=8), max_size=4))
def test_different_inputs_have_different_keys(first: list[str], second: list[str]) -> None:
    assert (cache_key(*first) == cache_key(*second)) == (first == second)
