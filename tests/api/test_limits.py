"""Rates, addresses and proxies."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.api.limits import Limits, Proxies, RateLimit
from clausepress.ledger import SetupError

CLIENT, OTHER = "198.51.100.7", "198.51.100.8"


class Clock:
    """A time that the test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_the_rate_then_quiet() -> None:
    clock = Clock()
    limit = RateLimit(rate=2, burst=3, clock=clock)
    assert [limit.wait(CLIENT) for _ in range(5)] == [0, 0, 0, 1, 1]
    assert limit.wait(OTHER) == 0
    clock.now += 0.5
    assert [limit.wait(CLIENT) for _ in range(2)] == [0, 1]
    clock.now += 60
    assert [limit.wait(CLIENT) for _ in range(4)] == [0, 0, 0, 1]


@given(
    st.lists(st.floats(0, 3), max_size=80),
    st.floats(0.1, 50),
    st.integers(1, 20),
)
def test_never_more_than_burst_and_rate(pauses: list[float], rate: float, burst: int) -> None:
    """In any stretch of time, and what `wait` tells is long enough."""
    clock = Clock()
    limit = RateLimit(rate, burst, clock=clock)
    taken: list[float] = []
    for pause in pauses:
        clock.now += pause
        seconds = limit.wait(CLIENT)
        if not seconds:
            taken.append(clock.now)
            continue
        clock.now += seconds
        assert limit.wait(CLIENT) == 0
        taken.append(clock.now)
    for first, start in enumerate(taken):
        for last, end in enumerate(taken[first:], first):
            assert last - first + 1 <= burst + rate * (end - start) + 1e-6


def test_memory_is_bounded_and_the_quiet_are_forgotten_first() -> None:
    limit = RateLimit(rate=1, burst=1, size=10, clock=Clock())
    for number in range(100):
        assert limit.wait(CLIENT) == (1 if number else 0)
        assert limit.wait(f"203.0.113.{number}") == 0
        assert len(limit._full_at) <= 10
    assert all(CLIENT.encode() not in key and len(key) == 16 for key in limit._full_at)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", CLIENT, True),
        ("fe80::1%eth0", "fe80::2", True),
        (CLIENT, OTHER, False),
    ],
)
def test_whose_bucket_it_is(one: str, two: str, same: bool) -> None:
    limit = RateLimit(rate=1, burst=1, clock=Clock())
    assert limit.wait(one) == 0
    assert bool(limit.wait(two)) == same


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "testclient"]
)
def test_this_machine_is_not_limited(address: str) -> None:
    limit = RateLimit(rate=1, burst=1, clock=Clock())
    assert [limit.wait(address) for _ in range(3)] == [0, 0, 0]


def resolved(proxies: str, peer: str, *forwarded: str, proto: str = "") -> tuple[str, str]:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    headers += [(b"x-forwarded-proto", proto.encode())] * bool(proto)
    scope: dict[str, Any] = {"client": (peer, 1), "scheme": "http", "headers": headers}
    Proxies.parse(proxies).resolve(scope)
    return scope["client"][0], scope["scheme"]


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "client"),
    [
        ("", "10.0.0.1", [CLIENT], "10.0.0.1"),
        ("10.0.0.0/8", OTHER, [CLIENT], OTHER),
        ("10.0.0.0/8", "10.0.0.1", [CLIENT], CLIENT),
        ("10.0.0.0/8", "10.0.0.1", [f"{OTHER}, {CLIENT}"], CLIENT),  # the first is the client's say
        ("10.0.0.0/8", "10.0.0.1", [f"{OTHER}, {CLIENT}, 10.0.0.9"], CLIENT),
        ("10.0.0.0/8", "10.0.0.1", [OTHER, CLIENT], CLIENT),
        ("10.0.0.0/8", "10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", ["10.0.0.2, 10.0.0.3"], "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", [f"{CLIENT}, unknown"], "10.0.0.1"),
        ("10.0.0.0/8,2001:db8::/32", "2001:db8::1", ["2001:db9::5"], "2001:db9::5"),
    ],
)
def test_the_client_behind_proxies(
    proxies: str, peer: str, forwarded: list[str], client: str
) -> None:
    assert resolved(proxies, peer, *forwarded)[0] == client


def test_the_scheme_is_told_by_a_proxy_only() -> None:
    assert resolved("10.0.0.1", "10.0.0.1", CLIENT, proto="https") == (CLIENT, "https")
    assert resolved("10.0.0.1", "10.0.0.1", CLIENT, proto="gopher") == (CLIENT, "http")
    assert resolved("", "10.0.0.1", CLIENT, proto="https") == ("10.0.0.1", "http")


@given(st.text(max_size=200))
def test_whatever_stands_in_the_header_the_client_is_an_address(text: str) -> None:
    line = text.encode("latin-1", "replace").decode("latin-1")
    ipaddress.ip_address(resolved("10.0.0.1", "10.0.0.1", line)[0].partition("%")[0])


def test_settings() -> None:
    assert Limits.parse("") == Limits()
    assert Limits.parse(" rate = 5 , deadline=2.5,") == Limits(rate=5, deadline=2.5)
    for text in ("rate=0", "rate", "speed=5", "burst=1.5", "deadline=-1", "rate=nan", "rate=inf"):
        with pytest.raises(SetupError, match=r"CLAUSEPRESS_LIMITS: .*name=value"):
            Limits.parse(text)
    for text in ("10.0.0.1/8", "proxy.example"):
        with pytest.raises(SetupError, match=r"CLAUSEPRESS_PROXIES: .*10\.0\.0\.0/8"):
            Proxies.parse(text)
