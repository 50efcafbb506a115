"""A store of the first release, with records, goes on under this one."""

import json
import secrets
from base64 import b64encode
from pathlib import Path

import msgspec
import pytest
from account_samples import HOST, signed
from alembic import command
from alembic.config import Config
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from ledger_samples import PHONE, House, choice, new_key, opt_out
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from clausepress.ledger import Choice, Keys, OptOut, Receipt, SetupError, verify_receipt
from clausepress.ledger.address import normalise
from clausepress.ledger.checkpoint import Checkpoint, format_proof
from clausepress.ledger.consent_remaking import remake_consents
from clausepress.ledger.engines import connect_existing
from clausepress.ledger.keys import encrypt
from clausepress.ledger.ledger import DEFAULT_ORIGIN, system_clock
from clausepress.ledger.merkle import Tree, leaf_hash
from clausepress.ledger.records import canonical
from clausepress.ledger.renewal import Renewed
from clausepress.ledger.retention import parse_periods
from clausepress.ledger.sealing import new_id
from clausepress.ledger.writer import make_receipt

WAIT = 20
AT_MS = 1_700_000_000_000
BATCH = 7
ERASED = "e" * 22


class FirstRelease:
    """Writes a store as the first release did: schema 0001, one key for each person."""

    def __init__(self, house: House) -> None:
        self.house = house
        log, wrap, mac = (b64encode(secrets.token_bytes(32)).decode() for _ in range(3))
        file = {"log": log, "wrap": wrap, "mac": [{"id": "m1", "key": mac}]}
        house.key_file.write_text(json.dumps({"schema": "clausepress.keys/1"} | file))
        house.key_file.chmod(0o600)
        self.keys = house.keys = Keys.load(house.key_file)
        self.people: dict[bytes, tuple[str, AESGCM]] = {}
        self.tree = Tree()
        self.receipts: list[Receipt] = []

    def write(self, records: list[tuple[Choice | OptOut, str]]) -> None:
        """Records with their idempotency keys; those of `ERASED` are erased at the end."""
        url = self.house.url.replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", "clausepress.ledger:migrations")
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
            self.note(connection)
            for start in range(0, len(records), BATCH):
                self.batch(connection, records[start : start + BATCH])
            self.erase(connection)
            root = {"log": DEFAULT_ORIGIN, "size": self.tree.size, "root": self.tree.root()}
            self.put(connection, "head", root)
            checks = [("wrap", ""), ("mac", "m1")]
            for stored in self.keys.agree([]):
                key_id = dict(checks)[stored.kind]
                row = {"log": DEFAULT_ORIGIN, "kind": stored.kind, "id": key_id, "v": stored.value}
                self.put(connection, "key_check", row)

    def put(self, connection: Connection, table: str, row: dict[str, object]) -> None:
        marks = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO {table} VALUES ({marks})"), row)

    def note(self, connection: Connection) -> str:
        checkpoint = Checkpoint(DEFAULT_ORIGIN, self.tree.size, self.tree.root())
        note = self.keys.signer(DEFAULT_ORIGIN).sign(str(checkpoint))
        row = {"log": DEFAULT_ORIGIN, "size": self.tree.size, "note": note}
        self.put(connection, "checkpoint", row)
        return note

    def batch(self, connection: Connection, records: list[tuple[Choice | OptOut, str]]) -> None:
        rows = []
        for record, idem_key in records:
            record_id, (key_id, cipher) = new_id(), self.key(connection, record)
            made = entry(record, record_id, key_id, cipher)
            rows.append((record_id, idem_key, canonical(record), made, made_kind(record), key_id))
            if isinstance(record, OptOut):
                self.suppress(connection, record, record_id)
        self.append(connection, rows)

    def key(self, connection: Connection, record: Choice | OptOut) -> tuple[str, AESGCM]:
        if isinstance(record, Choice):
            mac = self.keys.mac("subject", record.subject.encode())
        else:
            mac = self.keys.mac(record.channel, record.address.encode())
        if mac not in self.people:
            key_id, key = secrets.token_hex(8), AESGCM.generate_key(256)
            wrapped = self.keys.wrap(key_id, key)
            row = {"log": DEFAULT_ORIGIN, "id": key_id, "m": "m1", "mac": mac, "w": wrapped}
            self.put(connection, "subject_key", row)
            self.people[mac] = key_id, AESGCM(key)
        return self.people[mac]

    def suppress(self, connection: Connection, record: OptOut, record_id: str) -> None:
        mac = self.keys.mac(record.channel, record.address.encode())
        names = {"log": DEFAULT_ORIGIN, "channel": record.channel, "m": "m1", "mac": mac}
        said = {"scope": "marketing", "reason": "opt-out", "at": AT_MS, "record": record_id}
        self.put(connection, "suppression", names | said)

    def append(
        self, connection: Connection, rows: list[tuple[str, str, bytes, bytes, str, str]]
    ) -> None:
        first = self.tree.size
        growth = self.tree.extend([leaf_hash(made) for _, _, _, made, _, _ in rows])
        for place, (record_id, idem_key, body, made, kind, key_id) in enumerate(rows, first):
            mac = self.keys.mac("body", body)
            row = {"log": DEFAULT_ORIGIN, "idx": place, "id": record_id, "key": idem_key}
            row |= {"body": mac, "m": "m1", "entry": made, "leaf": leaf_hash(made), "at": AT_MS}
            self.put(
                connection, "record", row | {"kind": kind, "subject": key_id, "size": growth.size}
            )
        for tile in growth.tiles:
            self.put(connection, "tile", {"log": DEFAULT_ORIGIN} | tile._asdict())
        self.tree.accept(growth)
        note, verifier = self.note(connection), str(self.keys.verifiers(DEFAULT_ORIGIN)[0])
        for place, (record_id, _, _, made, _, _) in enumerate(rows, first):
            proof = format_proof(place, growth.proof(place), note)
            self.receipts.append(make_receipt(record_id, made, proof, verifier))

    def erase(self, connection: Connection) -> None:
        key_id, _ = self.people.pop(self.keys.mac("subject", ERASED.encode()))
        record_id = new_id()
        fields = {"kind": "erasure", "suppressions": [], "key_id": key_id, "id": record_id}
        made = canonical(fields | {"at": "2023-11-14T22:13:20.000Z"})
        row = (record_id, f"erasure:{key_id}", key_id.encode(), made, "erasure", key_id)
        self.append(connection, [row])
        connection.execute(text("DELETE FROM subject_key WHERE key_id = :id"), {"id": key_id})


def made_kind(record: Choice | OptOut) -> str:
    return record.kind if isinstance(record, Choice) else "opt-out"


def entry(record: Choice | OptOut, record_id: str, key_id: str, cipher: AESGCM) -> bytes:
    """A log entry as the first release made it."""
    fields = msgspec.to_builtins(record)
    hidden = {name: fields.pop(name) for name in ("subject", "address") if name in fields}
    if fields.pop("region", None):
        fields |= {"kind": "opt-out", "decision": "withdrawn", "mode": "express"}
    sealed = b64encode(encrypt(cipher, canonical(hidden), record_id)).decode()
    made = {"id": record_id, "at": "2023-11-14T22:13:20.000Z", "key_id": key_id, "sealed": sealed}
    return canonical(fields | made)


@pytest.fixture
def records() -> list[tuple[Choice | OptOut, str]]:
    """More than a tile, of several people."""
    number = normalise("sms", PHONE)
    said: list[Choice | OptOut] = [choice(subject=f"{n % 40:022}") for n in range(280)]
    said += [choice(subject=ERASED), opt_out(address=number)]
    return [(record, new_key()) for record in said]


def test_a_store_of_the_first_release_goes_on(
    tmp_path: Path, empty_url: str, records: list[tuple[Choice | OptOut, str]]
) -> None:
    house = House(tmp_path, empty_url)
    first = FirstRelease(house)
    first.write(records)
    ledger = house.open()
    assert house.audit().findings == []
    check_guarded(house)
    for receipt in first.receipts:
        verify_receipt(receipt.to_json(), ledger.verifier_key)
        assert ledger.receipt(receipt.id) == receipt
    again, key = records[3]
    assert isinstance(again, Choice)
    assert ledger.choose(again, key).result(WAIT).receipt == first.receipts[3]
    assert ledger.is_suppressed("sms", PHONE)
    assert len(ledger.export("subject", f"{5:022}").records) == 7
    assert ledger.export("subject", ERASED).records == []

    ledger.choose(choice(subject=f"{5:022}"), new_key()).result(WAIT)
    assert len(ledger.export("subject", f"{5:022}").records) == 8
    rotate_all(house)
    ledger.take_keys(house.keys)
    assert house.renew() == Renewed(wrapped=42, people=42, suppressions=1)
    assert house.retire("wrap", "first")
    closed = [due.records for due in ledger.retain(parse_periods("cookies=P1Y"))]
    assert closed == [{"cookies": 280}]  # the new key of the month stays, and the opt-out's
    assert len(ledger.export("subject", f"{5:022}").records) == 1
    for future in ledger.erase("sms", PHONE):
        future.result(WAIT)
    ledger.close()
    audit = house.audit()
    assert audit.findings == []
    assert audit.erasures == 1 + 40 + 1
    house.open().close()


def test_consents_are_read_from_the_log_once(house: House) -> None:
    """A store from before there was a table of them."""
    ledger = house.open(accounts=HOST)
    consent = {"kind": "consent", "decision": "given", "mode": "separate", "purpose": "marketing"}
    for name in ("yes", "no", "no"):
        token = signed(name, "l" * 22, system_clock() // 1000 + 900)
        said = choice(subject="l" * 22, account_token=token, purposes={}, **consent)
        ledger.choose(said, new_key()).result(WAIT)
        consent["decision"] = "given" if name == "yes" else "refused"
    ledger.close()
    before = [
        "DROP TABLE consent",
        "ALTER TABLE tree_head RENAME TO head",
        "UPDATE alembic_version SET version_num = '0004'",
    ]
    change(house, *before)
    house.open().close()
    assert house.audit().findings == []
    engine = connect_existing(house.url)
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT policy, purpose, idx FROM consent")).all()
        assert list(map(tuple, stored)) == [("privacy", "marketing", 0)]
        with pytest.raises(DBAPIError, match="head"):  # a writer that does not know the table
            connection.execute(text("SELECT size, root FROM head"))
    change(house, "DELETE FROM consent")
    assert remake_consents(engine, DEFAULT_ORIGIN) == 1
    engine.dispose()
    assert house.audit().findings == []

    other = "UPDATE subject_key SET mac_key_id = 'other'"
    moved = f"{other} WHERE mac = (SELECT max(mac) FROM subject_key)"
    change(house, *before, moved)
    with pytest.raises(SetupError, match="between two HMAC keys"):
        house.open()


def change(house: House, *statements: str) -> None:
    engine = create_engine(house.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def check_guarded(house: House) -> None:
    """What came after the first release is append-only too."""
    engine = connect_existing(house.url)
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO link VALUES ('another log', 0, 'k')"))
        with pytest.raises(DBAPIError, match="link is append-only"):
            connection.execute(text("DELETE FROM link"))
    engine.dispose()


def rotate_all(house: House) -> None:
    from clausepress.ledger.keyfile import KeyKind, add, edited, use

    kinds: list[KeyKind] = ["log", "wrap", "mac"]
    for kind in kinds:
        with edited(house.key_file) as edit:
            edit.write(use(add(edit.file, kind), kind))
    house.keys = Keys.load(house.key_file)


def test_a_migration_leaves_no_keys_behind(
    tmp_path: Path, records: list[tuple[Choice | OptOut, str]]
) -> None:
    """A table is made anew; what was erased after that is nowhere in the file."""
    house = House(tmp_path, f"sqlite:///{tmp_path}/ledger.db")
    first = FirstRelease(house)
    first.write(records)
    raw = create_engine(house.url, poolclass=NullPool)
    with raw.connect() as connection:
        query = text("SELECT wrapped FROM subject_key WHERE mac = :mac")
        mac = first.keys.mac("subject", f"{5:022}".encode())
        wrapped = connection.scalar(query, {"mac": mac})
    ledger = house.open()
    for future in ledger.erase("subject", f"{5:022}"):
        future.result(WAIT)
    ledger.close()
    left = b"".join(path.read_bytes() for path in tmp_path.glob("ledger.db*"))
    assert len(wrapped) == 60
    assert wrapped not in left
