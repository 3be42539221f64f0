"""Secrets are taken out of quotes; what names the fault stays."""

from __future__ import annotations

import io
import zipfile
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.reports.errors import ReportError
from certclinic.reports.mask import MASKED, mask, masked, masked_log
from certclinic.reports.render import Format, render, render_file, require

from .hostile import drowned
from .sample import found, pair

CANARY = "Can4rySecret"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJDYW40cnkifQ.c2lnbmF0dXJl"

LINES = {
    "encrypted value in a dump": (
        f'*c xConfiguration Authentication Password: "{{cipher}}{CANARY}+/="',
        "xConfiguration Authentication Password",
    ),
    "plain value in a dump": (
        f'*c xConfiguration Zones Zone 6 TraversalClient Authentication Password: "{CANARY}"',
        "Zone 6 TraversalClient Authentication Password",
    ),
    "unquoted value in an old dump": (f"*c xConfiguration LDAP Password: {CANARY}", "LDAP"),
    "snmp community": (f'*c xConfiguration SNMP CommunityName: "{CANARY}"', "SNMP CommunityName"),
    "private key": (
        f"-----BEGIN RSA PRIVATE KEY-----\nMIIE{CANARY}\n-----END RSA PRIVATE KEY-----\nafter",
        "after",
    ),
    "cut private key": (f"-----BEGIN PRIVATE KEY-----\nMIIE{CANARY}", "PRIVATE KEY"),
    "end of a key": (f"x\nMIIE{CANARY}\n{CANARY}=\n-----END PRIVATE KEY-----\nafter", "after"),
    "line of a key": ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" + CANARY + "A" * 20, ""),
    "basic credentials": (f"|Authorization: Basic {CANARY}==", "Authorization: "),
    "digest credentials": (
        f'Proxy-Authorization: Digest username="{CANARY}", realm="example.com", response="00ff"',
        "Proxy-Authorization: ",
    ),
    "cookies": (f"Cookie: X-Auth={CANARY}; other={CANARY}", "Cookie: "),
    "set cookies": (f"Set-Cookie: X-Auth={CANARY}; Path=/; Secure", "Set-Cookie: "),
    "vendor header": (f"X-Auth-Token: {CANARY}", "X-Auth-Token: "),
    "quoted header in a log": (
        f'Detail="Sending" Authorization="Bearer {CANARY}" Level="DEBUG"',
        'Level="DEBUG"',
    ),
    "bearer token": (f"token refused: Bearer {CANARY}.{CANARY} for edge1", "for edge1"),
    "json web token": (f"got {JWT} from idp", "from idp"),
    "json body": (f'{{"access_token": "{CANARY}", "expires_in": 3600}}', '"expires_in": 3600'),
    "json body in a log's quotes": (
        rf'Detail="{{\"access_token\": \"{CANARY}\\\"{CANARY}\", \"expires_in\": 1}}" Level="INFO"',
        r'\"expires_in\": 1}" Level="INFO"',
    ),
    "last word in a log's quotes": (
        f'Detail="LDAP Password: {CANARY}" Level="INFO"',
        'Level="INFO"',
    ),
    "form body": (f"grant_type=refresh&refresh_token={CANARY}&scope=mra", "scope=mra"),
    "xml body": (f"<axl:password>{CANARY}</axl:password><name>x</name>", "<name>x</name>"),
    "saml": (f"POST /sso SAMLResponse={CANARY}%3D&x=1", "x=1"),
    "session": (f"JSESSIONIDSSO={CANARY}; JSESSIONID={CANARY}", "JSESSIONID"),
    "uri": (f"https://admin:{CANARY}@cucm.example.com:8443/axl", "cucm.example.com:8443/axl"),
    "sip uri": (f"INVITE sip:alice:{CANARY}@example.com SIP/2.0", "sip:alice:"),
    "uds user": (f"GET /cucm-uds/user/{CANARY}/devices HTTP/1.1", "/devices HTTP/1.1"),
    "uds query": (f"GET /cucm-uds/clusterUser?username={CANARY}&x=1", "x=1"),
    "tftp": (
        f'Dst-ip="10.48.36.215" Dst-port="6972" Msg="GET /CSF{CANARY}.cnf.xml HTTP/1.1"',
        '.cnf.xml HTTP/1.1"',
    ),
}


@pytest.mark.parametrize(("line", "rest"), LINES.values(), ids=LINES.keys())
def test_secret_goes_and_the_rest_stays(line: str, rest: str) -> None:
    """The secret is replaced, and the words around it are still there."""
    masked = mask(line)
    assert CANARY not in masked
    assert JWT not in masked
    assert MASKED in masked
    assert rest in masked


@pytest.mark.parametrize(
    "text",
    [
        "CA certificate without Basic Constraints",
        "Digest algorithm sha256WithRSAEncryption",
        'Detail="Incorrect authentication credential for user" Protocol="TLS"',
        "The password of the traversal zone is wrong; correct it on both sides.",
        'Common-name="callservice.ciscospark.com" Reason="certificate verify failed"',
        "error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed",
        "a" * 64,
        'xConfiguration Ciphers SIPTLSCiphers Value: "EECDH:HIGH:!MD5:!PSK:!eNULL"',
        "GET /SEP00506006EAFE.cnf.xml HTTP/1.1",
        "/tandberg/persistent/certs/server.pem",
        "Token decryption failure: The Expressway-C failed to decrypt an OAuth token",
    ],
)
def test_evidence_is_left_alone(text: str) -> None:
    """Lines that only look like secrets are not touched."""
    assert mask(text) == text


PIECES = st.sampled_from(
    ["Password", ": ", "=", '"', "'", "\\", "{cipher}", "Cookie", "Bearer ", "<secret>", "</", "\n"]
) | st.sampled_from(
    ["-----BEGIN PRIVATE KEY-----", "/cucm-uds/user/", "sip:", "@", "://", "x1", "aB3", " "]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    """Whoever compares a report with its inputs may mask both."""
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize("format", get_args(Format))
def test_no_format_prints_a_secret(format: Format) -> None:
    """Wherever a secret stands in the document, no format prints it."""
    for line, _ in LINES.values():
        printed = render(drowned(line), format)
        assert CANARY not in printed
        assert JWT not in printed


def test_no_word_document_holds_a_secret() -> None:
    """In none of its parts, seen or not; all secrets at once, since making one takes time."""
    written = render_file(drowned("\n".join(line for line, _ in LINES.values())), "docx")
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Zone 6 TraversalClient" in parts
    assert CANARY.encode() not in parts
    assert JWT.encode() not in parts


def test_no_pdf_holds_a_secret() -> None:
    """Neither on its pages nor in its title."""
    pytest.importorskip("pypdf", reason="pypdf reads the pages")
    from pypdf import PdfReader

    try:
        require("pdf", "en", None)
    except ReportError as error:
        pytest.skip(str(error))
    secrets = "\n".join(line for line, _ in LINES.values())
    report = pair().model_copy(update={"findings": (found("EXW-030", "title", secrets, "en"),)})
    read = PdfReader(io.BytesIO(render_file(report, "pdf")))
    text = "".join("".join(page.extract_text().split()) for page in read.pages)
    assert "TraversalClient" in text
    assert CANARY not in text + str(read.metadata)
    assert JWT not in text + str(read.metadata)


PIECES = st.sampled_from(
    [
        *(text for text, _ in LINES.values() if "\n" not in text),
        *("sip:a@example.com", "x-auth", "Key: ", "token", "user=", "eyJ", "é", " "),
        *("https://", "cookie", 'Detail="', "/home/", "Bearer ", "basic", 'response="', "|", "{"),
    ]
)
LINE = st.lists(PIECES, max_size=6).map("".join).filter(lambda line: not line.endswith(">"))


@given(st.lists(LINE, max_size=12))
def test_a_large_text_is_masked_as_its_lines_are(lines: list[str]) -> None:
    """Looking only where a word is followed by what its rule wants loses no secret."""
    log = masked_log("".join(f"{line}\n" for line in lines).encode())
    assert log.decode().splitlines() == [masked(line, personal=True) for line in lines]


def test_bytes_that_are_no_utf_8_do_no_harm() -> None:
    """They stay as they are, beside a secret, too."""
    assert (
        masked_log(b"\xff\xfe password=x\xff\xed\xa0\x80y \xff\n")
        == b"\xff\xfe password=[masked] \xff\n"
    )
    assert mask("\ud800 password=x") == "\ud800 password=[masked]"
