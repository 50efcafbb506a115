"""Time stamps over manifests, with real tokens of an authority made by openssl."""

import random
import shutil
import subprocess
from pathlib import Path

import commands
import pytest

from clausepress.archive.timestamps import (
    TimeStampError,
    check_response,
    load_authorities,
    request_bytes,
)
from clausepress.archive.verifying.verify import verify_folder

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl, which plays the authority, is not there"
)

CONFIG = """[tsa]
default_tsa = press
[press]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""
MESSAGE = b"a manifest\n"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a root, ``ca.pem``, and an authority under it."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "tsa.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")
    (folder / "ext").write_text("extendedKeyUsage=critical,timeStamping\n")
    new = "-newkey rsa:2048 -nodes"
    openssl(folder, f"req -x509 {new} -keyout ca.key -out ca.pem -days 30 -subj /CN=Root")
    openssl(folder, f"req -x509 {new} -keyout x.key -out other.pem -days 30 -subj /CN=Other")
    openssl(folder, f"req {new} -keyout tsa.key -out tsa.csr -subj /CN=Stamps")
    signing = "-CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile ext"
    openssl(folder, f"x509 -req -in tsa.csr {signing} -out tsa.pem")
    return folder


def openssl(folder: Path, arguments: str) -> None:
    subprocess.run(["openssl", *arguments.split()], cwd=folder, check=True, capture_output=True)


def reply(authority: Path, request: bytes) -> bytes:
    (authority / "r.tsq").write_bytes(request)
    signing = "-config tsa.cnf -section press -signer tsa.pem -inkey tsa.key"
    openssl(authority, f"ts -reply {signing} -queryfile r.tsq -out r.tsr")
    return (authority / "r.tsr").read_bytes()


def test_openssl_reads_the_request(authority: Path) -> None:
    (authority / "q.tsq").write_bytes(request_bytes(MESSAGE))
    shown = subprocess.run(
        ["openssl", "ts", "-query", "-in", "q.tsq", "-text"],
        cwd=authority,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "sha256" in shown
    assert "Certificate required: yes" in shown


def test_a_reply_holds_for_its_message_and_authority_only(authority: Path) -> None:
    data = reply(authority, request_bytes(MESSAGE))
    root = load_authorities((authority / "ca.pem").read_bytes())
    stamp = check_response(data, MESSAGE, root)
    assert stamp.authority == "CN=Stamps"
    assert stamp == check_response(data, MESSAGE, ())
    with pytest.raises(TimeStampError, match="something else"):
        check_response(data, b"another manifest\n", root)
    other = load_authorities((authority / "other.pem").read_bytes())
    with pytest.raises(TimeStampError, match="authorities given"):
        check_response(data, MESSAGE, other)


def test_a_damaged_reply_never_says_another_time_or_authority(authority: Path) -> None:
    """A few bits in it say nothing (versions of its parts); all others make it fail."""
    data = reply(authority, request_bytes(MESSAGE))
    root = load_authorities((authority / "ca.pem").read_bytes())
    stamp = check_response(data, MESSAGE, root)
    chosen = random.Random(3161)  # noqa: S311 - a test's choice
    passed = 0
    for _ in range(600):
        flipped = bytearray(data)
        flipped[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
        try:
            assert check_response(bytes(flipped), MESSAGE, root) == stamp
        except TimeStampError:
            continue
        passed += 1
    assert passed < 15
    for size in range(0, len(data), 7):
        with pytest.raises(TimeStampError):
            check_response(data[:size], MESSAGE, root)


def command(docs: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return commands.run("timestamp", *arguments, "--docs", docs)


def test_request_attach_and_verify(docs: Path, authority: Path, tmp_path: Path) -> None:
    request, answer = tmp_path / "req.tsq", tmp_path / "reply.tsr"
    ca = authority / "ca.pem"
    asked = command(docs, "request", "terms/v1", "--output", request)
    assert asked.returncode == 0, asked.stderr
    answer.write_bytes(reply(authority, request.read_bytes()))
    wrong = command(docs, "attach", "privacy/2019-01-01", answer, "--ca", ca)
    assert wrong.returncode == 1
    assert "something else" in wrong.stderr
    kept = command(docs, "attach", "terms/v1", answer, "--ca", ca)
    assert kept.returncode == 0, kept.stderr
    assert command(docs, "attach", "terms/v1", answer).returncode == 1
    answer.write_bytes(b"<html>")
    junk = command(docs, "attach", "privacy/2019-01-01", answer)
    assert junk.returncode == 1
    assert "the reply is no time-stamp response (RFC 3161, in DER)\n" in junk.stderr
    assert command(docs, "request", "terms/v0", "--output", tmp_path / "x").returncode == 1
    report = verify_folder(docs, authorities=load_authorities(ca.read_bytes()))
    assert (report.findings, report.checked.timestamps) == ((), 1)
    other = load_authorities((authority / "other.pem").read_bytes())
    (finding,) = verify_folder(docs, authorities=other).findings
    assert finding.file == "terms/v1/frozen/manifest.tsr"
