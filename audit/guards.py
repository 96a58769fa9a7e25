"""Decisions before a write: pure functions that say what must not be written, and why.

A guard looks at what is there now and at what is planned. It answers with a refusal for one object, or raises
`GuardError` for the whole plan before the first write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from audit.canonical import RESTRICTIONS, keyed_hash
from audit.errors import GuardError
from audit.sites.base import Current
from rules import acl
from rules.model import HeldReason

NEXT_STEP: Final[Mapping[HeldReason, str]] = {
    HeldReason.UNRESOLVED: "Add the person's account to the mapping file, or remove the reference by hand.",
    HeldReason.AMBIGUOUS: "Decide which account is meant and leave only that one in the mapping file.",
    HeldReason.CHANGED: "Somebody changed it after the plan was made: make a new plan and have it reviewed.",
    HeldReason.WOULD_WIDEN: "Check the access list on the site with the owner of the page and change it by hand.",
    HeldReason.WOULD_LOCK_OUT: "Apply with an account that stays on the access list, or change the list by hand.",
    HeldReason.NOT_CURRENT: "Restore the object on the site if it is still needed, then audit and plan again.",
    HeldReason.DRAFT: "Ask the author to publish or discard the draft, then plan again.",
    HeldReason.NO_VERSION: "Change it by hand: the site offers no version check that would protect a parallel edit.",
    HeldReason.NOT_PROVED: "Change it by hand and report the rule: the rewrite did not pass its own proof.",
    HeldReason.MALFORMED: "Open and save it in the editor, so that the site mends its markup, then audit again.",
    HeldReason.OVER_LIMIT: "Raise the limit for this object if that many changes are intended.",
    HeldReason.NO_PERMISSION: "Give the account edit permission for it, or apply with another account.",
    HeldReason.GONE: "Nothing to do if it was deleted on purpose; otherwise check that the account may see it.",
    HeldReason.ACCOUNT_CLOSED: "Decide who takes over from the closed account and name that one in the mapping file.",
    HeldReason.NO_REWRITER: "Change it by hand as the remedy of the rule says.",
}
"""What a person can do about something that was held, in one plain sentence."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one plan may change."""

    actions: int = 1_000
    edits: int = 500
    """Edits in one part."""
    size_bytes: int = 5_000_000
    """Size of one part after the change."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one object is not written."""

    reason: HeldReason
    detail: str
    """Plain words without contents."""


class Sized(Protocol):
    """An action, as far as the limits look at it."""

    @property
    def id(self) -> str:
        """Return the id of the action."""
        ...

    @property
    def bytes_after(self) -> int:
        """Return the size of the part after the change."""
        ...

    @property
    def edits(self) -> Sequence[object]:
        """Return the edits of the action."""
        ...


def within_limits(actions: Sequence[Sized], limits: Limits) -> None:
    """Return when the plan keeps within the limits. Raises `GuardError` before anything is written."""
    if len(actions) > limits.actions:
        raise _over("plan", f"it has {len(actions)} actions, the limit is {limits.actions}")
    for action in actions:
        if len(action.edits) > limits.edits:
            raise _over(action.id, f"it has {len(action.edits)} edits, the limit is {limits.edits}")
        if action.bytes_after > limits.size_bytes:
            why = f"the part would have {action.bytes_after} bytes, the limit is {limits.size_bytes}"
            raise _over(action.id, why)


def writable(current: Current, *, allow_drafts: bool) -> Refusal | None:
    """Return why an object as it is now must not be written at all, None when it may be."""
    if current.ref.status != "current":
        return Refusal(HeldReason.NOT_CURRENT, f"it is {current.ref.status}")
    if current.part == RESTRICTIONS:
        return None
    if current.ref.version is None:
        return Refusal(HeldReason.NO_VERSION, "it has no version number")
    if current.has_draft and not allow_drafts:
        return Refusal(HeldReason.DRAFT, "it has an unpublished draft")
    return None


def unchanged(current: Current, base_version: int | None, base_hash: str, key: bytes) -> Refusal | None:
    """Return why what is there now is not what the plan was made for, None when it is, byte by byte."""
    same_text = keyed_hash(key, current.data) == base_hash
    if current.part != RESTRICTIONS and current.ref.version != base_version:
        versions = f"version {base_version} was planned, version {current.ref.version} is there"
        return Refusal(HeldReason.CHANGED, f"{versions}, {'with the same text' if same_text else 'with another text'}")
    if not same_text:
        return Refusal(HeldReason.CHANGED, "the version is the planned one, the contents are not")
    return None


def safe_access(part: str, before: bytes, after: bytes, caller: str) -> Refusal | None:
    """Return why an access list must not be written, None when it may be, and for parts that are none.

    A list is written as a whole and takes account ids only: anybody without one would be lost from it, and a list
    that loses its last entry is open to everyone. The account that writes must not shut itself out. Groups are left
    alone: whether the caller belongs to one is not known, and none is ever added or removed.
    """
    if part != RESTRICTIONS:
        return None
    old, new = acl.decode(before), acl.decode(after)
    if any(not user.account_id for access in (new.read, new.update) for user in access.users):
        return Refusal(HeldReason.NO_REWRITER, "the site takes no retired identifiers, and a list is written whole")
    for operation, was, becomes in (("read", old.read, new.read), ("update", old.update, new.update)):
        was_inside = was.everyone or any(user.account_id == caller for user in was.users)
        listed = becomes.everyone or any(user.account_id == caller for user in becomes.users)
        if was_inside and not listed:
            return Refusal(HeldReason.WOULD_LOCK_OUT, f"the {operation} list would be without the writing account")
    return None


def _over(where: str, why: str) -> GuardError:
    return GuardError(
        what="The plan is larger than the limits allow",
        where=where,
        why=why,
        fix="Review it, then allow that many explicitly, or plan fewer objects. Nothing was written.",
    )
