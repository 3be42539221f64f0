"""A TLS handshake between two processes of OpenSSL, each with its certificate, key and list."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certclinic.builders.keys import DISTINCT_RSA2048, PrivateKey, pool_key

OPENSSL = shutil.which("openssl")
Version = Literal["tls1_2", "tls1_3"]

_PATIENCE = 60  # seconds until a process that hangs is a failure
_ERROR = re.compile(r"verify error:num=(\d+)")


@dataclass(frozen=True)
class Side:
    """One end: the PEM of its certificate and trust list, and the name that it asks for."""

    certificate: bytes
    trust: bytes
    expected_name: str | None = None
    crls: bytes = b""


@dataclass(frozen=True)
class Outcome:
    """What each end says of the other's certificate: an X509_V_ERR number, None for nothing.

    `established`: the server has completed the handshake.
    """

    client: int | None
    server: int | None
    established: bool


def private_key(certificate: bytes) -> PrivateKey:
    """The key of a certificate of the builders, of 2048 bits."""
    wanted = x509.load_pem_x509_certificate(certificate).public_key()
    keys = (pool_key("rsa2048", slot) for slot in range(DISTINCT_RSA2048))
    return next(key for key in keys if key.public_key() == wanted)


def key_pem(certificate: bytes) -> bytes:
    """The same key as PEM (PKCS #8)."""
    key = private_key(certificate)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def handshake(folder: Path, client: Side, server: Side, version: Version, at: int) -> Outcome:
    """Let the client connect to the server, both at a time in seconds since the epoch.

    Each end completes its chain from its own list, as Expressway does.
    """
    assert OPENSSL is not None
    common = [f"-{version}", "-attime", str(at), "-no-CApath", "-no-CAstore"]
    common += ["-verify_return_error"]
    serve = ["s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-rev", "-Verify", "9"]
    listening = subprocess.Popen(
        [OPENSSL, *serve, *common, *_files(folder, "server", server)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        connect = ["s_client", "-connect", f"127.0.0.1:{_port(listening)}"]
        connecting = subprocess.run(
            [OPENSSL, *connect, *common, *_files(folder, "client", client)],
            input="hello\n",
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
        told, _ = listening.communicate(timeout=_PATIENCE)
    finally:
        listening.kill()
        listening.wait()
    return Outcome(
        _error(connecting.stderr), _error(told), established="CONNECTION ESTABLISHED" in told
    )


def _port(listening: subprocess.Popen[str]) -> str:
    """The port that the kernel gave: the server says so before it waits."""
    assert listening.stdout is not None
    for line in listening.stdout:
        if line.startswith("ACCEPT"):
            return line.strip().rsplit(":", 1)[1]
    raise AssertionError("the server did not come up")


def _error(told: str) -> int | None:
    found = _ERROR.search(told)
    return int(found[1]) if found else None


def _files(folder: Path, name: str, side: Side) -> Sequence[str]:
    contents = {
        "-cert": side.certificate,
        "-key": key_pem(side.certificate),
        "-CAfile": side.trust + side.crls,
    }
    arguments = []
    for option, data in contents.items():
        if data:
            path = folder / f"{name}{option}.pem"
            path.write_bytes(data)
            arguments += [option, str(path)]
    if side.expected_name:
        arguments += ["-verify_hostname", side.expected_name]
    if side.crls:
        arguments += ["-crl_check_all"]
    return arguments
