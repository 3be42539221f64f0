"""The part of SARIF 2.1.0 (OASIS) that reports use, closed against anything else."""

from __future__ import annotations

TEXT = {"type": "string"}
INDEX = {"type": "integer", "minimum": 0}
# RFC 3986: neither white space nor characters that have to be percent-encoded.
URI = {"type": "string", "pattern": r"^[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]*$"}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def _object(required: str, **properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(items: object, **limits: object) -> dict[str, object]:
    return {"type": "array", "items": items, **limits}


MESSAGE = _object("text", text=TEXT)  # 3.11
LOCATION = _object(  # 3.28 to 3.33
    "",
    id=INDEX,
    message=MESSAGE,
    physicalLocation=_object(
        "artifactLocation",
        artifactLocation=_object("uri", uri=URI, index=INDEX),
        region=_object(
            "startLine",
            startLine={"type": "integer", "minimum": 1},
            snippet=_object("text", text=TEXT),
        ),
    ),
    logicalLocations=_list(_object("", fullyQualifiedName=TEXT), uniqueItems=True),
)
RULE = _object(  # 3.49
    "id",
    id=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    defaultConfiguration=_object("", level=LEVEL),
)
RESULT = _object(  # 3.27
    "message",
    ruleId=TEXT,
    ruleIndex=INDEX,
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    level=LEVEL,
    message=MESSAGE,
    locations=_list(LOCATION),
    relatedLocations=_list(LOCATION, uniqueItems=True),
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    properties={"type": "object"},
)
ARTIFACT = _object(  # 3.24
    "",
    location=_object("uri", uri=URI),
    parentIndex=INDEX,
    hashes={"type": "object", "additionalProperties": {"type": "string"}},
)
RUN = _object(  # 3.14
    "tool",
    tool=_object(
        "driver",
        driver=_object("name", name=TEXT, version=TEXT, rules=_list(RULE, uniqueItems=True)),
    ),
    language={"type": "string", "pattern": "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations=_list(
        _object(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=_list(_object("message", level=LEVEL, message=MESSAGE)),
        )
    ),
    artifacts=_list(ARTIFACT, uniqueItems=True),
    results=_list(RESULT),
)
SARIF = _object("version runs", **{"$schema": TEXT}, version={"const": "2.1.0"}, runs=_list(RUN))
