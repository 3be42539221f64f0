"""The report document as JSON, nothing shortened."""

from __future__ import annotations

import json
from typing import Any

from .document import Report


def render_json(report: Report) -> str:
    """The document's fields in their declared order, UTF-8 text, ending in a line feed."""
    return json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every JSON report satisfies."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Report.model_json_schema(mode="serialization"),
    }


if __name__ == "__main__":
    print(json.dumps(schema(), ensure_ascii=False, indent=2))  # docs/report.schema.json
