"""Settings of the stand-alone server, from the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from clausepress.api.guard import check_origin
from clausepress.ledger import Catalog, Keys, KeysMismatch, Ledger, SetupError


class Settings(NamedTuple):
    """Where things are.

    Attributes:
        database_url: CLAUSEPRESS_DATABASE_URL, `sqlite:///…` or `postgresql://…`.
        policies: CLAUSEPRESS_POLICIES, the path of policies.json.
        keys: CLAUSEPRESS_KEYS, the path of the key file, or its JSON text itself.
        origins: CLAUSEPRESS_ORIGINS, exact origins with commas between.
    """

    database_url: str
    policies: Path
    keys: str
    origins: frozenset[str]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the variables, with defaults under the working directory; raises SetupError."""
        listed = [o.strip() for o in env.get("CLAUSEPRESS_ORIGINS", "").split(",")]
        try:
            origins = frozenset(check_origin(origin) for origin in listed if origin)
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_ORIGINS: {error}") from None
        return cls(
            env.get("CLAUSEPRESS_DATABASE_URL") or "sqlite:///var/clausepress.db",
            Path(env.get("CLAUSEPRESS_POLICIES") or "site/policies.json"),
            env.get("CLAUSEPRESS_KEYS") or "var/keys.json",
            origins,
        )

    def open(self) -> tuple[Catalog, Ledger]:
        """The catalog and the ledger; raises SetupError naming the variable to change."""
        try:
            catalog = Catalog(self.policies)
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_POLICIES: {error}") from error
        try:
            if self.keys.lstrip().startswith("{"):
                keys = Keys.parse(self.keys)
            else:
                keys = Keys.load(Path(self.keys))
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_KEYS: {error}") from error
        try:
            return catalog, Ledger.open(self.database_url, keys, catalog)
        except KeysMismatch as error:
            raise SetupError(f"CLAUSEPRESS_KEYS: {error}") from error
        except SetupError as error:
            raise SetupError(f"CLAUSEPRESS_DATABASE_URL: {error}") from error
