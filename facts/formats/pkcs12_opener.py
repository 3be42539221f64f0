"""Opens PKCS#12 in a process of its own, so that a file made to take hours can be stopped.

Reads one JSON object from standard input, `{"data": base64, "passwords": [base64 or null, ...]}`,
and writes one: `{"certificates": [base64 of DER, ...], "has_key": bool}`, or `{"error": text}`,
which is null where no password opened it. Secrets thus never stand on a command line.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode, b64encode
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The answer to one question, both as described above."""
    data = b64decode(question["data"])
    for password in question["passwords"]:
        try:
            found = pkcs12.load_pkcs12(data, None if password is None else b64decode(password))
        except ValueError:
            continue
        except UnsupportedAlgorithm as error:
            return {"error": f"the PKCS#12 file uses unsupported encryption: {error}"}
        certificates = (c for c in (found.cert, *found.additional_certs) if c is not None)
        encoded = (c.certificate.public_bytes(Encoding.DER) for c in certificates)
        return {
            "certificates": [b64encode(raw).decode("ascii") for raw in encoded],
            "has_key": found.key is not None,
        }
    return {"error": None}


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
