"""Settings that hold secrets: JSON in the environment itself, or in a file of mode 0600."""

from pathlib import Path
from typing import TypeVar

import msgspec

from clausepress.files import others_may_read
from clausepress.ledger import SetupError

_T = TypeVar("_T")


def read_private(setting: str, kind: type[_T], name: str) -> _T:
    """The value that JSON text, or the file of that path, describes.

    Raises SetupError, in which `name` says what it should be, and no value is repeated.
    """
    try:
        text: str | bytes = setting
        if not setting.lstrip().startswith("{"):
            path = Path(setting)
            if others_may_read(path):
                raise SetupError(f"{path} may be read by others; run: chmod 600 {path}")
            text = path.read_bytes()
        return msgspec.json.decode(text, type=kind)
    except OSError as error:
        raise SetupError(f"cannot read {setting}: {error.strerror}") from None
    except msgspec.MsgspecError as error:  # names the field, never a value
        raise SetupError(f"not a description of {name}: {error}") from None
