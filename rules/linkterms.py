"""One person in a web address: how the address names them, where, and what may take the place of that."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rules.identifiers import personal
from rules.model import Personal, SubjectKind
from rules.queries import person
from rules.urls import encode


class Form(StrEnum):
    """In which way an address names somebody."""

    PERSONAL_SPACE = "personal-space"
    """The key of a personal space, without its tilde."""
    PROFILE = "profile"
    PEOPLE = "people"
    PEOPLE_EMAIL = "people-email"
    """A people link whose id is an e-mail address in base64."""
    EDIT_USER = "edit-user"
    USER_PAGE = "user-page"
    """A page about a user: history, status, network, a search for one."""
    JIRA_PROFILE = "jira-profile"
    REST_USER = "rest-user"
    """A parameter of a REST address."""
    REST_PATH = "rest-path"
    """A segment of a REST address of Data Center."""
    CONTRIBUTOR = "contributor"
    """Somebody whose contributions are searched."""
    RELATION = "relation"
    """A person at either end of a relation in a REST address."""
    PARAMETER = "parameter"
    """A parameter for people, by its name, of a page that nothing is known of."""
    MAILTO = "mailto"
    CREDENTIALS = "credentials"
    """A login, with or without its password; the value is the login."""
    SECRET = "secret"  # noqa: S105 - the name of a form
    """A password or a token in a parameter; the value is the name of the parameter and never what it holds."""
    LOGIN = "login"
    """A login in a parameter of a macro, for the address in another."""
    CQL = "cql"
    JQL = "jql"
    NAME = "name"
    """What people are called, as the operand of a query."""
    QUERY_FIELD = "query-field"
    """A retired field of a query that is compared with nobody who would be rewritten."""
    UNREADABLE = "unreadable-query"
    """A query that does not parse; the value is the name of its language."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What the name of a retired field becomes once everybody that it is compared with is rewritten."""

    start: int
    end: int
    new: str


_QUERIES: Final = frozenset({Form.CQL, Form.JQL})
"""Forms in which the person is the operand of a query."""
_MODERN: Final = frozenset(
    {Form.PERSONAL_SPACE, Form.PEOPLE, Form.RELATION, Form.REST_PATH, Form.CONTRIBUTOR, Form.CQL, Form.JQL}
)
"""Forms in which an account id is in its place."""
_CLOUD_KEY: Final = re.compile(r"[0-9]{4,8}[0-9a-f]{30,40}")
"""The key of a personal space made from an account id by leaving out its marks."""


@dataclass(frozen=True, slots=True)
class LinkTerm:
    """One person in an address: characters [start, end) of it as it stands are what `replacement` stands for."""

    start: int
    end: int
    value: str = field(repr=False)
    """What names the person, decoded."""
    form: Form
    host: str
    """As hosts are compared; empty for a relative address."""
    value_start: int
    value_end: int
    frame: tuple[str, str] | None = None
    """What stands around the account id in the replacement; None: not rewritable."""
    kept: tuple[int, int] = (0, 0)
    """Characters that follow the replacement as they stand: other parameters of a page that goes."""
    query: str = field(default="", repr=False)
    """The whole query that the term stands in, decoded; of one that does not parse, what was not read of it."""
    together: tuple[str, ...] = field(default=(), repr=False)
    """What the parameters of an address that asks for one person say, decoded, where it has several: all of them have
    to lead to one account."""
    standing: tuple[str, ...] = field(default=(), repr=False)
    """What stands in the parameter for account ids beside them."""
    field: FieldChange | None = None
    """For a query with a retired field: changed together with every value of that field, or not at all."""
    outer: tuple[str, ...] = ()
    """Hosts of the addresses that this one stands in as a parameter."""
    layers: int = 0
    """How often the address is encoded once more, as a parameter of another."""
    fixed: str = ""
    """Why the term stays whoever the person is, in plain words; empty where it may change."""
    going: tuple[int, int] = (0, 0)
    """Characters that go where another parameter of the address has the account id, one ampersand included."""

    def replacement(self, account_id: str) -> str | None:
        """Return what takes the place of the term when it stands for this account; None: it cannot be rewritten."""
        match self.form:
            case Form.PERSONAL_SPACE:
                return None
            case Form.QUERY_FIELD:
                return self._framed("")
            case _:
                return self._framed(account_id)

    def moved_space(self, key: str) -> str | None:
        """Return what takes the place of a personal space that has another key now, given with its tilde."""
        return self._framed(key.removeprefix("~")) if self.form is Form.PERSONAL_SPACE else None

    def _framed(self, value: str) -> str | None:
        if self.frame is None:
            return None
        text = f"{self.frame[0]}{encode(value)}{self.frame[1]}"
        for _ in range(self.layers):
            text = encode(text)
        return text

    @property
    def hosts(self) -> frozenset[str]:
        """Return the hosts that the address leads to, and those of the addresses around it; none where relative."""
        return frozenset(filter(None, (self.host, *self.outer)))

    @property
    def cut_off(self) -> bool:
        """Return whether it is a query that ends too early: in running text the address may go on behind it."""
        return self.form is Form.UNREADABLE and not self.query

    @property
    def subject(self) -> Personal | None:
        """Return whom the term names by something else than an account id in its own place; None: nobody."""
        value = self.value.strip()
        if self.form in {Form.QUERY_FIELD, Form.UNREADABLE, Form.SECRET}:
            return Personal(SubjectKind.INTERFACE, value)
        if self.form is Form.NAME:
            return Personal(SubjectKind.EMAIL if "@" in value else SubjectKind.DISPLAY_NAME, value)
        if self.form in {Form.MAILTO, Form.PEOPLE_EMAIL}:
            return Personal(SubjectKind.EMAIL, value)
        named = person(value) if self.form in _QUERIES else personal(value)
        if named is None or (named.kind is SubjectKind.ACCOUNT_ID and self.form in _MODERN and self.field is None):
            return None
        return None if self.form is Form.PERSONAL_SPACE and _CLOUD_KEY.fullmatch(value) else named
