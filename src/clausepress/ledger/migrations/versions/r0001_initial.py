"""The first schema: records, checkpoints, tiles, heads, subject keys, key checks, suppressions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_APPEND_ONLY = ("record", "checkpoint", "tile")


def upgrade() -> None:
    """Make the tables, and the triggers that keep the log append-only."""
    text, number, octets = sa.Text(), sa.BigInteger(), sa.LargeBinary()

    def column(name: str, kind: "sa.types.TypeEngine[Any]") -> "sa.Column[Any]":
        return sa.Column(name, kind, nullable=False)

    op.create_table(
        "head",
        column("log_id", text),
        column("size", number),
        column("root", octets),
        sa.PrimaryKeyConstraint("log_id"),
    )
    op.create_table(
        "record",
        column("log_id", text),
        column("idx", number),
        column("id", text),
        column("idem_key", text),
        column("body_mac", octets),
        column("mac_key_id", text),
        column("entry", octets),
        column("leaf_hash", octets),
        column("at_ms", number),
        column("kind", text),
        column("subject_key_id", text),
        column("checkpoint_size", number),
        sa.PrimaryKeyConstraint("log_id", "idx"),
        sa.UniqueConstraint("log_id", "id", name="record_id_unique"),
        sa.UniqueConstraint("log_id", "idem_key", name="record_idem_key_unique"),
    )
    op.create_table(
        "checkpoint",
        column("log_id", text),
        column("size", number),
        column("note", text),
        sa.PrimaryKeyConstraint("log_id", "size"),
    )
    op.create_table(
        "tile",
        column("log_id", text),
        column("level", number),
        column("idx", number),
        column("root", octets),
        column("hashes", octets),
        sa.PrimaryKeyConstraint("log_id", "level", "idx"),
    )
    op.create_table(
        "subject_key",
        column("log_id", text),
        column("key_id", text),
        column("mac_key_id", text),
        column("mac", octets),
        column("wrapped", octets),
        sa.PrimaryKeyConstraint("log_id", "key_id"),
        sa.UniqueConstraint("log_id", "mac", "mac_key_id", name="subject_key_mac_unique"),
    )
    op.create_table(
        "key_check",
        column("log_id", text),
        column("kind", text),
        column("key_id", text),
        column("value", octets),
        sa.PrimaryKeyConstraint("log_id", "kind", "key_id"),
    )
    op.create_table(
        "suppression",
        column("log_id", text),
        column("channel", text),
        column("mac_key_id", text),
        column("mac", octets),
        column("scope", text),
        column("reason", text),
        column("at_ms", number),
        column("record_id", text),
        sa.PrimaryKeyConstraint("log_id", "channel", "mac_key_id", "mac", "scope"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgres()


def _guard_sqlite() -> None:
    for table in _APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_postgres() -> None:
    op.execute(
        "CREATE FUNCTION clausepress_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION clausepress_append_only()"
        )
