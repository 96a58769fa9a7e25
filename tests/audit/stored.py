"""Runs made by hand: a workspace whose databases hold exactly what a test says, without a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audit.run import RunStore, Scanned
from audit.sites.base import Coverage, NotAssessed, Read, SiteObject, Unit
from audit.workspace import Workspace
from rules.model import Confidence, Finding, ObjectType, Personal, Ref, Severity, Span, SubjectKind
from rules.scan import fingerprint

SITE = "https://acme.atlassian.net"
PAGE = Ref(ObjectType.PAGE, "101", 3, "HR")
BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)
RULES = "rules of today"
WAS_READ = Read()


@dataclass(frozen=True, slots=True)
class Seen:
    """One object that a run listed: what became of it, and who was found in it."""

    ref: Ref
    people: tuple[str, ...] = ()
    coverage: Coverage = WAS_READ
    rule: str = "legacy-mention"


def finding(workspace: Workspace, ref: Ref, person: str, rule: str = "legacy-mention") -> Finding:
    """Return the finding of a person in the body of an object, with the fingerprint that a scan would give."""
    part = f"version {ref.version}/body" if ref.type is ObjectType.VERSION else "body"
    subject = Personal(SubjectKind.USERNAME, person).subject(workspace.key())
    return Finding(
        rule=rule,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        ref=ref,
        path=f"{part} > ri:user/@ri:username",
        span=Span(10, 14),
        line=1,
        column=11,
        subject=subject,
        excerpt=f"ask {subject.mask}",
        reason="",
        rewritable=True,
        fingerprint=fingerprint(rule, ref.type, ref.id, part, subject.hmac, 0),
    )


def stored(
    workspace: Workspace,
    number: int,
    seen: Sequence[Seen],
    *,
    left_out: Sequence[NotAssessed] = (),
    facts: Mapping[str, str] | None = None,
) -> Path:
    """Store run `number`, begun that many days after `BEGIN`, and return its folder. `facts` replace those of the run."""
    path = workspace.new_run(BEGIN + timedelta(days=number))
    at_utc = f"{BEGIN + timedelta(days=number):%Y-%m-%dT%H:%M:%SZ}"
    unit = Unit("pages", ObjectType.PAGE)
    with RunStore(path / "run.db") as store:
        store.set(
            {"run_id": path.name, "site": SITE, "edition": "Confluence Cloud", "account": "5b***", "auth": "basic",
             "options": '{"space": "HR"}', "started_at_utc": at_utc, "finished_at_utc": at_utc, "rules_digest": RULES}
            | dict(facts or {})
        )  # fmt: skip
        store.begin([unit], left_out)
        store.save(unit.name, [_scanned(workspace, one) for one in seen], None)
        store.finish(unit.name)
    return path


def _scanned(workspace: Workspace, one: Seen) -> Scanned:
    found = tuple(("body", finding(workspace, one.ref, person, one.rule)) for person in one.people)
    return Scanned(SiteObject(one.ref, title=f"Page {one.ref.id}", coverage=one.coverage), found)


def page(number: int, *people: str, coverage: Coverage = WAS_READ, status: str = "current") -> Seen:
    """Return a page of which a run saw a body with some people in it."""
    return Seen(replace(PAGE, id=str(number), status=status), people, coverage)
