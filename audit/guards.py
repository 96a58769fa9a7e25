"""Decisions before a write: pure functions that say what must not be written, and why.

A guard looks at what is there now and at what is planned. It answers with a refusal for one object, or raises
`GuardError` for the whole plan before the first write.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from audit.canonical import keyed_hash
from audit.errors import GuardError
from audit.members import members
from audit.parts import RESTRICTIONS, has_versions, is_grants, is_members, is_set
from audit.sites.base import Current
from reports.anew import VERSIONS
from rules import acl, permissions
from rules.model import HeldReason

NEXT_STEP: Final[Mapping[HeldReason, str]] = {
    HeldReason.UNRESOLVED: "Add the person's account to the mapping file, or remove the reference by hand.",
    HeldReason.AMBIGUOUS: "Decide which account is meant and leave only that one in the mapping file.",
    HeldReason.NO_SPACE_KEY: "Name the old and the current key of the space in [personal_spaces],"
    " then audit and plan again; no mapping helps.",
    HeldReason.CHANGED: "Somebody changed it after the plan was made: make a new plan and have it reviewed.",
    HeldReason.WOULD_WIDEN: "Check the access list on the site with the owner of the page and change it by hand.",
    HeldReason.WOULD_LOCK_OUT: "Apply with an account that stays on the access list, or change the list by hand.",
    HeldReason.NOT_CURRENT: "Restore the object on the site if it is still needed, then audit and plan again.",
    HeldReason.DRAFT: "Ask the author to publish or discard the draft, then plan again.",
    HeldReason.NO_VERSION: "Plan again with --unversioned: then it is compared right before the write.",
    HeldReason.NOT_PROVED: "Change it by hand and report the rule: the rewrite did not pass its own proof.",
    HeldReason.MALFORMED: "Open and save it in the editor, so that the site mends its markup, then audit again.",
    HeldReason.OVER_LIMIT: "Plan again with --max-edits N if that is intended; what is too large is changed by hand.",
    HeldReason.NO_PERMISSION: "Give the account edit permission for it, or apply with another account.",
    HeldReason.GONE: "Nothing to do if it was deleted on purpose; otherwise check that the account may see it.",
    HeldReason.NOT_READ: "Plan again; if it stays so, look at the object on the site and report the message.",
    HeldReason.ACCOUNT_CLOSED: "Decide who takes over from the closed account and name that one in the mapping file.",
    HeldReason.POLICY: "Change the section [identity] of the configuration, or name another account in the mapping.",
    HeldReason.NO_REWRITER: "Change it by hand as the remedy of the rule says.",
    HeldReason.NOT_SELECTED: "Plan again without --only and --limit, or name it, when it is its turn.",
    HeldReason.DECLINED: "Settle it with the reviewer, then review the first plan again or change it by hand.",
}
"""What a person can do about something that was held, in one plain sentence."""
STATUS_STEPS: Final[Mapping[str, str]] = {
    "archived": "Restore it from the archive of its space if it is still needed, then audit and plan again.",
    "trashed": "Restore it from the trash of its space if it is needed, or delete it there for good; then audit again.",
    "draft": "Ask its author to publish or discard the draft, then audit and plan again.",
    "historical": "Delete the old version in the history of the page when nobody needs it any more.",
}
"""Status of an object that is not current -> what a person can do about it."""


OWN_ENTRY: Final = "an entry that is moved or removed belongs to the writing account"
UNRECORDED: Final = "the plan itself wrote it, and the journal does not know of it"
NO_LONGER: Final = "the site does not redact it any more"
PLAN_SPLICE: Final = "Make the plan again and have it reviewed: it masks by a splice what the site does not redact."
FORGOTTEN: Final = "The journal was lost or replaced: restore the run's folder from a backup, then run it again."


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one plan may change: parts beyond it are held when the plan is made, the whole is refused by apply."""

    actions: int = 1_000
    percent: float = 100.0
    """Share of the objects read that a plan may write."""
    edits: int = 500
    """Edits in one part."""
    size_bytes: int = 5_000_000
    """Size of one part after the change."""

    def of_a_part(self) -> dict[str, int]:
        """Return the bounds of one part by name, as the plan file records them."""
        return {"edits": self.edits, "size_bytes": self.size_bytes}


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one object is not written."""

    reason: HeldReason
    detail: str
    """Plain words without contents."""
    step: str = ""
    """What a person can do; empty: what can be done about the reason."""
    since: int | None = None
    """The version after which somebody wrote; None where that is not the reason, or no history tells who it was."""
    newer_same: bool = False
    """Whether all that keeps it back is a newer version with the same text."""

    @property
    def next_step(self) -> str:
        """Return what a person can do about it, in one plain sentence."""
        return self.step or NEXT_STEP[self.reason]


def status_step(status: str) -> str:
    """Return what a person can do about an object that has another status than `current`."""
    return STATUS_STEPS.get(status, NEXT_STEP[HeldReason.NOT_CURRENT])


def advice(reason: HeldReason, detail: str) -> str:
    """Return what a person can do about something that was held for a reason, told in `detail`."""
    if detail.endswith(NO_LONGER):
        return PLAN_SPLICE
    return FORGOTTEN if detail.endswith(UNRECORDED) else NEXT_STEP[reason]


def within_limits(actions: Sequence[object], limits: Limits, objects_read: int = 0) -> None:
    """Return when a plan keeps within its limits. Raises `GuardError` before anything is written.

    `objects_read` are the objects that the audit read; where it is not known, no share of it is a limit.
    """
    count = len(actions)
    if count > limits.actions:
        raise _too_large(f"it has {count} actions, the limit is {limits.actions}", f"--max-actions {count}")
    percent = 100 * count / objects_read if objects_read else 0.0
    if percent > limits.percent:
        share = f"{math.ceil(percent * 10) / 10:g}"
        why = f"it has {count} actions for {objects_read} objects read, {share} %, the limit is {limits.percent:g} %"
        raise _too_large(why, f"--max-percent {share}")


def _too_large(why: str, allow: str) -> GuardError:
    return GuardError(
        what="The plan is larger than the limit allows",
        where="plan",
        why=why,
        fix=f"Review it, then allow that many with {allow}. Nothing was written.",
    )


def oversized(edits: int, size_bytes: int, limits: Limits) -> Refusal | None:
    """Return why one part is too much to change at once, None when it is not. The rest of the plan goes on."""
    if edits > limits.edits:
        why = f"it would have {edits} edits, the limit is {limits.edits}: plan --max-edits {edits} allows them"
        return Refusal(HeldReason.OVER_LIMIT, why)
    if edits and size_bytes > limits.size_bytes:
        why = f"it would have {size_bytes} bytes, the limit is {limits.size_bytes}"
        return Refusal(HeldReason.OVER_LIMIT, why)
    return None


def writable(current: Current, *, allow_drafts: bool, allow_unversioned: bool = False) -> Refusal | None:
    """Return why an object as it is now must not be written at all, None when it may be."""
    if current.ref.status != "current":
        return Refusal(HeldReason.NOT_CURRENT, f"it is {current.ref.status}", status_step(current.ref.status))
    if current.fixed:
        return Refusal(HeldReason.NO_REWRITER, current.fixed)
    if is_set(current.part) or (allow_unversioned and not has_versions(current.ref, current.part)):
        return None
    if current.ref.version is None:
        return Refusal(HeldReason.NO_VERSION, "it has no version number")
    if current.has_draft and not allow_drafts:
        return Refusal(HeldReason.DRAFT, "it has an unpublished draft")
    return None


def unchanged(
    current: Current, base_version: int | None, base_hash: str, key: bytes, *, planned_version: int | None = None
) -> Refusal | None:
    """Return why what is there now is not what the plan was made for, None when it is, byte by byte.

    `base_version` has that text: the planned version, or after a rehearsal of `planned_version` the one that it left.
    """
    same_text = keyed_hash(key, current.data) == base_hash
    versioned = has_versions(current.ref, current.part)
    if versioned and current.ref.version != base_version:
        versions = VERSIONS.format(planned=base_version, there=current.ref.version)
        if planned_version not in {None, base_version}:
            versions = (
                f"version {planned_version} was planned, the rehearsal left version {base_version}, version"
                f" {current.ref.version} is there"
            )
        detail = f"{versions}, {'with the same text' if same_text else 'with another text'}"
        newer = (current.ref.version or 0) > (base_version or 0)
        since = base_version if newer and current.latest is None else None
        return Refusal(HeldReason.CHANGED, detail, since=since, newer_same=newer and same_text)
    if not same_text:
        known = "the version is the planned one" if versioned else "it has no version"
        return Refusal(HeldReason.CHANGED, f"{known}, the contents are not those of the plan")
    return None


def safe_access(part: str, before: bytes, after: bytes, caller: str) -> Refusal | None:
    """Return why an access list must not be written, None when it may be, and for parts that are none.

    A list is written as a whole and takes account ids only: anybody without one would be lost from it, and a list
    that loses its last entry is open to everyone. The account that writes must not shut itself out. Groups are left
    alone: whether the caller belongs to one is not known, and none is ever added or removed.
    """
    if is_members(part):
        return _safe_members(before, after, caller)
    if is_grants(part):
        return _safe_permissions(acl.decode_permissions(before), acl.decode_permissions(after), caller)
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
    return _no_newcomers(old, new)


def _safe_members(before: bytes, after: bytes, caller: str) -> Refusal | None:
    """Return why a list of people must not be written: nobody comes under a retired identifier.

    A site that does not know the identifier of whom it is to remove takes the caller instead.
    """
    try:
        old, new = members(before), members(after)
    except ValueError:
        return Refusal(HeldReason.NO_REWRITER, "somebody on the list is named by no identifier")
    if any(one.retired for one in new - old):
        return Refusal(HeldReason.NO_REWRITER, "the site takes no retired identifiers, so the people stay by account")
    if any(one.value == caller for one in old) and any(one.retired for one in old - new):
        return Refusal(HeldReason.NO_REWRITER, "the writing account is on the list and could be removed from it")
    return None


def _safe_permissions(old: tuple[acl.Permission, ...], new: tuple[acl.Permission, ...], caller: str) -> Refusal | None:
    """Return why the permissions of a space must not be written, None when each person keeps exactly what it has.

    What a write granted may also be taken back: then nothing stands that did not stand before.
    Should the site take an old entry and the account for one person, the removal of the old one takes the access of
    the account, until it is granted anew. The account that writes could not do that for itself.
    """
    if any(permissions.retired(one.principal_type, one.principal_id) for one in new if one not in old):
        return Refusal(HeldReason.NO_REWRITER, "the site takes no retired identifiers, so the people stay by account")
    fewer = permissions.grants(old) - permissions.grants(new) if set(new) <= set(old) else frozenset()
    if caller in permissions.gaining(old, new) or caller in {one.principal_id for one in fewer}:
        return Refusal(HeldReason.WOULD_LOCK_OUT, OWN_ENTRY)
    reason = None if fewer else permissions.exceeds(old, new)
    return None if reason is None else Refusal(HeldReason.WOULD_WIDEN, reason)


def _no_newcomers(old: acl.Restrictions, new: acl.Restrictions) -> Refusal | None:
    """Return why a list may let in somebody whom it kept out, whatever the lists above it say."""
    known = acl.credited(old, new)
    for operation, was, becomes in (("read", known.read, new.read), ("update", known.update, new.update)):
        reason = acl.newcomer((was,), (becomes,), lambda _: None)
        if reason is not None:
            return Refusal(HeldReason.WOULD_WIDEN, f"{operation}: {reason}")
    return None
