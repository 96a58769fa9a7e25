"""What OCSF 1.9.0 demands of the two classes that we write, as one closed JSON schema: narrower than the official one.

Written from the schema's definitions of `base_event`, `finding`, `data_security_finding` and `compliance_finding` and
of their objects: required attributes are required, enumerations hold the numbers and captions that we may write, an
attribute that we do not write is no part of it.
"""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string", "minLength": 1}
_TIME: Final = {"type": "integer", "minimum": 0}
"""`timestamp_t`: milliseconds since the epoch; seconds of our years would be below the bound of `time`."""


def _shape(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": sorted(required),
        "additionalProperties": False,
    }


def _pairs(number: str, caption: str, captions: dict[int, str]) -> dict[str, Any]:
    """Return the rule that a number and its caption go together."""
    return {"oneOf": [{"properties": {number: {"const": n}, caption: {"const": c}}} for n, c in captions.items()]}


_METADATA: Final = _shape(
    {
        "version": {"const": "1.9.0"},
        "product": _shape({"name": _TEXT, "vendor_name": _TEXT, "version": _TEXT}),
    },
    {"log_name": _TEXT, "correlation_uid": _TEXT, "original_time": _TEXT},
)
_INFO: Final = _shape(
    {"uid": _TEXT, "title": _TEXT},
    {
        "types": {"type": "array", "items": _TEXT},
        "created_time": _TIME,
        "analytic": _shape(
            {"type_id": {"const": 1}}, {"type": {"const": "Rule"}, "uid": _TEXT, "name": _TEXT, "version": _TEXT}
        ),
        "data_sources": {"type": "array", "items": _TEXT},
        "desc": _TEXT,
        "src_url": {"type": "string", "format": "uri"},
    },
)
_RESOURCE: Final = _shape({"uid": _TEXT}, {"type": _TEXT, "name": _TEXT, "namespace": _TEXT, "version": _TEXT})
_COMPLIANCE: Final = _shape(
    {
        "standards": {"type": "array", "items": _TEXT, "minItems": 1},
        "status_id": {"enum": [1, 2, 3]},
        "status": {"enum": ["Pass", "Warning", "Fail"]},
        "control": _TEXT,
        "requirements": {"type": "array", "items": _TEXT},
    }
) | _pairs("status_id", "status", {1: "Pass", 2: "Warning", 3: "Fail"})
_DATA_SECURITY: Final = _shape(
    {
        "category_id": {"const": 1},
        "category": {"const": "Personal"},
        "data_lifecycle_state_id": {"const": 1},
        "data_lifecycle_state": {"const": "Data at-Rest"},
        "detection_system_id": {"const": 4},
        "detection_system": {"const": "Data Discovery & Classification"},
        "detection_pattern": _TEXT,
        "policy": _shape({"uid": _TEXT, "name": _TEXT}),
    }
)
_REMEDIATION: Final = _shape({"desc": _TEXT}, {"references": {"type": "array", "items": _TEXT}})

_BASE: Final = {
    "activity_id": {"enum": [1, 2, 3]},
    "activity_name": {"const": "Create"},
    "category_uid": {"const": 2},
    "category_name": {"const": "Findings"},
    "severity_id": {"enum": [1, 2, 3, 4, 5]},
    "severity": _TEXT,
    "confidence_id": {"enum": [1, 2, 3]},
    "confidence": _TEXT,
    "status_id": {"enum": [1, 2, 3]},
    "status": _TEXT,
    "time": {"type": "integer", "minimum": 1_000_000_000_000},
    "start_time": _TIME,
    "end_time": _TIME,
    "message": _TEXT,
    "metadata": _METADATA,
    "finding_info": _INFO,
    "resources": {"type": "array", "items": _RESOURCE, "minItems": 1},
    "unmapped": {"type": "object"},
}
_GAPS: Final = {"status_detail": _TEXT}
"""Of the base event; we write it where a run is not complete."""
_DATA_CLASS: Final = _shape(
    _BASE
    | {
        "class_uid": {"const": 2006},
        "class_name": {"const": "Data Security Finding"},
        "type_uid": {"const": 200_601},
        "type_name": {"const": "Data Security Finding: Create"},
        "data_security": _DATA_SECURITY,
    },
    _GAPS,
)
_COMPLIANCE_CLASS: Final = _shape(
    _BASE
    | {
        "class_uid": {"const": 2003},
        "class_name": {"const": "Compliance Finding"},
        "type_uid": {"const": 200_301},
        "type_name": {"const": "Compliance Finding: Create"},
        "compliance": _COMPLIANCE,
        "remediation": _REMEDIATION,
    },
    _GAPS,
)
CONTRACT: Final[dict[str, Any]] = {
    "oneOf": [_DATA_CLASS, _COMPLIANCE_CLASS],
    "allOf": [
        _pairs("severity_id", "severity", {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}),
        _pairs("confidence_id", "confidence", {1: "Low", 2: "Medium", 3: "High"}),
        _pairs("status_id", "status", {1: "New", 2: "In Progress", 3: "Suppressed"}),
    ],
}
