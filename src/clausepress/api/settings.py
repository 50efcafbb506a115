"""Settings of the stand-alone server, from the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from clausepress.api.admin import Tokens
from clausepress.api.gateways import Gateways
from clausepress.api.guard import check_origin
from clausepress.api.limits import Limits, Proxies
from clausepress.api.private import read_private
from clausepress.ledger import Catalog, Keys, KeysMismatch, Ledger, SetupError
from clausepress.ledger.tokens import NO_ACCOUNTS, AccountKey, AccountKeys


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


class Settings(NamedTuple):
    """Where things are.

    Attributes:
        database_url: CLAUSEPRESS_DATABASE_URL, `sqlite:///…` or `postgresql://…`.
        policies: CLAUSEPRESS_POLICIES, the path of policies.json.
        keys: CLAUSEPRESS_KEYS, the path of the key file, or its JSON text itself.
        origins: CLAUSEPRESS_ORIGINS, exact origins with commas between.
        site: CLAUSEPRESS_SITE, the site's URL when the API is not beside it; ends in `/`.
        gateways: CLAUSEPRESS_GATEWAYS, the path of a JSON file with the SMS gateways, or the text.
        tokens: CLAUSEPRESS_TOKENS, the path of a JSON file with the bearer tokens' digests and
            scopes, or the text.
        accounts: CLAUSEPRESS_ACCOUNT_KEYS, the path of a JSON file with the keys that the host
            signs account tokens with, by name and in base64, or the text.
        limits: CLAUSEPRESS_LIMITS, see Limits.
        proxies: CLAUSEPRESS_PROXIES, addresses or networks of the proxies in front.
        log_level: CLAUSEPRESS_LOG_LEVEL: debug, info, warning or error.
    """

    database_url: str
    policies: Path
    keys: str
    origins: frozenset[str]
    site: str = ""
    gateways: Gateways = Gateways()
    tokens: Tokens = Tokens()
    accounts: AccountKeys = NO_ACCOUNTS
    limits: Limits = Limits()
    proxies: Proxies = Proxies()
    log_level: str = "info"

    @classmethod
    def from_env(cls, env: Mapping[str, str], var: Path = Path("var")) -> "Settings":
        """Read the variables; raises SetupError.

        Database and keys lie in the folder `var` unless the environment says otherwise.
        """
        listed = [o.strip() for o in env.get("CLAUSEPRESS_ORIGINS", "").split(",")]
        try:
            origins = frozenset(check_origin(origin) for origin in listed if origin)
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_ORIGINS: {error}") from None
        try:
            gateways = Gateways.parse(env.get("CLAUSEPRESS_GATEWAYS") or "")
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_GATEWAYS: {error}") from None
        try:
            tokens = Tokens.parse(env.get("CLAUSEPRESS_TOKENS") or "")
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_TOKENS: {error}") from None
        try:
            named = env.get("CLAUSEPRESS_ACCOUNT_KEYS") or "{}"
            accounts = read_private(named, dict[str, AccountKey], "account keys")
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_ACCOUNT_KEYS: {error}") from None
        return cls(
            env.get("CLAUSEPRESS_DATABASE_URL") or f"sqlite:///{var / 'clausepress.db'}",
            Path(env.get("CLAUSEPRESS_POLICIES") or "site/policies.json"),
            env.get("CLAUSEPRESS_KEYS") or str(var / "keys.json"),
            origins,
            check_site(env.get("CLAUSEPRESS_SITE") or ""),
            gateways,
            tokens,
            AccountKeys(accounts.values()),
            Limits.parse(env.get("CLAUSEPRESS_LIMITS") or ""),
            Proxies.parse(env.get("CLAUSEPRESS_PROXIES") or ""),
            env.get("CLAUSEPRESS_LOG_LEVEL") or "info",
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
        return catalog, self.open_ledger(catalog)

    def open_ledger(self, catalog: Catalog) -> Ledger:
        """The ledger; raises SetupError naming the variable to change."""
        keys = self.read_keys()
        try:
            return Ledger.open(self.database_url, keys, catalog, accounts=self.accounts)
        except KeysMismatch as error:
            raise SetupError(f"CLAUSEPRESS_KEYS: {error}") from error
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_DATABASE_URL: {error}") from error
