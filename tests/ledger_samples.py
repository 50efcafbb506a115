"""Policies, records and helpers that the tests of the ledger and of the API share."""

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

import msgspec

from clausepress.ledger import Catalog, Choice, Keys, Ledger, OptOut
from clausepress.ledger.audit import Audit, audit
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.engines import connect_existing, transaction
from clausepress.ledger.keyfile import KeyKind
from clausepress.ledger.ledger import DEFAULT_ORIGIN, system_clock
from clausepress.ledger.renewal import Renewed, renew
from clausepress.ledger.retirement import forget, needs

ZH = "sha256:" + hashlib.sha256("正文".encode()).hexdigest()
EN = "sha256:" + hashlib.sha256(b"text").hexdigest()
PHONE = "13800138000"
EMAIL = "li.lei@example.com"


def policies() -> dict[str, Any]:
    """A policies.json with one policy with purposes, and one without."""

    def purpose(name: str, *, required: bool) -> dict[str, Any]:
        return {"id": name, "required": required, "label": {"zh": f"用途{name}", "en": name}}

    def edition(lang: str, digest: str, title: str) -> dict[str, Any]:
        url = f"{lang}/privacy/2021-01-25/"
        return {"title": title, "url": url, "json": f"{url}edition.json", "text_digest": digest}

    def version(name: str, status: str) -> dict[str, Any]:
        editions = {
            "zh": edition("zh", ZH, "隐私政策"),
            "en": edition("en", EN, "Privacy <Policy>"),
        }
        return {"id": name, "status": status, "editions": editions, "number": None}

    purposes = [
        purpose("identity", required=True),
        purpose("analytics", required=False),
        purpose("marketing", required=False),
    ]
    privacy = {
        "id": "privacy",
        "kind": "privacy-policy",
        "title": {"zh": "隐私政策", "en": "Privacy Policy"},
        "current": "2021-01-25",
        "cookies": {"clause": "cookie-uses", "purposes": purposes, "digest": "sha256:" + "d" * 64},
        "sms": {"clause": "marketing-sms", "keyword": "TDjdcloud"},
        "versions": [
            version("2022-01-01", "draft"),
            version("2021-01-25", "effective"),
            version("2019-09-16", "superseded"),
        ],
    }
    terms = {
        "id": "terms",
        "title": {"zh": "协议", "en": "Terms"},
        "current": "2020-03-04",
        "cookies": None,
        "sms": None,
        "versions": [version("2020-03-04", "effective")],
    }
    return {
        "schema": "clausepress.policies/1",
        "languages": ["zh", "en"],
        "policies": [privacy, terms],
    }


def write_policies(path: Path, content: dict[str, Any] | None = None) -> Path:
    """Write policies.json into a directory."""
    target = path / "policies.json"
    target.write_text(json.dumps(content or policies()), encoding="utf-8")
    return target


def new_key() -> str:
    """A fresh idempotency key."""
    return secrets.token_urlsafe(16)


def choice(**changes: Any) -> Choice:
    """A refused cookie choice, with changes."""
    fields = {
        "kind": "cookies",
        "decision": "refused",
        "policy": "privacy",
        "version": "2021-01-25",
        "lang": "zh",
        "text_digest": ZH,
        "purposes": {"analytics": False, "marketing": False},
        "subject": "s" * 22,
        "mode": "express",
        "surface": "banner",
        "label": "全部拒绝",
    }
    return msgspec.convert(fields | changes, Choice)


def notice_shown(ledger: Ledger, subject: str = "s" * 22, **changes: Any) -> str:
    """The id of a record that a notice of the policy was shown."""
    fields = body(choice(subject=subject), kind="notice-shown", notice_grade="general", **changes)
    for name in ("decision", "mode", "label", "purposes"):
        del fields[name]
    return ledger.choose(msgspec.convert(fields, Choice), new_key()).result().receipt.id


def opt_out(**changes: Any) -> OptOut:
    """An SMS opt-out, with changes."""
    fields = {
        "channel": "sms",
        "address": "138 0013 8000",
        "policy": "privacy",
        "version": "2021-01-25",
        "lang": "zh",
        "text_digest": ZH,
        "surface": "page",
        "label": "退订",
    }
    return msgspec.convert(fields | changes, OptOut)


def body(record: Choice | OptOut, **changes: Any) -> dict[str, Any]:
    """The JSON body of a record."""
    fields: dict[str, Any] = msgspec.to_builtins(record)
    return fields | changes


class House:
    """A directory with keys and policies, where ledgers can be opened again and again."""

    def __init__(self, path: Path, url: str) -> None:
        self.path = path
        self.url = url
        self.key_file = path / "keys.json"
        self.keys = Keys.load(self.key_file)
        self.catalog = Catalog(write_policies(path))

    def open(self, **options: Any) -> Ledger:
        """Open the ledger; the caller closes it."""
        return Ledger.open(self.url, self.keys, self.catalog, **options)

    def renew(self) -> Renewed:
        """Move what is stored to the keys that write; the ledger may be open."""
        engine = connect_existing(self.url)
        parts = renew(engine, DEFAULT_ORIGIN, self.keys.kept(begun=True))
        done = sum(parts, Renewed())
        engine.dispose()
        return done

    def retire(self, kind: KeyKind, key_id: str) -> bool:
        """Forget an older key if nothing stored needs it; whether it may go from the file."""
        engine = connect_existing(self.url)
        with transaction(engine, write=True) as connection:
            needed = needs(connection, DEFAULT_ORIGIN, kind, key_id, system_clock())
            if not needed:
                forget(connection, DEFAULT_ORIGIN, kind, key_id)
        engine.dispose()
        return not needed

    def audit(self, kept: Checkpoint | None = None) -> Audit:
        """What an audit of the store says; the ledger may be open."""
        engine = connect_existing(self.url)
        with transaction(engine) as connection:
            found = audit(connection, DEFAULT_ORIGIN, self.keys.kept(begun=True), kept)
        engine.dispose()
        return found
