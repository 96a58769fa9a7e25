"""What other plans of the same run did already: a plan that was reviewed, or made again, goes on from there.

A plan under review has a digest of its own, so its writes have tokens of their own. A write of another plan that put
the same bytes over the same bytes is taken over: it counts as done, is verified, and is rolled back with this plan.
What is in doubt is settled by reading first. Nothing is sent.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from audit.canonical import keyed_hash
from audit.errors import SiteError
from audit.images import image_of
from audit.journal import Journal
from audit.plan_file import Action, Plan
from audit.records import OPEN, Entry, Op, Purpose, State
from audit.sites.base import stops_the_run
from audit.vault import Vault
from audit.write import HALF, Left, Writer
from rules.model import HeldReason

_ENDED: Final = frozenset({State.DONE, State.MISMATCH})
_ROLES: Final = ("before", "planned")

Spot = tuple[str, str, str]
"""Type and id of an object, and its part."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The writes that plans other than `plan` began in the same run."""

    plan: Plan
    journal: Journal
    vault: Vault
    key: bytes

    async def take_over(self, jobs: Sequence[tuple[Op, Action]], writer: Writer) -> None:
        """Record every action as done that another plan has done, byte for byte.

        Raises the `SiteError` that would stop the run; an object that cannot be settled stays with its own plan.
        """
        begun = self._begun()
        for op, action in jobs:
            if self.journal.intent(op.token) is not None:
                continue
            for intent in begun.get(_spot(action.ref.type.value, action.ref.id, action.part), ()):
                if not self._same(intent, action):
                    continue
                try:
                    last, _ = await settled(writer, self.journal, intent)
                except SiteError as error:
                    if stops_the_run(error):
                        raise
                    continue
                if last.state in _ENDED:
                    self._adopt(op, intent, last)
                    break

    def doing(self, actions: Sequence[Action]) -> frozenset[str]:
        """Return the ids of those `actions` that another plan has done, or may have done."""
        begun = self._begun()
        return frozenset(
            action.id
            for action in actions
            for intent in begun.get(_spot(action.ref.type.value, action.ref.id, action.part), ())
            if self._same(intent, action) and self._may_stand(intent)
        )

    def _may_stand(self, intent: Entry) -> bool:
        last = self.journal.last(intent.op.token) or intent
        return last.state in _ENDED or self.journal.doubted(intent.op.token)

    def _begun(self) -> dict[Spot, list[Entry]]:
        """Return what other plans began and nobody rolled back, by object and part, the latest first."""
        undone = {
            (one.op.plan, one.op.action) for one in self.journal.latest(Purpose.ROLLBACK) if one.state is State.DONE
        }
        found: dict[Spot, list[Entry]] = defaultdict(list)
        for intent in reversed(self.journal.intents(Purpose.APPLY)):
            op = intent.op
            if op.plan != self.plan.digest and (op.plan, op.action) not in undone:
                found[_spot(op.ref.type.value, op.ref.id, op.part)].append(intent)
        return found

    def _same(self, intent: Entry, action: Action) -> bool:
        """Return whether a write put over the same bytes the very bytes of `action`."""
        if intent.base_hash != action.before_hash:
            return False
        planned = image_of(self.journal, self.vault, intent.op.token, "planned")
        return planned is not None and keyed_hash(self.key, planned) == action.after_hash

    def _adopt(self, op: Op, intent: Entry, last: Entry) -> None:
        images = {
            role: self.vault.seal(image, f"{op.token}/{role}")
            for role in _ROLES
            if (image := image_of(self.journal, self.vault, intent.op.token, role)) is not None
        }
        digests = {role: hashlib.sha256(sealed).hexdigest() for role, sealed in images.items()}
        begun = replace(intent, op=op, before=digests.get("before", ""), planned=digests["planned"])
        note = f"plan {intent.op.plan[:12]} wrote it" + (f": {last.note}" if last.note else "")
        self.journal.append(begun, replace(last, op=op, note=note), images=images)


def rehearsed_version(journal: Journal, action: Action) -> int | None:
    """Return the version that holds the text an action was made for, after whatever rehearsals put it back.

    It is the planned one where nothing was rehearsed. Whether the text is the same is compared before the write.
    """
    version = action.base_version
    spot = _spot(action.ref.type.value, action.ref.id, action.part)
    for base, after in _put_back(journal, spot):
        if base == version:
            version = after
    return version


def _put_back(journal: Journal, spot: Spot) -> Iterator[tuple[int | None, int | None]]:
    """Yield the version before each rehearsal of a part and the one that it left, in the order of time."""
    back = {(one.op.plan, one.op.action): one for one in journal.latest(Purpose.PUT_BACK) if one.state is State.DONE}
    for intent in journal.intents(Purpose.REHEARSE):
        last = back.get((intent.op.plan, intent.op.action))
        if last is not None and _spot(intent.op.ref.type.value, intent.op.ref.id, intent.op.part) == spot:
            yield intent.base_version, last.version


def _spot(kind: str, object_id: str, part: str) -> Spot:
    return kind, object_id, part


async def settled(writer: Writer, journal: Journal, intent: Entry) -> tuple[Entry, bool]:
    """Return the last record of a write, after settling by reading what is in doubt, and whether that is news.

    What was recorded as refused or overtaken is looked at again where a request of it may have arrived since.
    """
    token = intent.op.token
    last = journal.last(token) or intent
    if last.state in _ENDED or not journal.doubted(token):
        return last, False
    left = await writer.resumed(intent.op)
    if left is Left.REST:
        journal.append(Entry(intent.op, State.MISMATCH, note=HALF))
    elif left is Left.ALL and last.state in OPEN:
        # Reading says that it did not take place: without a record it would stay in doubt for ever.
        journal.append(Entry(intent.op, State.REJECTED, note="it has not taken place"))
    now = journal.last(token) or last
    return now, last.state in OPEN or now.reason is HeldReason.GONE
