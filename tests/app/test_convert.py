"""`convert` writes what it found, cleanly and nowhere else, and never a key."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certclinic.app.convert import Conversion, ConvertError, convert, read_passwords, write_new
from certclinic.app.pem_files import pem_files
from certclinic.builders.container_material import hierarchy, issued, to_der, to_pem
from certclinic.builders.containers import PASSWORD, messy_files
from certclinic.facts.x509.certificate import Certificate

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl binary")

MESSY = {m.name: m for m in messy_files()}
CHAIN_FILES = {
    "certificate-expe.example.com.pem",
    "chain-expe.example.com.pem",
    "ca-example-issuing-ca-1.pem",
    "ca-example-root-ca.pem",
    "all-cas.pem",
}

Given = Callable[[str], str]


@pytest.fixture
def given_file(tmp_path: Path) -> Given:
    """Writes one of the messy files and gives its path."""

    def write(name: str) -> str:
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(MESSY[name].data)
        return str(path)

    return write


def fingerprints(*certificates: x509.Certificate) -> list[str]:
    """SHA-256 of each certificate, by hashlib."""
    return [hashlib.sha256(to_der(c)).hexdigest() for c in certificates]


def openssl_fingerprints(path: Path) -> list[str]:
    """SHA-256 of every certificate that OpenSSL finds in a file."""
    shown = subprocess.run(
        ["openssl", "storeutl", "-certs", str(path)], capture_output=True, check=True, text=True
    ).stdout
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----\n(.*?)-----END", shown, re.DOTALL)
    return [hashlib.sha256(b64decode(block)).hexdigest() for block in blocks]


@needs_openssl
@pytest.mark.parametrize("name", ["chain", "pkcs7.der", "pkcs12", "der-concatenated"])
def test_what_is_written_openssl_reads_back(name: str, given_file: Given, tmp_path: Path) -> None:
    """The same certificates, split by use, chains from the leaf to the root."""
    conversion = convert([given_file(name)], tmp_path / "out", [PASSWORD.decode()])

    pki = hierarchy()
    written = {p.name: openssl_fingerprints(p) for p in (tmp_path / "out").iterdir()}
    assert written == {
        "certificate-expe.example.com.pem": fingerprints(pki.leaf),
        "chain-expe.example.com.pem": fingerprints(*pki.chain),
        "ca-example-issuing-ca-1.pem": fingerprints(pki.issuing),
        "ca-example-root-ca.pem": fingerprints(pki.root),
        "all-cas.pem": fingerprints(pki.issuing, pki.root),
    }
    assert set(written) == {file.name for file in conversion.files}


@needs_openssl
def test_written_files_verify(given_file: Given, tmp_path: Path) -> None:
    """The CAs and the certificate make a chain for `openssl verify`."""
    convert([given_file("sst"), given_file("pkcs7-base64")], tmp_path / "out")

    out = tmp_path / "out"
    command = ["openssl", "verify", "-CAfile", str(out / "all-cas.pem")]
    command += [str(out / "certificate-expe.example.com.pem")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_each_block_says_whose_it_is(given_file: Given, tmp_path: Path) -> None:
    """Subject, issuer and validity stand above it."""
    convert([given_file("der")], tmp_path / "out")

    lines = (tmp_path / "out" / "certificate-expe.example.com.pem").read_text().splitlines()
    assert lines[0] == "subject: CN=expe.example.com"
    assert lines[1] == "issuer: CN=Example Issuing CA 1"
    assert lines[2].startswith("valid: 2026-01-01 to 2035-12-30, SHA-256: ")


def test_duplicates_are_written_once_and_counted(given_file: Given, tmp_path: Path) -> None:
    """However many inputs hold a certificate."""
    conversion = convert([given_file(n) for n in ("der", "crlf", "chain")], tmp_path / "out")

    assert {file.name for file in conversion.files} == CHAIN_FILES
    assert conversion.duplicates == 2
    assert "2 duplicates left out" in conversion.as_text()


def test_two_certificates_of_one_name_get_two_files(tmp_path: Path) -> None:
    """A renewed certificate doesn't replace the old one."""
    pki = hierarchy()
    twins = [pki.leaf, issued("EXPE.example.com", pki.key, pki.issuing_key)]
    (tmp_path / "twins.pem").write_bytes(to_pem(*twins))

    convert([str(tmp_path / "twins.pem")], tmp_path / "out")

    expected = {f"certificate-expe.example.com-{f[:16]}.pem" for f in fingerprints(*twins)}
    assert expected == {path.name for path in (tmp_path / "out").iterdir()}


def test_files_that_are_there_are_never_replaced(given_file: Given, tmp_path: Path) -> None:
    """The folder stays as it was, and the error says what to do."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "all-cas.pem").write_text("mine")

    with pytest.raises(ConvertError, match=r"all-cas\.pem is there already.*another folder"):
        convert([given_file("chain")], out)

    assert [path.name for path in out.iterdir()] == ["all-cas.pem"]
    assert (out / "all-cas.pem").read_text() == "mine"


def test_converting_again_changes_nothing(given_file: Given, tmp_path: Path) -> None:
    """Files that hold just what would be written are no obstacle."""
    first = convert([given_file("chain")], tmp_path / "out")

    assert first == convert([given_file("chain")], tmp_path / "out")


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link in the output folder leads nowhere."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.pem").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ConvertError):
        write_new(out, {"a.pem": "text"})

    assert not (tmp_path / "elsewhere").exists()


def test_an_output_that_is_a_file_is_an_error(given_file: Given, tmp_path: Path) -> None:
    """Said in words."""
    (tmp_path / "out").write_text("a file")

    with pytest.raises(ConvertError, match="can't write to"):
        convert([given_file("plain")], tmp_path / "out")


@pytest.mark.parametrize("answers", [["correct horse"], ["wrong", "correct horse"]])
def test_a_person_is_asked_for_the_password(
    answers: list[str], given_file: Given, tmp_path: Path
) -> None:
    """Until it opens; afterwards nobody is asked."""
    left = list(answers)

    conversion = convert([given_file("pkcs12")], tmp_path / "out", ask=lambda _: left.pop(0))

    assert not left
    assert {file.name for file in conversion.files} == CHAIN_FILES


def test_a_password_that_nobody_knows_is_asked_for_three_times(
    given_file: Given, tmp_path: Path
) -> None:
    """Then the file is reported as closed, and nothing is written."""
    asked: list[str] = []

    def ask(path: str) -> str:
        asked.append(path)
        return "wrong"

    conversion = convert([given_file("pkcs12")], tmp_path / "out", ask=ask)

    assert len(asked) == 3
    assert "its password is needed" in conversion.as_text()
    assert not (tmp_path / "out").exists()


def test_passwords_come_from_a_file(given_file: Given, tmp_path: Path) -> None:
    """One a line."""
    (tmp_path / "passwords").write_text("wrong\ncorrect horse\n")

    conversion = convert(
        [given_file("pkcs12")], tmp_path / "out", read_passwords(tmp_path / "passwords")
    )

    assert len(conversion.files) == 5


def test_a_password_file_may_come_from_an_editor_of_windows(
    given_file: Given, tmp_path: Path
) -> None:
    """A byte-order mark is no part of the password; another encoding is named, and the cure."""
    (tmp_path / "passwords").write_bytes(b"\xef\xbb\xbfcorrect horse\r\n")
    assert read_passwords(tmp_path / "passwords") == ["correct horse"]

    (tmp_path / "passwords").write_bytes("correct horse".encode("utf-16"))
    with pytest.raises(ConvertError, match="not text in UTF-8; save it as such"):
        read_passwords(tmp_path / "passwords")


def test_archives_are_opened(given_file: Given, tmp_path: Path) -> None:
    """Certificate authorities send zip files; each file in them is an input of its own."""
    path = tmp_path / "from-ca.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("certs/chain.p7b", MESSY["pkcs7.der"].data)
        archive.writestr("certs/export.pfx", MESSY["pkcs12"].data)
        archive.writestr("readme.txt", "hello")
        archive.writestr("../outside.pem", MESSY["plain"].data)

    conversion = convert([str(path)], tmp_path / "out", [PASSWORD.decode()])

    said = {item["path"]: item for item in conversion.as_json()["inputs"]}
    assert said[f"{path} › certs/chain.p7b"]["format"] == "pkcs7"
    assert said[f"{path} › certs/export.pfx"]["needs_password"] is False
    assert said[f"{path} › readme.txt"]["format"] == "text"
    assert "leads outside" in said[f"{path} › ../outside.pem"]["error"]
    assert {file.name for file in conversion.files} == CHAIN_FILES
    assert {entry.name for entry in (tmp_path / "out").iterdir()} == CHAIN_FILES


def test_an_archive_bomb_is_cut_off(tmp_path: Path) -> None:
    """What exceeds the limits is left out and said so, with no advice that can't be followed."""
    path = tmp_path / "bomb.tgz"
    with gzip.open(path, "wb", compresslevel=1) as packed:
        for number in range(1_002):
            header = tarfile.TarInfo(f"{number}.pem").tobuf()
            packed.write(header)
        packed.write(b"\0" * 1024)

    conversion = convert([str(path)], tmp_path / "out")

    assert len(conversion.sources) == 1_001
    assert conversion.sources[-1].error is not None
    assert "more than 1,000 members" in conversion.sources[-1].error
    assert "--limit" not in conversion.sources[-1].error


def test_a_password_file_is_short(tmp_path: Path) -> None:
    """A word list is refused, and a missing file is said to be missing."""
    (tmp_path / "words").write_text("word\n" * 21)

    with pytest.raises(ConvertError, match="more than 20 lines"):
        read_passwords(tmp_path / "words")
    with pytest.raises(ConvertError, match="can't be read"):
        read_passwords(tmp_path / "missing")


def test_neither_keys_nor_passwords_come_out(given_file: Given, tmp_path: Path) -> None:
    """Of all inputs with a key in them, in no output."""
    names = [n for n, m in MESSY.items() if m.format == "key"]
    inputs = [given_file(n) for n in (*names, "key-and-certificate", "pkcs12")]

    conversion = convert(inputs, tmp_path / "out", [PASSWORD.decode()])

    written = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    said = written + conversion.as_text() + json.dumps(conversion.as_json())
    secret = hierarchy().key.private_numbers().d.to_bytes(256, "big")
    canaries = [b64encode(secret[i : i + 30]).decode() for i in range(100, 103)]
    canaries += [secret[100:115].hex(), PASSWORD.decode(), "PRIVATE KEY"]
    canaries += MESSY["key-encrypted"].data.decode().splitlines()[1:-1]
    assert not [canary for canary in canaries if canary in said]


def test_every_input_is_accounted_for(given_file: Given, tmp_path: Path) -> None:
    """What can't be read doesn't keep the rest from being converted."""
    inputs = [
        given_file("plain"),
        str(tmp_path / "missing"),
        str(tmp_path),
        given_file("html-login"),
    ]

    conversion = convert(inputs, tmp_path / "out")

    said = json.loads(json.dumps(conversion.as_json()))["inputs"]
    assert [item["path"] for item in said] == inputs
    assert "No such file" in said[1]["error"]
    assert "directory" in said[2]["error"]
    assert said[3]["format"] == "html"
    assert len(conversion.files) == 1


def test_names_that_steer_a_terminal_are_spelt_out() -> None:
    """An escape character in a file name is printed as \\x1b."""
    text = convert(["\x1b[2Jevil"], Path("nowhere")).as_text()

    assert "\\x1b[2Jevil: can't be read" in text
    assert "Nothing was written" in text


@needs_openssl
@given(st.text(st.characters(codec="utf-8"), max_size=300))
@example("x" * 242 + "-----BEGIN CERTIFICATE-----")
@settings(max_examples=20, deadline=None)
def test_whatever_a_certificate_is_called_its_file_is_safe(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    """A plain file in the folder, that OpenSSL reads in spite of the label above the block."""
    pki = hierarchy()
    certificate = issued(name, pki.key, pki.issuing_key)
    folder = tmp_path_factory.mktemp("names")

    (file,) = pem_files([Certificate.from_der(to_der(certificate))])
    write_new(folder, {file.name: file.text()})

    assert re.fullmatch(r"certificate-[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.pem", file.name)
    assert openssl_fingerprints(folder / file.name) == fingerprints(certificate)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("*.example.com", "certificate-wildcard.example.com.pem"),
        ("../../etc/passwd", "certificate-etc-passwd.pem"),
        ("Zürich Expressway", "certificate-zurich-expressway.pem"),
        ("憑證", "certificate-unnamed.pem"),
        ("", "certificate-unnamed.pem"),
        ("con", "certificate-con.pem"),
    ],
)
def test_file_names_are_made_for_people(name: str, expected: str) -> None:
    """Recognisable, in ASCII, and harmless to every system."""
    pki = hierarchy()
    certificate = Certificate.from_der(to_der(issued(name, pki.key, pki.issuing_key)))

    assert [expected] == [file.name for file in pem_files([certificate])]


def test_names_made_to_clash_lose_no_certificate() -> None:
    """One certificate may call itself what another would be renamed to."""
    pki = hierarchy()
    twins = [Certificate.from_der(to_der(issued("a", pki.key, pki.issuing_key))) for _ in range(2)]
    clash = issued(f"a-{twins[0].fingerprint[:16]}", pki.key, pki.issuing_key)

    files = pem_files([*twins, Certificate.from_der(to_der(clash))])

    assert len({file.name for file in files}) == 3


def test_no_input_at_all_is_an_empty_conversion(tmp_path: Path) -> None:
    """And makes no folder."""
    assert convert([], tmp_path / "out") == Conversion((), tmp_path / "out", ())
    assert not (tmp_path / "out").exists()
