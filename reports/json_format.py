"""A document as JSON, nothing shortened."""

from __future__ import annotations

import json
import re
from typing import Any

from .document import Part, Report

_HIDDEN = re.compile("[\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What a terminal or an editor would obey, and JSON need not escape (RFC 8259, 7)."""


def render_json(document: Part) -> str:
    """The document's fields in their declared order, UTF-8 text, ending in a line feed."""
    text = json.dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=2)
    return _HIDDEN.sub(lambda char: f"\\u{ord(char[0]):04x}", text) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every JSON report satisfies."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Report.model_json_schema(mode="serialization"),
    }


if __name__ == "__main__":
    print(json.dumps(schema(), ensure_ascii=False, indent=2))  # docs/report.schema.json
