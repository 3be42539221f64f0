"""Why a check fails is said in a sentence, not in a code."""

from __future__ import annotations

import pytest

from certclinic.reports.languages import LANGUAGES, language
from certclinic.reports.reasons import collecting, reason, to_collect

CODES = [
    "missing_intermediate",
    "missing_root",
    "name_not_in_certificate",
    "expired",
    "no_trust_list",
    "a code of the future",
]


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_reason_is_a_sentence_about_a_node(tag: str, code: str) -> None:
    """The sentence names who judges or who is judged, and shows neither code nor placeholder."""
    said = reason(code, verifier="core1", presenter="edge1", detail="CN=X", language=language(tag))
    assert "core1" in said or "edge1" in said
    assert "_" not in said
    assert "%" not in said


def test_reason_names_the_missing_ca() -> None:
    """The CA that has to be appended is in the sentence."""
    said = reason(
        "missing_root", verifier="core1", presenter="e", detail="CN=R", language=language("zh-Hant")
    )
    assert said == "core1缺少根CA CN=R"


def test_what_to_collect_is_said_in_the_language() -> None:
    """A need without words of its own is passed on."""
    assert to_collect("trust_list", language("zh-Hant")) == "受信任CA清單"
    assert to_collect("pcap", language("en")) == "pcap"
    left_out = to_collect("zones/clocks-differ", language("en"))
    assert left_out == "the rule zones/clocks-differ, which was left out"


def test_where_to_get_what_is_missing_is_told() -> None:
    """The menu of the page that hands it out, which has the same name in every language."""
    menu = "Maintenance > Security > Trusted CA certificate > Show all (PEM file)"
    assert collecting("trust_list", language("en")) == f"the trusted CA list: {menu}"
    assert collecting("trust_list", language("ja")) == f"信頼できるCAリスト：{menu}"
    assert collecting("no_name", language("en")) == to_collect("no_name", language("en"))
