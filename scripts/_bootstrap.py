"""Make `.venv` in the project root hold the locked packages and Clausepress itself.

Only the standard library is used. Nothing is built: every package is a wheel whose hash
stands in requirements/, and Clausepress is linked in place with the metadata that makes its
command and its MkDocs plugin known. When nothing has changed, nothing is done.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from _steps import SetupError, apt_install, can_apt, say, step

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SETS = {"run": ("run", "test"), "test": ("test",)}  # the set "test" holds all of "run"
MARK = "clausepress/scripts"  # in INSTALLER: this dist-info is ours to rewrite
QUESTION = """
import importlib.util, json, sys, sysconfig
pip = importlib.util.find_spec("pip") is not None
print(json.dumps([sys.version_info[0], sys.version_info[1], sysconfig.get_path("purelib"), pip]))
"""
COMMAND = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys
from {module} import {function}
sys.exit({function}())
"""
WHEEL = f"Wheel-Version: 1.0\nGenerator: {MARK}\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
SETTINGS = {
    "UV_PYTHON_DOWNLOADS": "never",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_USER": "0",
}


class Facts(NamedTuple):
    """What the Python of a virtual environment says of itself."""

    version: str
    packages: Path
    has_pip: bool


def venv_python(root: Path) -> Path:
    """Return where the environment's Python is or will be."""
    return root / ".venv" / "bin" / "python"


def environment(root: Path) -> dict[str, str]:
    """Return the process environment as if `.venv` had been activated."""
    folder = root / ".venv"
    path = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, **SETTINGS, "VIRTUAL_ENV": str(folder), "PATH": path}


def prepare(name: str, root: Path = ROOT) -> Path:
    """Bring `.venv` to what requirements/<name>.txt says; return its Python."""
    with alone(root):
        facts = probe(root) or make(root)
        if not current(root, name, facts):
            install(root, name, facts)
        link(root, facts)
    return venv_python(root)


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Let one set-up of a project run at a time."""
    handle = os.open(root / "pyproject.toml", os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of this project to end")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def probe(root: Path) -> Facts | None:
    """Ask the environment's Python about itself; None when it has to be made (anew)."""
    python = venv_python(root)
    if not python.exists():
        return None
    asked = subprocess.run(
        [python, "-I", "-c", QUESTION], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        return None
    major, minor, packages, has_pip = json.loads(asked.stdout)
    facts = Facts(f"{major}.{minor}", Path(packages), has_pip)
    usable = (major, minor) >= (3, 11) and facts.packages.is_dir() and not moved(root, facts)
    return facts if usable else None


def moved(root: Path, facts: Facts) -> bool:
    """Tell whether the project lay elsewhere when `.venv` was made: its commands point there."""
    lines = [path.read_text() for path in facts.packages.glob("_clausepress.pth")]
    return any(line != source_line(root) for line in lines)


def source_line(root: Path) -> str:
    """Return the line that makes Python look for packages in src/."""
    return f"{root / 'src'}\n"


def find_uv() -> str:
    """Return a uv that starts, or an empty string; NO_UV=1 asks for pip."""
    uv = shutil.which("uv")
    if not uv or os.environ.get("NO_UV"):
        return ""
    asked = subprocess.run([uv, "--version"], capture_output=True, check=False)
    return "" if asked.returncode else uv


def make(root: Path) -> Facts:
    """Make the virtual environment, in place of one that no longer works."""
    folder = root / ".venv"
    again = ""
    if folder.exists():
        if not (folder / "pyvenv.cfg").exists() and any(folder.iterdir()):
            raise SetupError(
                f"{folder} is not a virtual environment", "move it away and run this again."
            )
        shutil.rmtree(folder)
        again = " anew (its Python is gone or too old, or the project was moved)"
    uv = find_uv()
    if uv:
        command = [uv, "venv", "--no-project", "--python", sys.executable, str(folder)]
    else:
        need_venv()
        command = [sys.executable, "-m", "venv", str(folder)]
    version = ".".join(map(str, sys.version_info[:3]))
    step(
        f"Making .venv{again} with Python {version}",
        command,
        fix="see the lines above; removing .venv and running this again starts afresh.",
        env=SETTINGS,
    )
    facts = probe(root)
    if facts is None:
        raise SetupError("the new .venv does not start", "try another Python: python3.12 scripts/…")
    return facts


def missing_modules() -> list[str]:
    """Return which of the modules that make a virtual environment this Python lacks."""
    importlib.invalidate_caches()
    return [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]


def need_venv() -> None:
    """See to it that this Python can make virtual environments, or say what to install."""
    lacking = missing_modules()
    package = f"python3.{sys.version_info[1]}-venv"
    if lacking and can_apt() and Path(sys.executable).resolve().is_relative_to("/usr/bin"):
        apt_install(package)
        lacking = missing_modules()
    if lacking:
        raise SetupError(
            f"this Python ({sys.executable}) lacks {' and '.join(lacking)}",
            f"Debian or Ubuntu: sudo apt install {package}; "
            "elsewhere install Python from python.org, or uv.",
        )


def stamp(root: Path, name: str) -> Path:
    """Return the file that says which requirements were last installed."""
    return root / ".venv" / f"installed-{name}"


def fingerprint(root: Path, name: str, facts: Facts) -> str:
    """Return the hash of all that decides what gets installed."""
    listed = (root / "requirements" / f"{name}.txt").read_bytes()
    return hashlib.sha256(facts.version.encode() + b"\n" + listed).hexdigest()


def current(root: Path, name: str, facts: Facts) -> bool:
    """Tell whether the packages of a set, or of one that holds it, are installed."""
    return any(
        stamp(root, held).exists()
        and stamp(root, held).read_text().strip() == fingerprint(root, held, facts)
        for held in SETS[name]
    )


def install(root: Path, name: str, facts: Facts) -> None:
    """Install a requirements file: hashes checked, wheels only, nothing besides."""
    listing = root / "requirements" / f"{name}.txt"
    count = len(re.findall(r"^\S+==", listing.read_text(), re.MULTILINE))
    python = str(venv_python(root))
    uv = find_uv()
    if uv:
        tool = [uv, "pip", "install", "--python", python]
    else:
        if not facts.has_pip:
            step(
                "Adding pip to .venv",
                [python, "-m", "ensurepip"],
                fix="remove .venv and run this again.",
            )
        tool = [python, "-m", "pip", "install"]
    stamp(root, name).unlink(missing_ok=True)
    step(
        f"Installing {count} packages of requirements/{name}.txt with {'uv' if uv else 'pip'}",
        [*tool, "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(listing)],
        fix=install_fix(facts.version, uv=bool(uv)),
        env=SETTINGS,
    )
    stamp(root, name).write_text(fingerprint(root, name, facts) + "\n")


def install_fix(version: str, *, uv: bool) -> str:
    """Say what usually helps when packages cannot be installed."""
    if uv:
        index = "uv's index settings (UV_DEFAULT_INDEX; NO_UV=1 takes pip and its settings)"
    else:
        index = "pip's index settings (`pip config list`)"
    return (
        f"check the network and {index}, then run this again. "
        f"If a package has no wheel for Python {version}, use Python 3.11 to 3.14. "
        "If hashes do not match, the index serves other files than were locked: use another."
    )


def link(root: Path, facts: Facts) -> None:
    """Make the package in src/ importable and known, as an editable installation does."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    name, version = project["name"], read_version(root, project["name"])
    info = f"{name}-{version}.dist-info"
    others = [path for path in facts.packages.glob(f"{name}-*.dist-info") if not is_ours(path)]
    if others:
        say(f"Leaving {others[0].name} as it is: something else installed it")
        return
    files = {
        f"_{name}.pth": source_line(root),
        f"{info}/METADATA": metadata(project, version),
        f"{info}/entry_points.txt": entry_points(project),
        f"{info}/INSTALLER": f"{MARK}\n",
        f"{info}/WHEEL": WHEEL,
    }
    for command in project.get("scripts", {}):
        files[f"../../../bin/{command}"] = console_script(root, project["scripts"][command])
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    if all(holds(facts.packages / path, text) for path, text in files.items()):
        return
    for old in facts.packages.glob(f"{name}-*.dist-info"):
        shutil.rmtree(old)
    for path, text in files.items():
        target = facts.packages / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)
        if "/bin/" in path:
            target.chmod(0o755)
    say(f"Linked src/{name} into .venv")


def is_ours(info: Path) -> bool:
    """Tell whether a dist-info folder was written by `link` (or never finished)."""
    installer = info / "INSTALLER"
    return not installer.exists() or installer.read_text().strip() == MARK


def holds(path: Path, text: str) -> bool:
    """Tell whether a file has this very text."""
    return path.is_file() and path.read_text() == text


def read_version(root: Path, name: str) -> str:
    """Read the version from the package without importing it."""
    text = (root / "src" / name / "__init__.py").read_text()
    found = re.search(r"""^__version__ = ["']([^"']+)["']""", text, re.MULTILINE)
    if not found:
        raise SetupError(f"src/{name}/__init__.py has no __version__", "put it back.")
    return found[1]


def metadata(project: dict[str, Any], version: str) -> str:
    """Write core metadata: enough for importlib.metadata, pip check and deptry."""
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {project['name']}",
        f"Version: {version}",
        f"Summary: {project['description']}",
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {wanted}" for wanted in project["dependencies"]),
    ]
    for extra, wanted in project.get("optional-dependencies", {}).items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {for_extra(each, extra)}" for each in wanted]
    return "\n".join(lines) + "\n"


def for_extra(requirement: str, extra: str) -> str:
    """Add `extra == …` to a requirement's marker."""
    wanted, _, marker = requirement.partition(";")
    condition = f"({marker.strip()}) and " if marker.strip() else ""
    return f'{wanted.strip()} ; {condition}extra == "{extra}"'


def entry_points(project: dict[str, Any]) -> str:
    """Write the commands and plugins as importlib.metadata reads them."""
    groups = {"console_scripts": project.get("scripts", {}), **project.get("entry-points", {})}
    return "\n".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in groups.items()
    )


def console_script(root: Path, target: str) -> str:
    """Write a command that starts also when the project's path holds spaces."""
    module, _, function = target.partition(":")
    return COMMAND.format(python=venv_python(root), module=module, function=function)
