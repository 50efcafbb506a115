"""Find a browser and a Chinese font for the browser tests, or get them, or say how."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from _bootstrap import ROOT, SETTINGS
from _steps import SetupError, apt_install, can_apt, say, step

SHELL = "chromium-headless-shell"  # the same engine without windows: half the CPU of a test
NAMES = (
    SHELL,
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
)
MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
FONT = "fonts-wqy-microhei"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
FONT_FILES = ("wqy", "cjk", "droidsansfallback", "sourcehan", "source-han", "uming", "ukai")
PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    print(p.chromium.executable_path)
"""


def provide(python: Path) -> tuple[str, str]:
    """Return a browser's path and, when there is none, a line that says what to install."""
    browser = find(python)
    font = has_font()
    if can_apt():
        browser = fetch(python, browser, font=font)
        font = font or has_font()
    if browser and not font:
        say(f"No Chinese font found: screenshots will show boxes. Fix: {font_fix()}")
    if not browser:
        return "", browser_fix()
    return browser, ""


def find(python: Path) -> str:
    """Return TEST_BROWSER, or playwright's own browser, or one of the system's, or nothing."""
    chosen = os.environ.get("TEST_BROWSER")
    if chosen:
        if not shutil.which(chosen):
            raise SetupError(
                f"TEST_BROWSER={chosen} is no program", "set it to a browser's full path."
            )
        return chosen
    return own(python) or next((path for path in installed() if not is_snap(Path(path))), "")


def installed() -> list[str]:
    """List the Chromium-like browsers of this machine."""
    paths = [path for name in NAMES if (path := shutil.which(name))]
    if sys.platform == "darwin":
        apps = [
            base / f"{name}.app" / "Contents" / "MacOS" / name
            for base in (Path("/Applications"), Path.home() / "Applications")
            for name in MAC
        ]
        paths += [str(app) for app in apps if app.exists()]
    return paths


def is_snap(path: Path) -> bool:
    """Tell whether a browser is a snap, or a stub for one, which tests cannot drive."""
    real = path.resolve()
    if real.name == "snap" or "/snap/" in f"{path}{real}":
        return True
    with real.open("rb") as file:
        start = file.read(4096)
    return start.startswith(b"#!") and b"/snap/" in start


def own(python: Path) -> str:
    """Return the browser that playwright itself has fetched before, if any."""
    home = Path("~/Library/Caches" if sys.platform == "darwin" else "~/.cache").expanduser()
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or home / "ms-playwright")
    if not any(folder.glob("chromium-*")):
        return ""
    asked = subprocess.run([python, "-c", PLAYWRIGHT], capture_output=True, text=True, check=False)
    path = asked.stdout.strip()
    return path if not asked.returncode and Path(path).exists() else ""


def has_font() -> bool:
    """Tell whether Chinese text can be drawn."""
    if sys.platform == "darwin":
        return True
    if shutil.which("fc-list"):
        asked = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, check=False
        )
        return bool(asked.stdout.strip())
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    names = (path.name.lower() for folder in folders for path in folder.rglob("*.tt[cf]"))
    return any(part in name for name in names for part in FONT_FILES)


def is_ubuntu() -> bool:
    """Tell whether apt's `chromium` is a stub for a snap here."""
    try:
        return platform.freedesktop_os_release().get("ID") == "ubuntu"
    except OSError:
        return False


def fetch(python: Path, browser: str, *, font: bool) -> str:
    """Install what is missing, as root; return the browser's path, or nothing."""
    packages = [] if font else [FONT]
    chosen = os.environ.get("TEST_BROWSER") or own(python)
    if not (chosen or shutil.which(SHELL) or is_ubuntu()):
        packages.append(SHELL)
    try:
        if packages:
            apt_install(*packages)
        if not browser and is_ubuntu():
            say("Ubuntu's chromium package is a snap, which tests cannot drive")
            step(
                "Installing Chromium (playwright)",
                [python, "-m", "playwright", "install", "--with-deps", "chromium"],
                fix="install Google Chrome's .deb package, or set TEST_BROWSER to a browser.",
                env=SETTINGS,
            )
    except SetupError as problem:
        say(str(problem))
    return find(python)


def browser_fix() -> str:
    """Say in one line what to install so that the browser tests run."""
    playwright = f"{ROOT / '.venv' / 'bin' / 'playwright'} install"
    if sys.platform == "darwin":
        return f"install Google Chrome, or run `{playwright} chromium`"
    if is_ubuntu():
        return f"sudo {playwright} --with-deps chromium"
    if shutil.which("apt-get"):
        return f"sudo apt install {SHELL} {FONT}"
    return "install Chromium or Chrome, or set TEST_BROWSER to a browser's path"


def font_fix() -> str:
    """Say in one line how to get a Chinese font."""
    if shutil.which("apt-get"):
        return f"sudo apt install {FONT}"
    return "install any font with Chinese characters, such as Noto Sans CJK"
