"""Which file is whose, where names and contents alone do not tell it at once."""

from __future__ import annotations

import os
from pathlib import Path

from certclinic.builders.archives import tar_gz, zipped
from certclinic.builders.deployment import build
from certclinic.facts.inputs.reading import observe

from .pki import issue

ROOT = issue("root")
TIME = "2026-03-10_12_00_00"
CONFIGURATION = '*c xConfiguration SystemUnit Name: "{}"\n'
LOG = '2026-03-10T12:00:00+00:00 localhost tvcs: Event="Restart" Level="1"\n'


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_equal_trust_lists_of_two_nodes_are_both_read(tmp_path: Path) -> None:
    """A list that both nodes hold, file beside file, is no duplicate; a plain copy is one."""
    paths = [write(tmp_path / f"ca_{host}_{TIME}.pem", ROOT.pem()) for host in ("core1", "edge1")]
    copy = write(tmp_path / "copy" / f"ca_core1_{TIME}.pem", ROOT.pem())
    seen = observe([*paths, copy])
    assert {node.host: len(node.trust or ()) for node in seen.nodes} == {"core1": 1, "edge1": 1}
    assert [one.kind for one in seen.inputs].count("duplicate") == 1


def test_the_files_of_one_bundle_given_apart_are_one_bundle(tmp_path: Path) -> None:
    """Different parts of one node in several inputs are no contradiction to speak of."""
    paths = [
        write(tmp_path / f"xconf_dump_core1_{TIME}.txt", CONFIGURATION.format("core1")),
        write(tmp_path / f"ca_core1_{TIME}.pem", ROOT.pem()),
    ]
    seen = observe(paths)
    assert [node.host for node in seen.nodes] == ["core1"]
    assert seen.problems == ()


def test_the_archives_name_tells_host_and_time_that_old_names_leave_out(tmp_path: Path) -> None:
    """`loggingsnapshot.txt` of a node that logs as localhost is named by its bundle."""
    folder = tmp_path / "diagnostic_log_VCSC_2016-07-30_17 00 00"
    write(folder / "loggingsnapshot.txt", LOG)
    write(folder / "ca.pem", ROOT.pem())
    bare = tmp_path / "diagnostic_log_vcse_2016-07-30_17:00:00"
    write(bare / "xconf_dump.txt", CONFIGURATION.format("vcse"))
    seen = {node.host: node.written for node in observe([folder, bare]).nodes}
    assert set(seen) == {"vcsc", "vcse"}
    assert seen["vcse"] == 1_469_898_000  # date -ud '2016-07-30 17:00' +%s


def test_a_named_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    """What is neither file nor folder is said to be so, and nobody waits for its other end."""
    os.mkfifo(tmp_path / "pipe")
    (problem,) = observe([tmp_path / "pipe"]).problems
    assert problem.text == "is neither a file nor a folder"


def test_a_case_with_several_products_is_split_by_content(tmp_path: Path) -> None:
    """Bundles, UC files and a client's problem report, archives in archives, names that collide."""
    built = build(
        {
            "nodes": {"edge1": {"files": {"naming": "old"}}, "core1": {"files": {"naming": "old"}}},
            "unified_cm": {"cucm1": {"files": ["show", "snapshot"]}, "cucm2": {"files": ["show"]}},
            "clients": {"csf-unified.log": [{"event": "jabber_login"}]},
        }
    )
    report = zipped({"csf-unified.log": built.files["csf-unified.log"]}, built.at)
    bundles = {
        f"{node}/diagnostic_log_{node}_2026-11-24_10_00_00.tar.gz": tar_gz(members, built.at)
        for node, members in built.members.items()
    }
    shown = {
        f"{name[:5]}/show_cert_own.txt": built.files[name] for name in built.files if "show" in name
    }
    case = {
        "tac/attachments.zip": zipped(bundles, built.at),
        **shown,
        "cucm1/answer.json": built.files["cucm1_snapshot.json"],
        "jabber/report.zip": zipped({"prt/report.zip": report}, built.at),
    }
    (tmp_path / "case.zip").write_bytes(zipped(case, built.at))

    seen = observe([tmp_path / "case.zip"])

    assert ["core1", "edge1"] == [node.host for node in seen.nodes]
    assert all(node.configuration and node.events for node in seen.nodes)
    assert ["cucm1", "cucm2"] == [server.host for server in seen.uc_servers]
    assert all(server.own() for server in seen.uc_servers)
    assert ["jabber/report.zip/prt/report.zip/csf-unified.log"] == [
        client.where.member for client in seen.clients
    ]
    assert () == seen.files
    assert [] == [one.text for one in seen.problems]
