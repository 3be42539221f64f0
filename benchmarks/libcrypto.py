"""OpenSSL's own answer: X509_verify_cert of a libcrypto, as a TLS handshake calls it."""

from __future__ import annotations

import ctypes
import ctypes.util
import ipaddress
from collections.abc import Callable, Iterable
from ctypes import byref, c_char_p, c_int, c_long, c_size_t, c_uint, c_ulong, c_void_p
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .case import Case

_CRL_CHECK_ALL, _NO_CHECK_TIME = 0x4 | 0x8, 0x200000  # X509_V_FLAG_…
_NO_PARTIAL_WILDCARDS = 0x4  # X509_CHECK_FLAG_…
_TLS_LEVEL = 1
# Named parameter sets of OpenSSL (x509_vpm.c): what a handshake takes for the peer's certificate.
_PARAMETERS = {"server": b"ssl_server", "client": b"ssl_client", "any": b"default"}
_CALLBACK = ctypes.CFUNCTYPE(c_int, c_int, c_void_p)

_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "OpenSSL_version": (c_char_p, [c_int]),
    "ERR_clear_error": (None, []),
    "d2i_X509": (c_void_p, [c_void_p, c_void_p, c_long]),
    "d2i_X509_CRL": (c_void_p, [c_void_p, c_void_p, c_long]),
    "i2d_X509": (c_int, [c_void_p, c_void_p]),
    "X509_free": (None, [c_void_p]),
    "X509_CRL_free": (None, [c_void_p]),
    "X509_STORE_new": (c_void_p, []),
    "X509_STORE_free": (None, [c_void_p]),
    "X509_STORE_add_cert": (c_int, [c_void_p, c_void_p]),
    "X509_STORE_add_crl": (c_int, [c_void_p, c_void_p]),
    "OPENSSL_sk_new_null": (c_void_p, []),
    "OPENSSL_sk_push": (c_int, [c_void_p, c_void_p]),
    "OPENSSL_sk_free": (None, [c_void_p]),
    "OPENSSL_sk_num": (c_int, [c_void_p]),
    "OPENSSL_sk_value": (c_void_p, [c_void_p, c_int]),
    "X509_STORE_CTX_new": (c_void_p, []),
    "X509_STORE_CTX_free": (None, [c_void_p]),
    "X509_STORE_CTX_init": (c_int, [c_void_p] * 4),
    "X509_STORE_CTX_set_default": (c_int, [c_void_p, c_char_p]),
    "X509_STORE_CTX_get0_param": (c_void_p, [c_void_p]),
    "X509_STORE_CTX_get0_chain": (c_void_p, [c_void_p]),
    "X509_STORE_CTX_get_error": (c_int, [c_void_p]),
    "X509_STORE_CTX_get_error_depth": (c_int, [c_void_p]),
    "X509_STORE_CTX_set_verify_cb": (None, [c_void_p, _CALLBACK]),
    "X509_VERIFY_PARAM_set_flags": (c_int, [c_void_p, c_ulong]),
    "X509_VERIFY_PARAM_set_time": (None, [c_void_p, c_long]),
    "X509_VERIFY_PARAM_set_depth": (None, [c_void_p, c_int]),
    "X509_VERIFY_PARAM_set_auth_level": (None, [c_void_p, c_int]),
    "X509_VERIFY_PARAM_set_hostflags": (None, [c_void_p, c_uint]),
    "X509_VERIFY_PARAM_set1_host": (c_int, [c_void_p, c_char_p, c_size_t]),
    "X509_VERIFY_PARAM_set1_ip": (c_int, [c_void_p, c_char_p, c_size_t]),
    "X509_VERIFY_PARAM_set1_email": (c_int, [c_void_p, c_char_p, c_size_t]),
    "X509_verify_cert": (c_int, [c_void_p]),
}


class UnreadableError(ValueError):
    """OpenSSL cannot read a part of the case."""


@dataclass(frozen=True)
class Answer:
    """Number and depth of the first error (0 and None: trusted), and the chain, in DER.

    `reported`: every (number, depth) given to a verify callback that always says to go on.
    """

    code: int
    depth: int | None
    chain: tuple[bytes, ...]
    reported: tuple[tuple[int, int], ...] = ()


class Libcrypto:
    """A libcrypto of OpenSSL 3. What it reads stays in memory for the life of the process."""

    def __init__(self, path: str | None = None) -> None:
        self._lib = ctypes.CDLL(path or ctypes.util.find_library("crypto") or "libcrypto.so.3")
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(self._lib, name)
            function.restype, function.argtypes = result, arguments
        self.version: str = self._lib.OpenSSL_version(0).decode().split()[1]
        self.certificate = lru_cache(maxsize=None)(self._certificate)
        self.crl = lru_cache(maxsize=None)(self._crl)

    def ask(self, case: Case, *, report: bool = False) -> Answer:
        """The answer to a case; `report` collects every error too, at the price of a second run.

        Raises UnreadableError where the library cannot read a part of the case.
        """
        leaf = self.certificate(case.leaf)
        store, presented = self.store(case), self.stack(case.presented)
        try:
            code, depth, chain = self._run(case, store, leaf, presented)
            reported: list[tuple[int, int]] = []
            if report and code:
                self._run(case, store, leaf, presented, reported)
            return Answer(code, depth if code else None, chain, tuple(dict.fromkeys(reported)))
        finally:
            self._lib.OPENSSL_sk_free(presented)
            self._lib.X509_STORE_free(store)
            self._lib.ERR_clear_error()

    def store(self, case: Case) -> int:
        """A new X509_STORE of what the case trusts, and its CRLs. To be freed."""
        store: int = self._lib.X509_STORE_new()
        for der in case.trust:
            self._lib.X509_STORE_add_cert(store, self.certificate(der))
        for der in case.crls:
            self._lib.X509_STORE_add_crl(store, self.crl(der))
        return store

    def stack(self, certificates: Iterable[bytes]) -> int:
        """A new STACK_OF(X509). To be freed."""
        stack: int = self._lib.OPENSSL_sk_new_null()
        for der in certificates:
            self._lib.OPENSSL_sk_push(stack, self.certificate(der))
        return stack

    def verifier(self, case: Case, *, go_on: bool) -> Callable[[], int]:
        """A function that verifies the case, everything read and stored beforehand.

        `go_on`: to the end, by a callback in C, so that no time is lost in Python.
        """
        store, presented = self.store(case), self.stack(case.presented)
        leaf = self.certificate(case.leaf)
        callback = _CALLBACK(("getpid", ctypes.CDLL(None)))  # never 0, whatever it is given

        def verify() -> int:
            context = self._context(case, store, leaf, presented)
            if go_on:
                self._lib.X509_STORE_CTX_set_verify_cb(context, callback)
            self._lib.X509_verify_cert(context)
            code: int = self._lib.X509_STORE_CTX_get_error(context)
            self._lib.X509_STORE_CTX_free(context)
            return code

        return verify

    def _run(
        self,
        case: Case,
        store: int,
        leaf: int,
        presented: int,
        reported: list[tuple[int, int]] | None = None,
    ) -> tuple[int, int, tuple[bytes, ...]]:
        lib, context = self._lib, self._context(case, store, leaf, presented)

        def go_on(fine: int, at: int) -> int:
            if not fine and reported is not None:
                code = lib.X509_STORE_CTX_get_error(at)
                reported.append((code, lib.X509_STORE_CTX_get_error_depth(at)))
            return 1

        callback = _CALLBACK(go_on)  # kept alive until the context is gone
        try:
            if reported is not None:
                lib.X509_STORE_CTX_set_verify_cb(context, callback)
            trusted = lib.X509_verify_cert(context) == 1
            code = lib.X509_STORE_CTX_get_error(context)
            if trusted != (code == 0) and reported is None:
                raise RuntimeError(f"{case.id}: X509_verify_cert contradicts its error {code}")
            chain = lib.X509_STORE_CTX_get0_chain(context)
            count = lib.OPENSSL_sk_num(chain) if chain else 0
            certificates = (lib.OPENSSL_sk_value(chain, i) for i in range(count))
            return (
                code,
                lib.X509_STORE_CTX_get_error_depth(context),
                tuple(map(self._der, certificates)),
            )
        finally:
            lib.X509_STORE_CTX_free(context)

    def _context(self, case: Case, store: int, leaf: int, presented: int) -> int:
        lib = self._lib
        context: int = lib.X509_STORE_CTX_new()
        lib.X509_STORE_CTX_init(context, store, leaf, presented)
        parameters = lib.X509_STORE_CTX_get0_param(context)
        lib.X509_VERIFY_PARAM_set_auth_level(parameters, _TLS_LEVEL)
        lib.X509_STORE_CTX_set_default(context, _PARAMETERS[case.purpose])
        if case.crls:
            lib.X509_VERIFY_PARAM_set_flags(parameters, _CRL_CHECK_ALL)
        if case.at is None:
            lib.X509_VERIFY_PARAM_set_flags(parameters, _NO_CHECK_TIME)
        else:
            lib.X509_VERIFY_PARAM_set_time(parameters, case.at)
        if case.depth is not None:
            lib.X509_VERIFY_PARAM_set_depth(parameters, case.depth)
        if case.name is not None:
            value = case.name.value.encode()
            if case.name.kind == "ip":
                packed = ipaddress.ip_address(case.name.value).packed
                lib.X509_VERIFY_PARAM_set1_ip(parameters, packed, len(packed))
            elif case.name.kind == "email":
                lib.X509_VERIFY_PARAM_set1_email(parameters, value, len(value))
            else:
                lib.X509_VERIFY_PARAM_set_hostflags(parameters, _NO_PARTIAL_WILDCARDS)
                lib.X509_VERIFY_PARAM_set1_host(parameters, value, len(value))
        return context

    def _certificate(self, der: bytes) -> int:
        return self._read("d2i_X509", der)

    def _crl(self, der: bytes) -> int:
        return self._read("d2i_X509_CRL", der)

    def _read(self, function: str, der: bytes) -> int:
        data = c_char_p(der)
        found: int | None = getattr(self._lib, function)(None, byref(data), len(der))
        if not found:
            self._lib.ERR_clear_error()
            raise UnreadableError(function)
        return found

    def _der(self, certificate: int) -> bytes:
        data = ctypes.create_string_buffer(self._lib.i2d_X509(certificate, None))
        self._lib.i2d_X509(certificate, byref(c_void_p(ctypes.addressof(data))))
        return data.raw
