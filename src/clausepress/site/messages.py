"""The text of a notice for e-mail, SMS and web: what changes, when, where it is, what to do."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from clausepress.archive.published import Library
from clausepress.errors import ClausepressError
from clausepress.i18n import available_languages, labels
from clausepress.site.notices import Notice, sentences

Channel = Literal["mail", "sms", "site"]

_ONE_SMS = 70  # UCS-2 units of a single message (3GPP TS 23.038)
_PART = 67  # of each part of a longer one: three go to the header that joins the parts


def find_notice(library: Library, name: str, lang: str | None, on: dt.date) -> Notice:
    """Return the notice of a version, also of one that is not announced yet.

    Args:
        library: The policies.
        name: ``policy/version``.
        lang: Language; None takes the one that prevails.
        on: The day on which it is sent.

    Raises:
        ClausepressError: There is no such version, language, or effective date.
    """
    policy_id, _, version_id = name.partition("/")
    policy = library.policies.get(policy_id)
    version = next((v for v in policy.versions if v.id == version_id), None) if policy else None
    if policy is None or version is None:
        known = [f"{each.id}/{v.id}" for each in library.policies.values() for v in each.versions]
        raise ClausepressError(
            f"{name}: there is no such version\n  fix: name one of {', '.join(known[-12:])}"
        )
    lang = lang or policy.file.prevails
    if lang not in available_languages():
        raise ClausepressError(
            f"{name}: there are no labels in the language '{lang}'\n"
            f"  fix: name one of {', '.join(available_languages())} with --lang"
        )
    effective = version.file.effective_on
    if effective is None:
        raise ClausepressError(
            f"{version.path}: it states no effective date, so nothing can be announced\n"
            "  fix: state effective_on"
        )
    return Notice(policy, version, lang, upcoming=effective > on)


def message(notice: Notice, channel: Channel, site_url: str) -> str:
    """Return the text of a notice for a channel.

    Args:
        notice: The notice.
        channel: Where it goes.
        site_url: URL of the site, ending in ``/``.
    """
    write = {"mail": _mail, "sms": _sms, "site": _site}[channel]
    return write(notice, site_url)


def sms_parts(text: str) -> int:
    """Return in how many messages a text is sent and charged, in UCS-2 as Chinese gateways do."""
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= _ONE_SMS else -(-units // _PART)


def _site(notice: Notice, site_url: str) -> str:
    told = [notice.headline, notice.facts, *_note(notice), *_links(notice, site_url)]
    return "\n".join(filter(None, told))


def _mail(notice: Notice, site_url: str) -> str:
    t = labels(notice.lang)
    contacts = notice.version.file.contacts
    ways = [
        (t("E-mail"), contacts.email),
        (t("Telephone"), contacts.phone),
        (t("Personal information protection officer"), contacts.privacy_officer),
    ]
    controller = notice.policy.controller(notice.version).get(notice.lang, "")
    paragraphs = [
        [t("Subject: {text}", text=notice.headline)],
        [sentences([notice.headline, notice.facts])],
        _note(notice),
        _links(notice, site_url),
        [
            t("If you do not agree, you may object to us, or close your account."),
            *(t("{name}: {value}", name=name, value=value) for name, value in ways if value),
        ],
        [controller] if controller else [],
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def _sms(notice: Notice, site_url: str) -> str:
    """A service message: the sender's name in front, and nothing to opt out of.

    Clause 9.2 wants the concrete changes told where a change is material; else a link is enough.
    """
    stated = notice.policy.controller(notice.version).get(notice.lang)
    controller = stated or notice.policy.title(notice.lang)
    told = [notice.headline, notice.facts]
    if notice.version.file.material_kinds and notice.note:
        told.append(" ".join(notice.note.split()))
    told.append(site_url + (notice.changes_path or notice.text_path))
    return f"【{controller}】" + sentences(told)


def _note(notice: Notice) -> list[str]:
    return [labels(notice.lang)("What changed"), notice.note] if notice.note else []


def _links(notice: Notice, site_url: str) -> list[str]:
    t = labels(notice.lang)
    links = [
        (t("See every change"), notice.changes_path),
        (t("Read the text"), notice.text_path),
        (t("All versions"), f"{notice.text_lang}/{notice.policy.id}/archive/"),
    ]
    return [t("{name}: {value}", name=name, value=site_url + path) for name, path in links if path]
