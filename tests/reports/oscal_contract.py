"""What OSCAL 1.2 demands of the assessment results that we write, as one closed JSON schema.

Written from NIST's reference of the assessment-results model: what is required there is required here, an array that
is there has an item, values of properties are one line, UUIDs are of version 4 or 5. A property that we do not write
is no part of it.
"""

from __future__ import annotations

from typing import Any, Final

_LINE: Final = {"type": "string", "pattern": r"^\S(.*\S)?$"}
_TEXT: Final = {"type": "string", "minLength": 1}
_TOKEN: Final = {"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9.\-_]*$"}
_UUID: Final = {
    "type": "string",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
}
_TIME: Final = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
_HREF: Final = {"type": "string", "pattern": r"^(https?://\S+|#[0-9a-f-]{36})$"}


def _shape(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": sorted(required),
        "additionalProperties": False,
    }


def _some(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": 1}


_PROPS: Final = _some(_shape({"name": _TOKEN, "value": _LINE}, {"ns": {"type": "string", "format": "uri"}}))
_ORIGINS: Final = _some(
    _shape({"actors": _some(_shape({"type": {"enum": ["tool", "assessment-platform", "party"]}, "actor-uuid": _UUID}))})
)
_RELATED: Final = _some(_shape({"observation-uuid": _UUID}))
_METADATA: Final = _shape(
    {"title": _TEXT, "last-modified": _TIME, "version": _LINE, "oscal-version": {"const": "1.2.1"}}, {"props": _PROPS}
)
_ASSETS: Final = _shape(
    {
        "components": _some(
            _shape(
                {
                    "uuid": _UUID,
                    "type": _LINE,
                    "title": _TEXT,
                    "description": _TEXT,
                    "status": _shape({"state": {"enum": ["under-development", "operational", "disposition", "other"]}}),
                },
                {"props": _PROPS},
            )
        ),
        "assessment-platforms": _some(
            _shape({"uuid": _UUID}, {"uses-components": _some(_shape({"component-uuid": _UUID}))})
        ),
    }
)
_SELECTION: Final = {
    "oneOf": [
        _shape({"include-all": {"type": "object", "maxProperties": 0}}),
        _shape({"include-controls": _some(_shape({"control-id": _TOKEN}))}),
    ]
}
_EVIDENCE: Final = _shape({"description": _TEXT}, {"href": _HREF, "props": _PROPS, "remarks": _TEXT})
_OBSERVATION: Final = _shape(
    {
        "uuid": _UUID,
        "description": _TEXT,
        "methods": _some({"enum": ["EXAMINE", "INTERVIEW", "TEST", "UNKNOWN"]}),
        "collected": _TIME,
    },
    {
        "title": _TEXT,
        "props": _PROPS,
        "types": _some(
            {"enum": ["ssp-statement-issue", "control-objective", "mitigation", "finding", "historic", "discovery"]}
        ),
        "origins": _ORIGINS,
        "relevant-evidence": _some(_EVIDENCE),
    },
)
_RISK: Final = _shape(
    {
        "uuid": _UUID,
        "title": _TEXT,
        "description": _TEXT,
        "statement": _TEXT,
        "status": {"enum": ["open", "closed", "deviation-approved"]},
    },
    {
        "props": _PROPS,
        "origins": _ORIGINS,
        "remediations": _some(
            _shape(
                {
                    "uuid": _UUID,
                    "lifecycle": {"enum": ["recommendation", "planned", "completed"]},
                    "title": _TEXT,
                    "description": _TEXT,
                }
            )
        ),
        "related-observations": _RELATED,
    },
)
_FINDING: Final = _shape(
    {
        "uuid": _UUID,
        "title": _TEXT,
        "description": _TEXT,
        "target": _shape(
            {
                "type": {"enum": ["statement-id", "objective-id"]},
                "target-id": _TOKEN,
                "status": _shape(
                    {"state": {"enum": ["satisfied", "not-satisfied"]}}, {"reason": {"enum": ["pass", "fail", "other"]}}
                ),
            },
            {"title": _TEXT},
        ),
    },
    {
        "props": _PROPS,
        "origins": _ORIGINS,
        "related-observations": _RELATED,
        "related-risks": _some(_shape({"risk-uuid": _UUID})),
    },
)
_RESULT: Final = _shape(
    {
        "uuid": _UUID,
        "title": _TEXT,
        "description": _TEXT,
        "start": _TIME,
        "reviewed-controls": _shape({"control-selections": _some(_SELECTION)}, {"description": _TEXT}),
    },
    {
        "end": _TIME,
        "props": _PROPS,
        "local-definitions": _shape({"assessment-assets": _ASSETS}),
        "observations": _some(_OBSERVATION),
        "risks": _some(_RISK),
        "findings": _some(_FINDING),
    },
)
CONTRACT: Final[dict[str, Any]] = _shape(
    {
        "assessment-results": _shape(
            {
                "uuid": _UUID,
                "metadata": _METADATA,
                "import-ap": _shape({"href": _HREF}),
                "results": _some(_RESULT),
            },
            {
                "back-matter": _shape(
                    {
                        "resources": _some(
                            _shape(
                                {"uuid": _UUID},
                                {"title": _TEXT, "description": _TEXT, "props": _PROPS, "remarks": _TEXT},
                            )
                        )
                    }
                )
            },
        )
    }
)
