"""The QR code of a reply by text message, for visitors who sit at a desktop."""

from __future__ import annotations

import json
from urllib.parse import quote

import segno

from clausepress.archive.model import Sms

_BORDER = 4  # modules of quiet around it, ISO/IEC 18004


def reply_path(policy: str) -> str:
    """Return where the code of a policy lies: beside the widgets, which other origins may read."""
    return f"widgets/sms/{policy}.json"


def reply_code(sms: Sms) -> bytes | None:
    """Return the code as JSON, for pages that may load no images: ``size``, the modules on a side,
    and ``path``, the dark ones as an SVG path. None where the number is not known.

    It says ``sms:<number>?body=<keyword>`` (RFC 5724).
    """
    if not sms.number:
        return None
    code = segno.make(f"sms:{sms.number}?body={quote(sms.keyword)}", error="m", micro=False)
    rows = [bytes(row) for row in code.matrix_iter(border=_BORDER)]
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return json.dumps({"size": len(rows), "path": path}).encode()
