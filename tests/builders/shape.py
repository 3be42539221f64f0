"""What a deployment spec may say, and the healthy deployment that it is merged over.

`SHAPE` is also the reference of the spec: each key has its description. A node's
`former_certificate` is one that a bundle of it showed a month before, whose server_….pem is among
the inputs then; its `next_certificate` is not installed yet.
"""

from __future__ import annotations

from typing import Any

from .spec import Shape, Spec, check, merge

DEFAULT_TRUST = ("root", "issuing-1")
DEFAULT: Spec = {
    "at": "2026-11-24T10:00:00Z",
    "version": "X14.3.4",
    "authorities": {
        "root": {"cn": "Example Root CA", "from": "-3650d", "to": "7300d"},
        "issuing-1": {"issuer": "root", "cn": "Example Issuing CA 1"},
    },
    "nodes": {"core1": {"role": "c"}, "edge1": {"role": "e"}},
}

_VALIDITY: Shape = {
    "from": "start of validity: a time, or a span from `at` such as -100d",
    "to": "end of validity: a time, or a span from `at` such as 265d",
    "key": "rsa2048, rsa1024, rsa4096, rsa8192, ec256, ec384 or ed25519",
    "digest": "sha256, sha1, sha384 or sha512",
    "ski": "false leaves the subject key identifier out",
    "aki": "false leaves the authority key identifier out",
    "aia": "addresses at which it says that the certificate of its issuer is to be had",
}
_AUTHORITY: Shape = {
    "cn": "common name; null for none",
    "organisation": "organisation; Example Corp by default",
    "issuer": "authority that signs it; self-signed without",
    "ca": "cA flag of basicConstraints; `missing` leaves the extension out",
    "path_length": "pathLenConstraint of basicConstraints",
    "twin_of": "authority whose subject it has, with another key",
    "cross_of": "authority whose subject and key it has, under another issuer",
    **_VALIDITY,
}
_CERTIFICATE: Shape = {
    "cn": "common name, the FQDN by default; null for none",
    "san": "names: DNS names, or values after `ip:`, `srv:` and `email:`;"
    " by default the FQDN, the cluster's name and, on an Expressway-E, the MRA domains",
    "issuer": "authority that signs it, issuing-1 by default; `self` for self-signed",
    "attribute": "OID of one more attribute of the subject",
    "same_as": "node whose certificate it is; the other keys then say nothing",
    "eku": "list of `server` and `client`, both by default; `none` leaves the extension out",
    **_VALIDITY,
}
_ZONE: Shape = {
    "name": "name of the zone",
    "uc": "Unified Communications traversal",
    "peers": "peer addresses",
    "port": "SIP port, 7001 by default",
    "tls_verify": "TLS verify mode, true by default",
    "verify_name": "TLS verify subject name",
    "status": "Active or Failed",
    "user": "name of the authentication account",
}
_NODE: Shape = {
    "role": "c for Expressway-C, e for Expressway-E; by default e if the name starts with edge",
    "fqdn": "FQDN; its name in example.com by default",
    "hostname": "system and DNS host name; the first label of the FQDN by default",
    "ip": "address",
    "version": "release, such as X14.3.4; the deployment's by default",
    "cluster": {
        "name": "FQDN of the cluster",
        "peers": "addresses of all peers; the FQDNs of the nodes that name the cluster by default",
        "tls_verify": "permissive, the default, or enforcing",
    },
    "certificate": _CERTIFICATE,
    "client_certificate": _CERTIFICATE,
    "former_certificate": _CERTIFICATE,
    "next_certificate": _CERTIFICATE,
    "crls": "authorities whose revocation lists stand in the file of the trusted CA list",
    "crls_to": "end of these lists, 4d by default",
    "trust_filler": "number of further CAs in the trusted CA list",
    "trust": "trusted CA list, in order: authorities, or nodes for their own certificates",
    "zones": [
        {"type": "traversal_client, traversal_server, neighbor or dns", **_ZONE},
    ],
    "zone": _ZONE,
    "tunnels": "SSH tunnels in the status: Active, Failed or none",
    "mra_domains": "domains with MRA; [example.com] on an Expressway-C by default",
    "settings": {"*": "value of this xConfiguration key"},
    "alarms": "ids, or mappings of id, hosts (in the text), detail (the text) and lowered",
    "log": "events in order: mappings with `event`, lines, or lists of lines",
    "log_noise": "number of ordinary records among the events",
    "clock": "span by which the node's clock is ahead",
    "uptime": "span since the last restart, 1d by default",
    "given": "false if the node's bundle is not among the inputs",
    "files": {
        "omit": "parts left out: xconf, xstat, xml, ca, server, client, pcap, log",
        "chain": "true puts the CAs of the trusted CA list behind the server certificate",
        "whole_xml": "true puts all of the configuration into the XML dump",
        "log_only": "true leaves out all but the log, as after a restart",
        "naming": "new; old for names without host and time; colon or space in the time",
    },
    "bundle": {
        "format": "tar.gz, tgz, zip or folder",
        "nested": "true puts the bundle into a zip archive",
    },
}
SHAPE: Shape = {
    "at": "time at which the logs were downloaded",
    "version": "release of all nodes",
    "authorities": {"*": _AUTHORITY},
    "unified_cm": {
        "*": {
            "product": "cucm, imp or unity; by default by the beginning of the name",
            "fqdn": "FQDN; its name in example.com by default",
            "certificates": {"*": _CERTIFICATE},
            "trust": {"*": "entries of a trust store, in order; root and issuing-1 by default"},
            "files": "list of snapshot (the default), list, show, show_newer, show_text and sql",
            "log": "events of its log: mappings with `event`, or lines",
        }
    },
    "clients": {"*": "events of the client's log of that name: mappings with `event`, or lines"},
    "nodes": {"*": _NODE},
    "certificate_files": {
        "*": {
            "certificate": "authority or node whose certificate, or key, the file holds;"
            " `NODE/next` for the next_certificate of a node",
            "format": "pem, cut_pem, der, pkcs7, chain, html, empty, key, encrypted_key, cut_key,"
            " csr or foreign_csr, a request with another key, or crl, the revocation list of the"
            " authority",
            "to": "end of a revocation list, 4d by default",
            "revoked": "nodes and authorities whose certificates a revocation list names",
        }
    },
}


def full(spec: Spec) -> dict[str, Any]:
    """`spec` over the healthy default. Raises ValueError for a key that a spec does not have."""
    check(spec, SHAPE)
    return merge(DEFAULT, spec)
