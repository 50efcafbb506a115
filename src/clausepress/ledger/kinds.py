"""Which decisions, modes and fields go with each kind of choice.

Each consent that the law wants apart (PIPL articles 23, 29, 39; Advertising Law article 43) is a
record of its own, with one purpose. Going on to use a service is a kind of its own as well, so that
it can pass for no consent.
"""

from typing import Final, NamedTuple

from clausepress.ledger.errors import InconsistentDecision
from clausepress.ledger.records import Choice, Decision, Kind, Mode, cookie_decision

_OWN_ACT: Final[tuple[Mode, ...]] = ("express", "separate", "written")
_SPECIAL: Final = ("services", "purpose", "documents", "notice", "notice_grade", "guardian")


class _Rule(NamedTuple):
    """What a kind of choice has, and which of the special fields it needs or may have."""

    decisions: tuple[Decision, ...]
    modes: tuple[Mode, ...]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


_RULES: Final[dict[Kind, _Rule]] = {
    "cookies": _Rule(("given", "refused", "withdrawn"), _OWN_ACT, may=("services",)),
    "agreement": _Rule(("given", "refused"), ("express", "written"), may=("documents",)),
    "consent": _Rule(("given", "refused"), ("separate", "written"), needs=("purpose",)),
    "guardian-consent": _Rule(
        ("given", "refused"), ("written",), needs=("guardian",), may=("documents",)
    ),
    "continued-use": _Rule(("given",), ("continued_use",), needs=("notice",), may=("documents",)),
    "personalisation-off": _Rule(("refused", "withdrawn"), _OWN_ACT),
    "withdrawal": _Rule(("withdrawn",), _OWN_ACT, may=("purpose", "documents")),
    "notice-shown": _Rule((), (), needs=("notice_grade",), may=("documents",)),
}


def check_consistent(choice: Choice) -> None:
    """Refuse a choice whose fields contradict its kind or each other.

    Raises InconsistentDecision, which names the field.
    """
    rule = _RULES[choice.kind]
    _check_one_of(choice, "decision", rule.decisions)
    _check_one_of(choice, "mode", rule.modes)
    if bool(choice.label) != bool(rule.decisions):
        raise _refused(choice, "label", "needs the text on the button", bool(rule.decisions))
    for name in _SPECIAL:
        given = bool(getattr(choice, name))
        if given != (name in rule.needs) and name not in rule.may:
            raise _refused(choice, name, f"needs the field '{name}'", not given)
    if choice.kind == "cookies":
        _check_cookies(choice)
    policies = [text.policy for text in choice.texts()]
    if len(set(policies)) < len(policies):
        raise InconsistentDecision(
            "Name each policy once: the main one in 'policy', others in 'documents'.", "documents"
        )


def _refused(choice: Choice, field: str, need: str, missing: bool) -> InconsistentDecision:
    does = need if missing else f"has no field '{field}'; leave it out"
    return InconsistentDecision(f"A choice of kind '{choice.kind}' {does}.", field)


def _check_one_of(choice: Choice, field: str, allowed: tuple[str, ...]) -> None:
    given = getattr(choice, field)
    if given in allowed or not (given or allowed):
        return
    if not allowed:
        raise _refused(choice, field, "", missing=False)
    instead = {
        "continued_use": " Use without a decision is of the kind 'continued-use'.",
        "separate": " A separate consent is of the kind 'consent', with its one purpose.",
        "withdrawn": " What was given is taken back by the kind 'withdrawal'.",
    }.get(given, "")
    raise InconsistentDecision(
        f"A choice of kind '{choice.kind}' has the {field} {' or '.join(map(repr, allowed))}."
        f"{instead}",
        field,
    )


def _check_cookies(choice: Choice) -> None:
    allowed = [*(choice.purposes or {}).values(), *(choice.services or {}).values()]
    follows = cookie_decision(allowed)
    if choice.decision == "given" and follows != "given":
        raise InconsistentDecision(
            "Decision 'given' needs at least one purpose set to true; send 'refused' otherwise."
        )
    if choice.decision != "given" and follows == "given":
        raise InconsistentDecision(
            f"Decision '{choice.decision}' needs every purpose set to false; "
            "send 'given' if one is allowed."
        )
