"""What the ledger refuses or cannot do, as typed errors.

Every refusal carries a `code` (a stable slug) and, where one input is at fault, its `field`.
Messages say what to do and never repeat personal data.
"""

# ruff: noqa: N818 - named for what happened, as the API tells it

from typing import ClassVar

from clausepress.errors import ClausepressError


class LedgerError(ClausepressError):
    """Base of every error the ledger raises on purpose."""


class SetupError(LedgerError):
    """The keys, the catalog or the database do not fit together; the message tells the fix."""


class KeysMismatch(SetupError):
    """The key file is lost, or is not the one that the log was made with."""


class Refused(LedgerError):
    """The input is well formed, yet cannot be recorded. Nothing was stored."""

    code: ClassVar[str] = "refused"
    field: str | None = None

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field or self.field


class UnknownPolicy(Refused):
    """No such policy in policies.json."""

    code = "unknown-policy"
    field = "policy"


class UnknownVersion(Refused):
    """The policy has no such published version."""

    code = "unknown-version"
    field = "version"


class UnknownEdition(Refused):
    """The version is not published in that language."""

    code = "unknown-edition"
    field = "lang"


class DigestMismatch(Refused):
    """The text shown is not the text of that edition."""

    code = "digest-mismatch"
    field = "text_digest"


class UnknownPurpose(Refused):
    """The purposes named are not exactly the policy's optional purposes."""

    code = "unknown-purpose"
    field = "purposes"


class UnknownClause(Refused):
    """A clause said to have been shown as a prominent one is none of the edition's."""

    code = "unknown-clause"
    field = "prominent_shown"


class UnknownNotice(Refused):
    """No notice of these texts was shown to this person under that id."""

    code = "unknown-notice"
    field = "notice"


class InconsistentDecision(Refused):
    """The fields of a choice contradict its kind or each other."""

    code = "inconsistent-decision"
    field = "decision"


class AccountTokenInvalid(Refused):
    """The account token is not the host's, or not for this choice."""

    code = "account-token-not-valid"
    field = "account_token"


class AccountTokenExpired(AccountTokenInvalid):
    """The account token was the host's, until it expired."""

    code = "account-token-expired"


class AddressInvalid(Refused):
    """Not a possible telephone number or e-mail address."""

    code = "address-not-valid"
    field = "address"


class IdempotencyMismatch(Refused):
    """The idempotency key was used before, for other content."""

    code = "idempotency-mismatch"


class StoreUnavailable(LedgerError):
    """The store does not answer or refuses to write; the same request may be sent again."""


class Raced(LedgerError):
    """Another transaction won; the batch was rolled back and may be tried again from new state."""


class ReceiptInvalid(LedgerError):
    """A receipt does not prove what it says. The subclasses say which part is wrong."""


class ReceiptMalformed(ReceiptInvalid):
    """Not a receipt of this schema: not JSON, a field missing, unknown or of the wrong type."""


class RecordMismatch(ReceiptInvalid):
    """The id, the entry and the readable record do not say the same."""


class ProofInvalid(ReceiptInvalid):
    """The inclusion proof does not lead from the entry to the checkpoint's root."""


class SignatureInvalid(ReceiptInvalid):
    """The checkpoint is not signed by the log key."""


class UntrustedKey(ReceiptInvalid):
    """The receipt names another log key than the one asked for."""


class StoreDamaged(LedgerError):
    """A store does not hold what its log signed; `findings` are the faults found."""

    def __init__(self, message: str, findings: list[str]) -> None:
        super().__init__(message)
        self.findings = findings


class LogUnreadable(LedgerError):
    """A published log, or a checkpoint said to be of it, cannot be read as one."""


class LogContradicted(LedgerError):
    """A log does not hold what it signed before."""
