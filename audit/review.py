"""Reviewing a plan: a person accepts or declines single actions, and what is left is a plan of its own.

The new plan has an id and a digest of its own and names the digest of the plan that was reviewed. Declined actions are
held with who declined them, when and why. Reasons are masked by what the plan knows and by the shapes of identifiers.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from audit.accepted import answerable
from audit.errors import UsageError
from audit.plan_file import Action, Plan, counted, each_held, open_edits, seal_edits, signed
from audit.redaction import require_named
from audit.vault import Vault
from reports.migrated import Decision
from rules.model import HeldReason, Subject, SubjectKind
from rules.remarks import mask_remark

ACCEPT, DECLINE = "accept", "decline"
WORDS: Final = {"accept": True, "accepted": True, "decline": False, "declined": False}
EVERY_OTHER: Final = "*"
"""In place of the id of an action: all that are not named."""
COLUMNS: Final = ("action", "decision", "by", "why")
NAMED: Final = 5
"""Most ids that a message names."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said about one action, as it was given."""

    accepted: bool
    by: str = field(repr=False)
    why: str = field(default="", repr=False)


Verdicts = Mapping[str, Verdict]
"""Id of an action, or `*`, -> what was said about it."""


def read_verdicts(path: Path) -> Verdicts:
    """Return the decisions in a CSV or TOML file. Raises `UsageError` naming the row that is not understood.

    CSV has the columns action, decision, by, why; TOML a table [[decision]] with the same fields.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = _toml(text) if path.suffix.lower() == ".toml" else _csv(text)
    except OSError as error:
        raise _wrong(path, f"the system said: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _wrong(path, "it is not UTF-8") from error
    except (tomllib.TOMLDecodeError, csv.Error):
        rows = None
    if rows is None:
        # Raised here and not above: the original error carries the text of the file.
        raise _wrong(path, "it is neither CSV with a header nor TOML with tables [[decision]]")
    verdicts: dict[str, Verdict] = {}
    for number, row in enumerate(rows, start=1):
        action, word, by = (row.get(name, "").strip() for name in COLUMNS[:3])
        if not action or word.lower() not in WORDS or not by:
            raise _wrong(path, f"row {number} lacks an action, accept or decline, or who decided")
        if action in verdicts:
            raise _wrong(path, f"row {number} decides about {action[:12]} once more")
        verdicts[action] = Verdict(WORDS[word.lower()], by, row.get("why", "").strip())
    return verdicts


def reviewed(
    plan: Plan, verdicts: Verdicts, vault: Vault, *, key: bytes, now: datetime, roles: frozenset[str] = frozenset()
) -> Plan:
    """Return the plan that is left when the declined actions are taken out. Ids of actions stay as they are.

    Reviewers are masked, but for `roles`: offices that the configuration names.
    Raises `UsageError` when an action is not decided about, or a decision is about none, and `WorkspaceError` when
    the edits cannot be opened with the key of the run.
    """
    ids = {action.id for action in plan.actions}
    unknown = sorted(verdicts.keys() - ids - {EVERY_OTHER})
    if unknown:
        raise UsageError(
            what=f"The plan has no action {_some(unknown)}",
            where=f"plan {plan.id}",
            why="the decisions were made for another plan",
            fix="Name actions as the plan and its report number them.",
        )
    silent = [action.id for action in plan.actions if action.id not in verdicts and EVERY_OTHER not in verdicts]
    if silent:
        raise UsageError(
            what=f"Nobody decided about {_some(silent)}",
            where=f"plan {plan.id}",
            why=f"{len(silent)} of {len(ids)} actions have no decision",
            fix=f"Add them, or a row {EVERY_OTHER} that decides about all others.",
        )
    if EVERY_OTHER in verdicts and verdicts[EVERY_OTHER].accepted:
        require_named(plan, verdicts)
    at_utc = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    said = {action.id: verdicts.get(action.id) or verdicts[EVERY_OTHER] for action in plan.actions}
    people, replaced = _people(plan), _replaced(plan, vault)
    remarks = {one.why: mask_remark(one.why, people, key, replaced) for one in said.values()}
    by = partial(_reviewer, key=key, roles=roles)
    decisions = tuple(_decision(action, said[action.id], remarks, by, at_utc) for action in plan.actions)
    new_id = _new_id(plan, decisions, key, at_utc)
    kept = tuple(_moved(plan, action, new_id, vault) for action in plan.actions if said[action.id].accepted)
    held = [*plan.held]
    for action, decision in zip(plan.actions, decisions, strict=True):
        if not decision.accepted:
            why = f": {decision.why}" if decision.why else ""
            detail = f"{action.id}: declined by {decision.by.mask} on {at_utc}{why}"
            held += each_held(action, HeldReason.DECLINED, detail)
    return signed(
        key,
        replace(
            plan,
            id=new_id,
            created_at_utc=at_utc,
            actions=kept,
            held=tuple(held),
            counts=counted(kept, held, plan.counts["found"]),
            base=plan.digest,
            decisions=(*plan.decisions, *decisions),
        ),
    )


def _decision(
    action: Action, verdict: Verdict, remarks: Mapping[str, str], reviewer: Callable[[str], Subject], at_utc: str
) -> Decision:
    return Decision(action.id, verdict.accepted, reviewer(verdict.by), remarks[verdict.why], at_utc)


def _reviewer(name: str, *, key: bytes, roles: frozenset[str]) -> Subject:
    return answerable(name, key, role=name in roles)


def _people(plan: Plan) -> frozenset[Subject]:
    """Return everybody whom a plan is about, changed, held or only asked for, and their accounts."""
    people = {place.subject for action in plan.actions for place in action.replaced()}
    people |= {item.subject for item in plan.held if item.subject is not None}
    for one in plan.identities:
        people |= {one.subject} if one.account is None else {one.subject, one.account}
    return frozenset(people)


def _replaced(plan: Plan, vault: Vault) -> frozenset[str]:
    """Return the raw texts before and after each edit about a person; of interfaces the names may stay."""
    return frozenset(
        text.decode("utf-8", "replace")
        for action in plan.actions
        for edit, planned in zip(open_edits(plan, action, vault), action.edits, strict=False)
        if planned.view.subject.kind is not SubjectKind.INTERFACE
        for text in (edit.old, edit.new)
    )


def _moved(plan: Plan, action: Action, new_id: str, vault: Vault) -> Action:
    """Return an action sealed for the plan with another id."""
    return replace(action, sealed=seal_edits(open_edits(plan, action, vault), vault, action.context(new_id)))


def _new_id(plan: Plan, decisions: Sequence[Decision], key: bytes, at_utc: str) -> str:
    said = "".join(f"\x00{one.action}{'+' if one.accepted else '-'}" for one in decisions)
    message = f"review\x00{plan.digest}\x00{at_utc}{said}".encode()
    return f"P-{hmac.new(key, message, hashlib.sha256).hexdigest()[:12]}"


def _csv(text: str) -> list[Mapping[str, str]] | None:
    separator = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restval="")
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    if not set(COLUMNS[:3]) <= set(names):
        return None
    reader.fieldnames = names
    return [{name: value for name, value in row.items() if isinstance(value, str)} for row in reader]


def _toml(text: str) -> list[Mapping[str, str]] | None:
    tables = tomllib.loads(text).get("decision")
    if not isinstance(tables, list) or not all(isinstance(row, dict) for row in tables):
        return None
    return [{name: value for name, value in row.items() if isinstance(value, str)} for row in tables]


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(one[:12] for one in ids[:NAMED]) + more


def _wrong(path: Path, why: str) -> UsageError:
    return UsageError(
        what="The decisions cannot be used",
        where=path.name,
        why=why,
        fix=f"Give the columns {', '.join(COLUMNS)}: A-0001, accept or decline, who, and in a few words why.",
    )
