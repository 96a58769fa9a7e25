"""How a run that writes begins: who we are, whether that is who we were, and the plan in the journal."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from audit.errors import GuardError
from audit.journal import Journal
from audit.plan_file import Plan
from audit.records import Entry, Op, Purpose, State
from audit.sites.base import Target
from rules.model import ObjectType, Personal, Ref, SubjectKind


def op_token(key: bytes, plan: Plan, action: str, purpose: Purpose) -> str:
    """Return the token of one write: the same whenever the same plan is applied, and without anything personal.

    It names the tool, the run, the operation and the action, and stands in the history of the page.
    """
    message = f"op\x00{plan.digest}\x00{action}\x00{purpose.value}".encode()
    mark = hmac.new(key, message, hashlib.sha256).hexdigest()[:12]
    return f"confluence-gdpr {plan.run_id} {purpose.value} {action} {mark}"


async def identify(target: Target, journal: Journal, plan: str, *, key: bytes, accept_caller: bool) -> str:
    """Return the account id of the credentials, after recording that they are the ones that go on with this plan.

    Raises `NotAuthenticated` when the site takes us for anonymous, and `GuardError` when an earlier run of the same
    plan was begun with another account and that was not accepted.
    """
    caller = await target.caller()
    pseudonym = Personal(SubjectKind.ACCOUNT_ID, caller).pseudonym(key)
    run = _run(plan)
    before = journal.last(run.token)
    if before is not None and before.caller != pseudonym and not accept_caller:
        raise GuardError(
            what="The credentials belong to another account than those that began this plan",
            where=f"plan {plan[:12]}",
            why="the journal names another account",
            fix="Use the first account, or add --accept-caller if this one takes over. Nothing was written.",
        )
    if before is None or before.caller != pseudonym:
        journal.append(Entry(run, State.PLANNED, caller=pseudonym))
    return caller


def require_known(journal: Journal, plan: str) -> None:
    """Raise `GuardError` when the journal has never heard of this plan: then nothing can be undone from it."""
    if journal.last(_run(plan).token) is None:
        raise GuardError(
            what="The journal of this run knows nothing of this plan",
            where=f"plan {plan[:12]}",
            why="it was never applied from here, or the journal was lost",
            fix="Name the run that the plan was applied from, or restore its folder from a backup.",
        )


def announce(journal: Journal, ops: Sequence[Op]) -> None:
    """Record, in one step, everything that is about to be done and was not begun before."""
    fresh = [Entry(op, State.PLANNED) for op in ops if journal.last(op.token) is None]
    if fresh:
        journal.append(*fresh)


def _run(plan: str) -> Op:
    """Return what stands in the journal for the plan as a whole."""
    return Op(f"plan {plan}", Purpose.APPLY, plan, "", Ref(ObjectType.SITE, ""), "")
