"""RFC 3161 time stamps over manifests: the request to send, the response to keep.

A stamp shows that the manifest was there at a time that an authority vouches for, and so the
whole version. Nothing here touches the network: a request is written to a file, sent by other
means, and the response attached.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from clausepress.errors import ClausepressError
from clausepress.files import write_atomic

_DER = Encoding.DER
_CERTIFICATE_DIGESTS = ("sha256", "sha1", "sha384", "sha512")  # sha1 is RFC 2634's only one
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class TimeStampError(ClausepressError):
    """A response that does not prove what it should; the message says why."""


class TimeStamp(NamedTuple):
    """What a sound response says.

    Attributes:
        time: The time of the stamp, UTC.
        authority: Subject of the certificate that signed it (RFC 4514).
    """

    time: dt.datetime
    authority: str


def request_bytes(message: bytes) -> bytes:
    """Return a TimeStampReq (DER) over the SHA-256 of a message, with a nonce.

    It asks for the authority's certificate, which a later check needs.
    """
    builder = TimestampRequestBuilder(message, HashAlgorithm.SHA256)
    return builder.build().as_bytes()


def load_authorities(data: bytes) -> tuple[bytes, ...]:
    """Return the certificates in a PEM file, each as DER.

    Raises:
        ClausepressError: It holds none.
    """
    try:
        found = x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise ClausepressError(
            f"--ca: holds no certificate: {error}\n  fix: name the authority's root as PEM"
        ) from error
    return tuple(each.public_bytes(_DER) for each in found)


def check_response(data: bytes, message: bytes, authorities: Sequence[bytes]) -> TimeStamp:
    """Check a TimeStampResp over a message.

    Without authorities its signature is not checked: it is seen to be of this message and of the
    certificate that it brings along, not who made it.

    Args:
        data: The response, DER.
        message: What was stamped.
        authorities: Root certificates to believe, DER.

    Raises:
        TimeStampError: It is no response, of another message, or its signature does not hold.
    """
    try:
        response = decode_timestamp_response(data)
    except ValueError as error:
        raise TimeStampError("is no time-stamp response (RFC 3161, in DER)") from error
    try:
        with warnings.catch_warnings(action="ignore"):  # on oddities of a certificate
            whole = response.as_bytes() == data
            leaf = _signing_certificate(response)
            imprint = response.tst_info.message_imprint
            over = (imprint.hash_algorithm, imprint.message)
            stamp = TimeStamp(response.tst_info.gen_time, leaf.subject.rfc4514_string())
    except (ValueError, LookupError, TypeError, x509.InvalidVersion) as error:
        raise TimeStampError(f"is no time-stamp response that can be read: {error}") from error
    if not whole:
        raise TimeStampError("is no time-stamp response in DER")
    if over != (_SHA256, hashlib.sha256(message).digest()):
        raise TimeStampError("is a time stamp of something else than this manifest")
    if authorities:
        builder = VerifierBuilder(tsa_certificate=leaf)
        for root in authorities:
            builder = builder.add_root_certificate(x509.load_der_x509_certificate(root))
        try:
            builder.build().verify(response, over[1])
        except (VerificationError, ValueError, LookupError, TypeError) as error:
            raise TimeStampError(
                f"its signature does not hold by the authorities given: {error}"
            ) from error
    return stamp


def attach_response(
    manifest: Path, data: bytes, authorities: Sequence[bytes]
) -> tuple[Path, TimeStamp]:
    """Keep a response beside the manifest that it stamps; returns its file and what it says.

    Raises:
        ClausepressError: The response does not hold, one is there already, a refusing disk.
    """
    path = manifest.with_suffix(".tsr")
    if path.exists():
        raise ClausepressError(
            f"{path} is there already and is not overwritten\n  fix: move it away to replace it"
        )
    try:
        stamp = check_response(data, manifest.read_bytes(), authorities)
    except TimeStampError as error:
        raise ClausepressError(
            f"the reply {error}\n  fix: request a stamp over {manifest} and attach its reply"
        ) from error
    try:
        write_atomic(path, data)
    except OSError as error:
        raise ClausepressError(
            f"{path}: cannot be written: {error.strerror}\n  fix: check space and permissions"
        ) from error
    return path, stamp


def _signing_certificate(response: TimeStampResponse) -> x509.Certificate:
    """The certificate in a response that it says it was signed with; raises ValueError."""
    signed = response.signed_data
    brought = [x509.load_der_x509_certificate(each) for each in signed.certificates]
    signers = {(each.serial_number, each.issuer) for each in signed.signer_infos}
    leaves = [each for each in brought if (each.serial_number, each.issuer) in signers]
    if len(signers) != 1 or len(leaves) != 1:
        raise ValueError("it does not hold the one certificate that signed it")
    # The signed attributes hold a digest of that certificate (RFC 5035, RFC 2634); without it
    # another certificate with the same key could stand in its place.
    der = leaves[0].public_bytes(_DER)
    token = response.time_stamp_token()
    if not any(hashlib.new(name, der).digest() in token for name in _CERTIFICATE_DIGESTS):
        raise ValueError("the certificate in it is not the one that it was signed with")
    return leaves[0]
