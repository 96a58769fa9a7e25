"""A dossier: where a site holds data of one person, for an answer under Articles 15, 17 and 20 of the GDPR.

The input type of its formats. Nobody's value is in it: identifiers are masks and keyed hashes, titles are masked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reports.evidence import CoverageRow, HostFacts, ObjectFacts
from rules.model import Confidence, Subject, SubjectKind

INCOMPLETE: Final = "Not everything in scope was read, so this answer is not complete."
NO_ACCOUNT: Final = (
    "No account of the person is known: what stands under an account alone, such as authorship, mentions, tasks, groups"
    " and watches, was not looked for."
)
NOTHING: Final = "Nothing was found in what was read."
HOW_TO_REDACT: Final = (
    "run `audit`, then `plan redact` with the names of findings that stand under `redactable` in dossier.json; somebody"
    " reviews that plan before anything is masked."
)
STEPS: Final = (
    (
        "Articles 12 and 15: answer within one month, with this page or dossier.json. Look at what may be about"
        " somebody else, and at titles, before you hand it over."
    ),
    f"Article 17: the last but one column says what becomes of each kind. Texts: {HOW_TO_REDACT}",
    (
        "Article 20: dossier.json is the machine-readable form; what the person wrote is copied from the pages that it"
        " names."
    ),
    "Say what is missing: the last sections name gaps, what the API does not tell, and what this tool keeps.",
)
"""How to go on with a dossier."""


class Relation(StrEnum):
    """What a person has to do with a place. Each place is told under the first that fits, in this order."""

    AUTHORED = "authored"
    EDITED = "edited"
    CONTRIBUTED = "contributed"
    MENTIONED = "mentioned"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"
    RESTRICTED = "restricted"
    PERMITTED = "permitted"
    GROUPED = "grouped"
    WATCHING = "watching"
    LIKED = "liked"
    FAVOURITE = "favourite"
    RELATED = "related"
    OWNER = "owner"
    PROFILE = "profile"
    NAMED = "named"
    ATTACHED = "attached"
    STORED = "stored"
    OLD = "old"
    LOGGED = "logged"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a relation is called, and what becomes of it when the person asks for erasure."""

    title: str
    erasure: str
    given: bool = False
    """Whether the person gave these data themselves, so that Article 20 is about them."""


_ACCOUNT: Final = (
    "The site shows the name from the account: closing or deleting the account at Atlassian takes the name away, the"
    " account id stays."
)
_BY_HAND: Final = "This tool does not change it: take the person out there by hand."
_REDACT: Final = (
    "`plan redact` masks values in present texts; names that a rule is not sure of are for whoever owns the text."
)
MEANINGS: Final[Mapping[Relation, Meaning]] = {
    Relation.AUTHORED: Meaning("Wrote it, or edited it last", _ACCOUNT, given=True),
    Relation.EDITED: Meaning("Wrote an older version of it", _ACCOUNT, given=True),
    Relation.CONTRIBUTED: Meaning("Contributed to it, as the index of the site says", _ACCOUNT, given=True),
    Relation.MENTIONED: Meaning("Is mentioned in it", f"{_ACCOUNT} {_BY_HAND}"),
    Relation.ASSIGNED: Meaning("Has a task, or gave or completed one", _BY_HAND),
    Relation.RESOLVED: Meaning("Settled the comment, or opened it again", _ACCOUNT),
    Relation.RESTRICTED: Meaning("Is named in who may read or edit it", _BY_HAND),
    Relation.PERMITTED: Meaning("Has rights or a role in the space", _BY_HAND),
    Relation.GROUPED: Meaning(
        "May read or edit it through a group",
        "Taking the person out of the group, in the administration of the site, ends it.",
    ),
    Relation.WATCHING: Meaning("Watches it", _BY_HAND, given=True),
    Relation.LIKED: Meaning("Likes it", "The person takes it back, or Atlassian deletes the account.", given=True),
    Relation.FAVOURITE: Meaning(
        "Saved it for later", "The person takes it back, or Atlassian deletes the account.", given=True
    ),
    Relation.RELATED: Meaning("Stands in a relation that an app stores", "The vendor of the app has to remove it."),
    Relation.OWNER: Meaning("Made it or owns it", _ACCOUNT),
    Relation.PROFILE: Meaning("Property of the account", "The app that stored it has to remove it."),
    Relation.NAMED: Meaning("Is named in its text, title or comment", _REDACT),
    Relation.ATTACHED: Meaning(
        "Is named in a file, its name or its metadata",
        "Replace the file, then delete its older versions: this tool changes no files.",
    ),
    Relation.STORED: Meaning("Is named in a property", "The app that stored it has to remove it."),
    Relation.OLD: Meaning(
        "Is named in an older version", "`residue` lists older versions and deletes those that a redaction left."
    ),
    Relation.LOGGED: Meaning(
        "Stands in a record of the audit log", "Nobody can change it: the site drops its records after a set time."
    ),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One object that holds something of the person, under one relation."""

    relation: Relation
    facts: ObjectFacts
    places: int
    """How many places of it; 0 where the whole object is the place."""
    kinds: tuple[str, ...] = ()
    """What kinds of values stand there: `account_id`, `email`."""
    paths: tuple[str, ...] = ()
    """Where in the object, without contents; a few at most."""
    confidence: Confidence = Confidence.HIGH
    """Of the surest place. LOW: a human has to look whether it is this person."""
    rights: tuple[str, ...] = ()
    """What a list of rights or restrictions allows the person: `read/space`, `update`."""
    through: tuple[str, ...] = ()
    """Ids of the groups that give these rights."""
    versions: tuple[int, ...] = ()
    """Numbers of the older versions that it is about."""
    fingerprints: tuple[str, ...] = ()
    """Findings that `plan redact` can mask; an audit of the same workspace gives them the same names."""
    unsure: tuple[str, ...] = ()
    """Findings that may be about somebody else: nothing masks them before a human has looked."""


@dataclass(frozen=True, slots=True)
class Added:
    """An identifier that was not asked for."""

    subject: Subject
    source: str
    """Who told it: `profile`, `table` or the name of a route to accounts, see `SOURCES`."""

    @property
    def told(self) -> str:
        """Return in words who told it."""
        return "; ".join(SOURCES.get(one, one) for one in self.source.split(" > "))


SOURCES: Final[Mapping[str, str]] = {
    "profile": "as the site has it for the account",
    "table": "from the table of people",
    "csv": "from the table of people",
    "site": "found by the address that the site shows of its people",
    "jira": "found by Jira's table of retired identifiers",
    "jira-search": "found by Jira's search for people",
    "confluence": "found by Confluence's table of retired identifiers",
    "search": "found by the search of the site for user keys",
    "data-center": "found on the old Data Center site",
    "organisation": "found in the directory of the organisation",
    "conversion": "found by what the site makes of a text with it",
}
"""Who told an identifier -> how a dossier says it."""


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group that the person belongs to, or a role in spaces."""

    id: str
    name: str
    """With everybody whom the run knows masked."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run of the workspace of this tool holds of the person: pseudonyms, and texts where it changed some."""

    run: str
    finished_at_utc: str
    findings: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything a dossier says."""

    site: str
    id: str
    started_at_utc: str
    finished_at_utc: str
    account: str
    """Mask of the account that read."""
    tool_version: str
    asked: tuple[Subject, ...]
    """The identifiers that were asked for."""
    added: tuple[Added, ...]
    """Those that the site, a table or a route to accounts gave beyond them."""
    held: tuple[Held, ...]
    """By relation, then by type and id."""
    coverage: tuple[CoverageRow, ...]
    incomplete: tuple[str, ...]
    """Why something in scope was not read: one sentence each."""
    unasked: tuple[str, ...]
    """What could not be looked for with these identifiers, in sentences."""
    hosts: tuple[HostFacts, ...]
    warnings: tuple[str, ...] = ()
    """Why this may be about two people, in sentences."""
    groups: tuple[GroupFacts, ...] = ()
    """By id."""
    roles: tuple[GroupFacts, ...] = ()
    """Roles of spaces: ids and names."""
    states: tuple[str, ...] = ()
    """What became of the accounts: active, inactive, closed, absent, unknown."""
    spaces: tuple[str, ...] = ()
    """Keys of the spaces that were read; empty for the whole site."""
    kept: tuple[Kept, ...] = ()
    language: str = "en"

    def counted(self) -> dict[Relation, int]:
        """Return how many objects hold something, by relation in their order; those that hold nothing left out."""
        counts = Counter(one.relation for one in self.held)
        return {relation: counts[relation] for relation in Relation if counts[relation]}

    def accounted(self) -> bool:
        """Return whether an account of the person is known."""
        subjects = (*self.asked, *(each.subject for each in self.added))
        return any(subject.kind is SubjectKind.ACCOUNT_ID for subject in subjects)

    def looked_at(self) -> tuple[int, int]:
        """Return how many objects were seen in scope, and how many of them were read."""
        rows = [row for row in self.coverage if row.assessed]
        return sum(row.seen for row in rows), sum(row.read for row in rows)

    def named(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of groups."""
        names = {group.id: group.name for group in self.groups}
        return tuple(names.get(one, one) for one in ids)

    def told(self, rights: tuple[str, ...]) -> tuple[str, ...]:
        """Return rights with the names of roles in the place of their ids."""
        names = {f"role/{role.id}": f"role/{role.name}" for role in self.roles}
        return tuple(names.get(one, one) for one in rights)

    def redactable(self) -> tuple[str, ...]:
        """Return the findings that `plan redact` can mask, each once; what may be somebody else's is not among them."""
        return tuple(dict.fromkeys(each for one in self.held for each in one.fingerprints))

    def of(self, relation: Relation) -> tuple[Held, ...]:
        """Return what is held under one relation."""
        return tuple(one for one in self.held if one.relation is relation)

    def doubtful(self) -> int:
        """Return how many objects a human has to look at: the name there may be somebody else's."""
        return sum(1 for one in self.held if one.confidence is Confidence.LOW)
