"""The command line as people and scripts use it, wrong uses included."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from certclinic.app import options
from certclinic.builders.deployment import write
from certclinic.builders.scenarios import SYMPTOMS, demo, healthy
from certclinic.reports import languages as reports

RUN = [sys.executable, "-c", "from certclinic.app.cli import main; main()"]


def run(*words: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run certclinic, as a process of its own."""
    done = subprocess.run(
        [*RUN, *map(str, words)], input=stdin, capture_output=True, timeout=120, check=False
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The bundles of a deployment whose tunnels are down."""
    return write(SYMPTOMS["EXW-030"].shows, tmp_path_factory.mktemp("broken"))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The bundles of a healthy deployment."""
    return write(healthy(), tmp_path_factory.mktemp("sound"))


def test_every_language_of_reports_is_offered() -> None:
    """The command line's list is written down twice, since reports are slow to import."""
    assert reports.LANGUAGES == options.LANGUAGES


def test_a_fault_is_told_first_and_sets_the_exit_code(broken: list[Path]) -> None:
    """The root cause is in the first five lines, and the exit code says that there is one."""
    done = run("diagnose", *broken)

    assert 1 == done.returncode
    assert "EXW-030" in "\n".join(done.stdout.splitlines()[:5])


@pytest.mark.parametrize(
    ("level", "code"), [("info", 1), ("warning", 1), ("critical", 1), ("never", 0)]
)
def test_fail_on_decides_the_exit_code(broken: list[Path], level: str, code: int) -> None:
    """A critical finding is at or above every level but `never`."""
    assert code == run("diagnose", "--fail-on", level, *broken).returncode


def test_a_healthy_pair_exits_with_zero(sound: list[Path]) -> None:
    """No fault: exit code 0, and the report says what was checked."""
    done = run("diagnose", *sound)

    assert 0 == done.returncode
    assert "No certificate fault" in done.stdout


def test_json_has_the_names_that_scripts_rely_on(broken: list[Path]) -> None:
    """First level, findings and links as promised; a trailing newline, and nothing on stderr."""
    done = run("diagnose", "--format", "json", *broken)
    report = json.loads(done.stdout)

    first = "schema_version tool judged_at inputs nodes findings links ledger coverage problems"
    assert set(first.split()) <= set(report)
    assert {"name", "version", "matcher"} <= set(report["tool"])
    finding = report["findings"][0]
    names = (
        "symptom rule status severity confidence rank nodes title cause evidence explains"
        " explained_by fix sources against"
    )
    assert set(names.split()) <= set(finding)
    assert {"steps", "proof", "stop_gap"} <= set(finding["fix"])
    link = next(row for row in report["links"] if row["link"] == "ssh")
    assert ("core1", "edge1", "fail") == (link["client"], link["server"], link["checks"]["chain"])
    assert {"symptom", "node", "state", "why", "needs"} <= set(report["ledger"][0])
    assert "" == done.stderr


def test_html_in_chinese_is_written_whole(broken: list[Path], tmp_path: Path) -> None:
    """The page lands where asked, in the language asked for, and no partial file remains."""
    page = tmp_path / "new" / "report.html"
    done = run("diagnose", "--format", "html", "--lang", "zh-Hant", "--output", page, *broken)
    html = page.read_text(encoding="utf-8")

    assert 1 == done.returncode
    assert '<html lang="zh-Hant"' in html
    assert "中間CA" in html
    assert [page] == list(page.parent.iterdir())


def test_explain_says_which_condition_stopped_a_rule(broken: list[Path]) -> None:
    """EXW-025 did not fire; the answer names the condition and the nearest fact."""
    done = run("explain", "EXW-025", *broken)

    assert 0 == done.returncode
    assert "did not fire" in done.stdout
    assert "wanted" in done.stdout
    assert "name_not_in_certificate" in done.stdout or "check: name" in done.stdout


def test_explain_says_why_a_rule_fired(broken: list[Path]) -> None:
    """EXW-030 fired; each condition is shown with the fact that met it."""
    done = run("explain", "EXW-030", *broken)

    assert "fired" in done.stdout
    assert "missing_intermediate" in done.stdout


def test_an_unknown_symptom_is_answered_with_close_ones(broken: list[Path]) -> None:
    """A typing mistake costs one line, not a search."""
    done = run("explain", "EXW-03O", *broken)

    assert 2 == done.returncode
    assert "did you mean" in done.stderr
    assert "EXW-030" in done.stderr


def test_facts_come_with_their_place(broken: list[Path]) -> None:
    """Every fact of a file tells the file, and of a line the line."""
    facts = json.loads(run("facts", "--format", "json", *broken).stdout)
    alarm = next(f for f in facts if f["type"] == "alarm" and f["values"]["id"] == 35013)

    assert alarm["evidence"][0]["member"].startswith("loggingsnapshot_core1")
    assert alarm["evidence"][0]["line"] > 0


def test_standard_input_is_an_input(sound: list[Path]) -> None:
    """A bundle may come through a pipe."""
    done = run("diagnose", "--format", "json", "-", stdin=sound[0].read_bytes())

    assert [node["host"] for node in json.loads(done.stdout)["nodes"]] == ["core1"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("holiday.txt", b"just some words\n", "not a diagnostic bundle"),
        ("empty.tar.gz", b"", "is empty"),
        ("cut.tar.gz", b"\x1f\x8b\x08\x00\x00\x00", "cut off"),
        ("noise.bin", bytes(range(256)) * 40, "not a diagnostic bundle"),
        ("loggingsnapshot_core1_2026-11-24_10_00_00.txt", bytes(range(256)) * 40, "no line"),
    ],
)
def test_what_is_no_bundle_is_said_to_be_none(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    """A clear sentence on what is wrong, exit code 2, no traceback."""
    (tmp_path / name).write_bytes(content)
    done = run("diagnose", tmp_path / name)

    assert 2 == done.returncode
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    """The path and the reason, exit code 2."""
    done = run("diagnose", tmp_path / "nowhere.tar.gz")

    assert 2 == done.returncode
    assert "nowhere.tar.gz" in done.stderr
    assert "No such file" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_path_is_named(sound: list[Path], tmp_path: Path) -> None:
    """A file without read permission is an error with its name."""
    secret = tmp_path / "secret.tar.gz"
    secret.write_bytes(sound[0].read_bytes())
    secret.chmod(0)

    done = run("diagnose", secret)

    assert (2, True) == (done.returncode, "Permission denied" in done.stderr)


def test_the_same_bundle_twice_counts_once(sound: list[Path], tmp_path: Path) -> None:
    """A copy under another name is recognised by its content, and said so."""
    copy = tmp_path / "copy.tar.gz"
    copy.write_bytes(sound[0].read_bytes())

    report = json.loads(run("diagnose", "--format", "json", *sound, copy).stdout)

    assert ["core1", "edge1"] == [node["host"] for node in report["nodes"]]
    assert any("same file" in problem["text"] for problem in report["problems"])


def test_strangers_are_not_paired(sound: list[Path], tmp_path: Path) -> None:
    """Bundles of two deployments are judged apart, and that is said."""
    other = write(
        {
            "nodes": {
                "core1": {"given": False},
                "edge1": {"given": False},
                "gate": {
                    "role": "e",
                    "fqdn": "gate.other.test",
                    "zone": {"verify_name": "inner.other.test"},
                },
                "inner": {"role": "c", "fqdn": "inner.other.test", "given": False},
            }
        },
        tmp_path,
    )
    core = next(path for path in sound if "core1" in path.name)
    report = json.loads(run("diagnose", "--format", "json", core, *other).stdout)

    assert [] == report["links"]
    assert any("name each other nowhere" in problem["text"] for problem in report["problems"])


def test_an_unknown_option_is_answered_with_the_right_one(sound: list[Path]) -> None:
    """Exit code 2 and a did-you-mean."""
    done = run("diagnose", "--formt", "json", *sound)

    assert (2, True) == (done.returncode, "--format" in done.stderr)


def test_a_time_that_is_none_is_refused(sound: list[Path]) -> None:
    """The message shows the form that is expected."""
    done = run("diagnose", "--at", "tomorrow", *sound)

    assert 2 == done.returncode
    assert "2026-11-24" in done.stderr


def test_a_limit_cuts_the_input_and_says_so(sound: list[Path]) -> None:
    """With room for two members, the rest stays open and the option is named."""
    report = json.loads(run("diagnose", "--format", "json", "--limit-members", "2", *sound).stdout)

    assert any("--limit-members" in problem["text"] for problem in report["problems"])


def test_a_mistake_in_a_rule_is_shown_with_its_place(sound: list[Path], tmp_path: Path) -> None:
    """A folder of rules with a misspelt key ends the command with file:line:column."""
    folder = tmp_path / "mine"
    (folder / "zones").mkdir(parents=True)
    (folder / "zones" / "wrong.yaml").write_text("symptom: EXW-999\nsevrity: info\n", "utf-8")

    done = run("diagnose", "--rules", folder, *sound)

    assert 2 == done.returncode
    assert "wrong.yaml:2:1" in done.stderr
    assert "severity" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_run_leaves_no_report(tmp_path: Path) -> None:
    """Ctrl-C ends with one sentence; the output file is not there, not even in part."""
    from datetime import UTC, datetime

    bundles = write(demo(datetime(2026, 11, 24, tzinfo=UTC)), tmp_path / "b")
    page = tmp_path / "out" / "report.html"
    process = subprocess.Popen(
        [*RUN, "diagnose", "--format", "html", "--output", str(page), *map(str, bundles), "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(1.5)  # it waits for standard input by then
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)

    assert 130 == process.returncode
    assert b"interrupted" in stderr
    assert not page.exists()


def test_demo_writes_bundles_and_page(tmp_path: Path) -> None:
    """The demo diagnoses bundles dated today and names the page that it wrote."""
    done = run("demo", "--output", tmp_path / "demo")

    assert 0 == done.returncode
    assert "EXW-030" in "\n".join(done.stdout.splitlines()[:5])
    assert (tmp_path / "demo" / "report.html").exists()


@pytest.mark.parametrize(
    ("argument", "absent"),
    [
        (
            "--version",
            {"click", "pydantic", "yaml", "jinja2", "cryptography", "importlib.metadata"},
        ),
        ("--help", {"pydantic", "yaml", "jinja2", "cryptography", "babel"}),
    ],
)
def test_what_is_answered_at_once_imports_little(argument: str, absent: set[str]) -> None:
    """Version and help need none of the libraries that the work needs."""
    code = (
        "import sys; from certclinic.app.start import main; sys.argv[0] = 'certclinic'\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, argument], capture_output=True, text=True, check=True
    )
    *said, modules = done.stdout.splitlines()
    assert "certclinic" in "".join(said)
    assert not absent & set(modules.split())
