"""Symptoms of Mobile and Remote Access: Traffic Server, Unified CM, what clients meet."""

from __future__ import annotations

from typing import Any

from .symptom import Scenario, pair

_CUCM = "cucm.example.com"
_ECDSA_PREFERRED = "EECDH:EDH:HIGH:-AES256+SHA:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH"
_UPLOAD_FLAG = {"XCP TLS Certificate CVS EnableServerEkuUpload": "On"}
_SERVER_ONLY = {"certificate": {"eku": ["server"]}}
_SERVICE = {"event": "service_message", "certificate_of": "edge1"}


def _core(event: str, server: str = _CUCM, **keys: Any) -> dict[str, Any]:
    return {"log": [{"event": event, "server": server, "count": 3, **keys}]}


MRA_SYMPTOMS = {
    "EXW-050": Scenario(
        nodes=("core1",),
        shows=pair(core=_core("ats_untrusted")),
        # It is the server that refuses, not Traffic Server.
        almost=pair(core=_core("ats_rejected")),
    ),
    "EXW-051": Scenario(
        nodes=("core1",),
        shows=pair(core=_core("ats_name", server="10.0.0.20")),
        # Traffic Server looks at the name only once it trusts the certificate.
        almost=pair(core=_core("ats_untrusted", server="10.0.0.20")),
    ),
    "EXW-052": Scenario(
        nodes=("core1",),
        shows=pair(core=_core("ats_rejected")),
        # Refused over a cipher, not over a CA.
        almost=pair(
            core=_core("ats_rejected", alert="sslv3 alert handshake failure", code="14094410")
        ),
    ),
    "EXW-053": Scenario(
        nodes=("core1",),
        shows=pair(
            core={
                **_core("ats_untrusted", server="cucm-EC.example.com"),
                "settings": {"Ciphers UcClientTLSCiphers Value": _ECDSA_PREFERRED},
            }
        ),
        # The RSA certificate is the one that is not trusted.
        almost=pair(core=_core("ats_untrusted")),
    ),
    "EXW-060": Scenario(
        nodes=("edge1",),
        also=("EXW-005",),
        shows=pair(core={"log": [_SERVICE]}, edge=_SERVER_ONLY),
        almost=pair(
            core={"log": [_SERVICE]},
            edge={**_SERVER_ONLY, "settings": _UPLOAD_FLAG},
            version="X15.4",
        ),
    ),
    "EXW-063": Scenario(
        nodes=("edge1",),
        shows=pair(edge={"certificate": {"san": ["edge1.example.com"]}}),
        almost=pair(
            edge={
                "certificate": {"san": ["edge1.example.com", "srv:_collab-edge._tls.example.com"]}
            }
        ),
    ),
}
