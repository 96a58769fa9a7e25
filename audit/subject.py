"""A dossier is made: the site is read anew, and what it holds of one person is told by keyed hashes and literal search.

The run behind it is like that of an audit, with all rules, the names of the person as a directory, and one more rule
for account ids and user keys. Identifiers stay in memory; what the run keeps is compared by their keyed hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from audit.auditing import stamp
from audit.crawl import Crawl, Progress
from audit.events import OnEvent
from audit.http import Api
from audit.knowing import Knowledge
from audit.people import Listed, listed
from audit.person import Person
from audit.results import Place
from audit.run import RunStore
from audit.sites.base import Survey
from audit.sites.cloud.site import CloudSite
from audit.subjectcheck import agreed
from audit.subjectindex import Indexed, indexed, profile
from audit.subjectrun import SubjectRun
from audit.workspace import Workspace
from reports.dossier import Dossier, Held, Kept, Relation
from reports.evidence import RIGHTS, CoverageRow, ObjectFacts
from rules.directory import RULE_ID as BY_NAME
from rules.directory import Directory
from rules.masking import mask
from rules.model import Confidence, Finding, ObjectType, SubjectKind
from rules.subjectplace import MENTION, rule_for

BY_CLASS: Final[Mapping[str, Relation]] = {
    ObjectType.TASK: Relation.ASSIGNED,
    ObjectType.RESTRICTION: Relation.RESTRICTED,
    ObjectType.SPACE_PERMISSION: Relation.PERMITTED,
    ObjectType.SPACE_ROLE: Relation.PERMITTED,
    ObjectType.WATCH: Relation.WATCHING,
    ObjectType.LIKE: Relation.LIKED,
    ObjectType.RELATION: Relation.RELATED,
    ObjectType.USER_PROPERTY: Relation.PROFILE,
    ObjectType.ATTACHMENT: Relation.ATTACHED,
    ObjectType.ATTACHMENT_CONTENT: Relation.ATTACHED,
    ObjectType.CONTENT_PROPERTY: Relation.STORED,
    ObjectType.SPACE_PROPERTY: Relation.STORED,
    ObjectType.VERSION: Relation.OLD,
    ObjectType.AUDIT_RECORD: Relation.LOGGED,
}
"""Class of objects that something was read as -> what it says of the person."""
BESIDE: Final = frozenset({"user-properties", "look-and-feel"})
"""What is not read of everybody: properties are asked for the account alone, and nobody stands in a look."""
MOST_PATHS: Final = 5
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
ELSEWHERE: Final = (
    "What Atlassian holds for the account itself, rights that come from groups, and other products such as Jira are not"
    " part of this answer."
)
_CONTENT: Final = frozenset(
    {
        ObjectType.PAGE,
        ObjectType.BLOGPOST,
        ObjectType.FOOTER_COMMENT,
        ObjectType.INLINE_COMMENT,
        ObjectType.ATTACHMENT,
        ObjectType.CUSTOM_CONTENT,
    }
)
"""What the index of the site knows."""
_THEIRS: Final = frozenset({SubjectKind.ACCOUNT_ID, SubjectKind.USER_KEY, SubjectKind.EMAIL})
"""Kinds of values that no two people have; the directory may have found the first part of an address only."""
_MADE: Final = ("authorId", "resolutionLastModifierId")
"""Fields of content that name who wrote its first version, or settled a comment."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked for, and what the site said beyond its listings."""

    person: Person
    asked: Person
    """Without what the site itself added."""
    warnings: tuple[str, ...]
    key: bytes
    index: Indexed


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
    differing: bool = False
    """Whether identifiers that the site has for different people are to be taken for those of one."""

    async def run(self) -> Dossier:
        """Read the site and return the dossier.

        Raises the error of a site that cannot be read at all, and `UsageError` for identifiers of two people.
        """
        started = stamp(self.now())
        accounts = self.person.of(SubjectKind.ACCOUNT_ID)
        shown = await profile(self.api, accounts)
        warnings = agreed(self.person, shown, allowed=self.differing)
        person = self.person.with_(value for one in shown for value in one.values())
        survey = await self.site.survey()
        known = self._told(person, await listed(self.api))
        rules, context = known.rules, known.context
        await Crawl(self.site, self.store, rules, self.key, self.on_progress, self.on_event, context).run(survey)
        index = await indexed(self.api, accounts, self.spaces)
        answer = Answer(person, self.person, warnings, self.key, index)
        self.store.set_hosts(self.site.hosts())
        self.store.set({"started_at_utc": started, "finished_at_utc": stamp(self.now())})
        return self._dossier(survey, answer)

    def _told(self, person: Person, people: Listed) -> Knowledge:
        """Return all rules and the one for the person, and a context that hides nothing of them.

        Everybody's names are looked for, so that titles show nobody else.
        """
        context = self.knowledge.context
        logins = frozenset(
            value.lower() for kind in (SubjectKind.USERNAME, SubjectKind.USER_KEY) for value in person.of(kind)
        )
        accounts = frozenset(person.of(SubjectKind.ACCOUNT_ID))
        others = tuple(each for account, each in people.people if account not in accounts)
        return Knowledge(
            (*self.knowledge.rules, rule_for(person.values)),
            replace(
                context,
                known=context.known | logins,
                allowed=frozenset(),
                detectors=(*context.detectors, Directory((*person.named(), *others)).detector),
            ),
        )

    def _dossier(self, survey: Survey, answer: Answer) -> Dossier:
        notes = {kind.value: note for kind, note in survey.notes.items()}
        added = [value for value in answer.person.values if value not in answer.asked.values]
        return Dossier(
            site=self.origin,
            id=self.store.path.parent.name,
            started_at_utc=self.store.get("started_at_utc"),
            finished_at_utc=self.store.get("finished_at_utc"),
            account=mask(SubjectKind.ACCOUNT_ID, survey.account_id),
            tool_version=self.tool_version,
            asked=answer.asked.subjects(self.key),
            added=tuple(value.subject(self.key) for value in added),
            held=tuple(held(self.store, answer)),
            coverage=tuple(_covered(self.store.coverage(notes))),
            incomplete=(*self.store.failures(), *answer.index.gaps, *_unlisted(self.store, answer.index)),
            unasked=tuple(unasked(answer.person)),
            hosts=self.store.hosts(),
            warnings=answer.warnings,
        )


def _covered(rows: Iterable[CoverageRow]) -> Iterator[CoverageRow]:
    """Yield the coverage without what is asked for the account alone, and without the options of an audit."""
    for row in rows:
        if row.assessed or row.object_class not in {ObjectType.USER_PROPERTY, ObjectType.LOOK_AND_FEEL}:
            yield replace(row, note=row.note.partition("; read with ")[0])


def _unlisted(store: SubjectRun, index: Indexed) -> Iterator[str]:
    """Yield how many objects the index names that no listing showed."""
    missing = index.contributed - {ref_id for _, ref_id, _ in store.facts()}
    if missing:
        yield f"The index of the site names {len(missing)} more objects that the person contributed to."


def unasked(person: Person) -> Iterator[str]:
    """Yield what could not be looked for with these identifiers, and what no dossier holds."""
    for kind, sentence in (
        (SubjectKind.ACCOUNT_ID, NO_ACCOUNT),
        (SubjectKind.EMAIL, NO_EMAIL),
        (SubjectKind.DISPLAY_NAME, NO_NAME),
        (SubjectKind.USERNAME, NO_USERNAME),
    ):
        if not person.of(kind):
            yield sentence
    yield RIGHTS
    yield FILES
    yield ELSEWHERE


def relation_of(finding: Finding, place: Place) -> Relation:
    """Return what a finding says of the person."""
    part, _, where = finding.path.partition(" > ")
    found = BY_CLASS.get(place.object_class) or BY_CLASS.get(finding.ref.type)
    if found is not None:
        return found
    if part == "people":
        return Relation.AUTHORED if place.type in _CONTENT and where in _MADE else Relation.OWNER
    mentioned = where.endswith(MENTION) or "ri:user" in where
    return Relation.MENTIONED if mentioned else Relation.NAMED


def held(store: SubjectRun, answer: Answer) -> Iterator[Held]:
    """Yield what a run, the index and the properties of the account hold of a person, by relation and object."""
    facts, wrote = store.facts(), store.authored(answer.person.pseudonyms(answer.key))
    found: dict[tuple[Relation, str, str, str], list[Finding]] = {(Relation.AUTHORED, *one): [] for one in wrote}
    for finding, place in store.about(answer.person.pseudonyms(answer.key)):
        key = (relation_of(finding, place), place.type, place.id, place.status)
        found.setdefault(key, []).append(finding)
    written = {one[2] for one in found if one[0] is Relation.AUTHORED and one[1] in _CONTENT}
    for one in facts.values():
        if one.ref.id in answer.index.contributed - written and one.ref.type in _CONTENT:
            found[Relation.CONTRIBUTED, one.ref.type.value, one.ref.id, one.ref.status] = []
    for each in answer.index.properties:
        facts[each.ref.type.value, each.ref.id, each.ref.status] = ObjectFacts(each.ref, each.title, each.url)
        found.setdefault((Relation.PROFILE, each.ref.type.value, each.ref.id, each.ref.status), [])
    order = list(Relation)
    for key in sorted(found, key=lambda each: (order.index(each[0]), each[1], len(each[2]), each[2], each[3])):
        yield _held(key[0], facts[key[1:]], found[key])


def _held(relation: Relation, facts: ObjectFacts, findings: Sequence[Finding]) -> Held:
    places = {(finding.path.partition(" > ")[0], finding.ref.version, finding.span.start) for finding in findings}
    return Held(
        relation,
        facts,
        len(places),
        kinds=tuple(sorted({finding.subject.kind.value for finding in findings})),
        paths=tuple(dict.fromkeys(finding.path for finding in findings))[:MOST_PATHS],
        confidence=max(map(_sureness, findings), default=Confidence.HIGH),
    )


def _sureness(finding: Finding) -> Confidence:
    """Return how sure it is that a place is about this person: what is theirs alone, and stands there, is theirs."""
    exact = finding.subject.kind in _THEIRS and finding.rule != BY_NAME
    return Confidence.HIGH if exact else finding.confidence


def kept(workspace: Workspace, people: Collection[str], but: Iterable[str]) -> Iterator[Kept]:
    """Yield the other runs of a workspace that hold findings with one of some pseudonyms."""
    for run_id in (one for one in workspace.run_ids() if one not in set(but)):
        path = workspace.run_path(run_id)
        if (path / "run.db").exists():
            with workspace.using(path), RunStore.reading(path / "run.db") as store:
                number = sum(1 for finding in store.findings() if finding.subject.hmac in people)
                if number:
                    yield Kept(run_id, store.get("finished_at_utc"), number)
