"""What XML 1.0 can and cannot hold, and how an export keeps the rest."""

from __future__ import annotations

import re
from urllib.parse import quote

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
"""Namespace of Akoma Ntoso 1.0 (OASIS, 2018-08-29)."""
OWN = "urn:clausepress:akn:1"
"""Namespace of what Akoma Ntoso has no place for."""

_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ATTRIBUTE = {**_NAMED, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_IN_ATTRIBUTE = re.compile('[&<>"\r\n\t]')
_BANNED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKER = re.compile(r"U\+([0-9A-F]{4,6})")
_CHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=@:-]|%[0-9A-Fa-f]{2})"
_HOST = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+(?::\d{1,5})?"
_PATH = rf"(?:{_CHAR}|/)*"
_REST = rf"{_PATH}(?:\?(?:{_CHAR}|[/?])*)?(?:#(?:{_CHAR}|[/?])*)?"
_URI = re.compile(  # RFC 3986, URI-reference; its rarer forms of authority are encoded instead
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://{_HOST}(?![^/?#])|(?!//)){_REST}|(?!//)(?![^/?#]*:){_REST}"
)


def text(value: str) -> str:
    """Return element content for a text.

    A character that XML 1.0 cannot hold becomes ``<marker name="U+0008"/>``, so none is lost.
    """
    return _SPECIAL.sub(_content, value)


def attribute(value: str) -> str:
    """Return a quoted attribute value; a character that XML 1.0 cannot hold becomes U+FFFD."""
    escaped = _IN_ATTRIBUTE.sub(lambda found: _ATTRIBUTE[found.group()], value)
    return '"' + _BANNED.sub("\ufffd", escaped) + '"'


def uri(href: str) -> tuple[str, bool]:
    """Return a link target as a URI reference (RFC 3986).

    Returns:
        The reference, and whether it had to be percent-encoded: then decoding gives the target.
    """
    if _URI.fullmatch(href):
        return href, False
    encoded = quote(href, safe="/:?#@!$&'()*+,;=")
    return (encoded if _URI.fullmatch(encoded) else quote(href, safe="/")), True


def marked(name: str) -> str:
    """Return the character that a marker's name stands for.

    Raises:
        ValueError: The name is not ``U+`` and a code point.
    """
    found = _MARKER.fullmatch(name)
    if not found:
        raise ValueError(name)
    return chr(int(found.group(1), 16))


def _content(found: re.Match[str]) -> str:
    char = found.group()
    return _NAMED.get(char) or f'<marker name="U+{ord(char):04X}"/>'
