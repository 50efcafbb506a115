"""Each subject key says under which wrapping key it lies, and for which records it is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_FIRST = "first"
"""What the one wrapping key is called that there was before."""


def upgrade() -> None:
    """Add the columns; keys from before are of all kinds and months."""
    with op.batch_alter_table("subject_key") as table:
        for name, before in (("wrap_key_id", _FIRST), ("kept_as", "")):
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=before))
        table.drop_constraint("subject_key_mac_unique", type_="unique")
        table.create_unique_constraint(
            "subject_key_mac_unique", ["log_id", "mac", "mac_key_id", "kept_as"]
        )
    with op.batch_alter_table("subject_key") as table:
        for name in ("wrap_key_id", "kept_as"):
            table.alter_column(name, server_default=None)
    check = sa.table("key_check", sa.column("kind"), sa.column("key_id"))
    op.execute(
        check.update().where(check.c.kind == "wrap", check.c.key_id == "").values(key_id=_FIRST)
    )
