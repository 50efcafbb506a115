"""The tables, as SQLAlchemy Core sees them; the migrations make them.

Portable types only (TEXT, BIGINT, BYTEA or BLOB), every id made by the application. The `log_id` in
front of each key lets several logs share a database, or be spread over several.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

tree_head = Table(
    "tree_head",
    metadata,
    Column("log_id", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
)
"""One row for each log, changed by compare-and-swap: two writers cannot fork the log."""

record = Table(
    "record",
    metadata,
    Column("log_id", Text, primary_key=True),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("idem_key", Text, nullable=False),
    Column("body_mac", LargeBinary, nullable=False),
    Column("mac_key_id", Text, nullable=False),
    Column("entry", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject_key_id", Text, nullable=False),
    Column("checkpoint_size", BigInteger, nullable=False),
    UniqueConstraint("log_id", "id", name="record_id_unique"),
    UniqueConstraint("log_id", "idem_key", name="record_idem_key_unique"),
    Index("record_of_subject", "log_id", "subject_key_id", "idx"),
)
"""The log's entries. `body_mac` is keyed: a plain digest of a body would betray its number."""

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("log_id", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
)
"""Every signed tree head, one for each committed batch."""

tile = Table(
    "tile",
    metadata,
    Column("log_id", Text, primary_key=True),
    Column("level", BigInteger, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
)
"""Full tiles of 256 hashes. The roots of one level are the hashes of the next."""

subject_key = Table(
    "subject_key",
    metadata,
    Column("log_id", Text, primary_key=True),
    Column("key_id", Text, primary_key=True),
    Column("mac_key_id", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("wrap_key_id", Text, nullable=False),
    Column("kept_as", Text, nullable=False),
    UniqueConstraint("log_id", "mac", "mac_key_id", "kept_as", name="subject_key_mac_unique"),
)
"""Each person's keys, found by keyed hash. Not append-only: deleting the rows erases the person.

A person has one for each kind of record and month (`kept_as`, such as "cookies/2026-03"), so that
records can be forgotten when their time is over; "" is a key from before, of all kinds.
"""

link = Table(
    "link",
    metadata,
    Column("log_id", Text, primary_key=True),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("key_id", Text, nullable=False),
    Index("link_of_subject", "log_id", "key_id", "idx"),
)
"""Records made under an account, by the key of the browser's subject; they are sealed under that of
the account. Once the account is erased, the browser's state still knows what was refused."""

consent = Table(
    "consent",
    metadata,
    Column("log_id", Text, primary_key=True),
    Column("key_id", Text, primary_key=True),
    Column("policy", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("idx", BigInteger, nullable=False),
    Column("mac_key_id", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Index("consent_of_account", "log_id", "policy", "purpose", "mac_key_id", "mac"),
)
"""Separate consents of accounts that live now, by the account's key that seals the record `idx`.

Nothing but a reading of the log, kept for the send gate; see `consents`. The keyed hash is that of
the key's row, so that the gate need not look there.
"""

key_check = Table(
    "key_check",
    metadata,
    Column("log_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key_id", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
"""What tells the keys in use from others of the same name, without telling the keys."""

suppression = Table(
    "suppression",
    metadata,
    Column("log_id", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("mac_key_id", Text, primary_key=True),
    Column("mac", LargeBinary, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("record_id", Text, nullable=False),
)
"""Addresses that get no promotion, as keyed hashes; the entry outlives the person's erasure.

`at_ms` is the time of the latest opt-out by its own clock, `record_id` the first one's record.
"""
