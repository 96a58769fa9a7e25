"""Making a plan: every object is read again by its id, rewritten in memory, proved, and passed by the guards.

Nothing is written to the site, and nothing is decided from a search index or from what an earlier crawl saw. What
could be rewritten and is not becomes a held item with its reason and a next step.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from audit.bounded import each
from audit.canonical import RESTRICTIONS, keyed_hash
from audit.errors import Missing, NotAllowed
from audit.events import Noted, OnEvent, ignore
from audit.guards import DEFAULT_LIMITS, NEXT_STEP, Limits, oversized, safe_access, writable
from audit.plan_file import SCHEMA, Action, Plan, PlannedEdit, seal_edits, with_digest
from audit.reported import kept, reported
from audit.results import Recorded
from audit.sites.base import Current, Target
from audit.vault import Vault
from audit.views import views
from reports.evidence import HeldItem, ObjectFacts
from rules.context import NOTHING_KNOWN, Context
from rules.jqlpairs import Pair, reworded
from rules.model import Account, HeldReason, Kind, Match, Part, Personal, Ref, Resolution, Subject
from rules.registry import digest
from rules.rewrite import Rewritten, rewrite
from rules.rule import Category, Rule
from rules.scan import scan

READERS: Final = 8
"""Objects that are read at the same time."""
KINDS: Final = {"body": Kind.STORAGE, RESTRICTIONS: Kind.ACCESS}
"""Parts that this tool writes, and what their bytes are written in."""

Place = tuple[Ref, str]
Facts = Mapping[tuple[str, str], ObjectFacts]
ConfirmJql = Callable[[Sequence[Pair]], Awaitable[Mapping[int, str]]]
"""Given JQL queries before and after, returns which of them are not confirmed, by their index, and why."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """One object on its way into the plan."""

    held: tuple[HeldItem, ...]
    found: int
    """Legacy identifiers in it: those that change and those that are held."""
    current: Current | None = None
    rewritten: Rewritten | None = None
    """None, or without edits, where nothing is to be written."""


class _Counted:
    """A resolver that asks once for each value and counts what answered."""

    def __init__(self, resolve: Callable[[Personal], Resolution], key: bytes) -> None:
        self._resolve = resolve
        self._key = key
        self._answers: dict[Personal, Resolution] = {}

    def __call__(self, value: Personal) -> Resolution:
        if value not in self._answers:
            self._answers[value] = self._resolve(value)
        return self._answers[value]

    def counts(self) -> dict[str, int]:
        """Return how many identifiers each route resolved; spellings of one count once."""
        people = {value.pseudonym(self._key): answer for value, answer in self._answers.items()}
        routes = Counter(answer.route if isinstance(answer, Account) else "unresolved" for answer in people.values())
        return dict(sorted(routes.items()))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Everything that turns a place into a draft, and a draft into an action."""

    target: Target
    resolve: Callable[[Personal], Resolution]
    rules: tuple[Rule, ...]
    vault: Vault
    key: bytes
    facts: Facts
    caller: str
    allow_drafts: bool
    context: Context
    limits: Limits
    recorded: Mapping[tuple[str, str, str], Sequence[Recorded]]
    """(type, id, part) -> the legacy identifiers that the audit found there."""

    async def draft(self, place: Place) -> _Draft:
        """Return what becomes of one object: read, rewritten, proved, and passed or held by the guards."""
        ref, path = place
        if path not in KINDS:
            return self._whole(ref, path, HeldReason.NO_REWRITER, "this part is not written")
        try:
            current = await self.target.fetch(ref, path)
        except Missing:
            return self._whole(ref, path, HeldReason.GONE, "the site does not find it")
        except NotAllowed:
            return self._whole(ref, path, HeldReason.NO_PERMISSION, "the site refuses it")
        return self.judged(current)

    def judged(self, current: Current) -> _Draft:
        """Return what becomes of one object as it was read."""
        part, path = _part(current), current.part
        rewritten = rewrite(part, self.rules, self.resolve, self.context)
        held = tuple(
            self._item(part.ref, path, hold.where, hold.rule, hold.subject.subject(self.key), hold.reason, hold.detail)
            for hold in rewritten.holds
        )
        refusal = writable(current, allow_drafts=self.allow_drafts)
        refusal = refusal or oversized(len(rewritten.edits), len(rewritten.data), self.limits)
        refusal = refusal or safe_access(path, part.data, rewritten.data, self.caller)
        legacy = self._legacy(part)
        if refusal is None:
            return _Draft(held, len(legacy), current, rewritten)
        staying = {(hold.rule, hold.span) for hold in rewritten.holds}
        refused = tuple(
            self._item(
                part.ref, path, each.where, each.rule, each.subject.subject(self.key), refusal.reason, refusal.detail
            )
            for each in legacy
            if (each.rule, each.span) not in staying
        )
        return _Draft(held + refused, len(legacy))

    def _legacy(self, part: Part) -> tuple[Match, ...]:
        """Return the legacy identifiers in a part: each of them is changed or held."""
        legacy = {rule.id for rule in self.rules if rule.category is Category.LEGACY}
        return tuple(one for one in scan(part, self.rules, self.context).matches if one.rule in legacy)

    def reworded(self, made: _Draft) -> tuple[Pair, ...]:
        """Return the JQL queries that a draft changes, before and after."""
        if made.current is None or made.rewritten is None or not made.rewritten.edits:
            return ()
        return reworded(_part(made.current), made.rewritten.data, self.context)

    def action(self, number: int, plan_id: str, current: Current, rewritten: Rewritten) -> Action:
        """Return the action number `number` of the plan, with its edits masked for readers and sealed for apply."""
        part = _part(current)
        edits = tuple(sorted(rewritten.edits, key=lambda edit: edit.span))
        shown = views(part, edits, scan(part, self.rules, self.context).matches, self.key)
        about = self.facts.get((part.ref.type, part.ref.id))
        action = Action(
            id=f"A-{number:04d}",
            ref=part.ref,
            part=part.path,
            title=about.title if about else "",
            url=about.url if about else "",
            base_version=None if part.path == RESTRICTIONS else part.ref.version,
            before_hash=keyed_hash(self.key, part.data),
            after_hash=keyed_hash(self.key, rewritten.data),
            bytes_before=len(part.data),
            bytes_after=len(rewritten.data),
            rules=tuple(sorted({edit.rule for edit in edits})),
            edits=tuple(PlannedEdit(edit.span, view) for edit, view in zip(edits, shown, strict=True)),
            proof=rewritten.proof,
            sealed="",
        )
        return replace(action, sealed=seal_edits(edits, self.vault, action.context(plan_id)))

    def _whole(self, ref: Ref, path: str, reason: HeldReason, detail: str) -> _Draft:
        """Return a part that could not be read again as held, finding by finding where the audit recorded them."""
        known = self.recorded.get((ref.type, ref.id, path), ())
        held = tuple(kept(one, reason, detail, NEXT_STEP[reason], self.facts) for one in known)
        return _Draft(held or (self._item(ref, path, "", "", None, reason, detail),), len(known) or 1)

    def _item(
        self, ref: Ref, part: str, path: str, rule: str, subject: Subject | None, reason: HeldReason, detail: str
    ) -> HeldItem:
        about = self.facts.get((ref.type, ref.id))
        title, url = (about.title, about.url) if about else ("", "")
        return HeldItem(ref, part, path, rule, subject, reason, detail, NEXT_STEP[reason], title, url)


async def make_plan(
    target: Target,
    places: Sequence[Place],
    resolve: Callable[[Personal], Resolution],
    rules: Sequence[Rule],
    vault: Vault,
    *,
    now: datetime,
    run_id: str,
    site: str,
    key: bytes,
    tool_version: str,
    facts: Facts,
    mapping_digest: str = "",
    allow_drafts: bool = False,
    on_event: OnEvent = ignore,
    context: Context = NOTHING_KNOWN,
    confirm_jql: ConfirmJql | None = None,
    limits: Limits = DEFAULT_LIMITS,
    recorded: Sequence[Recorded] = (),
) -> Plan:
    """Return the plan for `places` (objects and their parts), in their order.

    `key` is the workspace key of all keyed hashes, `facts` what reports may show of an object, `context` what rules
    may know besides the bytes. `confirm_jql` is asked once, about all JQL queries that would change; those that it
    does not confirm stay as they are and are held, the rest of their objects is planned. `recorded` are all legacy
    identifiers that the audit found: those that stand elsewhere than in `places` are held as they are recorded.
    Parts beyond `limits` are held. Raises `SiteError`
    when the site cannot be read: a plan is whole or does not exist.
    """
    counted = _Counted(resolve, key)
    caller = await target.caller()
    by_part: dict[tuple[str, str, str], list[Recorded]] = {}
    for one in recorded:
        by_part.setdefault((one.finding.ref.type, one.finding.ref.id, one.part), []).append(one)
    maker = _Maker(target, counted, tuple(rules), vault, key, facts, caller, allow_drafts, context, limits, by_part)

    async def draft(place: Place) -> _Draft:
        made = await maker.draft(place)
        on_event(Noted("planned", f"{place[0].type.value} {place[0].id}", len(made.held)))
        return made

    drafts = await each(tuple(dict.fromkeys(places)), draft, READERS)
    if confirm_jql is not None:
        drafts = await _confirmed(maker, drafts, confirm_jql)
    plan_id = _plan_id(key, run_id, now)
    pairs = [(made.current, made.rewritten) for made in drafts if made.current and made.rewritten]
    changed = [(current, rewritten) for current, rewritten in pairs if rewritten.edits]
    actions = tuple(maker.action(number, plan_id, *pair) for number, pair in enumerate(changed, start=1))
    read_again = {(ref.type, ref.id, path) for ref, path in places}
    others = [one for place, some in by_part.items() if place not in read_again for one in some]
    held = (*(item for made in drafts for item in made.held), *reported(others, rules, facts))
    found = sum(made.found for made in drafts) + len(others)
    return with_digest(
        Plan(
            schema=SCHEMA,
            id=plan_id,
            site=site,
            run_id=run_id,
            created_at_utc=f"{now:%Y-%m-%dT%H:%M:%SZ}",
            tool_version=tool_version,
            rules_digest=digest(tuple(rules)),
            mapping_digest=mapping_digest,
            mapping=counted.counts(),
            actions=actions,
            held=held,
            counts=_counts(actions, held, found),
        )
    )


async def _confirmed(maker: _Maker, drafts: Sequence[_Draft], confirm: ConfirmJql) -> list[_Draft]:
    """Return the drafts without the JQL queries that are not confirmed: whoever holds one is judged and proved anew."""
    changed = [maker.reworded(made) for made in drafts]
    pairs = tuple(dict.fromkeys(pair for some in changed for pair in some))
    answers = await confirm(pairs) if pairs else {}
    refused = {
        pairs[index][0]: f"not confirmed by Jira, so the whole query stays: {why}" for index, why in answers.items()
    }
    again = replace(maker, context=replace(maker.context, refused=refused))
    return [
        again.judged(made.current) if made.current and any(before in refused for before, _ in some) else made
        for made, some in zip(drafts, changed, strict=True)
    ]


def _part(current: Current) -> Part:
    return Part(current.ref, current.part, KINDS[current.part], current.data)


def _counts(actions: Sequence[Action], held: Sequence[HeldItem], found: int) -> dict[str, int]:
    """Return the figures of a plan: every legacy identifier found is changed or held, so these two add up to it."""
    counts = Counter({"actions": len(actions), "edits": 0, "held": len(held)})
    counts.update(found=found, changed=found - len(held))
    for action in actions:
        counts["edits"] += len(action.edits)
        counts.update(f"edits/{edit.view.rule}" for edit in action.edits)
    counts.update(f"held/{item.reason.value}" for item in held)
    return dict(sorted(counts.items()))


def _plan_id(key: bytes, run_id: str, now: datetime) -> str:
    message = f"plan\x00{run_id}\x00{now.isoformat()}".encode()
    return f"P-{hmac.new(key, message, hashlib.sha256).hexdigest()[:12]}"
