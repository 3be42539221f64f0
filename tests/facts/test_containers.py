"""What people send as certificate files, against what it was made as and against OpenSSL."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import typing
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.builders.container_material import (
    BOM,
    Messy,
    armour,
    hierarchy,
    indefinite,
    key_pem,
    serialized_store,
    to_der,
    to_pem,
)
from certclinic.builders.containers import PASSWORD, messy_files
from certclinic.builders.hostile_pkcs12 import hidden_bomb
from certclinic.facts.formats import ber, openssl_pem, pkcs12
from certclinic.facts.formats.containers import MAX_BYTES, Contents, Format, read, read_pem
from certclinic.facts.x509 import der

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(not OPENSSL, reason="no openssl binary to compare with")

MESSY = messy_files()
TEXTS = [m for m in MESSY if b"-----" in m.data and len(m.data) < 10_000]
SMALL = [m for m in MESSY if 0 < len(m.data) < 20_000 and m.format != "pkcs12"]
every_file = pytest.mark.parametrize("messy", MESSY, ids=[m.name for m in MESSY])


def messy_file(name: str) -> Messy:
    (messy,) = (m for m in MESSY if m.name == name)
    return messy


def openssl_accepts(path: Path, data: bytes) -> bool:
    """Whether `openssl x509` reads the bytes as PEM."""
    path.write_bytes(data)
    command = ["openssl", "x509", "-inform", "PEM", "-noout", "-passin", "pass:x", "-in", str(path)]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return done.returncode == 0


@cache
def contents_of(name: str) -> Contents:
    """What the reader says of one of the messy files, given its password."""
    messy = messy_file(name)
    return read(messy.data, password=messy.password, name=messy.name)


def everything_said(contents: Contents) -> str:
    """All that can get from a file into a report, in one text."""
    certificates = [(f.label, f.line, f.certificate.pem()) for f in contents.certificates]
    lists = [base64.b64encode(raw).decode() for raw in (*contents.crls, *contents.csrs)]
    return repr((contents, certificates, lists))


@every_file
def test_a_file_is_named_for_what_it_is(messy: Messy) -> None:
    """Its name, its damage and its wrapping don't matter."""
    assert messy.format == contents_of(messy.name).format


@every_file
def test_every_legible_certificate_is_found_in_order(messy: Messy) -> None:
    """Byte for byte, and nothing else."""
    contents = contents_of(messy.name)

    assert messy.certificates == tuple(f.certificate.der for f in contents.certificates)


@needs_openssl
@every_file
def test_acceptable_is_what_openssl_reads_as_pem(messy: Messy, tmp_path: Path) -> None:
    """The upload page reads files as OpenSSL does."""
    contents = contents_of(messy.name)

    if messy.format != "oversized":
        assert openssl_accepts(tmp_path / "file", messy.data) == contents.acceptable


@every_file
def test_what_is_not_clean_has_a_fault_and_advice(messy: Messy) -> None:
    """And a clean file has neither."""
    contents = contents_of(messy.name)

    assert messy.clean == (contents.fault is None) == (contents.advice is None)
    assert contents.acceptable or contents.fault


@every_file
def test_trust_lists_are_read_like_files(messy: Messy) -> None:
    """The quick way for PEM finds what the general one finds."""
    if messy.format in ("pem", "trusted_pem"):
        assert contents_of(messy.name) == read_pem(messy.data)


@every_file
def test_lines_are_those_of_the_begin_lines(messy: Messy) -> None:
    """Counted from 1, whatever ends the lines."""
    for found in contents_of(messy.name).certificates:
        if found.line is not None and messy.name not in ("begin-missing", "base64-of-pem"):
            line = messy.data.replace(b"\0", b"").splitlines()[found.line - 1]
            assert b"BEGIN" in line.upper()


@pytest.mark.parametrize("data", [b"0", b"\x30", b"\x30\x82", b"-", b"\xff\xfe", b"MA=="])
def test_the_shortest_files_are_read(data: bytes) -> None:
    """A single byte may look like the beginning of something."""
    assert read(data).format in ("text", "der", "utf16")


def test_all_formats_are_of_the_vocabulary() -> None:
    """The table of files uses the words that the facts use."""
    assert {m.format for m in MESSY} <= set(typing.get_args(Format))


def test_a_broken_block_costs_itself_only_and_is_named_with_its_line() -> None:
    """The certificates around it are read."""
    pki = hierarchy()
    text = to_pem(pki.root) + to_pem(pki.leaf).replace(b"MII", b"M*I") + to_pem(pki.issuing)

    contents = read_pem(text)

    (problem,) = contents.problems
    assert len(contents.certificates) == 2
    assert to_pem(pki.root).count(b"\n") + 1 == problem.line
    assert "'*', which is not base64" in problem.text


def test_rubbish_behind_a_certificate_is_said() -> None:
    """Nothing is dropped in silence."""
    contents = read(to_der(hierarchy().leaf) + b"rubbish")

    assert [p.text for p in contents.problems] == ["DER object: the last 7 bytes were left unread"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bom", "byte-order mark"),
        ("cr-only", "carriage return"),
        ("mail-quoted", "mail quoting"),
        ("literal-lf", r"line breaks written as \n"),
        ("glued-to-text", "other text before"),
        ("header-glued", "no line break after the BEGIN line"),
        ("double-spaced", "blank lines"),
        ("indented", "indented"),
        ("en-dashes", "typographic dashes"),
        ("four-dashes", "five hyphens"),
        ("lower-case", "small letters"),
        ("end-label-differs", "END line says X509 CERTIFICATE"),
        ("end-missing", "no END line"),
        ("begin-missing", "no BEGIN line"),
        ("html-breaks", "HTML"),
        ("no-break-spaces", "invisible"),
        ("quoted-printable", "quoted-printable"),
        ("truncated", "cut off"),
        ("utf16-le", "UTF-16"),
        ("der.pem", "although it is named .pem"),
        ("csr.pem", "signing request"),
        ("html-login", "web page"),
    ],
)
def test_the_fault_names_the_damage(name: str, words: str) -> None:
    """In words that the person who made the file understands."""
    assert words in (contents_of(name).fault or "")


@pytest.mark.parametrize("name", [m.name for m in MESSY if m.format == "key"])
def test_private_keys_are_counted_and_never_kept(name: str) -> None:
    """No piece of a key comes out of the reader, in no encoding."""
    messy = messy_file(name)
    contents = contents_of(name)

    numbers = hierarchy().key.private_numbers()
    secret = numbers.d.to_bytes(256, "big")[100:160]
    said = everything_said(contents)
    body = b"".join(messy.data.splitlines()[3:-1])
    canaries = [secret.hex(), repr(secret)[2:-1], base64.b64encode(secret[:30]).decode()]
    canaries += [body[i : i + 24].decode("latin-1") for i in range(0, len(body) - 24, 24)]
    assert contents.private_keys == 1
    assert messy.name.startswith("key-encrypted") == contents.encrypted_key
    assert not any(canary in said for canary in canaries)


def test_a_key_file_without_its_last_newline_is_a_problem() -> None:
    """Expressway takes such a key and fails later (EXW-016)."""
    assert not read(key_pem()).problems
    assert "no line break at the end" in read(key_pem().rstrip()).problems[0].text


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("pkcs12-no-password", True), ("pkcs12-wrong-password", True), ("pkcs12", False)],
)
def test_a_protected_container_asks_for_its_password(name: str, wanted: bool) -> None:
    """Until the right one is given."""
    assert wanted == contents_of(name).needs_password


def test_a_key_derivation_bomb_is_not_lit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounds are read before anything is derived, also in BER."""
    messy = messy_file("pkcs12-bomb")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("derived"))

    for data in (messy.data, indefinite(messy.data)):
        contents = read(data, password=PASSWORD)
        assert "8,388,607 key derivation rounds" in contents.problems[0].text
        assert not contents.needs_password


def test_many_modest_derivations_are_a_bomb_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part of a container may be below the limit, not all of them together."""
    messy = messy_file("pkcs12")
    monkeypatch.setattr(pkcs12, "MAX_TOTAL_ITERATIONS", 30_000)

    assert "key derivation rounds" in read(messy.data, password=PASSWORD).problems[0].text


def test_a_hidden_bomb_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an encrypted part asks for is seen only when it goes off, in a process of its own."""
    monkeypatch.setattr(pkcs12, "MAX_SECONDS", 2)

    contents = read(hidden_bomb(b"", rounds=2**31 - 1))

    assert pkcs12.iterations(hidden_bomb(b"", rounds=2**31 - 1)) == [2048]
    assert "takes longer than 2 s" in contents.problems[0].text


def test_a_reader_of_pkcs12_that_breaks_down_is_a_damaged_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The crash of a native library stays in its process."""
    monkeypatch.setattr(sys, "executable", shutil.which("false") or "false")

    assert "broke down" in read(messy_file("pkcs12-open").data).problems[0].text


def test_revocation_lists_in_containers_are_kept() -> None:
    """A PKCS#7 bundle or a serialised store may hold them beside certificates."""
    (crl,) = read(next(m.data for m in MESSY if m.name == "crl.der")).crls
    leaf = to_der(hierarchy().leaf)

    assert (crl,) == read(serialized_store(leaf, crls=(crl,))).crls


def test_more_objects_than_the_limit_are_left_and_said_so() -> None:
    """20,000 of a file are read: more than any trust list holds."""
    contents = read_pem(to_pem(hierarchy().issuing) * 20_010)

    assert len(contents.certificates) == 20_000
    assert "20,000 objects" in contents.problems[-1].text


def test_a_byte_too_many_is_not_read() -> None:
    """A file of 8 MiB is, and a larger one is not."""
    leaf = to_pem(hierarchy().leaf)

    assert read(leaf.ljust(MAX_BYTES)).format == "pem"
    assert read(leaf.ljust(MAX_BYTES + 1)).format == "oversized"


def test_whatever_a_reader_raises_is_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even the panic of a native parser, which is no ordinary exception."""

    class PanicException(BaseException):
        pass

    def panic(data: bytes) -> bool:
        raise PanicException

    monkeypatch.setattr(openssl_pem, "accepts", panic)
    contents = read(to_pem(hierarchy().leaf))

    assert (contents.format, contents.fault) == ("damaged", "a damaged file")
    assert "PanicException" in contents.problems[0].text


@pytest.mark.parametrize(
    "data",
    [
        b"-" * 200_000,
        b"-----BEGIN CERTIFICATE-----\n" * 50_000,
        b"-----END CERTIFICATE-----\n" * 50_000,
        b"-----BEGIN CERTIFICATE----------END CERTIFICATE-----" * 10_000,
        b"-----BEGIN CERTIFICATE-----\n" + b"A\n" * 100_000,
        b"-----BEGIN CERTIFICATE-----" + b"\n" * 200_000 + b"-----END CERTIFICATE-----",
        b"-----BEGIN CERTIFICATE-----" + b"\n>" * 100_000 + b"-----END CERTIFICATE-----",
        b"\x30\x80" * 100_000,
        b"\x30\x84\x00\x03\x0d\x40" + b"\x30\x00" * 100_000,
        b"\0\0\0\0CERT" + b"\x20\0\0\0\1\0\0\0\0\0\0\0" * 20_000,
        b"<X509Certificate>" * 50_000,
    ],
    ids=range(11),
)
def test_hostile_files_are_read_to_an_end(data: bytes) -> None:
    """Long runs of what the readers look for cost linear time and end in a fault."""
    contents = read(data)

    assert contents.fault and not contents.certificates


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\x30\x82", b"\0\0\0\0CERT", BOM, b"-----BEGIN "]),
)
def test_no_bytes_make_it_raise(data: bytes, start: bytes) -> None:
    """Any file gets an answer of the vocabulary, that can be printed."""
    contents = read(start + data, password=b"x")

    assert contents.format in typing.get_args(Format)
    assert contents.format != "damaged"
    assert json.dumps([asdict(problem) for problem in contents.problems])


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_mutation_makes_it_raise_or_fall_silent(data: st.DataObject) -> None:
    """A file that lost certificates, or was altered so that OpenSSL refuses it, has a fault."""
    messy = data.draw(st.sampled_from(SMALL))
    position = data.draw(st.integers(0, len(messy.data) - 1))
    new = data.draw(st.binary(max_size=4))
    removed = data.draw(st.integers(0, 40))

    contents = read(messy.data[:position] + new + messy.data[position + removed :])

    assert contents.format != "damaged"
    assert contents.fault or contents.acceptable
    if messy.clean and len(contents.certificates) < len(messy.certificates):
        assert contents.fault or contents.private_keys


@needs_openssl
@given(st.data())
@settings(max_examples=40, deadline=None)
def test_acceptable_agrees_with_openssl_on_altered_pem(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Lines broken, joined, indented, padded, quoted and repeated anywhere."""
    text = data.draw(st.sampled_from(TEXTS)).data
    pieces = [b" ", b"\t", b"\r", b"\n", b"\n\n", b"-", b":", b"=", b">", BOM, b"\0", b"a" * 240]
    pieces += [b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n", b"Proc-Type: 4\n"]
    for _ in range(data.draw(st.integers(1, 3))):
        lines = [i + 1 for i, byte in enumerate(text) if byte == 0x0A]
        position = data.draw(st.one_of(st.integers(0, len(text)), st.sampled_from([0, *lines])))
        removed = data.draw(st.sampled_from([0, 0, 1, 65]))
        text = text[:position] + data.draw(st.sampled_from(pieces)) + text[position + removed :]

    assert openssl_accepts(tmp_path_factory.getbasetemp() / "altered", text) == openssl_pem.accepts(
        text
    )


@given(st.integers(1, 6))
def test_indefinite_lengths_become_the_definite_ones(depth: int) -> None:
    """What has no long strings comes back as the DER it was made from (X.690, 8.1.3)."""
    certificate = to_der(hierarchy().issuing)

    restored = ber.definite(indefinite(certificate, depth) + b"rest")

    assert certificate + b"rest" == restored


def test_indefinite_lengths_that_never_end_are_refused() -> None:
    """Cut off or nested without bound."""
    for data in (b"\x30\x80", b"\x30\x80\x02\x01\x01", b"\x30\x80" * 100):
        with pytest.raises(der.DerError):
            ber.definite(data)


def test_trust_settings_left_out_of_a_mixed_file_are_said() -> None:
    """OpenSSL's TRUSTED CERTIFICATE carries more than the certificate."""
    pki = hierarchy()
    trusted = armour(to_der(pki.root) + bytes.fromhex("3000"), "TRUSTED CERTIFICATE")

    contents = read(to_pem(pki.leaf) + trusted)

    assert len(contents.certificates) == 2
    assert "trust settings" in (contents.fault or "")
