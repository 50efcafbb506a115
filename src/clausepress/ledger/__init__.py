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
    UnknownClause,
    UnknownEdition,
    UnknownNotice,
    UnknownPolicy,
    UnknownPurpose,
    UnknownVersion,
    UntrustedKey,
)
from clausepress.ledger.keys import Keys
from clausepress.ledger.ledger import Ledger
from clausepress.ledger.pending import Answer
from clausepress.ledger.records import Choice, Demand, OptOut, Receipt
from clausepress.ledger.replies import Inbound, Received
from clausepress.ledger.sending import Sending
from clausepress.ledger.suppressions import BadEntry
from clausepress.ledger.verify import Verified, verify_receipt

__all__ = [
    "AddressInvalid",
    "Answer",
    "BadEntry",
    "Catalog",
    "Choice",
    "Demand",
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
    "Sending",
    "SetupError",
    "SignatureInvalid",
    "StoreUnavailable",
    "UnknownClause",
    "UnknownEdition",
    "UnknownNotice",
    "UnknownPolicy",
    "UnknownPurpose",
    "UnknownVersion",
    "UntrustedKey",
    "Verified",
    "verify_receipt",
]
