"""Makes the table of consents that live anew from the log, after a fault that an audit found."""

from sqlalchemy import Engine, delete, func, select

from clausepress.ledger import schema
from clausepress.ledger.audit_consents import has_lost_ties
from clausepress.ledger.consent_log import fill_consents, is_settled
from clausepress.ledger.engines import transaction
from clausepress.ledger.errors import SetupError
from clausepress.ledger.renewal import hold


def remake_consents(engine: Engine, log_id: str) -> int:
    """Fill the table as the log says, in one transaction; the number of its rows then.

    Raises SetupError when the log does not say it: people are under two HMAC keys, or `retain`
    destroyed what tied an account to a browser, where a no may have ended its consent.
    """
    c = schema.consent
    with transaction(engine, write=True) as connection:
        hold(connection, log_id)
        if not is_settled(connection, log_id):
            raise SetupError(
                "people are under two HMAC keys\n  fix: run clausepress keys renew first"
            )
        if has_lost_ties(connection, log_id):
            raise SetupError(
                "retain destroyed what tied accounts to browsers, so the log does not tell which"
                " consents were taken back there\n  fix: restore a backup that verify finds whole"
            )
        connection.execute(delete(c).where(c.c.log_id == log_id))
        fill_consents(connection, log_id)
        query = select(func.count()).select_from(c).where(c.c.log_id == log_id)
        return connection.scalar(query) or 0
