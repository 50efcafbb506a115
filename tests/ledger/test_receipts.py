"""Offline verification: any altered byte is noticed, and the error says what is wrong."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import House, choice, new_key

from clausepress.ledger import (
    Keys,
    ProofInvalid,
    ReceiptInvalid,
    ReceiptMalformed,
    RecordMismatch,
    SignatureInvalid,
    UntrustedKey,
    verify_receipt,
)
from clausepress.note import VerifierKey


@pytest.fixture(scope="module")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A receipt from the middle of a log of 21 records."""
    path = tmp_path_factory.mktemp("receipts")
    ledger = House(path, f"sqlite:///{path}/ledger.db").open()
    futures = [ledger.choose(choice(prominent_shown=["a"]), new_key()) for _ in range(20)]
    for future in futures:
        future.result(20)
    answer = ledger.choose(choice(claimed_at="2026-11-21T10:00:00Z", widget="0.1.0"), new_key())
    ledger.close()
    return answer.result(20).receipt.to_json()


def key_of(receipt: bytes) -> str:
    key: str = json.loads(receipt)["verifier_key"]
    return key


def altered(receipt: bytes, **changes: Any) -> bytes:
    return json.dumps(json.loads(receipt) | changes, ensure_ascii=False).encode()


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_other_byte_fails(receipt: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(receipt) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != receipt[place]))
    with pytest.raises(ReceiptInvalid):
        verify_receipt(receipt[:place] + bytes([byte]) + receipt[place + 1 :])


def test_more_signatures_than_are_read(receipt: bytes) -> None:
    """Those of others are passed over, up to a number; then it does not verify, and says so."""
    proof = json.loads(receipt)["proof"]
    more = "\u2014 someone.example AAAAAAAA\n"
    verify_receipt(altered(receipt, proof=proof + more * 63), key_of(receipt))
    crowded = altered(receipt, proof=proof + more * 64)
    for key in (None, key_of(receipt), str(VerifierKey.ed25519("another", bytes(32)))):
        with pytest.raises(SignatureInvalid, match="65 signatures, and no more than 64 are read"):
            verify_receipt(crowded, key)


def test_every_bit_of_every_byte(receipt: bytes) -> None:
    """The same, without chance: one flipped bit in each byte."""
    for place in range(len(receipt)):
        bit = 1 << place % 8
        with pytest.raises(ReceiptInvalid):
            verify_receipt(receipt[:place] + bytes([receipt[place] ^ bit]) + receipt[place + 1 :])


def test_spaces_for_reading_do_no_harm(receipt: bytes) -> None:
    pretty = json.dumps(json.loads(receipt), indent=2, ensure_ascii=False)
    verified = verify_receipt(pretty, key_of(receipt) + "\n")
    assert verified == verify_receipt(receipt)
    assert "number 20 of 21 in the log clausepress/log" in str(verified)


def test_the_error_says_what_is_wrong(receipt: bytes) -> None:
    fields = json.loads(receipt)
    entry, record = fields["entry"], fields["record"]
    other = record | {"decision": "given"}
    forged = json.dumps(other, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    stranger = str(Keys.parse(generate_text()).signer("clausepress/log").verifier)
    signed = fields["proof"]
    size = signed.split("\n\n")[1].split("\n")[1]
    cases: list[tuple[bytes, type[ReceiptInvalid], str]] = [
        (b"[]", ReceiptMalformed, "not a receipt"),
        (b"\xff", ReceiptMalformed, "not a receipt"),
        (altered(receipt, extra=1), ReceiptMalformed, "unknown field"),
        (altered(receipt, schema="clausepress.receipt/2"), ReceiptMalformed, "schema"),
        (altered(receipt, entry=entry + " "), ReceiptMalformed, "canonical"),
        (altered(receipt, entry="{"), ReceiptMalformed, "not JSON"),
        (altered(receipt, record=other), RecordMismatch, "does not say"),
        (altered(receipt, id="X"), RecordMismatch, "id"),
        (altered(receipt, record=other, entry=forged), ProofInvalid, "index 20"),
        (altered(receipt, proof=signed.replace("index 20", "index 19")), ProofInvalid, "index 19"),
        (
            altered(receipt, proof=signed.replace(f"\n{size}\n", "\n22\n")),
            SignatureInvalid,
            "alter",
        ),
        (altered(receipt, verifier_key=stranger), SignatureInvalid, "not signed by"),
        (altered(receipt, verifier_key="x"), ReceiptMalformed, "name"),
        (altered(receipt, proof="x"), ReceiptMalformed, "starts with"),
    ]
    for text, error, message in cases:
        with pytest.raises(error, match=message):
            verify_receipt(text)
    with pytest.raises(UntrustedKey, match="not of"):
        verify_receipt(receipt, stranger)


def test_a_name_that_stands_twice_is_refused(receipt: bytes) -> None:
    """Of two equal names one reader shows the first and another the last."""
    text = receipt.decode()
    for whole, twice in (
        ('"record":{', '"record":{"decision":"given",'),
        ('"record":{', '"record":{"purposes":{"analytics":true,"analytics":false},'),
        ('{"schema"', '{"id":"0","schema"'),
    ):
        assert text.count(whole) == 1
        with pytest.raises(ReceiptMalformed, match="twice"):
            verify_receipt(text.replace(whole, twice))


@pytest.mark.parametrize("depth", [2000, 200_000])
def test_nesting_without_end_is_malformed(receipt: bytes, depth: int) -> None:
    deep = "[" * depth + "]" * depth
    texts = [deep, '{"a":' * depth, altered(receipt, entry='{"a":' + deep + "}")]
    texts.append(receipt.decode().replace('"record":{', f'"record":{{"a":{deep},'))
    for text in texts:
        with pytest.raises(ReceiptMalformed):
            verify_receipt(text)


def test_a_checkpoint_of_another_log_is_no_proof(receipt: bytes) -> None:
    """The same key may sign for several logs; the name in the note must be the key's."""
    fields = json.loads(receipt)
    head, _, note = fields["proof"].partition("\n\n")
    text = note.partition("\n\n")[0].replace("clausepress/log", "another/log") + "\n"
    signer = Keys.parse(generate_text()).signer("clausepress/log")
    forged = altered(
        receipt, proof=f"{head}\n\n{signer.sign(text)}", verifier_key=str(signer.verifier)
    )
    with pytest.raises(SignatureInvalid, match="another/log"):
        verify_receipt(forged)


def generate_text() -> bytes:
    """A key file's text."""
    from clausepress.ledger.keys import generate

    return generate()


def test_the_sealed_part_opens_with_the_persons_key_only(
    sqlite_house: House,
) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    ledger = sqlite_house.open()
    record = ledger.choose(choice(), new_key()).result(20).receipt.fields()
    macs = sqlite_house.keys.macs("subject", b"s" * 22)
    [key] = ledger._reader.subject_keys(macs)
    ledger.close()
    sealed = base64.b64decode(record["sealed"])
    cipher = AESGCM(sqlite_house.keys.unwrap(key.key_id, key.wrapped))
    plain = cipher.decrypt(sealed[:12], sealed[12:], record["id"].encode())
    assert json.loads(plain) == {"subject": "s" * 22}
