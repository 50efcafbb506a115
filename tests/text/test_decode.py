"""What a reader is told of bytes that are no text we know."""

from pathlib import Path

import pytest

from clausepress.errors import SourceError
from clausepress.text.importing.decode import decode_text

PATH = Path("policy.txt")


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"\xef\xbb\xbfone\ntwo \xff", 2, r"mark says UTF-8, but byte 0xff at offset 11"),
        (b"\xff\xfea\x00b", 1, r"mark says UTF-16, but byte 0x62 at offset 4"),
        (b"one\ntwo\nthree \xff\xfa", 3, r"is not UTF-8 \(byte 0xff at offset 14\)"),
        ("政策說明".encode("big5") * 20, 1, r"is not UTF-8 \(byte 0xac at offset 0\)"),
    ],
)
def test_the_first_wrong_byte_is_named_with_its_line(data: bytes, line: int, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        decode_text(data, PATH)
    assert caught.value.line == line
    assert "save it" in str(caught.value)
    assert "iconv" not in str(caught.value)  # nobody knows the encoding to convert from
