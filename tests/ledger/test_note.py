"""Signed notes, checkpoints and proofs, with the specifications' own vectors."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from clausepress.ledger.errors import SignatureInvalid
from clausepress.ledger.note import (
    Checkpoint,
    Malformed,
    Signer,
    VerifierKey,
    format_proof,
    open_note,
    parse_proof,
)

# golang.org/x/mod/sumdb/note, package example.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
    "Zb6KE6RyyBwJnAM=\n"
)

SIGNER = Signer("example.com/log", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
names = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], blacklist_characters="+"),
    min_size=1,
)
roots = st.binary(min_size=32, max_size=32)


def test_a_note_made_by_go_opens() -> None:
    key = VerifierKey.parse(PETER)
    assert str(key) == PETER
    assert open_note(NOTE, key).startswith("If you think cryptography")


@given(st.integers(0, len(NOTE) - 1), st.integers(1, 127))
def test_any_other_character_in_a_note_fails(place: int, change: int) -> None:
    altered = NOTE[:place] + chr(ord(NOTE[place]) ^ change) + NOTE[place + 1 :]
    with pytest.raises((SignatureInvalid, Malformed)):
        open_note(altered, VerifierKey.parse(PETER))


@given(names, st.integers(0, 10**15), roots)
def test_checkpoints_round_trip(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    signer = Signer(origin, Ed25519PrivateKey.generate())
    key = VerifierKey.parse(str(signer.verifier))
    assert Checkpoint.parse(open_note(signer.sign(str(checkpoint)), key)) == checkpoint


@given(st.integers(0, 10**15), st.lists(roots, max_size=40), roots)
def test_proofs_round_trip(index: int, path: list[bytes], root: bytes) -> None:
    note = SIGNER.sign(str(Checkpoint("example.com/log", index + 1, root)))
    assert parse_proof(format_proof(index, path, note)) == (index, path, note)


def test_signatures_of_others_are_ignored() -> None:
    note = SIGNER.sign("text\n")
    witness = Signer("witness.example", Ed25519PrivateKey.generate())
    line = witness.sign("text\n").rpartition("\n\n")[2]
    assert open_note(note + line, SIGNER.verifier) == "text\n"
    assert open_note(note + line, witness.verifier) == "text\n"
    stranger = Signer("example.com/log", Ed25519PrivateKey.generate())
    with pytest.raises(SignatureInvalid, match="not signed by"):
        open_note(note, stranger.verifier)
    with pytest.raises(Malformed, match="too many"):
        open_note(note + line * 64, SIGNER.verifier)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("o\n01\nAAAA\n", "32 bytes"),
        (f"o\n01\n{'A' * 43}=\n", "leading zeroes"),
        (f"o\n-1\n{'A' * 43}=\n", "decimal"),
        (f"o\n1\n{'A' * 42}B=\n", "canonical"),
        (f"o\n1\n{'A' * 43}=", "three lines"),
        (f"\n1\n{'A' * 43}=\n", "three lines"),
        (f"o\n{'9' * 19}\n{'A' * 43}=\n", "out of range"),
        ("o\n1\n****\n", "not base64"),
    ],
)
def test_malformed_checkpoints(text: str, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a+b", "form"),
        ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "empty"),
        (PETER.replace("c74f", "c74e"), "hash does not match"),
        ("x+00000000+AAAA", "Ed25519"),
    ],
)
def test_malformed_keys(text: str, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c2sp.org/tlog-proof@v2\nindex 1\n\nnote", "starts with"),
        ("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 1\n\nnote", "index N"),
        ("c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nnote", "32 bytes"),
        ("c2sp.org/tlog-proof@v1\nindex 1\n", "starts with"),
    ],
)
def test_malformed_proofs(text: str, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        parse_proof(text)


@pytest.mark.parametrize(
    "note", ["text\n", "a\n\n— x\n", "a\n\nx AAAA\n", "a\n\n— x AA==\n", "\t\n\n"]
)
def test_malformed_notes(note: str) -> None:
    with pytest.raises(Malformed):
        open_note(note, SIGNER.verifier)
