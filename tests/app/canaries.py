"""Secrets of 25 kinds, each where a deployment leaves it, and each to be found nowhere after."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

WORD = "Can4ryS3cret"
_JWT = f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.{WORD}"
_KEY_LINE = base64.b64encode((WORD * 4).encode()).decode()[:64]

IN_LOG = {
    "basic credentials": f" |Authorization: Basic {WORD}Zz09==",
    "digest credentials": f' |Proxy-Authorization: Digest username="{WORD}", response="{WORD}"',
    "bearer token": f'core1 tvcs: Detail="refused Bearer {WORD}.{WORD}"',
    "json web token": f"edgeconfigprovisioning: token {_JWT} refused",
    "cookie": f" |Cookie: X-Auth={WORD}; a={WORD}",
    "set cookie": f" |Set-Cookie: JSESSIONID={WORD}; Path=/",
    "vendor header": f" |X-Auth-Token: {WORD}",
    "session": f"web: JSESSIONIDSSO={WORD};",
    "json body": f'{{"refresh_token": "{WORD}", "expires_in": 1}}',
    "form body": f"grant_type=password&password={WORD}&x=1",
    "saml": f"POST /sso SAMLResponse={WORD}%3D&x=1",
    "uri": f"https://admin:{WORD}@cucm1.example.com:8443/axl",
    "sip uri": f"INVITE sip:alice:{WORD}@example.com SIP/2.0",
    "uds user": f"GET /cucm-uds/user/{WORD}/devices HTTP/1.1",
    "uds query": f"GET /cucm-uds/clusterUser?username={WORD}&x=1",
    "soft client's file": f'Msg="GET /CSF{WORD}.cnf.xml HTTP/1.1"',
    "path of a user": f"Loaded /home/{WORD}/certs/server.pem",
    "path in Windows": f"Loaded C:\\Users\\{WORD}\\csf-unified.log",
    "xml element": f"<axl:password>{WORD}</axl:password>",
}
IN_CONFIGURATION = {
    "encrypted value": (
        "Zones Zone 1 TraversalClient Authentication Password",
        f"{{cipher}}{WORD}",
    ),
    "plain password": ("Authentication Password", WORD),
    "community": ("SNMP CommunityName", WORD),
}
IN_FILES = {
    "private key": f"-----BEGIN PRIVATE KEY-----\n{_KEY_LINE}\n{WORD}\n-----END PRIVATE KEY-----\n",
    "encrypted key": "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n"
    f"{_KEY_LINE}\n-----END RSA PRIVATE KEY-----\n",
    "cut key": f"-----BEGIN EC PRIVATE KEY-----\n{_KEY_LINE}\n",
}
PLANTED = (WORD, _KEY_LINE)
KINDS = (*IN_LOG, *IN_CONFIGURATION, *IN_FILES)


def planted() -> dict[str, Any]:
    """A deployment with a fault and a canary of every kind but those of files."""
    settings = dict(IN_CONFIGURATION.values())
    failure = {
        "event": "tls_failure",
        "direction": "outbound",
        "remote": "edge1",
        "port": 7001,
        "detail": f"self signed certificate; password={WORD}",
    }
    stamp = "{time} {host} tvcs: "
    lines = [line if line.startswith((" ", '{"')) else stamp + line for line in IN_LOG.values()]
    node: Mapping[str, Any] = {"settings": settings, "log": [failure, *lines]}
    return {"nodes": {"core1": node, "edge1": {"certificate": {"issuer": "self"}}}}
