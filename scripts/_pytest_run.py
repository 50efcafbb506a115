"""Run pytest inside `.venv` for _checks.py: count the outcomes, skip browser tests if told.

Usage: _pytest_run.py REPORT REASON [pytest arguments]; an empty REASON skips nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

BROWSER_FIXTURES = {"playwright", "browser_type", "browser"}  # `page` and the like use these


class Plugin:
    """What _checks.py needs of a test run."""

    def __init__(self, report: Path, reason: str) -> None:
        self.report, self.reason = report, reason

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Skip every test that would start a browser when there is none."""
        if not self.reason:
            return
        for item in items:
            if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.skip(reason=f"no browser: {self.reason}"))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write down how many tests passed, failed and so on."""
        stats = terminalreporter.stats
        self.report.write_text(json.dumps({name: len(stats[name]) for name in stats if name}))


if __name__ == "__main__":
    report, reason, *arguments = sys.argv[1:]
    sys.argv[1:] = arguments
    sys.exit(pytest.main(arguments, plugins=[Plugin(Path(report), reason)]))
