"""A record as a consent record of ISO/IEC TS 27560:2023, in JSON-LD with the terms of W3C's DPV.

The terms are those of the guide "Implementing ISO/IEC TS 27560:2023 Consent Records and Receipts"
(w3id.org/dpv/guides/consent-27560). What a record does not say (recipients, storage locations, the
data concerned) is not made up here: it stands in the notice, which is named by its digest.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from clausepress.ledger.errors import SetupError

CONTEXT: Final[Mapping[str, str]] = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "cp": "urn:clausepress:terms:",
}

_PROFILE: Final = "https://w3id.org/dpv/schema/dpv-27560#record"
_STATES: Final[Mapping[str, str]] = {
    "given": "dpv:ConsentGiven",
    "refused": "dpv:ConsentRefused",
    "withdrawn": "dpv:ConsentWithdrawn",
}
_EXPRESSED: Final[Mapping[str, str]] = {
    "express": "dpv:ExpressedConsent",
    "separate": "dpv:ExplicitlyExpressedConsent",
    "written": "dpv:ExplicitlyExpressedConsent",
}


class _Edition(msgspec.Struct, frozen=True):
    title: str
    url: str


class _Version(msgspec.Struct, frozen=True):
    id: str
    editions: dict[str, _Edition]
    controller: dict[str, str] = {}


class _Policy(msgspec.Struct, frozen=True):
    id: str
    versions: list[_Version]


class _Policies(msgspec.Struct, frozen=True, tag="clausepress.policies/1", tag_field="schema"):
    policies: list[_Policy]


class Notices:
    """The published texts, with what a consent record says of them: title, address, controller.

    Args:
        index: policies.json.
        site: The site's URL, ending in `/`; empty leaves addresses out.
        controller: Who decides on the processing, where the index does not say so.
    """

    def __init__(self, index: Path, site: str = "", controller: str = "") -> None:
        try:
            read = msgspec.json.decode(index.read_bytes(), type=_Policies)
        except (OSError, msgspec.MsgspecError) as error:
            raise SetupError(f"{index} cannot be used: {error}") from None
        self._versions = {
            (policy.id, version.id): version
            for policy in read.policies
            for version in policy.versions
        }
        self._site = site
        self._controller = controller

    def notice(self, text: Mapping[str, Any]) -> dict[str, Any]:
        """The notice that a record, or one of its documents, was made on."""
        policy, version, lang = text["policy"], text["version"], text["lang"]
        known = self._versions.get((policy, version))
        edition = known.editions.get(lang) if known else None
        notice = {
            "@id": f"urn:clausepress:text:{policy}/{version}/{lang}",
            "@type": "dpv:ConsentNotice",
            "dct:language": lang,
            "cp:textDigest": text["text_digest"],
        }
        if edition:
            notice["dct:title"] = edition.title
            if self._site:
                notice["dct:source"] = {"@id": self._site + edition.url}
        if shown := text.get("prominent_shown"):
            notice["cp:prominentShown"] = shown
        return notice

    def controller(self, text: Mapping[str, Any]) -> dict[str, Any] | None:
        """The controller named for a text; None when nothing names one."""
        known = self._versions.get((text.get("policy", ""), text.get("version", "")))
        names = known.controller if known else {}
        name = names.get(text.get("lang", "")) or next(iter(names.values()), "") or self._controller
        return {"@type": "dpv:DataController", "dpv:hasName": name} if name else None


def consent_record(
    fields: Mapping[str, Any], position: int, notices: Notices
) -> dict[str, Any] | None:
    """The JSON-LD node of a record; None for one that is about no consent.

    Args:
        fields: Those of the entry, and the personal ones if they were opened.
        position: Place in the log, from 0.
        notices: The published texts.
    """
    state = _STATES.get(fields.get("decision", ""))
    if fields["kind"] == "notice-shown":
        state = "dpv:ConsentRequested"
    elif fields.get("mode") == "continued_use":
        state = "dpv:ConsentUnknown"  # who reads the state alone must not take it for a yes
    if state is None:
        return None
    texts = [text for text in (fields, *fields.get("documents", ())) if "policy" in text]
    node: dict[str, Any] = {
        "@id": f"urn:clausepress:record:{fields['id']}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": fields["id"],
        "dct:conformsTo": {"@id": _PROFILE},
        "dpv:hasDataSubject": _subject(fields),
        "dpv:hasLegalBasis": {"@id": "dpv:Consent"},
        "dpv:hasProcess": _processes(fields),
        "dpv:hasConsentStatus": _status(fields, state),
        "cp:kind": fields["kind"],
        "cp:position": position,
    }
    if texts:
        node["dpv:hasNotice"] = [notices.notice(text) for text in texts]
    if controller := notices.controller(fields):
        node["dpv:hasDataController"] = controller
    return node


def _subject(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The person: a pseudonym of the log, and who it is if that was opened."""
    node: dict[str, Any] = {
        "@id": f"urn:clausepress:key:{fields['key_id']}",
        "@type": "dpv:DataSubject",
    }
    known = [fields[name] for name in ("account", "subject", "address") if fields.get(name)]
    if known:
        node["dct:identifier"] = known
    return node


def _processes(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was decided on, each purpose with its own state."""
    switches = fields.get("purposes", {}) | fields.get("services", {})
    if switches:
        return [
            {
                **_process(fields, name),
                "dpv:hasConsentStatus": {"@id": _STATES["given" if allowed else "refused"]},
            }
            for name, allowed in switches.items()
        ]
    if "channel" in fields:
        means = {"dpv:hasPurpose": {"@id": "dpv:DirectMarketing"}, "cp:channel": fields["channel"]}
        return [{"@type": "dpv:Process"} | means]
    return [_process(fields, fields.get("purpose") or fields["kind"])]


def _process(fields: Mapping[str, Any], purpose: str) -> dict[str, Any]:
    """The processing for a purpose that the notice describes under that id."""
    name = f"urn:clausepress:purpose:{fields.get('policy', '')}/{purpose}"
    node = {"@id": name, "@type": "dpv:Purpose", "dct:identifier": purpose}
    return {"@type": "dpv:Process", "dpv:hasPurpose": node}


def _status(fields: Mapping[str, Any], state: str) -> dict[str, Any]:
    kinds = [state]
    if state == _STATES["given"]:
        kinds += [_EXPRESSED[fields["mode"]]] if fields.get("mode") in _EXPRESSED else []
    method = ": ".join(fields[name] for name in ("surface", "label") if fields.get(name))
    return {
        "@type": kinds,
        "dpv:isIndicatedBy": {"@id": _decider(fields)},
        "dpv:hasIndicationMethod": method,
        "dpv:isIndicatedAtTime": {
            "@type": "xsd:dateTime",
            "@value": fields.get("event_at") or fields["at"],
        },
    }


def _decider(fields: Mapping[str, Any]) -> str:
    """Who decided; whether a guardian is a parent is told by a record that was opened."""
    if fields["kind"] != "guardian-consent":
        return "dpv:DataSubject"
    parent = fields.get("guardian", {}).get("relation") == "parent"
    return "dpv:ParentOfDataSubject" if parent else "dpv:GuardianOfDataSubject"
