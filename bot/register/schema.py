"""The JSON Schema of register.yaml, for editors: help for every field while somebody types."""

from __future__ import annotations

import json
import sys
from typing import Any

from bot.register.models import RegisterFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Make the schema from the models. Whatever may be left out may also be left empty."""
    made = RegisterFile.model_json_schema()
    for part in (made, *made["$defs"].values()):
        required = set(part.get("required", ()))
        for name, field in part.get("properties", {}).items():
            field.pop("title", None)
            if name not in required:
                part["properties"][name] = _may_be_empty(field)
    meetings = made["$defs"]["BodyPart"]["properties"]["meetings"]["anyOf"][0]
    meetings["items"] = {"anyOf": [{"type": "string", "format": "date"}, meetings["items"]]}
    return {"$schema": DIALECT, **made, "title": "Handbell register"}


def schema_text() -> str:
    """Write the schema as it stands in deploy/register.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _may_be_empty(field: dict[str, Any]) -> dict[str, Any]:
    notes: dict[str, Any] = {name: field.pop(name) for name in ("description", "default") if name in field}
    choices = field.pop("anyOf", None) or [field]
    if {"type": "null"} not in choices:
        choices = [*choices, {"type": "null"}]
    return {"anyOf": choices, **notes}


if __name__ == "__main__":
    sys.stdout.write(schema_text())
