"""What the writer tells of its work, in numbers only, to whoever counts."""

from typing import Protocol


class Observer(Protocol):
    """Called by the writer thread; must be quick and raise nothing."""

    def committed(self, records: int, suppressions: int, seconds: float) -> None:
        """One transaction is durable; it held the head of the log for so many seconds."""

    def failed(self) -> None:
        """A batch was given up; whoever sent its records was told so."""


class Unobserved:
    """The observer of a ledger that nobody counts."""

    def committed(self, records: int, suppressions: int, seconds: float) -> None:
        """See Observer."""

    def failed(self) -> None:
        """See Observer."""
