"""The words of the domain: what rules look at, what they find, what may change.

Everything that is looked at is a `Part`, every place in it a `Span` of bytes, every change an `Edit` of such a span.
The types are frozen: a value that was checked once stays as it was checked.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final, Self

from rules.masking import mask
from rules.subjects import SubjectKind as SubjectKind  # noqa: PLC0414 - the words of the domain are imported from here


class ObjectType(StrEnum):
    """Classes of Confluence objects, as reports and coverage name them."""

    SITE = "site"
    SPACE = "space"
    PAGE = "page"
    BLOGPOST = "blogpost"
    FOOTER_COMMENT = "footer-comment"
    INLINE_COMMENT = "inline-comment"
    CUSTOM_CONTENT = "custom-content"
    ATTACHMENT = "attachment"
    ATTACHMENT_CONTENT = "attachment-content"
    """What is in the file; its findings are the attachment's."""
    TEMPLATE = "template"
    TASK = "task"
    LABEL = "label"
    RESTRICTION = "restriction"
    SPACE_PERMISSION = "space-permission"
    SPACE_ROLE = "space-role"
    SPACE_PROPERTY = "space-property"
    CONTENT_PROPERTY = "content-property"
    VERSION = "version"
    LIKE = "like"
    WATCH = "watch"
    RELATION = "relation"
    USER_PROPERTY = "user-property"
    WHITEBOARD = "whiteboard"
    DATABASE = "database"
    FOLDER = "folder"
    SMART_LINK = "smart-link"
    LOOK_AND_FEEL = "look-and-feel"
    AUDIT_RECORD = "audit-record"
    USER = "user"
    """The user list of a site: whose names are looked for."""
    FILE = "file"


class Kind(StrEnum):
    """What the bytes of a part are written in."""

    STORAGE = "storage"
    """Confluence storage format (XHTML with undeclared prefixes)."""
    ADF = "adf"
    """Atlassian Document Format, a JSON document."""
    CQL = "cql"
    JQL = "jql"
    ACCESS = "access"
    """The content restrictions of one object as JSON (`rules.acl`)."""
    PERMISSIONS = "permissions"
    """The permissions or role assignments of one space as JSON (`rules.acl`)."""
    JSON = "json"
    """Any other stored JSON: properties, custom content, webhook payloads."""
    TEXT = "text"
    """Plain text: titles, file names, comments on attachments, labels."""
    DESCRIPTOR = "descriptor"
    """The descriptor of a Connect app: JSON, with comments and trailing commas tolerated."""
    CODE = "code"
    """A program or a text about one, in any language."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The address of one object on the site."""

    type: ObjectType
    id: str
    version: int | None = None
    """Version number that was read; None for objects that have none (templates, permissions)."""
    space: str = ""
    """Space key as reports may show it: the key of a personal space arrives masked (`~j***`)."""
    status: str = "current"
    """current, archived, trashed, draft or deleted."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of an object that rules look at: bytes, what they are, and where they stand."""

    ref: Ref
    path: str
    """Place inside the object: `body`, `title`, `restrictions`, `permissions`, `properties/KEY`, `comment`."""
    kind: Kind
    data: bytes


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open byte range [start, end) into the data of one part."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse ranges that run backwards or start before the data."""
        if self.start < 0 or self.end < self.start:
            raise ValueError(f"span [{self.start}, {self.end}) is not a range of bytes")

    def of(self, data: bytes) -> bytes:
        """Return the bytes under the span."""
        return data[self.start : self.end]


class Severity(IntEnum):
    """How bad it is. Ordered, so that the worst sorts highest."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """Return the lower-case word that reports use."""
        return self.name.lower()


class Confidence(IntEnum):
    """How sure the rule is. A LOW finding asks for a human and is never counted as clean."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2

    @property
    def label(self) -> str:
        """Return the lower-case word that reports use."""
        return self.name.lower()


class Personal:
    """A value that belongs to a person. It prints as its mask; `reveal()` is the only way to the value itself.

    Equality and hash use the value, so that sets of subjects work; no representation, format or pickle carries it.
    """

    __slots__ = ("_value", "kind")

    def __init__(self, kind: SubjectKind, value: str) -> None:
        self.kind: Final = kind
        self._value: Final = value

    def reveal(self) -> str:
        """Return the raw value. Every use is a place where personal data leaves its cover: keep them few."""
        return self._value

    @property
    def mask(self) -> str:
        """Return the value made unreadable for display, for example `j***@e***.org`."""
        return mask(self.kind.value, self._value)

    def pseudonym(self, key: bytes) -> str:
        """Return 32 hex digits of HMAC-SHA-256 over kind and normalised value: equal for equal people under one key.

        The same string in two kinds cannot be linked. Case of usernames and addresses is folded, as by Confluence.
        """
        folded = {SubjectKind.USERNAME, SubjectKind.EMAIL, SubjectKind.USER_KEY}
        value = self._value.strip().lower() if self.kind in folded else self._value.strip()
        message = f"{self.kind.value}\x00{value}".encode("utf-8", "surrogatepass")
        return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]

    def subject(self, key: bytes) -> Subject:
        """Return what may be written down about this value."""
        return Subject(kind=self.kind, mask=self.mask, hmac=self.pseudonym(key))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Personal) and (self.kind, self._value) == (other.kind, other._value)

    def __hash__(self) -> int:
        return hash((self.kind, self._value))

    def __repr__(self) -> str:
        return self.mask

    __str__ = __repr__

    def __reduce__(self) -> tuple[type[Self], tuple[SubjectKind, str]]:
        raise TypeError("a personal value is not pickled: pass its subject instead")


@dataclass(frozen=True, slots=True)
class Subject:
    """What may be stored and shown of a person's value."""

    kind: SubjectKind
    mask: str
    hmac: str
    """32 hex digits, keyed with the workspace key."""


@dataclass(frozen=True, slots=True)
class Match:
    """What one rule saw in one part, while raw values are still in memory."""

    rule: str
    span: Span
    """The bytes that hold the value itself (for a mention: the attribute's value)."""
    subject: Personal
    where: str
    """Structural path inside the part, without contents: `macro[profile]/parameter[user]/ri:user/@ri:username`."""
    shown: str | Callable[[], str] = field(repr=False, compare=False)
    """The excerpt, or what makes it: nobody reads those of a proof."""
    severity: Severity
    confidence: Confidence
    reason: str = ""
    """Why it fired or what spoke against it, in plain words."""
    rewritable: bool = False
    """True when the rule has a rewriter that may take this occurrence, given an account."""

    @property
    def excerpt(self) -> str:
        """Return the surroundings with every value masked; at most 200 characters (`rules.masking.excerpt`)."""
        return self.shown if isinstance(self.shown, str) else self.shown()


@dataclass(frozen=True, slots=True)
class Finding:
    """One masked, storable result. Everything that a report shows about a place comes from here."""

    rule: str
    severity: Severity
    confidence: Confidence
    ref: Ref
    path: str
    """Path of the part (`body`) and the structural path in it, joined by ` > `."""
    span: Span
    line: int
    column: int
    """Both in the part, from 1; a column is a character."""
    subject: Subject
    excerpt: str
    reason: str
    rewritable: bool
    fingerprint: str
    """Stable between runs and independent of order and version: see `rules.scan.fingerprint`."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement of bytes. Applying asserts that the bytes under the span are `old`."""

    span: Span
    old: bytes
    new: bytes
    rule: str = ""

    def __repr__(self) -> str:
        return f"Edit(span={self.span}, old=<{len(self.old)} bytes>, new=<{len(self.new)} bytes>, rule={self.rule!r})"


class AccountState(StrEnum):
    """States of an Atlassian account, as `users-bulk` names them."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    """The site knows no such account."""


@dataclass(frozen=True, slots=True)
class Account:
    """An Atlassian account that a legacy identifier was resolved to."""

    account_id: str
    route: str
    """How it was resolved: the name of the identity route, for example `csv`."""
    state: AccountState = AccountState.UNKNOWN
    witnessed_at: str = ""
    """UTC, when the route was read or asked; empty where that is not known."""
    confidence: Confidence = Confidence.HIGH
    """MEDIUM where another identifier of the person led to the account."""
    witnesses: tuple[str, ...] = ()
    """Names of further routes that name the same account."""

    def __repr__(self) -> str:
        return f"Account({mask('account_id', self.account_id)}, route={self.route!r}, state={self.state.value})"


class HeldReason(StrEnum):
    """Why something that could be rewritten is left as it is."""

    UNRESOLVED = "unresolved"
    AMBIGUOUS = "ambiguous"
    NO_SPACE_KEY = "no-space-key"
    CHANGED = "changed-since"
    WOULD_WIDEN = "would-widen-access"
    WOULD_LOCK_OUT = "would-lock-out-caller"
    NOT_CURRENT = "not-current"
    DRAFT = "unpublished-draft"
    NO_VERSION = "no-version-check"
    NOT_PROVED = "proof-failed"
    MALFORMED = "malformed"
    OVER_LIMIT = "over-limit"
    NO_PERMISSION = "no-permission"
    GONE = "gone"
    NOT_READ = "not-read"
    """The site's answer could not be used: nothing is known of what stands there."""
    ACCOUNT_CLOSED = "account-closed"
    POLICY = "held-by-policy"
    NO_REWRITER = "no-rewriter"
    NOT_SELECTED = "not-in-this-plan"
    DECLINED = "declined-by-reviewer"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A legacy identifier that no route could turn into exactly one account."""

    reason: HeldReason
    detail: str = ""
    """Plain words without values, for example `not in the mapping`."""
    settled: bool = field(default=False, compare=False)
    """True when nothing else may name an account instead: the policy holds the known one, or it may be one itself."""


@dataclass(frozen=True, slots=True)
class Named(Unresolved):
    """An account whose mentions the policy turns into plain text. Where an identifier is needed, it is held."""

    name: Personal = field(kw_only=True)
    """The display name, ready to stand in a text."""
    account_id: str = field(kw_only=True, repr=False)


Resolution = Account | Unresolved


@dataclass(frozen=True, slots=True)
class Hold:
    """One occurrence that stays as it is, and why; `whole` is what stays with it, such as a query that is too long."""

    rule: str
    span: Span
    subject: Personal
    reason: HeldReason
    detail: str
    where: str = ""
    whole: Span | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part that no rule could judge: it is reported as not assessed, never as clean."""

    reason: str
    """Plain words without contents, for example `not well-formed: mismatched tag`."""
    offset: int
    """Byte at which reading stopped."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the GDPR that a rule rests on."""

    number: str
    """For example `5(1)(c)`."""
    title: str
    summary: str = field(default="", compare=False)
