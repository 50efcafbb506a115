"""Our proofs checked by others, and the proofs of others checked by us."""

import base64
import json

import pytest
from ledger_samples import House, choice, new_key
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint, InclusionProof

from clausepress.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion

# Vectors of github.com/transparency-dev/merkle, testdata/{inclusion,consistency}/*/happy-path.json:
# trees of the eight leaves that RFC 6962's first implementation was tested with.
ROOTS = {
    2: "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=",
    5: "Tju7H3tHjc/nH7YxYxUZo7yhLJrvyhYSv85ME6hiZNQ=",
    6: "duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=",
    7: "3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=",
    8: "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=",
}
INCLUSIONS = [
    (
        1,
        5,
        "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=",
        [
            "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",
            "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
            "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
        ],
    ),
    (
        5,
        8,
        "QnGia+DYqE8L1UyMMC58s6O10fpngKQLzOKHNHfatlg=",
        [
            "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
            "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
            "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ],
    ),
]
CONSISTENCIES = [
    (
        2,
        5,
        [
            "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
            "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
        ],
    ),
    (
        6,
        7,
        [
            "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
            "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
            "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ],
    ),
]


def decoded(*values: str) -> list[bytes]:
    return [base64.b64decode(value) for value in values]


@pytest.mark.parametrize(("index", "size", "leaf", "path"), INCLUSIONS)
def test_inclusion_proofs_made_in_go(index: int, size: int, leaf: str, path: list[str]) -> None:
    (leaf_bytes, root), proof = decoded(leaf, ROOTS[size]), decoded(*path)
    assert verify_inclusion(leaf_bytes, index, size, proof, root)
    assert not verify_inclusion(leaf_bytes, index ^ 1, size, proof, root)
    assert not verify_inclusion(leaf_bytes, index, size, proof[::-1], root)


@pytest.mark.parametrize(("older", "newer", "path"), CONSISTENCIES)
def test_consistency_proofs_made_in_go(older: int, newer: int, path: list[str]) -> None:
    (first, second), proof = decoded(ROOTS[older], ROOTS[newer]), decoded(*path)
    assert verify_consistency(older, first, newer, second, proof)
    assert not verify_consistency(older, second, newer, first, proof)
    assert not verify_consistency(older, first, newer, second, proof[::-1])


def test_receipts_checked_by_other_hands(sqlite_house: House) -> None:
    """The proof, the tree head and the signature of every receipt, by tlog-scales."""
    ledger = sqlite_house.open()
    futures = [ledger.choose(choice(), new_key()) for _ in range(300)]
    receipts = [json.loads(future.result(20).receipt.to_json()) for future in futures]
    ledger.close()
    for receipt in receipts:
        head, _, note = receipt["proof"].partition("\n\n")
        _, index, *path = head.split("\n")
        checkpoint = Checkpoint.from_text(note)
        checkpoint.verify(Vkey.from_string(receipt["verifier_key"]))
        place = int(index.removeprefix("index "))
        proof = InclusionProof(place, checkpoint.size, decoded(*path))
        proof.check(leaf_hash(receipt["entry"].encode()), checkpoint.root_hash)
