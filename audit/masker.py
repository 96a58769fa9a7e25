"""One object on its way into a plan of redactions: read again, masked in memory, proved, passed or held.

Masked are published bodies, the titles of pages and blog posts, and the values of properties whose owner released
them. What a mask could break is held: a title without a word in it or one that another page has, a name in stored JSON.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from audit.canonical import keyed_hash
from audit.drafting import Draft, action_of, held_item, part_of
from audit.guards import NEXT_STEP, Limits, Refusal, oversized, status_step, writable
from audit.parts import BODY, DOCUMENT, TITLE, is_property
from audit.plan_file import Action, seal_edits
from audit.reading import fetched
from audit.records import Way
from audit.redacting import Chosen
from audit.reported import OWNED, PROPERTY_STEP, Facts, kept
from audit.results import Recorded
from audit.sites.base import Current, Target
from audit.vault import Vault
from audit.views import views
from reports.evidence import HeldItem
from rules.context import Context
from rules.model import HeldReason, Hold, Match, ObjectType, Part, Ref
from rules.redact import IDENTIFIER, redact
from rules.rewrite import Rewritten
from rules.rule import Rule
from rules.scan import findings, scan
from rules.splice import apply

NO_SAFE_PLACE: Final = "only published texts, titles and released properties are masked; change it by hand"
NOT_FOUND_AGAIN: Final = "it is not found there any more, or not where it was"
NO_TITLE: Final = "nothing that can be read would be left of the title"
LONG_TITLE: Final = "the title would be longer than the site takes"
SAME_TITLE: Final = "another object of the space would have the same title"
TEXT_FIRST: Final = "its text is masked by this plan: plan the title again when that was applied"
ANOTHER_SHAPE: Final = "a name or the kind of a value in the stored JSON would change"
AUDIT_AGAIN: Final = "It was changed after the audit, by this tool or by somebody: audit again, then plan again."
AS_PLANNED: Final = "Apply this plan, audit again and plan the title again."
MIGRATE_FIRST: Final = (
    "Make a plan that puts the account in its place and apply it; what that plan holds is changed by hand. Then audit"
    " and plan again."
)
EMPTIED: Final = "a piece of text in the document would be empty, which the site does not take"
TITLE_LIMIT: Final = 255
"""Characters."""
_TITLED: Final = frozenset({ObjectType.PAGE, ObjectType.BLOGPOST})

Taken = Callable[[Ref, str], Awaitable[bool]]
"""Given an object and a title, returns whether another object of its class and space has exactly that title."""


class Choice(Protocol):
    """What is to be masked."""

    def takes(self, rule: str, fingerprint: str) -> bool:
        """Return whether a finding is named."""
        ...


@dataclass(frozen=True, slots=True)
class Masker:
    """Turns a part of an object into a draft, and a draft into an action."""

    target: Target
    chosen: Choice
    rules: tuple[Rule, ...]
    vault: Vault
    key: bytes
    facts: Facts
    context: Context
    limits: Limits
    released: frozenset[str] = frozenset()
    """Paths of the properties whose owner lets them be changed."""
    allow_unversioned: bool = False

    async def draft(self, ref: Ref, path: str, recorded: Sequence[Recorded]) -> Draft:
        """Return what becomes of the findings of one part: masked where they are found again, or held."""
        stays = self._stays(ref, path)
        if stays is not None:
            return self._whole(recorded, *stays)
        current = await fetched(self.target, ref, path)
        if isinstance(current, Refusal):
            return self._whole(recorded, current.reason, current.detail)
        part = part_of(current)
        matches = self._chosen(part)
        if not matches:
            return self._whole(recorded, HeldReason.CHANGED, NOT_FOUND_AGAIN, AUDIT_AGAIN)
        done = redact(part, matches, self.rules, self.context)
        failed = {(hold.rule, hold.span): _refusal(hold) for hold in done.holds}
        held = tuple(
            self._item(part, match, failed[match.rule, match.span])
            for match in matches
            if (match.rule, match.span) in failed
        )
        made = Draft(held, len(matches), current, done)
        refusal = writable(current, allow_drafts=False, allow_unversioned=self.allow_unversioned)
        refusal = refusal or oversized(len(done.edits), len(done.data), self.limits) or damaged(part, done)
        return made if refusal is None else self.held_back(made, refusal)

    def held_back(self, made: Draft, refusal: Refusal) -> Draft:
        """Return a draft whose masks are not made, each place held for the same reason."""
        if made.current is None or made.rewritten is None:
            return made
        part = part_of(made.current)
        staying = {(hold.rule, hold.span) for hold in made.rewritten.holds}
        others = (match for match in self._chosen(part) if (match.rule, match.span) not in staying)
        return Draft((*made.held, *(self._item(part, match, refusal) for match in others)), made.found)

    async def distinct(self, drafts: Sequence[Draft], taken: Taken) -> list[Draft]:
        """Return the drafts with those titles held that another object has, or whose object changes otherwise.

        Both have one version number: a title is planned when the text stands.
        """
        texts = {(one.current.ref.type, one.current.ref.id) for one in drafts if one.current and _in_text(one)}
        used: set[tuple[ObjectType, str, str]] = set()
        result: list[Draft] = []
        for one in drafts:
            refusal = None
            if one.current and one.rewritten and one.rewritten.edits and one.current.part == TITLE:
                ref, title = one.current.ref, one.rewritten.data.decode("utf-8", "replace")
                mark = ref.type, ref.space, title.casefold()
                if (ref.type, ref.id) in texts:
                    refusal = Refusal(HeldReason.NOT_SELECTED, TEXT_FIRST, AS_PLANNED)
                elif mark in used or await taken(ref, title):
                    refusal = Refusal(HeldReason.NO_REWRITER, SAME_TITLE)
                else:
                    used.add(mark)
            result.append(one if refusal is None else self.held_back(one, refusal))
        return result

    def action(self, number: int, plan_id: str, current: Current, done: Rewritten, chosen: Chosen) -> Action:
        """Return one action of the plan, masked for readers and sealed for apply.

        Where the site redacts, what is sealed are marks around the values: by them its result is compared.
        """
        part = part_of(current)
        shown = views(part, done.edits, self._chosen(part), self.key)
        action = action_of(number, part, done, shown, self.facts, self.key)
        action = replace(action, way=chosen.way, why=chosen.why, pointers=chosen.pointers)
        edits = done.edits
        if chosen.way is Way.ENDPOINT:
            edits = chosen.edits
            action = replace(action, after_hash=keyed_hash(self.key, apply(part.data, edits)))
        return replace(action, sealed=seal_edits(edits, self.vault, action.context(plan_id)))

    def _stays(self, ref: Ref, path: str) -> tuple[HeldReason, str, str] | None:
        """Return reason, detail and next step of a part that is not masked whatever it holds, else None."""
        if ref.status != "current":
            return HeldReason.NOT_CURRENT, NO_SAFE_PLACE, status_step(ref.status)
        if is_property(path) and path not in self.released:
            return HeldReason.NO_REWRITER, OWNED, PROPERTY_STEP
        if is_property(path) or path in {BODY, DOCUMENT} or (path == TITLE and ref.type in _TITLED):
            return None
        return HeldReason.NO_REWRITER, NO_SAFE_PLACE, NEXT_STEP[HeldReason.NO_REWRITER]

    def _chosen(self, part: Part) -> tuple[Match, ...]:
        """Return the matches in a part that are named, by their rule or by their fingerprint."""
        seen = scan(part, self.rules, self.context)
        marked = zip(seen.matches, findings(part, seen, self.key), strict=True)
        return tuple(match for match, found in marked if self.chosen.takes(match.rule, found.fingerprint))

    def _whole(self, recorded: Sequence[Recorded], reason: HeldReason, detail: str, step: str = "") -> Draft:
        held = tuple(kept(one, reason, detail, step or NEXT_STEP[reason], self.facts) for one in recorded)
        return Draft(held, len(held))

    def _item(self, part: Part, match: Match, refusal: Refusal) -> HeldItem:
        subject = match.subject.subject(self.key)
        return held_item(self.facts, part.ref, part.path, match.where, match.rule, subject, refusal)


def damaged(part: Part, done: Rewritten) -> Refusal | None:
    """Return what masks would break that the proof of a splice does not see, None when they break nothing."""
    if not done.edits:
        return None
    why = ""
    if part.path == TITLE:
        title = done.data.decode("utf-8", "replace")
        why = LONG_TITLE if len(title) > TITLE_LIMIT else "" if any(map(str.isalnum, title)) else NO_TITLE
    elif part.path == DOCUMENT and not all(edit.new for edit in done.edits):
        why = EMPTIED
    elif (part.path == DOCUMENT or is_property(part.path)) and _shape(part.data) != _shape(done.data):
        why = ANOTHER_SHAPE
    return Refusal(HeldReason.NOT_PROVED, why) if why else None


def _refusal(hold: Hold) -> Refusal:
    """Return why a place is not masked, with what can be done about it."""
    return Refusal(hold.reason, hold.detail, MIGRATE_FIRST if hold.detail == IDENTIFIER else "")


def _in_text(one: Draft) -> bool:
    changes = one.rewritten is not None and bool(one.rewritten.edits)
    return changes and one.current is not None and one.current.part in {BODY, DOCUMENT}


def _shape(data: bytes) -> object:
    """Return stored JSON without what its texts say: names, order and kinds of values; None when it is no JSON."""
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return _kinds(value)


def _kinds(value: object) -> object:
    if isinstance(value, dict):
        return {name: _kinds(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_kinds(inner) for inner in value]
    return "" if isinstance(value, str) else value
