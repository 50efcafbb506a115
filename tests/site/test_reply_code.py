"""The QR code of a reply by text message: there when the number is known, and just that message."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
import segno

from clausepress.archive.library import load_library
from clausepress.archive.model import Sms
from clausepress.errors import SourceError
from clausepress.site.dates import Site
from clausepress.site.outputs import data_files
from clausepress.site.sms import reply_code, reply_path

DAY = dt.date(2026, 6, 1)


def write(docs: Path, sms: dict[str, str]) -> Path:
    home = docs / "privacy"
    (home / "1").mkdir(parents=True)
    facts = {"id": "privacy", "kind": "privacy-policy", "prevails": "en", "sms": sms}
    (home / "policy.yml").write_text(json.dumps(facts), encoding="utf-8")
    dates = {"announced_on": "2026-01-01", "effective_on": "2026-01-01"}
    (home / "1" / "version.yml").write_text(json.dumps({"id": "1"} | dates), encoding="utf-8")
    text = "---\ntitle: Example\n---\n\n## 1. Offers {#offers}\n\nReply TDx to stop them.\n"
    (home / "1" / "en.md").write_text(text, encoding="utf-8")
    return docs


def files(docs: Path) -> dict[str, bytes]:
    return dict(data_files(load_library(docs), DAY, Site("Texts"), None))


def test_a_site_has_it_beside_the_widgets(tmp_path: Path) -> None:
    made = files(write(tmp_path, {"clause": "offers", "keyword": "TDx", "number": "+861069"}))
    assert reply_path("privacy") in made
    (policy,) = json.loads(made["policies.json"])["policies"]
    assert policy["sms"]["number"] == "+861069"


def test_without_a_number_there_is_none(tmp_path: Path) -> None:
    made = files(write(tmp_path, {"clause": "offers", "keyword": "TDx"}))
    assert reply_path("privacy") not in made
    (policy,) = json.loads(made["policies.json"])["policies"]
    assert "number" not in policy["sms"]


@pytest.mark.parametrize("number", ["", "12", "tel:1069", "1069 00", "1" * 21])
def test_what_is_no_number_is_told(tmp_path: Path, number: str) -> None:
    docs = write(tmp_path, {"clause": "offers", "keyword": "TDx", "number": number})
    with pytest.raises(SourceError, match=r"sms\.number"):
        load_library(docs)


def test_its_dark_modules_are_those_of_the_message() -> None:
    code = json.loads(reply_code(Sms("offers", "退订 1&2", "1069")) or b"")
    wanted = segno.make("sms:1069?body=%E9%80%80%E8%AE%A2%201%262", error="m", micro=False)
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", code["path"])}
    assert code["size"] == wanted.symbol_size(border=4)[0]
    assert dark == {
        (x, y)
        for y, row in enumerate(wanted.matrix_iter(border=4))
        for x, module in enumerate(row)
        if module
    }
