"""Checkpoints and proofs."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from clausepress.ledger.checkpoint import Checkpoint, format_proof, parse_proof
from clausepress.note import Malformed, Signer, VerifierKey, open_note

SIGNER = Signer("example.com/log", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
names = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], blacklist_characters="+"),
    min_size=1,
)
roots = st.binary(min_size=32, max_size=32)


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
        ("c2sp.org/tlog-proof@v2\nindex 1\n\nnote", "starts with"),
        ("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 1\n\nnote", "index N"),
        ("c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nnote", "32 bytes"),
        ("c2sp.org/tlog-proof@v1\nindex 1\n", "starts with"),
    ],
)
def test_malformed_proofs(text: str, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        parse_proof(text)
