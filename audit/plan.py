"""Making a plan: every object is read again by its id, rewritten in memory, proved, and passed by the guards.

Nothing is written to the site, and nothing is decided from a search index or from what an earlier crawl saw. What
could be rewritten and is not becomes a held item with its reason and a next step.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from audit.bounded import each
from audit.drafting import Draft, Facts, Maker, Place
from audit.events import Noted, OnEvent, ignore
from audit.guards import DEFAULT_LIMITS, Limits, Refusal
from audit.identity.provenance import Contacted, by_route, nothing, provenance
from audit.plan_file import SCHEMA, Action, Plan, counted, signed
from audit.reported import reported
from audit.results import Recorded
from audit.selection import EVERYTHING, Selection
from audit.sites.base import Target
from audit.vault import Vault
from reports.evidence import HeldItem, IdentityFacts
from rules.context import NOTHING_KNOWN, Context
from rules.jqlpairs import Pair
from rules.model import HeldReason, Personal, Resolution
from rules.registry import digest
from rules.rule import Rule

READERS: Final = 8
"""Objects that are read at the same time."""

ConfirmJql = Callable[[Sequence[Pair]], Awaitable[Mapping[int, str]]]
"""Given JQL queries before and after, returns which of them are not confirmed, by their index, and why."""

Learn = Callable[[Sequence[Personal]], Awaitable[bool]]
"""Asks sites for the accounts behind values; returns whether `resolve` may answer differently now."""


class _Counted:
    """A resolver that asks once for each value and keeps what answered."""

    def __init__(self, resolve: Callable[[Personal], Resolution], key: bytes) -> None:
        self._resolve = resolve
        self._key = key
        self._answers: dict[Personal, Resolution] = {}

    def __call__(self, value: Personal) -> Resolution:
        if value not in self._answers:
            self._answers[value] = self._resolve(value)
        return self._answers[value]

    def values(self) -> tuple[Personal, ...]:
        """Return every value that was asked for."""
        return tuple(self._answers)

    def renew(self) -> None:
        """Ask for every value again, although no rewrite depends on it: states and witnesses may be known now."""
        self._answers = {value: self._resolve(value) for value in self._answers}

    def forget(self) -> None:
        """Ask for every value again: more is known now."""
        self._answers.clear()

    def identities(self, actions: Sequence[Action], held: Sequence[HeldItem]) -> tuple[IdentityFacts, ...]:
        """Return everybody who was asked for, with how often a plan names them."""
        places = Counter(place.subject.hmac for action in actions for place in action.replaced())
        places.update(item.subject.hmac for item in held if item.subject is not None)
        return provenance(self._answers, places, self._key)


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
    allow_unversioned: bool = False,
    on_event: OnEvent = ignore,
    context: Context = NOTHING_KNOWN,
    confirm_jql: ConfirmJql | None = None,
    learn: Learn | None = None,
    limits: Limits = DEFAULT_LIMITS,
    recorded: Sequence[Recorded] = (),
    selection: Selection = EVERYTHING,
    objects_read: int = 0,
    contacted: Contacted = nothing,
    options: Mapping[str, str] | None = None,
) -> Plan:
    """Return the plan for `places` (objects and their parts), in their order.

    `key` is the workspace key of all keyed hashes, `facts` what reports may show of an object, `context` what rules
    may know besides the bytes. `confirm_jql` is asked once, about all JQL queries that would change; those that it
    does not confirm stay as they are and are held, the rest of their objects is planned. `learn` is asked once as well,
    about all values that stand in the objects. `recorded` are all legacy identifiers that the audit found: those that
    stand elsewhere than in `places` are held as they are recorded. Parts beyond `limits` are held, and so is what
    `selection` leaves out. `contacted` tells at the end which hosts were asked, `options` what the plan says of the
    command that made it. What cannot be read by
    itself is held; raises `SiteError` when the site cannot be read at all.
    """
    asked = _Counted(resolve, key)
    caller = await target.caller()
    by_part: dict[tuple[str, str, str], list[Recorded]] = {}
    for one in recorded:
        by_part.setdefault((one.finding.ref.type, one.finding.ref.id, one.part), []).append(one)
    maker = Maker(
        target,
        asked,
        tuple(rules),
        vault,
        key,
        facts,
        caller,
        allow_drafts,
        context,
        limits,
        by_part,
        selection,
        allow_unversioned,
    )

    async def draft(place: Place) -> Draft:
        made = await maker.draft(place)
        on_event(Noted("planned", f"{place[0].type.value} {place[0].id}", len(made.held)))
        return made

    drafts = await each(tuple(dict.fromkeys(places)), draft, READERS)
    if learn is not None and await learn(asked.values()):
        asked.forget()
        drafts = [maker.judged(made.current) if made.current else made for made in drafts]
    elif learn is not None:
        asked.renew()
    if confirm_jql is not None:
        drafts = await _confirmed(maker, drafts, confirm_jql)
    drafts = _first(maker, drafts, selection.limit)
    plan_id = _plan_id(key, run_id, now)
    pairs = [(made.current, made.rewritten) for made in drafts if made.current and made.rewritten]
    changed = [(current, rewritten) for current, rewritten in pairs if rewritten.edits]
    actions = tuple(maker.action(number, plan_id, *pair) for number, pair in enumerate(changed, start=1))
    read_again = {(ref.type, ref.id, path) for ref, path in places}
    others = [one for place, some in by_part.items() if place not in read_again for one in some]
    held = (*(item for made in drafts for item in made.held), *reported(others, rules, facts))
    found = sum(made.found for made in drafts) + len(others)
    identities = asked.identities(actions, held)
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
            mapping_digest=mapping_digest,
            mapping=by_route(identities),
            actions=actions,
            held=held,
            counts=counted(actions, held, found),
            objects_read=objects_read,
            identities=identities,
            hosts=contacted(),
            options=options or {},
            limits=limits.of_a_part(),
        ),
    )


def _first(maker: Maker, drafts: Sequence[Draft], limit: int | None) -> list[Draft]:
    """Return the drafts with the changes of all but the first `limit` objects held."""
    if limit is None:
        return list(drafts)
    beyond = Refusal(HeldReason.NOT_SELECTED, f"it comes after the first {limit} objects, which --limit takes")
    left = limit
    taken: list[Draft] = []
    for made in drafts:
        changes = made.rewritten is not None and bool(made.rewritten.edits)
        taken.append(maker.held_back(made, beyond) if changes and left <= 0 else made)
        left -= changes
    return taken


async def _confirmed(maker: Maker, drafts: Sequence[Draft], confirm: ConfirmJql) -> list[Draft]:
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


def _plan_id(key: bytes, run_id: str, now: datetime) -> str:
    message = f"plan\x00{run_id}\x00{now.isoformat()}".encode()
    return f"P-{hmac.new(key, message, hashlib.sha256).hexdigest()[:12]}"
