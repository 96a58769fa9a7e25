"""One audit from its first request to its last record: begin or resume a run, crawl, close it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from audit.crawl import Crawl, Progress
from audit.errors import GuardError, UsageError
from audit.events import OnEvent
from audit.evidence import RULES, kept_rules
from audit.people import Told, told_nothing
from audit.retention import keep_until
from audit.run import RunStore
from audit.settings import DEFAULT_RETENTION, Retention
from audit.sites.base import Site, Survey
from rules.context import NOTHING_KNOWN, Context
from rules.masking import mask
from rules.model import Personal, SubjectKind
from rules.registry import digest
from rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is written down about a run before it begins."""

    run_id: str
    site: str
    auth: str
    tool_version: str
    options: Mapping[str, str]
    """Options as the reports show them."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything one audit needs from outside."""

    site: Site
    store: RunStore
    rules: Sequence[Rule]
    key: bytes
    conditions: Conditions
    now: Callable[[], datetime]
    on_progress: Callable[[Progress], None]
    on_event: OnEvent
    context: Context = NOTHING_KNOWN
    retention: Retention = DEFAULT_RETENTION
    names: Told = told_nothing
    """Adds the people of the site to what the rules are told."""

    async def run(self) -> None:
        """Read the site into the store, or go on where an earlier attempt stopped.

        Raises `GuardError` when the run was begun by another account or with other rules, and the error of the site
        when it cannot be read. Whatever happens, the hosts that were contacted are written down.
        """
        try:
            survey = await self.site.survey()
            context, missing = await self.names(self.context)
            survey = replace(survey, not_assessed=(*survey.not_assessed, *missing))
            self._open(survey)
            crawl = Crawl(self.site, self.store, self.rules, self.key, self.on_progress, self.on_event, context)
            await crawl.run(survey)
            ended = self.now()
            self.store.set({
                "finished_at_utc": stamp(ended),
                "keep_until": keep_until(ended, self.retention),
                "before_images_days": str(self.retention.before_images_days),
            })  # fmt: skip
        finally:
            self.store.set_hosts(self.site.hosts())

    def _open(self, survey: Survey) -> None:
        account = account_of(survey.account_id, self.key)
        facts = {
            "run_id": self.conditions.run_id,
            "site": self.conditions.site,
            "edition": survey.edition,
            "account": mask("account_id", survey.account_id),
            "account_hmac": account,
            "auth": self.conditions.auth,
            "tool_version": self.conditions.tool_version,
            "rules_digest": digest(self.rules),
            "config_digest": config_digest(self.conditions.options),
            "options": json.dumps(dict(self.conditions.options), sort_keys=True),
            "notes": json.dumps({kind.value: note for kind, note in survey.notes.items()}, sort_keys=True),
        }
        if not self.store.get("started_at_utc"):
            self.store.set({**facts, RULES: kept_rules(self.rules), "started_at_utc": stamp(self.now())})
            return
        if self.store.get("account_hmac") != account:
            raise GuardError(
                what="The run was begun by another account",
                where=self.conditions.run_id,
                why="two accounts see different content, so their halves make no whole",
                fix="Resume it with the account that began it, or audit anew without --resume.",
            )
        if self.store.get("rules_digest") != facts["rules_digest"]:
            raise GuardError(
                what="The run was begun with other rules",
                where=self.conditions.run_id,
                why="what was read before was judged by rules that have changed since",
                fix="Audit anew without --resume.",
            )
        if self.store.get("options") != facts["options"]:
            raise GuardError(
                what="The run was begun with other knowledge",
                where=self.conditions.run_id,
                why="what was read before was judged with another list of people or other rows for macros",
                fix="Resume it with the same --known and `macros`, or audit anew without --resume.",
            )
        self.store.set({"finished_at_utc": "", "notes": facts["notes"]})


def account_of(account_id: str, key: bytes) -> str:
    """Return by what a run knows the account that it is read with."""
    return Personal(SubjectKind.ACCOUNT_ID, account_id).pseudonym(key)


def config_digest(options: Mapping[str, str]) -> str:
    """Return the SHA-256 of the options of a run in canonical form."""
    return hashlib.sha256(json.dumps(dict(options), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def stamp(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC with whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def resumable(path: Path) -> None:
    """Check that a run can be gone on with. Raises `UsageError` when it was finished without a gap."""
    with RunStore.reading(path / "run.db") as store:
        if store.get("finished_at_utc") and not store.failures():
            raise UsageError(
                what="The run is complete",
                where=path.name,
                why="everything in its scope was read",
                fix="Leave --resume away to audit anew, or render it with `confluence-gdpr report`.",
            )
