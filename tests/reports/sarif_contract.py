"""What SARIF 2.1.0 and GitHub code scanning demand of the objects that we write, as one closed JSON schema.

Written from the standard (OASIS, SARIF 2.1.0, section 3) and from GitHub's page on SARIF support; it is narrower than
the official schema: a property that we do not write is no part of it, and limits of code scanning are.
"""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 1024, "pattern": "^[^\ud800-\udfff]*$"}
_REFERENCE: Final = r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:[A-Za-z0-9/?#@!$&'()*+,;=._~\[\]-]|:(?=.*/)|%[0-9A-F]{2})+$"
"""A URI or relative reference whose other characters are percent-encoded."""


def _shape(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": sorted(required),
        "additionalProperties": False,
    }


_MESSAGE: Final = _shape({"text": _TEXT})
_ARTIFACT: Final = _shape({"uri": {"type": "string", "pattern": _REFERENCE}})
_REGION: Final = _shape(
    {
        "startLine": {"type": "integer", "minimum": 1},
        "startColumn": {"type": "integer", "minimum": 1},
        "byteOffset": {"type": "integer", "minimum": 0},
        "byteLength": {"type": "integer", "minimum": 0},
    },
    {"endLine": {"type": "integer", "minimum": 1}, "endColumn": {"type": "integer", "minimum": 1}},
)
_RULE: Final = _shape(
    {
        "id": {"type": "string", "pattern": "^[a-z0-9-]{1,255}$"},
        "name": {"type": "string", "pattern": "^[A-Za-z0-9]{1,255}$"},
        "shortDescription": _MESSAGE,
        "fullDescription": _MESSAGE,
        "help": _MESSAGE,
        "helpUri": {"type": "string", "pattern": r"^https://\S+$"},
        "defaultConfiguration": _shape({"level": {"enum": ["error", "warning", "note"]}}),
        "properties": _shape(
            {
                "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 20},
                "security-severity": {"type": "string", "pattern": r"^(?:10|[0-9])\.[0-9]$"},
                "dpv": {"type": "string"},
            }
        ),
    }
)
_RESULT: Final = _shape(
    {
        "ruleId": {"type": "string"},
        "level": {"enum": ["error", "warning", "note"]},
        "rank": {"type": "number", "minimum": 0, "maximum": 100},
        "message": _MESSAGE,
        "locations": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": _shape({"physicalLocation": _shape({"artifactLocation": _ARTIFACT, "region": _REGION})}),
        },
        "partialFingerprints": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{16,64}$"},
        },
        "properties": {"type": "object"},
    },
    {
        "ruleIndex": {"type": "integer", "minimum": 0},
        "baselineState": {"enum": ["new", "unchanged", "updated", "absent"]},
        "suppressions": {
            "type": "array",
            "items": _shape(
                {"kind": {"enum": ["inSource", "external"]}, "status": {"const": "accepted"}, "justification": _TEXT}
            ),
        },
    },
)
_NOTIFICATION: Final = _shape(
    {"level": {"const": "error"}, "message": _MESSAGE},
    {"locations": {"type": "array", "items": _shape({"physicalLocation": _shape({"artifactLocation": _ARTIFACT})})}},
)
_RUN: Final = _shape(
    {
        "tool": _shape(
            {
                "driver": _shape(
                    {
                        "name": {"const": "confluence-gdpr"},
                        "version": {"type": "string", "minLength": 1},
                        "rules": {"type": "array", "items": _RULE, "uniqueItems": True},
                    }
                )
            }
        ),
        "columnKind": {"const": "unicodeCodePoints"},
        "invocations": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": _shape(
                {
                    "executionSuccessful": {"type": "boolean"},
                    "toolExecutionNotifications": {"type": "array", "items": _NOTIFICATION},
                }
            ),
        },
        "results": {"type": "array", "items": _RESULT},
    },
    {
        "properties": {"type": "object"},
        "baselineGuid": {"type": "string", "pattern": "^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
    },
)
CONTRACT: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_shape(
        {
            "$schema": {"type": "string", "pattern": r"^https://\S+sarif-schema-2\.1\.0\.json$"},
            "version": {"const": "2.1.0"},
            "runs": {"type": "array", "minItems": 1, "maxItems": 1, "items": _RUN},
        }
    ),
}
