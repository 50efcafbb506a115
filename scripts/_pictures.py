"""Take the pictures that README shows, from the site as it is now."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from _bootstrap import ROOT, environment, prepare
from _browser import provide
from _steps import SetupError, say

PICTURES = {  # name: path, width, height
    "policy-zh": ("zh/privacy/2021-01-25/", 1280, 860),
    "changes-en": ("en/privacy/2021-01-25/changes/", 1280, 1000),
}


def main(arguments: list[str]) -> int:
    """Set up, serve the site for a moment, and write `pictures/*.png`."""
    if arguments:
        say("./scripts/pictures takes no arguments")
        return 2
    python = prepare("test")
    browser, lacking = provide(python)
    if lacking:
        raise SetupError("there is no browser to take pictures with", lacking)
    return subprocess.run(
        [str(python), __file__, browser], cwd=ROOT, env=environment(ROOT), check=False
    ).returncode


def take(browser: str) -> None:
    """Run in the project's environment: serve, look, write the pictures."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        for name in ("docs", "mkdocs.yml"):
            (Path(folder) / name).symlink_to(ROOT / name)
        command = [sys.executable, "-u", "-m", "clausepress", "serve", "--port", "0"]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        try:
            url = _address(server)
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(
                    executable_path=browser,
                    args=["--no-sandbox", "--disable-background-networking"],
                )
                for name, (path, width, height) in PICTURES.items():
                    page = chromium.new_page(viewport={"width": width, "height": height})
                    page.goto(f"{url}/{path}")
                    page.locator("clausepress-cookies button").first.wait_for()
                    page.screenshot(path=ROOT / "pictures" / f"{name}.png")
                    say(f"pictures/{name}.png")
                chromium.close()
        finally:
            server.terminate()
            server.wait()


def _address(server: subprocess.Popen[str]) -> str:
    for line in server.stdout or ():
        if found := re.search(r"serving (http://\S+?)/ ", line):
            return found.group(1)
    raise SetupError("the site could not be served", "run ./scripts/serve and see what it says.")


if __name__ == "__main__":
    take(sys.argv[1])
