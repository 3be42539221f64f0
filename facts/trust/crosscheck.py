"""The verdict of the OpenSSL library at hand, through pyOpenSSL, held against the emulated one.

Native code judges hostile bytes here, so it runs in a process of its own: a crash or an endless
loop costs one answer.
"""

from __future__ import annotations

import ipaddress
import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Sequence
from functools import lru_cache
from threading import Timer
from types import TracebackType
from typing import Any, NamedTuple, TextIO

from ..x509.certificate import Certificate
from ..x509.crl import Crl
from .verification import Name, Purpose

PATIENCE = 10.0  # seconds for one answer
MOST_TRUSTED = 4_000  # the library compares each with all before that have its name
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, which pyOpenSSL does not name
_CRL_CHECK_ALL = 0x4 | 0x8
_STRENGTH = frozenset({66, 67, 68})


class Answer(NamedTuple):
    """What the library says: its version, X509_V_ERR number, depth of the fault, and its words."""

    version: str
    code: int
    depth: int | None
    text: str


class CrossCheckError(Exception):
    """The library gave no answer; the text says why."""


class CrossCheck:
    """A process that asks the library. Use it as a context manager."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> CrossCheck:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def ask(
        self,
        leaf: Certificate,
        presented: Sequence[Certificate],
        trust: Sequence[Certificate],
        *,
        name: Name | None = None,
        purpose: Purpose = "any",
        at: int | None = None,
        crls: Sequence[Crl] = (),
        depth: int | None = None,
    ) -> Answer:
        """The library's answer. Raises CrossCheckError where it cannot be had."""
        if depth is not None:
            raise CrossCheckError("pyOpenSSL cannot limit the depth")
        if name is not None and name.kind == "email":
            raise CrossCheckError("pyOpenSSL cannot check an e-mail address")
        if len(trust) > MOST_TRUSTED:
            raise CrossCheckError(
                f"the trust list holds more than {MOST_TRUSTED:,} CAs of the names in question,"
                " which the OpenSSL library takes too long to load"
            )
        question = {
            "leaf": _packed(leaf),
            "presented": [_packed(certificate) for certificate in presented],
            "trust": [_packed(certificate) for certificate in trust],
            "crls": [_packed(crl) for crl in crls],
            "name": [name.kind, name.value] if name else None,
            "purpose": purpose,
            "at": at,
        }
        reply = json.loads(self._exchange(json.dumps(question)))
        if "error" in reply:
            raise CrossCheckError(reply["error"])
        return Answer(**reply)

    def _exchange(self, line: str) -> str:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            # -P: nothing is imported from the working directory, which may hold evidence.
            command = [sys.executable, "-P", "-m", __name__]
            self._process = subprocess.Popen(  # noqa: S603 - no part of it comes from outside
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
        process = self._process
        assert process.stdin is not None and process.stdout is not None  # noqa: S101 - pipes
        timer = Timer(self.patience, process.kill)
        timer.start()
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
            reply = process.stdout.readline()
        except OSError:
            reply = ""
        finally:
            timer.cancel()
        if not reply.endswith("\n"):
            self._stop()
            raise CrossCheckError("the OpenSSL library crashed or took too long")
        return reply

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def not_comparable(
    found: Answer, code: int, chain: Sequence[Certificate], name: Name | None, at: int | None
) -> str | None:
    """Why the library's answer says nothing about the verdict `code` on `chain`; None if it does.

    OpenSSL 4 differs from OpenSSL 3 in a few rules, which must not pass for a disagreement.
    """
    if code in _STRENGTH:
        return "pyOpenSSL does not judge the strength of keys and digests"
    if int(found.version.split(".")[0]) < 4:
        return None
    if name is not None and (name.value.endswith(".") or not name.value.isascii()):
        return "OpenSSL 4 reads names with a final dot or with non-ASCII letters differently"
    if at is not None and any(certificate.not_after == at for certificate in chain):
        return "OpenSSL 4 counts the last second of validity as valid"
    return None


def serve(questions: TextIO, answers: TextIO) -> None:
    """Answer one JSON question a line until the input ends: what the other process runs."""
    for line in questions:
        try:
            reply = _verify(json.loads(line))._asdict()
        except Exception as error:  # whatever the library raises on odd input, the next goes on
            reply = {"error": f"the OpenSSL library cannot read the question: {error}"}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


def _packed(item: Certificate | Crl) -> str:
    return b64encode(item.der).decode()


@lru_cache(maxsize=2048)
def _certificate(packed: str) -> Any:
    from OpenSSL import crypto

    return crypto.load_certificate(crypto.FILETYPE_ASN1, b64decode(packed))


def _verify(question: dict[str, Any]) -> Answer:
    from cryptography import x509
    from OpenSSL import SSL, crypto
    from OpenSSL._util import ffi, lib

    store = crypto.X509Store()
    for packed in question["trust"]:
        store.add_cert(_certificate(packed))
    for packed in question["crls"]:
        store.add_crl(x509.load_der_x509_crl(b64decode(packed)))
    parameters = ffi.gc(lib.X509_VERIFY_PARAM_new(), lib.X509_VERIFY_PARAM_free)
    flags = _CRL_CHECK_ALL if question["crls"] else 0
    if question["at"] is None:
        flags |= _NO_CHECK_TIME
    else:
        lib.X509_VERIFY_PARAM_set_time(parameters, question["at"])
    lib.X509_VERIFY_PARAM_set_flags(parameters, flags)
    if question["name"]:
        kind, value = question["name"]
        if kind == "ip":
            packed_ip = ipaddress.ip_address(value).packed
            lib.X509_VERIFY_PARAM_set1_ip(parameters, packed_ip, len(packed_ip))
        else:
            lib.X509_VERIFY_PARAM_set_hostflags(
                parameters, lib.X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
            )
            host = value.encode()
            if not lib.X509_VERIFY_PARAM_set1_host(parameters, host, len(host)):
                lib.ERR_clear_error()
                raise ValueError(f"it takes {value!r} for no host name")
    lib.X509_STORE_set1_param(store._store, parameters)
    if question["purpose"] != "any":
        purposes = {"server": lib.X509_PURPOSE_SSL_SERVER, "client": lib.X509_PURPOSE_SSL_CLIENT}
        lib.X509_STORE_set_purpose(store._store, purposes[question["purpose"]])
    chain = [_certificate(packed) for packed in question["presented"]]
    context = crypto.X509StoreContext(store, _certificate(question["leaf"]), chain)
    version = SSL.OpenSSL_version(SSL.OPENSSL_VERSION).decode().split()[1]
    try:
        context.verify_certificate()
    except crypto.X509StoreContextError as error:
        code, depth, text = error.errors
        return Answer(version, code, depth, text)
    return Answer(version, 0, None, "ok")


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
