"""What holds for a person at an instant: a pure reading of the log, by the order of events.

A choice counts from when the log took it, in the log's own order; what a browser's clock claimed
decides nothing. A reply or a demand counts from when it was made. A decision stays about the text
it was made on, whatever is published later.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple, cast

from msgspec import UNSET, Struct, UnsetType

from clausepress.ledger.catalog import Catalog, TextStanding
from clausepress.ledger.errors import UnknownPolicy
from clausepress.ledger.records import Decision, Mode

Matter = Literal["agreement", "consent", "cookies", "guardian-consent", "continued-use"]
"""What is decided on: a text, one purpose of it, a purpose or service of its cookies."""

PERSONALISATION: Final = "personalisation"
"""The purpose that the kind personalisation-off refuses."""

_CHINA: Final = dt.timezone(dt.timedelta(hours=8))
_AHEAD: Final = dt.timedelta(minutes=5)
_BEHIND: Final = dt.timedelta(days=31)  # a browser keeps a choice until it is online again

_Key = tuple[str, str, str]
"""Policy, matter, and purpose or nothing."""


class Event(NamedTuple):
    """A record: its place in the log, its fields, and whether it is of the account asked about."""

    place: int
    fields: dict[str, Any]
    own: bool = True


class Standing(Struct, frozen=True, kw_only=True):
    """The last decision on one matter.

    Attributes:
        policy: The policy.
        matter: What kind of decision it is.
        purpose: The consent's purpose, or the cookies' purpose or service.
        decision: What was decided.
        mode: How.
        live: Whether it is a consent that counts now: given by the person's own act, and not taken
            back. Continued use never is, nor what an account gave before the erasure of one of its
            browsers.
        version: The version decided on, and so forth.
        text: What that text is now; consent to an earlier text is no consent to what came since.
        at: When it was recorded, RFC 3339.
        claimed_at: What the client's clock said.
        clock: "off" when the client's clock cannot have been right.
        receipt: Id of the record.
    """

    policy: str
    matter: Matter
    purpose: str | UnsetType = UNSET
    decision: Decision
    mode: Mode
    live: bool
    version: str
    lang: str
    text_digest: str
    text: TextStanding | UnsetType = UNSET
    at: str
    claimed_at: str | UnsetType = UNSET
    clock: Literal["off"] | UnsetType = UNSET
    receipt: str


class State(Struct, frozen=True, kw_only=True):
    """What holds for a person at an instant.

    Attributes:
        at: The instant, RFC 3339.
        standings: The last decision on each matter, by policy, matter and purpose.
        stopped_at: Since when promotion to this address is stopped.
    """

    schema: Literal["clausepress.state/1"] = "clausepress.state/1"
    at: str
    standings: list[Standing]
    stopped_at: str | UnsetType = UNSET


def state(events: Iterable[Event], catalog: Catalog, at: str, *, now: bool) -> State:
    """What the records of a person make, in the order of the log.

    Args:
        events: The records.
        catalog: What tells the texts in force.
        at: The instant, RFC 3339 in UTC with milliseconds, as in the records.
        now: Whether all records count, even those of a clock that was ahead.
    """
    last = Standings()
    stopped: list[str] = []
    for event in sorted(events, key=_place):
        fields = event.fields
        when = fields.get("event_at", fields["at"])
        if when > at and not now:
            continue
        if "channel" not in fields:
            last.apply(fields, own=event.own)
        elif fields.get("decision") == "withdrawn":
            stopped.append(when)
    return State(
        at=at,
        standings=[_standing(key, last[key], catalog, at) for key in sorted(last)],
        stopped_at=min(stopped, default=UNSET),
    )


def last_of(events: Iterable[Event]) -> "Standings":
    """What choices make, in the order of the log."""
    last = Standings()
    for event in sorted(events, key=_place):
        last.apply(event.fields, own=event.own)
    return last


def _place(event: Event) -> int:
    return event.place


class Standings(dict[_Key, dict[str, Any]]):
    """The public fields of the last choice on each matter, with its decision on just that."""

    def apply(self, fields: dict[str, Any], *, own: bool = True) -> None:
        """Let a choice replace those before it.

        One said in the browser without the account, so not the account's own, can end what the
        account gave and give nothing: nobody has to log in to say no. After the erasure of a
        browser no one can tell whether that was done in it, so nothing given before counts.
        """
        if fields["kind"] == "erasure":
            for key, before in self.items():
                self[key] = before | {"erased": True}
            return
        for text in ({}, *fields.get("documents", ())):
            about = fields | text
            for key, decision in _decisions(about, list(self)):
                if own or (key in self and decision != "given"):
                    self[key] = about | {"decision": decision}

    def lives(self, key: _Key) -> bool:
        """Whether the last decision on a matter is a consent that counts."""
        return key in self and _is_live(self[key])


def _is_live(fields: dict[str, Any]) -> bool:
    """Given by the person's own act, and the last word, as far as can be told."""
    return bool(
        fields["decision"] == "given"
        and fields["mode"] != "continued_use"
        and "erased" not in fields
    )


def _decisions(fields: dict[str, Any], known: list[_Key]) -> Iterator[tuple[_Key, Any]]:
    """The matters that a choice decides for one text, and how."""
    policy, kind, decision = fields["policy"], fields["kind"], fields.get("decision")
    match kind:
        case "cookies":
            no = "refused" if decision == "given" else decision
            for switches in ("purposes", "services"):
                for name, allowed in fields.get(switches, {}).items():
                    yield (policy, "cookies", name), "given" if allowed else no
        case "agreement" | "guardian-consent" | "continued-use":
            yield (policy, kind, ""), decision
        case "personalisation-off":
            yield (policy, "consent", PERSONALISATION), decision
        case "consent" | "withdrawal" if "purpose" in fields:
            yield (policy, "consent", fields["purpose"]), decision
        case "withdrawal":
            # Whoever takes back the agreement to a text leaves nothing under it standing.
            ended = [key for key in known if key[0] == policy]
            for key in ended or [(policy, "agreement", "")]:
                yield key, decision


def _standing(key: _Key, fields: dict[str, Any], catalog: Catalog, at: str) -> Standing:
    policy, matter, purpose = key
    claimed = fields.get("claimed_at", UNSET)
    return Standing(
        policy=policy,
        matter=cast("Matter", matter),
        purpose=purpose or UNSET,
        decision=fields["decision"],
        mode=fields["mode"],
        live=_is_live(fields),
        version=fields["version"],
        lang=fields["lang"],
        text_digest=fields["text_digest"],
        text=_text(catalog, policy, fields["version"], at),
        at=fields["at"],
        claimed_at=claimed,
        clock=UNSET if claimed is UNSET or plausible(claimed, fields["at"]) else "off",
        receipt=fields["id"],
    )


def _text(catalog: Catalog, policy: str, version: str, at: str) -> TextStanding | UnsetType:
    try:
        day = dt.datetime.fromisoformat(at).astimezone(_CHINA).date()
        return catalog.policy(policy).standing(version, day)
    except UnknownPolicy:  # published no more
        return UNSET


def plausible(claimed: str, at: str) -> bool:
    """Whether a client's clock may have been right, given when the record arrived."""
    late = dt.datetime.fromisoformat(at) - dt.datetime.fromisoformat(claimed)
    return -_AHEAD <= late <= _BEHIND
