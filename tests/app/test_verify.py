"""The `verify` command: one question about files, many as JSON lines."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from certclinic.app.verify import QuestionError, answer, answer_lines, as_text, verify_files
from certclinic.facts.trust import crosscheck
from certclinic.facts.trust.crosscheck import CrossCheck, CrossCheckError

from ..facts.pki import HOST, NOW, YEAR, issue, leaf, revocations

ROOT = issue("Root")
ISSUING = issue("Issuing", "Root")
LEAF = leaf("Issuing")


def question(**changes: Any) -> dict[str, Any]:
    """A question that is answered with yes, changed."""
    usual = {
        "id": "q1",
        "leaf": LEAF.pem(),
        "untrusted": [ISSUING.pem()],
        "trust": [ROOT.pem()],
        "crls": [],
        "name": {"kind": "dns", "value": HOST},
        "time": NOW,
        "purpose": "server",
        "depth": None,
    }
    return usual | changes


def test_files_in_any_format(tmp_path: Path) -> None:
    """PEM and DER files are read for what they are, and the verdict is cross-checked."""
    (tmp_path / "leaf.pem").write_text(LEAF.pem())
    (tmp_path / "issuing.cer").write_bytes(ISSUING.der)
    (tmp_path / "roots.pem").write_text(issue("Other").pem() + ROOT.pem())
    (tmp_path / "root.crl").write_bytes(revocations("Root").der)
    (tmp_path / "issuing.crl").write_text(revocations("Issuing", LEAF).pem())
    files: dict[str, Any] = {
        "leaf": tmp_path / "leaf.pem",
        "untrusted": [tmp_path / "issuing.cer"],
        "trust": [tmp_path / "roots.pem"],
        "name": HOST,
        "at": NOW,
    }
    found = verify_files(**files)
    assert (found["trusted"], found["code"], found["depth"], found["agrees"]) == (
        True,
        0,
        None,
        True,
    )
    assert found["path"] == [c.fingerprint for c in (LEAF, ISSUING, ROOT)]
    assert as_text(found).startswith("Trusted (openssl-3), by a chain of 3.")
    revoked = verify_files(**files, crls=[tmp_path / "root.crl", tmp_path / "issuing.crl"])
    assert (revoked["code"], revoked["depth"], revoked["agrees"]) == (23, 0, True)


def test_a_chain_file_as_leaf(tmp_path: Path) -> None:
    """What follows the first certificate of the leaf's file counts as presented."""
    (tmp_path / "chain.pem").write_text(LEAF.pem() + ISSUING.pem())
    (tmp_path / "root.pem").write_text(ROOT.pem())
    found = verify_files(tmp_path / "chain.pem", trust=[tmp_path / "root.pem"], at=NOW)
    assert found["trusted"]


@pytest.mark.parametrize(
    ("name", "code"),
    [(HOST, 0), ("10.0.0.1", 0), ("10.0.0.2", 64), ("a@example.com", 0), ("b@example.com", 63)],
)
def test_names_by_their_looks(tmp_path: Path, name: str, code: int) -> None:
    """An IP address, an e-mail address and a host name are told apart."""
    server = leaf("Root", names=[HOST, "10.0.0.1", "a@example.com"])
    (tmp_path / "leaf.pem").write_text(server.pem())
    (tmp_path / "root.pem").write_text(ROOT.pem())
    found = verify_files(tmp_path / "leaf.pem", trust=[tmp_path / "root.pem"], name=name, at=NOW)
    assert found["code"] == code


def test_unusable_files_are_named(tmp_path: Path) -> None:
    """The error says which file, and what is wrong with it."""
    (tmp_path / "leaf.pem").write_text("hello")
    with pytest.raises(QuestionError, match=r"leaf\.pem"):
        verify_files(tmp_path / "leaf.pem")
    with pytest.raises(FileNotFoundError):
        verify_files(tmp_path / "none.pem")


def test_json_lines_in_order() -> None:
    """One line out for each line in, with its id; an unreadable one does not stop the next."""
    lines = [
        json.dumps(question()),
        "nonsense",
        json.dumps(question(id="q2", untrusted=[])),
        json.dumps(question(id=3, leaf="no PEM")),
        "",
        json.dumps(question(id="q4", time=NOW + 20 * YEAR)),
        json.dumps(question(id="q5", time=None)),
    ]
    found = [json.loads(line) for line in answer_lines(lines)]
    assert [one["id"] for one in found] == ["q1", None, "q2", 3, None, "q4", "q5"]
    assert [one.get("code") for one in found] == [0, None, 20, None, None, 10, 0]
    assert ["error" in one for one in found] == [False, True, False, True, True, False, False]
    assert [one.get("agrees") for one in found] == [True, None, True, None, None, True, True]


def test_every_defect_and_the_cross_check() -> None:
    """The answer has the fields that scripts rely on."""
    bad = leaf("Issuing", names=["a.example.com"], not_after=NOW - YEAR)
    found = answer(question(leaf=bad.pem()))
    assert {"trusted", "profile", "code", "depth", "path", "defects", "openssl", "agrees"} <= set(
        found
    )
    assert found["profile"] == "openssl-3"
    assert {d["code"]: d["openssl"] for d in found["defects"]} == {
        "HOSTNAME_MISMATCH": 62,
        "CERT_HAS_EXPIRED": 10,
    }
    assert all(
        {"code", "openssl", "depth", "certificate", "text", "fix"} <= set(defect)
        for defect in found["defects"]
    )
    assert found["openssl"]["code"] == 62
    text = as_text(found)
    assert "Not trusted (openssl-3): error 62 at depth 0." in text
    assert "Fix: " in text


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"leaf": None}, "leaf"),
        ({"leaf": 5}, "leaf"),
        ({"trust": "PEM"}, "trust"),
        ({"untrusted": [1]}, "untrusted"),
        ({"crls": ["x"]}, "crls"),
        ({"purpose": "email"}, "purpose"),
        ({"purpose": ["server"]}, "purpose"),
        ({"time": "now"}, "time"),
        ({"time": True}, "time"),
        ({"depth": -1}, "depth"),
        ({"name": "host"}, "name"),
        ({"name": {"kind": "dns"}}, "name"),
        ({"name": {"kind": "ip", "value": "host"}}, "name"),
        ({"name": {"kind": "uri", "value": "x"}}, "name"),
    ],
)
def test_unreadable_questions_say_where(changes: dict[str, Any], word: str) -> None:
    """The error begins with the part of the question that is wrong."""
    with pytest.raises(QuestionError, match=f"^{word}: "):
        answer(question(**changes))


def test_lines_of_any_bytes() -> None:
    """A line that is no UTF-8 is answered as unreadable, an odd id comes back as it was."""
    odd = json.dumps({"id": "\ud800", "leaf": ""})
    bytes_of_latin_1 = b'{"id": "\xe4"}'.decode("utf-8", "surrogateescape")
    first, second = (json.loads(line) for line in answer_lines([odd, bytes_of_latin_1]))
    assert first["id"] == "\ud800"
    assert second == {"id": None, "error": "the line is not UTF-8"}


def test_what_the_library_cannot_be_asked() -> None:
    """Without a cross-check the verdict stands, and the reason is given."""
    for changes in (
        {"depth": 5},
        {"name": {"kind": "email", "value": "a@example.com"}},
        {"time": 10**30},
    ):
        found = answer(question(**changes))
        assert (found["openssl"], found["agrees"]) == (None, None)
        assert found["openssl_missing"]
        assert "Not cross-checked: " in as_text(found)


def test_rules_that_changed_in_openssl_4_are_no_disagreement() -> None:
    """The last second of validity and names with a final dot are read differently since."""
    for changes in (
        {"time": LEAF.not_after},
        {"name": {"kind": "dns", "value": HOST + "."}},
    ):
        assert answer(question(**changes))["agrees"] is not False


def test_a_byte_order_mark_before_the_first_question_is_ignored() -> None:
    """As PowerShell writes one."""
    (found,) = answer_lines(["\ufeff" + json.dumps(question())])
    assert json.loads(found)["code"] == 0


@pytest.mark.parametrize("name", ["host..example.com", " expe.example.com", "a.example.com\n"])
def test_a_name_that_the_library_refuses_is_not_cross_checked(name: str) -> None:
    """OpenSSL 4 takes no malformed host name; its answer without one is no disagreement."""
    found = answer(question(name={"kind": "dns", "value": name}))
    assert (found["trusted"], found["code"]) == (False, 62)
    assert found["agrees"] is not False
    assert answer(question())["agrees"] is True


def test_very_many_cas_of_one_name_are_not_cross_checked() -> None:
    """Loading them takes the library the square of their number; the reason is given instead."""
    with CrossCheck() as library, pytest.raises(CrossCheckError, match="too long to load"):
        library.ask(LEAF, [ISSUING], [ROOT] * (crosscheck.MOST_TRUSTED + 1), at=NOW)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs a signal that stops a process")
def test_a_crash_of_the_library_costs_one_answer() -> None:
    """When the process with the library dies or hangs, the next question gets a new one."""
    with CrossCheck() as library:
        assert library.ask(LEAF, [ISSUING], [ROOT], at=NOW).code == 0
        assert library._process is not None
        library._process.kill()
        library._process.wait()
        assert library.ask(LEAF, [], [ROOT], at=NOW).code == 20
        library.patience = 0.2
        library._process.send_signal(signal.SIGSTOP)
        with pytest.raises(CrossCheckError, match="crashed or took too long"):
            library.ask(LEAF, [ISSUING], [ROOT], at=NOW)
        library.patience = crosscheck.PATIENCE
        assert library.ask(LEAF, [ISSUING], [ROOT], at=NOW).code == 0


def test_the_profile_of_openssl_1_1_1() -> None:
    """Numbers follow the profile; the cross-check then compares verdicts."""
    none = issue("Issuing", "Root", ca=False)
    found = answer(question(untrusted=[none.pem()]), "openssl-1.1.1")
    assert (found["code"], found["openssl"]["code"], found["agrees"]) == (24, 79, True)
