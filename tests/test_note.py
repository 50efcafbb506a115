"""Signed notes and keys, with the specification's own vector."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from clausepress.note import Malformed, Signer, Unsigned, VerifierKey, open_note

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


def test_a_note_made_by_go_opens() -> None:
    key = VerifierKey.parse(PETER)
    assert str(key) == PETER
    assert open_note(NOTE, key).startswith("If you think cryptography")


@given(st.integers(0, len(NOTE) - 1), st.integers(1, 127))
def test_any_other_character_in_a_note_fails(place: int, change: int) -> None:
    altered = NOTE[:place] + chr(ord(NOTE[place]) ^ change) + NOTE[place + 1 :]
    with pytest.raises((Unsigned, Malformed)):
        open_note(altered, VerifierKey.parse(PETER))


def test_signatures_of_others_are_ignored() -> None:
    note = SIGNER.sign("text\n")
    witness = Signer("witness.example", Ed25519PrivateKey.generate())
    line = witness.sign("text\n").rpartition("\n\n")[2]
    assert open_note(note + line, SIGNER.verifier) == "text\n"
    assert open_note(note + line, witness.verifier) == "text\n"
    stranger = Signer("example.com/log", Ed25519PrivateKey.generate())
    with pytest.raises(Unsigned, match="not signed by"):
        open_note(note, stranger.verifier)
    with pytest.raises(Malformed, match="no more than 64"):
        open_note(note + line * 64, SIGNER.verifier)


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
    "note", ["text\n", "a\n\n— x\n", "a\n\nx AAAA\n", "a\n\n— x AA==\n", "\t\n\n"]
)
def test_malformed_notes(note: str) -> None:
    with pytest.raises(Malformed):
        open_note(note, SIGNER.verifier)
