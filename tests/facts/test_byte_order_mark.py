"""Text in UTF-16 or behind a byte order mark, as PowerShell's redirections leave it."""

from __future__ import annotations

import codecs
import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.builders.deployment import Deployment, build
from certclinic.facts.derive import derive
from certclinic.facts.inputs.byte_order_mark import plain_head, plain_stream
from certclinic.facts.inputs.reading import observe
from certclinic.facts.knowledge import Knowledge
from certclinic.facts.vocabulary import Time

KNOWLEDGE = Knowledge(client_auth_ends=Time(0), requirements=(), authorities=(), cloud_roots=())
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
DEPLOYMENT = build(
    {
        "nodes": {
            "core1": {
                "log": [
                    {
                        "event": "ats_untrusted",
                        "server": "cucm1.example.com",
                        "ip": "10.0.0.20",
                        "port": 6972,
                    }
                ]
            }
        },
        "unified_cm": {
            "cucm1": {"log": [{"event": "handle_ssl"}]},
            "cucm2": {"files": ["show", "list"]},
        },
        "clients": {"csf-unified.log": [{"event": "jabber_login"}]},
    }
)


def facts(folder: Path, recode: str | None) -> list[str]:
    """All facts, without where they stand, of a deployment whose text files are in an encoding."""
    folder.mkdir()
    for name, data in files(DEPLOYMENT).items():
        text = name.endswith((".txt", ".json", ".log"))
        mark = MARKS[recode] if recode else b""
        changed = mark + data.decode().encode(recode) if recode and text else data
        (folder / name).write_bytes(changed)
    observations = observe([folder])
    found = derive(observations, int(DEPLOYMENT.at.timestamp()), KNOWLEDGE).facts
    shown = [repr(one.__class__) + str(values(one)) for one in found]
    return sorted(shown)


def values(fact: object) -> dict[str, object]:
    """The fields of a fact but its evidence."""
    return {key: value for key, value in vars(fact).items() if key != "evidence"}


def files(deployment: Deployment) -> Mapping[str, bytes]:
    """Every file of a deployment, the bundles' members among them."""
    members = {name: data for held in deployment.members.values() for name, data in held.items()}
    return members | dict(deployment.files)


@pytest.mark.parametrize("encoding", MARKS)
def test_every_kind_of_text_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    """Dumps, logs, snapshots, `show cert` and client logs say the same, however they were saved."""
    expected = facts(tmp_path / "plain", None)

    assert expected == facts(tmp_path / "marked", encoding)
    assert any("UcFailure" in one for one in expected)
    assert any("ClientFailure" in one for one in expected)
    assert any("TrafficServerFailure" in one for one in expected)


def test_a_certificate_file_is_judged_as_it_is(tmp_path: Path) -> None:
    """The upload page reads no UTF-16, so that the reader of certificates has to see it."""
    pem = DEPLOYMENT.member("core1", "server").decode()
    (tmp_path / "new.pem").write_bytes(codecs.BOM_UTF16_LE + pem.encode("utf-16-le"))

    (file,) = observe([tmp_path / "new.pem"]).files

    assert "utf16" == file.contents.format
    assert not file.contents.acceptable


# The mark of UTF-16-LE and a NUL are the mark of UTF-32-LE, which is another encoding.
@given(
    st.text().filter(lambda text: not text.startswith("\0")),
    st.sampled_from(sorted(MARKS)),
    st.integers(1, 50),
)
def test_a_marked_stream_gives_its_text_in_utf_8(text: str, encoding: str, size: int) -> None:
    """Whatever the sizes of the pieces it is read in, no character is lost or torn."""
    data = MARKS[encoding] + text.encode(encoding)
    stream = plain_stream(io.BufferedReader(io.BytesIO(data), 16))
    read = b"".join(iter(lambda: stream.read1(size), b""))

    assert text.encode() == read


def test_half_a_character_at_the_end_of_a_head_is_left_out() -> None:
    """A head is cut anywhere."""
    assert b"ab" == plain_head(codecs.BOM_UTF16_LE + "abc".encode("utf-16-le")[:-1])


def test_utf_32_is_no_utf_16() -> None:
    """Its mark begins like that of UTF-16, little-endian; it is left as it is."""
    data = codecs.BOM_UTF32_LE + "ab".encode("utf-32-le")
    assert data == plain_head(data)
