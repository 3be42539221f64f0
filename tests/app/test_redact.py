"""Redacted bundles: no secret, no name where none is wanted, and the same findings."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from certclinic.app.case import Case, open_case
from certclinic.app.cli import cli
from certclinic.app.document import write_report
from certclinic.app.pseudonym_map import read_map
from certclinic.app.redact import RedactError, redacted_bundles
from certclinic.app.rule_base import rule_base
from certclinic.builders.deployment import build, write
from certclinic.builders.mixed import MIXTURES
from certclinic.builders.scenarios import SYMPTOMS
from certclinic.reports.pseudonyms import KINDS, Kind, Pseudonyms
from certclinic.reports.render import Format, render

from .canaries import IN_FILES, PLANTED, planted
from .canaries import KINDS as CANARIES

Finding = tuple[str, str, str, str, tuple[str, ...]]


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file, however deep in archives, and the names of folders."""
    if path.is_dir():
        for one in sorted(path.rglob("*")):
            yield str(one.relative_to(path)), b""
            yield from contents(one) if one.is_file() else ()
    else:
        yield from unpacked(path.name, path.read_bytes())


def unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The same for a file's content."""
    if data[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive.getmembers():
                stream = archive.extractfile(member)
                yield from unpacked(member.name, stream.read() if stream else b"")
    elif data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            for inner in zipped.namelist():
                yield from unpacked(inner, zipped.read(inner))
    else:
        yield name, data


def judge(paths: Sequence[Path], spec: Mapping[str, Any]) -> Case:
    """The inputs, judged at the time of the deployment."""
    return open_case(paths, rule_base(), int(build(spec).at.timestamp()), "reference")


def findings(case: Case, pseudonyms: Pseudonyms) -> set[Finding]:
    """What was found, under the pseudonyms; files by their names alone."""
    return {
        (f.rule, f.status, f.severity, f.confidence,
         tuple(sorted(pseudonyms.text(Path(node).name) for node in f.nodes)))
        for f in (ranked.finding for ranked in case.findings)
    }  # fmt: skip


def assert_same_findings(spec: Mapping[str, Any], folder: Path, kinds: tuple[Kind, ...]) -> None:
    """Redacting changes no finding but the names in it."""
    paths = write(spec, folder / "in")
    done = redacted_bundles(paths, folder / "out", kinds, folder / "map.json")
    mapping = read_map(folder / "map.json") if kinds else {}
    expected = findings(judge(paths, spec), Pseudonyms(kinds, mapping=mapping))

    assert expected == findings(judge(done.paths, spec), Pseudonyms(()))


@pytest.mark.parametrize("name", ["EXW-001", "EXW-030", "EXW-033", "EXW-053", "EXW-063"])
@pytest.mark.parametrize("kinds", [(), KINDS], ids=["secrets", "names"])
def test_known_symptoms_are_found_in_redacted_bundles(
    name: str, kinds: tuple[Kind, ...], tmp_path: Path
) -> None:
    """Each kind of evidence survives: certificates, settings, log lines, files."""
    assert_same_findings(SYMPTOMS[name].shows, tmp_path, kinds)


def test_mixed_faults_are_found_under_pseudonyms(tmp_path: Path) -> None:
    """Two CAs of one name, a cluster, and what Unified CM lists in tables."""
    name = "an old CA of the same name above the one that is needed"
    assert_same_findings(MIXTURES[name].spec, tmp_path, KINDS)


HOST = st.from_regex(r"[a-z]{3,8}[0-9]", fullmatch=True)
CERTIFICATE = st.fixed_dictionaries(
    {},
    optional={
        "issuer": st.sampled_from(["issuing-1", "root", "self"]),
        "eku": st.sampled_from([["server"], ["client"], "none"]),
        "to": st.sampled_from(["-5d", "10d"]),
        "key": st.sampled_from(["rsa1024", "ec256", "ec384"]),
        "san": st.sampled_from([["edge.elsewhere.net"], ["*.example.com"], ["ip:10.0.0.1"]]),
    },
)
NODE = st.fixed_dictionaries(
    {"certificate": CERTIFICATE},
    optional={
        "trust": st.lists(st.sampled_from(["root", "issuing-1"]), unique=True),
        "zone": st.fixed_dictionaries({"status": st.just("Failed")}),
        "tunnels": st.just("Failed"),
        "bundle": st.sampled_from([{"format": "zip"}, {"format": "folder"}, {"nested": True}]),
    },
)


@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # an example takes a second; the first tells enough
    suppress_health_check=[HealthCheck.too_slow],
)
@given(core=NODE, edge=NODE, host=HOST)
def test_any_deployment_has_the_same_findings(
    core: dict[str, Any], edge: dict[str, Any], host: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is wrong with certificates, lists and states, in whatever container."""
    fqdn = {"fqdn": f"{host}.acme-corp.net"}
    spec = {"nodes": {"core1": {"role": "c", **core, **fqdn}, "edge1": edge}}

    assert_same_findings(spec, tmp_path_factory.mktemp("redacted"), KINDS)


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A deployment with secrets of every kind."""
    folder = tmp_path_factory.mktemp("canaries")
    paths = write(planted(), folder)
    for number, text in enumerate(IN_FILES.values()):
        (folder / f"key{number}.pem").write_text(text)
        paths.append(folder / f"key{number}.pem")
    return paths


def test_there_are_25_kinds() -> None:
    """As many as are promised."""
    assert len(CANARIES) >= 25


@pytest.mark.parametrize("kinds", [(), KINDS], ids=["secrets", "names"])
def test_no_canary_is_in_a_redacted_bundle(
    bundles: list[Path], kinds: tuple[Kind, ...], tmp_path: Path
) -> None:
    """Neither in a file nor in a file's name; and everything else is still there."""
    before = {name for path in bundles for name, _ in contents(path)}
    assert all(any(word.encode() in d for p in bundles for _, d in contents(p)) for word in PLANTED)

    done = redacted_bundles(bundles, tmp_path / "out", kinds)

    after = list(contents(tmp_path / "out"))
    for name, data in after:
        for word in PLANTED:
            assert word not in name
            assert word.encode() not in data, name
    assert len([n for n in before if not n.endswith(".pcap")]) == sum(bool(d) for _, d in after)
    assert all("capture" in why for _, why in done.left_out)


@pytest.mark.parametrize("form", get_args(Format))
def test_no_canary_is_in_a_report(bundles: list[Path], form: Format) -> None:
    """At the customer's level, in every format."""
    report = write_report(judge(bundles, planted()), "en", "customer")

    assert report.findings
    assert not any(word in render(report, form) for word in PLANTED)


def test_names_are_nowhere_under_pseudonyms(tmp_path: Path) -> None:
    """Hosts, domains, firms, addresses: in files, in their names, inside certificates."""
    names = {"fqdn": "corehost.acme-corp.net", "ip": "10.77.0.1", "mra_domains": ["acme-corp.net"]}
    spec = {"nodes": {"core1": {"role": "c", **names}, "edge1": {}}}
    paths = write(spec, tmp_path / "in")

    redacted_bundles(paths, tmp_path / "out", KINDS)

    for name, data in contents(tmp_path / "out"):
        for word in (b"corehost", b"acme", b"10.77.0.1", b"Example Root", b"Example Corp"):
            assert word.lower() not in name.lower().encode() + data.lower()


def run(*arguments: str | Path) -> tuple[int, str]:
    """Exit status and output of a command."""
    result = CliRunner().invoke(cli, [str(a) for a in arguments])
    return result.exit_code, result.output


def test_report_and_bundle_share_their_pseudonyms_by_the_map(tmp_path: Path) -> None:
    """The map is written where it is asked for, for its owner alone, and holds on."""
    paths = write({}, tmp_path / "in")
    map_file, output = tmp_path / "map.json", tmp_path / "out"

    status, text = run(
        "redact", *paths, "-o", output, "--redact", "names", "--redact-map", map_file
    )
    _, report = run(
        "diagnose", *paths, "--redact", "names", "--redact-map", map_file,
        "--format", "json", "--fail-on", "never", "--matcher", "reference",
    )  # fmt: skip

    assert (0, 0o600) == (status, stat.S_IMODE(map_file.stat().st_mode))
    alias = read_map(map_file)["hosts"]["core1"]
    assert f"diagnostic_log_{alias}_" in text
    assert f'"{alias}"' in report
    assert "core1" not in report


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder with anything in it stays as it is."""
    paths = write({}, tmp_path / "in")
    with pytest.raises(RedactError, match="is there already"):
        redacted_bundles(paths, tmp_path / "in")

    assert sorted(paths) == sorted((tmp_path / "in").iterdir())


def test_outside_paths_and_damage_are_told(tmp_path: Path) -> None:
    """A member that leads outside is refused; of a cut bundle, what can be read is there."""
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(evil, "w") as archive:
        archive.writestr("../outside.txt", "*c xConfiguration a: b")
        archive.writestr("inside.txt", 'xConfiguration SystemUnit Name: "core1"\n')
    (whole, *_) = write({}, tmp_path / "in")
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole.read_bytes()[:-200])

    done = redacted_bundles([evil, cut], tmp_path / "out")

    reasons = " ".join(why for _, why in done.left_out)
    assert "leads outside" in reasons
    assert "damaged or cut off" in reasons
    assert not (tmp_path / "outside.txt").exists()
    assert ["inside.txt"] == [
        name for name, _ in unpacked("", (tmp_path / "out/evil.zip").read_bytes())
    ]


def test_containers_of_keys_are_left_out(tmp_path: Path) -> None:
    """Whatever is binary and not known to hold certificates alone is not sent on."""
    (tmp_path / "identity.p12").write_bytes(b"\x30\x82\x00\x04\x02\x01\x03\x00" + bytes(64))
    with pytest.raises(RedactError, match="nothing is left"):
        redacted_bundles([tmp_path / "identity.p12"], tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_an_input_that_is_no_bundle_is_remarked_upon(tmp_path: Path) -> None:
    """It is written all the same, without the secrets that show themselves anywhere."""
    notes = tmp_path / "notes.txt"
    notes.write_text("call me\npassword=hunter2hunter2\n")
    done = CliRunner().invoke(cli, ["redact", str(notes), "-o", str(tmp_path / "out")])
    assert "notes.txt: holds no log" in done.stderr
    assert (tmp_path / "out/notes.txt").read_text() == "call me\npassword=[masked]\n"
    bundles = [str(path) for path in write({}, tmp_path / "in")]
    done = CliRunner().invoke(cli, ["redact", *bundles, "-o", str(tmp_path / "out2")])
    assert "holds no" not in done.stderr
