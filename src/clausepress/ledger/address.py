"""Telephone numbers and e-mail addresses in one spelling each, so that equal ones compare equal."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import idna
import phonenumbers

from clausepress.ledger.errors import AddressInvalid

# What libphonenumber's rules come to, for those whom the send gate is asked about most.
_CHINESE_MOBILE: Final = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")


def sender(number: str, region: str = "CN") -> str:
    """E.164 of a number that a message came from, with or without + or 00; raises AddressInvalid.

    More lenient than `normalise`: the number is in use, even if it is newer than our list of them.
    """
    if region == "CN" and (mobile := _CHINESE_MOBILE.fullmatch(number)):
        return f"+86{mobile[1]}"
    text = unicodedata.normalize("NFKC", number).strip()
    return _number(text, region, _is_possible)


def _is_possible(number: phonenumbers.PhoneNumber) -> bool:
    """Whether it is a whole number by its length; short codes are whole in one country only."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


def normalise(channel: str, address: str, region: str = "CN") -> str:
    """E.164 for `sms`, lower case with an IDNA 2008 domain for `email`.

    `region` (ISO 3166 alpha-2) reads numbers without a country code. Raises AddressInvalid, whose
    message never repeats the address.
    """
    text = unicodedata.normalize("NFKC", address).strip()
    return _number(text, region) if channel == "sms" else _mailbox(text)


def _number(
    text: str,
    region: str,
    accept: Callable[[phonenumbers.PhoneNumber], bool] = phonenumbers.is_valid_number,
) -> str:
    advice = (
        "This is not a telephone number in use. Check the digits; "
        f"outside {region}, begin with + and the country code."
    )
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise AddressInvalid(advice) from None
    # An extension cannot get text messages, and would be lost in E.164. Short codes are not valid
    # numbers: they mean another thing in each country.
    if number.extension or not accept(number):
        raise AddressInvalid(advice)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _mailbox(text: str) -> str:
    advice = "This is not a possible e-mail address. It has the form name@example.com."
    local, at, domain = text.rpartition("@")
    if not at or not 1 <= len(local.encode()) <= 64 or len(text.encode()) > 254:  # RFC 5321 4.5.3.1
        raise AddressInvalid(advice)
    if any(c.isspace() or unicodedata.category(c) in {"Cc", "Cf"} or c in '@<>,;:"' for c in local):
        raise AddressInvalid(advice)
    try:
        host = _host(domain)
    except UnicodeError:  # idna's own errors among them
        raise AddressInvalid(advice) from None
    labels = host.split(".")
    if len(labels) < 2 or not all(
        label and label.strip("-") == label and label.replace("-", "").isalnum() for label in labels
    ):
        raise AddressInvalid(advice)
    return f"{local.lower()}@{host}"


@lru_cache(4096)
def _host(domain: str) -> str:
    """The domain in ASCII; raises UnicodeError."""
    # UTS 46 without its transitional mapping: a domain with ß is not the one with ss.
    return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
