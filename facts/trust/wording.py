"""The words that are filled into the text and cure of a defect, each worked out when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ..x509 import dn
from ..x509.certificate import Certificate
from .trustlist import TrustList
from .verification import Parameters, forbids

_MOST_NAMES = 5  # shown in a text
_LONGEST = 300  # characters of a name in a text


@dataclass(frozen=True)
class Words:
    """The `{…}` of `defects.Kind`, for `str.format_map`.

    `issuer_at_hand` follows the certificate on its path, `top` ends the path, and `positions` are
    those of entries in the trust list with the wanted name and another key.
    """

    certificate: Certificate
    issuer_at_hand: Certificate | None
    top: Certificate
    positions: tuple[int, ...]
    trust: TrustList
    parameters: Parameters

    def __getitem__(self, word: str) -> str:
        return str(getattr(self, word))

    @property
    def subject(self) -> str:
        """Who is at fault."""
        return shortened(self.certificate.subject) or f"serial number {self.certificate.serial}"

    @property
    def issuer(self) -> str:
        """Who issued it."""
        return shortened(self.certificate.issuer)

    @property
    def wanted(self) -> str:
        """The issuer with the key that is asked for."""
        key_id = self.certificate.aki
        return f"{self.issuer} (key identifier {key_id})" if key_id else self.issuer

    @property
    def aki(self) -> str:
        """Key identifier of the issuer that is asked for."""
        return self.certificate.aki or "none"

    @property
    def key(self) -> str:
        """Type and size of the key."""
        return f"{self.certificate.key_type} {self.certificate.key_bits}"

    @property
    def digest(self) -> str:
        """Digest of the signature."""
        return self.certificate.signature_digest

    @property
    def not_before(self) -> str:
        """Start of validity."""
        return _date(self.certificate.not_before)

    @property
    def not_after(self) -> str:
        """End of validity."""
        return _date(self.certificate.not_after)

    @property
    def unreadable(self) -> str:
        """What could not be read."""
        return shortened("; ".join(self.certificate.unreadable))

    @property
    def path_length(self) -> int | None:
        """How many CAs may stand below."""
        constraints = self.certificate.basic_constraints
        return constraints.path_length if constraints else None

    @property
    def purpose(self) -> str:
        """What the certificate is asked to serve for."""
        return self.parameters.purpose

    @property
    def purpose_fault(self) -> str:
        """Why it does not."""
        usages = self.certificate.eku_oids
        if usages is not None and self.certificate.eku not in {"both", self.purpose}:
            return f"its extended key usage lacks {self.purpose}Auth"
        return "its key usage allows none of the signatures and key exchanges that TLS needs"

    @property
    def ca_fault(self) -> str:
        """Why it is no CA."""
        if forbids(self.certificate, "keyCertSign"):
            return "its key usage does not allow it to sign certificates"
        if self.certificate.basic_constraints is not None:
            return "its basicConstraints say that it is none"
        return "it has no basicConstraints"

    @property
    def expected(self) -> str:
        """The name that it should carry."""
        return (
            shortened(dn.printable(self.parameters.name.value)) if self.parameters.name else "none"
        )

    @property
    def names(self) -> str:
        """The names that it carries."""
        names = [f"DNS:{name}" for name in self.certificate.dns_names]
        names += [f"IP:{address}" for address in self.certificate.ip_addresses]
        names = names or [f"CN:{name}" for name in self.certificate.common_names]
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        return (", ".join(map(shortened, names[:_MOST_NAMES])) or "no name") + more

    @property
    def in_store(self) -> str:
        """Where the certificate is to be replaced."""
        return " in the trust list" if self.certificate in self.trust else ""

    @property
    def twins(self) -> str:
        """What the trust list holds under the wanted name."""
        if not self.positions:
            return ""
        entries = ", ".join(map(str, self.positions))
        return f" The trust list holds that name with another key (entry {entries})."

    @property
    def replace_issuer(self) -> str:
        """What to do about a signature that the issuer at hand did not make."""
        issuer = self.issuer_at_hand
        if issuer is None or (self.certificate.aki and self.certificate.aki == issuer.ski):
            return f"{self.subject} was altered after it was signed: install it anew."
        position = self.trust.position(issuer)
        where = f"entry {position} of the trust list" if position else "the presented certificate"
        rival = f"{where}, {shortened(issuer.subject)}"
        for namesake in self.trust.issuers_of(self.certificate)[:_MOST_NAMES]:
            if position and self.certificate.signed_by(namesake):
                signer = self.trust.position(namesake)
                return f"Remove {rival}: entry {signer} has the key that signed."
        return f"Replace {rival}, by the one with the key that signed."

    @property
    def known(self) -> str:
        """Where a missing issuer was seen."""
        if self.issuer_at_hand is None:
            return ""
        seen = f" The inputs hold it elsewhere (SHA-256 {self.issuer_at_hand.fingerprint})"
        if self.issuer_at_hand == self.top:
            return f"{seen}."
        top = shortened(self.top.subject)
        if self.top in self.trust:
            return f"{seen}; its root, {top}, is trusted."
        return f"{seen}, but {top} above it is not in the trust list."

    @property
    def get_issuer(self) -> str:
        """How to supply a missing issuer."""
        issuer = self.issuer
        if self.issuer_at_hand is None:
            where = "".join(f" from {shortened(url)}" for url in self.certificate.aia_urls[:1])
            return (
                f"Get the certificate of {issuer}{where}; "
                "have it presented or add it to the trust list."
            )
        if self.issuer_at_hand == self.top:
            return f"Add {issuer} to the trust list."
        cure = f"Have {issuer} presented with the certificate, or add it to the trust list"
        if self.top in self.trust:
            return f"{cure}."
        return f"{cure}; and add {shortened(self.top.subject)} to the trust list."


def shortened(text: str) -> str:
    """The text, cut where it is too long for a sentence."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _date(seconds: int | None) -> str:
    if seconds is None:
        return "an unreadable time"
    if not 0 <= seconds <= 253_402_300_799:  # the end of the year 9999
        return f"{seconds} s since 1970"
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
