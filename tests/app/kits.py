"""Kits of a case, and the hierarchies that their tests share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from certclinic.app.case import Case
from certclinic.app.kit import kit_files
from certclinic.app.plan import plan
from certclinic.builders.mixed import MIXTURES
from certclinic.builders.scenarios import MIXED, SYMPTOMS

Kit = Mapping[str, str]

PLANTED = {
    **{name: scenario.shows for name, scenario in SYMPTOMS.items()},
    **{name: mixed.spec for name, mixed in MIXED.items()},
    **{name: mixture.spec for name, mixture in MIXTURES.items()},
}
CAS = ("root", "issuing-1", "root-2", "issuing-2")
HIERARCHIES = {
    "root-2": {"cn": "Second Root CA"},
    "issuing-2": {"issuer": "root-2", "cn": "Second Issuing CA"},
}


def manifest(kit: Kit) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(kit["manifest.json"])
    return document


def kit_of(case: Case, language: str = "en") -> dict[str, str]:
    _, files = kit_files(case, plan(case), language)
    return files
