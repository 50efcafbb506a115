"""Alembic migrations of the ledger's store; `upgrade` runs them when a ledger is opened."""

from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from clausepress.ledger.errors import SetupError

_TRIES = 3
_lock = Lock()  # Alembic keeps the upgrade under way in module globals


def check_current(engine: Engine) -> None:
    """Raise SetupError unless the database is of this release's revision."""
    config = Config()
    config.set_main_option("script_location", "clausepress.ledger:migrations")
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        raise SetupError("the database holds no ledger")
    if found != (wanted := ScriptDirectory.from_config(config).get_current_head()):
        raise SetupError(
            f"the database has revision {found}, and this release uses {wanted}; "
            "use the release that made it, or start the server once to migrate it"
        )


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision.

    Raises SetupError when it was made by a newer release, and sqlalchemy's DBAPIError when the
    database refuses.
    """
    config = Config()
    config.set_main_option("script_location", "clausepress.ledger:migrations")
    script = ScriptDirectory.from_config(config)
    for attempt in range(1, _TRIES + 1):
        try:
            with _lock, engine.begin() as connection:
                found = MigrationContext.configure(connection).get_current_revision()
                if found == script.get_current_head():
                    return
                if found is not None and found not in {s.revision for s in script.walk_revisions()}:
                    raise SetupError(
                        f"the database has revision {found}, which this release does not know; "
                        "install the release that made it, or a newer one"
                    )
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except DBAPIError:
            # Another process may be migrating the same database; what it made is then found.
            if attempt == _TRIES:
                raise
