"""Pseudonyms: the same one everywhere, of the same shape, and of nothing that everybody knows."""

from __future__ import annotations

import base64
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.reports.pseudonymous import pseudonymous
from certclinic.reports.pseudonyms import KINDS, Pseudonyms
from certclinic.reports.stand_in_addresses import documentation_address

from .hostile import drowned

DOCUMENTATION = [
    ipaddress.ip_network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15")
]


@pytest.fixture
def acme() -> Pseudonyms:
    """The names of a firm."""
    made = Pseudonyms(KINDS)
    made.know_names(["core1.acme.com", "edge1.acme.com", "edge1.acme.net", "cucm1.uc.acme.com"])
    made.know_phrase("Acme Corporation", "Organisation")
    made.know_phrase("Voice", "Unit")
    made.know_serial("52a1b2c3d4e5f607")
    return made


def test_names_keep_their_shape_and_their_domain(acme: Pseudonyms) -> None:
    """As many labels as before; who shared a domain or a label still does, and nobody else."""
    core, edge, other, uc = (
        acme.name(name).split(".")
        for name in ("core1.acme.com", "edge1.acme.com", "edge1.acme.net", "cucm1.uc.acme.com")
    )

    assert [3, 3, 3, 4] == list(map(len, (core, edge, other, uc)))
    assert core[1:] == edge[1:] == uc[2:]
    assert edge[0] == other[0] != core[0]
    assert other[1:] != edge[1:]
    assert core[-1] == "example"


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("2026-11-24T10:00:00.1+01:00 core1 tvcs:", "2026-11-24T10:00:00.1+01:00 {core} tvcs:"),
        ("server_core1_2026-11-24_10_00_00.pem", "server_{core}_2026-11-24_10_00_00.pem"),
        ("CORE1.ACME.COM", "{CORE}.{ACME}"),
        ("*.acme.com", "*.{acme}"),
        ("_collab-edge._tls.acme.com", "_collab-edge._tls.{acme}"),
        ("collab-edge.acme.com", "collab-edge.{acme}"),
        ("https://core1.acme.com:8443/axl", "https://{core}.{acme}:8443/axl"),
        ("core1-EC.acme.com", "{core}-EC.{acme}"),
    ],
)
def test_a_name_has_one_pseudonym_in_every_dress(acme: Pseudonyms, text: str, pattern: str) -> None:
    """Alone, in a file's name, in capitals, below a wildcard, in a URL."""
    core, domain = acme.name("core1.acme.com").split(".", 1)
    expected = pattern.format(core=core, acme=domain, CORE=core.upper(), ACME=domain.upper())

    assert expected == acme.text(text)


def test_an_mra_path_is_renamed_inside_its_base64(acme: Pseudonyms) -> None:
    """The path says domain, protocol, host and port, and readers decode it (Cisco 218018)."""
    path = base64.urlsafe_b64encode(b"acme.com/https/core1.acme.com/6972").rstrip(b"=").decode()

    renamed = acme.text(f"GET https://edge1.acme.com:8443/{path}/devices").split("/")[3]

    plain = base64.urlsafe_b64decode(renamed + "=" * (-len(renamed) % 4)).decode()
    core = acme.name("core1.acme.com")
    assert plain == f"{core.partition('.')[2]}/https/{core}/6972"


def test_single_words_of_a_subject_are_replaced_as_values_only(acme: Pseudonyms) -> None:
    """A unit that is called Voice must not take the word out of every sentence."""
    changed = acme.text("CN=x,OU=Voice,O=Acme Corporation: Voice over IP of Acme Corporation")

    assert changed.count("Voice") == 1
    assert "Acme" not in changed
    assert "Voice over IP" in changed


@pytest.mark.parametrize(
    "text",
    [
        "developer.network.tcp",
        "xconf_dump.xml",
        "www.cisco.com",
        "error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed",
        "127.0.0.1 255.255.255.0 ::1",
        "X14.3.4 1.2.840.113549.1.1.11 10:00:00 2026-11-24T10:00:00.000+01:00",
        "_collab-edge._tls.",
    ],
)
def test_what_tells_of_nobody_stays(acme: Pseudonyms, text: str) -> None:
    """Modules, files, Cisco's own hosts, masks, releases, object identifiers and times."""
    assert text == acme.text(text)


def test_serial_numbers_are_found_in_every_spelling(acme: Pseudonyms) -> None:
    """Hexadecimal, padded, with colons, in decimal: one number, one pseudonym."""
    number = 0x52A1B2C3D4E5F607
    alias = int(acme.serial("52a1b2c3d4e5f607"), 16)
    colons = ":".join(f"{alias:016x}"[at : at + 2] for at in range(0, 16, 2))

    assert f"{alias:x}" == acme.text(f"{number:x}")
    assert f"{alias:032X}" == acme.text(f"{number:032X}")
    assert colons == acme.text("52:a1:b2:c3:d4:e5:f6:07")
    assert f"SerialNumber: {alias}" == acme.text(f"SerialNumber: {number}")


def test_internationalised_names_are_one_in_both_forms() -> None:
    """RFC 5890: an A-label and its U-label are one name."""
    made = Pseudonyms(KINDS)
    made.know_names(["core1.bücher.de"])
    u_label, a_label = made.text("core1.bücher.de"), made.text("core1.xn--bcher-kva.de")

    assert u_label.encode("idna") == a_label.encode()
    assert "bücher" not in u_label


def test_only_the_kinds_asked_for() -> None:
    """Addresses alone leave names and serial numbers as they are."""
    made = Pseudonyms(["addresses"])
    made.know_names(["core1.acme.com"])

    assert made.text("core1.acme.com 10.1.2.3 SerialNumber: 52A1B2C3") == (
        "core1.acme.com 192.0.2.1 SerialNumber: 52A1B2C3"
    )


def test_a_mapping_holds_on(acme: Pseudonyms) -> None:
    """Who comes with the mapping of another day gets the same pseudonyms."""
    later = Pseudonyms(KINDS, mapping=acme.mapping())
    later.know_names(["a.acme.com", "core1.acme.com"])

    assert acme.name("core1.acme.com") == later.name("core1.acme.com")
    assert later.name("a.acme.com") != acme.name("core1.acme.com")


@given(st.lists(st.ip_addresses(v=4).map(str), unique=True, max_size=30))
def test_addresses_are_documentation_and_differ(addresses: list[str]) -> None:
    """Different hosts stay different, and none is an address that anybody has."""
    made = Pseudonyms(["addresses"])
    aliases = [made.address(address) for address in addresses]

    assert len(addresses) == len(set(aliases))
    for address, alias in zip(addresses, aliases, strict=True):
        inside = any(ipaddress.ip_address(alias) in network for network in DOCUMENTATION)
        assert inside or alias == address


def test_more_addresses_than_documentation_has() -> None:
    """After 762 addresses the range for benchmarks follows (RFC 2544)."""
    assert {"198.18.0.1"} == {documentation_address("10.0.0.1", 762)}


LABEL = st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
NAME = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "com"]))


@given(st.lists(NAME, min_size=1, max_size=5))
def test_known_names_are_nowhere_afterwards(names: list[str]) -> None:
    """No pseudonymised text holds a name that was made known, and one name has one pseudonym."""
    made = Pseudonyms(["names"])
    made.know_names(names)
    for name in names:
        changed = made.text(f"to {name}: {name}")
        assert changed == f"to {made.name(name)}: {made.name(name)}"
        assert not changed.endswith(".com")


@given(st.text(max_size=60))
def test_any_text_can_be_rewritten(text: str) -> None:
    """Whatever a log holds, and twice the same."""
    made = Pseudonyms(KINDS)
    made.know_names(["core1.acme.com"])

    assert made.text(text) == made.text(text)


def test_states_survive_whatever_hosts_are_called() -> None:
    """A host that is called like a state of the document does not break the document."""
    made = Pseudonyms(KINDS)
    made.know_names(["active.acme.com", "critical", "fail"])

    report = pseudonymous(drowned("active.acme.com"), made)

    assert {"critical", "warning", "info"} >= {found.severity for found in report.findings}
    assert "acme" not in report.model_dump_json()
