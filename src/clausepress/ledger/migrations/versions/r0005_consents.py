"""Consents that live, by account: what the send gate asks, read from the log once.

A process of the release before would go on writing without them, so the table that each write
begins with gets another name: that process stores nothing more.
"""

import sqlalchemy as sa
from alembic import op

from clausepress.ledger.consent_log import fill_consents, is_settled
from clausepress.ledger.errors import SetupError

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table and fill it, some hundred accounts at a time."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")  # takes as long as there are accounts
    op.rename_table("head", "tree_head")  # first: what older writers have begun is then in the log
    op.create_table(
        "consent",
        sa.Column("log_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("mac_key_id", sa.Text(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log_id", "key_id", "policy", "purpose"),
    )
    by_account = ["log_id", "policy", "purpose", "mac_key_id", "mac"]
    op.create_index("consent_of_account", "consent", by_account)
    head = sa.table("tree_head", sa.column("log_id"))
    for log_id in connection.scalars(sa.select(head.c.log_id)).all():
        if not is_settled(connection, log_id):
            raise SetupError(
                f"the log {log_id} is between two HMAC keys\n"
                "  fix: run clausepress keys renew with the release before, then start this one"
            )
        fill_consents(connection, log_id)
