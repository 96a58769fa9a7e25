"""Verifying: every object of a plan is read and scanned again. Nothing is written, neither there nor here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from audit.begin import op_token
from audit.bounded import each
from audit.canonical import canonical_hash
from audit.drafting import part_of
from audit.guards import Refusal
from audit.images import image_of
from audit.journal import Journal
from audit.plan import READERS
from audit.plan_file import Action, Plan
from audit.reading import fetched
from audit.records import OVERTAKEN, Entry, Op, Purpose, State, Way
from audit.redacted import stands
from audit.sites.base import Current, Target
from audit.vault import Vault
from rules.context import NOTHING_KNOWN, Context
from rules.model import HeldReason
from rules.rule import Rule
from rules.scan import scan

_IN_TRASH: Final = frozenset({"trashed", "deleted"})


class Standing(StrEnum):
    """How an object stands now, compared with what was written."""

    VERIFIED = "verified"
    """It is as it was planned, and no rule finds what was to be removed."""
    DIVERGED = "diverged"
    """It is our version, and it is not as it was planned."""
    CHANGED = "changed-since"
    """Somebody edited it after us."""
    REVERTED = "rolled-back"
    NOT_APPLIED = "not-applied"
    TRASHED = "trashed"
    """It was written, and is in the trash now."""
    GONE = "gone"
    """The site does not show it any more."""
    UNREAD = "not-read"
    """What the site answered cannot be used: nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying one action says."""

    action: Action
    standing: Standing
    version: int | None
    remaining: int
    """Places where a rule still finds one of the people whom the action was about."""
    detail: str


async def verify_plan(
    plan: Plan,
    target: Target,
    journal: Journal,
    vault: Vault,
    rules: Sequence[Rule],
    *,
    key: bytes,
    context: Context = NOTHING_KNOWN,
) -> tuple[Verified, ...]:
    """Return how each action of the plan stands, in its order. `vault` opens the journal's images.

    Raises `SiteError` when the site cannot be read at all.
    """

    async def one(action: Action) -> Verified:
        current = await fetched(target, action.ref, action.part)
        if isinstance(current, Refusal):
            unread = current.reason is HeldReason.NOT_READ
            detail = current.detail if unread else "the site does not show it"
            return Verified(action, Standing.UNREAD if unread else Standing.GONE, None, 0, detail)
        remaining = _remaining(action, current, rules, key, context)
        standing, detail = _standing(plan, action, current, journal, vault, key, remaining)
        return Verified(action, standing, current.ref.version, remaining, detail)

    await target.caller()
    return tuple(await each(plan.actions, one, READERS))


def _remaining(action: Action, current: Current, rules: Sequence[Rule], key: bytes, context: Context) -> int:
    """Return how many places still hold one of the people that the action was about, by the rules it applied."""
    people = {(edit.view.rule, edit.view.subject.hmac) for edit in action.edits}
    matches = scan(part_of(current), rules, context).matches
    return sum((match.rule, match.subject.pseudonym(key)) in people for match in matches)


def _standing(
    plan: Plan, action: Action, current: Current, journal: Journal, vault: Vault, key: bytes, remaining: int
) -> tuple[Standing, str]:
    """Return the standing of an action and, in words, why."""
    token = op_token(key, plan, action.id, Purpose.APPLY)
    if _done(journal.last(op_token(key, plan, action.id, Purpose.ROLLBACK))):
        return Standing.REVERTED, "it was rolled back"
    intent, last = journal.intent(token), journal.last(token)
    if intent is None or last is None or last.state not in {State.DONE, State.MISMATCH}:
        return Standing.NOT_APPLIED, _unfinished(last)
    if current.ref.status in _IN_TRASH:
        return Standing.TRASHED, "it was written, and is in the trash now: restore it if it is still needed"
    spliced = intent.op.way is Way.SPLICE
    wanted = intent.planned_hash if spliced else last.read_hash
    as_planned = canonical_hash(key, action.part, current.data) == wanted and (spliced or last.state is State.DONE)
    if as_planned and not remaining and (spliced or _taken_out(intent.op, current, journal, vault)):
        return Standing.VERIFIED, "read again, equal to the plan, and no rule finds what was removed"
    ours = last.version if not spliced else None if intent.base_version is None else intent.base_version + 1
    if ours is not None and current.ref.version != ours:
        return Standing.CHANGED, f"version {ours} is ours, version {current.ref.version} is there"
    detail = "a rule still finds what was to be removed" if remaining else "it is not as it was planned"
    return Standing.DIVERGED, detail


def _taken_out(op: Op, current: Current, journal: Journal, vault: Vault) -> bool:
    """Return whether a text is what a redaction by the site was to leave. Lost images, told elsewhere, say nothing."""
    before, planned = (image_of(journal, vault, op.token, role) for role in ("before", "planned"))
    return before is None or planned is None or stands(current, before, planned)


def _unfinished(last: Entry | None) -> str:
    """Return why a write is not finished, as the journal has it."""
    if last is None:
        return "apply was not run for it"
    note = f": {last.note}" if last.note else ""
    match last.state:
        case State.PLANNED | State.INTENT:
            return "apply ended before it was sent"
        case State.CONFLICT:
            kind = "apply met a conflict" if last.reason in OVERTAKEN else "apply held it back"
            return f"{kind}, {last.reason.value}{note}" if last.reason else f"{kind}{note}"
        case State.REJECTED:
            return f"the write was rejected{note}"
        case _:
            return f"it was sent, and what became of it is not known{note}: run apply again"


def _done(entry: Entry | None) -> bool:
    return entry is not None and entry.state is State.DONE
