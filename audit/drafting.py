"""One object on its way into a plan: read again, rewritten in memory, proved, passed or held by the guards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from audit.canonical import keyed_hash
from audit.guards import NEXT_STEP, OWN_ENTRY, Limits, Refusal, oversized, safe_access, writable
from audit.parts import TITLE, has_versions, is_grants, kind_of
from audit.plan_file import Action, PlannedEdit, PlannedPlace, seal_edits
from audit.reading import fetched
from audit.reported import kept
from audit.results import Recorded
from audit.selection import Selection
from audit.sites.base import Current, Target
from audit.vault import Vault
from audit.views import views
from reports.evidence import EditView, HeldItem, ObjectFacts
from rules.context import Context
from rules.jqlpairs import Pair, reworded
from rules.model import Account, HeldReason, Kind, Match, Part, Personal, Ref, Resolution, Subject, Unresolved
from rules.rewrite import Rewritten, rewrite
from rules.rule import Category, Rule
from rules.scan import scan

UNNAMED: Final = "it is not among what --only names"

Place = tuple[Ref, str]
Facts = Mapping[tuple[str, str], ObjectFacts]


@dataclass(frozen=True, slots=True)
class Draft:
    """One object on its way into the plan."""

    held: tuple[HeldItem, ...]
    found: int
    """Legacy identifiers in it: those that change and those that are held."""
    current: Current | None = None
    rewritten: Rewritten | None = None
    """None, or without edits, where nothing is to be written."""


@dataclass(frozen=True, slots=True)
class Maker:
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
    selection: Selection
    allow_unversioned: bool = False
    """Whether templates and properties of users are planned, where nothing keeps two writers apart."""

    async def draft(self, place: Place) -> Draft:
        """Return what becomes of one object: read, rewritten, proved, and passed or held by the guards."""
        ref, path = place
        if kind_of(path) is None or path == TITLE:
            return self._whole(ref, path, HeldReason.NO_REWRITER, "this part is not written")
        if not self.selection.takes(ref):
            return self._whole(ref, path, HeldReason.NOT_SELECTED, UNNAMED)
        current = await fetched(self.target, ref, path)
        if isinstance(current, Refusal):
            return self._whole(ref, path, current.reason, current.detail)
        if current.fixed:
            return self._whole(ref, path, HeldReason.NO_REWRITER, current.fixed)
        return self.judged(current)

    def judged(self, current: Current) -> Draft:
        """Return what becomes of one object as it was read."""
        part, path = part_of(current), current.part
        rewritten = self._selected(rewrite(part, self._rules(), self._resolver(path), self.context))
        held = tuple(
            self._item(part.ref, path, hold.where, hold.rule, hold.subject.subject(self.key), hold.reason, hold.detail)
            for hold in rewritten.holds
        )
        made = Draft(held, len(self._legacy(part)), current, rewritten)
        refusal = writable(current, allow_drafts=self.allow_drafts, allow_unversioned=self.allow_unversioned)
        refusal = refusal or oversized(len(rewritten.edits), len(rewritten.data), self.limits)
        refusal = refusal or safe_access(path, part.data, rewritten.data, self.caller)
        return made if refusal is None else self.held_back(made, refusal)

    def held_back(self, made: Draft, refusal: Refusal) -> Draft:
        """Return a draft whose changes are not made, each of them held for the same reason."""
        if made.current is None or made.rewritten is None:
            return made
        part = part_of(made.current)
        items = tuple(
            held_item(self.facts, part.ref, part.path, each.where, each.rule, each.subject.subject(self.key), refusal)
            for each in self._changed(part, made.rewritten)
        )
        return Draft(made.held + items, made.found)

    def _resolver(self, path: str) -> Callable[[Personal], Resolution]:
        """Return who says which account an identifier becomes in a part.

        Of the permissions of a space those of the writing account stay: it could not give them back to itself.
        """

        def sparing(value: Personal) -> Resolution:
            answer = self.resolve(value)
            own = isinstance(answer, Account) and answer.account_id == self.caller
            return Unresolved(HeldReason.WOULD_LOCK_OUT, OWN_ENTRY) if own else answer

        return sparing if is_grants(path) else self.resolve

    def _rules(self) -> tuple[Rule, ...]:
        """Return the rules, those that are not selected without their rewriters: they still prove and count."""
        return tuple(rule if self.selection.takes_rule(rule.id) else replace(rule, rewrite=None) for rule in self.rules)

    def _selected(self, rewritten: Rewritten) -> Rewritten:
        """Return what became of a part with the reason of those that are left out for their rule alone."""
        could = {rule.id for rule in self.rules if rule.rewrite is not None}
        left = {rule for rule in could if not self.selection.takes_rule(rule)}
        holds = tuple(
            replace(hold, reason=HeldReason.NOT_SELECTED, detail=UNNAMED)
            if hold.rule in left and hold.reason is HeldReason.NO_REWRITER
            else hold
            for hold in rewritten.holds
        )
        return replace(rewritten, holds=holds)

    def _changed(self, part: Part, rewritten: Rewritten) -> tuple[Match, ...]:
        """Return the legacy identifiers that are neither held nor left as they are."""
        staying = {(hold.rule, hold.span) for hold in rewritten.holds}
        return tuple(each for each in self._legacy(part) if (each.rule, each.span) not in staying)

    def _legacy(self, part: Part) -> tuple[Match, ...]:
        """Return the legacy identifiers in a part: each of them is changed or held."""
        legacy = {rule.id for rule in self.rules if rule.category is Category.LEGACY}
        return tuple(one for one in scan(part, self.rules, self.context).matches if one.rule in legacy)

    def reworded(self, made: Draft) -> tuple[Pair, ...]:
        """Return the JQL queries that a draft changes, before and after."""
        if made.current is None or made.rewritten is None or not made.rewritten.edits:
            return ()
        return reworded(part_of(made.current), made.rewritten.data, self.context)

    def action(self, number: int, plan_id: str, current: Current, rewritten: Rewritten) -> Action:
        """Return the action number `number` of the plan, with its edits masked for readers and sealed for apply."""
        part = part_of(current)
        edits = tuple(sorted(rewritten.edits, key=lambda edit: edit.span))
        shown = views(part, edits, scan(part, self.rules, self.context).matches, self.key)
        places = tuple(
            PlannedPlace(each.rule, each.where, each.subject.subject(self.key))
            for each in self._changed(part, rewritten)
        )
        action = action_of(number, part, replace(rewritten, edits=edits), shown, self.facts, self.key)
        if sorted(map(repr, action.replaced())) != sorted(map(repr, places)):
            action = replace(action, places=places)
        return replace(action, sealed=seal_edits(edits, self.vault, action.context(plan_id)))

    def _whole(self, ref: Ref, path: str, reason: HeldReason, detail: str) -> Draft:
        """Return a part that could not be read again as held, finding by finding where the audit recorded them."""
        known = self.recorded.get((ref.type, ref.id, path), ())
        held = tuple(kept(one, reason, detail, NEXT_STEP[reason], self.facts) for one in known)
        return Draft(held or (self._item(ref, path, "", "", None, reason, detail),), len(known) or 1)

    def _item(
        self, ref: Ref, part: str, path: str, rule: str, subject: Subject | None, reason: HeldReason, detail: str
    ) -> HeldItem:
        return held_item(self.facts, ref, part, path, rule, subject, Refusal(reason, detail))


def held_item(
    facts: Facts, ref: Ref, part: str, path: str, rule: str, subject: Subject | None, refusal: Refusal
) -> HeldItem:
    """Return one place that stays as it is, with what reports may show of its object and the next step."""
    about = facts.get((ref.type, ref.id))
    title, url = (about.title, about.url) if about else ("", "")
    return HeldItem(ref, part, path, rule, subject, refusal.reason, refusal.detail, refusal.next_step, title, url)


def action_of(
    number: int, part: Part, rewritten: Rewritten, shown: Sequence[EditView], facts: Facts, key: bytes
) -> Action:
    """Return the action number `number` of a plan, whose edits are still to be sealed; `shown` is how they look."""
    about = facts.get((part.ref.type, part.ref.id))
    return Action(
        id=f"A-{number:04d}",
        ref=part.ref,
        part=part.path,
        title=about.title if about else "",
        url=about.url if about else "",
        base_version=part.ref.version if has_versions(part.ref, part.path) else None,
        before_hash=keyed_hash(key, part.data),
        after_hash=keyed_hash(key, rewritten.data),
        bytes_before=len(part.data),
        bytes_after=len(rewritten.data),
        rules=tuple(sorted({edit.rule for edit in rewritten.edits})),
        edits=tuple(PlannedEdit(edit.span, view) for edit, view in zip(rewritten.edits, shown, strict=True)),
        proof=rewritten.proof,
        sealed="",
    )


def part_of(current: Current) -> Part:
    """Return what rules look at in a part as it was read."""
    return Part(current.ref, current.part, kind_of(current.part) or Kind.TEXT, current.data)
