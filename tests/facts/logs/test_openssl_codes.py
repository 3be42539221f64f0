"""OpenSSL's error codes: who refused whom, with which alert and for which class of fault.

The reasons and the numbers of the alerts are those of OpenSSL's sslerr.h and of RFC 8446, section
6; the codes of 1.0 and 1.1 have a function in their middle, those of 3.0 and later have none.
"""

from __future__ import annotations

import pytest

from certclinic.facts.logs.tls_reasons import TlsReason, read_reason, reason_code
from certclinic.facts.terms import FailureClass, Side

# Reason, the alert that it stands for, class, who refused; then its text.
REASONS: list[tuple[int, int | None, FailureClass, Side, str]] = [
    (0x410, 40, "handshake_failure", "remote", "sslv3 alert handshake failure"),
    (0x412, 42, "bad_certificate", "remote", "sslv3 alert bad certificate"),
    (0x413, 43, "purpose", "remote", "sslv3 alert unsupported certificate"),
    (0x414, 44, "revocation", "remote", "sslv3 alert certificate revoked"),
    (0x415, 45, "expired", "remote", "sslv3 alert certificate expired"),
    (0x416, 46, "certificate_unknown", "remote", "sslv3 alert certificate unknown"),
    (0x418, 48, "untrusted", "remote", "tlsv1 alert unknown ca"),
    (0x419, 49, "other", "remote", "tlsv1 alert access denied"),
    (0x41B, 51, "other", "remote", "tlsv1 alert decrypt error"),
    (0x42E, 70, "protocol", "remote", "tlsv1 alert protocol version"),
    (0x42F, 71, "protocol", "remote", "tlsv1 alert insufficient security"),
    (0x458, 112, "name", "remote", "tlsv1 unrecognized name"),
    (0x45C, 116, "no_certificate", "remote", "tlsv13 alert certificate required"),
    (0x086, None, "other", "local", "certificate verify failed"),
    (0x0C1, None, "protocol", "local", "no shared cipher"),
    (0x0C7, None, "no_certificate", "local", "peer did not return a certificate"),
    (0x102, None, "protocol", "local", "unsupported protocol"),
    (0x10A, None, "protocol", "local", "wrong ssl version"),
    (0x18A, None, "other", "local", "dh key too small"),
    (0x18C, None, "protocol", "local", "version too low"),
]
FUNCTIONS = {
    "1.0": (0x14090000, "ssl3_get_server_certificate"),
    "1.0 read": (0x14094000, "ssl3_read_bytes"),
    "1.1": (0x1416F000, "tls_process_server_certificate"),
    "1.1 server": (0x1417C000, "tls_process_client_certificate"),
    "3.0": (0x0A000000, ""),
}


@pytest.mark.parametrize("generation", FUNCTIONS)
@pytest.mark.parametrize(("reason", "alert", "cls", "side", "text"), REASONS)
def test_code_and_text_say_the_same_in_every_generation(
    generation: str, reason: int, alert: int | None, cls: FailureClass, side: Side, text: str
) -> None:
    """The whole line, its code alone and its text alone agree."""
    base, function = FUNCTIONS[generation]
    code = base + reason
    expected = TlsReason(cls, side)

    assert reason == reason_code(code)
    assert alert is None or alert == reason - 1000
    for line in (
        f"error:{code:08X}:SSL routines:{function}:{text}",
        f"error:{code:08x}: SSL routines:{function}: {text} ",
        f"error:{code:08X}:lib(20):func(0):reason({reason})",
        text,
    ):
        assert expected == read_reason(line), line


@pytest.mark.parametrize("words", ["sslv3", "tlsv1", "tlsv13", "ssl/tls", "tls"])
def test_an_alert_is_known_by_its_words_in_every_release(words: str) -> None:
    """OpenSSL 3.2 and 4.0 renamed them."""
    assert TlsReason("untrusted", "remote") == read_reason(f"{words} alert unknown ca")


def test_a_code_of_another_library_says_nothing() -> None:
    """The reasons are those of the SSL library alone."""
    assert None is reason_code(0x0D0680A8)
    assert None is reason_code(0x05800074)
