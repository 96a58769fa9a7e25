"""Who is named by a web address: profiles, personal spaces, logins, REST addresses, and queries in search links.

Public facts: Atlassian's documentation of profile and space addresses, the user-privacy guide for the parameters of
REST, and what a collection of public pages holds. Whether a value is a retired identifier is told by its shape.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rules.identifiers import classify
from rules.linkqueries import in_query
from rules.model import Personal, SubjectKind
from rules.personal.email import addresses
from rules.urls import Decoded, Parameter, Piece, Url, encode, split


class Form(StrEnum):
    """In which way an address names somebody."""

    PERSONAL_SPACE = "personal-space"
    """The key of a personal space, without its tilde."""
    PROFILE = "profile"
    PEOPLE = "people"
    PEOPLE_EMAIL = "people-email"
    """A people link whose id is an e-mail address in base64."""
    EDIT_USER = "edit-user"
    JIRA_PROFILE = "jira-profile"
    REST_USER = "rest-user"
    """A parameter of a REST address."""
    RELATION = "relation"
    """A person at either end of a relation in a REST address."""
    MAILTO = "mailto"
    CREDENTIALS = "credentials"
    """A login, with or without its password; the value is the login."""
    CQL = "cql"
    JQL = "jql"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What the name of a retired field becomes once everybody that it is compared with is rewritten."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class LinkTerm:
    """One person in an address: characters [start, end) of it as it stands are what `replacement` stands for."""

    start: int
    end: int
    value: str = field(repr=False)
    """What names the person, decoded."""
    form: Form
    host: str
    """In lower case without port; empty for a relative address."""
    value_start: int
    value_end: int
    frame: tuple[str, str] | None = None
    """What stands around the account id in the replacement; None: not rewritable."""
    query: str = field(default="", repr=False)
    """The whole query that the term stands in, decoded; empty where there is none."""
    field: FieldChange | None = None
    """For a query with a retired field: changed together with every value of that field, or not at all."""

    def replacement(self, account_id: str) -> str | None:
        """Return what takes the place of the term when it stands for this account; None: it cannot be rewritten."""
        return None if self.form is Form.PERSONAL_SPACE else self._framed(account_id)

    def moved_space(self, key: str) -> str | None:
        """Return what takes the place of a personal space that has another key now, given with its tilde."""
        return self._framed(key.removeprefix("~")) if self.form is Form.PERSONAL_SPACE else None

    def _framed(self, value: str) -> str | None:
        return None if self.frame is None else f"{self.frame[0]}{encode(value)}{self.frame[1]}"

    @property
    def subject(self) -> Personal | None:
        """Return whom the term names by something else than an account id in its own place; None: nobody."""
        value = self.value.strip()
        if self.form in {Form.MAILTO, Form.PEOPLE_EMAIL}:
            return Personal(SubjectKind.EMAIL, value)
        kind = classify(value)
        if kind is None or (kind is SubjectKind.ACCOUNT_ID and self.form in _MODERN and self.field is None):
            return None
        if self.form is Form.PERSONAL_SPACE and _CLOUD_KEY.fullmatch(value):
            return None
        return Personal(kind, value)


_MODERN: Final = frozenset({Form.PERSONAL_SPACE, Form.PEOPLE, Form.RELATION, Form.CQL, Form.JQL})
"""Forms in which an account id is in its place."""
_CLOUD_KEY: Final = re.compile(r"[0-9]{4,8}[0-9a-f]{30,40}")
"""The key of a personal space made from an account id by leaving out its marks."""
_TRACE: Final = re.compile(r"~|%7e|people|username|userkey|name=|key=|relation|mailto|@|os_|[cj]ql", re.IGNORECASE)
"""What stands in every address that names somebody."""
_PLACEHOLDER: Final = re.compile(r"[{}$<>\[\]|\x00-\x1f]|\A:|\A%[sd]?\Z|\A\.\.\.\Z|\A…\Z")
"""Marks of a template: what stands there is the name of a variable."""
_USER_NAMES: Final = frozenset({"username", "userkey"})
_ADMIN_PAGES: Final = frozenset(
    {"edituser.action", "viewuser.action", "removeuser.action", "deactivateuser.action", "viewuser.jspa"}
)
_SPACE_SEGMENTS: Final = frozenset({"display", "label", "space", "spaces"})
_SPACE_NAMES: Final = frozenset({"key", "space", "spacekey", "fromspacekey", "newspacekey"})
_NO_PEOPLE: Final = frozenset({"search", "team", "teams", "directory", "group", "groups", "profile", "list"})
_CLOUD_HOSTS: Final = (".atlassian.net", ".jira.com", ".atlassian.com")
_NOBODY: Final = frozenset({"current", "anonymous", "me", "self"})
_LOGINS: Final = frozenset({"os_username", "j_username"})
_NO_LOGINS: Final = frozenset({"git", "hg", "svn", "x-access-token", "x-token-auth", "oauth2", "anonymous", "guest"})


def identities(url: str) -> tuple[LinkTerm, ...]:
    """Return everybody that `url` names, account ids included, in the order in which they stand. Linear in time."""
    if _TRACE.search(url) is None:
        return ()
    parts = split(url)
    if parts.scheme == "mailto":
        return tuple(_mail(parts))
    if parts.scheme in {"javascript", "data"}:
        return ()
    page = _page(parts)
    found = [*_login(parts), *_path(parts, page), *_query(parts, page)]
    return tuple(sorted(found, key=lambda term: term.start))


def _says(value: str) -> bool:
    """Return whether `value` may name somebody at all."""
    return bool(value) and value.casefold() not in _NOBODY and _PLACEHOLDER.search(value) is None


def _mail(url: Url) -> Iterator[LinkTerm]:
    pieces = [url.path, *(each.value for each in url.parameters if each.name.word in {"to", "cc", "bcc"})]
    for piece in pieces:
        decoded = Decoded(piece.raw)
        for address in addresses(decoded.text):
            start, end = (piece.start + at for at in decoded.place(address.start, address.end))
            yield LinkTerm(start, end, address.value, Form.MAILTO, "", start, end)


def _login(url: Url) -> Iterator[LinkTerm]:
    """Yield the login before the host. One without a password is a person's only where the scheme is the web's."""
    raw, at, _ = url.authority.raw.rpartition("@")
    login = Piece(0, 0, raw.partition(":")[0]).text
    secret = ":" in raw and not raw.endswith(":")
    named = url.scheme in {"http", "https", "ftp"} and login.casefold() not in _NO_LOGINS
    if at and _says(raw) and login and (secret or named):
        start, end = url.authority.start, url.authority.start + len(raw)
        yield LinkTerm(start, end, login, Form.CREDENTIALS, url.host, start, end)


@dataclass(frozen=True, slots=True)
class _Page:
    """What the path says about the rest of an address, worked out once."""

    segments: tuple[Piece, ...]
    words: tuple[str, ...]
    users_folder: int | None
    """Where `users/viewuserprofile.action` begins."""
    rest_user: bool
    """The address leads to users over REST."""

    @property
    def name(self) -> str:
        """Return the last word of the path."""
        return self.words[-1] if self.words else ""


def _page(url: Url) -> _Page:
    segments = url.segments
    words = tuple(each.word for each in segments)
    profile = words[-2:] == ("users", "viewuserprofile.action")
    rest = words.index("rest") if "rest" in words else len(words)
    user = "user" in words[rest:] and "relation" not in words
    return _Page(segments, words, segments[-2].start if profile else None, user)


def _path(url: Url, page: _Page) -> Iterator[LinkTerm]:
    words = page.words
    relation = words.index("relation") if "relation" in words else len(words)
    for index, (before, piece) in enumerate(zip(words, page.segments[1:], strict=False)):
        value = piece.text
        if before in _SPACE_SEGMENTS and value.startswith("~") and _says(value[1:]):
            yield _space(piece, url.host)
        elif before == "people" and _says(value):
            yield from _people(url, piece, words[index - 1] if index else "")
        elif before == "user" and relation < index and words[index - 1] in {"from", "to"} and _says(value):
            yield _term(piece, Form.RELATION, url.host, frame=("", ""))


def _term(piece: Piece, form: Form, host: str, frame: tuple[str, str] | None = None) -> LinkTerm:
    return LinkTerm(piece.start, piece.end, piece.text, form, host, piece.start, piece.end, frame)


def _space(piece: Piece, host: str) -> LinkTerm:
    """Return the owner of a personal space. The tilde, however it is written, stays."""
    start = piece.start + (len("~") if piece.raw.startswith("~") else len("%7E"))
    return LinkTerm(start, piece.end, piece.text[1:], Form.PERSONAL_SPACE, host, start, piece.end, ("", ""))


def _people(url: Url, piece: Piece, before: str) -> Iterator[LinkTerm]:
    """Yield the person of a people link. Elsewhere than on Cloud the word means anything, unless the id is one."""
    value = piece.text
    if value.startswith("!"):
        email = _disguised(value[1:])
        if email is not None:
            yield LinkTerm(piece.start, piece.end, email, Form.PEOPLE_EMAIL, url.host, piece.start, piece.end, ("", ""))
        return
    cloud = before in {"wiki", "jira"} or url.host.endswith(_CLOUD_HOSTS)
    sure = classify(value) in {SubjectKind.ACCOUNT_ID, SubjectKind.USER_KEY}
    if sure or (cloud and value.casefold() not in _NO_PEOPLE):
        yield _term(piece, Form.PEOPLE, url.host, ("", ""))


def _disguised(text: str) -> str | None:
    """Return the e-mail address that `text` is in base64 of either alphabet, None when it is none."""
    text = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = next(addresses(plain.decode()), None)
    except (binascii.Error, UnicodeError, ValueError):
        return None
    return None if found is None else found.value


def _query(url: Url, page: _Page) -> Iterator[LinkTerm]:
    for each in url.parameters:
        name, value = each.name.word, each.value.text
        if name in {"cql", "jql", "jqlquery"}:
            yield from _search(each, url.host, Form.CQL if name == "cql" else Form.JQL)
        elif name in _SPACE_NAMES and value.startswith("~") and _says(value[1:]):
            yield _space(each.value, url.host)
        elif name in _LOGINS and _says(value):
            yield _term(each.value, Form.CREDENTIALS, url.host)
        elif _says(value):
            yield from _user_parameter(url, page, each)


def _user_parameter(url: Url, page: _Page, each: Parameter) -> Iterator[LinkTerm]:
    """Yield the person whom a parameter of a page or resource about users names."""
    name = each.name.word
    if page.name == "viewuserprofile.action" and name in _USER_NAMES:
        yield _profile(url, page, each)
    elif page.name in _ADMIN_PAGES and name in {*_USER_NAMES, "name"}:
        yield _term(each.value, Form.EDIT_USER, url.host)
    elif page.name == "viewprofile.jspa" and name == "name":
        yield _renamed(each, Form.JIRA_PROFILE, url.host)
    elif page.rest_user and name in {*_USER_NAMES, "key"}:
        yield _renamed(each, Form.REST_USER, url.host)


def _renamed(each: Parameter, form: Form, host: str) -> LinkTerm:
    """Return a parameter that Cloud knows by another name."""
    value = each.value
    return LinkTerm(each.name.start, value.end, value.text, form, host, value.start, value.end, ("accountId=", ""))


def _profile(url: Url, page: _Page, each: Parameter) -> LinkTerm:
    """Return the person of a profile page. It becomes a people link where no other parameter stands before."""
    value = each.value
    start, end, frame = value.start, value.end, None
    if each.first and page.users_folder is not None:
        more = end < url.query.end
        start, end, frame = page.users_folder, end + more, ("people/", "?" if more else "")
    return LinkTerm(start, end, value.text, Form.PROFILE, url.host, value.start, value.end, frame)


def _search(each: Parameter, host: str, form: Form) -> Iterator[LinkTerm]:
    """Yield the people of a query inside an address."""
    decoded = Decoded(each.value.raw, plus=True)
    base = each.value.start

    def place(start: int, end: int) -> tuple[int, int]:
        first, last = decoded.place(start, end)
        return base + first, base + last

    for found in in_query(decoded.text, jira=form is Form.JQL):
        start, end = place(found.start, found.end)
        change = None
        if found.change is not None:
            change = FieldChange(*place(*found.change[:2]), encode(found.change[2]))
        if found.personal_space:
            yield LinkTerm(start, end, found.value, Form.PERSONAL_SPACE, host, start, end, ("%22~", "%22"))
        else:
            frame, query = ("%22", "%22"), decoded.text
            yield LinkTerm(start, end, found.value, form, host, start, end, frame, query, change)


def own(term: LinkTerm, hosts: frozenset[str]) -> bool:
    """Return whether an address leads to the site itself: it is relative, or its host is one of `hosts`."""
    return not term.host or term.host in hosts


def on_cloud(host: str) -> bool:
    """Return whether `host` is one of the vendor's."""
    return host.endswith(_CLOUD_HOSTS)
