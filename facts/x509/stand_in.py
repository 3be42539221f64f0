"""Stand-ins for certificates, requests and revocation lists that must not show whose they are.

Signatures forbid changing a name in a certificate, so it is issued again: with other names and
numbers, by throw-away keys, and all else as it was, byte by byte. Chains, validity, usages, key
sizes, digests and faults stay, so that a diagnosis of stand-ins is one of the originals.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from . import der
from . import extensions as ext
from .certificate import Certificate, CertificateError
from .crl import Crl, CrlError
from .signatures import PublicKey, read_key, read_signature
from .stand_in_keys import Keys

_COUNTRY = "2.5.4.6"
_ALTERNATIVE_NAMES = ("2.5.29.17", "2.5.29.18")
_ADDRESSES = (
    ext.NAME_CONSTRAINTS,
    ext.CRL_DISTRIBUTION_POINTS,
    ext.AUTHORITY_INFO_ACCESS,
    "2.5.29.46",  # freshestCRL
    "1.3.6.1.5.5.7.1.11",  # subjectInfoAccess
    "2.5.29.28",  # issuingDistributionPoint
    "2.5.29.29",  # certificateIssuer
)
_TIMESTAMPS = "1.3.6.1.4.1.11129.2.4.2"
"""Signed certificate timestamps (RFC 6962): they say where in a public log the original stands."""

_ENCODINGS = {
    der.UTF8_STRING: "utf-8",
    der.PRINTABLE_STRING: "ascii",
    der.T61_STRING: "latin-1",
    der.IA5_STRING: "ascii",
    der.VISIBLE_STRING: "ascii",
    der.BMP_STRING: "utf-16-be",
    der.UNIVERSAL_STRING: "utf-32-be",
}
_CONSTRUCTED = 0x20
_EMAIL, _DNS, _URI, _IP = 0x81, 0x82, 0x86, 0x87
_CERTIFICATE_EXTENSIONS, _CRL_EXTENSIONS = 0xA3, 0xA0
_DEEPEST = 12


class Renaming(Protocol):
    """What stands for a text, for one that is all of a value, for an address, and for a number
    in hexadecimal digits."""

    def value(self, text: str, /) -> str: ...
    def text(self, text: str, /) -> str: ...
    def address(self, text: str, /) -> str: ...
    def serial(self, text: str, /) -> str: ...


class StandIns:
    """The stand-ins of one case: the same one for the same certificate, wherever it stands.

    `certificates` are all that are at hand, `renaming` says what stands for their names, and
    `known_to_all` which names (DER) are those of public CAs and stay.
    """

    def __init__(
        self,
        certificates: Iterable[Certificate],
        renaming: Renaming,
        known_to_all: Callable[[bytes], bool],
    ) -> None:
        self._renaming = renaming
        self._known_to_all = known_to_all
        self._keys = Keys()
        self._made: dict[bytes, bytes] = {}
        self._issuers: dict[bytes, list[Certificate]] = defaultdict(list)
        for certificate in dict.fromkeys(certificates):
            self._issuers[certificate.subject_key].append(certificate)

    def certificate(self, data: bytes) -> bytes | None:
        """The stand-in (DER) of a certificate; None where it is not readable as one."""
        return self._once(data, self._certificate)

    def crl(self, data: bytes) -> bytes | None:
        """The stand-in (DER) of a revocation list; None where it is not readable as one."""
        return self._once(data, self._crl)

    def request(self, data: bytes) -> bytes | None:
        """The stand-in (DER) of a PKCS #10 request; None where it is not readable as one."""
        return self._once(data, self._request)

    def _once(self, data: bytes, make: Callable[[bytes], bytes]) -> bytes | None:
        if data not in self._made:
            try:
                self._made[data] = make(data)
            except (ValueError, IndexError, CertificateError, CrlError):
                return None
        return self._made[data]

    def _certificate(self, data: bytes) -> bytes:
        old = Certificate.from_der(data)
        tbs, algorithm, value = der.sequence(data)[:3]
        fields = der.children(tbs.value)
        version = [fields.pop(0).raw] if fields[0].tag == 0xA0 else []
        number, inner, issuer, validity, subject, _, *rest = fields
        authority = old.is_ca or old.self_issued
        public = authority and self._known_to_all(old.subject_name)
        changed = der.encoded(
            der.SEQUENCE,
            b"".join(
                (
                    *version,
                    number.raw if public else self._number(number),
                    inner.raw,
                    self._issuer(issuer),
                    validity.raw,
                    subject.raw if public else self._name(subject),
                    self._keys.spki(old.public_key),
                    *(self._tail(part, _CERTIFICATE_EXTENSIONS) for part in rest),
                )
            ),
        )
        signer = self._signer(old.issuer_key, old.signed_by, old)
        return self._sealed(changed, algorithm, tbs, value, signer)

    def _crl(self, data: bytes) -> bytes:
        old = Crl.from_der(data)
        tbs, algorithm, value = der.sequence(data)[:3]
        fields = der.children(tbs.value)
        parts: list[bytes] = []
        issuer_at = 2 if fields[0].tag == der.INTEGER else 1
        for position, part in enumerate(fields):
            if position == issuer_at:
                parts.append(self._issuer(part))
            elif position > issuer_at and part.tag == der.SEQUENCE:
                entries = b"".join(self._revoked(entry) for entry in der.children(part.value))
                parts.append(der.encoded(der.SEQUENCE, entries))
            else:
                parts.append(self._tail(part, _CRL_EXTENSIONS))
        changed = der.encoded(der.SEQUENCE, b"".join(parts))
        signer = self._signer(old.issuer_key, lambda ca: old.signature.verifies(ca.public_key))
        return self._sealed(changed, algorithm, tbs, value, signer)

    def _request(self, data: bytes) -> bytes:
        info, algorithm, value = der.sequence(data)[:3]
        version, subject, spki, *rest = der.children(info.value)
        key = read_key(spki.raw)
        attributes = b"".join(der.encoded(part.tag, self._attributes(part.value)) for part in rest)
        changed = der.encoded(
            der.SEQUENCE,
            version.raw + self._name(subject) + self._keys.spki(key) + attributes,
        )
        return self._sealed(changed, algorithm, info, value, key)

    def _attributes(self, contents: bytes) -> bytes:
        """Attributes of a request; that with the extensions holds them as a certificate does."""
        changed = []
        for attribute in der.children(contents):
            kind, values = der.children(attribute.value)
            if der.oid(kind.value) == "1.2.840.113549.1.9.14":
                inner = b"".join(self._extensions(e) for e in der.children(values.value))
                values = der.read(der.encoded(values.tag, inner))
            else:
                values = der.read(self._walked(values, _DEEPEST, names=False))
            changed.append(der.encoded(attribute.tag, kind.raw + values.raw))
        return b"".join(changed)

    def _signer(
        self,
        issuer: bytes,
        signed_by: Callable[[Certificate], bool],
        own: Certificate | None = None,
    ) -> PublicKey | None:
        candidates = [*self._issuers[issuer], *([own] if own else [])]
        return next((ca.public_key for ca in candidates if signed_by(ca)), None)

    def _sealed(
        self,
        signed: bytes,
        algorithm: der.Element,
        old_signed: der.Element,
        value: der.Element,
        signer: PublicKey | None,
    ) -> bytes:
        old = read_signature(algorithm, old_signed.raw, value)
        made = der.encoded(der.BIT_STRING, b"\0" + self._keys.signature(signer, old, signed))
        return der.encoded(der.SEQUENCE, signed + algorithm.raw + made)

    def _revoked(self, entry: der.Element) -> bytes:
        number, when, *more = der.children(entry.value)
        extensions = b"".join(self._extensions(part) for part in more)
        return der.encoded(entry.tag, self._number(number) + when.raw + extensions)

    def _number(self, number: der.Element) -> bytes:
        digits = number.value.hex().removeprefix("00").lstrip("0")
        new = int(self._renaming.serial(digits) or "0", 16)
        return der.encoded(number.tag, new.to_bytes(len(number.value)))

    def _issuer(self, name: der.Element) -> bytes:
        return name.raw if self._known_to_all(name.raw) else self._name(name)

    def _name(self, name: der.Element) -> bytes:
        """A distinguished name with other texts; the country stays, which tells of nobody."""
        rdns = []
        for rdn in der.children(name.value):
            attributes = []
            for attribute in der.children(rdn.value):
                kind, value = der.children(attribute.value)[:2]
                country = der.oid(kind.value) == _COUNTRY
                text = value.raw if country else self._string(value, self._renaming.value)
                attributes.append(der.encoded(attribute.tag, kind.raw + text))
            rdns.append(der.encoded(rdn.tag, b"".join(attributes)))
        return der.encoded(name.tag, b"".join(rdns))

    def _string(self, value: der.Element, rename: Callable[[str], str]) -> bytes:
        encoding = _ENCODINGS.get(value.tag)
        if encoding is None:
            return value.raw
        text = value.value.decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
        renamed = rename(text)
        if renamed == text:
            return value.raw
        if encoding == "ascii" and not renamed.isascii():
            return der.encoded(der.UTF8_STRING, renamed.encode())
        return der.encoded(value.tag, renamed.encode(encoding, "replace"))

    def _tail(self, part: der.Element, extensions: int) -> bytes:
        """A field after the fixed ones: extensions are changed, unique identifiers stay."""
        if part.tag != extensions:
            return part.raw
        return der.encoded(part.tag, self._extensions(der.read(part.value)))

    def _extensions(self, extensions: der.Element) -> bytes:
        changed = (self._extension(one) for one in der.children(extensions.value))
        return der.encoded(extensions.tag, b"".join(changed))

    def _extension(self, extension: der.Element) -> bytes:
        kind, *critical, value = der.children(extension.value)
        try:
            new = self._extension_value(der.oid(kind.value), value.value)
        except (der.DerError, ValueError, IndexError):
            # What can't be read can't be renamed. It is as unreadable afterwards.
            new = value.value[:1] + secrets.token_bytes(max(0, len(value.value) - 1))
        flags = b"".join(one.raw for one in critical)
        return der.encoded(extension.tag, kind.raw + flags + der.encoded(value.tag, new))

    def _extension_value(self, oid: str, value: bytes) -> bytes:
        element = der.read(value)
        if oid == ext.SUBJECT_KEY_ID:
            return der.encoded(element.tag, self._key_id(element.value))
        if oid == ext.AUTHORITY_KEY_ID:
            return der.encoded(
                element.tag, b"".join(map(self._authority, der.children(element.value)))
            )
        if oid == _TIMESTAMPS:
            return der.encoded(element.tag, secrets.token_bytes(len(element.value)))
        if oid in _ALTERNATIVE_NAMES or oid in _ADDRESSES:
            return self._walked(element, _DEEPEST, names=True)
        return self._walked(element, _DEEPEST, names=False)

    def _authority(self, part: der.Element) -> bytes:
        """A field of an authority key identifier (RFC 5280, 4.2.1.1)."""
        if part.tag == 0x80:
            return der.encoded(part.tag, self._key_id(part.value))
        return self._number(part) if part.tag == 0x82 else self._walked(part, _DEEPEST, names=True)

    def _key_id(self, value: bytes) -> bytes:
        return bytes.fromhex(self._renaming.serial(value.hex()))

    def _walked(self, element: der.Element, depth: int, *, names: bool) -> bytes:
        """An element with other texts; with `names`, general names (RFC 5280, 4.2.1.6) are too."""
        if depth == 0:
            raise der.DerError("nested too deep")
        if element.tag == 0xA4 and names:  # directoryName
            return der.encoded(element.tag, self._issuer(der.read(element.value)))
        if element.tag & _CONSTRUCTED:
            inner = partial(self._walked, depth=depth - 1, names=names)
            return der.encoded(element.tag, b"".join(map(inner, der.children(element.value))))
        if names and element.tag in (_EMAIL, _DNS, _URI):
            text = element.value.decode("ascii", "surrogateescape")
            if len(element.value) < 4 and not text.isprintable():
                return element.raw  # flags, such as those of a distribution point
            renamed = self._renaming.text(text).encode("utf-8", "surrogateescape")
            return der.encoded(element.tag, renamed)
        if names and element.tag == _IP:
            return der.encoded(element.tag, self._ip(element.value))
        return self._string(element, self._renaming.text)

    def _ip(self, value: bytes) -> bytes:
        """An address, with its mask where it is of a name constraint."""
        size = {4: 4, 8: 4, 16: 16, 32: 16}.get(len(value))
        if size is None:
            return value
        address = self._renaming.address(str(ipaddress.ip_address(value[:size])))
        return ipaddress.ip_address(address).packed + value[size:]
