"""What a failure means and what cures it, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from .checks import LEAST_STRENGTH

Check = Literal["chain", "name", "purpose", "time", "revocation"]
MissingKind = Literal["intermediate", "root", "unknown"]
MISSING_ISSUER = frozenset({2, 20})
UNTRUSTED_ROOT = frozenset({18, 19})
SIGNATURE_FAILURE = 7


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One cause, told so that somebody can act on it.

    `code` and `openssl`: the X509_V_ERR name and number. `certificate`: fingerprint of the one at
    fault. For a CA that is missing: its subject and key identifier, whether it is an intermediate
    or a root, where it was seen (`found_in`, a fingerprint), and whether the trust list would
    anchor it. `twins`: positions in the trust list of entries with the wanted subject and another
    key. `consequence`: it goes away by itself with the other defects, being another word for one of
    them or the fault of a certificate that OpenSSL took for want of the right one.
    """

    code: str
    openssl: int
    depth: int
    certificate: str | None
    check: Check
    text: str
    fix: str
    missing_subject: str | None = None
    missing_key_id: str | None = None
    missing_kind: MissingKind | None = None
    found_in: str | None = None
    anchor_trusted: bool | None = None
    twins: tuple[int, ...] = ()
    consequence: bool = False

    def lacking_as(self, other: Defect) -> Defect:
        """This defect with what the other says of the missing issuer."""
        return replace(
            self,
            missing_subject=other.missing_subject,
            missing_key_id=other.missing_key_id,
            missing_kind=other.missing_kind,
            found_in=other.found_in,
            anchor_trusted=other.anchor_trusted,
        )


class Kind(NamedTuple):
    """Name, check, meaning and cure of one X509_V_ERR number; `{…}` are filled per certificate."""

    name: str
    check: Check
    text: str
    fix: str


_REISSUE = "Have {subject} issued anew by its CA"
KINDS = {
    1: Kind(
        "UNSPECIFIED",
        "chain",
        "{subject} has more names than can be held against its issuer's name constraints.",
        f"{_REISSUE} with fewer names.",
    ),
    2: Kind(
        "UNABLE_TO_GET_ISSUER_CERT",
        "chain",
        "{subject} is in the trust list, but its issuer, {wanted}, is not.{known}{twins}",
        "{get_issuer}",
    ),
    3: Kind(
        "UNABLE_TO_GET_CRL",
        "revocation",
        "No CRL of {issuer} is at hand to tell whether {subject} is revoked.",
        "Supply the current CRL of {issuer}.",
    ),
    6: Kind(
        "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
        "chain",
        "The public key of {subject} ({key}) cannot be used.",
        "Replace that CA by one with an RSA or named-curve EC key.",
    ),
    7: Kind(
        "CERT_SIGNATURE_FAILURE",
        "chain",
        "{subject} is not signed by the key of the certificate taken for its issuer.{twins}",
        "{replace_issuer}",
    ),
    8: Kind(
        "CRL_SIGNATURE_FAILURE",
        "revocation",
        "The CRL for {subject} is not signed by the key of {issuer}.",
        "Fetch the CRL of {issuer} again.",
    ),
    9: Kind(
        "CERT_NOT_YET_VALID",
        "time",
        "{subject} is not valid before {not_before}.",
        "Check the clock of the verifier; else wait, or install a certificate that is valid now.",
    ),
    10: Kind(
        "CERT_HAS_EXPIRED",
        "time",
        "{subject} expired at {not_after}.",
        "Install its renewed successor{in_store}.",
    ),
    11: Kind(
        "CRL_NOT_YET_VALID",
        "revocation",
        "The CRL for {subject} is not valid yet.",
        "Check the clock of the verifier, and supply the current CRL of {issuer}.",
    ),
    12: Kind(
        "CRL_HAS_EXPIRED",
        "revocation",
        "The CRL for {subject} is out of date.",
        "Supply the current CRL of {issuer}.",
    ),
    13: Kind(
        "ERROR_IN_CERT_NOT_BEFORE_FIELD",
        "time",
        "The start of validity of {subject} is unreadable.",
        f"{_REISSUE}.",
    ),
    14: Kind(
        "ERROR_IN_CERT_NOT_AFTER_FIELD",
        "time",
        "The end of validity of {subject} is unreadable.",
        f"{_REISSUE}.",
    ),
    18: Kind(
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        "chain",
        "{subject} is self-signed and not in the trust list.{twins}",
        "Have it signed by a CA that the verifier trusts, or add it to the trust list.",
    ),
    19: Kind(
        "SELF_SIGNED_CERT_IN_CHAIN",
        "chain",
        "The chain ends in the root {subject}, which is not in the trust list.{twins}",
        "Add the root {subject} to the trust list.",
    ),
    20: Kind(
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        "chain",
        "The issuer of {subject}, {wanted}, is neither presented nor in the trust list."
        "{known}{twins}",
        "{get_issuer}",
    ),
    21: Kind(
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "chain",
        "The signature of {subject} cannot be checked without its issuer.",
        "{get_issuer}",
    ),
    22: Kind(
        "CERT_CHAIN_TOO_LONG",
        "chain",
        "The chain is longer than allowed, or CAs that sign each other make it run in a circle.",
        "Remove the cross-signed CAs that are not needed from the trust list.",
    ),
    23: Kind(
        "CERT_REVOKED",
        "revocation",
        "{subject} is revoked by {issuer}.",
        "Replace it by a new certificate.",
    ),
    25: Kind(
        "PATH_LENGTH_EXCEEDED",
        "chain",
        "More CAs stand below {subject} than its path length of {path_length} allows.",
        "Use a certificate issued higher up, or have the CA issued anew with a longer path length.",
    ),
    26: Kind(
        "INVALID_PURPOSE",
        "purpose",
        "{subject} is not meant for TLS {purpose}s: {purpose_fault}.",
        f"{_REISSUE} with the {{purpose}} authentication usage.",
    ),
    30: Kind(
        "AKID_SKID_MISMATCH",
        "chain",
        "{subject} asks for an issuer with key identifier {aki}, and {issuer} has another.",
        "Use the issuer's certificate with that identifier, or have {subject} issued anew.",
    ),
    31: Kind(
        "AKID_ISSUER_SERIAL_MISMATCH",
        "chain",
        "{subject} asks for an issuer with another serial number or issuer than {issuer} has.",
        "Use the issuer's certificate that it was issued by, or have {subject} issued anew.",
    ),
    32: Kind(
        "KEYUSAGE_NO_CERTSIGN",
        "chain",
        "The key usage of {subject} does not allow it to sign certificates.",
        "Have that CA issued anew with keyCertSign, or use the right CA.",
    ),
    34: Kind(
        "UNHANDLED_CRITICAL_EXTENSION",
        "chain",
        "{subject} has a critical extension that OpenSSL does not know.",
        f"{_REISSUE} without it.",
    ),
    35: Kind(
        "KEYUSAGE_NO_CRL_SIGN",
        "revocation",
        "The CA that signed the CRL for {subject} may not sign CRLs by its key usage.",
        "Have that CA issued anew with cRLSign.",
    ),
    36: Kind(
        "UNHANDLED_CRITICAL_CRL_EXTENSION",
        "revocation",
        "The CRL for {subject} has a critical extension that OpenSSL does not know.",
        "Have the CA publish a CRL without it.",
    ),
    40: Kind(
        "PROXY_CERTIFICATES_NOT_ALLOWED",
        "chain",
        "{subject} is a proxy certificate.",
        "Use an ordinary certificate.",
    ),
    41: Kind(
        "INVALID_EXTENSION",
        "chain",
        "{subject} has an unreadable extension ({unreadable}); OpenSSL builds no chain with it.",
        f"{_REISSUE} without the malformed extension.",
    ),
    44: Kind(
        "DIFFERENT_CRL_SCOPE",
        "revocation",
        "The CRL at hand is not about certificates such as {subject}.",
        "Supply the CRL that the certificate names.",
    ),
    47: Kind(
        "PERMITTED_VIOLATION",
        "chain",
        "{subject} has a name outside those that a CA above it may certify.",
        f"{_REISSUE} with permitted names only, or use another CA.",
    ),
    48: Kind(
        "EXCLUDED_VIOLATION",
        "chain",
        "{subject} has a name that a CA above it must not certify.",
        f"{_REISSUE} without that name, or use another CA.",
    ),
    49: Kind(
        "SUBTREE_MINMAX",
        "chain",
        "A CA above {subject} has name constraints with bounds, which no verifier supports.",
        "Have that CA issued anew.",
    ),
    51: Kind(
        "UNSUPPORTED_CONSTRAINT_TYPE",
        "chain",
        "A CA above {subject} has name constraints of an unsupported type.",
        "Have that CA issued anew.",
    ),
    53: Kind(
        "UNSUPPORTED_NAME_SYNTAX",
        "chain",
        "A name of {subject}, or a name constraint of a CA above it, is malformed.",
        f"{_REISSUE} with well-formed names.",
    ),
    62: Kind(
        "HOSTNAME_MISMATCH",
        "name",
        "{subject} does not carry the name {expected}; it carries {names}.",
        f"{_REISSUE} with {{expected}} as subject alternative name, or use a name it carries.",
    ),
    63: Kind(
        "EMAIL_MISMATCH",
        "name",
        "{subject} does not carry the address {expected}.",
        f"{_REISSUE} with {{expected}} as subject alternative name.",
    ),
    64: Kind(
        "IP_ADDRESS_MISMATCH",
        "name",
        "{subject} does not carry the IP address {expected}; it carries {names}.",
        "Connect by a host name that the certificate carries, or have the address added.",
    ),
    66: Kind(
        "EE_KEY_TOO_SMALL",
        "chain",
        f"The key of {{subject}} ({{key}}) has less than {LEAST_STRENGTH} bits of strength.",
        f"{_REISSUE} for a key of RSA 2048 bits or more.",
    ),
    67: Kind(
        "CA_KEY_TOO_SMALL",
        "chain",
        f"The key of the CA {{subject}} ({{key}}) has less than {LEAST_STRENGTH} bits of strength.",
        "Move to a CA with a key of RSA 2048 bits or more.",
    ),
    68: Kind(
        "CA_MD_TOO_WEAK",
        "chain",
        "{subject} is signed with the weak digest {digest}.",
        f"{_REISSUE} with SHA-256.",
    ),
    79: Kind(
        "INVALID_CA",
        "chain",
        "{subject} is used as a CA, but {ca_fault}.",
        "Have that CA issued anew as a CA (basicConstraints, keyCertSign), or use the right CA.",
    ),
    94: Kind(
        "EC_KEY_EXPLICIT_PARAMS",
        "chain",
        "The EC key of {subject} spells its curve out instead of naming it.",
        f"{_REISSUE} for a key on a named curve.",
    ),
}
KINDS[24] = KINDS[79]  # its number in OpenSSL 1.1.1

# Text and cure where there is an issuer that OpenSSL does not take for one.
ISSUER_REFUSED = {
    code: KINDS[code]._replace(
        text="OpenSSL takes no certificate at hand for the issuer of {subject}.{twins}",
        fix="Mend what else is said of this certificate.",
    )
    for code in MISSING_ISSUER
}
