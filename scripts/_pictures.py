"""Take the pictures of the site as it is now: each kind of page on a desk, on a phone, dark and on
paper, the languages by turns. README shows some, ``pictures/README.md`` all.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from _bootstrap import ROOT, environment, prepare
from _browser import provide
from _steps import SetupError, say

PAGES = {  # name: path below the language, what it shows
    "home": ("", "Policy centre"),
    "policy": ("privacy/", "A policy"),
    "changes": ("privacy/2021-01-25/changes/", "What changed in a version"),
    "side-by-side": ("privacy/side-by-side/", "Two languages side by side"),
    "archive": ("privacy/archive/", "All versions"),
    "search": ("search/?q=Cookies", "Search"),
    "choices": ("choices/", "My choices"),
    "cookies": ("cookies/", "Cookie register"),
}
LOOKS: dict[str, tuple[str, int, int, dict[str, Any]]] = {  # name: language, width, height, media
    "desk": ("zh", 1280, 860, {}),
    "phone": ("en", 360, 740, {}),
    "dark": ("en", 1000, 680, {"color_scheme": "dark"}),
    "paper": ("zh", 794, 1123, {"media": "print"}),
}
README = {"policy-zh": "zh/privacy/", "changes-en": "en/privacy/2021-01-25/changes/"}
COLOURS = 24  # enough for text on plain ground, and a third of the bytes


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
                context = chromium.new_context()
                for name, path in README.items():
                    page = context.new_page()
                    page.set_viewport_size({"width": 1280, "height": 860})
                    page.goto(f"{url}/{path}")
                    page.get_by_role("button", name=re.compile("Refuse all|全部拒绝")).wait_for()
                    keep(name, page.screenshot())
                page.locator("clausepress-cookies [part~=refuse]").click()
                page.get_by_role("button", name="Cookie").first.wait_for()
                for name, (path, _) in PAGES.items():
                    for look, (lang, width, height, media) in LOOKS.items():
                        page.set_viewport_size({"width": width, "height": height})
                        page.emulate_media(**{"color_scheme": "light", "media": "screen", **media})
                        page.goto(f"{url}/{lang}/{path}", wait_until="networkidle")
                        keep(f"{name}-{look}", page.screenshot())
                chromium.close()
        finally:
            server.terminate()
            server.wait()


def keep(name: str, picture: bytes) -> None:
    """Write a picture with few colours."""
    from PIL import Image

    few = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    path = ROOT / "pictures" / f"{name}.png"
    few.save(path, optimize=True)
    say(f"pictures/{name}.png {path.stat().st_size // 1024} kB")


def write_list() -> None:
    """Write the page that shows all pictures."""
    lines = ["# Pictures of the sample site", "", "Made by `./scripts/pictures`.", ""]
    for name, (_, title) in PAGES.items():
        lines += [f"## {title}", ""]
        lines += [
            f"![{title}, {look}, {spoken}]({name}-{look}.png)"
            for look, (spoken, *_) in LOOKS.items()
        ]
        lines.append("")
    (ROOT / "pictures" / "README.md").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")


def _address(server: subprocess.Popen[str]) -> str:
    for line in server.stdout or ():
        if found := re.search(r"serving (http://\S+?)/ ", line):
            return found.group(1)
    raise SetupError("the site could not be served", "run ./scripts/serve and see what it says.")


if __name__ == "__main__":
    take(sys.argv[1])
    write_list()
