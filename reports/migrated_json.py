"""The plan and what is left of what it removed, as plain JSON: two parts of the JSON master."""

from __future__ import annotations

from reports.evidence import PlanFacts
from reports.migrated import Decision, LimitFacts, OtherPlan, RehearsalFacts, ResidueFacts, ResidueItem
from reports.plain import Json, object_json, subject_json
from reports.text import site_link


def plan_json(plan: PlanFacts | None) -> Json:
    """Return what a report says of a plan beside its changes, null where it is about none."""
    if plan is None:
        return None
    return {
        "id": plan.id,
        "digest": plan.digest,
        "created_at_utc": plan.created_at_utc,
        "mapping": dict(plan.mapping),
        "plan_file": plan.plan_file,
        "base": plan.base,
        "decisions": [_decision(one) for one in plan.decisions],
        "options": dict(plan.options),
        "limits": [_limit(one) for one in plan.limits],
        "rehearsal": _rehearsal(plan.rehearsal),
        "others": [_other(one) for one in plan.others],
        "chosen": plan.chosen,
    }


def residue_json(residue: ResidueFacts | None, site: str) -> Json:
    """Return what is left of what was removed, null where nobody has looked. Objects that hold nothing are counted."""
    if residue is None:
        return None
    return {
        "looked_at_utc": residue.looked_at_utc(),
        "looked_into": len(residue.items),
        "unread": residue.unread(),
        "places": {
            place.value: {"places": places, "objects": objects, "next_step": step}
            for place, places, objects, step in residue.counted()
        },
        "objects": [_item(one, site) for one in residue.holding()],
        "not_examined": list(residue.not_examined),
    }


def _decision(one: Decision) -> Json:
    return {
        "action": one.action,
        "accepted": one.accepted,
        "by": subject_json(one.by),
        "why": one.why,
        "at_utc": one.at_utc,
    }


def _other(one: OtherPlan) -> Json:
    return {"id": one.id, "digest": one.digest, "created_at_utc": one.created_at_utc, "state": one.state.value}


def _limit(one: LimitFacts) -> Json:
    return {"name": one.name, "limit": one.limit, "actual": one.actual}


def _rehearsal(one: RehearsalFacts | None) -> Json:
    if one is None:
        return None
    return {
        "at_utc": one.at_utc,
        "objects": one.objects,
        "written": one.written,
        "put_back": one.put_back,
        "left": list(one.left),
    }


def _item(one: ResidueItem, site: str) -> Json:
    return {
        "object": object_json(one.ref),
        "status": one.ref.status,
        "title": one.title,
        "url": site_link(one.url, site),
        "places": [place.value for place in one.places],
        "versions": list(one.versions),
        "versions_read": one.versions_read,
        "rules": dict(one.rules),
        "unread": one.unread,
        "at_utc": one.at_utc,
    }
