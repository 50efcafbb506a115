"""Who may use what is not for everyone: bearer tokens with scopes (RFC 6750)."""

import functools
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from clausepress.api.private import read_private
from clausepress.api.problems import Problem

AdminScope = Literal["send", "subjects", "export", "metrics", "review"]
"""What a token opens: the send gate; a person's records; records in bulk; metrics; replies."""

Endpoint = Callable[[Request], Awaitable[Response]]

# RFC 6750 section 2.1; shorter ones could be guessed, and their digests turned back.
_TOKEN: Final = re.compile(rb"[A-Za-z0-9._~+/-]{22,512}=*")
_HINT: Final = "The operator lists tokens and their scopes in CLAUSEPRESS_TOKENS."


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A token as the operator lists it: its SHA-256 in hexadecimal, and what it opens."""

    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]
    scopes: frozenset[AdminScope]


class Tokens(NamedTuple):
    """The tokens that open something, by name; several at once, so that they can be changed.

    Nothing is open to anyone when there are none.
    """

    listed: Mapping[str, Token] = MappingProxyType({})

    @classmethod
    def parse(cls, setting: str) -> "Tokens":
        """From JSON text, or the path of a file of mode 0600 with it; raises SetupError.

        `{"shop": {"sha256": "…", "scopes": ["send"]}}`: the names are for the operator only.
        """
        return cls(read_private(setting, dict[str, Token], "tokens") if setting else {})

    def require(self, scope: AdminScope, endpoint: Endpoint) -> Endpoint:
        """The endpoint, for those only who show a token of that scope.

        Others get a Problem before the endpoint sees the request: 401 without a known token, 403
        when the token opens other things.
        """

        @functools.wraps(endpoint)
        async def guarded(request: Request) -> Response:
            self._check(request.headers.get("authorization", ""), scope)
            return await endpoint(request)

        return guarded

    def known(self, authorization: str) -> bool:
        """Whether an Authorization header shows a token, whatever it opens."""
        return bool(self._opened(authorization))

    def _check(self, authorization: str, scope: AdminScope) -> None:
        opened = self._opened(authorization)
        if not opened:
            raise Problem(
                401,
                f"Send Authorization: Bearer with a token of the scope {scope}. {_HINT}",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if not any(scope in scopes for scopes in opened):
            raise Problem(
                403,
                f"This token does not open the scope {scope}. {_HINT}",
                slug="scope-not-allowed",
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
            )

    def _opened(self, authorization: str) -> list[frozenset[AdminScope]]:
        """The scopes of the token shown; none when it is not one of ours."""
        scheme, _, shown = authorization.partition(" ")
        token = shown.strip().encode("latin-1")
        digest = sha256(token).hexdigest()
        # All are compared, in constant time, so that nothing tells how near a guess was.
        found = [t.scopes for t in self.listed.values() if hmac.compare_digest(t.sha256, digest)]
        return found if scheme.lower() == "bearer" and _TOKEN.fullmatch(token) else []
