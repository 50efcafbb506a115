"""Running commands one line at a time: what is done, how long it took, how to mend it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import IO, TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

QUIET = 2.0  # seconds before a step shows that it is still running
TAIL = 15  # lines of a failed command's output that are shown


class SetupError(Exception):
    """A step that failed, with what to do about it and the end of the output."""

    def __init__(self, message: str, fix: str = "", output: str = "") -> None:
        super().__init__(message)
        self.message, self.fix, self.output = message, fix, output

    def __str__(self) -> str:
        """Lay out the output's end first, so that the fix is the last thing read."""
        lines = [f"  | {line}" for line in self.output.rstrip().splitlines()[-TAIL:]]
        lines.append(f"Failed: {self.message}")
        if self.fix:
            lines.append(f"Fix: {self.fix}")
        return "\n".join(lines)


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def guarded(main: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run a script's main function; turn its failures into messages and an exit status."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return main(arguments)
    except (SetupError, OSError) as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr, flush=True)
        return 130


def _terminated(signum: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + signum)


def step(
    title: str,
    command: Sequence[str | Path],
    *,
    fix: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a command quietly under a title; return its output or raise SetupError."""
    print(title, end="", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryFile() as log:
        try:
            status = _wait(title, command, log, cwd, {**os.environ, **(env or {})})
        except BaseException:
            print(flush=True)
            raise
        seconds = time.monotonic() - started
        end = f" ({seconds:.0f} s)" if seconds >= QUIET else ""
        say(f"\r{title}{end}" if sys.stdout.isatty() else end)
        log.seek(0)
        output = log.read().decode(errors="replace")
    if status:
        raise SetupError(f"{title} (exit status {status})", fix, output)
    return output


def _wait(
    title: str,
    command: Sequence[str | Path],
    log: IO[bytes],
    cwd: Path | None,
    env: Mapping[str, str],
) -> int:
    child = subprocess.Popen(
        list(map(str, command)),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=env,
    )
    try:
        return _watch(title, child)
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _watch(title: str, child: subprocess.Popen[bytes]) -> int:
    terminal = sys.stdout.isatty()
    started = time.monotonic()
    while True:
        try:
            return child.wait(1 if terminal else 5)
        except subprocess.TimeoutExpired:
            seconds = time.monotonic() - started
            if not terminal:
                print(".", end="", flush=True)
            elif seconds >= QUIET:
                print(f"\r{title} ({seconds:.0f} s)", end="", flush=True)


def can_apt() -> bool:
    """Tell whether this user may install Debian packages without being asked anything."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    """Install Debian packages, without the ones they merely recommend."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0"]
    names = " ".join(packages)
    fix = f"run `apt-get update && apt-get install {names}` and read what it says."
    try:
        step("Reading the package lists (apt-get update)", [*apt, "update"], fix=fix, env=quiet)
    except SetupError:
        say("The package lists could not all be read; going on with what is there.")
    step(
        f"Installing {names} (apt-get)",
        [*apt, "install", "-y", "--no-install-recommends", *packages],
        fix=fix,
        env=quiet,
    )
