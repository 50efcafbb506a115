"""Finding a person's records: by the key that seals them, and by the browser of an account's."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the index and the table of links."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")  # the index takes as long as the log is
    op.create_index("record_of_subject", "record", ["log_id", "subject_key_id", "idx"])
    op.create_table(
        "link",
        sa.Column("log_id", sa.Text(), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log_id", "idx"),
    )
    op.create_index("link_of_subject", "link", ["log_id", "key_id", "idx"])
