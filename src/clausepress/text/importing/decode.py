"""Bytes of a foreign text file to text, with every conversion said."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from clausepress.errors import SourceError
from clausepress.files import MAX_SOURCE_BYTES
from clausepress.text.importing.model import Repair

MAX_DOCX_BYTES = 32 * 1024 * 1024
"""Largest ``.docx`` read, in bytes; pictures make most of a large one."""

_BOMS: tuple[tuple[bytes, str], ...] = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
    (codecs.BOM_UTF8, "UTF-8-sig"),
)
_LINE_END = re.compile("\r\n|[\r\x0b\x85\u2028\u2029]")
_FEED = re.compile("(?<=[^\n])\f")  # a page break ends a line
_HAN = re.compile(r"[\u4e00-\u9fff]")


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file to import.

    Raises:
        SourceError: The file is missing, unreadable, empty or too large.
    """
    try:
        size = path.stat().st_size
        limit = MAX_DOCX_BYTES if path.suffix.lower() == ".docx" else MAX_SOURCE_BYTES
        if size > limit:
            raise SourceError(
                path,
                f"the file has {size:,} bytes; a source may have {limit:,} at most",
                "split it into several policies, or check that it is the right file",
            )
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            path, f"cannot be read: {error.strerror}", "check the path and its permissions"
        ) from error


def decode_text(data: bytes, path: Path) -> tuple[str, list[Repair]]:
    """Return the text of a file with ``\\n`` line ends, and what was converted.

    UTF-8, UTF-16 and UTF-32 are told by their byte order mark, UTF-16 without one by its zero
    bytes, GB18030 (and GBK and GB2312 within it) by being well-formed and holding hardly any
    character outside GB/T 2312, which text of another encoding would.

    Raises:
        SourceError: The file is empty or of none of these encodings.
    """
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    marked = bool(encoding)
    encoding = encoding or _unmarked(data)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        at = error.start + len(data) - len(error.object)  # the mark is cut before decoding
        byte = f"byte {data[at]:#04x} at offset {at:,}"
        if marked:
            name = encoding.removesuffix("-sig")
            message = f"its byte order mark says {name}, but {byte} is not {name}"
            fix = "the file is damaged there: open it where it was made, and save it again as UTF-8"
        else:
            message = f"is not UTF-8 ({byte}), nor UTF-16 or GB18030"
            fix = "open it in the program it was made with, and save it as UTF-8"
        line = data.count(b"\n", 0, at) + 1
        raise SourceError(path, message, fix, line=line) from error
    if not text.strip():
        raise SourceError(path, "the file is empty", "write the text into it, or remove it")
    repairs: list[Repair] = []
    if encoding in ("UTF-16", "UTF-16-LE", "UTF-16-BE", "UTF-32", "GB18030"):
        repairs.append(_whole("encoding", f"converted from {encoding}", encoding, "UTF-8"))
    if marked:
        repairs.append(_whole("byte-order-mark", "dropped the byte order mark", "U+FEFF", ""))
    kinds = sorted({*_LINE_END.findall(text), *("\n" if re.search("(?<!\r)\n", text) else "")})
    if kinds not in ([], ["\n"]):
        before = " ".join(repr(kind)[1:-1] for kind in kinds)
        repairs.append(_whole("line-ends", "made all line ends the same", before, "\\n"))
        text = _LINE_END.sub("\n", text)
    return _FEED.sub("\n\f", text), repairs


def _whole(rule: str, message: str, before: str, after: str) -> Repair:
    return Repair(rule, 0, rule, message, before, after)


def _unmarked(data: bytes) -> str:
    """Name the encoding of bytes without a mark when it is not UTF-8, else return nothing."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if b"\0" not in data:
            return ""
    sample = data[: len(data) // 2 * 2]
    # Line ends, digits and Latin letters have a zero byte on one side in UTF-16.
    little, big = sample[1::2].count(0), sample[0::2].count(0)
    name = "UTF-16-LE" if little > big else "UTF-16-BE"
    if max(little, big) * 100 > len(sample) and not _has_control(data, name):
        return name
    try:
        han = _HAN.findall(data.decode("gb18030"))
    except UnicodeDecodeError:
        return ""
    common = sum(char.encode("gb2312", "ignore") != b"" for char in han)
    return "GB18030" if han and common >= len(han) * 0.95 else ""


def _has_control(data: bytes, encoding: str) -> bool:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return True
    return re.search(r"[\x00-\x08\x0e-\x1f]", text) is not None
