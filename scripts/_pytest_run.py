"""Run pytest inside `.venv` for _checks.py and count the outcomes.

Usage: _pytest_run.py REPORT [pytest arguments]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest


class Plugin:
    """What _checks.py needs of a test run."""

    def __init__(self, report: Path) -> None:
        self.report = report

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write down how many tests passed, failed and so on."""
        stats = terminalreporter.stats
        self.report.write_text(json.dumps({name: len(stats[name]) for name in stats if name}))


if __name__ == "__main__":
    report, *arguments = sys.argv[1:]
    sys.argv[1:] = arguments
    sys.exit(pytest.main(arguments, plugins=[Plugin(Path(report))]))
