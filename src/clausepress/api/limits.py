"""How much is taken from whom: the numbers, and a token bucket for each client address."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from secrets import token_bytes
from socket import AF_INET, AF_INET6, inet_pton
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta
from starlette.datastructures import Headers
from starlette.types import Scope

from clausepress.ledger import SetupError

_Positive = Annotated[float, Meta(gt=0, le=1e6)]  # an end to it, so that nothing waits for ever
_Count = Annotated[int, Meta(ge=1)]

_IPV4: Final = 4
_THIS_MACHINE: Final = 127
_LOOPBACK: Final = inet_pton(AF_INET6, "::1")
_MAPPED: Final = bytes(10) + b"\xff\xff"
_SUBSCRIBER: Final = 8  # bytes of an IPv6 address: a subscriber gets a /64 at least


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a server takes, from CLAUSEPRESS_LIMITS: `rate=50,deadline=5`.

    Attributes:
        rate: Requests a second from one address (IPv6: from one /64), on average.
        burst: Requests at once from one address that was quiet.
        requests: Requests under way at once.
        connections: Open connections; keep it below the process's limit of open files.
        deadline: Seconds a request waits for the store.
        header_seconds: Seconds in which the headers of a request are there.
        header_bytes: Bytes of request line and headers.
        header_count: Header lines of a request.
        keep_alive: Seconds a connection may be idle between two requests.
        write_seconds: Seconds in which a client takes what lies ready for it.
        drain_delay: Seconds that a server told to end still takes connections, not ready any more.
        drain_seconds: Seconds for requests to come to an end after that, and then for the store.
    """

    rate: _Positive = 50.0
    burst: _Count = 200
    requests: _Count = 1024
    connections: _Count = 900
    deadline: _Positive = 10.0
    header_seconds: _Positive = 10.0
    header_bytes: _Count = 32 * 1024
    header_count: _Count = 100
    keep_alive: _Count = 5
    write_seconds: _Positive = 30.0
    drain_delay: Annotated[float, Meta(ge=0, le=1e6)] = 0.0
    drain_seconds: _Count = 20

    @classmethod
    def parse(cls, text: str) -> "Limits":
        """From `name=value` pairs with commas between; raises SetupError naming a wrong one."""
        pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
        try:
            return msgspec.convert(
                {name.strip(): value.strip() for name, _, value in pairs}, cls, strict=False
            )
        except msgspec.ValidationError as error:
            names = ", ".join(cls.__struct_fields__)
            raise SetupError(
                f"CLAUSEPRESS_LIMITS: {error}; write name=value,name=value with names of {names}"
            ) from None


class Proxies(NamedTuple):
    """The proxies whose word about the client is taken."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Proxies":
        """From addresses or networks with commas between; raises SetupError."""
        listed = [network.strip() for network in text.split(",")]
        try:
            return cls(tuple(ipaddress.ip_network(network) for network in listed if network))
        except ValueError as error:
            raise SetupError(
                f"CLAUSEPRESS_PROXIES: {error}; write addresses or networks such as 10.0.0.0/8"
            ) from None

    def trusted(self, address: str) -> bool:
        """Whether this address is one of a proxy's."""
        parsed = _parse(address) if self.networks else None
        return parsed is not None and any(parsed in network for network in self.networks)

    def resolve(self, scope: Scope) -> None:
        """Put the client and the scheme that the proxies in front tell into the scope.

        Each proxy adds to the end of X-Forwarded-For the address it was called from, so the client
        is the last one that is no proxy of ours; what stands before it anybody can write.
        """
        client = scope.get("client")
        if not client or not self.trusted(client[0]):
            return
        headers = Headers(scope=scope)
        hops = ",".join(headers.getlist("x-forwarded-for")).split(",")
        for hop in map(str.strip, reversed(hops)):
            if not self.trusted(hop):
                if _parse(hop) is not None:  # and not "unknown", nor a name
                    scope["client"] = (hop, 0)
                break
        if (scheme := headers.get("x-forwarded-proto")) in {"http", "https"}:
            scope["scheme"] = scheme


class RateLimit:
    """A token bucket for each address, as one time stamp (the generic cell rate algorithm).

    Addresses are kept in memory only, hashed with a key that lives as long as the process. Of more
    than `size` the one quiet longest is forgotten, so that memory is bounded.
    """

    def __init__(
        self,
        rate: float,
        burst: int,
        size: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = 1 / rate
        self._slack = (burst - 1) / rate
        self._size = size
        self._clock = clock
        self._key = token_bytes(16)
        self._full_at: OrderedDict[bytes, float] = OrderedDict()

    def wait(self, address: str) -> int:
        """Take a token for a request of this address: 0, or whole seconds until there is one."""
        packed = _packed(address)
        if packed is None:
            return 0
        key = blake2b(packed, key=self._key, digest_size=16).digest()
        now = self._clock()
        full_at = max(self._full_at.pop(key, now), now)
        wait = full_at - now - self._slack
        self._full_at[key] = full_at if wait > 0 else full_at + self._interval  # the newest now
        if len(self._full_at) > self._size:
            self._full_at.popitem(last=False)
        return math.ceil(wait) if wait > 0 else 0


def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _packed(address: str) -> bytes | None:
    """What stands for the subscriber; None for this machine itself.

    A proxy on this machine that is not listed would share one bucket among all visitors.
    """
    try:  # quicker than ipaddress, for every request comes here
        if ":" not in address:
            packed = inet_pton(AF_INET, address)
        else:
            packed = inet_pton(AF_INET6, address.partition("%")[0])
            if packed == _LOOPBACK:
                return None
            mapped = packed.startswith(_MAPPED)
            packed = packed[len(_MAPPED) :] if mapped else packed[:_SUBSCRIBER]
    except OSError:  # a test's client, a socket of the file system
        return None
    return None if len(packed) == _IPV4 and packed[0] == _THIS_MACHINE else packed
