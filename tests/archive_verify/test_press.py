"""The key that signs is told from the list that is published."""

from pathlib import Path

import pytest

from clausepress.archive.press import load_signer
from clausepress.errors import SourceError
from clausepress.note import Signer


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_the_public_list_is_no_secret_key(docs: Path, mode: int) -> None:
    (docs / "press.keys").chmod(mode)
    with pytest.raises(SourceError, match="which are public and sign nothing") as refused:
        load_signer(docs / "press.keys")
    assert "chmod" not in str(refused.value)


def test_a_secret_key_that_others_may_read_is_refused(tmp_path: Path, signer: Signer) -> None:
    path = tmp_path / "press.key"
    path.write_text(signer.secret() + "\n")
    path.chmod(0o644)
    with pytest.raises(SourceError, match="chmod 600"):
        load_signer(path)
    path.chmod(0o600)
    assert load_signer(path).verifier == signer.verifier
