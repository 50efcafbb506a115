"""The metadata of an Akoma Ntoso export: FRBR identification, lifecycle, references.

Names follow the Akoma Ntoso Naming Convention 1.0 (OASIS): work
``/akn/<country>/doc/<kind>/<date>/<policy>``, expression ``…/<language>@<version>``. The part after
``@`` is the version id of the archive, which is unique where dates are not. A date that nothing
states is written 0001-01-01 under the name ``not-stated``, because the schema wants one.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from clausepress.text.canonical import text_digest
from clausepress.text.export.publication import Publication
from clausepress.text.export.xml import attribute, text
from clausepress.text.model import Edition

COUNTRY = "cn"
"""ISO 3166-1 code of the law that the texts are written under."""
PROMINENT_CONCEPT = "重点条款"
NOT_STATED = "not-stated"

# ISO 639-2 codes, which the Naming Convention asks for; another language keeps its BCP 47 tag.
_ALPHA_3 = {
    "de": "deu",
    "en": "eng",
    "es": "spa",
    "fr": "fra",
    "ja": "jpn",
    "ko": "kor",
    "pt": "por",
    "ru": "rus",
    "vi": "vie",
    "zh": "zho",
}


def meta(edition: Edition, publication: Publication) -> list[str]:
    """Return the ``meta`` element of an edition, in lines."""
    return [
        "<meta>",
        '<identification source="#_clausepress">',
        *_identification(edition, publication),
        "</identification>",
        *_lifecycle(publication),
        '<references source="#_clausepress">',
        _reference("Organization", "controller", publication.controller or NOT_STATED),
        _reference("Object", "clausepress", "Clausepress"),
        _reference("Concept", "prominent", PROMINENT_CONCEPT),
        "</references>",
        '<proprietary source="#_clausepress">',
        f"<cp:textDigest>{text_digest(edition)}</cp:textDigest>",
        *_translates(edition),
        "</proprietary>",
        "</meta>",
    ]


def language_code(lang: str) -> str:
    """Return the ISO 639-2 code of a language, or its tag where we know none."""
    return _ALPHA_3.get(lang.split("-")[0].lower(), lang)


def _identification(edition: Edition, publication: Publication) -> list[str]:
    first = publication.first_on or dt.date.min
    work = f"/akn/{COUNTRY}/doc/{publication.kind}/{first.isoformat()}/{quote(publication.policy)}"
    version = quote(publication.version or NOT_STATED)
    expression = f"{work}/{language_code(edition.lang)}@{version}"
    dates = [
        ("effective", publication.effective_on),
        ("updated", publication.updated_on),
        ("announced", publication.announced_on),
    ]
    return [
        "<FRBRWork>",
        *_names(f"{work}/!main", work),
        *_dates([("first-version", publication.first_on)]),
        f'<FRBRcountry value="{COUNTRY}"/>',
        f"<FRBRsubtype value={attribute(publication.kind)}/>",
        f"<FRBRname value={attribute(publication.policy)}/>",
        "</FRBRWork>",
        "<FRBRExpression>",
        *_names(f"{expression}/!main", expression),
        *_dates(dates),
        *_standing(edition, publication),
        f"<FRBRlanguage language={attribute(language_code(edition.lang))}/>",
        *_translation(edition, work),
        "</FRBRExpression>",
        "<FRBRManifestation>",
        *_names(f"{expression}/!main.akn", f"{expression}.akn"),
        *_dates(dates),
        '<FRBRformat value="application/akn+xml"/>',
        "</FRBRManifestation>",
    ]


def _standing(edition: Edition, publication: Publication) -> list[str]:
    """The printed number, and whether this language prevails, where the archive says so."""
    found = []
    if publication.number:
        found.append(f"<FRBRversionNumber value={attribute(publication.number)}/>")
    if publication.prevails:
        prevails = "true" if publication.prevails == edition.lang else "false"
        found.append(f'<FRBRauthoritative value="{prevails}"/>')
    return found


def _names(this: str, whole: str) -> list[str]:
    return [f"<FRBRthis value={attribute(this)}/>", f"<FRBRuri value={attribute(whole)}/>"]


def _dates(dates: list[tuple[str, dt.date | None]]) -> list[str]:
    """Every date that is stated, and the author, whom the schema wants after them."""
    stated = [(name, day) for name, day in dates if day] or [(NOT_STATED, dt.date.min)]
    return [
        *(f'<FRBRdate date="{day.isoformat()}" name="{name}"/>' for name, day in stated),
        '<FRBRauthor href="#_controller"/>',
    ]


def _translation(edition: Edition, work: str) -> list[str]:
    """Say what an edition translates, where it names a version and a language."""
    version, _, lang = edition.translates.partition(" ")
    if not version or not lang.replace("-", "").isalnum() or not lang.isascii():
        return []
    href = attribute(f"{work}/{language_code(lang)}@{quote(version)}")
    source = attribute(language_code(lang))
    return [f'<FRBRtranslation href={href} fromLanguage={source} by="#_controller"/>']


def _translates(edition: Edition) -> list[str]:
    if not edition.translates:
        return []
    return [f"<cp:translates>{text(edition.translates)}</cp:translates>"]


def _lifecycle(publication: Publication) -> list[str]:
    """The days on which the version came about and took effect, where it states them."""
    days = [
        ("updated", publication.updated_on, ' type="generation"'),
        ("announced", publication.announced_on, ""),
        ("effective", publication.effective_on, ""),
    ]
    events = [
        f'<eventRef eId="_{name}" date="{day.isoformat()}" source="#_clausepress"{kind}/>'
        for name, day, kind in days
        if day
    ]
    return ['<lifecycle source="#_clausepress">', *events, "</lifecycle>"] if events else []


def _reference(kind: str, name: str, shown: str) -> str:
    href = f"/akn/ontology/{kind.lower()}/{COUNTRY}/{quote(shown, safe='')}"
    return f'<TLC{kind} eId="_{name}" href="{href}" showAs={attribute(shown)}/>'
