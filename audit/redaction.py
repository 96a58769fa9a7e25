"""A plan that masks personal data: made on its own, of what a person named, and applied only after a review.

Which words a page needs is for people to decide, so no default plan holds a redaction, and `apply` takes none that
nobody accepted by its own id. Everything else is as in any plan: objects read again, edits proved and sealed, the rest
held with a reason.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from audit.bounded import each
from audit.drafting import Draft, action_of, held_item, part_of
from audit.errors import GuardError, Missing, NotAllowed, UsageError
from audit.guards import NEXT_STEP, Limits, Refusal, oversized, writable
from audit.parts import BODY
from audit.plan import READERS
from audit.plan_file import SCHEMA, Action, Plan, counted, seal_edits, with_digest
from audit.reported import Facts, kept
from audit.results import Recorded
from audit.sites.base import Current, Target
from audit.vault import Vault
from audit.views import views
from reports.evidence import HeldItem
from rules.context import NOTHING_KNOWN, Context
from rules.model import HeldReason, Match, Part, Ref
from rules.redact import redact
from rules.registry import digest, load
from rules.rewrite import Rewritten
from rules.rule import Category, Rule
from rules.scan import findings, scan

FINGERPRINT: Final = re.compile(r"[0-9a-f]{32}")
NO_SAFE_PLACE: Final = "only published bodies are masked; change it by hand"
NOT_FOUND_AGAIN: Final = "it is not found there any more, or not where it was"
LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class Named:
    """What is to be masked: all that some rules find, and single findings."""

    rules: frozenset[str]
    fingerprints: frozenset[str]

    def takes(self, rule: str, fingerprint: str) -> bool:
        """Return whether a finding is named."""
        return rule in self.rules or fingerprint in self.fingerprints


def named(words: Iterable[str], rules: Sequence[Rule], recorded: Iterable[Recorded]) -> Named:
    """Return what the words name: rules for personal data, and fingerprints of findings that the run has.

    Raises `UsageError` for anything else, a legacy identifier among it: that is replaced by a plan, not masked.
    """
    known = {rule.id for rule in rules if rule.category is Category.PERSONAL}
    seen = {one.finding.fingerprint for one in recorded}
    chosen = Named(frozenset(one for one in words if one in known), frozenset(one for one in words if one in seen))
    unknown = [one for one in words if not chosen.takes(one, one)]
    if unknown:
        shown = ", ".join(one[:40] for one in unknown[:LISTED])
        legacy = {rule.id for rule in rules} - known
        why = "legacy identifiers are replaced by `plan`, not masked" if legacy & set(unknown) else ""
        raise UsageError(
            what=f"Not known as personal data that this run found: {shown}",
            why=why,
            fix=f"Name rules ({', '.join(sorted(known))}) or fingerprints from the report of the run.",
        )
    return chosen


def redactions(plan: Plan) -> frozenset[str]:
    """Return the ids of the actions of a plan that mask personal data."""
    personal = {rule.id for rule in load() if rule.category is Category.PERSONAL}
    return frozenset(action.id for action in plan.actions if not personal.isdisjoint(action.rules))


def require_reviewed(plan: Plan) -> None:
    """Raise `GuardError` when a plan masks anything that nobody accepted through `plan review`."""
    accepted = {decision.action for decision in plan.decisions if decision.accepted}
    missing = sorted(redactions(plan) - accepted)
    if missing:
        raise GuardError(
            what="A redaction is applied only after somebody accepted it",
            where=f"plan {plan.id}",
            why=f"{len(missing)} of its actions mask personal data and were not reviewed, first {missing[0]}",
            fix="Run `confluence-gdpr plan review PLAN` and apply the plan that it writes. Nothing was written.",
        )


def require_named(plan: Plan, accepted: Iterable[str]) -> None:
    """Raise `UsageError` when a redaction is accepted by a decision about all others instead of one about itself."""
    missing = sorted(redactions(plan).difference(accepted))
    if missing:
        raise UsageError(
            what=f"The redaction {missing[0]} is accepted together with others",
            where=f"plan {plan.id}",
            why=f"{len(missing)} redactions are not decided about one by one",
            fix="Decide about each by its id; only declining is possible for all at once.",
        )


@dataclass(frozen=True, slots=True)
class _Masker:
    """Turns an object into a draft, and a draft into an action."""

    target: Target
    chosen: Named
    rules: tuple[Rule, ...]
    vault: Vault
    key: bytes
    facts: Facts
    context: Context
    limits: Limits

    async def draft(self, ref: Ref, recorded: Sequence[Recorded]) -> Draft:
        """Return what becomes of the findings of one object: masked where they are found again, or held."""
        if ref.status != "current" or any(one.part != BODY for one in recorded):
            reason = HeldReason.NOT_CURRENT if ref.status != "current" else HeldReason.NO_REWRITER
            return self._whole(recorded, reason, NO_SAFE_PLACE)
        try:
            current = await self.target.fetch(ref, BODY)
        except Missing:
            return self._whole(recorded, HeldReason.GONE, "the site does not find it")
        except NotAllowed:
            return self._whole(recorded, HeldReason.NO_PERMISSION, "the site refuses it")
        part = part_of(current)
        matches = self._chosen(part)
        if not matches:
            return self._whole(recorded, HeldReason.CHANGED, NOT_FOUND_AGAIN)
        done = redact(part, matches, self.rules, self.context)
        refusal = writable(current, allow_drafts=False) or oversized(len(done.edits), len(done.data), self.limits)
        if refusal is not None:
            return Draft(tuple(self._item(ref, match, refusal) for match in matches), len(matches))
        failed = {(hold.rule, hold.span): Refusal(hold.reason, hold.detail) for hold in done.holds}
        held = tuple(
            self._item(ref, match, failed[match.rule, match.span])
            for match in matches
            if (match.rule, match.span) in failed
        )
        return Draft(held, len(matches), current, done)

    def action(self, number: int, plan_id: str, current: Current, done: Rewritten) -> Action:
        """Return one action of the plan, masked for readers and sealed for apply."""
        part = part_of(current)
        shown = views(part, done.edits, self._chosen(part), self.key)
        action = action_of(number, part, done, shown, self.facts, self.key)
        return replace(action, sealed=seal_edits(done.edits, self.vault, action.context(plan_id)))

    def _chosen(self, part: Part) -> tuple[Match, ...]:
        """Return the matches in a part that are named, by their rule or by their fingerprint."""
        seen = scan(part, self.rules, self.context)
        marked = zip(seen.matches, findings(part, seen, self.key), strict=True)
        return tuple(match for match, found in marked if self.chosen.takes(match.rule, found.fingerprint))

    def _whole(self, recorded: Sequence[Recorded], reason: HeldReason, detail: str) -> Draft:
        held = tuple(kept(one, reason, detail, NEXT_STEP[reason], self.facts) for one in recorded)
        return Draft(held, len(held))

    def _item(self, ref: Ref, match: Match, refusal: Refusal) -> HeldItem:
        subject = match.subject.subject(self.key)
        return held_item(self.facts, ref, BODY, match.where, match.rule, subject, refusal)


async def redaction_plan(
    target: Target,
    recorded: Sequence[Recorded],
    chosen: Named,
    rules: Sequence[Rule],
    vault: Vault,
    *,
    now: datetime,
    run_id: str,
    site: str,
    key: bytes,
    tool_version: str,
    facts: Facts,
    context: Context = NOTHING_KNOWN,
    limits: Limits,
    objects_read: int = 0,
) -> Plan:
    """Return the plan that masks what `chosen` names among `recorded`, the findings of the run.

    Every object is read again. Raises `SiteError` when the site cannot be read, and writes nothing.
    """
    await target.caller()
    places: dict[tuple[Ref, str], list[Recorded]] = {}
    for one in recorded:
        if chosen.takes(one.finding.rule, one.finding.fingerprint):
            places.setdefault((one.finding.ref, one.part), []).append(one)
    masker = _Masker(target, chosen, tuple(rules), vault, key, facts, context, limits)

    async def draft(place: tuple[Ref, str]) -> Draft:
        return await masker.draft(place[0], places[place])

    drafts = await each(tuple(places), draft, READERS)
    plan_id = f"P-{hmac.new(key, f'redaction {run_id} {now.isoformat()}'.encode(), hashlib.sha256).hexdigest()[:12]}"
    pairs = [(one.current, one.rewritten) for one in drafts if one.current and one.rewritten and one.rewritten.edits]
    actions = tuple(masker.action(number, plan_id, *pair) for number, pair in enumerate(pairs, start=1))
    held = tuple(item for one in drafts for item in one.held)
    counts: Mapping[str, int] = counted(actions, held, sum(one.found for one in drafts))
    return with_digest(
        Plan(
            schema=SCHEMA,
            id=plan_id,
            site=site,
            run_id=run_id,
            created_at_utc=f"{now:%Y-%m-%dT%H:%M:%SZ}",
            tool_version=tool_version,
            rules_digest=digest(tuple(rules)),
            mapping_digest="",
            mapping={},
            actions=actions,
            held=held,
            counts=counts,
            objects_read=objects_read,
        )
    )
