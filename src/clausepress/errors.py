"""What a person reads when their input is wrong: the file, the line, the fault and the fix."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class ClausepressError(Exception):
    """Wrong input or a refused action; ends a command with ``exit_code`` and no traceback."""

    exit_code: ClassVar[int] = 1


class ArgumentError(ClausepressError):
    """An argument that names nothing there is: wrong usage, not a finding."""

    exit_code = 2


class SourceError(ClausepressError):
    """A fault in a source file.

    Args:
        path: The file, as the person knows it.
        message: What is wrong.
        fix: What to do about it.
        line: 1-based line number, where the fault has one.
    """

    def __init__(self, path: Path, message: str, fix: str, *, line: int | None = None) -> None:
        self.path = path
        self.line = line
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {message}\n  fix: {fix}")
