"""The whole house: served site in real Chromium, choices that outlive a killed server."""

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[1]


class Served:
    """A `clausepress serve` process and the folder it runs in."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        command = [sys.executable, "-u", "-m", "clausepress", "serve", "--port", "0", *options]
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.output: list[str] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self.wait_for(r"serving (http://\S+?)/ ").group(1)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.output.append(line)
                self._changed.notify_all()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until the server has printed a line that matches."""
        found: list[re.Match[str] | None] = []

        def there() -> bool:
            found[:] = [re.search(pattern, "".join(self.output))]
            return found[0] is not None

        with self._changed:
            assert self._changed.wait_for(there, timeout=60), "".join(self.output)
        assert found[0] is not None
        return found[0]

    def entries(self) -> list[dict[str, object]]:
        """The log's entries as the database file holds them."""
        with closing(sqlite3.connect(self.folder / "var" / "clausepress.db")) as connection:
            rows = connection.execute("SELECT entry FROM record ORDER BY idx").fetchall()
        return [json.loads(entry) for (entry,) in rows]


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Served]:
    server = Served(folder, *options)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait(timeout=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project's own policy set, in a folder of its own."""
    for name in ("docs", "mkdocs.yml"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def test_a_reader_refuses_unsubscribes_and_the_server_is_killed(folder: Path, page: Page) -> None:
    with served(folder) as server:
        for lang, label in (("zh", "重点条款："), ("en", "Key clause:")):
            for version, number in (("2019-09-16", "019091120"), ("2021-01-25", "202101151")):
                page.goto(f"{server.url}/{lang}/privacy/{version}/")
                expect(page.locator(".cp-version").first).to_contain_text(number)
                mark = page.locator(".cp-text strong.cp-prominent u").first
                expect(mark).to_have_css("text-decoration-line", "underline")
                assert int(mark.evaluate("e => getComputedStyle(e).fontWeight")) >= 700
                expect(page.locator(".cp-prominent .cp-label").first).to_have_text(label)
        page.goto(f"{server.url}/zh/choices/")
        # The widget's own button: the one in the HTML stands only until that is there.
        page.locator("clausepress-cookies [part~=refuse]").click()
        expect(page.get_by_role("link", name="回执")).to_be_visible()
        page.locator("clausepress-sms input").fill("138 0013 8000")
        page.locator("clausepress-sms").get_by_role("button", name="退订", exact=True).click()
        link = page.locator("clausepress-sms").get_by_role("link").filter(has_text="回执")
        expect(link.first).to_be_visible()
        href = link.first.get_attribute("href")
        receipt = urlopen(href, timeout=30).read()
        key = urlopen(f"{server.url}/v1/log/key", timeout=30).read().decode()
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(timeout=30)
        entries = server.entries()
        assert [(entry["kind"], entry["decision"]) for entry in entries] == [
            ("cookies", "refused"),
            ("opt-out", "withdrawn"),
        ]
        assert all(entry["version"] == "2021-01-25" for entry in entries)
    stored = b"".join(path.read_bytes() for path in (folder / "var").glob("clausepress.db*"))
    assert b"13800138000" not in stored
    (folder / "receipt.json").write_bytes(receipt)
    verify = [sys.executable, "-m", "clausepress", "verify", "receipt.json", "--key", key]
    done = subprocess.run(verify, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "opt-out" in done.stdout
    forged = receipt.replace(b"withdrawn", b"given")
    (folder / "receipt.json").write_bytes(forged)
    done = subprocess.run(verify, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_the_demo_page_of_another_origin_does_the_same(folder: Path, page: Page) -> None:
    demo = [sys.executable, "-u", str(ROOT / "widgets" / "demo" / "serve.py"), "--port", "0"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    shop = subprocess.Popen(
        [*demo, "--clausepress", f"http://127.0.0.1:{port}"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert shop.stdout is not None
        address = re.search(r"http://[\d.:]+", shop.stdout.readline())
        assert address is not None
        with served(folder, "--port", port, "--origin", address.group()) as server:
            page.goto(address.group())
            page.locator("clausepress-cookies").get_by_role("button", name="全部拒绝").click()
            expect(page.get_by_role("link", name="回执")).to_be_visible()
            page.locator("clausepress-sms input").fill("13800138000")
            page.locator("clausepress-sms").get_by_role("button", name="退订", exact=True).click()
            expect(page.locator("clausepress-sms dl")).to_be_visible()
            assert [entry["kind"] for entry in server.entries()] == ["cookies", "opt-out"]
    finally:
        shop.kill()
        shop.wait(timeout=30)


def test_without_javascript_a_reader_reads_and_chooses(
    folder: Path, browser: object, page: Page
) -> None:
    with served(folder) as server:
        context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
        plain = context.new_page()
        plain.goto(f"{server.url}/en/privacy/")
        expect(plain.locator(".cp-text")).to_contain_text("TDjdcloud")
        plain.get_by_role("link", name="Choose cookies without JavaScript").first.click()
        plain.get_by_role("button", name="Refuse all").click()
        expect(plain).to_have_url(re.compile(r"/v1/receipts/"))
        plain.goto(f"{server.url}/zh/choices/")
        plain.get_by_role("link", name="不使用 JavaScript 退订").click()
        plain.locator("#address").fill("13800138000")
        plain.get_by_role("button", name="退订").click()
        expect(plain).to_have_url(re.compile(r"/v1/receipts/"))
        kinds = [(entry["kind"], entry["decision"]) for entry in server.entries()]
        assert kinds == [("cookies", "refused"), ("opt-out", "withdrawn")]
        context.close()


def test_a_change_of_source_is_rebuilt_and_a_fault_keeps_the_old_site(tmp_path: Path) -> None:
    new = [sys.executable, "-m", "clausepress", "new", str(tmp_path / "site")]
    subprocess.run(new, check=True, timeout=60)
    source = tmp_path / "site" / "docs" / "privacy" / "2026-01-01" / "zh.md"
    with served(tmp_path / "site") as server:
        text = source.read_text(encoding="utf-8")
        source.write_text(text + "\n新添的一段。\n", encoding="utf-8")
        server.wait_for(r"rebuilt in")
        url = f"{server.url}/zh/privacy/2026-01-01/"
        assert "新添的一段。" in urlopen(url, timeout=30).read().decode()
        source.write_text("no front matter", encoding="utf-8")
        server.wait_for(r"there is no front matter[\s\S]*still served")
        assert "新添的一段。" in urlopen(url, timeout=30).read().decode()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=30) == 0
        server.wait_for(r"stopped\n$")
        assert "Traceback" not in "".join(server.output)


def test_a_taken_port_is_said_at_once(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "clausepress", "serve", "--port", port]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert f"port {port} on 127.0.0.1 cannot be used" in done.stderr
        assert "--port" in done.stderr
