"""Records of choices in a transparency log, with receipts anyone can check.

Knows no HTTP and no site; meets the published texts only in policies.json.
"""

from clausepress.ledger.catalog import Catalog
from clausepress.ledger.errors import (
    AddressInvalid,
    DigestMismatch,
    IdempotencyMismatch,
    InconsistentDecision,
    KeysMismatch,
    LedgerError,
    ProofInvalid,
    ReceiptInvalid,
    ReceiptMalformed,
    RecordMismatch,
    Refused,
    SetupError,
    SignatureInvalid,
    StoreUnavailable,
    UnknownEdition,
    UnknownPolicy,
    UnknownPurpose,
    UnknownVersion,
    UntrustedKey,
)
from clausepress.ledger.keys import Keys
from clausepress.ledger.ledger import Ledger
from clausepress.ledger.records import Choice, OptOut, Receipt
from clausepress.ledger.replies import Inbound, Received
from clausepress.ledger.verify import Verified, verify_receipt
from clausepress.ledger.writer import Answer

__all__ = [
    "AddressInvalid",
    "Answer",
    "Catalog",
    "Choice",
    "DigestMismatch",
    "IdempotencyMismatch",
    "Inbound",
    "InconsistentDecision",
    "Keys",
    "KeysMismatch",
    "Ledger",
    "LedgerError",
    "OptOut",
    "ProofInvalid",
    "Receipt",
    "ReceiptInvalid",
    "ReceiptMalformed",
    "Received",
    "RecordMismatch",
    "Refused",
    "SetupError",
    "SignatureInvalid",
    "StoreUnavailable",
    "UnknownEdition",
    "UnknownPolicy",
    "UnknownPurpose",
    "UnknownVersion",
    "UntrustedKey",
    "Verified",
    "verify_receipt",
]
