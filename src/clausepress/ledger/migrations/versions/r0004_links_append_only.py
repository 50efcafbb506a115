"""Links are append-only, as the records are that they belong to."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the triggers, those of the first schema for one table more."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER link_no_{change.lower()} BEFORE {change} ON link "
                "BEGIN SELECT RAISE(ABORT, 'link is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER link_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON link "
        "FOR EACH STATEMENT EXECUTE FUNCTION clausepress_append_only()"
    )
