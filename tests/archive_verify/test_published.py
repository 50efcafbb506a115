"""`verify` on a published site: as a folder, over HTTP, and from the command line."""

import json
import random
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import commands
import pytest
from click.testing import CliRunner

from clausepress.archive.verifying.verify import verify_folder, verify_site
from clausepress.cli import cli
from clausepress.errors import ArgumentError, ClausepressError


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Print nothing."""


class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.2:9/policies.json")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Print nothing."""


def serving(handler: object) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def url(site: Path) -> Iterator[str]:
    yield from serving(partial(Quiet, directory=str(site)))


@pytest.fixture
def elsewhere() -> Iterator[str]:
    yield from serving(Elsewhere)


def named(report: object) -> set[str]:
    return {each.file for each in report.findings}  # type: ignore[attr-defined]


def test_a_site_is_all_right_as_a_folder_and_by_its_address(site: Path, url: str) -> None:
    for report in (verify_folder(site), verify_site(url), verify_site(f"{url}/")):
        assert report.findings == ()
        assert (report.checked.versions, report.checked.pages) == (4, 12)


def test_no_flipped_bit_of_the_archive_or_an_edition_passes(site: Path) -> None:
    chosen = random.Random(7)  # noqa: S311 - a test's choice
    keys = site / "archive" / "press.keys"
    keys.write_text(keys.read_text().split("\n", 1)[1])
    for path in sorted([*site.glob("archive/**/*"), *site.glob("**/edition.json")]):
        if path.is_dir():
            continue
        data = path.read_bytes()
        at = chosen.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chosen.randrange(8)]) + data[at + 1 :])
        assert path.relative_to(site).as_posix() in named(verify_folder(site)), (path, at)
        path.write_bytes(data)


@pytest.mark.parametrize("page", ["zh/privacy/2020-01-01", "zh/privacy"])
def test_an_altered_page_names_the_clause(site: Path, url: str, page: str) -> None:
    path = site / page / "index.html"
    path.write_text(path.read_text().replace("0 天", "9 天"))
    (finding,) = verify_site(url).findings
    assert finding.file == f"{page}/index.html"
    assert [each.number for each in finding.clauses] == ["1.2"]


@pytest.mark.parametrize("hide", ["<!-- {} -->", "<template>{}</template>", "<script>{}</script>"])
def test_a_hidden_body_does_not_pass(site: Path, hide: str) -> None:
    path = site / "en" / "terms" / "v1" / "index.html"
    body = (site / "archive" / "terms" / "v1" / "en.html").read_text()
    path.write_text(path.read_text().replace(body, hide.format(body) + "<p>Another text</p>"))
    assert named(verify_folder(site)) == {"en/terms/v1/index.html"}


def test_a_second_text_on_a_page_does_not_pass(site: Path) -> None:
    path = site / "en" / "terms" / "v1" / "index.html"
    path.write_text(path.read_text().replace("<body>", '<body><div class="cp-text">No</div>'))
    assert named(verify_folder(site)) == {"en/terms/v1/index.html"}


def test_one_note_says_what_of_a_site_is_not_proved(site: Path, frozen: Path) -> None:
    (note,) = verify_folder(site).notes
    assert "not the shell around it" in note
    assert "redlines" in note
    assert verify_folder(frozen).notes == ()


@pytest.mark.parametrize(
    ("field", "value"), [("controller", {"zh": "另一公司"}), ("prevails", "en")]
)
def test_an_index_with_another_controller_or_prevailing_language_is_named(
    site: Path, field: str, value: object
) -> None:
    path = site / "policies.json"
    index = json.loads(path.read_text())
    index["policies"][0]["versions"][0][field] = value
    path.write_text(json.dumps(index))
    (finding,) = verify_folder(site).findings
    assert (finding.file, finding.what) == ("policies.json", "altered")
    assert f"{field} was frozen as" in finding.message


def test_an_index_that_says_something_else_is_named(site: Path) -> None:
    path = site / "policies.json"
    index = json.loads(path.read_text())
    policy = next(each for each in index["policies"] if each["id"] == "privacy")
    policy["versions"][0]["editions"]["zh"]["text_digest"] = "sha256:" + "0" * 64
    del policy["versions"][1]
    path.write_text(json.dumps(index))
    report = verify_folder(site)
    assert named(report) == {"policies.json"}
    assert sorted(each.what for each in report.findings) == ["altered", "missing"]


def test_missing_files_of_a_site_are_named(site: Path, url: str) -> None:
    gone = [
        "zh/terms/v1/index.html",
        "en/terms/v1/edition.json",
        "archive/privacy/2019-01-01/zh.html",
    ]
    for name in gone:
        (site / name).unlink()
    assert named(verify_site(url)) == set(gone)


def test_a_redirect_to_another_origin_is_refused(elsewhere: str) -> None:
    with pytest.raises(ClausepressError, match="another one"):
        verify_site(elsewhere)


@pytest.mark.parametrize("bad", ["https://", "https://user:pw@host/", "http://host:x/"])
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(ClausepressError, match="address"):
        verify_site(bad)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return commands.run("verify", *arguments)


def test_the_command_says_what_it_trusts_and_ends_by_what_it_found(docs: Path) -> None:
    right = run(docs)
    assert right.returncode == 0
    assert "compare this key" in right.stdout
    path = docs / "terms" / "v1" / "frozen" / "en.html"
    path.write_text(path.read_text().replace("7 days", "8 days"))
    wrong = run(docs)
    assert wrong.returncode == 1
    assert "terms/v1/frozen/en.html: altered" in wrong.stdout
    assert "clause 1.2 (c12)" in wrong.stdout
    report = json.loads(run(docs, "--format", "json").stdout)
    assert report["schema"] == "clausepress.verify/1"
    assert report["findings"][0]["clauses"][0]["number"] == "1.2"
    assert "1 finding: 2 policies, 4 frozen versions" in wrong.stdout


@pytest.mark.parametrize(
    ("target", "code"), [("nothing", 2), ("terms/v1/en.md", 2), ("terms/v1/frozen/en.json", 1)]
)
def test_the_command_says_what_it_can_verify(frozen: Path, target: str, code: int) -> None:
    refused = CliRunner().invoke(cli, ["verify", str(frozen / target)])
    assert isinstance(refused.exception, ClausepressError)
    assert refused.exception.exit_code == code
    assert "fix: TARGET is a folder of sources" in str(refused.exception)


def test_a_site_that_cannot_be_reached_is_an_error_and_no_verdict() -> None:
    unreachable = run("http://127.0.0.1:1/")
    assert (unreachable.returncode, unreachable.stdout) == (1, "")
    (line,) = unreachable.stderr.splitlines()
    assert line.startswith("error: http://127.0.0.1:1/: policies.json cannot be fetched: ")


@pytest.mark.parametrize("page", ["en/privacy/", "zh/terms/v1", "archive/terms"])
def test_a_page_of_a_site_is_told_from_its_root(site: Path, url: str, page: str) -> None:
    with pytest.raises(ArgumentError, match="below the root") as by_address:
        verify_site(f"{url}/{page}")
    assert str(by_address.value).endswith(f"clausepress verify {url}/")
    with pytest.raises(ArgumentError, match="below the root") as in_folder:
        verify_folder(site / page)
    assert str(in_folder.value).endswith(f"clausepress verify {site.resolve()}")


def test_the_root_may_lie_below_that_of_its_host(site: Path) -> None:
    for url in serving(partial(Quiet, directory=str(site.parent))):
        with pytest.raises(ArgumentError, match="below the root") as refused:
            verify_site(f"{url}/site/en/")
        assert str(refused.value).endswith(f"clausepress verify {url}/site/")


def test_an_address_without_any_site_is_wrong_usage(url: str, site: Path) -> None:
    for path in (site / "policies.json", site / "archive" / "press.keys"):
        path.unlink()
    with pytest.raises(ArgumentError, match="nothing is frozen here"):
        verify_site(url)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--key", "press.example+1234+AAAA"), 2),
        (("--since", "press.keys"), 2),
        (("--since", "nowhere"), 2),
        (("--log", "https://a.example/v1/log"), 2),
        (("--checkpoint", "seen"), 2),
    ],
)
def test_wrong_usage_ends_with_2(frozen: Path, options: tuple[str, str], code: int) -> None:
    name, value = options
    value = str(frozen / value) if name == "--since" else value
    done = run(frozen, name, value)
    assert (done.returncode, done.stdout) == (code, "")
    assert name in done.stderr


def test_the_command_compares_paper(docs: Path, tmp_path: Path) -> None:
    paper = tmp_path / "sealed.txt"
    words = "Privacy policy\n1. Scope\n1.1 We serve people\nin China.\n"
    words += "1.2 We keep your telephone number for {} days.\n"
    paper.write_text(words.format(60))
    same = run("privacy/2020-01-01/en", "--paper", paper, "--docs", docs)
    assert (same.returncode, same.stderr) == (0, "")
    paper.write_text(words.format(61))
    other = run("privacy/2020-01-01/en", "--paper", paper, "--docs", docs)
    assert other.returncode == 1
    assert "clause 1.2: " in other.stdout
    assert "[-60-]{+61+}" in other.stdout
    assert "\n1 difference: " in other.stdout
    paper.write_text(words.format(60) + "Signed by Shop Ltd.\n")
    sealed = run("privacy/2020-01-01/en", "--paper", paper, "--docs", docs)
    assert sealed.returncode == 0
    assert "set aside, no word changed: " in sealed.stdout
    assert "\n  seal: Signed by Shop Ltd.\n" in sealed.stdout
