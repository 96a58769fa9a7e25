"""A dossier for programs: the machine-readable form of Article 20, and what an answer under Article 15 is made from.

The form is described by docs/dossier.schema.json and explained in docs/dossier.md. Relations, types of objects and
kinds of values are fixed words; ids are those of the site; times are RFC 3339 in UTC.
"""

from __future__ import annotations

import json
from typing import Final

from reports.dossier import MEANINGS, Dossier, Held
from rules.model import Subject

FORM: Final = "confluence-gdpr/dossier/1"
"""Name and version of the form: it grows by members, and a change of meaning is another number."""


def render(one: Dossier) -> bytes:
    """Return the dossier as canonical JSON in UTF-8, indented for readers. Equal dossiers give equal bytes."""
    stated = {
        "form": FORM,
        "site": one.site,
        "id": one.id,
        "started_at_utc": one.started_at_utc,
        "finished_at_utc": one.finished_at_utc,
        "account": one.account,
        "tool_version": one.tool_version,
        "complete": not one.incomplete,
        "incomplete": list(one.incomplete),
        "warnings": list(one.warnings),
        "asked": [_subject(each) for each in one.asked],
        "added_by_site": [{**_subject(each.subject), "source": each.source} for each in one.added],
        "account_states": list(one.states),
        "spaces": list(one.spaces),
        "groups": [{"id": group.id, "name": group.name} for group in one.groups],
        "roles": [{"id": role.id, "name": role.name} for role in one.roles],
        "relations": [
            {
                "relation": relation.value,
                "title": MEANINGS[relation].title,
                "objects": number,
                "erasure": MEANINGS[relation].erasure,
                "given_by_person": MEANINGS[relation].given,
                "held": [_held(each) for each in one.of(relation)],
            }
            for relation, number in one.counted().items()
        ],
        "redactable": list(one.redactable()),
        "not_examined": [
            *({"what": "", "why": sentence} for sentence in one.unasked),
            *({"what": row.object_class, "why": row.note} for row in one.coverage if not row.assessed),
        ],
        "coverage": [
            {
                "class": row.object_class,
                "state": row.state,
                "seen": row.seen,
                "read": row.read,
                "skipped": dict(row.skipped),
                "failed": dict(row.failed),
            }
            for row in one.coverage
            if row.assessed
        ],
        "hosts": [{"origin": host.origin, "purpose": host.purpose, "requests": host.requests} for host in one.hosts],
        "kept_by_this_tool": [
            {"run": run.run, "finished_at_utc": run.finished_at_utc, "findings": run.findings} for run in one.kept
        ],
    }
    return (json.dumps(stated, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _subject(subject: Subject) -> dict[str, str]:
    return {"kind": subject.kind.value, "mask": subject.mask, "hmac": subject.hmac}


def _held(one: Held) -> dict[str, object]:
    ref = one.facts.ref
    return {
        "type": ref.type.value,
        "id": ref.id,
        "version": ref.version,
        "space": ref.space,
        "status": ref.status,
        "title": one.facts.title,
        "url": one.facts.url,
        "parent": one.facts.parent,
        "places": one.places,
        "kinds": list(one.kinds),
        "paths": list(one.paths),
        "confidence": one.confidence.label,
        "rights": list(one.rights),
        "groups": list(one.through),
        "versions": list(one.versions),
        "fingerprints": list(one.fingerprints),
        "unsure": list(one.unsure),
    }
