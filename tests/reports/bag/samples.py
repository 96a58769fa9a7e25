"""One bag made by hand: the sample migration with a plan and a journal that fit it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from reports.bag.archive import Opened, archive, unpacked
from reports.bag.attestation import Signer
from reports.bag.build import bag
from reports.bag.chain import GENESIS, Link, digest
from reports.bag.manifest import sha256
from reports.bag.payload import Material, Payload, payload
from reports.bag.problems import Fault
from reports.bag.sbom import Component
from reports.bag.verify import Verdict, verify
from reports.evidence import Change, Evidence, Outcome
from reports.format import Format, Unavailable
from reports.registry import formats
from rules.registry import combined
from tests.reports import samples

NAME = "gdpr-evidence_wiki.example.org_R-20261120-7f3a"
TOOL = Component("confluence-gdpr", "0.1.0", "Apache-2.0", ("click", "httpx"))
LIBRARIES = (Component("click", "8.5.1", "BSD-3-Clause"), Component("httpx", "0.28.1", needs=("anyio",)))
PRIVATE = bytes(range(32))
READ_BACK = "f" * 64
"""Keyed hash of what was read back in the sample."""


@cache
def signer(seed: bytes = PRIVATE) -> Signer:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Signer(Ed25519PrivateKey.from_private_bytes(seed))


def chained(entries: Iterable[Mapping[str, Any]]) -> tuple[Link, ...]:
    links: list[Link] = []
    last = GENESIS
    for seq, entry in enumerate(entries, 1):
        text, at_utc = json.dumps(entry, sort_keys=True), f"2026-11-20T15:00:{seq:02d}.000000Z"
        links.append(Link(seq, at_utc, text, last, digest(seq, at_utc, text, last)))
        last = links[-1].hash
    return tuple(links)


def material(evidence: Evidence) -> Material:
    facts = evidence.plan
    if facts is None:
        return Material((), None, (), _environment(evidence), TOOL, LIBRARIES)
    entries = [entry for change in evidence.changes for entry in _course(change, facts.digest)]
    actions = [_action(change) for change in evidence.changes]
    held: list[dict[str, Any]] = msgspec.to_builtins(evidence.held)
    rules = Counter(edit.rule for change in evidence.changes for edit in change.edits)
    plan: dict[str, Any] = {
        "id": facts.id,
        "digest": facts.digest,
        "run_id": evidence.run.id,
        "site": evidence.run.site,
        "mapping": dict(facts.mapping),
        "identities": msgspec.to_builtins(facts.identities),
        "decisions": msgspec.to_builtins(facts.decisions),
        "counts": {
            "actions": len(actions),
            "edits": rules.total(),
            "held": len(held),
            **{f"edits/{rule}": count for rule, count in rules.items()},
            **{f"held/{reason}": count for reason, count in Counter(one["reason"] for one in held).items()},
        },
        "actions": actions,
        "held": held,
    }
    return Material(chained(entries), plan, (facts.id,), _environment(evidence), TOOL, LIBRARIES)


def _course(change: Change, plan: str) -> list[dict[str, Any]]:
    """Return the records of one change: those of the write, and of what put it back."""
    ref = msgspec.to_builtins(change.ref)
    ways = {Outcome.APPLIED: ["apply"], Outcome.ALREADY: ["apply"], Outcome.REVERTED: ["apply", "rollback"]}
    return [
        {
            "op": {
                "plan": plan,
                "action": change.action,
                "token": f"{way} {change.action}",
                "purpose": way,
                "ref": ref,
                "part": change.part,
            },
            "state": state,
            "base_version": change.base_version if state == "INTENT" else None,
            "base_hash": change.before_hash if state == "INTENT" else "",
            "version": change.new_version if state in {"VERIFIED", "DONE"} else None,
            "planned_hash": READ_BACK if state == "INTENT" else "",
            "read_hash": READ_BACK if state in {"VERIFIED", "DONE"} else "",
            "outcome": "applied" if state == "DONE" else None,
            "note": "",
        }
        for way in ways.get(change.outcome, [])
        for state in ("INTENT", "SENT", "ACKED", "VERIFIED", "DONE")
    ]


def _action(change: Change) -> dict[str, Any]:
    """Return the action that a change came from, as the plan in a bag shows it."""
    facts = msgspec.to_builtins(change)
    kept = ("ref", "part", "base_version", "before_hash", "after_hash", "bytes_before", "bytes_after")
    return {
        "id": change.action,
        **{name: facts[name] for name in kept},
        "edits": [{"view": edit} for edit in facts["edits"]],
        "rules": sorted({edit.rule for edit in change.edits}),
        "sealed_sha256": "0" * 64,
    }


def _environment(evidence: Evidence) -> dict[str, Any]:
    run = evidence.run
    rules = {rule: sha256(rule.encode()) for rule in evidence.rules}
    return {
        "config_digest": run.config_digest,
        "rules_digest": run.rules_digest,
        "rules": rules,
        "rules_are_those_of_the_run": combined(rules) == run.rules_digest,
    }


def plain_render(format_: Format, evidence: Evidence) -> bytes:
    return format_.render(evidence)


def few(form: Format, found: Evidence) -> bytes:
    """Render what costs little; the others are left out."""
    if form.name not in {"csv", "json", "sarif"}:
        raise Unavailable("it is not made for these tests")
    return form.render(found)


def journal() -> tuple[Link, ...]:
    """Return the journal of the sample migration."""
    return material(samples.migration()).journal


@cache
def sample() -> Payload:
    """Return the payload of the sample migration in every format, rendered once for all tests."""
    evidence = samples.migration()
    return payload(evidence, material(evidence), tuple(formats().values()), plain_render)


@cache
def signed() -> Mapping[str, bytes]:
    return bag(sample(), signer())


@cache
def unsigned() -> Mapping[str, bytes]:
    return bag(sample(), None)


def resealed(
    changes: Mapping[str, bytes | None], key: Signer | None = None, facts: Mapping[str, Any] | None = None
) -> dict[str, bytes]:
    """Return the sample with other payload files, made anew by somebody who knows how: every digest fits."""
    files = {**sample().files, **changes}
    kept = {path: data for path, data in files.items() if data is not None}
    return bag(Payload(kept, facts or sample().facts, sample().coverage), key)


def judged(files: Mapping[str, bytes], pinned: bytes | None = None) -> Verdict:
    return verify(Opened(NAME, files), pinned)


def zipped(files: Mapping[str, bytes]) -> Verdict:
    return verify(unpacked(archive(NAME, files)))


def faults(verdict: Verdict) -> set[tuple[Fault, str]]:
    return {(problem.fault, problem.where) for problem in verdict.problems}
