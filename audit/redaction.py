"""A plan that masks personal data: made on its own, of what a person named, and applied only after a review.

Which words a page needs is for people to decide, so no default plan holds a redaction, and `apply` takes none that
nobody accepted by its own id. Everything else is as in any plan: objects read again, edits proved and sealed, the rest
held with a reason.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit.bounded import each
from audit.drafting import Draft
from audit.errors import GuardError, UsageError
from audit.guards import Limits
from audit.masker import Masker, Taken
from audit.parts import BODY, DOCUMENT
from audit.plan import READERS
from audit.plan_file import SCHEMA, Plan, counted, signed
from audit.redacting import REDACTED_TYPES, Probe, Redacts, chosen_way, probe
from audit.reported import Facts
from audit.results import Recorded
from audit.sites.base import Target
from audit.vault import Vault
from rules.context import NOTHING_KNOWN, Context
from rules.model import Ref
from rules.registry import digest, load
from rules.rule import Category, Rule

FINGERPRINT: Final = re.compile(r"[0-9a-f]{32}")
LISTED: Final = 5
TEXTS: Final = frozenset({BODY, DOCUMENT})
PROBED: Final = "site redaction"
"""What the plan says under this name of its options: how the site answered when it was asked for redaction."""


@dataclass(frozen=True, slots=True)
class Named:
    """What is to be masked: all that some rules find, and single findings."""

    rules: frozenset[str]
    fingerprints: frozenset[str]

    def takes(self, rule: str, fingerprint: str) -> bool:
        """Return whether a finding is named."""
        return rule in self.rules or fingerprint in self.fingerprints

    def rules_among(self, recorded: Iterable[Recorded]) -> frozenset[str]:
        """Return the rules of all findings that are named."""
        found = (one.finding for one in recorded)
        return self.rules | {one.rule for one in found if one.fingerprint in self.fingerprints}


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
    """Return the ids of the actions of a plan that mask personal data, by a rule of the configuration too."""
    legacy = {rule.id for rule in load() if rule.category is Category.LEGACY}
    return frozenset(action.id for action in plan.actions if not legacy.issuperset(action.rules))


def ways(plan: Plan) -> tuple[str, ...]:
    """Return lines that say how many actions go which way, and why."""
    counts = Counter(action.why for action in plan.actions)
    answer = plan.options.get(PROBED)
    asked = (f"        Asked whether it redacts by itself, the site said: {answer}.",) if answer else ()
    shown = [f"{count:>6}  masked by a splice. {why}" for why, count in sorted(counts.items()) if why]
    return (*asked, *([f"{counts['']:>6}  redacted by the site itself."] if counts[""] else ()), *shown)


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


async def _probed(target: Target, refs: Sequence[Ref], *, splice: bool) -> Probe:
    """Return whether the site redacts by itself; nobody is asked where that is not wanted or nothing would use it."""
    asked = [ref for ref in refs if ref.type in REDACTED_TYPES]
    if splice or not asked or not isinstance(target, Redacts):
        return Probe(redacts=False, answer="")
    return await probe(target, asked)


async def nobody_has(_ref: Ref, _title: str) -> bool:
    """Return that no other object has the title."""
    return False


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
    released: frozenset[str] = frozenset(),
    allow_unversioned: bool = False,
    taken: Taken = nobody_has,
    options: Mapping[str, str] | None = None,
    splice: bool = False,
) -> Plan:
    """Return the plan that masks what `chosen` names among `recorded`, the findings of the run.

    Every object is read again. `released` are the paths of properties that may change by the word of their owner,
    `taken` says whether a title is another object's, `options` what the plan says of its command. Texts of
    pages and blog posts go through the site's own redaction where it has it, unless `splice` asks for masks. Raises
    `SiteError` when the site cannot be read, and writes nothing.
    """
    await target.caller()
    places: dict[tuple[Ref, str], list[Recorded]] = {}
    for one in recorded:
        if chosen.takes(one.finding.rule, one.finding.fingerprint):
            places.setdefault((one.finding.ref, one.part), []).append(one)
    masker = Masker(
        target, chosen, tuple(rules), vault, key, facts, context, limits, released, allow_unversioned=allow_unversioned
    )

    async def draft(place: tuple[Ref, str]) -> Draft:
        return await masker.draft(*place, places[place])

    drafts = await masker.distinct(await each(tuple(places), draft, READERS), taken)
    plan_id = f"P-{hmac.new(key, f'redaction {run_id} {now.isoformat()}'.encode(), hashlib.sha256).hexdigest()[:12]}"
    pairs = [(one.current, one.rewritten) for one in drafts if one.current and one.rewritten and one.rewritten.edits]
    answer = await _probed(target, [current.ref for current, _ in pairs if current.part in TEXTS], splice=splice)
    ways = await each(pairs, lambda pair: chosen_way(target, answer, pair[0], pair[1].edits), READERS)
    actions = tuple(
        masker.action(number, plan_id, *pair, way)
        for number, (pair, way) in enumerate(zip(pairs, ways, strict=True), start=1)
    )
    held = tuple(item for one in drafts for item in one.held)
    counts: Mapping[str, int] = counted(actions, held, sum(one.found for one in drafts))
    return signed(
        key,
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
            options=dict(options or {}) | ({PROBED: answer.answer} if answer.answer else {}),
            limits=limits.of_a_part(),
        ),
    )
