"""Settings of the stand-alone server, from the environment."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from clausepress.api.gateways import Gateways
from clausepress.api.guard import check_origin
from clausepress.ledger import Catalog, Keys, KeysMismatch, Ledger, SetupError

_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/=-]{22,}")  # RFC 6750 section 2.1


def check_site(url: str) -> str:
    """The site's URL itself, or nothing; raises SetupError unless it can stand before paths."""
    parts = urlsplit(url)
    sound = parts.scheme in {"http", "https"} and parts.netloc and url.endswith("/")
    if url and (not sound or parts.query or parts.fragment):
        raise SetupError(
            f"CLAUSEPRESS_SITE: {url!r} is not the URL of a site; "
            "write it like https://policies.example.com/, with / at its end"
        )
    return url


def check_token(token: str) -> str:
    """The token itself, or nothing; raises SetupError when it could be guessed."""
    if token and not _TOKEN.fullmatch(token):
        raise SetupError(
            "CLAUSEPRESS_SEND_TOKEN is not of 22 characters or more of A-Z a-z 0-9 - . _ ~ + / =; "
            "make one with: openssl rand -hex 16"
        )
    return token


class Settings(NamedTuple):
    """Where things are.

    Attributes:
        database_url: CLAUSEPRESS_DATABASE_URL, `sqlite:///…` or `postgresql://…`.
        policies: CLAUSEPRESS_POLICIES, the path of policies.json.
        keys: CLAUSEPRESS_KEYS, the path of the key file, or its JSON text itself.
        origins: CLAUSEPRESS_ORIGINS, exact origins with commas between.
        site: CLAUSEPRESS_SITE, the site's URL when the API is not beside it; ends in `/`.
        gateways: CLAUSEPRESS_GATEWAYS, the path of a JSON file with the SMS gateways, or the text.
        send_token: CLAUSEPRESS_SEND_TOKEN, what the host's servers show to use the send gate.
    """

    database_url: str
    policies: Path
    keys: str
    origins: frozenset[str]
    site: str = ""
    gateways: Gateways = Gateways()
    send_token: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the variables, with defaults under the working directory; raises SetupError."""
        listed = [o.strip() for o in env.get("CLAUSEPRESS_ORIGINS", "").split(",")]
        try:
            origins = frozenset(check_origin(origin) for origin in listed if origin)
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_ORIGINS: {error}") from None
        try:
            gateways = Gateways.parse(env.get("CLAUSEPRESS_GATEWAYS") or "")
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_GATEWAYS: {error}") from None
        return cls(
            env.get("CLAUSEPRESS_DATABASE_URL") or "sqlite:///var/clausepress.db",
            Path(env.get("CLAUSEPRESS_POLICIES") or "site/policies.json"),
            env.get("CLAUSEPRESS_KEYS") or "var/keys.json",
            origins,
            check_site(env.get("CLAUSEPRESS_SITE") or ""),
            gateways,
            check_token(env.get("CLAUSEPRESS_SEND_TOKEN") or ""),
        )

    def read_keys(self) -> Keys:
        """The keys, new ones where there is no file; raises SetupError naming the variable."""
        try:
            if self.keys.lstrip().startswith("{"):
                return Keys.parse(self.keys)
            return Keys.load(Path(self.keys))
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_KEYS: {error}") from error

    def open(self) -> tuple[Catalog, Ledger]:
        """The catalog and the ledger; raises SetupError naming the variable to change."""
        try:
            catalog = Catalog(self.policies)
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_POLICIES: {error}") from error
        keys = self.read_keys()
        try:
            return catalog, Ledger.open(self.database_url, keys, catalog)
        except KeysMismatch as error:
            raise SetupError(f"CLAUSEPRESS_KEYS: {error}") from error
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_DATABASE_URL: {error}") from error
