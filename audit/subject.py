"""A dossier is made: the site is read anew, and what it holds of one person is told by keyed hashes and literal search.

The run behind it is like that of an audit, with all rules, the names of the person as a directory, and one more rule
for account ids, user keys and groups. Identifiers stay in memory; what the run keeps is compared by their keyed hashes.
An interrupted run is gone on with for the same person, account and options, and removed once the dossier is made.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from audit.auditing import account_of, stamp
from audit.crawl import Crawl, Progress
from audit.errors import GuardError
from audit.events import OnEvent
from audit.http import Api
from audit.identity.addresses import JiraSearch, SiteAddresses
from audit.identity.opening import Opened, stamped
from audit.knowing import Knowledge
from audit.people import Listed, joined, listed
from audit.person import Person
from audit.retention import keep_until
from audit.settings import Retention
from audit.sites.base import Survey
from audit.sites.cloud.each import LABEL_WATCHES
from audit.sites.cloud.site import CloudSite
from audit.subjectaccount import PROFILE, Table, Traced, of_others, traced
from audit.subjectcheck import agreed
from audit.subjectheld import Answer, held
from audit.subjectindex import Indexed, Member, indexed, memberships, profile, roles
from audit.subjectrun import SubjectRun
from reports.dossier import Added, Dossier, GroupFacts
from reports.evidence import RIGHTS, CoverageRow
from rules.directory import Directory
from rules.masking import mask, mask_text
from rules.model import ObjectType, SubjectKind
from rules.registry import digest
from rules.rule import Category
from rules.subjectplace import rule_for

BESIDE: Final = frozenset({"user-properties", "look-and-feel"})
"""What is not read of everybody: properties are asked for the account alone, and nobody stands in a look."""
NO_ACCOUNT: Final = (
    "No account id was given: who wrote, is mentioned, has a task, rights or a restriction, watches or likes is known"
    " by it alone, and was not looked for."
)
NO_EMAIL: Final = "No e-mail address was given and the site shows none: texts that hold it were not looked for."
NO_NAME: Final = "No name was given and the site shows none: texts that call the person by name were not looked for."
NO_USERNAME: Final = (
    "No username of earlier times was given: mentions, tasks and texts that hold it were not looked for."
)
FILES: Final = (
    "Of each file only the current version was examined, and none that lies in the trash; text in pictures and scans"
    " was not read."
)
HISTORY: Final = (
    "Of comments and files the present version was read: who wrote older ones is known to the index of the site alone."
    " The site names one author for each version; further people who edited with them are not asked for."
)
UNTOLD: Final = (
    "The API does not tell reactions other than likes, what the person viewed, and drafts of others; it names the"
    " favourites of others only where its index has them."
)
ELSEWHERE: Final = (
    "What Atlassian holds for the account itself, and other products such as Jira, are not part of this answer."
)
OTHERS: Final = "The site did not list its people: titles may show names of others. Look before you hand it over."
ABSENT: Final = "The site does not know the account, or does not show it: check the account id."


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Everything that a dossier needs from outside."""

    site: CloudSite
    api: Api
    store: SubjectRun
    knowledge: Knowledge
    person: Person
    key: bytes
    spaces: tuple[str, ...]
    origin: str
    tool_version: str
    now: Callable[[], datetime]
    on_progress: Callable[[Progress], None]
    on_event: OnEvent
    retention: Retention
    table: Table
    opened: Opened
    """Routes that ask for the account of somebody who is known by another identifier."""
    differing: bool = False
    """Whether identifiers that the site has for different people are to be taken for those of one."""
    quick: bool = False

    async def run(self) -> Dossier:
        """Read the site and return the dossier.

        Raises the error of a site that cannot be read at all, `UsageError` for identifiers of two people, and
        `GuardError` where the run was begun for somebody else, with another account or in another way.
        """
        people = await listed(self.api)
        told = await self._traced(people)
        accounts = told.person.of(SubjectKind.ACCOUNT_ID)
        shown, hidden = await profile(self.api, accounts)
        warnings = agreed(told.person, shown, allowed=self.differing)
        person = told.person.with_(value for one in shown for value in one.values())
        groups, ungrouped = await memberships(self.api, accounts)
        survey = await self.site.survey()
        known = self._told(person, groups, people)
        self._begin(survey, known, person, groups)
        crawl = Crawl(self.site, self.store, known.rules, self.key, self.on_progress, self.on_event, known.context)
        await crawl.run(survey)
        index = await indexed(self.api, accounts, self.spaces, quick=self.quick)
        self.store.set_hosts((*self.site.hosts(), *self.opened.hosts()))
        self.store.set({"finished_at_utc": stamp(self.now())})
        gaps = (*ungrouped, *([f"The profile of the account was not read: {hidden}."] if hidden else ()))
        maskable = frozenset(rule.id for rule in self.knowledge.rules if rule.category is Category.PERSONAL)
        answer = Answer(person, self.key, index, tuple(one.id for one in groups), maskable)
        dossier = self._dossier(survey, answer)
        return replace(
            dossier,
            added=tuple(_added(person, self.person, told, self.key)),
            incomplete=(*gaps, *dossier.incomplete),
            unasked=(*unasked(person, told.unknown), *index.unasked, *([OTHERS] if people.missing else ())),
            warnings=(*warnings, *([ABSENT] if any(one.state.value == "absent" for one in shown) else ())),
            groups=tuple(GroupFacts(one.id, crawl.titles.masked(mask_text(one.name))) for one in groups),
            states=tuple(one.state.value for one in shown),
            roles=tuple(GroupFacts(*one) for one in (await roles(self.api) if accounts else ())),
        )

    async def _traced(self, people: Listed) -> Traced:
        """Return the person with the account, where some route knows it."""

        def at() -> str:
            return stamped(self.now)

        accounts = [account for account, _ in people.people]
        beside = (JiraSearch(self.api, at), SiteAddresses(self.api, accounts, at))
        names = (each for _, each in people.people)
        return await traced(self.person, self.table, (*self.opened.routes, *beside), names)

    def _told(self, person: Person, groups: Sequence[Member], people: Listed) -> Knowledge:
        """Return all rules and the one for the person, and a context that hides nothing of them.

        Everybody's names are looked for, so that titles show nobody else.
        """
        context = self.knowledge.context
        logins = frozenset(
            value.lower() for kind in (SubjectKind.USERNAME, SubjectKind.USER_KEY) for value in person.of(kind)
        )
        accounts = frozenset(person.of(SubjectKind.ACCOUNT_ID))
        others = joined([each for each in people.people if each[0] not in accounts], of_others(person, self.table.rows))
        rule = rule_for(person.values, {one.id: one.account for one in groups})
        return Knowledge(
            (*self.knowledge.rules, rule),
            replace(
                context,
                known=context.known | logins,
                allowed=frozenset(),
                detectors=(*context.detectors, Directory((*person.named(), *others)).detector),
            ),
        )

    def _begin(self, survey: Survey, known: Knowledge, person: Person, groups: Sequence[Member]) -> None:
        """Write down what the run is about, or check that it is gone on with as it was begun. No value is kept."""
        about = [
            sorted(one.hmac for one in person.subjects(self.key)),
            [one.id for one in groups],
            [self.origin, *self.spaces],
            sorted(one.name for one in survey.units if not one.name.startswith("template/")),
        ]
        message = json.dumps(about).encode()
        facts = {
            "subject": hmac.new(self.key, message, hashlib.sha256).hexdigest(),
            "account_hmac": account_of(survey.account_id, self.key),
            "rules_digest": digest(known.rules),
        }
        if not self.store.get("started_at_utc"):
            begun = self.now()
            self.store.set({**facts, "started_at_utc": stamp(begun), "keep_until": keep_until(begun, self.retention)})
        elif any(self.store.get(name) != value for name, value in facts.items()):
            raise GuardError(
                what="The interrupted dossier was begun in another way",
                where=self.store.path.parent.name,
                why="the person, the account that reads, the spaces, the options or the rules are not the same",
                fix="Repeat the command as it was and add --resume, or leave --resume away to begin anew.",
            )

    def _dossier(self, survey: Survey, answer: Answer) -> Dossier:
        notes = {kind.value: note for kind, note in survey.notes.items()}
        index = answer.index
        labels = not (index.unasked or self.quick or self.spaces)
        return Dossier(
            site=self.origin,
            id=self.store.path.parent.name,
            started_at_utc=self.store.get("started_at_utc"),
            finished_at_utc=self.store.get("finished_at_utc"),
            account=mask(SubjectKind.ACCOUNT_ID, survey.account_id),
            tool_version=self.tool_version,
            asked=self.person.subjects(self.key),
            added=(),
            held=tuple(held(self.store, answer)),
            coverage=tuple(_covered(self.store.coverage(notes), labels=labels)),
            incomplete=(*self.store.failures(), *index.gaps, *_unlisted(self.store, index)),
            unasked=(),
            hosts=self.store.hosts(),
            spaces=tuple(f"~{mask('username', key[1:])}" if key.startswith("~") else key for key in self.spaces),
        )


def _added(person: Person, asked: Person, told: Traced, key: bytes) -> Iterator[Added]:
    """Yield the identifiers that were not asked for, each with who told it."""
    for value in person.values:
        if value not in asked.values:
            yield Added(value.subject(key), told.sources.get(value, PROFILE))


def _covered(rows: Iterable[CoverageRow], *, labels: bool) -> Iterator[CoverageRow]:
    """Yield the coverage without what is asked for the account alone, and without the options of an audit.

    `labels`: watches of labels were asked for the account.
    """
    for row in rows:
        alone = row.object_class in {ObjectType.USER_PROPERTY, ObjectType.LOOK_AND_FEEL}
        if row.assessed or not (alone or (labels and LABEL_WATCHES in row.note)):
            yield replace(row, note=row.note.partition("; read with ")[0])


def _unlisted(store: SubjectRun, index: Indexed) -> Iterator[str]:
    """Yield how many objects the index names that no listing showed."""
    missing = index.contributed - {ref_id for _, ref_id, _ in store.facts()}
    if missing:
        yield f"The index of the site names {len(missing)} more objects that the person contributed to."


def unasked(person: Person, unknown: Iterable[str] = ()) -> Iterator[str]:
    """Yield what could not be looked for with these identifiers, and what no dossier holds.

    `unknown` says why no account was found.
    """
    for kind, sentence in (
        (SubjectKind.ACCOUNT_ID, NO_ACCOUNT),
        (SubjectKind.EMAIL, NO_EMAIL),
        (SubjectKind.DISPLAY_NAME, NO_NAME),
        (SubjectKind.USERNAME, NO_USERNAME),
    ):
        if not person.of(kind):
            yield sentence
            yield from unknown if kind is SubjectKind.ACCOUNT_ID else ()
    yield from (RIGHTS, FILES, HISTORY, UNTOLD, ELSEWHERE)
