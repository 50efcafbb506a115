"""Commands run in this process, which is much sooner than one of their own."""

import io
import subprocess
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from clausepress.cli import main


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """What a command ends with and prints."""
    words = ["clausepress", *map(str, arguments)]
    out, err = io.StringIO(), io.StringIO()
    with chdir(cwd or "."), redirect_stdout(out), redirect_stderr(err), patch("sys.argv", words):
        try:
            main()
        except SystemExit as end:
            code = end.code
    return subprocess.CompletedProcess(words, int(code or 0), out.getvalue(), err.getvalue())
