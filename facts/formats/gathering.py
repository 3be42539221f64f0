"""Gathers what the parts of one file hold, whatever container they come in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..x509 import der
from ..x509.certificate import Certificate, CertificateError
from . import ber, pkcs7, pkcs12
from .contents import PEM_ADVICE, REMARKS, Contents, Format, Found, Problem
from .der_objects import DerObject, Kind, objects
from .private_key import public_half

MAX_OBJECTS = 20_000
"""Objects read of one file; the rest is left and said so."""

MAX_CERTIFICATE = 1 << 20
"""Bytes of one certificate: ten thousand names fit, and memory stays bounded."""


@dataclass(frozen=True)
class Place:
    """Where an object stands; the fields are those of Found."""

    label: str
    line: int | None = None
    offset: int = 0


@dataclass
class Gathered:
    """What was found so far; `password` opens PKCS#12."""

    password: bytes | None = None
    kinds: set[Kind] = field(default_factory=set)
    certificates: list[Found] = field(default_factory=list)
    crls: list[bytes] = field(default_factory=list)
    csrs: list[bytes] = field(default_factory=list)
    private_keys: int = 0
    public_keys: list[bytes] = field(default_factory=list)
    encrypted_key: bool = False
    needs_password: bool = False
    damage: dict[str, None] = field(default_factory=dict)
    """Departures from the format that were read through, in order."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """No more objects are taken."""
        count = len(self.certificates) + len(self.crls) + len(self.csrs) + len(self.problems)
        return count + self.private_keys >= MAX_OBJECTS

    def take(self, data: bytes, place: Place) -> None:
        """Take the DER objects that `data` consists of."""
        end, fault = 0, "holds nothing but padding"
        try:
            if data.startswith(ber.INDEFINITE):
                data = ber.definite(data)
            for found in objects(data):
                if self.full:
                    return
                self._take_object(found, place)
                end = found.offset + len(found.raw)
        except der.DerError as error:
            fault = f"damaged or cut off: {error}"
        if not end:
            self.problem(place, fault)
        elif end < len(data):
            self.problem(place, f"the last {len(data) - end:,} bytes were left unread")

    def take_key(self, *, encrypted: bool, public_key: bytes | None) -> None:
        """Count a private key, and keep its public half if that could be read."""
        self.kinds.add("key")
        self.private_keys += 1
        self.encrypted_key |= encrypted
        self.public_keys += [public_key] if public_key else []

    def take_certificates(self, found: Iterable[bytes], container: str, place: Place) -> None:
        """Take the certificates of a container, numbered."""
        for number, raw in enumerate(found, 1):
            if self.full:
                break
            numbered = Place(f"{container} certificate {number}", place.line, place.offset)
            self._take_certificate(raw, numbered)

    def take_pkcs7(self, raw: bytes, place: Place) -> None:
        """Take what a PKCS#7 container holds."""
        self.kinds.add("pkcs7")
        try:
            signed = pkcs7.read(raw)
        except pkcs7.Pkcs7Error as error:
            self.problem(place, str(error))
            return
        self.take_certificates(signed.certificates, "PKCS#7", place)
        self.crls += signed.crls[:MAX_OBJECTS]

    def take_pkcs12(self, raw: bytes, place: Place) -> None:
        """Take what a PKCS#12 container holds, if it opens."""
        self.kinds.add("pkcs12")
        try:
            pfx = pkcs12.read(raw, self.password)
        except pkcs12.Pkcs12Error as error:
            self.needs_password |= isinstance(error, pkcs12.PasswordError)
            self.problem(place, str(error))
            return
        self.take_certificates(pfx.certificates, "PKCS#12", place)
        self.private_keys += pfx.has_key

    def problem(self, place: Place, text: str) -> None:
        """Note what was not read."""
        if len(self.problems) < MAX_OBJECTS:
            self.problems.append(Problem(place.line, f"{place.label}: {text}"))

    def contents(self, file_format: Format, *, acceptable: bool) -> Contents:
        """The result, with the words for what is wrong."""
        if self.full:
            self.problems.append(
                Problem(None, f"more than {MAX_OBJECTS:,} objects: the rest was not read")
            )
        remark = REMARKS.get(file_format)
        fault = remark.fault if remark else self._fault(acceptable)
        advice = remark.advice if remark else PEM_ADVICE
        return Contents(
            format=file_format,
            certificates=tuple(self.certificates),
            crls=tuple(self.crls),
            csrs=tuple(self.csrs),
            private_keys=self.private_keys,
            public_keys=tuple(self.public_keys),
            encrypted_key=self.encrypted_key,
            acceptable=acceptable,
            fault=fault,
            advice=advice if fault else None,
            problems=tuple(self.problems),
            needs_password=self.needs_password,
        )

    def _fault(self, acceptable: bool) -> str | None:
        words = [*self.damage]
        if self.problems:
            words.append("part of it is illegible" if self.certificates else self.problems[0].text)
        if not words and not acceptable:
            words = ["not laid out as OpenSSL reads PEM" if self.kinds else "holds no PEM block"]
        return "; ".join(words) or None

    def _take_object(self, found: DerObject, place: Place) -> None:
        here = Place(place.label, place.line, place.offset + found.offset)
        match found.kind:
            case "certificate":
                self._take_certificate(found.raw, here)
                self.kinds.add("certificate")
            case "csr":
                self.csrs.append(found.raw)
                self.kinds.add("csr")
            case "crl":
                self.crls.append(found.raw)
                self.kinds.add("crl")
            case "key" | "encrypted_key":
                encrypted = found.kind == "encrypted_key"
                public = None if encrypted else public_half(found.raw)
                self.take_key(encrypted=encrypted, public_key=public)
            case "public_key":
                self.kinds.add("public_key")
            case "pkcs7":
                self.take_pkcs7(found.raw, here)
            case "pkcs12":
                self.take_pkcs12(found.raw, here)
            case None:
                self.problem(here, "holds no kind of object that is read here")

    def _take_certificate(self, raw: bytes, place: Place) -> None:
        if len(raw) > MAX_CERTIFICATE:
            self.problem(place, f"a certificate of {len(raw):,} bytes, more than are read")
            return
        try:
            certificate = Certificate.from_der(raw)
        except CertificateError as error:
            self.problem(place, str(error))
        else:
            self.certificates.append(Found(certificate, place.label, place.line, place.offset))
