"""The key file: forms of all releases, changes of it, and what is refused."""

import json
import os
import secrets
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.ledger import Keys, SetupError
from clausepress.ledger.keyfile import (
    FIRST,
    KeyFile,
    KeyKind,
    add,
    decode,
    drop,
    edited,
    generate,
    new_key,
    read,
    use,
)

KINDS: list[KeyKind] = ["log", "wrap", "mac"]


def write(path: Path, text: bytes) -> Path:
    path.write_bytes(text)
    path.chmod(0o600)
    return path


def first_form() -> dict[str, object]:
    """A key file as the first release wrote it."""
    one, two, three = (b64encode(secrets.token_bytes(32)).decode() for _ in range(3))
    mac = [{"id": "m1", "key": three}]
    return {"schema": "clausepress.keys/1", "log": one, "wrap": two, "mac": mac}


def test_a_log_has_no_more_keys_than_a_reader_takes_signatures() -> None:
    file = decode(generate(), "keys")
    for _ in range(63):
        file = use(add(file, "log"), "log")
    with pytest.raises(SetupError, match="64 log keys"):
        add(file, "log")
    add(file, "mac")


def test_a_file_of_the_first_form_is_read_and_written_anew(tmp_path: Path) -> None:
    text = json.dumps(first_form()).encode()
    path, before = write(tmp_path / "keys.json", text), Keys.parse(text)
    with edited(path) as edit:
        edit.write(use(add(edit.file, "wrap"), "wrap"))
    after = Keys.load(path)
    assert json.loads(path.read_bytes())["schema"] == "clausepress.keys/2"
    assert before.wrap_id == FIRST != after.wrap_id
    assert after.unwrap("id", before.wrap("id", b"k" * 32)) == b"k" * 32
    assert after.mac("x", b"y") == before.mac("x", b"y")
    assert after.verifiers("log") == before.verifiers("log")


@given(st.lists(st.sampled_from(["add", "use", "drop"]), max_size=12), st.sampled_from(KINDS))
def test_any_changes_leave_keys_that_read_what_was_written(steps: list[str], kind: KeyKind) -> None:
    """Whatever is not refused: one key writes, none is lost unasked, ids stay apart."""
    file = decode(generate(), "")
    for step in steps:
        before = file
        try:
            if step == "drop":
                oldest = file.of(kind)[0].id
                file = drop(file, kind, oldest)
                assert [key.id for key in file.of(kind)] == [k.id for k in before.of(kind)][1:]
            else:
                file = (add if step == "add" else use)(file, kind)
                assert {k.id for k in before.of(kind)} <= {k.id for k in file.of(kind)}
        except SetupError:
            assert file == before
        assert file.writing(kind) in file.of(kind)
        assert sum(key.waiting for key in file.of(kind)) <= 1
        assert step == "use" or file.writing(kind) == before.writing(kind)
        keys = Keys(file)
        assert len(keys.verifiers("log")) == len(file.log) + len(file.past)
        assert keys.signer("log").verifier in keys.verifiers("log")
        assert keys.macs("x", b"")[-1] == (keys.mac_id, keys.mac("x", b""))


def test_changes_that_are_refused() -> None:
    file = decode(generate(), "")
    with pytest.raises(SetupError, match=r"no HMAC key waits\n  fix: run .* rotate mac --add"):
        use(file, "mac")
    with pytest.raises(SetupError, match=r"waits already\n  fix: reload every process"):
        add(add(file, "wrap"), "wrap")
    with pytest.raises(SetupError, match=r"is the one that writes\n  fix: .* rotate log first"):
        drop(file, "log", file.log[0].id)
    with pytest.raises(SetupError, match="holds no wrapping key nothing"):
        drop(file, "wrap", "nothing")


def test_files_that_cannot_be_used() -> None:
    file = json.loads(generate())
    with pytest.raises(SetupError, match="two wrapping keys with the id"):
        decode(json.dumps(file | {"wrap": file["wrap"] * 2}), "the text")
    asleep = [file["log"][0] | {"waiting": True}]
    with pytest.raises(SetupError, match="no log key that may be written with"):
        decode(json.dumps(file | {"log": asleep}), "the text")
    with pytest.raises(SetupError, match="the text is not a Clausepress key file"):
        decode(json.dumps(file | {"schema": "clausepress.keys/3"}), "the text")


def test_a_changed_file_is_private_and_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "keys.json", generate())
    old = os.umask(0)
    try:
        with edited(path) as edit:
            edit.write(add(edit.file, "mac"))
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    broken = KeyFile("clausepress.keys/2", [], [new_key()], [new_key()])
    with pytest.raises(SetupError), edited(path) as edit:
        edit.write(broken)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    path.chmod(0o640)
    with pytest.raises(SetupError, match="chmod 600"), edited(path):
        pass
    with pytest.raises(SetupError, match="cannot use the key file"), edited(tmp_path / "none.json"):
        pass


def test_changes_at_once_lose_no_key(tmp_path: Path) -> None:
    path = write(tmp_path / "keys.json", generate())

    def rotate(_: int) -> str:
        with edited(path) as edit:
            edit.write(use(add(edit.file, "mac"), "mac"))
            return edit.file.writing("mac").id

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(rotate, range(16)))
    assert {key.id for key in read(path).mac} >= set(made)
    assert len(set(made)) == 16
